package store

import (
	"context"
	"fmt"

	"portal/onboarding"
)

// Lease makes a customer's undelivered consents the caller's to deliver, for
// onboarding.DeliveryLease, and tells whether it did: not while any of them is
// another's. A lease that nobody returns runs out, so whoever is killed is replaced.
func (l Ledger) Lease(ctx context.Context, partner, customer string) (bool, error) {
	now := l.s.Now()
	n, err := l.s.exec(ctx, takeLease, millis(now.Add(onboarding.DeliveryLease)), partner, customer, millis(now))
	if err != nil {
		return false, fmt.Errorf("store: lease consents: %w", err)
	}
	return n > 0, nil
}

// takeLease looks at the row itself beside all others: of two who ask at once, the
// second waits for the row, and then looks at it again, but not at the others.
const takeLease = `
	UPDATE consents SET leased_until = $1
	WHERE partner = $2 AND customer = $3 AND state = 'pending' AND leased_until <= $4
	AND NOT EXISTS (
		SELECT 1 FROM consents o
		WHERE o.partner = consents.partner AND o.customer = consents.customer AND o.state = 'pending' AND o.leased_until > $4
	)`

// Return gives up a lease before it runs out.
func (l Ledger) Return(ctx context.Context, partner, customer string) error {
	if _, err := l.s.exec(ctx, `
		UPDATE consents SET leased_until = 0 WHERE partner = $1 AND customer = $2 AND state = 'pending'`, partner, customer); err != nil {
		return fmt.Errorf("store: return lease: %w", err)
	}
	return nil
}
