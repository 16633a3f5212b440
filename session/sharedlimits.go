package session

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"time"
)

// Counter counts for many processes at once.
type Counter interface {
	// Take takes one of what a key has left, and tells how long to wait where nothing is
	// left; 0 means that it was taken. A key has burst at most, and gains one in each
	// interval.
	Take(ctx context.Context, key string, interval time.Duration, burst int) (wait time.Duration, err error)
}

// SharedLimits hold across replicas.
type SharedLimits struct {
	counter Counter
	factor  float64
}

// NewSharedLimits makes limits that are multiplied by factor; 0 switches them off.
func NewSharedLimits(counter Counter, factor float64) *SharedLimits {
	return &SharedLimits{counter, factor}
}

// Allow counts one and tells whether it is within the rule. An error means that nobody
// can count now: then nothing may be done that is limited.
func (l *SharedLimits) Allow(ctx context.Context, rule, key string) (ok bool, retryAfter time.Duration, err error) {
	n, known := perMinute[rule]
	switch {
	case !known:
		return false, 0, fmt.Errorf("session: there is no limit %q", rule)
	case l.factor <= 0:
		return true, 0, nil
	}
	interval := time.Duration(math.Ceil(60e6/(n*l.factor))) * time.Microsecond
	wait, err := l.counter.Take(ctx, countedKey(rule, key), interval, burst(n, l.factor))
	if err != nil {
		return false, 0, fmt.Errorf("session: limit %s: %w", rule, err)
	}
	return wait == 0, wait, nil
}

// countedKey hides what is counted, which may be a token or an address.
func countedKey(rule, key string) string {
	sum := sha256.Sum256([]byte(key))
	return rule + ":" + hex.EncodeToString(sum[:16])
}
