package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
)

// How long a session lasts. The store judges IdleLimit, by the last Touch.
const (
	IdleLimit = 30 * time.Minute
	Lifetime  = 12 * time.Hour
)

// patience is the limit for one conversation with the store: a page that says that
// the portal is down is better than one that never comes.
const patience = 5 * time.Second

// SessionStore keeps sessions under the hash of their token.
type SessionStore interface {
	scs.CtxStore
	// Touch notes that a session was seen. It must not make one that is not there.
	Touch(ctx context.Context, token string) error
}

// CustomersConfig is what Customers needs.
type CustomersConfig struct {
	Store SessionStore
	HTTPS bool             // the portal's public address is an https one
	Now   func() time.Time // the same clock as the store's
}

// Customers tells which customer a browser belongs to.
type Customers struct {
	store SessionStore
	jar   jar
	now   func() time.Time
	scs   *scs.SessionManager
}

// NewCustomers makes Customers.
func NewCustomers(c CustomersConfig) *Customers {
	manager := scs.New()
	manager.Store = c.Store
	manager.Codec = codec{}
	manager.HashTokenInStore = true
	// Never IdleTimeout: with it, scs writes a session at each request, also one that
	// has ended meanwhile, which brings it back.
	manager.IdleTimeout = 0
	manager.Lifetime = Lifetime
	return &Customers{store: c.Store, jar: jar{c.HTTPS}, now: c.Now, scs: manager}
}

// Start signs a customer in: it ends the browser's older session with this partner,
// keeps a new one, and only then writes its cookie to w, to which nothing may have
// been written. Where it returns an error, w is as it was. The session keeps all of
// i but the fields that Start fills in.
func (c *Customers) Start(w http.ResponseWriter, r *http.Request, i Identity) (Identity, error) {
	if i.Partner == "" || i.CustomerID == "" {
		return Identity{}, errors.New("session: start: an identity needs a partner and a customer")
	}
	m := c.jar.writeMode(r, partnerCookie(i.Partner))
	i, token, err := c.keep(r, i, m)
	if err != nil {
		return Identity{}, fmt.Errorf("session: start: %w", err)
	}
	cookie := c.jar.cookie(partnerCookie(i.Partner), m) //nolint:gosec // its attributes are the mode's
	cookie.Value = token                                // no Max-Age: closing the browser signs out
	http.SetCookie(w, cookie)
	return i, nil
}

// keep ends the browser's older session in this mode and keeps a new one.
func (c *Customers) keep(r *http.Request, i Identity, m mode) (kept Identity, token string, err error) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	ctx, err = c.scs.Load(ctx, c.token(r, i.Partner, m))
	if err != nil {
		return Identity{}, "", err
	}
	i.FormToken = rand.Text()
	i.SignedInAt = c.now().UTC().Truncate(time.Millisecond)
	i.ExpiresAt = i.SignedInAt.Add(Lifetime)
	c.scs.Put(ctx, identityKey, i)
	if err := c.scs.RenewToken(ctx); err != nil {
		return Identity{}, "", err
	}
	c.scs.SetDeadline(ctx, i.ExpiresAt) // RenewToken has taken it from another clock
	if token, _, err = c.scs.Commit(ctx); err != nil {
		return Identity{}, "", err
	}
	i.SessionID = sessionID(token)
	return i, token, nil
}

// Current tells who is asking, as a customer of the partner whose page it is. An
// error means that nobody can tell now, and not that nobody is signed in.
//
// It does not count as being seen, so that a page that keeps asking does not keep
// its session alive: whoever answers to a person calls Touch too.
func (c *Customers) Current(r *http.Request, partner string) (i Identity, ok bool, err error) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	for _, m := range c.jar.modes(r) {
		token := c.token(r, partner, m)
		if token == "" {
			continue
		}
		loaded, err := c.scs.Load(ctx, token)
		if err != nil {
			return Identity{}, false, fmt.Errorf("session: current: %w", err)
		}
		// A cookie can be renamed by whoever has it, but not be made another partner's.
		i, ok := c.scs.Get(loaded, identityKey).(Identity)
		if ok && i.Partner == partner {
			i.SessionID = sessionID(token)
			return i, true, nil
		}
	}
	return Identity{}, false, nil
}

// Had tells whether the browser still has the cookie of a session with this partner.
// Where Current finds nobody, it is one that has ended.
func (c *Customers) Had(r *http.Request, partner string) bool {
	for _, m := range c.jar.modes(r) {
		if c.token(r, partner, m) != "" {
			return true
		}
	}
	return false
}

// Touch notes that the person behind the request did something. It is no error
// where nobody is signed in.
func (c *Customers) Touch(r *http.Request, partner string) error {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	for _, m := range c.jar.modes(r) {
		if token := c.token(r, partner, m); token != "" {
			if err := c.store.Touch(ctx, storedToken(token)); err != nil {
				return fmt.Errorf("session: touch: %w", err)
			}
		}
	}
	return nil
}

// End signs out. Where it returns an error the session may live on, and the browser
// keeps its cookie, so that whoever wanted to sign out can try again.
func (c *Customers) End(w http.ResponseWriter, r *http.Request, partner string) error {
	// A browser that is closed over the click must still be signed out.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), patience)
	defer cancel()
	var ended []mode
	for _, m := range c.jar.modes(r) {
		token := c.token(r, partner, m)
		if token == "" {
			continue
		}
		loaded, err := c.scs.Load(ctx, token)
		if err == nil {
			err = c.scs.Destroy(loaded)
		}
		if err != nil {
			return fmt.Errorf("session: end: %w", err)
		}
		ended = append(ended, m)
	}
	for _, m := range ended {
		c.jar.forget(w, partnerCookie(partner), m)
		// With it the link that was just used would let this browser in once more.
		c.jar.forget(w, visitCookie(partner), m)
	}
	return nil
}

// token is the request's token for this partner and mode, or empty where there is
// none that could be one.
func (c *Customers) token(r *http.Request, partner string, m mode) string {
	cookie, err := r.Cookie(c.jar.name(partnerCookie(partner), m))
	if err != nil || !wellFormed(cookie.Value) {
		return c.Carried(r, partner)
	}
	return cookie.Value
}

// wellFormed: 256 bits as base64url, which is what scs and Links make.
func wellFormed(token string) bool {
	b, err := base64.RawURLEncoding.DecodeString(token)
	return err == nil && len(b) == 32
}

// storedToken is how scs names a token in the store under HashTokenInStore.
func storedToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func sessionID(token string) string {
	sum := sha256.Sum256([]byte("session id\x00" + token))
	return hex.EncodeToString(sum[:16])
}
