package store

import (
	"testing"
	"time"
)

func linkIsRemembered(t *testing.T, s *Store, c *clock) {
	ctx := background(t)
	expires := c.Now().Add(10 * time.Minute)
	ok(t, s.SaveLink(ctx, "acme", "h", "body", expires))
	used := c.Now().Add(time.Minute)
	for _, now := range []time.Time{{}, used} {
		if !now.IsZero() {
			_, _, err := s.UseLink(ctx, "acme", "h", "", now)
			ok(t, err)
			must[int64](t)(s.Sweep(ctx, expires.Add(linkMemory-time.Millisecond)))
		}
		body, end, at, there, err := s.FindLink(ctx, "acme", "h")
		if body != "body" || !end.Equal(expires) || !at.Equal(now) || !there || err != nil {
			t.Errorf("used at %v: %q until %v, used at %v, %v, %v", now, body, end, at, there, err)
		}
	}
	for _, other := range [][2]string{{"globex", "h"}, {"acme", "other"}} {
		if body, _, _, there, err := s.FindLink(ctx, other[0], other[1]); body != "" || there || err != nil {
			t.Errorf("%v: %q, %v, %v", other, body, there, err)
		}
	}
	must[int64](t)(s.Sweep(ctx, expires.Add(linkMemory)))
	if _, _, _, there, err := s.FindLink(ctx, "acme", "h"); there || err != nil {
		t.Errorf("after the sweep: %v, %v", there, err)
	}
}

func linkIsDropped(t *testing.T, s *Store, c *clock) {
	ctx := background(t)
	for _, hash := range []string{"kept", "used", "dropped"} {
		ok(t, s.SaveLink(ctx, "acme", hash, "body", c.Now().Add(time.Minute)))
	}
	_, _, err := s.UseLink(ctx, "acme", "used", "", c.Now())
	ok(t, err)
	ok(t, s.DropLink(ctx, "globex", "kept"))
	ok(t, s.DropLink(ctx, "acme", "used"))
	ok(t, s.DropLink(ctx, "acme", "dropped"))
	for hash, want := range map[string]bool{"kept": true, "used": true, "dropped": false} {
		if _, _, _, there, err := s.FindLink(ctx, "acme", hash); there != want || err != nil {
			t.Errorf("%s: %v, %v", hash, there, err)
		}
	}
	if _, there, err := s.UseLink(ctx, "acme", "dropped", "", c.Now()); there || err != nil {
		t.Errorf("what was dropped is used: %v, %v", there, err)
	}
}
