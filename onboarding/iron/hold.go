package iron

import (
	"context"
	"maps"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// hold remembers when Iron wants to be left alone. Its limits are per key, so what
// one customer's page is told counts for everybody's.
type hold struct {
	mu    sync.Mutex
	until map[string]time.Time // by scope; "" is the whole key
}

const (
	// maxHold caps what one answer can do: a mistyped date must not switch a
	// partner off until somebody restarts the portal.
	maxHold = time.Hour
	// holdSpread keeps those who waited from all asking in the same instant.
	holdSpread = 100 * time.Millisecond
)

// scope is what a Retry-After in answer to this call applies to. Creating
// identifications has a rate limit per customer beside that of the key: one
// customer who reached it must not stop all the others.
func (q call) scope() string {
	if q.pattern == identificationsPath {
		return q.path()
	}
	return ""
}

func (h *hold) set(scope string, d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(h.until, func(_ string, until time.Time) bool { return !until.After(now) })
	if h.until == nil {
		h.until = map[string]time.Time{}
	}
	if until := now.Add(d); until.After(h.until[scope]) {
		h.until[scope] = until
	}
}

func (h *hold) left(scope string) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(time.Until(h.until[""]), time.Until(h.until[scope]))
}

// pass waits until Iron may be asked. Where ctx ends before that it returns at
// once, with what is left to wait.
func (h *hold) pass(ctx context.Context, scope string) (left time.Duration, ok bool) {
	for {
		left = h.left(scope)
		if left <= 0 {
			return 0, true
		}
		if !fits(ctx, left) {
			return left, false
		}
		select {
		case <-time.After(left + rand.N(holdSpread)): //nolint:gosec // spreads callers, keeps no secret
		case <-ctx.Done():
			return left, false
		}
	}
}

// fits tells whether ctx still lives after d.
func fits(ctx context.Context, d time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) > d
}

// retryAfterOf reads Retry-After, seconds or a date. A date is judged by the
// answer's own Date, since our clock may differ from Iron's.
func retryAfterOf(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return min(time.Duration(seconds)*time.Second, maxHold)
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return max(0, min(at.Sub(dateOf(header, now)), maxHold))
}

// dateOf is the moment of an answer by Iron's clock, else by ours.
func dateOf(header http.Header, now time.Time) time.Time {
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		return date.UTC()
	}
	return now.UTC()
}
