package live

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"portal/onboarding"
)

// Copies keeps what was last read of each customer, for every replica and for the
// hours when Iron does not answer. The contents are personal data: they are given
// sealed.
type Copies interface {
	RecallCopy(ctx context.Context, partner, customer string) (sealed []byte, readAt time.Time, found bool, err error)
	RememberCopy(ctx context.Context, partner, customer string, sealed []byte, readAt time.Time) error
}

// Sealer encrypts copies. bound has to be the same when they are opened.
type Sealer interface {
	Seal(purpose string, plain, bound []byte) []byte
	Open(purpose string, sealed, bound []byte) ([]byte, error)
}

// copyEvery is how old a copy may get that still says what is so. A write for each
// reading would cost more than the reading.
const copyEvery = 20 * time.Second

// copy keeps a reading in the database.
func (r *Reader) copy(ctx context.Context, customerID string, k reading) {
	plain, err := json.Marshal(k.facts)
	if err == nil {
		err = r.copies.RememberCopy(ctx, r.partner, customerID, r.seal.Seal(copyPurpose, plain, r.bound(customerID)), k.at)
	}
	if err != nil && ctx.Err() == nil {
		r.failed(fmt.Errorf("live: keep copy: %w", err))
	}
}

const copyPurpose = "copy of facts"

func (r *Reader) bound(customerID string) []byte { return []byte(r.partner + "\x00" + customerID) }

func (r *Reader) open(customerID string, sealed []byte) (onboarding.Facts, error) {
	var facts onboarding.Facts
	plain, err := r.seal.Open(copyPurpose, sealed, r.bound(customerID))
	if err == nil {
		err = json.Unmarshal(plain, &facts)
	}
	if err != nil {
		return onboarding.Facts{}, fmt.Errorf("live: open copy: %w", err)
	}
	return facts, nil
}
