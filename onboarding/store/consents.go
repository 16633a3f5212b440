package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"portal/onboarding"
)

// Intend keeps a consent before Iron is told, unless one for the same document is
// under way or was confirmed at or after since, which is returned instead.
func (l Ledger) Intend(ctx context.Context, c onboarding.Consent, since time.Time) (onboarding.Consent, error) {
	// A consent that was in the way when this one was to be kept can be refused
	// before it is read; then there is neither, and it is tried again.
	for range 3 {
		kept, err := l.intend(ctx, c, since)
		if err == nil || !errors.Is(err, sql.ErrNoRows) {
			return kept, err
		}
	}
	return onboarding.Consent{}, errors.New("store: keep consent: others keep coming and going")
}

// errTaken undoes the insertion: another consent stands for this one.
var errTaken = errors.New("another consent is under way")

// intend inserts first and looks for others afterwards. The other way round, two
// at once could both find nothing where the engine lets transactions overlap.
func (l Ledger) intend(ctx context.Context, c onboarding.Consent, since time.Time) (onboarding.Consent, error) {
	kept := c
	err := l.s.transact(ctx, func(tx *sql.Tx) error {
		inserted, err := insertConsent(ctx, tx, c)
		if err != nil {
			return err
		}
		other, err := scanConsent(tx.QueryRowContext(ctx, selectConsent+`
			WHERE partner = $1 AND customer = $2 AND document_id = $3 AND key <> $4
			AND (state = 'pending' OR (state = 'confirmed' AND settled_at >= $5))
			ORDER BY agreed_at DESC LIMIT 1`, c.Partner, c.Customer, c.Document.ID, c.Key, millis(since)))
		switch {
		case err == nil:
			kept = other
			return errTaken
		case errors.Is(err, sql.ErrNoRows) && inserted:
			return nil
		}
		return err
	})
	if err != nil && !errors.Is(err, errTaken) {
		return onboarding.Consent{}, fmt.Errorf("store: keep consent: %w", err)
	}
	return kept, nil
}

func insertConsent(ctx context.Context, tx *sql.Tx, c onboarding.Consent) (inserted bool, err error) {
	done, err := tx.ExecContext(ctx, `
		INSERT INTO consents (key, partner, customer, document_id, document_title, document_url, document_text,
			words, locale, shown_at, agreed_at, address, agent, state, signing_id, reason, settled_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		ON CONFLICT (partner, customer, document_id) WHERE state = 'pending' DO NOTHING`,
		c.Key, c.Partner, c.Customer, c.Document.ID, text(c.Document.Title), text(c.Document.URL), text(c.Document.Text),
		text(c.Words), text(c.Locale), millis(c.ShownAt), millis(c.AgreedAt), text(c.Address), text(c.Agent),
		string(c.State), c.SigningID, text(c.Reason), millis(c.SettledAt))
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

// text is what an engine accepts as TEXT. A browser may send any bytes as its
// name, and a consent must not be refused for it.
func text(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// Confirm notes Iron's signing id. The first id stays: evidence is not rewritten.
func (l Ledger) Confirm(ctx context.Context, key, signingID string, at time.Time) error {
	return l.settle(ctx, key, `
		UPDATE consents SET state = 'confirmed', signing_id = $1, settled_at = $2
		WHERE key = $3 AND state <> 'confirmed'`, signingID, millis(at), key)
}

// Refuse notes that Iron has refused. A consent that Iron has confirmed stays so.
func (l Ledger) Refuse(ctx context.Context, key, reason string, at time.Time) error {
	return l.settle(ctx, key, `
		UPDATE consents SET state = 'refused', reason = $1, settled_at = $2
		WHERE key = $3 AND state = 'pending'`, text(reason), millis(at), key)
}

// Rekey gives a pending consent a new idempotency key. One that is settled keeps
// the key under which it was.
func (l Ledger) Rekey(ctx context.Context, key, newKey string) error {
	_, err := l.s.write.ExecContext(ctx,
		`UPDATE consents SET key = $1 WHERE key = $2 AND state = 'pending'`, newKey, key)
	if err != nil {
		return fmt.Errorf("store: rekey consent: %w", err)
	}
	return nil
}

// settle runs an update that may find its work done, but not that the consent is
// missing: then Iron knows of something of which there is no evidence here.
func (l Ledger) settle(ctx context.Context, key, update string, args ...any) error {
	err := l.s.transact(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, update, args...)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n > 0 {
			return err
		}
		var state string
		return tx.QueryRowContext(ctx, `SELECT state FROM consents WHERE key = $1`, key).Scan(&state)
	})
	if err != nil {
		return fmt.Errorf("store: settle consent: %w", err)
	}
	return nil
}

// Undelivered lists the pending consents agreed to before a moment, oldest first.
func (l Ledger) Undelivered(ctx context.Context, partner string, before time.Time) ([]onboarding.Consent, error) {
	return l.s.consents(ctx, `WHERE partner = $1 AND state = 'pending' AND agreed_at < $2`, partner, millis(before))
}

// CustomerConsents lists all consents of one customer, in whatever state, oldest
// first.
func (s *Store) CustomerConsents(ctx context.Context, partner, customer string) ([]onboarding.Consent, error) {
	return s.consents(ctx, `WHERE partner = $1 AND customer = $2`, partner, customer)
}

func (s *Store) consents(ctx context.Context, where string, args ...any) ([]onboarding.Consent, error) {
	rows, err := s.read.QueryContext(ctx, selectConsent+" "+where+" ORDER BY agreed_at, key", args...)
	if err != nil {
		return nil, fmt.Errorf("store: list consents: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var consents []onboarding.Consent
	for rows.Next() {
		c, err := scanConsent(rows)
		if err != nil {
			return nil, fmt.Errorf("store: list consents: %w", err)
		}
		consents = append(consents, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: list consents: %w", err)
	}
	return consents, nil
}

const selectConsent = `
	SELECT key, partner, customer, document_id, document_title, document_url, document_text,
		words, locale, shown_at, agreed_at, address, agent, state, signing_id, reason, settled_at
	FROM consents`

func scanConsent(row interface{ Scan(...any) error }) (c onboarding.Consent, err error) {
	var shown, agreed, settled int64
	err = row.Scan(&c.Key, &c.Partner, &c.Customer,
		&c.Document.ID, &c.Document.Title, &c.Document.URL, &c.Document.Text,
		&c.Words, &c.Locale, &shown, &agreed, &c.Address, &c.Agent,
		&c.State, &c.SigningID, &c.Reason, &settled)
	c.ShownAt, c.AgreedAt, c.SettledAt = moment(shown), moment(agreed), moment(settled)
	return c, err
}
