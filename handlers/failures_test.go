package handlers_test

import (
	"net/http"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"portal/onboarding/simulator"
)

var codeShape = regexp.MustCompile(`^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$`)

func TestIronFailingShowsAPageThatSaysSoWithACodeThatIsInTheLog(t *testing.T) {
	for name, c := range map[string]struct {
		fault  simulator.Fault
		status int
		kind   string
	}{
		"down":        {simulator.Fault{Kind: simulator.FaultDown}, http.StatusServiceUnavailable, "unavailable"},
		"slow":        {simulator.Fault{Kind: simulator.FaultSlow, Delay: 2 * time.Second}, http.StatusServiceUnavailable, "unavailable"},
		"500":         {simulator.Fault{Kind: simulator.FaultError}, http.StatusServiceUnavailable, "unavailable"},
		"502":         {simulator.Fault{Kind: simulator.FaultGateway}, http.StatusServiceUnavailable, "unavailable"},
		"html":        {simulator.Fault{Kind: simulator.FaultHTML}, http.StatusServiceUnavailable, "unavailable"},
		"broken":      {simulator.Fault{Kind: simulator.FaultBroken}, http.StatusServiceUnavailable, "unavailable"},
		"cut":         {simulator.Fault{Kind: simulator.FaultCut}, http.StatusServiceUnavailable, "unavailable"},
		"huge":        {simulator.Fault{Kind: simulator.FaultHuge}, http.StatusServiceUnavailable, "unavailable"},
		"429":         {simulator.Fault{Kind: simulator.FaultTooMany}, http.StatusTooManyRequests, "too-many"},
		"429 to wait": {simulator.Fault{Kind: simulator.FaultRetryAfter, RetryAfter: 7 * time.Second}, http.StatusTooManyRequests, "too-many"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(s *setup) { s.timeout = 100 * time.Millisecond })
			b, _, c2 := w.at("signings")
			w.fault(c.fault)
			for _, path := range []string{"/p/acme/", "/p/acme/documents"} {
				p := b.get(path).is(c.status)
				p.one("[role=alert][data-problem=" + c.kind + "]")
				p.one("main").Data = "main"
				p.says("Nothing is lost")
				code := p.text("[data-support-code]")
				if !codeShape.MatchString(code) || !strings.Contains(w.log.String(), `"support_code":"`+code+`"`) {
					t.Errorf("the code is %q", code)
				}
				if p.header.Get("Retry-After") == "" || !strings.Contains(p.body, `http-equiv="refresh"`) {
					t.Error("nobody says when to come back")
				}
				if name == "429 to wait" && p.header.Get("Retry-After") != "7" {
					t.Errorf("Retry-After is %s", p.header.Get("Retry-After"))
				}
			}
			answer, said := w.api(acmeKey, http.MethodGet, "/api/v1/customers/"+c2.ID+"/progress", nil)
			if answer.is(c.status); said["support_code"] == "" || answer.header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("the partner is told %v", said)
			}
			w.sim.ClearFaults()
		})
	}
}

func TestIronsTraceIDIsInTheLogAndNotOnThePage(t *testing.T) {
	w := newWorld(t)
	b, _, _ := w.at("pending")
	w.fault(simulator.Fault{Kind: simulator.FaultError})
	p := b.get("/p/acme/").is(http.StatusServiceUnavailable)
	var trace string
	for line := range strings.Lines(w.log.String()) {
		if strings.Contains(line, p.text("[data-support-code]")) {
			_, trace, _ = strings.Cut(line, `"trace_id":"`)
			trace, _, _ = strings.Cut(trace, `"`)
		}
	}
	if trace == "" || strings.Contains(p.body, trace) {
		t.Errorf("the trace id is %q in the log", trace)
	}
}

func TestAWrongKeyForIronIsTheOperatorsBusiness(t *testing.T) {
	w := newWorld(t, func(s *setup) {
		s.transport = func(base http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				if strings.Contains(r.URL.Path, "/identifications") {
					r = r.Clone(r.Context())
					r.Header.Set("X-API-Key", "wrong")
				}
				return base.RoundTrip(r)
			})
		}
	})
	c := w.scenario("pending")
	b := w.browser()
	p := b.get(w.link(c.ID)).submit("form[data-auto-submit]").is(http.StatusBadGateway)
	p.one("[data-problem=bad-gateway]")
	if !strings.Contains(w.log.String(), "access refused") {
		t.Error("the log does not say that the key is refused")
	}
}

func TestTheDatabaseDownStopsEverythingBeforeIronIsAsked(t *testing.T) {
	w := newWorld(t)
	b, p, c := w.at("signings")
	form, _ := firstForm(p)
	before := len(w.sim.Exchanges(0))
	must(t, w.store.Close())
	for _, answer := range []*page{
		p.post(form, "consent", "yes"), b.send(http.MethodGet, "/p/acme/documents", nil), b.send(http.MethodGet, "/p/acme/", nil),
	} {
		answer.is(http.StatusServiceUnavailable).one("[data-problem=broken]")
		if strings.Contains(answer.text("main"), "Iron") {
			t.Errorf("Iron is blamed: %s", answer.text("main"))
		}
	}
	answer, _ := w.api(acmeKey, http.MethodPost, "/api/v1/sessions", map[string]any{"customer_id": c.ID}, idempotent("k"))
	answer.is(http.StatusServiceUnavailable)
	if n := len(w.sim.Exchanges(0)) - before; n != 0 {
		t.Errorf("%d requests reached Iron", n)
	}
	b.get("/readyz").is(http.StatusServiceUnavailable)
	b.get("/healthz").is(http.StatusOK)
}

func TestReadinessFollowsTheDatabaseAndTheStopButNotIron(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	w.fault(simulator.Fault{Kind: simulator.FaultDown})
	b.get("/readyz").is(http.StatusOK)
	w.ready.Store(false)
	b.get("/readyz").is(http.StatusServiceUnavailable)
	b.get("/healthz").is(http.StatusOK)
}

func TestAPanicBecomesAPage(t *testing.T) {
	w := newWorld(t)
	b, _, _ := w.at("pending")
	w.journeys["acme"].Platform = nil
	p := b.get("/p/acme/").is(http.StatusInternalServerError)
	p.one("[role=alert][data-problem=broken]")
	p.one("[data-support-code]")
	if !strings.Contains(w.log.String(), "nil pointer dereference") || strings.Contains(p.body, "nil pointer") {
		t.Error("the cause is not in the log, or on the page")
	}
}

func TestABodyThatIsTooLongIsRefused(t *testing.T) {
	w := newWorld(t)
	long := map[string][]string{"name": {strings.Repeat("x", 70<<10)}}
	w.browser().send(http.MethodPost, "/p/acme/sign-up", long).is(http.StatusRequestEntityTooLarge)
	unsaid := func(r *http.Request) { r.ContentLength = -1 }
	w.browser().send(http.MethodPost, "/p/acme/sign-up", long, unsaid).is(http.StatusRequestEntityTooLarge)
	answer, _ := w.api(acmeKey, http.MethodPost, "/api/v1/sessions", `{"customer_id":"`+strings.Repeat("x", 70<<10)+`"}`, idempotent("k"), unsaid)
	answer.is(http.StatusRequestEntityTooLarge)
}

func TestAddressesTypedNearlyRightAreForgiven(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	for typed, right := range map[string]string{
		"/p/acme": "/p/acme/", "/P/Acme/": "/p/acme/", "/p/ACME": "/p/acme/", "/p/acme/identity/": "/p/acme/identity",
		"/p/Acme/Documents": "/p/acme/documents", "/p/acme//review": "/p/acme/review", "/p/acme/START/AbC": "/p/acme/start/AbC",
	} {
		p := b.send(http.MethodGet, typed, nil).is(http.StatusMovedPermanently)
		if got := p.header.Get("Location"); got != right {
			t.Errorf("%s leads to %s, want %s", typed, got, right)
		}
	}
	for _, form := range []string{"/p/acme/sign-up", "/p/acme/sign-out", "/p/acme/preferences", "/p/acme/documents/x/sign"} {
		b.send(http.MethodGet, form, nil).leadsTo("/p/acme/")
	}
	for _, wrong := range []string{"/p/", "/", "/p/nobody", "/p/acme/nowhere", "/p/acme/identity/x", "/p/acme/../../etc", "//evil.example/p/acme", "/p/acme/start"} {
		b.send(http.MethodGet, wrong, nil).is(http.StatusNotFound)
	}
}

func TestForwardingHeadersAreBelievedFromTrustedProxiesOnly(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	for name, want := range map[string]string{"": "127.0.0.1", "trusted": "203.0.113.9"} {
		w := newWorld(t, func(s *setup) {
			if name != "" {
				s.proxies = trusted
			}
		})
		b, p, c := w.at("signings")
		b.extra.Set("X-Forwarded-For", "198.51.100.1, 203.0.113.9")
		b.extra.Set("X-Real-Ip", "198.51.100.2")
		form, _ := firstForm(p)
		p.post(form, "consent", "yes").leadsTo("/p/acme/documents")
		consents, err := w.store.CustomerConsents(t.Context(), "acme", c.ID)
		must(t, err)
		if got := consents[0].Address; got != want {
			t.Errorf("with %q proxies the address is %s, want %s", name, got, want)
		}
	}
}
