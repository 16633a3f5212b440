package session

import (
	"context"
	"fmt"
	"math"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The rules of Limits, with what they count by.
const (
	LimitLinkAddress = "link-address" // uses of links, by AddressKey
	LimitLink        = "link"         // uses of one link, by its token
	LimitSignUp      = "sign-up"      // by AddressKey
	LimitSign        = "sign"         // signings, by Identity.SessionID
	LimitHandoff     = "hand-off"     // links made for a phone, by Identity.SessionID
	LimitPartnerAPI  = "partner-api"  // by the partner's id
	LimitWatch       = "watch"        // looks at where a customer stands, by Watch.LinkHash
)

// perMinute is how often each rule allows something, at most so often at once.
var perMinute = map[string]float64{
	LimitLinkAddress: 10,
	LimitLink:        5,
	LimitSignUp:      5,
	LimitSign:        10,
	LimitHandoff:     6,
	LimitPartnerAPI:  120,
	LimitWatch:       60,
}

// Limits allows what is not done too often. retryAfter is how long to wait where it
// is not allowed; an error is for a rule that is none, or a store that is down.
type Limits interface {
	Allow(ctx context.Context, rule, key string) (ok bool, retryAfter time.Duration, err error)
}

// MemoryLimits counts for one process.
type MemoryLimits struct {
	now   func() time.Time
	rules map[string]*limitRule
}

// limitKeys bounds what is remembered for a rule: twice as many keys at most.
const limitKeys = 20_000

// NewMemoryLimits makes limits that are multiplied by factor; 0 switches them off.
func NewMemoryLimits(factor float64, now func() time.Time) *MemoryLimits {
	l := &MemoryLimits{now: now, rules: map[string]*limitRule{}}
	for name, n := range perMinute {
		l.rules[name] = &limitRule{
			off:   factor <= 0,
			rate:  rate.Limit(n * factor / 60),
			burst: burst(n, factor),
			young: map[string]*rate.Limiter{},
		}
	}
	return l
}

func burst(perMinute, factor float64) int { return max(1, int(math.Round(perMinute*factor))) }

// Allow counts one and tells whether it is within the rule.
func (l *MemoryLimits) Allow(_ context.Context, rule, key string) (ok bool, retryAfter time.Duration, err error) {
	limits, known := l.rules[rule]
	switch {
	case !known:
		return false, 0, fmt.Errorf("session: there is no limit %q", rule)
	case limits.off:
		return true, 0, nil
	}
	limiter, now := limits.of(key), l.now()
	if limiter.AllowN(now, 1) {
		return true, 0, nil
	}
	missing := 1 - limiter.TokensAt(now)
	return false, time.Duration(math.Ceil(missing / float64(limits.rate) * float64(time.Second))), nil
}

// limitRule keeps its keys in two generations: when the young one is full it becomes
// the old one, and the old one is forgotten, all but the keys that were asked for
// meanwhile. So the bound costs nothing, and flooding one rule with keys leaves the
// others alone.
type limitRule struct {
	off   bool
	rate  rate.Limit
	burst int

	mu         sync.Mutex
	young, old map[string]*rate.Limiter
}

func (r *limitRule) of(key string) *rate.Limiter {
	r.mu.Lock()
	defer r.mu.Unlock()
	if limiter, ok := r.young[key]; ok {
		return limiter
	}
	limiter, ok := r.old[key]
	if !ok {
		limiter = rate.NewLimiter(r.rate, r.burst)
	}
	if len(r.young) >= limitKeys {
		r.old, r.young = r.young, make(map[string]*rate.Limiter)
	}
	r.young[key] = limiter
	return limiter
}

// AddressKey is what counts as one address: an IPv4 address, or the 64 bits of an
// IPv6 address that a network gives to one customer, who has all addresses below.
// What is no address counts as itself.
func AddressKey(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	prefix, err := ip.Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}
