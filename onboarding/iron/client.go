package iron

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"portal/onboarding"

	"github.com/failsafe-go/failsafe-go/retrypolicy"
	"golang.org/x/sync/singleflight"
)

var _ onboarding.Platform = (*Client)(nil)

// DefaultTimeout is the limit for one call where Config has none.
const DefaultTimeout = 5 * time.Second

// Config is one partner's way to Iron.
type Config struct {
	BaseURL      string // Iron's API root, for example https://api.sandbox.iron.xyz/api
	APIKey       string // sent as X-API-Key
	APIVersion   string // sent as X-API-Version; empty: not sent
	SubPartnerID string // sent as X-SUB-PARTNER-ID; empty: not sent

	// Timeout is the limit for one call, its whole answer included. All attempts
	// of one operation, the waiting between them, and all calls of one reading,
	// end within twice this time. 0 is DefaultTimeout.
	Timeout time.Duration
	// Transport carries the requests. Partners may share one; nil is a NewTransport
	// of the client's own.
	Transport http.RoundTripper
	// Observe is told of each attempt, for logs and metrics. It is called from
	// many goroutines at once and must return soon. May be nil.
	Observe func(Call)
	// Clocks compares Iron's clock with ours. Partners may share one; nil: nobody does.
	Clocks *Clocks
	// Now is our own clock, which Iron's is compared with, and which is taken where an
	// answer bears no date. Nil is time.Now.
	Now func() time.Time
	// Backoff is how long to wait before the nth retry, n from 1. Nil is
	// exponential with full jitter.
	Backoff func(n int) time.Duration
}

// Call is one attempt at a call, told to Config.Observe. It holds nothing that
// names a person.
type Call struct {
	Method   string
	Path     string // a pattern: /customers/{id}
	Status   int    // 0: there was no answer
	Duration time.Duration
	Attempt  int // from 1
	TraceID  string
	// Class is "ok", the kind of failure (see Error.Class), or why nothing was
	// sent: "held" by Iron's Retry-After, or "breaker-open".
	Class string
}

// Client is onboarding.Platform for one key. It is safe for use by many at once
// and remembers, for all of them, when Iron wants to be left alone.
type Client struct {
	base      string
	headers   http.Header
	timeout   time.Duration
	transport http.RoundTripper
	observe   func(Call)
	clocks    *Clocks
	now       func() time.Time
	backoff   func(n int) time.Duration
	breaker   *breaker
	hold      hold
	patient   retrypolicy.RetryPolicy[struct{}]
	once      retrypolicy.RetryPolicy[struct{}]
	readings  singleflight.Group
	joining   sync.Mutex // so that nobody joins between the end of one and the next
}

// New checks the configuration; all problems are reported together. It makes no
// request: Check does.
func New(config Config) (*Client, error) {
	c := &Client{
		base:      strings.TrimRight(config.BaseURL, "/"),
		timeout:   cmp.Or(config.Timeout, DefaultTimeout),
		transport: config.Transport,
		observe:   config.Observe,
		clocks:    config.Clocks,
		now:       config.Now,
		backoff:   config.Backoff,
		breaker:   newBreaker(),
	}
	if c.transport == nil {
		c.transport = NewTransport()
	}
	if c.observe == nil {
		c.observe = func(Call) {}
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.backoff == nil {
		c.backoff = fullJitter
	}
	c.patient, c.once = c.retries(3), c.retries(1)
	c.headers = http.Header{
		"Accept":     {"application/json"},
		"User-Agent": {"onboarding-portal"},
	}
	return c, errors.Join(
		checkBase(c.base),
		c.setHeader("X-API-Key", config.APIKey, true),
		c.setHeader("X-API-Version", config.APIVersion, false),
		c.setHeader("X-SUB-PARTNER-ID", config.SubPartnerID, false),
	)
}

func checkBase(base string) error {
	u, err := url.Parse(base)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" ||
		u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		// The address may hold a password, so it is not repeated.
		return errors.New("iron: the base URL must be like https://api.example/api, without user, query or fragment")
	}
	return nil
}

// setHeader refuses what net/http would refuse only at the first request.
func (c *Client) setHeader(name, value string, required bool) error {
	if value == "" {
		if required {
			return fmt.Errorf("iron: %s is empty", name)
		}
		return nil
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("iron: %s holds a space or another character that a header can't have", name)
	}
	c.headers.Set(name, value)
	return nil
}

// fullJitter spreads the retries of many callers over the whole of a growing
// interval, so that they don't come back to Iron in step.
func fullJitter(n int) time.Duration {
	const first, longest = 100 * time.Millisecond, 2 * time.Second
	return rand.N(min(first<<min(n-1, 10), longest)) + 1 //nolint:gosec // spreads retries, keeps no secret
}

// NewTransport is made for many calls to one host. Idle connections are kept in
// number, for the two that net/http keeps by default make a handshake of almost
// every call once customers come side by side.
func NewTransport() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 3 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    3 * time.Second,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           512,
		MaxIdleConnsPerHost:    256,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// Check tells whether Iron can be reached and takes the key: ErrAccess where it
// refuses the key, ErrUnavailable where it can't be reached or is not Iron's API.
// One cheap read, one attempt.
func (c *Client) Check(ctx context.Context) error {
	_, _, err := fetch[page[customerRecord]](ctx, c, call{
		method: http.MethodGet, pattern: "/customers", query: url.Values{"page_size": {"1"}}, once: true,
	})
	return err
}
