package handlers_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portal/handlers"
	"portal/onboarding"
	"portal/onboarding/iron"
	"portal/onboarding/live"
	"portal/onboarding/papers"
	"portal/onboarding/simulator"
	"portal/onboarding/store"
	"portal/session"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
)

// The keys of this world. acme and other have one key for Iron between them.
const (
	ironKey  = "iron-key-of-this-world"
	acmeKey  = "acme-api-key"
	nextKey  = "acme-next-key" // acme's too, for when the other is taken away
	otherKey = "other-api-key"
)

// partnersYAML has acme, which lets customers sign up, and other, which doesn't.
const partnersYAML = `partners:
  - id: acme
    name: Acme Pay
    api_key_hashes: ["sha256:HASH-OF-acme-api-key", "sha256:HASH-OF-acme-next-key"]
    origins: ["https://app.acme.example"]
    return_urls: ["https://app.acme.example/done/*"]
    sign_up: true
    support: {email: help@acme.example, url: "https://acme.example/help"}
    brand: {accent: "#0b5fff", logo: "https://cdn.acme.example/logo.svg"}
  - id: other
    name: Other Bank
    api_key_hashes: ["sha256:HASH-OF-other-api-key"]
    origins: []
    return_urls: []
    locale: de
    support: {email: help@other.example}
`

// world is a whole portal before a whole stand-in for Iron, on one clock.
type world struct {
	t        *testing.T
	sim      *simulator.Simulator
	store    *store.Store
	database string // the store's file
	links    *session.Links
	journeys map[string]*onboarding.Journey
	live     *live.Watch
	ready    atomic.Bool
	registry *prometheus.Registry
	log      *lockedBuffer
	clock    *clock
	client   *http.Client // trusts the portal's certificate, keeps no cookies, follows nothing
	base     string
	hosted   string // origin of the hosted identity pages
	calls    atomic.Int64
	keys     atomic.Int64 // of the partner API, used so far
}

// option changes how a world is made.
type option func(*setup)

type setup struct {
	https     bool
	proxies   []netip.Prefix
	limits    float64
	origins   []string
	timeout   time.Duration
	transport func(http.RoundTripper) http.RoundTripper
	records   func(handlers.Records) handlers.Records
	server    func(*httptest.Server)
	secrets   string
	papers    papers.Config
	reader    func(*world, *onboarding.Journey) *live.Reader // stands before acme's Iron
}

func overHTTPS(s *setup) { s.https = true }

func newWorld(t *testing.T, options ...option) *world {
	t.Helper()
	s := setup{timeout: 2 * time.Second, secrets: webhookSecret, papers: papers.Config{Loopback: true}}
	for _, o := range options {
		o(&s)
	}
	w := &world{t: t, log: &lockedBuffer{}, clock: &clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}}
	w.ready.Store(true)
	w.simulate()
	w.openStore()
	handler := &late{}
	server := httptest.NewUnstartedServer(handler)
	if s.server != nil {
		s.server(server)
	}
	if s.https {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	w.base, w.client = server.URL, server.Client()
	w.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	handler.Handler = w.portal(s)
	return w
}

// simulate starts Iron: nothing happens there unless a test makes it happen.
func (w *world) simulate() {
	w.sim = simulator.New(simulator.Options{APIKeys: []string{ironKey}, Now: w.clock.Now})
	must(w.t, w.sim.Configure(simulator.Settings{DefaultScript: simulator.ManualScript}))
	api, pages := httptest.NewServer(w.sim.Public(simulator.RoomOptions{})), httptest.NewServer(w.sim.Identity())
	w.t.Cleanup(api.Close)
	w.t.Cleanup(pages.Close)
	w.sim.SetAddresses(api.URL, pages.URL)
	w.hosted = pages.URL
}

func (w *world) openStore() {
	var err error
	w.database = filepath.Join(w.t.TempDir(), "portal.db")
	w.store, err = store.Open(w.t.Context(), "sqlite:"+w.database)
	must(w.t, err)
	w.store.Now = w.clock.Now
	w.t.Cleanup(func() { _ = w.store.Close() })
}

// worldKey is the key of all worlds.
const worldKey = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

func (w *world) portal(s setup) http.Handler {
	w.t.Helper()
	if s.origins == nil {
		s.origins = []string{w.hosted}
	}
	origins, err := onboarding.ParseOrigins(s.origins)
	must(w.t, err)
	partners, err := session.ParsePartners("partners.yaml", partnersFile(), func(string) string { return "" })
	must(w.t, err)
	keys, err := session.ParseKeys(worldKey)
	must(w.t, err)
	base, err := url.Parse(w.base)
	must(w.t, err)
	w.registry = prometheus.NewRegistry()
	meter := handlers.NewMeter(w.registry)
	w.journeys = map[string]*onboarding.Journey{}
	for _, partner := range partners.All() {
		w.journeys[partner.ID] = &onboarding.Journey{
			Partner: partner.ID, Platform: w.iron(s, meter), Ledger: w.store.Ledger(), Papers: w.papers(s.papers), Origins: origins,
			Now: w.clock.Now, NewKey: uuid.NewString,
		}
	}
	w.links = &session.Links{Store: w.store, HTTPS: s.https, Now: w.clock.Now}
	var records handlers.Records = w.store
	if s.records != nil {
		records = s.records(records)
	}
	handler, err := handlers.New(handlers.Deps{
		BaseURL: base, Partners: partners, Journeys: w.journeys, Origins: origins,
		Customers: session.NewCustomers(session.CustomersConfig{Store: w.store.Sessions(session.IdleLimit), HTTPS: s.https, Now: w.clock.Now}),
		Links:     w.links,
		Handoffs:  &session.Handoffs{Links: w.links, Keys: keys},
		Cookies:   session.NewCookies(session.CookiesConfig{Keys: keys, HTTPS: s.https, Now: w.clock.Now}),
		Showings:  &session.Showings{Keys: keys, Now: w.clock.Now},
		Watches:   &session.Watches{Keys: keys, Now: w.clock.Now},
		Answers:   &session.Answers{Store: w.store, Keys: keys, Now: w.clock.Now},
		Limits:    session.NewMemoryLimits(s.limits, w.clock.Now),
		Records:   records, News: w.watch(s), Webhooks: w.webhooks(s.secrets), Inbox: w.store,
		TrustedProxies: s.proxies, Meter: meter,
		Logger: slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now:    w.clock.Now, NewID: uuid.NewString, Ready: w.ready.Load,
	})
	must(w.t, err)
	return handler
}

// papers reads the simulator's documents, however long a page may have to wait for it.
func (w *world) papers(c papers.Config) *papers.Library {
	return papers.NewLibrary(papers.LibraryConfig{
		Fetcher: papers.NewFetcher(c), Keeper: w.store, Now: w.clock.Now, Glance: time.Minute,
	})
}

func (w *world) webhooks(secrets string) *iron.Webhooks {
	read, err := iron.NewWebhooks(secrets, w.clock.Now)
	must(w.t, err)
	return read
}

// watch has no readers unless a test gives one: where it wants news, it tells of them.
func (w *world) watch(s setup) *live.Watch {
	w.live = &live.Watch{Hub: live.NewHub(), Bus: live.NewLocal(), Log: slog.New(slog.DiscardHandler)}
	if acme := w.journeys["acme"]; s.reader != nil {
		reader := s.reader(w, acme)
		acme.Platform, w.live.Readers = reader, map[string]*live.Reader{"acme": reader}
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); w.live.Run(ctx) }()
	w.t.Cleanup(func() { w.live.Hub.Close(); stop(); <-ended })
	return w.live
}

func (w *world) iron(s setup, meter *handlers.Meter) *iron.Client {
	public, _ := w.sim.Addresses()
	var transport http.RoundTripper = iron.NewTransport()
	if s.transport != nil {
		transport = s.transport(transport)
	}
	client, err := iron.New(iron.Config{
		BaseURL: public + "/api", APIKey: ironKey, APIVersion: "2026-07-01", Timeout: s.timeout, Transport: transport,
		Backoff: func(int) time.Duration { return 0 }, Now: w.clock.Now,
		Observe: func(c iron.Call) { w.calls.Add(1); meter.IronCall(c.Method, c.Path, c.Class, c.Duration) },
	})
	must(w.t, err)
	return client
}

// scenario makes a customer who stands where the simulator's scenario says.
func (w *world) scenario(id string) simulator.Customer {
	w.t.Helper()
	customer, err := w.sim.Build(id, ironKey)
	must(w.t, err)
	return w.customer(customer)
}

func (w *world) customer(id string) simulator.Customer {
	w.t.Helper()
	c, err := w.sim.Customer(id)
	must(w.t, err)
	return c
}

// late is a handler that is made after its server.
type late struct{ http.Handler }

// clock is moved by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
