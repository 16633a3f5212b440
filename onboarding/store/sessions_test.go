package store

import (
	"fmt"
	"testing"
	"time"
)

const idle = 30 * time.Minute

func found(t *testing.T, n Sessions, token string) bool {
	t.Helper()
	data, found, err := n.FindCtx(background(t), token)
	if err != nil {
		t.Fatal(err)
	}
	if found && string(data) != "\x00data\xff" {
		t.Fatalf("data came back as %q", data)
	}
	return found
}

func commit(t *testing.T, n Sessions, token string, expires time.Time) {
	t.Helper()
	ok(t, n.CommitCtx(background(t), token, []byte("\x00data\xff"), expires))
}

func sessionExpires(t *testing.T, s *Store, c *clock) {
	n := s.Sessions(idle)
	if found(t, n, "nobody") {
		t.Error("a session was found that never was")
	}
	commit(t, n, "t", c.Now().Add(time.Minute))
	if !found(t, n, "t") {
		t.Fatal("not found after its commit")
	}
	if c.add(time.Minute); found(t, n, "t") {
		t.Error("found at the moment at which it expires")
	}
	commit(t, n, "t", c.Now().Add(time.Minute))
	if !found(t, n, "t") {
		t.Error("a commit does not replace what was there")
	}
	ok(t, n.Delete("t"))
	ok(t, n.Delete("t"))
	if _, there, err := n.Find("t"); there || err != nil {
		t.Errorf("after its deletion: found %v, error %v", there, err)
	}
	ok(t, n.Commit("t", []byte("\x00data\xff"), c.Now().Add(time.Minute)))
	if !found(t, n, "t") {
		t.Error("not found after a commit without a context")
	}
}

func sessionIdles(t *testing.T, s *Store, c *clock) {
	ctx, n := background(t), s.Sessions(idle)
	commit(t, n, "t", c.Now().Add(12*time.Hour))
	c.add(idle - time.Second)
	if !found(t, n, "t") {
		t.Fatal("gone before the limit")
	}
	ok(t, n.Touch(ctx, "t"))
	c.add(idle - time.Second)
	if !found(t, n, "t") {
		t.Fatal("the touch did not count")
	}
	if c.add(time.Second); found(t, n, "t") {
		t.Error("found at the idle limit")
	}
	ok(t, n.Touch(ctx, "t"))
	if found(t, n, "t") {
		t.Error("a touch brought back a session that was idle for too long")
	}
}

func seenAt(t *testing.T, s *Store, token string) time.Time {
	t.Helper()
	var ms int64
	ok(t, s.read.QueryRowContext(background(t), `SELECT seen_at FROM sessions WHERE token = $1`, token).Scan(&ms))
	return moment(ms)
}

func touchIsRare(t *testing.T, s *Store, c *clock) {
	ctx, n := background(t), s.Sessions(idle)
	commit(t, n, "t", c.Now().Add(12*time.Hour))
	start := c.Now()
	c.add(time.Minute - time.Millisecond)
	ok(t, n.Touch(ctx, "t"))
	if seen := seenAt(t, s, "t"); !seen.Equal(start) {
		t.Errorf("written after less than a minute: %v", seen)
	}
	c.add(time.Millisecond)
	ok(t, n.Touch(ctx, "t"))
	if seen := seenAt(t, s, "t"); !seen.Equal(c.Now()) {
		t.Errorf("not written after a minute: %v", seen)
	}
}

func touchNeverRevives(t *testing.T, s *Store, c *clock) {
	ctx, n := background(t), s.Sessions(idle)
	commit(t, n, "t", c.Now().Add(12*time.Hour))
	c.add(2 * time.Minute)
	// The other request of this browser signs out while this one is under way.
	ok(t, n.DeleteCtx(ctx, "t"))
	ok(t, n.Touch(ctx, "t"))
	if found(t, n, "t") {
		t.Error("the session is back")
	}
}

func sweepTakes(t *testing.T, s *Store, c *clock) {
	ctx, n := background(t), s.Sessions(idle)
	at := c.Now()
	for i, name := range []string{"over", "good"} {
		expires := at.Add(time.Duration(i) * time.Millisecond)
		commit(t, n, name, expires)
		ok(t, s.SaveLink(ctx, "acme", name, name, expires.Add(-linkMemory)))
		_, _, err := s.RecallAnswer(ctx, name, "body", at.Add(-time.Hour), expires)
		ok(t, err)
		c.add(-attemptLife)
		c.add(time.Duration(i) * time.Millisecond)
		a := identify("attempt " + name)
		a.Act = name
		_, err = s.Ledger().Open(ctx, a)
		ok(t, err)
		c.add(attemptLife)
	}
	if deleted := must[int64](t)(s.Sweep(ctx, at)); deleted != 4 {
		t.Errorf("%d rows deleted, want one of each kind", deleted)
	}
	for _, table := range []string{"sessions", "links", "answers", "attempts"} {
		var left int
		ok(t, s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM `+table).Scan(&left))
		if left != 1 {
			t.Errorf("%s: %d rows left", table, left)
		}
	}
}

func sweepInBites(t *testing.T, s *Store, c *clock) {
	ctx := background(t)
	const rows = 2*sweepBite + 1
	tx, err := s.write.BeginTx(ctx, nil)
	ok(t, err)
	for i := range rows {
		_, err := tx.ExecContext(ctx, `INSERT INTO links (hash, partner, body, expires_at, used_at, used_by) VALUES ($1, $2, $3, $4, 0, '')`,
			fmt.Sprint(i), "acme", "", millis(c.Now().Add(-linkMemory)))
		ok(t, err)
	}
	ok(t, tx.Commit())
	if deleted := must[int64](t)(s.Sweep(ctx, c.Now())); deleted != rows {
		t.Errorf("%d of %d rows deleted", deleted, rows)
	}
}
