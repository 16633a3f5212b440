package simulator

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestAdvanceMovesTheClockAndNeverBack(t *testing.T) {
	b := newBench(t)
	b.Advance(time.Hour)
	b.Advance(-2 * time.Hour)
	if got := b.Now(); !got.Equal(noon.Add(time.Hour)) || b.Offset() != time.Hour {
		t.Errorf("%s, %s ahead", got, b.Offset())
	}
}

func TestWhatFallsDueOnTheWayBearsItsOwnMoment(t *testing.T) {
	b := newBench(t)
	c := b.build("pending")
	b.pull(b.SetScript(c, "approve"))
	i := b.first(c)
	b.pull(b.Submit(i.ID))
	b.Advance(24 * time.Hour)
	if got := b.check(i.ID); got.Status != "Approved" || got.UpdatedAt != "2026-11-23T12:00:30.000000Z" {
		t.Errorf("%s at %s", got.Status, got.UpdatedAt)
	}
}

func TestFreezeStopsTheClockAndThawGoesOnWithoutAJump(t *testing.T) {
	real := noon
	s := New(Options{Now: func() time.Time { return real }})
	s.Freeze()
	real = noon.Add(time.Hour)
	if got := s.Now(); !got.Equal(noon) {
		t.Errorf("frozen, but %s", got)
	}
	s.Advance(time.Minute)
	s.Thaw()
	if got := s.Now(); !got.Equal(noon.Add(time.Minute)) {
		t.Errorf("thawed at %s", got)
	}
	real = real.Add(time.Second)
	if got := s.Now(); !got.Equal(noon.Add(time.Minute + time.Second)) {
		t.Errorf("does not run on: %s", got)
	}
}

func TestTheTickerCarriesOutWhatFallsDueWhileNobodyAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{APIKeys: []string{keyOne}})
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go s.Run(ctx)
		c, err := s.CreateCustomer(keyOne, NewCustomer{})
		if err != nil {
			t.Fatal(err)
		}
		i, err := s.CreateIdentification(c, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SetLag(c, 10*time.Second); err != nil {
			t.Fatal(err)
		}
		if err := s.Approve(i); err != nil {
			t.Fatal(err)
		}
		changed, cancel := s.Subscribe()
		defer cancel()
		began := time.Now()
		<-changed // comes from the ticker alone
		if late := time.Since(began) - 10*time.Second; late < 0 || late > 200*time.Millisecond {
			t.Errorf("%s late", late)
		}
		last := s.Events(0)[len(s.Events(0))-1]
		if last.Type != TypeCustomerStatus || last.Status != "SigningsRequired" {
			t.Errorf("%+v", last)
		}
	})
}

func TestResetForgetsEverybodyButCountsOn(t *testing.T) {
	b := newBench(t)
	b.build("active")
	b.Advance(time.Hour)
	b.fault(Fault{Kind: FaultError})
	last := b.Events(0)[len(b.Events(0))-1].ID
	b.Reset()
	if len(b.Customers()) != 0 || len(b.Faults()) != 0 || b.Offset() != 0 {
		t.Error("something is left")
	}
	if events := b.Events(last); len(events) == 0 {
		t.Error("who watches the events would never hear of the reset")
	}
	b.get("/customers").want(200)
	if documents := b.toSign(b.build("signings")); documents[0].URL[:len(b.server.URL)] != b.server.URL {
		t.Error("addresses are lost")
	}
}
