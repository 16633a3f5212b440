package store

import (
	"context"
	"fmt"
	"time"
)

// sweepBite bounds one deletion. Everybody who writes waits while it lasts.
const sweepBite = 500

// attemptLife is longer than Iron remembers an idempotency key (24 hours), so that
// an attempt of this age can't repeat anything, even one that is still open.
const attemptLife = 7 * 24 * time.Hour

// linkMemory is as long as a session lasts: whoever handed a link on to a phone still
// asks whether it was used when it could not be used any more.
const linkMemory = 12 * time.Hour

// Sweep deletes what is over: sessions, links and answers past their time, and old
// attempts, copies, openings and webhooks, and limits that nobody has used up. Consents, the bytes
// of documents and the ownership of customers stay. It returns how many rows are gone,
// also where it fails half way.
func (s *Store) Sweep(ctx context.Context, now time.Time) (deleted int64, err error) {
	for _, b := range bites(now) {
		for {
			n, err := s.bite(ctx, b)
			if err != nil {
				return deleted, fmt.Errorf("store: sweep: %w", err)
			}
			deleted += n
			if n < sweepBite {
				break
			}
		}
	}
	return deleted, nil
}

// bite deletes some of what is before a moment.
type bite struct {
	statement string
	before    time.Time
}

func (s *Store) bite(ctx context.Context, b bite) (deleted int64, err error) {
	return s.exec(ctx, b.statement, millis(b.before), sweepBite)
}

func bites(now time.Time) []bite {
	return []bite{
		{`DELETE FROM sessions WHERE token IN (SELECT token FROM sessions WHERE expires_at <= $1 LIMIT $2)`, now},
		{`DELETE FROM links WHERE hash IN (SELECT hash FROM links WHERE expires_at <= $1 LIMIT $2)`, now.Add(-linkMemory)},
		{`DELETE FROM answers WHERE id IN (SELECT id FROM answers WHERE expires_at <= $1 LIMIT $2)`, now},
		{`DELETE FROM webhooks WHERE digest IN (SELECT digest FROM webhooks WHERE received_at <= $1 LIMIT $2)`, now.Add(-WebhookLife)},
		{`DELETE FROM copies WHERE (partner, customer) IN (SELECT partner, customer FROM copies WHERE read_at <= $1 LIMIT $2)`, now.Add(-CopyLife)},
		{`DELETE FROM openings WHERE (partner, customer, fingerprint) IN (SELECT partner, customer, fingerprint FROM openings WHERE opened_at <= $1 LIMIT $2)`, now.Add(-OpeningLife)},
		{`DELETE FROM attempts WHERE key IN (SELECT key FROM attempts WHERE opened_at <= $1 LIMIT $2)`, now.Add(-attemptLife)},
		{`DELETE FROM limits WHERE key IN (SELECT key FROM limits WHERE free_at <= CAST($1 AS BIGINT) * 1000 LIMIT $2)`, now},
	}
}
