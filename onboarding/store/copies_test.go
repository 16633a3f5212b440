package store

import (
	"testing"
	"time"
)

func copyComesBack(t *testing.T, s *Store, c *clock) {
	ctx := background(t)
	want := func(partner, customer, sealed string, at time.Time) {
		t.Helper()
		got, readAt, found, err := s.RecallCopy(ctx, partner, customer)
		if err != nil || found != (sealed != "") || string(got) != sealed || !readAt.Equal(at) {
			t.Errorf("%s of %s: %q of %v, %t, %v", customer, partner, got, readAt, found, err)
		}
	}
	keep := func(sealed string, at time.Time) {
		t.Helper()
		if err := s.RememberCopy(ctx, "acme", "c1", []byte(sealed), at); err != nil {
			t.Fatal(err)
		}
	}
	now := c.Now()
	want("acme", "c1", "", time.Time{})
	keep("first", now)
	want("acme", "c1", "first", now)
	want("other", "c1", "", time.Time{})
	want("acme", "c2", "", time.Time{})
	keep("third", now.Add(2*time.Second))
	keep("second", now.Add(time.Second))
	want("acme", "c1", "third", now.Add(2*time.Second))

	if _, err := s.Sweep(ctx, now.Add(CopyLife)); err != nil {
		t.Fatal(err)
	}
	want("acme", "c1", "third", now.Add(2*time.Second))
	if _, err := s.Sweep(ctx, now.Add(CopyLife+3*time.Second)); err != nil {
		t.Fatal(err)
	}
	want("acme", "c1", "", time.Time{})
}
