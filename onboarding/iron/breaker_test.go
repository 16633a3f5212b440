package iron_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/iron"
)

// sick scripts an Iron that answers 503 while *down.
func (f *fakeIron) sick(down *bool, delay time.Duration) {
	f.handle("/", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(delay)
		f.mu.Lock()
		ill := *down
		f.mu.Unlock()
		switch {
		case ill:
			reply(w, 503, ``)
		case r.URL.Path == "/api/customers/"+mary:
			reply(w, 200, customerBody("Active"))
		default:
			reply(w, 200, `{"items":[]}`)
		}
	})
}

// untilOpen asks until nothing is sent any more.
func untilOpen(t *testing.T, f *fakeIron, c *iron.Client) {
	t.Helper()
	for range 20 {
		before := len(f.requests(""))
		_, err := c.Customer(t.Context(), mary)
		wantErr(t, err, onboarding.ErrUnavailable)
		if len(f.requests("")) == before {
			return
		}
	}
	t.Fatal("the breaker never opened")
}

func TestWhileIronIsDownCallsFailAtOnceAndOneASecondProbes(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		down := true
		f.sick(&down, 0)
		c := f.client(over(transport))
		untilOpen(t, f, c)
		if n := len(f.requests("")); n != 10 {
			t.Errorf("opened after %d failures", n)
		}
		err := writes["signing"].do(t.Context(), c)
		wantErr(t, err, onboarding.ErrUnavailable)
		notErr(t, err, onboarding.ErrUncertain, onboarding.ErrRefused)
		if calls := f.calls(); calls[len(calls)-1].Class != "breaker-open" {
			t.Errorf("observed %+v", calls[len(calls)-1])
		}
		before := len(f.requests(""))
		for range 100 { // ten seconds, fifty callers each tenth
			var wait sync.WaitGroup
			for range 50 {
				wait.Go(func() { _, _ = c.Facts(t.Context(), mary) })
			}
			wait.Wait()
			time.Sleep(100 * time.Millisecond)
		}
		if probes := len(f.requests("")) - before; probes < 8 || probes > 10 {
			t.Errorf("%d probes in ten seconds", probes)
		}
	})
}

func TestTheFirstPageAfterAnOutageWorks(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		down := true
		f.sick(&down, 50*time.Millisecond)
		c := f.client(over(transport))
		untilOpen(t, f, c)
		f.mu.Lock()
		down = false
		f.mu.Unlock()
		time.Sleep(1100 * time.Millisecond)
		if _, err := c.Facts(t.Context(), mary); err != nil {
			t.Errorf("one call of the page was the probe, and the others failed: %v", err)
		}
		if _, err := c.Facts(t.Context(), mary); err != nil {
			t.Error(err)
		}
	})
}

func TestAProbeWhoseCallerLeavesDoesNotKeepTheBreakerShut(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		down := true
		f.sick(&down, 100*time.Millisecond)
		c := f.client(over(transport))
		untilOpen(t, f, c)
		f.mu.Lock()
		down = false
		f.mu.Unlock()
		time.Sleep(1100 * time.Millisecond)
		ctx, leave := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Millisecond, leave)
		_, err := c.Customer(ctx, mary)
		wantErr(t, err, context.Canceled)
		time.Sleep(1100 * time.Millisecond)
		if _, err := c.Customer(t.Context(), mary); err != nil {
			t.Error(err)
		}
	})
}

func TestRefusalsAndCallersWhoLeaveSayNothingOfIronsHealth(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		f.says("GET /api/customers/"+john, 404, `"no"`)
		f.says("POST /api/customers/{id}/signings", 429, `"no"`)
		f.handle("GET /api/customers/{id}/signings", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		f.says("GET /api/customers/"+mary, 200, customerBody("Active"))
		c := f.client(over(transport))
		for range 30 {
			_, err := c.Customer(t.Context(), john)
			wantErr(t, err, onboarding.ErrNotFound)
			wantErr(t, writes["signing"].do(t.Context(), c), onboarding.ErrTooMany)
		}
		for range 30 {
			ctx, leave := context.WithCancel(t.Context())
			time.AfterFunc(time.Millisecond, leave)
			_, err := c.Signings(ctx, mary)
			wantErr(t, err, context.Canceled)
		}
		if _, err := c.Customer(t.Context(), mary); err != nil {
			t.Error(err)
		}
	})
}
