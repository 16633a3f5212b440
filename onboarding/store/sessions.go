package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/alexedwards/scs/v2"
)

// Sessions keeps sessions for scs, which hands it the hash of each token, and
// judges by the store's clock when one has been idle for too long.
type Sessions struct {
	s    *Store
	idle time.Duration
}

var _ scs.CtxStore = Sessions{}

// Sessions is the part of the store that keeps sessions. One that nobody has
// touched for the time of idle is not found any more.
func (s *Store) Sessions(idle time.Duration) Sessions { return Sessions{s, idle} }

// touchEvery is how stale the last-seen moment may get. A write for each page
// would be most of the work of showing it.
const touchEvery = time.Minute

// FindCtx returns a session's data, unless it has expired or was idle for too long.
func (n Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	now := n.s.Now()
	err = n.s.readRow(ctx,
		`SELECT data FROM sessions WHERE token = $1 AND expires_at > $2 AND seen_at > $3`,
		[]any{token, millis(now), millis(now.Add(-n.idle))}, &data)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("store: find session: %w", err)
	}
	return data, true, nil
}

// CommitCtx keeps a session, seen now.
func (n Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	_, err := n.s.exec(ctx, `
		INSERT INTO sessions (token, data, expires_at, seen_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (token) DO UPDATE
		SET data = excluded.data, expires_at = excluded.expires_at, seen_at = excluded.seen_at`,
		token, data, millis(expiry), millis(n.s.Now()))
	if err != nil {
		return fmt.Errorf("store: commit session: %w", err)
	}
	return nil
}

// DeleteCtx ends a session. One that is not there is no error.
func (n Sessions) DeleteCtx(ctx context.Context, token string) error {
	if _, err := n.s.exec(ctx, `DELETE FROM sessions WHERE token = $1`, token); err != nil {
		return fmt.Errorf("store: delete session: %w", err)
	}
	return nil
}

// Touch notes that a session was seen, at most once a minute. It never makes one:
// a request that was under way while its session ended must not bring it back.
func (n Sessions) Touch(ctx context.Context, token string) error {
	now := n.s.Now()
	stale, dead := millis(now.Add(-touchEvery)), millis(now.Add(-n.idle))
	var due int
	// Asked of the readers first, so that the one writer is left alone nearly always.
	err := n.s.readRow(ctx,
		`SELECT COUNT(*) FROM sessions WHERE token = $1 AND seen_at <= $2`, []any{token, stale}, &due)
	if err == nil && due > 0 {
		_, err = n.s.exec(ctx,
			`UPDATE sessions SET seen_at = $1 WHERE token = $2 AND seen_at <= $3 AND seen_at > $4`,
			millis(now), token, stale, dead)
	}
	if err != nil {
		return fmt.Errorf("store: touch session: %w", err)
	}
	return nil
}

// Find is FindCtx for whoever has no context.
func (n Sessions) Find(token string) (data []byte, found bool, err error) {
	return n.FindCtx(context.Background(), token)
}

// Commit is CommitCtx for whoever has no context.
func (n Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return n.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx for whoever has no context.
func (n Sessions) Delete(token string) error {
	return n.DeleteCtx(context.Background(), token)
}
