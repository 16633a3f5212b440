package onboarding_test

import (
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/simulator"
	"portal/onboarding/store"
	"portal/onboarding/store/realdb"
)

func TestMain(m *testing.M) { os.Exit(realdb.Run(m)) }

// shown is the click on "Agree and sign" under the first document on the page.
func (h *house) shown(id string) onboarding.SignRequest {
	h.t.Helper()
	p, err := h.journey.Progress(h.t.Context(), id)
	h.check(err)
	if p.State != onboarding.StateSign || len(p.Documents) == 0 {
		h.t.Fatalf("nothing to sign: %s", p.State)
	}
	d := p.Documents[0]
	return onboarding.SignRequest{
		CustomerID: id, DocumentID: d.ID, Fingerprint: d.Fingerprint(), Words: "I agree.", Locale: "en", ShownAt: time.Now(),
	}
}

func (h *house) wantSignings(id, documentID string, want int) {
	h.t.Helper()
	c, err := h.sim.Customer(id)
	h.check(err)
	n := 0
	for _, s := range c.Signings {
		if s.DocumentID == documentID {
			n++
		}
	}
	if n != want {
		h.t.Errorf("Iron has %d signings of the document, want %d", n, want)
	}
}

// wantKept wants one consent of the customer in the database, in the given state.
func (h *house) wantKept(id string, state onboarding.ConsentState) onboarding.Consent {
	h.t.Helper()
	consents, err := h.store.CustomerConsents(h.t.Context(), "acme", id)
	h.check(err)
	if len(consents) != 1 || consents[0].State != state {
		h.t.Fatalf("want one %s consent, got %+v", state, consents)
	}
	return consents[0]
}

func (h *house) settle(wantLeft int) {
	h.t.Helper()
	left, err := h.second.Settle(h.t.Context(), -time.Minute)
	if left != wantLeft || (err != nil) != (wantLeft > 0) {
		h.t.Errorf("%d are left, want %d: %v", left, wantLeft, err)
	}
}

func TestTwentyClicksOnTwoMachinesSignOnce(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { twentyClicks(t, newHouse(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { twentyClicks(t, newHouseOn(t, realdb.Postgres(t))) })
}

func twentyClicks(t *testing.T, h *house) {
	id := h.customer("signings")
	click := h.shown(id)
	var wait sync.WaitGroup
	for i := range 20 {
		wait.Go(func() {
			machine := []*onboarding.Journey{h.journey, h.second}[i%2]
			if c, err := machine.Sign(t.Context(), click); err != nil || c.State != onboarding.ConsentConfirmed {
				t.Errorf("click %d: %s, %v", i, c.State, err)
			}
		})
	}
	wait.Wait()
	h.wantSignings(id, click.DocumentID, 1)
	if c := h.wantKept(id, onboarding.ConsentConfirmed); c.SigningID == "" || c.Words != "I agree." || c.Document.Title == "" {
		t.Errorf("the evidence says %+v", c)
	}
	h.wantWhole(id, 2)
}

// wantWhole wants the customer's evidence to be whole and to have so many records.
func (h *house) wantWhole(id string, want int) {
	h.t.Helper()
	h.check(h.store.Chains(h.t.Context(), func(c store.Chain) error {
		if c.Customer == id && len(c.Records) != want {
			h.t.Errorf("there are %d records, want %d", len(c.Records), want)
		}
		return onboarding.Audit(c.Partner, c.Customer, c.Records, c.Consents)
	}))
}

func TestAConsentWhoseAnswerWasLostIsDeliveredOnce(t *testing.T) {
	for _, done := range []bool{true, false} {
		h := newHouse(t)
		id := h.customer("signings")
		click := h.shown(id)
		h.fault(simulator.Fault{Kind: simulator.FaultDown, Method: "POST", AfterEffect: done})
		if _, err := h.journey.Sign(t.Context(), click); !errors.Is(err, onboarding.ErrUncertain) {
			t.Errorf("got %v", err)
		}
		key := h.wantKept(id, onboarding.ConsentPending).Key
		h.settle(1 - map[bool]int{true: 1, false: 0}[done]) // Iron still does not take writes
		h.sim.ClearFaults()
		h.settle(0)
		h.wantSignings(id, click.DocumentID, 1)
		if c := h.wantKept(id, onboarding.ConsentConfirmed); c.Key != key || c.SigningID == "" {
			t.Errorf("done %t: the evidence says %+v", done, c)
		}
	}
}

func TestAFailureThatIronKeepsDoesNotLoseAConsent(t *testing.T) {
	h := newHouse(t)
	id := h.customer("signings")
	click := h.shown(id)
	h.fault(simulator.Fault{Kind: simulator.FaultStored, Method: "POST"})
	if _, err := h.journey.Sign(t.Context(), click); !errors.Is(err, onboarding.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	h.wantKept(id, onboarding.ConsentPending)
	h.sim.ClearFaults()
	h.settle(0)
	h.wantSignings(id, click.DocumentID, 1)
	h.wantKept(id, onboarding.ConsentConfirmed)
}

func TestOnlyTheDocumentThatWasShownIsSigned(t *testing.T) {
	h := newHouse(t)
	id := h.customer("signings")
	click := h.shown(id)
	click.Fingerprint = onboarding.Document{ID: click.DocumentID, Title: "What was on the page"}.Fingerprint()
	if _, err := h.journey.Sign(t.Context(), click); !errors.Is(err, onboarding.ErrDocumentChanged) {
		t.Errorf("got %v", err)
	}
	click.DocumentID = "019f846a-8d21-7813-8e60-80211898ca9f"
	if _, err := h.journey.Sign(t.Context(), click); !errors.Is(err, onboarding.ErrNotNow) {
		t.Errorf("a document that nobody asks for: %v", err)
	}
	if kept, err := h.store.CustomerConsents(t.Context(), "acme", id); err != nil || len(kept) != 0 {
		t.Errorf("kept %+v, %v", kept, err)
	}
}

func TestNothingIsSignedAtAnotherStage(t *testing.T) {
	h := newHouse(t)
	id := h.customer("signings")
	click := h.shown(id)
	h.check(h.sim.Suspend(id))
	if _, err := h.journey.Sign(t.Context(), click); !errors.Is(err, onboarding.ErrNotNow) {
		t.Errorf("got %v", err)
	}
	h.wantSignings(id, click.DocumentID, 0)
}

func TestSigningAgainWhatIronHasIsNoError(t *testing.T) {
	h := newHouse(t)
	id := h.customer("signings")
	click := h.shown(id)
	h.check(h.sim.Sign(id, click.DocumentID))
	c, err := h.journey.Sign(t.Context(), click)
	if err != nil || c.State != onboarding.ConsentConfirmed {
		t.Errorf("got %s, %v", c.State, err)
	}
	h.wantSignings(id, click.DocumentID, 1)
}
