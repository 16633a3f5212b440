package store

import (
	"context"
	"fmt"
)

// ClaimCustomer makes a customer the partner's, and tells whether it is. The first
// partner keeps it: two partners may share one key for Iron, so that Iron itself
// would show either the other's customers.
func (s *Store) ClaimCustomer(ctx context.Context, partner, customerID string) (mine bool, err error) {
	const claim = `
		INSERT INTO partner_customers (customer, partner, claimed_at) VALUES ($1, $2, $3)
		ON CONFLICT (customer) DO UPDATE SET customer = excluded.customer
		RETURNING partner`
	var owner string
	if err := s.writeReturning(ctx, claim, []any{customerID, partner, millis(s.Now())}, &owner); err != nil {
		return false, fmt.Errorf("store: claim customer: %w", err)
	}
	return owner == partner, nil
}

// OwnsCustomer tells whether the partner has claimed the customer.
func (s *Store) OwnsCustomer(ctx context.Context, partner, customerID string) (bool, error) {
	var n int
	err := s.readRow(ctx,
		`SELECT COUNT(*) FROM partner_customers WHERE customer = $1 AND partner = $2`, []any{customerID, partner}, &n)
	if err != nil {
		return false, fmt.Errorf("store: owns customer: %w", err)
	}
	return n > 0, nil
}
