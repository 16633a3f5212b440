package faults

import (
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"portal/onboarding/simulator"
)

// ironTimeout is the portal's limit for one call in these tests: a tenth of the
// product's own or less, as are the delays here a tenth of what they stand for.
const ironTimeout = 600 * time.Millisecond

// trouble is one way in which Iron, or the way there, fails.
type trouble struct {
	name  string
	fault simulator.Fault
	air   weather
	gate  gateway // that answers for Iron
	// unsure: what Iron says can be read, and makes no sense. Then the page says so.
	unsure bool
	// harmless: what Iron says is what it always says.
	harmless bool
	// spent: the failure may be kept under the idempotency key, so that a new one is used.
	spent bool
}

func troubles() []trouble {
	list := []trouble{
		{name: "late, within the limit", fault: simulator.Fault{Kind: simulator.FaultSlow, Delay: ironTimeout / 4}, harmless: true},
		{name: "late, beyond the limit (30 s)", fault: simulator.Fault{Kind: simulator.FaultSlow, Delay: 6 * ironTimeout}},
		{name: "reset", air: weather{reset: true}},
		{name: "swallowed", air: weather{blackhole: true}},
		{name: "cut short by the network", air: weather{cut: 200}},
		{name: "no byte after the first", air: weather{stall: 150}},
		{name: "503 of a gateway", gate: gateway{status: http.StatusServiceUnavailable}},
		{name: "504 of a gateway, and it is done all the same", gate: gateway{status: http.StatusGatewayTimeout, after: true}},
		{name: "50 MB of blanks", gate: gateway{status: http.StatusOK, media: "application/json", says: " ", size: 50 << 20}},
		{name: "JSON half a million deep", gate: gateway{status: http.StatusOK, media: "application/json", says: `[`, size: 500_000}},
	}
	for _, info := range simulator.FaultKinds() {
		if info.Kind == simulator.FaultSlow {
			continue
		}
		spent := info.Kind == simulator.FaultStored || info.Kind == simulator.FaultError
		list = append(list, trouble{
			name: info.Title, fault: simulator.Fault{Kind: info.Kind, RetryAfter: time.Second},
			unsure: info.Kind == simulator.FaultUnknown || info.Kind == simulator.FaultNulls, spent: spent,
		})
		if info.Chosen {
			list = append(list, trouble{
				name: info.Title + ", and it is done all the same", fault: simulator.Fault{Kind: info.Kind, RetryAfter: time.Second, AfterEffect: true}, spent: spent,
			})
		}
	}
	return list
}

func TestWhateverIronAnswersPagesStayAndConsentsArriveOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t), "PORTAL_IRON_TIMEOUT", ironTimeout.String())
	network := newProxy(t, strings.TrimPrefix(w.iron.url, "http://"))
	p := w.start("PORTAL_IRON_URL", "http://"+network.address+"/api")
	v := &visitors{w: w, pages: map[string]*browser{
		"/p/acme/review": w.customer(p, "processed"), "/p/acme/documents": w.customer(p, "signings"), "/p/acme/complete": w.customer(p, "active"),
	}}
	list := troubles()
	signers, forms := make([]*signer, len(list)), make([]agreement, len(list))
	for n := range list {
		signers[n] = w.signer(p, false)
		forms[n] = signers[n].form()
	}
	v.fresh()
	before := p.metric("go_goroutines")
	for n, trouble := range list {
		end := trouble.begin(w, network, "GET", "")
		v.during(trouble)
		end()
		v.fresh()
		end = trouble.begin(w, network, "POST", "/customers/{id}/signings")
		signers[n].agree(forms[n])
		end()
		for status := range signers[n].failures {
			if status != http.StatusBadGateway && status != http.StatusServiceUnavailable && status != http.StatusTooManyRequests {
				t.Errorf("%s: a form is answered with %d", trouble.name, status)
			}
		}
		if n%6 == 0 {
			runtime.GC() // the huge answers are the simulator's, in this process
		}
	}
	took := w.settled(convergence)
	keys, signings := w.iron.keys(), 0
	for n, s := range signers {
		if list[n].spent {
			s.rekeyed = true
		}
		s.name = list[n].name
		signings += s.wantWhole(keys)
	}
	w.wantEvidence(p)
	if !p.alive() {
		t.Error("the portal has ended")
	}
	if p.metric(`portal_unknown_words_total{kind="customer status"}`) == 0 {
		t.Error("words that nobody knows are not counted")
	}
	after, memory := p.metric("go_goroutines"), p.metric("process_resident_memory_bytes")/(1<<20)
	if after > before+40 || memory > 200 {
		t.Errorf("%v goroutines before, %v after; %.0f MiB", before, after, memory)
	}
	t.Logf("%d troubles, %d signings, settled after %v; the slowest page took %v; %v goroutines before, %v after, %.0f MiB",
		len(list), signings, took.Round(time.Millisecond), v.longest.Round(time.Millisecond), before, after, memory)
}

// begin puts it in force for these requests. What the network does, it does to all.
func (x trouble) begin(w *world, network *proxy, method, pattern string) (end func()) {
	w.t.Helper()
	switch {
	case x.gate.status != 0:
		gate := x.gate
		gate.method, gate.suffix = method, pattern[strings.LastIndex(pattern, "/")+1:]
		w.iron.gateway.Store(&gate)
		return func() { w.iron.gateway.Store(nil) }
	case x.fault.Kind != "":
		x.fault.Method, x.fault.Pattern = method, pattern
		return w.fault(x.fault)
	}
	network.turn(x.air)
	return func() { network.turn(weather{}); network.breakAll() }
}

// visitors are customers whom the portal has seen before, each on their page.
type visitors struct {
	w       *world
	pages   map[string]*browser
	longest time.Duration
}

// during reads all pages while something is wrong.
func (v *visitors) during(x trouble) {
	v.w.t.Helper()
	for path, b := range v.pages {
		for range 2 {
			page, err := b.get(path)
			if err != nil {
				v.w.t.Fatalf("%s: %s: %v", x.name, path, err)
			}
			v.longest = max(v.longest, page.took)
			aged := page.has("[data-as-of]")
			switch {
			case x.unsure:
				v.wantCalm(x, page)
			case page.status != http.StatusOK || page.url.Path != path || aged == x.harmless:
				v.w.t.Errorf("%s: %s answers %d at %s, aged %v", x.name, path, page.status, page.url.Path, aged)
			}
		}
	}
}

// wantCalm: words that nobody knows lead to no button, and to nothing that sounds
// like an end.
func (v *visitors) wantCalm(x trouble, page *page) {
	v.w.t.Helper()
	if page.status != http.StatusOK || !slices.Contains([]string{"unknown", "rails-pending", "sign", "activating", "waiting", "ready"}, page.mark("data-state")) {
		v.w.t.Errorf("%s: %s answers %d in state %s", x.name, page.url.Path, page.status, page.mark("data-state"))
	}
	if x.fault.Kind == simulator.FaultUnknown && (page.mark("data-state") != "unknown" || page.has("form[action$='/sign']")) {
		v.w.t.Errorf("%s: %s is in state %s", x.name, page.url.Path, page.mark("data-state"))
	}
}

// fresh waits until all pages are as Iron has them.
func (v *visitors) fresh() {
	v.w.t.Helper()
	for path, b := range v.pages {
		v.w.until(path+" is fresh again", 10*time.Second, func() bool {
			page, err := b.get(path)
			return err == nil && page.status == http.StatusOK && page.url.Path == path && !page.has("[data-as-of]")
		})
	}
}

func TestNothingIsAskedOfIronBeforeTheTimeThatItHasNamed(t *testing.T) {
	t.Parallel()
	const wait = 3 * time.Second
	// Where Iron wants to be left alone for less than the portal would wait for an
	// answer, pages wait as well. Here it is longer.
	w := newWorld(t, sqlite(t), "PORTAL_IRON_TIMEOUT", "1s")
	p := w.start()
	first, second := w.customer(p, "processed"), w.customer(p, "signings")
	first.open("/p/acme/review")
	second.open("/p/acme/documents")
	// Nobody's calls are under way, so that the first answer is what all others go by.
	w.until("Iron is left alone", limit, func() bool { return w.iron.InFlight() == 0 })
	w.fault(simulator.Fault{Kind: simulator.FaultRetryAfter, RetryAfter: wait, Count: 1})
	began := time.Now()
	first.open("/p/acme/review")
	told := time.Now()
	sent, reads := w.iron.since(began), 0
	for time.Since(began) < wait-200*time.Millisecond {
		for path, b := range map[string]*browser{"/p/acme/review": first, "/p/acme/documents": second} {
			page := b.open(path)
			if time.Since(began) > wait {
				continue // it has waited for the end
			}
			if reads++; page.status != http.StatusOK || !page.has("[data-as-of]") {
				t.Errorf("%s answers %d, without its age", path, page.status)
			}
		}
		pause(50 * time.Millisecond)
	}
	for _, a := range w.iron.requests() {
		if a.at.After(told) && a.at.Before(began.Add(wait)) {
			t.Errorf("%s was asked for %v before the time that Iron has named", a.address, began.Add(wait).Sub(a.at))
		}
	}
	if reads == 0 {
		t.Error("no page was read meanwhile: the test means nothing")
	}
	stranger, err := w.stranger(p).get("/p/acme/")
	if err != nil || stranger.status != http.StatusOK {
		t.Errorf("a page that needs nothing of Iron answers %d, %v", stranger.status, err)
	}
	took := w.until("pages are fresh again", 10*time.Second, func() bool { return !first.open("/p/acme/review").has("[data-as-of]") })
	t.Logf("%d calls were on their way when Iron said so; %d pages meanwhile (the first after %v), fresh %v after the wait",
		sent, reads, told.Sub(began).Round(time.Millisecond), took.Round(time.Millisecond))
}
