package live_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"portal/onboarding"
	"portal/onboarding/iron"
	"portal/onboarding/live"
	"portal/onboarding/simulator"
	"portal/onboarding/store"
	"portal/session"

	"github.com/google/uuid"
)

// sluggish answers as the simulator does, without a network, and so late.
type sluggish struct {
	http.Handler
	late atomic.Int64 // a time.Duration
}

func (s *sluggish) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(time.Duration(s.late.Load())):
		answer, asked := httptest.NewRecorder(), r.Clone(r.Context())
		asked.Body = http.NoBody // as a server has it where there is none
		s.ServeHTTP(answer, asked)
		return answer.Result(), nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// TestWhatWasKnownIsThereWithinASecondAndAHalfHoweverLateIronIs has the figure of the
// product itself, on a clock that moves only when everybody waits.
func TestWhatWasKnownIsThereWithinASecondAndAHalfHoweverLateIronIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := simulator.New(simulator.Options{APIKeys: []string{ironKey}})
		slow := &sluggish{Handler: sim.API()}
		client, err := iron.New(iron.Config{BaseURL: "http://iron.test/api", APIKey: ironKey, Transport: slow})
		must(t, err)
		kept, err := store.Open(t.Context(), "sqlite::memory:")
		must(t, err)
		defer func() { _ = kept.Close() }()
		keys, err := session.ParseKeys("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
		must(t, err)
		journey := &onboarding.Journey{Partner: "acme", Ledger: kept.Ledger(), Now: time.Now, NewKey: uuid.NewString}
		reader := live.NewReader(live.ReaderConfig{
			Partner: "acme", Platform: client, Copies: kept, Sealer: keys, Decide: journey.Decide, Now: time.Now,
			News: func(live.Message) {}, Failed: func(err error) { t.Error(err) },
		})
		customer, err := sim.Build("processed", ironKey)
		must(t, err)
		read := func(want bool, most time.Duration) {
			t.Helper()
			began := time.Now()
			facts, err := reader.Facts(context.WithoutCancel(t.Context()), customer)
			if took := time.Since(began); err != nil || facts.Stale != want || took > most {
				t.Errorf("after %v: stale %t, %v", took, facts.Stale, err)
			}
		}
		const most = 1300 * time.Millisecond // the rest of the second and a half is the page's own
		read(false, 0)
		for _, late := range []time.Duration{2 * time.Second, 4900 * time.Millisecond, 30 * time.Second} {
			slow.late.Store(int64(late))
			time.Sleep(time.Minute)
			read(true, most)
			for range 3 { // where the first page leads, and whoever looks again
				read(true, 0)
			}
			time.Sleep(time.Minute) // the reading has ended, and another begins
			read(true, most)
			slow.late.Store(0)
			time.Sleep(time.Minute)
			read(false, 0)
		}
	})
}
