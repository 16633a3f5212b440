package iron_test

import (
	"net/http"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/iron"

	"github.com/google/go-cmp/cmp"
)

func TestAReadIsRepeatedWhereItMayHelp(t *testing.T) {
	status := func(code int) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { reply(w, code, `"no"`) }
	}
	rows := []struct {
		name   string
		answer func(http.ResponseWriter)
		asked  int
	}{
		{"broken connection", func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, 3},
		{"answer cut off", func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			reply(w, 200, customerBody("Active"))
			panic(http.ErrAbortHandler)
		}, 3},
		{"429", status(429), 3},
		{"500", status(500), 3},
		{"503", status(503), 3},
		{"520", status(520), 3},
		{"400", status(400), 1},
		{"401", status(401), 1},
		{"403", status(403), 1},
		{"404", status(404), 1},
		{"302", status(302), 1},
		{"garbage", func(w http.ResponseWriter) { reply(w, 200, `<html>`) }, 1},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			// Without keep-alive, as net/http itself repeats a GET that dies on a
			// connection used before.
			f := newIron(t)
			f.server.Config.SetKeepAlivesEnabled(false)
			f.handle("GET /api/customers/{id}", func(w http.ResponseWriter, _ *http.Request) { row.answer(w) })
			_, err := f.client().Customer(t.Context(), mary)
			if n := len(f.requests(mary)); err == nil || n != row.asked {
				t.Errorf("asked %d times, want %d; %v", n, row.asked, err)
			}
			for i, call := range f.calls() {
				if call.Attempt != i+1 || call.Class == "ok" {
					t.Errorf("observed %+v", call)
				}
			}
		})
	}
}

func TestAReadThatSucceedsAtTheThirdAttemptIsASuccess(t *testing.T) {
	f := newIron(t)
	f.handle("GET /api/customers/{id}", func(w http.ResponseWriter, _ *http.Request) {
		if len(f.requests(mary)) < 3 {
			reply(w, 502, `{"trace_id":"t1"}`)
			return
		}
		reply(w, 200, customerBody("Active"))
	})
	var pauses []int
	c := f.client(func(c *config) {
		c.Backoff = func(n int) time.Duration {
			pauses = append(pauses, n)
			return 0
		}
	})
	customer, err := c.Customer(t.Context(), mary)
	if err != nil || customer.Status != onboarding.Active {
		t.Errorf("%v, %v", customer, err)
	}
	if diff := cmp.Diff([]int{1, 2}, pauses); diff != "" {
		t.Error(diff)
	}
	want := []iron.Call{
		{Method: "GET", Path: "/customers/{id}", Status: 502, Attempt: 1, TraceID: "t1", Class: "unavailable"},
		{Method: "GET", Path: "/customers/{id}", Status: 502, Attempt: 2, TraceID: "t1", Class: "unavailable"},
		{Method: "GET", Path: "/customers/{id}", Status: 200, Attempt: 3, Class: "ok"},
	}
	calls := f.calls()
	for i := range calls {
		if calls[i].Duration <= 0 {
			t.Errorf("attempt %d took %v", i+1, calls[i].Duration)
		}
		calls[i].Duration = 0
	}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Error(diff)
	}
}

func TestPausesGrowAreSpreadAndStayWithinTheLimit(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		f.says("/", 503, ``)
		c := f.client(over(transport), func(c *config) { c.Backoff = nil })
		began := time.Now()
		pauses := map[time.Duration]bool{}
		for range 3 { // three times three attempts: one short of opening the breaker
			_, err := c.Customer(t.Context(), mary)
			wantErr(t, err, onboarding.ErrUnavailable)
			all := f.requests(mary)
			first := all[len(all)-2].at.Sub(all[len(all)-3].at)
			second := all[len(all)-1].at.Sub(all[len(all)-2].at)
			if first <= 0 || first > 100*time.Millisecond || second <= 0 || second > 200*time.Millisecond {
				t.Errorf("pauses %v and %v", first, second)
			}
			pauses[first], pauses[second] = true, true
		}
		if len(pauses) < 5 {
			t.Errorf("the pauses are not random: %v", pauses)
		}
		if total := time.Since(began); total > 900*time.Millisecond {
			t.Errorf("all took %v", total)
		}
	})
}
