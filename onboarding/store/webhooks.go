package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"portal/onboarding"
)

// WebhookLife is how long a message of Iron's is kept: longer than it could be sent
// once more and be believed, so that operators can look into what has come.
const WebhookLife = 7 * 24 * time.Hour

// KeepHint keeps a message, and tells whether it is the first with its digest. Its
// body is kept only where nobody knows what it says: what the others say is to be
// read from Iron.
func (s *Store) KeepHint(ctx context.Context, h onboarding.Hint, body []byte) (first bool, err error) {
	if h.Known() {
		body = nil
	}
	n, err := s.exec(ctx, `
		INSERT INTO webhooks (digest, type, customer, body, received_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (digest) DO NOTHING`, h.Digest, text(h.Type), text(h.CustomerID), text(string(body)), millis(s.Now()))
	if err != nil {
		return false, fmt.Errorf("store: keep webhook: %w", err)
	}
	return n > 0, nil
}

// PartnerOf tells whose customer this is; "" where nobody's.
func (s *Store) PartnerOf(ctx context.Context, customerID string) (partner string, err error) {
	err = s.readRow(ctx, `SELECT partner FROM partner_customers WHERE customer = $1`, []any{customerID}, &partner)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("store: partner of a customer: %w", err)
	}
	return partner, nil
}
