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
	err = s.Chains(ctx, func(c store.Chain) error {
		customers++
		records += len(c.Records)
		if wrong := onboarding.Audit(c.Partner, c.Customer, c.Records, c.Consents); wrong != nil {
			broken++
			_, err := fmt.Fprintln(stdout, "broken:", wrong)
			return err
		}
		return nil
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
