package server

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"portal/onboarding"
	"portal/onboarding/iron"
	"portal/onboarding/simulator"
	"portal/onboarding/store"

	"github.com/google/uuid"
)

// converged is how soon after a restart everything must be with Iron.
const converged = 30 * time.Second

// sluggish is the simulator without a network; each of its answers takes so long.
type sluggish struct {
	http.Handler
	late time.Duration
}

func (s sluggish) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(s.late)
	answer, asked := httptest.NewRecorder(), r.Clone(r.Context())
	if asked.Body == nil {
		asked.Body = http.NoBody
	}
	s.ServeHTTP(answer, asked)
	return answer.Result(), nil
}

func TestTheTimesOfTheProductAddUpToHalfAMinute(t *testing.T) {
	longest := settleEvery * 5 / 4
	if worst := onboarding.DeliveryLease + longest + iron.DefaultTimeout; worst > converged {
		t.Errorf("a lease, the longest pause and one slow call are %v", worst)
	}
	if onboarding.DeliveryLease <= 2*iron.DefaultTimeout {
		t.Errorf("a lease of %v may run out while its owner still tries", onboarding.DeliveryLease)
	}
	synctest.Test(t, func(t *testing.T) {
		for range 200 {
			ctx, stop := context.WithCancel(t.Context())
			last := time.Time{}
			every(ctx, settleEvery, func() {
				if last.IsZero() {
					last = time.Now()
					return
				}
				if pause := time.Since(last); pause > longest || pause < settleEvery*3/4 {
					t.Errorf("a pause of %v", pause)
				}
				stop()
			})
		}
	})
}

// TestWhatAKilledMachineHasLeftIsSettledWithinHalfAMinute has four customers
// whose consents a machine had just taken to deliver when it was killed, and an Iron that
// takes more than two seconds for each answer. Chance is in the pauses.
func TestWhatAKilledMachineHasLeftIsSettledWithinHalfAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 20 {
			s, err := store.Open(t.Context(), "sqlite::memory:")
			if err != nil {
				t.Fatal(err)
			}
			sim := simulator.New(simulator.Options{APIKeys: []string{ironKey}})
			client, err := iron.New(iron.Config{BaseURL: "http://iron.test/api", APIKey: ironKey, Transport: sluggish{sim.API(), 2400 * time.Millisecond}})
			if err != nil {
				t.Fatal(err)
			}
			journey := &onboarding.Journey{Partner: "acme", Platform: client, Ledger: s.Ledger(), Now: time.Now, NewKey: uuid.NewString}
			for range 4 {
				leaveConsent(t, s, sim)
			}
			time.Sleep(time.Millisecond) // it is killed and started again
			restarted, settled := time.Now(), time.Duration(0)
			ctx, stop := context.WithCancel(t.Context())
			every(ctx, settleEvery, func() {
				left, err := journey.Settle(ctx, 0)
				if err != nil {
					t.Error(err)
				}
				if settled = time.Since(restarted); left == 0 || settled > time.Hour {
					stop()
				}
			})
			if settled > converged || settled < onboarding.DeliveryLease-time.Second {
				t.Errorf("settled after %v", settled)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

// leaveConsent is one that has just been taken to be delivered.
func leaveConsent(t *testing.T, s *store.Store, sim *simulator.Simulator) {
	t.Helper()
	customer, err := sim.Build("signings", ironKey)
	if err != nil {
		t.Fatal(err)
	}
	c, err := sim.Customer(customer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Ledger().Intend(t.Context(), onboarding.Consent{
		Key: uuid.NewString(), Partner: "acme", Customer: customer, Document: onboarding.Document{ID: c.Required[0].ID, Title: "Terms"},
		AgreedAt: time.Now(), State: onboarding.ConsentPending,
	}, time.Now()); err != nil {
		t.Fatal(err)
	}
}
