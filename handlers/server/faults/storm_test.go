package faults

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"
)

func TestInAStormOfEachStatusPagesAreReadAndOneProbeASecondGoesOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	p := w.start()
	readers := map[string]*browser{
		"/p/acme/review": w.customer(p, "processed"), "/p/acme/documents": w.customer(p, "signings"), "/p/acme/complete": w.customer(p, "active"),
	}
	v := &visitors{w: w, pages: readers}
	const refused = `portal_iron_call_seconds_count{method="GET",outcome="breaker-open",path="/customers/{id}"}`
	for _, status := range []int{
		http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
	} {
		v.fresh()
		before := p.metric(refused)
		w.iron.gateway.Store(&gateway{status: status})
		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for path, b := range readers {
			group.Go(func() { readAll(ctx, w, b, path) })
		}
		name := strconv.Itoa(status)
		opened := w.until(name+": the breaker opens", 5*time.Second, func() bool { return p.metric(refused) > before })
		quiet := time.Now()
		pause(5 * time.Second)
		probes, lasted := w.iron.since(quiet), time.Since(quiet)
		// The first may be due as soon as this is counted.
		if most := int(lasted.Seconds()) + 2; probes > most || probes == 0 {
			t.Errorf("%s: %d requests in %v, want about one each second", name, probes, lasted)
		}
		stop()
		group.Wait()
		w.iron.gateway.Store(nil)
		recovered := w.until(name+": pages are fresh again", 10*time.Second, func() bool {
			return !readers["/p/acme/review"].open("/p/acme/review").has("[data-as-of]")
		})
		t.Logf("%s: the breaker opened after %v; %d probes in %v; pages were fresh %v after the end",
			name, opened.Round(time.Millisecond), probes, lasted.Round(time.Second), recovered.Round(time.Millisecond))
	}
}
