package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"portal/onboarding"
)

// appendEvidence adds a record to a customer's chain. Two who do it at once can't both
// have the same place: the second finds it taken, once the first has committed, and
// takes the next. Whoever also writes consents does so before this, so that nobody
// waits for each other in a circle.
func appendEvidence(ctx context.Context, tx *sql.Tx, partner, customer string, kind onboarding.EvidenceKind, body []byte) (onboarding.Evidence, error) {
	for {
		last := onboarding.Evidence{Partner: partner, Customer: customer}
		err := tx.QueryRowContext(ctx, `
			SELECT sequence, hash FROM evidence WHERE partner = $1 AND customer = $2 ORDER BY sequence DESC LIMIT 1`,
			partner, customer).Scan(&last.Sequence, &last.Hash)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return onboarding.Evidence{}, err
		}
		e := last.Next(kind, body)
		done, err := tx.ExecContext(ctx, `
			INSERT INTO evidence (partner, customer, sequence, kind, body, previous, hash)
			VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (partner, customer, sequence) DO NOTHING`,
			e.Partner, e.Customer, e.Sequence, string(e.Kind), e.Body, e.Previous, e.Hash)
		if err != nil {
			return onboarding.Evidence{}, err
		}
		if n, err := done.RowsAffected(); err != nil || n == 1 {
			return e, err
		}
	}
}

// Evidence lists all records of one customer's chain, in order.
func (s *Store) Evidence(ctx context.Context, partner, customer string) (records []onboarding.Evidence, err error) {
	err = s.snapshot(ctx, func(ctx context.Context, tx *sql.Tx) error {
		records, err = readEvidence(ctx, tx, partner, customer)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: list evidence: %w", err)
	}
	return records, nil
}

// snapshot reads in a transaction that sees the database as it was when it began.
func (s *Store) snapshot(ctx context.Context, f func(context.Context, *sql.Tx) error) error {
	ctx, cancel := s.limit(ctx)
	defer cancel()
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	return f(ctx, tx)
}

func readEvidence(ctx context.Context, tx *sql.Tx, partner, customer string) ([]onboarding.Evidence, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT sequence, kind, body, previous, hash FROM evidence WHERE partner = $1 AND customer = $2 ORDER BY sequence`,
		partner, customer)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var records []onboarding.Evidence
	for rows.Next() {
		e := onboarding.Evidence{Partner: partner, Customer: customer}
		if err := rows.Scan(&e.Sequence, &e.Kind, &e.Body, &e.Previous, &e.Hash); err != nil {
			return nil, err
		}
		records = append(records, e)
	}
	return records, rows.Err()
}

// Chain is all that is kept of one customer's consents.
type Chain struct {
	Partner  string
	Customer string
	Records  []onboarding.Evidence // in order
	// Consents are as they are acted on: key, document id, time of agreement, state and
	// what belongs to it. The rest of each is in its record alone.
	Consents []onboarding.Consent
}

// chainBite is how many customers are looked up at once.
const chainBite = 200

// Chains visits every customer of whom there is evidence, or a consent, one at a time.
// It ends at the first error that visit returns.
func (s *Store) Chains(ctx context.Context, visit func(Chain) error) error {
	last := Chain{}
	for first := true; ; first = false {
		bite, err := s.customersAfter(ctx, last, first)
		if err != nil {
			return fmt.Errorf("store: list chains: %w", err)
		}
		for _, c := range bite {
			if err := s.snapshot(ctx, c.read); err != nil {
				return fmt.Errorf("store: read chain: %w", err)
			}
			if err := visit(c); err != nil {
				return err
			}
		}
		if len(bite) < chainBite {
			return nil
		}
		last = bite[len(bite)-1]
	}
}

// customersAfter is the next bite of customers. Both tables are asked: whose evidence
// is gone still has consents.
func (s *Store) customersAfter(ctx context.Context, last Chain, first bool) ([]Chain, error) {
	ctx, cancel := s.limit(ctx)
	defer cancel()
	after := `(partner, customer) > ($1, $2)`
	if first {
		after = `(partner, customer) >= ($1, $2)` // a partner may be empty
	}
	rows, err := s.read.QueryContext(ctx, `
		SELECT partner, customer FROM (
			SELECT * FROM (SELECT DISTINCT partner, customer FROM evidence WHERE `+after+` ORDER BY partner, customer LIMIT $3) AS told
			UNION
			SELECT * FROM (SELECT DISTINCT partner, customer FROM consents WHERE `+after+` ORDER BY partner, customer LIMIT $3) AS kept
		) AS both_tables ORDER BY partner, customer LIMIT $3`,
		last.Partner, last.Customer, chainBite)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var bite []Chain
	for rows.Next() {
		var c Chain
		if err := rows.Scan(&c.Partner, &c.Customer); err != nil {
			return nil, err
		}
		bite = append(bite, c)
	}
	return bite, rows.Err()
}

// read fills in what is kept, as it was at one moment.
func (c *Chain) read(ctx context.Context, tx *sql.Tx) (err error) {
	if c.Records, err = readEvidence(ctx, tx, c.Partner, c.Customer); err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, `
		SELECT key, document_id, sequence, agreed_at, state, signing_id, reason, settled_at FROM consents
		WHERE partner = $1 AND customer = $2 ORDER BY sequence`, c.Partner, c.Customer)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		kept := onboarding.Consent{Partner: c.Partner, Customer: c.Customer}
		var agreed, settled int64
		if err := rows.Scan(&kept.Key, &kept.Document.ID, &kept.Sequence, &agreed, &kept.State, &kept.SigningID, &kept.Reason, &settled); err != nil {
			return err
		}
		kept.AgreedAt, kept.SettledAt = moment(agreed), moment(settled)
		c.Consents = append(c.Consents, kept)
	}
	return rows.Err()
}
