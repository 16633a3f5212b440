package iron

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"portal/onboarding"
)

// maxBody is the longest answer that is read, in bytes.
const maxBody = 1 << 20

// call is one thing asked of Iron, however many attempts it takes.
type call struct {
	method  string
	pattern string // the address with {id} for the customer's, as logs may have it
	id      string // the customer's id, or ""
	query   url.Values
	body    any    // nil: none
	key     string // IDEMPOTENCY-KEY; what has one is a write
	part    bool   // a part of a customer whom Iron is known to have
	once    bool   // not worth a second attempt
	read    func(body []byte) error
}

func (q call) write() bool { return q.method != http.MethodGet }

func (q call) path() string { return strings.Replace(q.pattern, "{id}", q.id, 1) }

// check finds what no request may be made with.
func (q call) check() *Error {
	if strings.Contains(q.pattern, "{id}") && !plausibleID(q.id) {
		// Anything else could name another address than the pattern does.
		return q.own(0, onboarding.ErrNotFound)
	}
	if q.write() && q.key == "" {
		e := q.own(0, onboarding.ErrRefused)
		e.reason = "no idempotency key"
		return e
	}
	return nil
}

// plausibleID: Iron's ids are UUIDs of no fixed version.
func plausibleID(id string) bool {
	return id != "" && len(id) <= 64 && madeOf(id, "-")
}

// madeOf tells whether s has only ASCII letters, digits and the marks given.
func madeOf(s, marks string) bool {
	const alphanumeric = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	return strings.Trim(s, alphanumeric+marks) == ""
}

// answer is what came back.
type answer struct {
	status     int
	date       time.Time
	retryAfter time.Duration
	body       []byte
}

// exchange makes one request and reads its whole answer.
func (c *Client) exchange(ctx context.Context, q call) (answer, *Error) {
	// The limit covers the body: an answer that trickles would otherwise hold the
	// caller for as long as it likes.
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var asked, sent atomic.Bool
	request, err := c.request(httptrace.WithClientTrace(limited, &httptrace.ClientTrace{
		GetConn: func(string) { asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { sent.Store(true) },
	}), q)
	if err != nil {
		return answer{}, q.fail(0, "cannot be put into a request", onboarding.ErrRefused)
	}
	// Not http.Client: nothing here may follow a redirect or keep a cookie.
	began := c.now()
	response, err := c.transport.RoundTrip(request)
	if err != nil {
		e := q.lost(0, reasonOf(err, c.timeout))
		if asked.Load() && !sent.Load() {
			e.classes = []error{onboarding.ErrUnavailable} // no byte of it has left
		}
		return answer{}, e.orGivenUp(ctx)
	}
	defer response.Body.Close()
	c.clocks.heed(response.StatusCode, response.Header, began, c.now())
	a := answer{
		status: response.StatusCode,
		date:   dateOf(response.Header, c.now()),
	}
	if a.status == http.StatusTooManyRequests || a.status >= 500 {
		a.retryAfter = retryAfterOf(response.Header, c.now())
	}
	a.body, err = io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	switch {
	case err != nil:
		return a, q.lost(a.status, "answer cut off: "+reasonOf(err, c.timeout)).orGivenUp(ctx)
	case len(a.body) > maxBody:
		return a, q.lost(a.status, "answer longer than 1 MiB")
	}
	return a, nil
}

// orGivenUp completes a failure without an answer: it is worth another attempt,
// unless it was the caller who ended it.
func (e *Error) orGivenUp(ctx context.Context) *Error {
	e.cause = ctx.Err()
	e.again = e.cause == nil
	return e
}

func (c *Client) request(ctx context.Context, q call) (*http.Request, error) {
	var body io.Reader
	if q.body != nil {
		encoded, err := json.Marshal(q.body)
		if err != nil {
			return nil, fmt.Errorf("encode: %w", err)
		}
		body = bytes.NewReader(encoded)
	}
	address := c.base + q.path()
	if len(q.query) > 0 {
		address += "?" + q.query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, q.method, address, body)
	if err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	request.Header = c.headers.Clone()
	if q.body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if q.key != "" {
		request.Header.Set("IDEMPOTENCY-KEY", q.key)
	}
	return request, nil
}

// judge reads an answer and says what it means; nil where it is what was asked.
func (q call) judge(a answer) *Error {
	if a.status < 200 || a.status > 299 {
		return q.refused(a)
	}
	if q.read(a.body) != nil {
		// The decoder's own text quotes the body, so it stays here.
		return q.lost(a.status, "not the answer that was asked for")
	}
	return nil
}
