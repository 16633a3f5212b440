package live_test

import (
	"bytes"
	"errors"
	"sync"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/live"
	"portal/onboarding/simulator"
)

func TestTwoHundredTabsOnTwoReplicasThatAskByThemselvesAreOneReading(t *testing.T) {
	w := newWorld(t)
	customer, a, b := w.scenario("processed"), w.replica(), w.replica()
	asking := live.Patience(t.Context(), live.Polling)
	var group sync.WaitGroup
	for _, r := range []replica{a, b} {
		for range 100 {
			group.Go(func() { w.state(r, asking, customer) })
		}
		group.Wait()
		if n := w.calls.Load(); n != 1 {
			t.Errorf("%d readings", n)
		}
		w.clock.Advance(time.Second)
	}
	w.state(b, t.Context(), customer)
	if n := w.calls.Load(); n != 2 {
		t.Errorf("for somebody who loads the page: %d readings", n)
	}
	w.clock.Advance(live.Polling)
	w.state(a, asking, customer)
	if n := w.calls.Load(); n != 3 {
		t.Errorf("when it is old: %d readings", n)
	}
}

func TestWhereIronDoesNotAnswerWhatWasKnownIsShownByEveryReplica(t *testing.T) {
	w := newWorld(t)
	customer, a := w.scenario("processed"), w.replica()
	w.state(a, t.Context(), customer)
	w.clock.Advance(time.Hour)
	_, err := w.sim.SetFault(simulator.Fault{Kind: simulator.FaultGateway})
	must(t, err)
	started := w.replica() // has no memory of its own
	for name, r := range map[string]replica{"the one that read": a, "one that was started since": started} {
		facts, err := r.Facts(t.Context(), customer)
		must(t, err)
		p := onboarding.Decide(facts)
		if p.State != onboarding.StateWaiting || !p.Stale || w.clock.Now().Sub(p.ReadAt) < time.Hour-time.Minute {
			t.Errorf("%s: %s, stale %t, of %v", name, p.State, p.Stale, p.ReadAt)
		}
		if _, err := r.FactsNow(t.Context(), customer); !errors.Is(err, onboarding.ErrUnavailable) {
			t.Errorf("%s: to act on, it gave %v", name, err)
		}
		if _, err := r.Facts(t.Context(), w.scenario("active")); !errors.Is(err, onboarding.ErrUnavailable) {
			t.Errorf("%s: of somebody never read it gave %v", name, err)
		}
	}
	w.sim.ClearFaults()
	w.clock.Advance(time.Minute)
	// Another one, whose client has not been told to leave Iron alone for a while.
	if state, stale := w.state(w.replica(), t.Context(), customer); state != onboarding.StateWaiting || stale {
		t.Errorf("afterwards: %s, stale %t", state, stale)
	}
}

func TestWhereIronIsSlowWhatWasKnownIsShownAndTheReadingGoesOn(t *testing.T) {
	w := newWorld(t)
	customer, a := w.scenario("processed"), w.replica()
	w.state(a, t.Context(), customer)
	must(t, w.sim.Suspend(customer))
	w.clock.Advance(time.Hour)
	_, err := w.sim.SetFault(simulator.Fault{Kind: simulator.FaultSlow, Delay: time.Hour})
	must(t, err)
	shown := make(chan onboarding.Facts)
	go func() {
		facts, err := a.Facts(t.Context(), customer)
		if err != nil {
			t.Error(err)
		}
		shown <- facts
	}()
	w.slow <- time.Time{}
	if facts := <-shown; !facts.Stale || onboarding.Decide(facts).State != onboarding.StateWaiting {
		t.Errorf("shown %+v", facts)
	}
	w.sim.ClearFaults() // which ends the delay
	for len(a.heard()) == 0 {
		if t.Context().Err() != nil {
			t.Fatal("the reading was given up")
		}
		time.Sleep(time.Millisecond)
	}
	if m := a.heard()[0]; m.State != "suspended" {
		t.Errorf("told of %+v", m)
	}
}

func TestEachChangeIsToldOnceByWhoeverReadsItFirst(t *testing.T) {
	w := newWorld(t)
	customer, a, b := w.scenario("processed"), w.replica(), w.replica()
	w.state(a, t.Context(), customer)
	w.clock.Advance(time.Minute)
	w.state(b, t.Context(), customer)
	if n := len(a.heard()) + len(b.heard()); n != 0 {
		t.Fatalf("%d messages about nothing", n)
	}
	must(t, w.sim.Suspend(customer))
	w.clock.Advance(time.Minute)
	w.state(b, t.Context(), customer)
	w.state(a, t.Context(), customer)
	w.state(b, t.Context(), customer)
	if len(a.heard()) != 0 || len(b.heard()) != 1 {
		t.Fatalf("%v and %v", a.heard(), b.heard())
	}
	m := b.heard()[0]
	if m.Who != (live.Who{Partner: "acme", Customer: customer}) || m.Stage != "blocked" || m.State != "suspended" || m.Version == "" {
		t.Errorf("%+v", m)
	}
	// What another replica has read is in the database; hearing of it costs no reading.
	before := w.calls.Load()
	a.Heard(customer, m.Version)
	if state, _ := w.state(a, live.Patience(t.Context(), live.Polling), customer); state != onboarding.StateSuspended || w.calls.Load() != before {
		t.Errorf("%s after %d more readings", state, w.calls.Load()-before)
	}
}

func TestAfterADoubtNobodyIsGivenWhatWasKnownBefore(t *testing.T) {
	w := newWorld(t)
	customer, a, b := w.scenario("none"), w.replica(), w.replica()
	w.state(a, t.Context(), customer)
	w.state(b, t.Context(), customer)
	if _, err := a.CreateIdentification(t.Context(), customer, onboarding.CheckRequest{Method: onboarding.MethodLink}, "1d3ab3a6-5f6c-4d07-8d4f-0a35ce3a9a51"); err != nil {
		t.Fatal(err)
	}
	// No time has gone by, and the copy in the database is of the time before.
	facts, err := a.Facts(live.Patience(t.Context(), live.Polling), customer)
	must(t, err)
	if len(facts.Identifications) != 1 {
		t.Errorf("%d identifications", len(facts.Identifications))
	}
	if n := len(a.heard()); n != 1 {
		t.Errorf("%d messages", n)
	}
}

func TestCopiesAreSealedForTheirOwnCustomer(t *testing.T) {
	w := newWorld(t)
	customer, other, a := w.scenario("processed"), w.scenario("active"), w.replica()
	facts, err := a.Facts(t.Context(), customer)
	must(t, err)
	sealed, at, found, err := w.store.RecallCopy(t.Context(), "acme", customer)
	must(t, err)
	if !found || bytes.Contains(sealed, []byte(facts.Customer.Name)) || bytes.Contains(sealed, []byte(facts.Customer.ID)) {
		t.Fatalf("found %t, and it can be read", found)
	}
	if _, err := w.keys.Open("copy of facts", sealed, []byte("acme\x00"+other)); err == nil {
		t.Error("it opens as another customer's")
	}
	if !at.Equal(w.clock.Now()) {
		t.Errorf("of %v", at)
	}
}

func TestWhatEachCallerGetsIsItsOwn(t *testing.T) {
	w := newWorld(t)
	customer, a := w.scenario("processed"), w.replica()
	for range 2 {
		facts, err := a.Facts(live.Patience(t.Context(), live.Polling), customer)
		must(t, err)
		if facts.Identifications[0].ReviewComment != "" {
			t.Error("another caller's change is in it")
		}
		facts.Identifications[0].ReviewComment = "changed"
	}
}
