package store

import (
	"context"
	"fmt"
	"time"
)

// OpeningLife is how long it is known that a customer has opened a document. What they
// sign within that time has it in its evidence, for good.
const OpeningLife = 30 * 24 * time.Hour

// NoteOpening keeps when a customer has opened a document, which its fingerprint names;
// the last time counts.
func (s *Store) NoteOpening(ctx context.Context, partner, customer, fingerprint string, at time.Time) error {
	_, err := s.exec(ctx, `
		INSERT INTO openings (partner, customer, fingerprint, opened_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (partner, customer, fingerprint) DO UPDATE SET opened_at = excluded.opened_at
		WHERE openings.opened_at < excluded.opened_at`, partner, customer, fingerprint, millis(at))
	if err != nil {
		return fmt.Errorf("store: note opening: %w", err)
	}
	return nil
}

// Openings is when a customer has opened which documents, by their fingerprints.
func (s *Store) Openings(ctx context.Context, partner, customer string) (map[string]time.Time, error) {
	ctx, cancel := s.limit(ctx)
	defer cancel()
	rows, err := s.read.QueryContext(ctx, `
		SELECT fingerprint, opened_at FROM openings WHERE partner = $1 AND customer = $2`, partner, customer)
	if err != nil {
		return nil, fmt.Errorf("store: list openings: %w", err)
	}
	defer func() { _ = rows.Close() }()
	openings := map[string]time.Time{}
	for rows.Next() {
		var fingerprint string
		var at int64
		if err := rows.Scan(&fingerprint, &at); err != nil {
			return nil, fmt.Errorf("store: list openings: %w", err)
		}
		openings[fingerprint] = moment(at)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: list openings: %w", err)
	}
	return openings, nil
}
