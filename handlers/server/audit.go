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
// that is broken. It may run beside the portal. headsPath is where the ends of the
// chains are remembered from one audit to the next, or "".
func audit(ctx context.Context, c config, headsPath string, stdout io.Writer) (err error) {
	// Opening would make the file, and an empty one is whole.
	if path, sqlite := strings.CutPrefix(string(c.DatabaseURL), "sqlite:"); sqlite {
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("PORTAL_DATABASE_URL: %w", err)
		}
	}
	heads, err := readHeads(headsPath)
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, string(c.DatabaseURL))
	if err != nil {
		return fmt.Errorf("PORTAL_DATABASE_URL: %w", err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	a := auditor{
		heads: heads, stdout: stdout,
		contents: contents{store: s, states: map[string]contentState{}},
	}
	if err := s.Chains(ctx, func(c store.Chain) error { return a.chain(ctx, c) }); err != nil {
		return err
	}
	for _, chain := range heads.missing() {
		a.customers++
		if err := a.tell(chain); err != nil {
			return err
		}
	}
	unguarded, err := s.Unguarded(ctx)
	if err != nil {
		return err
	}
	return a.conclude(unguarded)
}

// auditor is one audit under way.
type auditor struct {
	heads    *heads
	contents contents
	stdout   io.Writer

	customers, records, broken int
}

// chain verifies all that is kept of one customer. Only the first that is wrong is
// told: what comes after it can't be believed anyway.
func (a *auditor) chain(ctx context.Context, c store.Chain) error {
	a.customers++
	a.records += len(c.Records)
	shorter := a.heads.audit(c.Partner, c.Customer, c.Records)
	wrong := onboarding.Audit(c.Partner, c.Customer, c.Records, c.Consents)
	if wrong == nil {
		wrong = shorter
	}
	if wrong == nil {
		wrong = a.contents.audit(ctx, c.Records)
	}
	var broken *onboarding.BrokenChain
	if errors.As(wrong, &broken) {
		return a.tell(broken)
	}
	return wrong
}

func (a *auditor) tell(broken *onboarding.BrokenChain) error {
	a.broken++
	_, err := fmt.Fprintln(a.stdout, "broken:", broken)
	return err
}

func (a *auditor) conclude(unguarded []string) error {
	for _, trigger := range unguarded {
		if _, err := fmt.Fprintf(a.stdout, "unguarded: the trigger %s is gone, which keeps evidence from being changed\n", trigger); err != nil {
			return err
		}
	}
	switch {
	case a.broken > 0:
		return fmt.Errorf("audit: the evidence of %d of %d customers is broken (%d records)", a.broken, a.customers, a.records)
	case len(unguarded) > 0:
		return fmt.Errorf("audit: the evidence of %d customers is whole, but the database lets it be changed", a.customers)
	}
	if err := a.heads.keep(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.stdout, "all evidence is whole: %d customers, %d records\n", a.customers, a.records)
	return err
}
