package iron

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
)

const (
	// breakerFailures in a row open the breaker: more than all attempts of most pages.
	breakerFailures = 10
	// breakerPause is between two probes while Iron is down.
	breakerPause = time.Second
)

// breaker fails calls at once while Iron is known to be down, and lets one
// through each breakerPause to see whether it is back.
type breaker struct {
	circuitbreaker.CircuitBreaker[struct{}]
	mu      sync.Mutex
	changed chan struct{} // closed at the next change of state
}

var errOpen = errors.New("breaker open")

func newBreaker() *breaker {
	b := &breaker{changed: make(chan struct{})}
	b.CircuitBreaker = circuitbreaker.NewBuilder[struct{}]().
		WithFailureThreshold(breakerFailures).
		// Without a threshold for success as many probes go out as failures were
		// needed to open.
		WithSuccessThreshold(1).
		WithDelay(breakerPause).
		OnStateChanged(func(circuitbreaker.StateChangedEvent) {
			b.mu.Lock()
			defer b.mu.Unlock()
			close(b.changed)
			b.changed = make(chan struct{})
		}).
		Build()
	return b
}

// admit lets a call through or fails it at once. While a probe is out the others
// wait for what it finds, a moment at most: a page makes several calls, and the
// first page after an outage would fail because of its own probe.
func (b *breaker) admit(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, breakerPause)
	defer cancel()
	for {
		b.mu.Lock()
		changed := b.changed
		b.mu.Unlock()
		if b.TryAcquirePermit() {
			return nil
		}
		if b.IsOpen() {
			return errOpen
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return errOpen
		}
	}
}

// record tells the breaker how an admitted call went.
func (b *breaker) record(e *Error) {
	switch {
	case e == nil || (e.Status != 0 && e.Status < 500 && e.reason == ""):
		// Iron answered; that the answer was no is not its failing.
		b.RecordSuccess()
	case errors.Is(e.cause, context.Canceled):
		// Says nothing of Iron. But a probe must give its permit back, or no other
		// would ever go out.
		if b.IsHalfOpen() {
			b.RecordFailure()
		}
	default:
		b.RecordFailure()
	}
}
