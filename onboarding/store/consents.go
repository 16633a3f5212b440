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
// under way or was confirmed at or after since, which is returned instead. What is
// kept is the caller's to deliver, as after Lease.
func (l Ledger) Intend(ctx context.Context, c onboarding.Consent, since time.Time) (onboarding.Consent, error) {
	c = keepable(c)
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
	err := l.s.transact(ctx, func(ctx context.Context, tx *sql.Tx) error {
		inserted, err := l.insert(ctx, tx, c)
		if err != nil {
			return err
		}
		other, err := scanConsent(tx.QueryRowContext(ctx, selectConsent+`
			WHERE c.partner = $1 AND c.customer = $2 AND c.document_id = $3 AND c.key <> $4
			AND (c.state = 'pending' OR (c.state = 'confirmed' AND c.settled_at >= $5))
			ORDER BY c.agreed_at DESC LIMIT 1`, c.Partner, c.Customer, c.Document.ID, c.Key, millis(since)))
		switch {
		case err == nil:
			kept = other
			return errTaken
		case !errors.Is(err, sql.ErrNoRows) || !inserted:
			return err
		}
		e, err := appendEvidence(ctx, tx, c.Partner, c.Customer, onboarding.EvidenceAgreed, c.Agreement(""))
		if err != nil {
			return err
		}
		kept.Sequence, kept.Previous, kept.Hash = e.Sequence, e.Previous, e.Hash
		_, err = tx.ExecContext(ctx, `UPDATE consents SET sequence = $1 WHERE key = $2`, e.Sequence, c.Key)
		return err
	})
	if err != nil && !errors.Is(err, errTaken) {
		return onboarding.Consent{}, fmt.Errorf("store: keep consent: %w", err)
	}
	return kept, nil
}

func (l Ledger) insert(ctx context.Context, tx *sql.Tx, c onboarding.Consent) (inserted bool, err error) {
	done, err := tx.ExecContext(ctx, `
		INSERT INTO consents (key, partner, customer, document_id, sequence, agreed_at, state, signing_id, reason, settled_at, leased_until)
		VALUES ($1, $2, $3, $4, 0, $5, 'pending', '', '', 0, $6)
		ON CONFLICT (partner, customer, document_id) WHERE state = 'pending' DO NOTHING`,
		c.Key, c.Partner, c.Customer, c.Document.ID, millis(c.AgreedAt), millis(l.s.Now().Add(onboarding.DeliveryLease)))
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

// keepable is a consent as it comes back from an engine. A browser may send any bytes
// as its name, and a consent must not be refused for it.
func keepable(c onboarding.Consent) onboarding.Consent {
	for _, s := range []*string{
		&c.Document.Title, &c.Document.URL, &c.Document.Text, &c.Words, &c.Locale, &c.Address, &c.Agent,
		&c.How.Disclosure, &c.How.Button, &c.How.Session, &c.How.CameBy, &c.How.FramedBy, &c.Shown.MediaType, &c.Shown.Problem, &c.Signed.MediaType, &c.Signed.Problem,
	} {
		*s = text(*s)
	}
	for _, t := range []*time.Time{&c.ShownAt, &c.OpenedAt, &c.AgreedAt, &c.How.SignedInAt} {
		*t = moment(millis(*t))
	}
	return c
}

// text is what an engine accepts as TEXT.
func text(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// Confirm notes Iron's signing id. The first id stays: evidence is not rewritten.
func (l Ledger) Confirm(ctx context.Context, key, signingID string, at time.Time) error {
	return l.settle(ctx, onboarding.EvidenceConfirmed, onboarding.Outcome{Key: key, SigningID: text(signingID), At: at}, `
		UPDATE consents SET state = 'confirmed', signing_id = $1, settled_at = $2
		WHERE key = $3 AND state <> 'confirmed' RETURNING partner, customer`, text(signingID), millis(at), key)
}

// Refuse notes that Iron has refused. A consent that Iron has confirmed stays so.
func (l Ledger) Refuse(ctx context.Context, key, reason string, at time.Time) error {
	return l.settle(ctx, onboarding.EvidenceRefused, onboarding.Outcome{Key: key, Reason: text(reason), At: at}, `
		UPDATE consents SET state = 'refused', reason = $1, settled_at = $2
		WHERE key = $3 AND state = 'pending' RETURNING partner, customer`, text(reason), millis(at), key)
}

// Rekey gives a pending consent a new idempotency key. One that is settled keeps
// the key under which it was.
func (l Ledger) Rekey(ctx context.Context, key, newKey string) error {
	err := l.settle(ctx, onboarding.EvidenceRekeyed, onboarding.Outcome{Key: key, NewKey: newKey, At: l.s.Now()}, `
		UPDATE consents SET key = $1 WHERE key = $2 AND state = 'pending' RETURNING partner, customer`, newKey, key)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // another has given it a new key already
	}
	return err
}

// settle runs an update and adds its record to the evidence. It may find its work
// done, but not that the consent is missing: then Iron knows of something of which
// there is no evidence here.
func (l Ledger) settle(ctx context.Context, kind onboarding.EvidenceKind, o onboarding.Outcome, update string, args ...any) error {
	o.At = moment(millis(o.At))
	err := l.s.transact(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var partner, customer string
		err := tx.QueryRowContext(ctx, update, args...).Scan(&partner, &customer)
		if errors.Is(err, sql.ErrNoRows) {
			var state string
			return tx.QueryRowContext(ctx, `SELECT state FROM consents WHERE key = $1`, o.Key).Scan(&state)
		}
		if err == nil {
			_, err = appendEvidence(ctx, tx, partner, customer, kind, o.Encode())
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("store: settle consent: %w", err)
	}
	return nil
}

// Undelivered lists the pending consents agreed to before a moment, oldest first.
func (l Ledger) Undelivered(ctx context.Context, partner string, before time.Time) ([]onboarding.Consent, error) {
	return l.s.consents(ctx, `WHERE c.partner = $1 AND c.state = 'pending' AND c.agreed_at < $2`, partner, millis(before))
}

// CustomerConsents lists all consents of one customer, in whatever state, oldest
// first.
func (s *Store) CustomerConsents(ctx context.Context, partner, customer string) ([]onboarding.Consent, error) {
	return s.consents(ctx, `WHERE c.partner = $1 AND c.customer = $2`, partner, customer)
}

func (s *Store) consents(ctx context.Context, where string, args ...any) ([]onboarding.Consent, error) {
	ctx, cancel := s.limit(ctx)
	defer cancel()
	rows, err := s.read.QueryContext(ctx, selectConsent+" "+where+" ORDER BY c.agreed_at, c.key", args...)
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

// What was agreed to is read from the evidence itself. A consent whose record is gone
// is not hidden for that: it must still be delivered, and Audit tells of it.
const selectConsent = `
	SELECT c.key, c.partner, c.customer, c.document_id, c.sequence, c.agreed_at, c.state, c.signing_id, c.reason, c.settled_at,
		e.body, COALESCE(e.previous, ''), COALESCE(e.hash, '')
	FROM consents c LEFT JOIN evidence e
		ON e.partner = c.partner AND e.customer = c.customer AND e.sequence = c.sequence AND e.kind = 'agreed'`

func scanConsent(row interface{ Scan(...any) error }) (onboarding.Consent, error) {
	var e onboarding.Evidence
	var kept onboarding.Consent
	var agreed, settled int64
	err := row.Scan(&kept.Key, &e.Partner, &e.Customer, &kept.Document.ID, &e.Sequence, &agreed,
		&kept.State, &kept.SigningID, &kept.Reason, &settled, &e.Body, &e.Previous, &e.Hash)
	if err != nil {
		return onboarding.Consent{}, err
	}
	c := onboarding.Consent{Partner: e.Partner, Customer: e.Customer, Document: kept.Document, AgreedAt: moment(agreed), Sequence: e.Sequence}
	if told, err := e.Consent(); err == nil {
		c = told
	}
	c.Key, c.State, c.SigningID, c.Reason, c.SettledAt = kept.Key, kept.State, kept.SigningID, kept.Reason, moment(settled)
	return c, nil
}
