package onboarding_test

import (
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/simulator"
	"portal/onboarding/store/realdb"
)

// cutOff keeps a consent as a machine does that is killed before it tells Iron.
func (h *house) cutOff(id string) onboarding.SignRequest {
	h.t.Helper()
	click := h.shown(id)
	_, err := h.store.Ledger().Intend(h.t.Context(), onboarding.Consent{
		Key: "0198c8a1-0000-7000-8000-000000000001", Partner: "acme", Customer: id, Document: onboarding.Document{ID: click.DocumentID, Title: "T"},
		AgreedAt: time.Now(), State: onboarding.ConsentPending,
	}, time.Now())
	h.check(err)
	return click
}

func TestWhatAKilledMachineHasLeftIsTakenOverWhenItsLeaseRunsOut(t *testing.T) {
	for name, h := range map[string]*house{"SQLite": newHouse(t), "PostgreSQL": newHouseOn(t, realdb.Postgres(t))} {
		id := h.customer("signings")
		click := h.cutOff(id)
		if left, err := h.journey.Settle(t.Context(), -time.Minute); left != 1 || err != nil {
			t.Errorf("%s: what another machine is delivering: %d left, %v", name, left, err)
		}
		h.wantSignings(id, click.DocumentID, 0)
		later := time.Now().Add(onboarding.DeliveryLease)
		h.store.Now = func() time.Time { return later }
		if left, err := h.journey.Settle(t.Context(), -time.Minute); left != 0 || err != nil {
			t.Errorf("%s: when the lease has run out: %d left, %v", name, left, err)
		}
		h.wantSignings(id, click.DocumentID, 1)
		h.wantKept(id, onboarding.ConsentConfirmed)
		h.wantWhole(id, 2)
	}
}

func TestTwoMachinesDoNotSettleTheSameCustomerAtOnce(t *testing.T) {
	h := newHouse(t)
	id := h.customer("signings")
	h.cutOff(id)
	later := time.Now().Add(onboarding.DeliveryLease)
	h.store.Now = func() time.Time { return later }
	// This machine has just taken it. The clock of the other is behind.
	mine, err := h.store.Ledger().Lease(t.Context(), "acme", id)
	if !mine || err != nil {
		t.Fatal(mine, err)
	}
	if left, err := h.second.Settle(t.Context(), -time.Minute); left != 1 || err != nil {
		t.Errorf("%d left, %v", left, err)
	}
	h.wantKept(id, onboarding.ConsentPending)
}

func TestOneCustomersTroubleDoesNotKeepAnothersConsent(t *testing.T) {
	h := newHouse(t)
	troubled, other := h.customer("signings"), h.customer("signings")
	for _, id := range []string{troubled, other} {
		click := h.shown(id)
		h.fault(simulator.Fault{Kind: simulator.FaultDown, Method: "POST"})
		_, _ = h.journey.Sign(t.Context(), click)
		h.sim.ClearFaults()
		h.wantKept(id, onboarding.ConsentPending)
	}
	if _, err := h.store.Ledger().Lease(t.Context(), "acme", troubled); err != nil {
		t.Fatal(err)
	}
	if left, err := h.second.Settle(t.Context(), -time.Minute); left != 1 || err != nil {
		t.Errorf("%d left, %v", left, err)
	}
	h.wantKept(other, onboarding.ConsentConfirmed)
	h.wantKept(troubled, onboarding.ConsentPending)
}
