package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"portal/onboarding"
)

func identify(key string) onboarding.Attempt {
	return onboarding.Attempt{Key: key, Partner: "acme", Customer: "c1", Act: "identify", Detail: "Link edd=false"}
}

func attemptIsShared(t *testing.T, s *Store, _ *clock) {
	ctx, l := background(t), s.Ledger()
	first := must[onboarding.Attempt](t)(l.Open(ctx, identify("k1")))
	if diff := cmp.Diff(identify("k1"), first); diff != "" {
		t.Fatal(diff)
	}
	second := identify("k2")
	second.Detail = "Link edd=true"
	if got := must[onboarding.Attempt](t)(l.Open(ctx, second)); got != first {
		t.Errorf("the open attempt must come back word for word: got %+v", got)
	}
	for i, other := range []onboarding.Attempt{
		{Partner: "globex", Customer: "c1", Act: "identify"},
		{Partner: "acme", Customer: "c2", Act: "identify"},
		{Partner: "acme", Customer: "c1", Act: "enrol x"},
	} {
		other.Key = fmt.Sprintf("other%d", i)
		if got := must[onboarding.Attempt](t)(l.Open(ctx, other)); got != other {
			t.Errorf("%+v shares an attempt with another: %+v", other, got)
		}
	}
}

func closedAttemptGivesWay(t *testing.T, s *Store, _ *clock) {
	ctx, l := background(t), s.Ledger()
	must[onboarding.Attempt](t)(l.Open(ctx, identify("k1")))
	ok(t, l.Close(ctx, "k1"))
	ok(t, l.Close(ctx, "k1"))
	ok(t, l.Close(ctx, "never kept"))
	if got := must[onboarding.Attempt](t)(l.Open(ctx, identify("k2"))); got.Key != "k2" {
		t.Errorf("after closing, the key is %q", got.Key)
	}
}

func attemptIsAtomic(t *testing.T, s *Store, _ *clock) {
	ctx, keys := background(t), make([]string, 20)
	atOnce(len(keys), func(i int) {
		a, err := s.Ledger().Open(ctx, identify(fmt.Sprintf("k%d", i)))
		if err != nil {
			t.Error(err)
		}
		keys[i] = a.Key
	})
	for _, key := range keys {
		if key == "" || key != keys[0] {
			t.Fatalf("keys differ: %v", keys)
		}
	}
}

var click = time.Date(2026, 3, 1, 11, 0, 0, 123e6, time.UTC)

func consent(key string) onboarding.Consent {
	return onboarding.Consent{
		Key: key, Partner: "acme", Customer: "c1",
		Document: onboarding.Document{ID: "d1", Title: "Terms ✓", URL: "https://docs.example/1", Text: "words"},
		Words:    "I agree", Locale: "de", ShownAt: click.Add(-time.Minute), OpenedAt: click.Add(-time.Second), AgreedAt: click,
		Shown: onboarding.DocumentBytes{SHA256: "ab", Size: 2, MediaType: "text/plain"}, Signed: onboarding.DocumentBytes{Problem: "gone"},
		Address: "192.0.2.1", Agent: "Browser/1", State: onboarding.ConsentPending,
	}
}

// placeInChain leaves out what the store adds to a consent.
var placeInChain = cmpopts.IgnoreFields(onboarding.Consent{}, "Sequence", "Previous", "Hash")

func consentComesBack(t *testing.T, s *Store, _ *clock) {
	ctx, l := background(t), s.Ledger()
	shown, unknown := consent("k1"), consent("k2")
	unknown.Document.ID, unknown.ShownAt, unknown.OpenedAt = "d2", time.Time{}, time.Time{}
	for _, c := range []onboarding.Consent{shown, unknown} {
		if diff := cmp.Diff(c, must[onboarding.Consent](t)(l.Intend(ctx, c, click)), placeInChain); diff != "" {
			t.Error(diff)
		}
	}
	kept := must[[]onboarding.Consent](t)(l.Undelivered(ctx, "acme", click.Add(time.Second)))
	if diff := cmp.Diff([]onboarding.Consent{shown, unknown}, kept, placeInChain); diff != "" {
		t.Error(diff)
	}
}

func consentUnderWay(t *testing.T, s *Store, _ *clock) {
	ctx, l := background(t), s.Ledger()
	must[onboarding.Consent](t)(l.Intend(ctx, consent("k1"), click))
	if got := must[onboarding.Consent](t)(l.Intend(ctx, consent("k2"), click.Add(time.Hour))); got.Key != "k1" {
		t.Errorf("the second click made %q beside the one under way", got.Key)
	}
	ok(t, l.Refuse(ctx, "k1", "no", click))
	if got := must[onboarding.Consent](t)(l.Intend(ctx, consent("k3"), click)); got.Key != "k3" {
		t.Errorf("a refused consent stands in the way of a new one: %q", got.Key)
	}
}

func consentConfirmedSince(t *testing.T, s *Store, _ *clock) {
	ctx, l := background(t), s.Ledger()
	must[onboarding.Consent](t)(l.Intend(ctx, consent("k1"), click))
	settled := click.Add(2 * time.Second)
	ok(t, l.Confirm(ctx, "k1", "signing", settled))
	got := must[onboarding.Consent](t)(l.Intend(ctx, consent("k2"), settled))
	if got.Key != "k1" || got.State != onboarding.ConsentConfirmed || got.SigningID != "signing" || !got.SettledAt.Equal(settled) {
		t.Errorf("a click from before the answer is a second consent: %+v", got)
	}
	if got = must[onboarding.Consent](t)(l.Intend(ctx, consent("k3"), settled.Add(time.Millisecond))); got.Key != "k3" {
		t.Errorf("a document that is required again can't be signed again: %q", got.Key)
	}
}

func consentIsAtomic(t *testing.T, s *Store, _ *clock) {
	ctx, keys := background(t), make([]string, 20)
	atOnce(len(keys), func(i int) {
		c, err := s.Ledger().Intend(ctx, consent(fmt.Sprintf("k%d", i)), click)
		if err != nil {
			t.Error(err)
		}
		keys[i] = c.Key
	})
	for _, key := range keys {
		if key == "" || key != keys[0] {
			t.Fatalf("keys differ: %v", keys)
		}
	}
	if kept := must[[]onboarding.Consent](t)(s.Ledger().Undelivered(ctx, "acme", click.Add(time.Second))); len(kept) != 1 {
		t.Errorf("%d consents kept", len(kept))
	}
}

func evidenceStays(t *testing.T, s *Store, c *clock) {
	ctx, l := background(t), s.Ledger()
	must[onboarding.Consent](t)(l.Intend(ctx, consent("k1"), click))
	ok(t, l.Confirm(ctx, "k1", "first", click))
	ok(t, l.Confirm(ctx, "k1", "second", click.Add(time.Hour)))
	ok(t, l.Refuse(ctx, "k1", "no", click.Add(time.Hour)))
	must[int64](t)(s.Sweep(ctx, c.Now().AddDate(100, 0, 0)))
	got := must[onboarding.Consent](t)(l.Intend(ctx, consent("k2"), click))
	if got.Key != "k1" || got.SigningID != "first" || got.Reason != "" || !got.SettledAt.Equal(click) {
		t.Errorf("the confirmed consent was changed: %+v", got)
	}
	if err := l.Confirm(ctx, "lost", "signing", click); err == nil {
		t.Error("a confirmation without a consent went unnoticed")
	}
	if err := l.Refuse(ctx, "lost", "no", click); err == nil {
		t.Error("a refusal without a consent went unnoticed")
	}
}

func undeliveredInOrder(t *testing.T, s *Store, _ *clock) {
	ctx, l := background(t), s.Ledger()
	for i, row := range []struct {
		key, partner string
		later        time.Duration
	}{
		{"b", "acme", 0},
		{"a", "acme", 0},
		{"older", "acme", -time.Hour},
		{"too new", "acme", time.Minute},
		{"other", "globex", 0},
		{"confirmed", "acme", 0},
		{"refused", "acme", 0},
	} {
		c := consent(row.key)
		c.Partner, c.Document.ID, c.AgreedAt = row.partner, fmt.Sprint(i), click.Add(row.later)
		must[onboarding.Consent](t)(l.Intend(ctx, c, click))
	}
	ok(t, l.Confirm(ctx, "confirmed", "x", click))
	ok(t, l.Refuse(ctx, "refused", "x", click))
	var keys []string
	for _, c := range must[[]onboarding.Consent](t)(l.Undelivered(ctx, "acme", click.Add(time.Minute))) {
		keys = append(keys, c.Key)
	}
	if diff := cmp.Diff([]string{"older", "a", "b"}, keys); diff != "" {
		t.Error(diff)
	}
}

func customersConsents(t *testing.T, s *Store, _ *clock) {
	ctx, l := background(t), s.Ledger()
	for i, row := range []struct{ key, partner, customer string }{
		{"pending", "acme", "c1"},
		{"confirmed", "acme", "c1"},
		{"refused", "acme", "c1"},
		{"another's", "acme", "c2"},
		{"another partner's", "globex", "c1"},
	} {
		c := consent(row.key)
		c.Partner, c.Customer, c.Document.ID, c.AgreedAt = row.partner, row.customer, fmt.Sprint(i), click.Add(-time.Duration(i)*time.Second)
		must[onboarding.Consent](t)(l.Intend(ctx, c, click))
	}
	ok(t, l.Confirm(ctx, "confirmed", "signing", click))
	ok(t, l.Refuse(ctx, "refused", "no", click))
	var kept []string
	for _, c := range must[[]onboarding.Consent](t)(s.CustomerConsents(ctx, "acme", "c1")) {
		kept = append(kept, c.Key+" "+string(c.State))
	}
	if diff := cmp.Diff([]string{"refused refused", "confirmed confirmed", "pending pending"}, kept); diff != "" {
		t.Error(diff)
	}
}

func strangeAgent(t *testing.T, s *Store, _ *clock) {
	ctx, l := background(t), s.Ledger()
	c := consent("k1")
	c.Agent = "Browser\x00\xff/1"
	must[onboarding.Consent](t)(l.Intend(ctx, c, click))
	kept := must[[]onboarding.Consent](t)(l.Undelivered(ctx, "acme", click.Add(time.Second)))
	if len(kept) != 1 || kept[0].Agent != "Browser\uFFFD\uFFFD/1" {
		t.Errorf("kept %+v", kept)
	}
}

func rekeyPending(t *testing.T, s *Store, _ *clock) {
	ctx, ledger := t.Context(), s.Ledger()
	if _, err := ledger.Intend(ctx, consent("old"), time.Time{}); err != nil {
		t.Fatal(err)
	}
	if err := ledger.Rekey(ctx, "old", "new-old"); err != nil {
		t.Fatal(err)
	}
	if err := ledger.Confirm(ctx, "new-old", "signing", s.Now()); err != nil {
		t.Fatalf("the new key does not name the consent: %v", err)
	}
	if err := ledger.Rekey(ctx, "new-old", "later"); err != nil {
		t.Fatal(err)
	}
	if err := ledger.Confirm(ctx, "new-old", "signing", s.Now()); err != nil {
		t.Errorf("a settled consent lost its key: %v", err)
	}
}
