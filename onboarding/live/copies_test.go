package live_test

import (
	"testing"
	"time"
)

func TestReadingsThatSayNothingNewAreSeldomWrittenDown(t *testing.T) {
	w := newWorld(t)
	customer, r := w.scenario("processed"), w.replica()
	copied := func() time.Time {
		t.Helper()
		w.state(r, t.Context(), customer)
		_, at, found, err := w.store.RecallCopy(t.Context(), "acme", customer)
		must(t, err)
		if !found {
			t.Fatal("there is no copy")
		}
		return at
	}
	first := copied()
	for range 6 {
		w.clock.Advance(3 * time.Second)
		if at := copied(); !at.Equal(first) {
			t.Fatalf("written again after %v", at.Sub(first))
		}
	}
	w.clock.Advance(3 * time.Second)
	if at := copied(); !at.Equal(w.clock.Now()) {
		t.Errorf("a copy of %v is still the one that others go by", w.clock.Now().Sub(at))
	}
	must(t, w.sim.Suspend(customer))
	w.clock.Advance(3 * time.Second)
	if at := copied(); !at.Equal(w.clock.Now()) {
		t.Error("what is new is not written down at once")
	}
}
