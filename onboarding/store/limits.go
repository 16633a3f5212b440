package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Take takes one of what a key has left, and tells how long to wait where nothing is
// left; 0 means that it was taken. A key has burst at most, and gains one in each
// interval. All replicas take from the same.
//
// What is kept is the moment at which the key has everything again, so that one
// statement decides: those who come at once wait for the row and look at it again.
func (s *Store) Take(ctx context.Context, key string, interval time.Duration, burst int) (wait time.Duration, err error) {
	now, gain := s.Now().UnixMicro(), interval.Microseconds()
	latest := now + int64(burst-1)*gain
	taken, err := s.exec(ctx, `
		INSERT INTO limits (key, free_at) VALUES ($1, CAST($2 AS BIGINT) + CAST($3 AS BIGINT))
		ON CONFLICT (key) DO UPDATE
		SET free_at = CASE WHEN limits.free_at > CAST($2 AS BIGINT) THEN limits.free_at ELSE CAST($2 AS BIGINT) END + CAST($3 AS BIGINT)
		WHERE limits.free_at <= $4`, key, now, gain, latest)
	if err != nil {
		return 0, fmt.Errorf("store: take of a limit: %w", err)
	}
	if taken > 0 {
		return 0, nil
	}
	var freeAt int64
	err = s.readRow(ctx, `SELECT free_at FROM limits WHERE key = $1`, []any{key}, &freeAt)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("store: take of a limit: %w", err)
	}
	return max(time.Duration(freeAt-latest)*time.Microsecond, time.Microsecond), nil
}
