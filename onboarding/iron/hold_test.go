package iron_test

import (
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"portal/onboarding"
	"portal/onboarding/iron"
)

// limited scripts a customer who is refused once, with the header given.
func (f *fakeIron) limited(pattern string, status int, header map[string]string) {
	f.handle(pattern, func(w http.ResponseWriter, _ *http.Request) {
		if len(f.requests("")) > 1 {
			reply(w, 200, customerBody("Active"))
			return
		}
		for name, value := range header {
			w.Header().Set(name, value)
		}
		reply(w, status, `"slow down"`)
	})
}

func TestNobodyAsksBeforeRetryAfterHasPassed(t *testing.T) {
	rows := []struct {
		name   string
		status int
		header map[string]string
		wait   time.Duration
	}{
		{"seconds", 429, map[string]string{"Retry-After": "3"}, 3 * time.Second},
		{"date, by Iron's own clock, which is years ahead", 429, map[string]string{
			"Date": "Wed, 01 Jul 2026 12:00:00 GMT", "Retry-After": "Wed, 01 Jul 2026 12:00:04 GMT",
		}, 4 * time.Second},
		{"of a 503", 503, map[string]string{"Retry-After": "2"}, 2 * time.Second},
		{"none", 429, nil, 0},
		{"in the past", 429, map[string]string{"Retry-After": "Wed, 01 Jul 1998 12:00:04 GMT"}, 0},
		{"nonsense", 429, map[string]string{"Retry-After": "soon"}, 0},
		{"negative", 429, map[string]string{"Retry-After": "-5"}, 0},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
				f.limited("GET /api/customers/{id}", row.status, row.header)
				if _, err := f.client(over(transport)).Customer(t.Context(), mary); err != nil {
					t.Fatal(err)
				}
				all := f.requests(mary)
				if waited := all[1].at.Sub(all[0].at); len(all) != 2 || waited < row.wait || waited > row.wait+100*time.Millisecond {
					t.Errorf("%d requests, %v between", len(all), waited)
				}
			})
		})
	}
}

func TestAHoldThatOutlastsThePatienceFailsAtOnceAndCountsForTheWholeKey(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		f.limited("/", 429, map[string]string{"Retry-After": "60"})
		c := f.client(over(transport), func(c *config) { c.Backoff = nil })
		began := time.Now()
		_, err := c.Customer(t.Context(), mary)
		wantErr(t, err, onboarding.ErrTooMany)
		if got := onboarding.RetryAfter(err); got != time.Minute {
			t.Errorf("retry after %v", got)
		}
		if e := new(iron.Error); !errors.As(err, &e) || e.Status != 429 {
			t.Errorf("%v is not Iron's own answer", err)
		}
		time.Sleep(20 * time.Second)
		for name, write := range writes {
			err := write.do(t.Context(), c)
			wantErr(t, err, onboarding.ErrTooMany)
			notErr(t, err, onboarding.ErrUncertain)
			if got := onboarding.RetryAfter(err); got != 40*time.Second {
				t.Errorf("%s: retry after %v", name, got)
			}
		}
		_, err = c.Facts(t.Context(), john)
		wantErr(t, err, onboarding.ErrTooMany)
		if d := time.Since(began); d != 20*time.Second {
			t.Errorf("somebody waited: %v", d)
		}
		if n := len(f.requests("")); n != 1 {
			t.Errorf("%d requests", n)
		}
		time.Sleep(31 * time.Second)
		if _, err := c.Customer(t.Context(), mary); err != nil {
			t.Errorf("nine seconds are worth waiting: %v", err)
		}
		if d := time.Since(began); d < time.Minute {
			t.Errorf("asked after %v", d)
		}
	})
}

func TestAShorterHoldDoesNotEndALongerOne(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		limit := func(pattern, after string, delay time.Duration) {
			f.handle(pattern, func(w http.ResponseWriter, _ *http.Request) {
				time.Sleep(delay)
				w.Header().Set("Retry-After", after)
				reply(w, 429, ``)
			})
		}
		limit("GET /api/customers/{id}", "60", 0)
		limit("GET /api/customers/{id}/signings", "1", time.Second)
		c := f.client(over(transport))
		var wait sync.WaitGroup
		wait.Go(func() { _, _ = c.Signings(t.Context(), john) })
		synctest.Wait() // asked before the long hold, answered after it
		wait.Go(func() { _, _ = c.Customer(t.Context(), mary) })
		wait.Wait()
		_, err := c.Customer(t.Context(), mary)
		if got := onboarding.RetryAfter(err); got != 59*time.Second {
			t.Errorf("retry after %v", got)
		}
	})
}

func TestOneCustomersLimitOfNewIdentificationsStopsNobodyElse(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		f.limited("POST /api/customers/{id}/identifications/v2", 429, map[string]string{"Retry-After": "1800"})
		f.says("GET /api/customers/{id}", 200, customerBody("Active"))
		c := f.client(over(transport))
		wantErr(t, writes["identification"].do(t.Context(), c), onboarding.ErrTooMany)
		err := writes["identification"].do(t.Context(), c)
		wantErr(t, err, onboarding.ErrTooMany)
		if n := len(f.requests("/v2")); n != 1 {
			t.Errorf("%d requests before the time", n)
		}
		if _, err := c.Customer(t.Context(), mary); err != nil {
			t.Error("the customer's page is stopped:", err)
		}
		if _, err := c.CreateIdentification(t.Context(), john, onboarding.CheckRequest{Method: onboarding.MethodLink}, key); err != nil {
			t.Error("another customer is stopped:", err)
		}
	})
}

func TestAnAbsurdRetryAfterDoesNotSwitchAPartnerOff(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		f.limited("GET /api/customers/{id}", 429, map[string]string{"Retry-After": "Wed, 01 Jul 2099 12:00:00 GMT"})
		c := f.client(over(transport))
		_, err := c.Customer(t.Context(), mary)
		if got := onboarding.RetryAfter(err); got != time.Hour {
			t.Errorf("retry after %v", got)
		}
		time.Sleep(time.Hour)
		if _, err := c.Customer(t.Context(), mary); err != nil {
			t.Error(err)
		}
	})
}
