package faults

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portal/onboarding/simulator"
)

// late is just within the limit of one call, so that no call fails.
const late = 4800 * time.Millisecond

// atOnce is how soon a page is there that has something to show. To the millisecond
// that is in the tests of live, whose clock is no machine's.
const atOnce = 1500 * time.Millisecond

func TestALateIronHoldsUpNoPageForLongerThanAMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	p := w.start()
	v := &visitors{w: w, pages: map[string]*browser{
		"/p/acme/review": w.customer(p, "processed"), "/p/acme/documents": w.customer(p, "signings"), "/p/acme/complete": w.customer(p, "active"),
	}}
	v.fresh()
	before := p.metric("go_goroutines")
	// A new process knows what the old one knew, and has read no document yet.
	p.kill()
	p.start()
	end := w.fault(simulator.Fault{Kind: simulator.FaultSlow, Method: http.MethodGet, Delay: late})
	w.iron.papers.Store(int64(limit))
	ctx, stop := context.WithCancel(t.Context())
	busy := w.elsewhere(ctx, p)
	var group sync.WaitGroup
	var aged atomic.Int64 // the others have come while a reading was about to end
	took := make(chan time.Duration, 100)
	for path, b := range v.pages {
		for _, path := range []string{path, "/p/acme/"} { // which leads there
			group.Go(func() {
				for range 4 {
					began := time.Now()
					page, err := b.get(path)
					took <- time.Since(began)
					switch {
					case err != nil:
						t.Error(err)
					case page.status != http.StatusOK:
						t.Errorf("%s answers %d", path, page.status)
					case page.has("[data-as-of]"):
						aged.Add(1)
					}
				}
			})
		}
	}
	group.Wait()
	stop()
	close(took)
	var all []time.Duration
	for d := range took {
		all = append(all, d)
	}
	slices.Sort(all)
	// What the machine itself is slow by shows in pages that need nothing of Iron.
	slowest, allowance := all[len(all)-1], time.Second/2+5*<-busy
	t.Logf("%d pages while each of Iron's answers takes %v: median %v, slowest %v; allowed are %v and %v for the load of this machine",
		len(all), late, all[len(all)/2].Round(time.Millisecond), slowest.Round(time.Millisecond), atOnce, allowance.Round(time.Millisecond))
	if slowest > atOnce+allowance {
		t.Error("a page has waited for Iron")
	}
	if aged.Load() < int64(len(all))/2 {
		t.Errorf("%d of %d pages showed what was known before", aged.Load(), len(all))
	}
	end()
	w.iron.papers.Store(0)
	v.fresh()
	w.until("what was begun for those pages has ended", limit, func() bool { return p.metric("go_goroutines") <= before+20 })
}

// elsewhere reads a page that needs nothing of Iron until ctx ends, and then tells the
// longest that it took.
func (w *world) elsewhere(ctx context.Context, p *portal) <-chan time.Duration {
	b, longest := w.stranger(p), make(chan time.Duration, 1)
	go func() {
		most := time.Duration(0)
		for ctx.Err() == nil {
			if page, err := b.send(http.MethodGet, "/p/acme/", nil); err == nil {
				most = max(most, page.took)
			}
			pause(10 * time.Millisecond)
		}
		longest <- most
	}()
	return longest
}

func TestWhoHasJustSignedIsNotAskedAgainWhileIronIsLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	s := w.signer(w.start(), true)
	forms := s.open("/p/acme/documents").agreements()
	end := w.fault(simulator.Fault{Kind: simulator.FaultSlow, Method: http.MethodGet, Delay: 3 * time.Second / 2})
	for n, form := range forms {
		s.agree(form)
		page := s.open("/p/acme/documents")
		if !s.answered[form.document] || !page.has("[data-as-of]") {
			t.Fatalf("answered %t, then a page that is not from before: the test means nothing (%v)", s.answered[form.document], s.failures)
		}
		if got := len(page.signed()); !slices.Contains(page.signed(), form.document) || got != n+1 || len(page.agreements()) != len(forms)-got {
			t.Errorf("after %d of %d, %d are shown as signed and %d as to be signed", n+1, len(forms), got, len(page.agreements()))
		}
	}
	end()
	w.settled(convergence)
	s.wantWhole(w.iron.keys())
}
