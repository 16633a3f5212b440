package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"portal/onboarding"
	"portal/onboarding/store"
)

// audit verifies the evidence of every customer in the database, and names each chain
// that is broken. It may run beside the portal.
func audit(ctx context.Context, c config, stdout io.Writer) (err error) {
	// Opening would make the file, and an empty one is whole.
	if path, sqlite := strings.CutPrefix(string(c.DatabaseURL), "sqlite:"); sqlite {
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("PORTAL_DATABASE_URL: %w", err)
		}
	}
	s, err := store.Open(ctx, string(c.DatabaseURL))
	if err != nil {
		return fmt.Errorf("PORTAL_DATABASE_URL: %w", err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var customers, records, broken int
	contents := contents{store: s, whole: map[string]bool{}}
	err = s.Chains(ctx, func(c store.Chain) error {
		customers++
		records += len(c.Records)
		wrong := onboarding.Audit(c.Partner, c.Customer, c.Records, c.Consents)
		if wrong == nil {
			wrong = contents.audit(ctx, c.Records)
		}
		var chain *onboarding.BrokenChain
		if errors.As(wrong, &chain) {
			broken++
			_, wrong = fmt.Fprintln(stdout, "broken:", chain)
		}
		return wrong
	})
	if err != nil {
		return err
	}
	if broken > 0 {
		return fmt.Errorf("audit: the evidence of %d of %d customers is broken (%d records)", broken, customers, records)
	}
	_, err = fmt.Fprintf(stdout, "all evidence is whole: %d customers, %d records\n", customers, records)
	return err
}

// contents are the bytes of documents. Many customers have signed the same, so what was
// found out of each is remembered.
type contents struct {
	store *store.Store
	whole map[string]bool
}

// audit says by *onboarding.BrokenChain which record names bytes that are gone or others.
func (k contents) audit(ctx context.Context, records []onboarding.Evidence) error {
	for _, e := range records {
		if e.Kind != onboarding.EvidenceAgreed {
			continue
		}
		c, err := e.Consent()
		if err != nil {
			return err
		}
		sum := c.Signed.SHA256
		if sum == "" {
			continue
		}
		whole, known := k.whole[sum]
		if !known {
			_, found, err := k.store.Content(ctx, sum)
			if err != nil && !errors.Is(err, store.ErrOtherBytes) {
				return err
			}
			whole = found && err == nil
			k.whole[sum] = whole
		}
		if !whole {
			return &onboarding.BrokenChain{
				Partner: e.Partner, Customer: e.Customer, Sequence: e.Sequence, Why: "the bytes that were signed are not kept, or are others",
			}
		}
	}
	return nil
}
