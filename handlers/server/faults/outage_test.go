package faults

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"portal/onboarding/simulator"
)

// An outage of ten minutes is played in seconds of real time. What is shortened is how
// long it lasts; the breaker, its pause between probes, and the timers of deliveries
// are the product's own, so that what is counted is counted for each second. Nothing
// in the portal depends on how long Iron has been away.
func outageTime() time.Duration {
	if soak() {
		return 10 * time.Minute
	}
	return 12 * time.Second
}

func TestWhileIronIsDownPagesAreReadAndConsentsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t), "PORTAL_IRON_TIMEOUT", "1s")
	p := w.start()
	readers := map[string]*browser{
		"/p/acme/review": w.customer(p, "processed"), "/p/acme/documents": w.customer(p, "signings"), "/p/acme/complete": w.customer(p, "active"),
		"/p/acme/identity": w.customer(p, "pending"),
	}
	for path, b := range readers {
		b.open(path)
	}
	// One has pressed the button when Iron goes away: their consent is kept.
	s := w.signer(p, false)
	form := s.form()
	endOfSlow := w.fault(simulator.Fault{Kind: simulator.FaultDown, Method: http.MethodPost})
	s.agree(form)
	if !s.answered[form.document] {
		t.Errorf("a consent that is kept was answered with a failure: %v", s.failures)
	}
	down := w.fault(simulator.Fault{Kind: simulator.FaultDown})
	endOfSlow()

	began := time.Now()
	ctx, stop := context.WithDeadline(t.Context(), began.Add(outageTime()))
	defer stop()
	var group sync.WaitGroup
	for path, b := range readers {
		group.Go(func() { readAll(ctx, w, b, path) })
	}
	opened := w.until("the breaker opens", 5*time.Second, func() bool {
		return p.metric(`portal_iron_call_seconds_count{method="GET",outcome="breaker-open",path="/customers/{id}"}`) > 0
	})
	quiet := time.Now()
	// A form that comes now is not kept: what is agreed to can't be looked at. The page
	// says so, and the form works when Iron is back.
	late := w.signerOf(readers["/p/acme/documents"])
	second := late.form()
	late.agree(second)
	if kept, _ := w.books().CustomerConsents(t.Context(), "acme", late.id); late.failures[http.StatusServiceUnavailable] != 1 || len(kept) != 0 {
		t.Errorf("a form that comes while Iron is down: %d consents, failures %v", len(kept), late.failures)
	}
	// The same outage has more than one face.
	for _, kind := range []simulator.FaultKind{simulator.FaultGateway, simulator.FaultError} {
		pause(outageTime() / 3)
		next := w.fault(simulator.Fault{Kind: kind})
		down()
		down = next
	}
	group.Wait()
	probes, lasted := w.iron.since(quiet), time.Since(quiet)
	if most := int(lasted.Seconds()*1.2) + 3; probes > most {
		t.Errorf("%d requests in %v while Iron is down, want at most about one each second", probes, lasted)
	}
	down()
	recovered := w.until("pages are fresh again", 10*time.Second, func() bool {
		page, err := readers["/p/acme/review"].get("/p/acme/review")
		return err == nil && page.status == http.StatusOK && !page.has("[data-as-of]")
	})
	if late.agree(second); !late.answered[second.document] {
		t.Errorf("the same form, once Iron is back: %v", late.failures)
	}
	settled := w.settled(convergence)
	s.wantWhole(w.iron.keys())
	late.wantWhole(w.iron.keys())
	w.wantEvidence(p)
	t.Logf("the breaker opened after %v; %d probes in %v; pages were fresh %v after the end, consents delivered after %v",
		opened.Round(time.Millisecond), probes, lasted.Round(time.Second), recovered.Round(time.Millisecond), settled.Round(time.Millisecond))
}

// readAll reads a page until ctx ends: each time there is one, and it says how old it is.
func readAll(ctx context.Context, w *world, b *browser, path string) {
	read, aged, longest := 0, 0, time.Duration(0)
	for ctx.Err() == nil {
		page, err := b.get(path)
		switch {
		case err != nil:
			w.t.Errorf("%s: %v", path, err)
		case page.status != http.StatusOK || page.url.Path != path:
			w.t.Errorf("while Iron is down %s answers %d at %s", path, page.status, page.url.Path)
		default:
			if page.has("[data-as-of]") {
				aged++
			}
			longest = max(longest, page.took)
		}
		read++
		pause(50 * time.Millisecond)
	}
	if aged < read {
		w.t.Errorf("%s was read %d times, and said how old it is %d times", path, read, aged)
	}
	w.t.Log(path + ": read " + strconv.Itoa(read) + " times, the longest took " + longest.Round(time.Millisecond).String())
}
