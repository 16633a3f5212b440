package faults

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portal/onboarding/simulator"
)

// late is just within the limit of one call, so that no call fails.
const late = 4800 * time.Millisecond

func TestALateIronHoldsUpNoPageForLongerThanAMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	p := w.start()
	v := &visitors{w: w, pages: map[string]*browser{
		"/p/acme/review": w.customer(p, "processed"), "/p/acme/documents": w.customer(p, "signings"), "/p/acme/complete": w.customer(p, "active"),
	}}
	v.fresh()
	before := p.metric("go_goroutines")
	end := w.fault(simulator.Fault{Kind: simulator.FaultSlow, Method: http.MethodGet, Delay: late})
	var group sync.WaitGroup
	var aged atomic.Int64 // the others have come while a reading was about to end
	for path, b := range v.pages {
		group.Go(func() {
			for range 4 {
				page, err := b.get(path)
				switch {
				case err != nil:
					t.Error(err)
				case page.status != http.StatusOK || page.took >= late:
					t.Errorf("%s answers %d after %v", path, page.status, page.took)
				case page.has("[data-as-of]"):
					aged.Add(1)
				}
			}
		})
	}
	group.Wait()
	if aged.Load() < 3 {
		t.Errorf("%d pages showed what was known before", aged.Load())
	}
	end()
	v.fresh()
	w.until("what was begun for those pages has ended", limit, func() bool { return p.metric("go_goroutines") <= before+20 })
}
