package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"portal/onboarding"
	"portal/onboarding/iron"
)

// check does all that serve does before it listens, asks Iron whether it takes each
// partner's key, and says everything that is wrong.
func check(ctx context.Context, c config, wrong error, stdout io.Writer) error {
	p, err := wire(ctx, c, slog.New(slog.DiscardHandler))
	defer p.close()
	wrong = errors.Join(wrong, err)
	if p.store != nil {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		wrong = errors.Join(wrong, p.store.Ping(ctx))
		cancel()
	}
	if p.redis != nil {
		if err := p.redis.Ping(ctx); err != nil {
			wrong = errors.Join(wrong, fmt.Errorf("PORTAL_REDIS_URL: %w", err))
		}
	}
	if p.partners != nil {
		for _, partner := range p.partners.All() {
			if client := p.clients[partner.ID]; client != nil {
				wrong = errors.Join(wrong, checkIron(ctx, partner.ID, c.IronURL.String(), client))
			}
		}
	}
	if wrong = errors.Join(wrong, checkClock(p.clocks.Drift())); wrong == nil {
		if p.store.Newer() {
			fmt.Fprintln(stdout, "note:", newerTables)
		}
		_, err := fmt.Fprintf(stdout, "all is well: %d partners, and Iron takes the keys\n", len(p.partners.All()))
		return err
	}
	problems := strings.Split(wrong.Error(), "\n")
	for _, problem := range problems {
		fmt.Fprintln(stdout, "wrong:", problem)
	}
	return fmt.Errorf("%d problems", len(problems))
}

// checkIron tells a wrong key from an Iron that can't be reached: the first is for
// whoever configures the portal, the second may pass.
func checkIron(ctx context.Context, partner, address string, client *iron.Client) error {
	err := client.Check(ctx)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, onboarding.ErrAccess):
		return fmt.Errorf("partner %s: Iron refuses the key: %w", partner, err)
	case errors.Is(err, onboarding.ErrTooMany):
		return fmt.Errorf("partner %s: Iron asks to wait, so the key could not be tried: %w", partner, err)
	}
	return fmt.Errorf("partner %s: Iron can't be reached at %s: %w", partner, address, err)
}

// checkClock: whose clock is wrong can't be known, and Iron's is not ours to set.
func checkClock(d iron.Drift) error {
	if !d.Far {
		return nil
	}
	side := "ahead of"
	if d.Ahead < 0 {
		side = "behind"
	}
	return fmt.Errorf("clock: Iron's is %s %s this machine's, which should keep time by NTP", d.Ahead.Abs().Round(time.Second), side)
}
