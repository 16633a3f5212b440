package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"portal/onboarding"
)

func firstPartnerKeeps(t *testing.T, s *Store, _ *clock) {
	ctx := background(t)
	if must[bool](t)(s.OwnsCustomer(ctx, "acme", "c1")) {
		t.Error("owned before it was claimed")
	}
	for _, claim := range []struct {
		partner string
		mine    bool
	}{{"acme", true}, {"acme", true}, {"globex", false}} {
		if mine := must[bool](t)(s.ClaimCustomer(ctx, claim.partner, "c1")); mine != claim.mine {
			t.Errorf("%s: mine %v", claim.partner, mine)
		}
		if owns := must[bool](t)(s.OwnsCustomer(ctx, claim.partner, "c1")); owns != claim.mine {
			t.Errorf("%s: owns %v", claim.partner, owns)
		}
	}
	var owners atomic.Int32
	atOnce(20, func(i int) {
		mine, err := s.ClaimCustomer(ctx, fmt.Sprintf("p%d", i), "c2")
		if err != nil {
			t.Error(err)
		}
		if mine {
			owners.Add(1)
		}
	})
	if owners.Load() != 1 {
		t.Errorf("%d partners own one customer", owners.Load())
	}
}

func linkIsGoodOnce(t *testing.T, s *Store, c *clock) {
	ctx := background(t)
	expires := c.Now().Add(time.Minute)
	ok(t, s.SaveLink(ctx, "acme", "h", "body", expires))
	type act = func(ctx context.Context, partner, hash, by string, now time.Time) (string, bool, error)
	acts := map[string]act{"peek": s.PeekLink, "use": s.UseLink}
	for _, try := range []struct {
		name          string
		partner, hash string
		now           time.Time
	}{
		{"another partner's", "globex", "h", c.Now()},
		{"never made", "acme", "other", c.Now()},
		{"at the moment it expires", "acme", "h", expires},
	} {
		for name, f := range acts {
			if body, there, err := f(ctx, try.partner, try.hash, "", try.now); there || body != "" || err != nil {
				t.Errorf("%s, %s: %q, %v, %v", name, try.name, body, there, err)
			}
		}
	}
	last := expires.Add(-time.Millisecond)
	for range 3 {
		if body, there, err := s.PeekLink(ctx, "acme", "h", "", last); !there || body != "body" || err != nil {
			t.Fatalf("peek: %q, %v, %v", body, there, err)
		}
	}
	if body, there, err := s.UseLink(ctx, "acme", "h", "", last); !there || body != "body" || err != nil {
		t.Fatalf("first use: %q, %v, %v", body, there, err)
	}
	for name, f := range acts {
		for _, by := range []string{"", "another browser"} {
			if _, there, err := f(ctx, "acme", "h", by, last); there || err != nil {
				t.Errorf("%s after its use, by %q: %v, %v", name, by, there, err)
			}
		}
	}
}

func linkForgivesItsBrowser(t *testing.T, s *Store, c *clock) {
	ctx := background(t)
	ok(t, s.SaveLink(ctx, "acme", "h", "body", c.Now().Add(time.Second)))
	for _, use := range []struct {
		by    string
		later time.Duration
		there bool
	}{
		{"browser", 0, true},
		{"browser", linkGrace - time.Millisecond, true},
		{"another", 0, false},
		{"browser", time.Millisecond, false}, // counted from the first use, not the last
	} {
		c.add(use.later)
		if _, there, err := s.PeekLink(ctx, "acme", "h", use.by, c.Now()); there != use.there || err != nil {
			t.Errorf("peek %+v: %v, %v", use, there, err)
		}
		if _, there, err := s.UseLink(ctx, "acme", "h", use.by, c.Now()); there != use.there || err != nil {
			t.Errorf("use %+v: %v, %v", use, there, err)
		}
	}
}

func linkIsAtomic(t *testing.T, s *Store, c *clock) {
	ctx := background(t)
	ok(t, s.SaveLink(ctx, "acme", "h", "body", c.Now().Add(time.Minute)))
	var uses atomic.Int32
	atOnce(20, func(i int) {
		_, there, err := s.UseLink(ctx, "acme", "h", fmt.Sprint(i), c.Now())
		if err != nil {
			t.Error(err)
		}
		if there {
			uses.Add(1)
		}
	})
	if uses.Load() != 1 {
		t.Errorf("used %d times", uses.Load())
	}
}

// recall asks for the answer to a body under the id "r".
func recall(t *testing.T, s *Store, body string, now time.Time) (string, bool) {
	t.Helper()
	answer, same, err := s.RecallAnswer(background(t), "r", body, now, now.Add(24*time.Hour))
	ok(t, err)
	return string(answer), same
}

func answerAgain(t *testing.T, s *Store, c *clock) {
	if answer, same := recall(t, s, "body", c.Now()); answer != "" || !same {
		t.Fatalf("first: %q, %v", answer, same)
	}
	if _, same := recall(t, s, "another", c.Now()); same {
		t.Error("another body is taken for the one whose request is still being done")
	}
	must[[]byte](t)(s.RememberAnswer(background(t), "r", []byte("\x00sealed")))
	if answer, same := recall(t, s, "body", c.Now()); answer != "\x00sealed" || !same {
		t.Errorf("again: %q, %v", answer, same)
	}
	if answer, same := recall(t, s, "another", c.Now()); same || answer != "" {
		t.Errorf("another body is given the answer %q", answer)
	}
	if _, err := s.RememberAnswer(background(t), "unknown", []byte("x")); err == nil {
		t.Error("an answer without a request was remembered")
	}
}

func answersAgree(t *testing.T, s *Store, c *clock) {
	answers := make([]string, 20)
	atOnce(len(answers), func(i int) {
		ctx := background(t)
		if _, same, err := s.RecallAnswer(ctx, "r", "body", c.Now(), c.Now().Add(time.Hour)); err != nil || !same {
			t.Error(same, err)
		}
		answer, err := s.RememberAnswer(ctx, "r", fmt.Append(nil, i))
		if err != nil {
			t.Error(err)
		}
		answers[i] = string(answer)
	})
	for _, answer := range answers {
		if answer == "" || answer != answers[0] {
			t.Fatalf("answers differ: %v", answers)
		}
	}
}

func answerExpires(t *testing.T, s *Store, c *clock) {
	recall(t, s, "body", c.Now())
	must[[]byte](t)(s.RememberAnswer(background(t), "r", []byte("sealed")))
	c.add(24*time.Hour - time.Millisecond)
	if answer, _ := recall(t, s, "body", c.Now()); answer != "sealed" {
		t.Errorf("forgotten too early: %q", answer)
	}
	c.add(time.Millisecond)
	if answer, same := recall(t, s, "another", c.Now()); answer != "" || !same {
		t.Errorf("after its time: %q, %v", answer, same)
	}
}

// calls are all ways to ask the store for something.
func calls(s *Store) map[string]func(context.Context) error {
	l, n := s.Ledger(), s.Sessions(idle)
	now := s.Now()
	return map[string]func(context.Context) error{
		"Ping":             s.Ping,
		"Open":             func(ctx context.Context) error { _, err := l.Open(ctx, identify("k")); return err },
		"Close":            func(ctx context.Context) error { return l.Close(ctx, "k") },
		"Intend":           func(ctx context.Context) error { _, err := l.Intend(ctx, consent("k"), now); return err },
		"Confirm":          func(ctx context.Context) error { return l.Confirm(ctx, "k", "s", now) },
		"Refuse":           func(ctx context.Context) error { return l.Refuse(ctx, "k", "r", now) },
		"Undelivered":      func(ctx context.Context) error { _, err := l.Undelivered(ctx, "acme", now); return err },
		"CustomerConsents": func(ctx context.Context) error { _, err := s.CustomerConsents(ctx, "acme", "c"); return err },
		"Lease":            func(ctx context.Context) error { _, err := l.Lease(ctx, "acme", "c"); return err },
		"Return":           func(ctx context.Context) error { return l.Return(ctx, "acme", "c") },
		"Rekey":            func(ctx context.Context) error { return l.Rekey(ctx, "other", "k") },
		"Evidence":         func(ctx context.Context) error { _, err := s.Evidence(ctx, "acme", "c"); return err },
		"Chains":           func(ctx context.Context) error { return s.Chains(ctx, func(Chain) error { return nil }) },
		"KeepContent":      func(ctx context.Context) error { return s.KeepContent(ctx, "a", "b", []byte("c")) },
		"NoteOpening":      func(ctx context.Context) error { return s.NoteOpening(ctx, "a", "b", "c", s.Now()) },
		"Openings":         func(ctx context.Context) error { _, err := s.Openings(ctx, "a", "b"); return err },
		"HasContent":       func(ctx context.Context) error { _, err := s.HasContent(ctx, "a"); return err },
		"Content":          func(ctx context.Context) error { _, _, err := s.Content(ctx, "a"); return err },
		"RecallCopy":       func(ctx context.Context) error { _, _, _, err := s.RecallCopy(ctx, "acme", "c"); return err },
		"RememberCopy":     func(ctx context.Context) error { return s.RememberCopy(ctx, "acme", "c", []byte("s"), now) },
		"KeepHint": func(ctx context.Context) error {
			_, err := s.KeepHint(ctx, onboarding.Hint{Digest: "d"}, nil)
			return err
		},
		"PartnerOf":      func(ctx context.Context) error { _, err := s.PartnerOf(ctx, "c"); return err },
		"ClaimCustomer":  func(ctx context.Context) error { _, err := s.ClaimCustomer(ctx, "acme", "c"); return err },
		"OwnsCustomer":   func(ctx context.Context) error { _, err := s.OwnsCustomer(ctx, "acme", "c"); return err },
		"SaveLink":       func(ctx context.Context) error { return s.SaveLink(ctx, "acme", "h", "b", now) },
		"PeekLink":       func(ctx context.Context) error { _, _, err := s.PeekLink(ctx, "acme", "h", "", now); return err },
		"UseLink":        func(ctx context.Context) error { _, _, err := s.UseLink(ctx, "acme", "h", "", now); return err },
		"FindLink":       func(ctx context.Context) error { _, _, _, _, err := s.FindLink(ctx, "acme", "h"); return err },
		"DropLink":       func(ctx context.Context) error { return s.DropLink(ctx, "acme", "h") },
		"FindCtx":        func(ctx context.Context) error { _, _, err := n.FindCtx(ctx, "t"); return err },
		"CommitCtx":      func(ctx context.Context) error { return n.CommitCtx(ctx, "t", []byte("d"), now) },
		"DeleteCtx":      func(ctx context.Context) error { return n.DeleteCtx(ctx, "t") },
		"Touch":          func(ctx context.Context) error { return n.Touch(ctx, "t") },
		"Take":           func(ctx context.Context) error { _, err := s.Take(ctx, "k", time.Second, 1); return err },
		"Setting":        func(ctx context.Context) error { _, err := s.Setting(ctx, "n"); return err },
		"FirstSetting":   func(ctx context.Context) error { _, err := s.FirstSetting(ctx, "n", []byte("v")); return err },
		"ChangeSetting":  func(ctx context.Context) error { return s.ChangeSetting(ctx, "n", []byte("v")) },
		"RecallAnswer":   func(ctx context.Context) error { _, _, err := s.RecallAnswer(ctx, "i", "b", now, now); return err },
		"RememberAnswer": func(ctx context.Context) error { _, err := s.RememberAnswer(ctx, "i", []byte("a")); return err },
		"Sweep":          func(ctx context.Context) error { _, err := s.Sweep(ctx, now); return err },
	}
}

// timedOut: a new connection's deadline is the network's to tell of, in its own words.
func timedOut(err error) bool {
	var network net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network) && network.Timeout()
}

func closedStore(t *testing.T, s *Store, _ *clock) {
	ok(t, s.Ping(background(t)))
	ok(t, s.Close())
	for name, call := range calls(s) {
		if err := call(background(t)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func deadlineHolds(t *testing.T, s *Store, c *clock) {
	commit(t, s.Sessions(idle), "t", c.Now().Add(time.Hour))
	_, err := s.Ledger().Intend(background(t), onboarding.Consent{Key: "other"}, c.Now())
	ok(t, err)
	c.add(2 * time.Minute)
	blocker, err := s.write.BeginTx(background(t), nil)
	ok(t, err)
	defer func() { _ = blocker.Rollback() }()
	readers := map[string]bool{
		"Ping": true, "Undelivered": true, "CustomerConsents": true, "Evidence": true, "Chains": true, "RecallCopy": true, "Content": true, "HasContent": true, "Openings": true,
		"Setting": true, "PartnerOf": true, "OwnsCustomer": true, "PeekLink": true, "FindLink": true, "FindCtx": true,
	}
	if s.engine == postgresEngine {
		_, err := blocker.ExecContext(background(t), `LOCK TABLE attempts, consents, evidence, partner_customers, links, sessions, answers, copies, webhooks, contents, limits, settings, openings IN ACCESS EXCLUSIVE MODE`)
		ok(t, err)
		readers = nil
	}
	for name, call := range calls(s) {
		if readers[name] {
			continue // they go on beside a writer, where the engine has two pools
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		if err := call(ctx); !timedOut(err) {
			t.Errorf("%s: %v", name, err)
		}
		cancel()
	}
}
