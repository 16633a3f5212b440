package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// ErrLinkGone says that a link is used up, has expired, is another partner's, or
// never was.
// Whoever holds it is not told which.
var ErrLinkGone = errors.New("link is gone")

// How long a link may be good for.
const (
	LinkTTL    = 10 * time.Minute // where the spec has none
	MinLinkTTL = time.Minute
	MaxLinkTTL = 24 * time.Hour
)

// LinkStore keeps links under the hash of their token. found is false for one that
// this browser can't use now.
type LinkStore interface {
	SaveLink(ctx context.Context, partner, hash, body string, expires time.Time) error
	PeekLink(ctx context.Context, partner, hash, by string, now time.Time) (body string, found bool, err error)
	UseLink(ctx context.Context, partner, hash, by string, now time.Time) (body string, found bool, err error)
	FindLink(ctx context.Context, partner, hash string) (body string, expires, used time.Time, found bool, err error)
	DropLink(ctx context.Context, partner, hash string) error
}

// LinkSpec is what a link stands for.
type LinkSpec struct {
	Partner    string        `json:"-"`
	TTL        time.Duration `json:"-"` // 0: LinkTTL
	CustomerID string        `json:"customer_id"`
	WithEDD    bool          `json:"with_edd,omitempty"`
	ReturnURL  string        `json:"return_url,omitempty"` // as Partner.AllowsReturn gave it back
	Locale     string        `json:"locale,omitempty"`
	// Handoff: the customer has made it, for another device; see Handoffs.
	Handoff bool   `json:"handoff,omitempty"`
	From    string `json:"from,omitempty"` // where the customer was then, in the maker's words
	// Beside: the link opens a tab beside a frame that follows what is done there.
	Beside bool `json:"beside,omitempty"`
}

// Links makes one-time links and uses them up.
type Links struct {
	Store LinkStore
	HTTPS bool // the portal's public address is an https one
	Now   func() time.Time
}

// Make makes a link. The token is a secret: it goes into LinkURL and nowhere else,
// and the store has only its hash.
func (l *Links) Make(ctx context.Context, spec LinkSpec) (token string, expiresAt time.Time, err error) {
	token = newToken()
	expiresAt, err = l.keep(ctx, spec, token)
	if err != nil {
		return "", time.Time{}, err
	}
	return token, expiresAt, nil
}

func (l *Links) keep(ctx context.Context, spec LinkSpec, token string) (expiresAt time.Time, err error) {
	if spec.TTL == 0 {
		spec.TTL = LinkTTL
	}
	switch {
	case spec.Partner == "" || spec.CustomerID == "":
		return time.Time{}, errors.New("session: a link needs a partner and a customer")
	case spec.TTL < MinLinkTTL || spec.TTL > MaxLinkTTL:
		return time.Time{}, fmt.Errorf("session: a link lasts from %s to %s, not %s", MinLinkTTL, MaxLinkTTL, spec.TTL)
	}
	body, err := json.Marshal(spec)
	if err != nil {
		return time.Time{}, fmt.Errorf("session: make link: %w", err)
	}
	expiresAt = l.Now().UTC().Truncate(time.Millisecond).Add(spec.TTL)
	if err := l.Store.SaveLink(ctx, spec.Partner, linkHash(token), string(body), expiresAt); err != nil {
		return time.Time{}, fmt.Errorf("session: make link: %w", err)
	}
	return expiresAt, nil
}

// LinkURL is the address that a partner hands to its customer. base is the portal's
// own, without a slash at its end.
func LinkURL(base, partner, token string) string {
	return strings.TrimSuffix(base, "/") + "/p/" + url.PathEscape(partner) + "/start/" + url.PathEscape(token)
}

// Peek tells what a link stands for, and changes nothing at the server: mail
// scanners open links. It marks the browser with a cookie, so that Use can forgive
// it a double click, or an answer that got lost.
func (l *Links) Peek(w http.ResponseWriter, r *http.Request, partner, token string) (LinkSpec, error) {
	spec, err := l.open(r, partner, token, l.Store.PeekLink)
	if err != nil {
		return LinkSpec{}, err
	}
	jar{l.HTTPS}.mark(w, r, partner)
	return spec, nil
}

// Use uses a link up. Of all that try, one succeeds, and the same browser again for
// two minutes, since it may never have had the answer. Customers.Start comes next, with
// Identify.
func (l *Links) Use(r *http.Request, partner, token string) (LinkSpec, error) {
	return l.open(r, partner, token, l.Store.UseLink)
}

// Waits tells whether the link beside a watch can still be used.
func (l *Links) Waits(ctx context.Context, w Watch) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, found, err := l.Store.PeekLink(ctx, w.Partner, w.LinkHash, "", l.Now())
	if err != nil {
		return false, fmt.Errorf("session: look at link: %w", err)
	}
	return found, nil
}

// storeAct is PeekLink or UseLink.
type storeAct func(ctx context.Context, partner, hash, by string, now time.Time) (body string, found bool, err error)

func (l *Links) open(r *http.Request, partner, token string, act storeAct) (LinkSpec, error) {
	if !wellFormed(token) {
		return LinkSpec{}, ErrLinkGone
	}
	by := ""
	if visit := (jar{l.HTTPS}).read(r, visitCookie(partner)); wellFormed(visit) {
		by = linkHash(visit)
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	body, found, err := act(ctx, partner, linkHash(token), by, l.Now())
	switch {
	case err != nil:
		return LinkSpec{}, fmt.Errorf("session: open link: %w", err)
	case !found:
		return LinkSpec{}, ErrLinkGone
	}
	spec := LinkSpec{Partner: partner}
	if err := json.Unmarshal([]byte(body), &spec); err != nil {
		return LinkSpec{}, fmt.Errorf("session: open link: %w", err)
	}
	return spec, nil
}

// Identify is who comes in by the link, for Customers.Start.
func (s LinkSpec) Identify(token string) Identity {
	return Identity{
		Partner: s.Partner, CustomerID: s.CustomerID, WithEDD: s.WithEDD,
		ReturnURL: s.ReturnURL, Locale: s.Locale, Handoff: s.Handoff, Beside: s.Beside, link: linkHash(token),
	}
}

// CameBy tells whether this session was started with this very link: its browser
// may open the link again, and is led to where it was.
func (i Identity) CameBy(token string) bool {
	return subtle.ConstantTimeCompare([]byte(i.link), []byte(linkHash(token))) == 1
}

func newToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: it would end the program
	return base64.RawURLEncoding.EncodeToString(b)
}

func linkHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
