package store

import (
	"fmt"
	"testing"
	"time"

	"portal/session"
	"portal/session/sessiontest"
)

const idle = 30 * time.Minute

func commit(t *testing.T, n Sessions, token string, expires time.Time) {
	t.Helper()
	ok(t, n.CommitCtx(background(t), token, []byte("\x00data\xff"), expires))
}

func keepsSessions(t *testing.T, s *Store, c *clock) {
	sessiontest.Sessions(t, func(t *testing.T, now func() time.Time) sessiontest.SessionStore {
		// They have tokens of their own, and time only goes on.
		s.Now = now
		return s.Sessions(sessiontest.Idle)
	})
}

func takesLimits(t *testing.T, s *Store, c *clock) {
	sessiontest.Limits(t, func(t *testing.T, now func() time.Time, factor float64) session.Limits {
		s.Now = now
		return session.NewSharedLimits(s, factor)
	})
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
	c.add(-time.Minute - time.Millisecond)
	must[time.Duration](t)(s.Take(ctx, "over", time.Minute, 1))
	c.add(time.Millisecond)
	must[time.Duration](t)(s.Take(ctx, "good", time.Minute+time.Millisecond, 1))
	if deleted := must[int64](t)(s.Sweep(ctx, at)); deleted != 5 {
		t.Errorf("%d rows deleted, want one of each kind", deleted)
	}
	for _, table := range []string{"sessions", "links", "answers", "attempts", "limits"} {
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
		_, err = tx.ExecContext(ctx, `INSERT INTO sessions (token, data, expires_at, seen_at) VALUES ($1, $2, $3, 0)`,
			fmt.Sprint(i), []byte{}, millis(c.Now()))
		ok(t, err)
	}
	ok(t, tx.Commit())
	most := int64(0) // at once: whoever writes waits for that long
	for _, b := range bites(c.Now()) {
		most = max(most, must[int64](t)(s.bite(ctx, b)))
	}
	if most != sweepBite {
		t.Errorf("%d rows deleted at once", most)
	}
	if deleted := must[int64](t)(s.Sweep(ctx, c.Now())); deleted != 2*(rows-sweepBite) {
		t.Errorf("%d of %d rows deleted", deleted, 2*(rows-sweepBite))
	}
}
