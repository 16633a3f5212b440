package iron

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"portal/onboarding"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
)

// retries allows so many attempts where an error says that another may help.
func (c *Client) retries(attempts int) retrypolicy.RetryPolicy[struct{}] {
	return retrypolicy.NewBuilder[struct{}]().
		HandleIf(func(_ struct{}, err error) bool {
			var e *Error
			return errors.As(err, &e) && e.again
		}).
		WithMaxAttempts(attempts).
		WithDelayFunc(func(exec failsafe.ExecutionAttempt[struct{}]) time.Duration {
			return c.backoff(exec.Retries() + 1)
		}).
		Build()
}

// fetch makes the call and decodes its answer.
func fetch[T any](ctx context.Context, c *Client, q call) (T, time.Time, error) {
	var value T
	q.read = func(body []byte) error {
		value = *new(T)
		if err := json.Unmarshal(body, &value); err != nil {
			return err
		}
		if checked, ok := any(value).(interface{ check(q call) error }); ok {
			return checked.check(q)
		}
		return nil
	}
	date, err := c.do(ctx, q)
	return value, date, err
}

// do makes the call, with as many attempts as it is worth, and returns the moment
// of the answer by Iron's clock. It ends within twice Config.Timeout.
func (c *Client) do(ctx context.Context, q call) (time.Time, error) {
	if e := q.check(); e != nil {
		return time.Time{}, e
	}
	ctx, cancel := context.WithTimeout(ctx, 2*c.timeout)
	defer cancel()
	policy := c.patient
	if q.once {
		policy = c.once
	}
	var (
		date      time.Time
		last      *Error
		attempts  int
		uncertain bool
	)
	// What the executor returns is not looked at: after the last attempt it is
	// "retries exceeded", and once ctx has ended the context's error, even where an
	// attempt has succeeded or its outcome is not known.
	_ = failsafe.With(policy).WithContext(ctx).RunWithExecution(func(exec failsafe.Execution[struct{}]) error { //nolint:contextcheck // exec.Context is ctx
		attempts++
		date, last = c.attempt(exec.Context(), q, attempts)
		if last == nil {
			return nil
		}
		uncertain = uncertain || errors.Is(last, onboarding.ErrUncertain)
		return last
	})
	if last == nil {
		return date, nil
	}
	if uncertain && !last.own {
		// That a later attempt was not even sent says nothing of the first.
		last.classes = []error{onboarding.ErrUncertain}
	}
	return date, last
}

// leastTime is what must be left of the time for another attempt to be worth it: one
// that is cut short is only another request whose outcome nobody knows.
const leastTime = 100 * time.Millisecond

// attempt passes the hold and the breaker, and makes one exchange.
func (c *Client) attempt(ctx context.Context, q call, n int) (time.Time, *Error) {
	seen := Call{Method: q.method, Path: q.pattern, Attempt: n, Class: "ok"}
	if e := c.mayGo(ctx, q, &seen); e != nil {
		c.observe(seen)
		return time.Time{}, e
	}
	began := time.Now()
	a, e := c.exchange(ctx, q)
	if e == nil {
		e = q.judge(a)
	}
	c.breaker.record(e)
	seen.Status, seen.Duration = a.status, time.Since(began)
	if e != nil {
		if a.retryAfter > 0 {
			c.hold.set(q.scope(), a.retryAfter)
		}
		e.retryAfter = a.retryAfter
		e.again = e.again && fits(ctx, max(a.retryAfter, leastTime))
		seen.Class, seen.TraceID = e.Class(), e.trace
	}
	c.observe(seen)
	return a.date, e
}

// mayGo returns why nothing may be sent now, or nil.
func (c *Client) mayGo(ctx context.Context, q call, seen *Call) *Error {
	if left, ok := c.hold.pass(ctx, q.scope()); !ok {
		seen.Class = "held"
		e := q.fail(0, "Iron asked to wait", onboarding.ErrTooMany)
		e.retryAfter, e.cause = left, ctx.Err()
		return e
	}
	if err := ctx.Err(); err != nil {
		e := q.fail(0, reasonOf(err, 2*c.timeout), onboarding.ErrUnavailable)
		e.cause = err
		seen.Class = e.Class()
		return e
	}
	if c.breaker.admit(ctx) != nil {
		seen.Class = "breaker-open"
		return q.fail(0, "breaker open after many failures", onboarding.ErrUnavailable)
	}
	return nil
}
