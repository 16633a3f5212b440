package onboarding

import (
	"errors"
	"time"
)

// What can go wrong between the portal and Iron, as the rest of the portal needs
// to tell it apart. Test with errors.Is; the text behind is for operators.
var (
	// ErrNotFound: Iron does not know this customer, or not under this key.
	ErrNotFound = errors.New("not found")
	// ErrRefused: Iron has answered no, and will answer the same to the same
	// request. The next attempt needs a new idempotency key.
	ErrRefused = errors.New("refused")
	// ErrConflict: something else is in flight (a pending identification). Reading
	// the facts again shows what.
	ErrConflict = errors.New("conflict")
	// ErrTooMany: Iron's rate limit. RetryAfter tells how long to wait.
	ErrTooMany = errors.New("too many requests")
	// ErrUnavailable: Iron did not do it and may later; nothing is lost.
	ErrUnavailable = errors.New("unavailable")
	// ErrUncertain: Iron may or may not have done it. Only the same idempotency
	// key may be used to ask again.
	ErrUncertain = errors.New("outcome unknown")
	// ErrSpent goes with ErrUnavailable: Iron failed and keeps that answer under the
	// key, so the key is of no use any more. Whether it was done all the same shows
	// in Iron's records.
	ErrSpent = errors.New("idempotency key spent")
	// ErrAccess: Iron refuses the portal's key. The operator acts next.
	ErrAccess = errors.New("access refused")

	// ErrNotNow: the customer's stage does not allow this act.
	ErrNotNow = errors.New("not at this stage")
	// ErrDocumentChanged: the document is not the one that was shown.
	ErrDocumentChanged = errors.New("document changed since it was shown")
)

// RetryAfter is how long Iron asked to wait, 0 where it did not say.
func RetryAfter(err error) time.Duration {
	var e interface{ RetryAfter() time.Duration }
	if errors.As(err, &e) {
		return e.RetryAfter()
	}
	return 0
}

// TraceID is the name that Iron gave to the failure in its own logs, or "".
func TraceID(err error) string {
	var e interface{ TraceID() string }
	if errors.As(err, &e) {
		return e.TraceID()
	}
	return ""
}

// Refusal is what Iron said when it refused, made safe to be kept and shown, or "".
func Refusal(err error) string {
	var e interface{ Words() string }
	if errors.As(err, &e) {
		return CleanText(e.Words())
	}
	return ""
}
