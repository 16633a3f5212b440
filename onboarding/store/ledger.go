package store

import (
	"context"
	"fmt"

	"portal/onboarding"
)

// Ledger keeps attempts and consents.
type Ledger struct{ s *Store }

var _ onboarding.Ledger = Ledger{}

// Ledger is the part of the store that the domain uses.
func (s *Store) Ledger() Ledger { return Ledger{s} }

// Open returns the open attempt for the same partner, customer and act, or keeps
// and returns the one given.
func (l Ledger) Open(ctx context.Context, a onboarding.Attempt) (onboarding.Attempt, error) {
	// The update changes nothing: it makes the statement return the row that is in
	// the way, and so read and write in one step.
	const upsert = `
		INSERT INTO attempts (key, partner, customer, act, detail, opened_at)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (partner, customer, act) WHERE closed_at IS NULL DO UPDATE SET act = excluded.act
		RETURNING key, partner, customer, act, detail`
	var open onboarding.Attempt
	err := l.s.writeReturning(ctx, upsert,
		[]any{a.Key, a.Partner, a.Customer, a.Act, a.Detail, millis(l.s.Now())},
		&open.Key, &open.Partner, &open.Customer, &open.Act, &open.Detail)
	if err != nil {
		return onboarding.Attempt{}, fmt.Errorf("store: open attempt: %w", err)
	}
	return open, nil
}

// Close ends an attempt. Closing it again, or one that was never kept, does nothing.
func (l Ledger) Close(ctx context.Context, key string) error {
	_, err := l.s.exec(ctx,
		`UPDATE attempts SET closed_at = $1 WHERE key = $2 AND closed_at IS NULL`, millis(l.s.Now()), key)
	if err != nil {
		return fmt.Errorf("store: close attempt: %w", err)
	}
	return nil
}
