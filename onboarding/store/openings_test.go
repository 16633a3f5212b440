package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func openingIsNoted(t *testing.T, s *Store, c *clock) {
	ctx, at := background(t), c.Now()
	ok(t, s.NoteOpening(ctx, "acme", "c1", "f1", at))
	ok(t, s.NoteOpening(ctx, "acme", "c1", "f1", at.Add(time.Minute)))
	ok(t, s.NoteOpening(ctx, "acme", "c1", "f1", at.Add(time.Second))) // a slow replica
	ok(t, s.NoteOpening(ctx, "acme", "c1", "f2", at))
	ok(t, s.NoteOpening(ctx, "acme", "c2", "f1", at))
	ok(t, s.NoteOpening(ctx, "other", "c1", "f1", at))
	want := map[string]time.Time{"f1": at.Add(time.Minute), "f2": at}
	if diff := cmp.Diff(want, must[map[string]time.Time](t)(s.Openings(ctx, "acme", "c1"))); diff != "" {
		t.Error(diff)
	}
	must[int64](t)(s.Sweep(ctx, at.Add(OpeningLife)))
	if diff := cmp.Diff(map[string]time.Time{"f1": want["f1"]}, must[map[string]time.Time](t)(s.Openings(ctx, "acme", "c1"))); diff != "" {
		t.Errorf("after the sweep: %s", diff)
	}
}
