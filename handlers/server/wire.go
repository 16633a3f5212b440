package server

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"portal/handlers"
	"portal/onboarding"
	"portal/onboarding/iron"
	"portal/onboarding/live"
	"portal/onboarding/papers"
	"portal/onboarding/store"
	"portal/session"
	"portal/session/redisstore"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// portal is everything, put together.
type portal struct {
	config   config
	log      *slog.Logger
	registry *prometheus.Registry
	meter    *handlers.Meter
	partners *session.Partners
	keys     session.Keys
	clients  map[string]*iron.Client // by the partner's id, like journeys
	clocks   *iron.Clocks
	journeys map[string]*onboarding.Journey
	store    *store.Store
	papers   *papers.Library
	redis    *redisstore.Store // nil: none is configured
	watch    *live.Watch
	webhooks *iron.Webhooks
}

// wire puts the portal together. It makes no request to Iron. All that is wrong is
// reported together; then the portal is as far as it could be put together, for check,
// and is to be closed as well.
func wire(ctx context.Context, c config, log *slog.Logger) (*portal, error) {
	p := &portal{
		config: c, log: log, registry: prometheus.NewRegistry(),
		clients: map[string]*iron.Client{}, journeys: map[string]*onboarding.Journey{},
	}
	p.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	p.meter = handlers.NewMeter(p.registry)
	p.clocks = &iron.Clocks{Told: p.tellClock}
	p.watch = &live.Watch{Hub: live.NewHub(), Bus: live.NewLocal(), Readers: map[string]*live.Reader{}, Log: log}
	problems := []error{p.openStore(ctx), p.openRedis(), p.loadKeys(), p.loadWebhookSecrets()}
	if errors.Join(problems...) == nil {
		problems = append(problems, p.checkKeys(ctx))
	}
	if len(c.IdentityOrigins.Sources()) == 0 {
		problems = append(problems, errors.New("PORTAL_IDENTITY_ORIGINS: must list at least one origin"))
	}
	partners, err := session.ReadPartners(c.Partners, c.getenv)
	if err != nil {
		problems = append(problems, fmt.Errorf("PORTAL_PARTNERS: %w", err))
	} else {
		p.partners = partners
		problems = append(problems, p.connect())
	}
	return p, errors.Join(problems...)
}

func (p *portal) openStore(ctx context.Context) (err error) {
	if p.store, err = store.Open(ctx, string(p.config.DatabaseURL)); err != nil {
		return fmt.Errorf("PORTAL_DATABASE_URL: %w", err)
	}
	p.papers = papers.NewLibrary(papers.LibraryConfig{
		Fetcher: papers.NewFetcher(papers.Config{
			Hosts:    p.config.DocumentHosts,
			Loopback: p.config.BaseURL.URL != nil && onboarding.Loopback(p.config.BaseURL.Hostname()),
		}),
		Keeper: p.store, Now: time.Now,
		Failed: func(err error) { p.log.Error("a document's bytes could not be kept", "error", err) },
	})
	return nil
}

const newerTables = "a newer version has changed the tables of this database, and this one goes on with them"

// noticeVersion: while replicas are replaced this is as it should be; else somebody has
// started the wrong version.
func (p *portal) noticeVersion() {
	if p.store.Newer() {
		p.log.Warn(newerTables)
	}
}

// loadKeys reads the secret keys, or the file beside the SQLite file, which it makes
// where there is none: on one machine nobody has to think of keys.
func (p *portal) loadKeys() (err error) {
	path, sqlite := strings.CutPrefix(string(p.config.DatabaseURL), "sqlite:")
	switch {
	case p.config.SecretKeys != "":
		p.keys, err = session.ParseKeys(string(p.config.SecretKeys))
	case !sqlite:
		err = errors.New("required where the database is not a SQLite file")
	case path == ":memory:":
		var key [32]byte
		_, _ = rand.Read(key[:]) // never fails
		p.keys, err = session.ParseKeys(base64.StdEncoding.EncodeToString(key[:]))
	default:
		p.keys, err = session.LoadOrCreateKeys(path + ".keys")
	}
	if err != nil {
		return fmt.Errorf("PORTAL_SECRET_KEYS: %w", err)
	}
	return nil
}

func (p *portal) loadWebhookSecrets() (err error) {
	if p.webhooks, err = iron.NewWebhooks(string(p.config.WebhookSecrets), time.Now); err != nil {
		return fmt.Errorf("PORTAL_WEBHOOK_SECRETS: %w", err)
	}
	return nil
}

// connect makes a client for Iron and a journey for each partner. They share their
// connections.
func (p *portal) connect() error {
	transport := iron.NewTransport()
	var problems []error
	for _, partner := range p.partners.All() {
		key := partner.IronKey
		if key == "" {
			key = p.config.IronAPIKey
		}
		if key == "" {
			problems = append(problems, fmt.Errorf("PORTAL_IRON_API_KEY: required, since partner %s has no key of its own", partner.ID))
			continue
		}
		if p.config.IronURL.URL == nil {
			continue // reported already
		}
		client, err := iron.New(iron.Config{
			BaseURL: p.config.IronURL.String(), APIKey: string(key), APIVersion: p.config.IronAPIVersion,
			SubPartnerID: partner.IronSubPartnerID, Timeout: p.config.IronTimeout, Transport: transport, Observe: p.observe, Clocks: p.clocks,
		})
		if err != nil {
			problems = append(problems, fmt.Errorf("partner %s: %w", partner.ID, err))
			continue
		}
		p.clients[partner.ID] = client
		if p.store != nil {
			p.begin(partner.ID, client)
		}
	}
	return errors.Join(problems...)
}

// begin makes a partner's journey, with a reader before Iron that remembers.
func (p *portal) begin(partner string, client *iron.Client) {
	journey := &onboarding.Journey{
		Partner: partner, Ledger: p.store.Ledger(), Papers: p.papers, Origins: p.config.IdentityOrigins, Now: time.Now, NewKey: uuid.NewString,
		Ahead: func() time.Duration { return p.clocks.Drift().Ahead },
	}
	reader := live.NewReader(live.ReaderConfig{
		Partner: partner, Platform: client, Copies: p.store, Sealer: p.keys, Decide: journey.Decide, Now: time.Now,
		News:   p.watch.News,
		Failed: func(err error) { p.log.Warn("copies of facts are not kept", "partner", partner, "error", err) },
	})
	journey.Platform = reader
	p.watch.Readers[partner] = reader
	p.journeys[partner] = journey
}

// observe counts each call to Iron, and logs those that went wrong: pages may have
// been saved by a second attempt, and operators want to know all the same.
func (p *portal) observe(call iron.Call) {
	p.meter.IronCall(call.Method, call.Path, call.Class, call.Duration)
	switch call.Class {
	case "ok", "not-found", "canceled", "held", "breaker-open":
		return
	}
	p.log.Warn("call to iron failed", "method", call.Method, "path", call.Path, "status", call.Status,
		"class", call.Class, "attempt", call.Attempt, "took", call.Duration, "trace_id", call.TraceID)
}

// tellClock says once when Iron's clock and this machine's begin to disagree, and once
// when they agree again. What is between is in the metrics.
func (p *portal) tellClock(d iron.Drift, turned bool) {
	p.meter.IronClock(d.Ahead)
	switch {
	case turned && d.Far:
		p.log.Warn("the clocks of iron and of this machine are far apart", "iron_ahead", d.Ahead.Round(time.Second), "limit", iron.DriftLimit)
	case turned:
		p.log.Warn("the clocks of iron and of this machine agree again", "iron_ahead", d.Ahead.Round(time.Second))
	}
}

func (p *portal) https() bool { return p.config.BaseURL.Scheme == "https" }

func (p *portal) links() *session.Links {
	return &session.Links{Store: p.store, HTTPS: p.https(), Now: time.Now}
}

func (p *portal) deps(ready func() bool) handlers.Deps {
	return handlers.Deps{
		BaseURL: p.config.BaseURL.URL, Partners: p.partners, Journeys: p.journeys, Origins: p.config.IdentityOrigins,
		Customers: session.NewCustomers(session.CustomersConfig{
			Store: p.sessions(), HTTPS: p.https(), Now: time.Now,
		}),
		Links:    p.links(),
		Handoffs: &session.Handoffs{Links: p.links(), Keys: p.keys},
		Cookies:  session.NewCookies(session.CookiesConfig{Keys: p.keys, HTTPS: p.https(), Now: time.Now}),
		Showings: &session.Showings{Keys: p.keys, Now: time.Now},
		Watches:  &session.Watches{Keys: p.keys, Now: time.Now},
		Answers:  &session.Answers{Store: p.store, Keys: p.keys, Now: time.Now},
		Limits:   p.limits(),
		Records:  p.records(), News: p.watch, Webhooks: p.webhooks, Inbox: p.store, TrustedProxies: p.config.TrustedProxies,
		Meter: p.meter, Logger: p.log, Now: time.Now, NewID: uuid.NewString, Ready: ready,
	}
}

func (p *portal) close() {
	if p.redis != nil {
		if err := p.redis.Close(); err != nil {
			p.log.Error("the connection to redis did not close", "error", err)
		}
	}
	if p.store == nil {
		return
	}
	if err := p.store.Close(); err != nil {
		p.log.Error("the database did not close", "error", err)
	}
}

func (c config) logger(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "text" {
		return slog.New(slog.NewTextHandler(w, options))
	}
	return slog.New(slog.NewJSONHandler(w, options))
}
