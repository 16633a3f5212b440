package handlers

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"portal/onboarding"
	"portal/onboarding/live"
	"portal/session"
	"portal/static"

	"github.com/labstack/echo/v4"
)

// Deps is what the web face needs. All of it is safe for use by many at once.
type Deps struct {
	BaseURL  *url.URL                       // the public address, which links begin with
	Partners *session.Partners              // whose pages there are
	Journeys map[string]*onboarding.Journey // by the partner's id; one for each partner
	Origins  onboarding.Origins             // hosted identity pages: framed, linked, given the camera

	Customers *session.Customers // who is signed in
	Links     *session.Links     // one-time links
	Handoffs  *session.Handoffs  // links for customers' phones
	Cookies   *session.Cookies   // preferences and notices
	Showings  *session.Showings  // what was shown of a document
	Watches   *session.Watches   // frames that follow a customer without a session
	Answers   *session.Answers   // of the partner API, for repeated requests
	Limits    session.Limits     // how often is too often
	Records   Records            // the portal's own database
	News      *live.Watch        // who waits for news of whom
	Webhooks  Webhooks           // which messages are Iron's
	Inbox     Inbox              // where they are kept

	TrustedProxies []netip.Prefix   // whose X-Forwarded-For is believed
	Meter          *Meter           // what is counted
	Logger         *slog.Logger     // one line for each request, and what operators must know
	Now            func() time.Time // the clock for what is written into pages
	NewID          func() string    // a fresh UUID
	// Ready tells whether requests should still be sent here, beside the database's
	// answer: not while the portal is about to stop.
	Ready func() bool
}

// Records is what the pages read and keep in the portal's own database.
type Records interface {
	// ClaimCustomer makes a customer the partner's, and tells whether it is.
	ClaimCustomer(ctx context.Context, partner, customerID string) (mine bool, err error)
	OwnsCustomer(ctx context.Context, partner, customerID string) (bool, error)
	// CustomerConsents are all consents of one customer, oldest first.
	CustomerConsents(ctx context.Context, partner, customerID string) ([]onboarding.Consent, error)
	// Evidence are the records of one customer's chain, in order.
	Evidence(ctx context.Context, partner, customerID string) ([]onboarding.Evidence, error)
	// NoteOpening keeps when a customer has opened a document; Openings says it, by the
	// documents' fingerprints.
	NoteOpening(ctx context.Context, partner, customerID, fingerprint string, at time.Time) error
	Openings(ctx context.Context, partner, customerID string) (map[string]time.Time, error)
	// Content gives back the bytes of a document that were kept, by their SHA-256 in hex.
	Content(ctx context.Context, sha256 string) (body []byte, found bool, err error)
	HasContent(ctx context.Context, sha256 string) (bool, error)
	Ping(ctx context.Context) error
}

// handlers is Deps, and what is worked out from them once.
type handlers struct {
	Deps
	https       bool   // the public address is an https one
	loopback    bool   // the public address is this machine itself
	base        string // the public address, without a slash at its end
	permissions string
	frameAllow  string
	brands      map[string]brand // by the partner's id
	crossOrigin *http.CrossOriginProtection
	address     echo.IPExtractor
}

// New makes the portal's web face.
func New(d Deps) (http.Handler, error) {
	h := &handlers{
		Deps:        d,
		https:       d.BaseURL.Scheme == "https",
		loopback:    onboarding.Loopback(d.BaseURL.Hostname()),
		base:        strings.TrimSuffix(d.BaseURL.String(), "/"),
		permissions: permissions(d.Origins),
		frameAllow:  frameAllow(d.Origins),
		brands:      brandsOf(d.Partners),
		crossOrigin: http.NewCrossOriginProtection(),
		address:     addressOf(d.TrustedProxies),
	}
	// A proxy may pass on another Host than the one that the browser sees.
	if err := h.crossOrigin.AddTrustedOrigin(originOf(d.BaseURL.String())); err != nil {
		return nil, fmt.Errorf("handlers: base URL: %w", err)
	}
	for _, partner := range d.Partners.All() {
		if d.Journeys[partner.ID] == nil {
			return nil, fmt.Errorf("handlers: partner %s has no journey", partner.ID)
		}
	}
	e := echo.New()
	e.HTTPErrorHandler = h.fail
	e.IPExtractor = h.address
	e.Use(
		h.record,   // outermost, so that the log has the status that was sent, panics' included
		h.recover,  // inside the log, outside everything that may panic
		h.protect,  // before anything can answer: no answer goes without headers
		h.limit,    // before anybody reads a body
		h.fromHere, // before anything is done: forms of other sites end here
	)
	h.routes(e)

	return h.beside(e), nil
}

// beside answers what needs nothing of the above, and must be answered when it can't:
// files and health. It is no ServeMux, which would answer some paths by itself.
func (h *handlers) beside(next http.Handler) http.Handler {
	files, embed := h.files(static.Handler()), h.files(static.EmbedHandler())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case strings.HasPrefix(path, static.Prefix):
			files.ServeHTTP(w, r)
		case static.IsEmbed(path):
			embed.ServeHTTP(w, r)
		case path == "/healthz" && safe(r.Method):
			h.alive(w, r)
		case path == "/readyz" && safe(r.Method):
			h.ready(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// routes is every address there is, and who may enter. What is behind a door may
// take for granted what the door has found out.
func (h *handlers) routes(e *echo.Echo) {
	const (
		submission = onboarding.StageSubmission
		review     = onboarding.StageReview
		activation = onboarding.StageActivation
		complete   = onboarding.StageComplete
	)
	p := e.Group("/p/:partner")
	h.get(p, "/", h.page(anyone, (*visit).hub))
	p.POST("/sign-up", h.page(anyone, (*visit).signUp))
	h.get(p, "/start/:token", h.page(anyone, (*visit).showLink))
	p.POST("/start/:token", h.page(anyone, (*visit).useLink))
	h.get(p, "/identity", h.page(at(submission), (*visit).identity))
	p.POST("/identity", h.page(form, (*visit).beginCheck))
	h.get(p, "/review", h.page(at(review), (*visit).review))
	h.get(p, "/documents", h.page(at(activation), (*visit).documents))
	h.get(p, "/documents/:id", h.page(at(activation), (*visit).readDocument))
	p.POST("/documents/:id/sign", h.page(formAt(activation), (*visit).sign))
	h.get(p, "/complete", h.page(at(complete), (*visit).complete))
	h.get(p, "/receipts", h.page(customer, (*visit).receipts))
	h.get(p, "/receipts/:id", h.page(customer, (*visit).receipt))
	h.get(p, "/receipts/:id/document", h.page(customer, (*visit).signedDocument))
	h.get(p, "/phone", h.page(customer, (*visit).phone))
	p.POST("/phone", h.page(form, (*visit).makeCode))
	h.get(p, "/phone/:code", h.page(customer, (*visit).showCode))
	h.get(p, "/watch", h.page(anyone, (*visit).watch))
	p.POST("/page", h.page(anyone, (*visit).carry))
	p.GET("/events", h.page(anyone, (*visit).events))
	p.POST("/preferences", h.page(anyone, (*visit).savePreferences))
	p.POST("/sign-out", h.page(form, (*visit).signOut))
	h.get(p, "/brand.css", h.page(anyone, (*visit).brandCSS))
	h.get(p, "/doctor", h.page(anyone, (*visit).doctor))
	p.POST("/doctor/probe", h.page(anyone, (*visit).setProbe))
	h.get(p, "/doctor/probe", h.page(anyone, (*visit).readProbe))

	e.POST("/webhooks/iron", h.webhook)

	api := e.Group("/api/v1")
	api.POST("/sessions", h.partner(h.createSession))
	h.get(api, "/customers/:id/progress", h.partner(h.customerProgress))
	h.get(api, "/customers/:id/consents", h.partner(h.customerConsents))
	h.get(api, "/openapi.json", h.apiDocument())
}

// get answers HEAD as well: the router would refuse it.
func (h *handlers) get(g *echo.Group, path string, handler echo.HandlerFunc) {
	g.GET(path, handler)
	g.HEAD(path, handler)
}
