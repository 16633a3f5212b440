package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// SaveLink keeps a one-time link under the hash of its token. The body is whoever
// makes links' own business.
func (s *Store) SaveLink(ctx context.Context, partner, hash, body string, expires time.Time) error {
	_, err := s.exec(ctx,
		`INSERT INTO links (hash, partner, body, expires_at, used_at, used_by) VALUES ($1, $2, $3, $4, 0, '')`,
		hash, partner, body, millis(expires))
	if err != nil {
		return fmt.Errorf("store: save link: %w", err)
	}
	return nil
}

// FindLink reads a link whatever has become of it, for whoever made it. used is zero
// for one that nobody has used; found is false where it never was, was dropped, or
// has been swept away.
func (s *Store) FindLink(ctx context.Context, partner, hash string) (body string, expires, used time.Time, found bool, err error) {
	var expiresAt, usedAt int64
	err = s.readRow(ctx, `SELECT body, expires_at, used_at FROM links WHERE hash = $1 AND partner = $2`,
		[]any{hash, partner}, &body, &expiresAt, &usedAt)
	body, found, err = linkFound("find link", body, err)
	return body, moment(expiresAt), moment(usedAt), found, err
}

// DropLink makes a link that nobody has used yet good for nothing. One that was used
// stays: whoever made it still asks.
func (s *Store) DropLink(ctx context.Context, partner, hash string) error {
	if _, err := s.exec(ctx, `DELETE FROM links WHERE hash = $1 AND partner = $2 AND used_at = 0`, hash, partner); err != nil {
		return fmt.Errorf("store: drop link: %w", err)
	}
	return nil
}

// linkGrace is how long the browser that has used a link up may use it again. Its
// owner clicks twice, and the browser drops the first answer and the session in it; or
// the machine dies before it answers, and the form is sent once more, by a balancer or
// by a person who reads that the page can't be reached. To them "used already" would be
// the portal's fault. For anyone else the link is gone with its first use.
const linkGrace = 2 * time.Minute

// PeekLink reads a link that a browser could use now, and changes nothing. found is
// false where the link is used up, expired, another partner's, or never was. by
// stands for the browser, and is empty where nothing is known of it.
func (s *Store) PeekLink(ctx context.Context, partner, hash, by string, now time.Time) (body string, found bool, err error) {
	err = s.readRow(ctx, `
		SELECT body FROM links WHERE hash = $1 AND partner = $2
		AND ((used_at = 0 AND expires_at > $3) OR (used_by <> '' AND used_by = $4 AND used_at > $5))`,
		[]any{hash, partner, millis(now), by, millis(now.Add(-linkGrace))}, &body)
	return linkFound("peek at link", body, err)
}

// UseLink uses a link up for a browser: of all that ask, it is found for one.
func (s *Store) UseLink(ctx context.Context, partner, hash, by string, now time.Time) (body string, found bool, err error) {
	// The first use sets the moment for good, or each use would allow another.
	err = s.writeReturning(ctx, `
		UPDATE links SET used_by = $1, used_at = CASE WHEN used_at = 0 THEN CAST($2 AS BIGINT) ELSE used_at END
		WHERE hash = $3 AND partner = $4
		AND ((used_at = 0 AND expires_at > $5) OR (used_by <> '' AND used_by = $6 AND used_at > $7))
		RETURNING body`,
		[]any{by, millis(now), hash, partner, millis(now), by, millis(now.Add(-linkGrace))}, &body)
	return linkFound("use link", body, err)
}

func linkFound(act, body string, err error) (string, bool, error) {
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", false, nil
	case err != nil:
		return "", false, fmt.Errorf("store: %s: %w", act, err)
	}
	return body, true, nil
}
