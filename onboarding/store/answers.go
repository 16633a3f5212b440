package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// RecallAnswer looks for the answer that was given to a request. The id stands for
// the partner and the request's key, and the first body seen under it is the one
// that counts: same is false for any other. A nil answer means that the request is
// still to be done, by whoever asks; if two do it at once, RememberAnswer makes
// them answer alike. From expires on the id is free again.
func (s *Store) RecallAnswer(ctx context.Context, id, bodyHash string, now, expires time.Time) (answer []byte, same bool, err error) {
	err = s.transact(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO answers (id, body_hash, expires_at) VALUES ($1, $2, $3)
			ON CONFLICT (id) DO UPDATE
			SET body_hash = excluded.body_hash, answer = NULL, expires_at = excluded.expires_at
			WHERE answers.expires_at <= $4`,
			id, bodyHash, millis(expires), millis(now))
		if err != nil {
			return err
		}
		var first string
		err = tx.QueryRowContext(ctx, `SELECT body_hash, answer FROM answers WHERE id = $1`, id).Scan(&first, &answer)
		same = first == bodyHash
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("store: recall answer: %w", err)
	}
	if !same {
		return nil, false, nil
	}
	return answer, true, nil
}

// RememberAnswer keeps the answer to a recalled request, and returns the one that
// counts: the first that was remembered.
func (s *Store) RememberAnswer(ctx context.Context, id string, answer []byte) (first []byte, err error) {
	err = s.writeReturning(ctx,
		`UPDATE answers SET answer = COALESCE(answer, $1) WHERE id = $2 RETURNING answer`, []any{answer, id}, &first)
	if err != nil {
		return nil, fmt.Errorf("store: remember answer: %w", err)
	}
	return first, nil
}
