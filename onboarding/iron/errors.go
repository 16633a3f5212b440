package iron

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"portal/onboarding"
)

// Error is a call to Iron that did not go well, for operators. errors.Is finds the
// sentinels of package onboarding in it; onboarding.RetryAfter, TraceID and
// Refusal find the rest.
type Error struct {
	Method string
	Path   string // a pattern: /customers/{id}
	Status int    // 0: there was no answer

	reason     string
	trace      string
	words      string
	retryAfter time.Duration
	classes    []error // sentinels of package onboarding, the most telling first
	cause      error   // the caller's context, where that ended first
	again      bool    // the same request may be sent once more
	own        bool    // Iron's own answer to this very operation, not one on the way to it
}

// Error names the call, never the customer, the key or anything in the body.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "iron: %s %s: ", e.Method, e.Path)
	if e.Status != 0 {
		fmt.Fprintf(&b, "status %d: ", e.Status)
	}
	if e.reason != "" {
		b.WriteString(e.reason + ": ")
	}
	b.WriteString(e.classes[0].Error())
	if e.trace != "" {
		b.WriteString(" (trace " + e.trace + ")")
	}
	return b.String()
}

// Unwrap gives the sentinels, and context.Canceled or context.DeadlineExceeded
// where it was the caller who gave up.
func (e *Error) Unwrap() []error {
	if e.cause == nil {
		return e.classes
	}
	return append(slices.Clone(e.classes), e.cause)
}

// TraceID is Iron's name for the failure, or "".
func (e *Error) TraceID() string { return e.trace }

// RetryAfter is how long Iron asked to be left alone, or 0.
func (e *Error) RetryAfter() time.Duration { return e.retryAfter }

// Words is what Iron said when it refused (400, 409, 422), at most maxWords
// characters, or "". It may repeat what the customer typed: not for logs.
func (e *Error) Words() string { return e.words }

// Class is a name for the kind of failure, for metrics.
func (e *Error) Class() string {
	for _, c := range []struct {
		is   error
		name string
	}{
		{context.Canceled, "canceled"},
		{onboarding.ErrUncertain, "uncertain"},
		{onboarding.ErrUnavailable, "unavailable"},
		{onboarding.ErrTooMany, "too-many"},
		{onboarding.ErrAccess, "access"},
		{onboarding.ErrNotFound, "not-found"},
		{onboarding.ErrConflict, "conflict"},
	} {
		if errors.Is(e, c.is) {
			return c.name
		}
	}
	return "refused"
}

func (q call) fail(status int, reason string, classes ...error) *Error {
	return &Error{Method: q.method, Path: q.pattern, Status: status, reason: reason, classes: classes}
}

// lost is the failure of a call without a usable answer: a read may simply be
// made again, but whether a write has been done is not known.
func (q call) lost(status int, reason string) *Error {
	if q.write() {
		return q.fail(status, reason, onboarding.ErrUncertain)
	}
	return q.fail(status, reason, onboarding.ErrUnavailable)
}

// refused is what an answer other than 2xx means.
func (q call) refused(a answer) *Error {
	e := q.meaning(a.status)
	e.trace = traceOf(a.body)
	switch a.status {
	case http.StatusBadRequest, http.StatusConflict, http.StatusUnprocessableEntity:
		e.words = wordsOf(a.body)
	}
	return e
}

func (q call) meaning(status int) *Error {
	switch {
	case status == http.StatusUnauthorized,
		status == http.StatusForbidden && (!q.write() || q.id == ""):
		return q.fail(status, "", onboarding.ErrAccess)
	case status == http.StatusNotFound && !q.part:
		return q.own(status, onboarding.ErrNotFound)
	case status == http.StatusConflict && q.write():
		// Not the operation's own answer: it may be the first attempt, still at
		// work, that stands in the way of the second.
		return q.fail(status, "", onboarding.ErrConflict)
	case status == http.StatusNotFound, status == http.StatusConflict:
		// Iron has the customer but not this part of it: it is changing just now.
		return q.fail(status, "", onboarding.ErrUnavailable)
	case status == http.StatusTooManyRequests:
		e := q.fail(status, "", onboarding.ErrTooMany)
		e.again = !q.write()
		return e
	case status == http.StatusInternalServerError && q.write():
		// Iron keeps this answer under the key, so the key is of no use any more
		// (spent), while nobody has said no (unavailable). Whether it was done all
		// the same is found out by reading Iron's records before a new key is used.
		return q.own(status, onboarding.ErrUnavailable, onboarding.ErrSpent)
	case status >= 500, status == http.StatusRequestTimeout:
		e := q.lost(status, "")
		e.again = !q.write() || (status >= 502 && status <= 504)
		return e
	case status >= 400:
		return q.own(status, onboarding.ErrRefused)
	}
	// A redirect is not followed: the key must not go anywhere else.
	return q.lost(status, "not an answer of Iron's API")
}

func (q call) own(status int, classes ...error) *Error {
	e := q.fail(status, "", classes...)
	e.own = true
	return e
}

// reasonOf puts a transport's error into words that can't hold anything of the
// request or the answer, as net/http's own text may.
func reasonOf(err error, limit time.Duration) string {
	var (
		timeout net.Error
		dns     *net.DNSError
		trust   *tls.CertificateVerificationError
		host    x509.HostnameError
		record  tls.RecordHeaderError
		dial    *net.OpError
	)
	switch {
	case errors.Is(err, context.Canceled):
		return "given up by the caller"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Sprintf("no answer within %s", limit)
	case errors.As(err, &dns):
		return "host name not found"
	case errors.As(err, &trust), errors.As(err, &host):
		return "certificate not trusted"
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &record):
		return "not a TLS server"
	case errors.As(err, &dial) && dial.Op == "dial":
		return "cannot connect: " + dial.Err.Error()
	}
	return "connection broken"
}

// traceOf reads the trace id of Iron's error object. It goes into logs, so it must
// look like one.
func traceOf(body []byte) string {
	var o struct {
		TraceID word `json:"trace_id"`
	}
	if json.Unmarshal(body, &o) != nil {
		return ""
	}
	if trace := string(o.TraceID); len(trace) <= 128 && madeOf(trace, "-_") {
		return trace
	}
	return ""
}

// maxWords is the longest refusal kept, in characters.
const maxWords = 500

// wordsOf reads a refusal, which Iron sends as a JSON string or as plain text.
func wordsOf(body []byte) string {
	var words string
	if json.Unmarshal(body, &words) != nil {
		if words = strings.TrimSpace(string(body)); words == "" || strings.ContainsAny(words[:1], "<{[") {
			return ""
		}
	}
	words = strings.ToValidUTF8(words, "")
	if utf8.RuneCountInString(words) > maxWords {
		words = string([]rune(words)[:maxWords])
	}
	return words
}
