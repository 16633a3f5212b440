package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// CopyLife is how long a copy of a customer's facts is kept that nobody renews. What
// Iron said longer ago is better not shown.
const CopyLife = 24 * time.Hour

// RecallCopy gives the copy of what was last read of a customer, as it was sealed.
func (s *Store) RecallCopy(ctx context.Context, partner, customer string) (sealed []byte, readAt time.Time, found bool, err error) {
	var at int64
	err = s.readRow(ctx,
		`SELECT sealed, read_at FROM copies WHERE partner = $1 AND customer = $2`, []any{partner, customer}, &sealed, &at)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, time.Time{}, false, nil
	case err != nil:
		return nil, time.Time{}, false, fmt.Errorf("store: recall copy: %w", err)
	}
	return sealed, moment(at), true, nil
}

// RememberCopy keeps a copy, unless there is one of a later reading.
func (s *Store) RememberCopy(ctx context.Context, partner, customer string, sealed []byte, readAt time.Time) error {
	_, err := s.exec(ctx, `
		INSERT INTO copies (partner, customer, sealed, read_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (partner, customer) DO UPDATE
		SET sealed = excluded.sealed, read_at = excluded.read_at WHERE copies.read_at <= excluded.read_at`,
		partner, customer, sealed, millis(readAt))
	if err != nil {
		return fmt.Errorf("store: remember copy: %w", err)
	}
	return nil
}
