package session

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// HandoffTTL is how long a link for a phone is good.
const HandoffTTL = 10 * time.Minute

// ErrHandoffGone says that a link for a phone has expired, was replaced, or was never
// made by this session.
var ErrHandoffGone = errors.New("link for a phone is gone")

// Handoffs makes one-time links by which a signed-in customer goes on on a phone,
// and tells the device that waits what has become of them.
//
// A link has a name, which may stand in addresses. Its token is worked out of the
// name, the session and a secret key, so that the page which shows the link can be
// loaded again, and yet the token is kept nowhere.
type Handoffs struct {
	Links *Links
	Keys  Keys
}

// Handoff is a link for a phone, seen from the session that has made it.
type Handoff struct {
	Token  string // a secret; empty once the link is used
	From   string // as it was given to Make
	Opened bool   // somebody has used the link
}

const handoffPurpose = "hand-off"

// Make makes a link for the customer's other device. from says where the customer is
// now, in the caller's own words, which Look gives back.
func (h *Handoffs) Make(ctx context.Context, who Identity, from string) (name string, err error) {
	name = rand.Text()
	_, err = h.Links.keep(ctx, LinkSpec{
		Partner: who.Partner, TTL: HandoffTTL, CustomerID: who.CustomerID, WithEDD: who.WithEDD,
		ReturnURL: who.ReturnURL, Locale: who.Locale, Handoff: true, From: from,
	}, h.tokens(who, name)[0])
	if err != nil {
		return "", err
	}
	return name, nil
}

// Look tells what has become of a link that this session has made. ErrHandoffGone:
// there is nothing to wait for.
func (h *Handoffs) Look(ctx context.Context, who Identity, name string) (Handoff, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, token := range h.tokens(who, name) {
		body, expires, used, found, err := h.Links.Store.FindLink(ctx, who.Partner, linkHash(token))
		if err != nil {
			return Handoff{}, fmt.Errorf("session: look at hand-off: %w", err)
		}
		if !found {
			continue // made with an older key
		}
		var spec LinkSpec
		if err := json.Unmarshal([]byte(body), &spec); err != nil {
			return Handoff{}, fmt.Errorf("session: look at hand-off: %w", err)
		}
		switch {
		case !used.IsZero():
			return Handoff{From: spec.From, Opened: true}, nil
		case h.Links.Now().Before(expires):
			return Handoff{From: spec.From, Token: token}, nil
		}
		return Handoff{}, ErrHandoffGone
	}
	return Handoff{}, ErrHandoffGone
}

// Drop makes a link of this session that nobody has used yet good for nothing. It is
// no error where there is none.
func (h *Handoffs) Drop(ctx context.Context, who Identity, name string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, token := range h.tokens(who, name) {
		if err := h.Links.Store.DropLink(ctx, who.Partner, linkHash(token)); err != nil {
			return fmt.Errorf("session: drop hand-off: %w", err)
		}
	}
	return nil
}

// tokens are what the link's token may be, by the newest key first. Another session,
// the same customer's too, works out others.
func (h *Handoffs) tokens(who Identity, name string) []string {
	var tokens []string
	for _, key := range h.Keys.derive(handoffPurpose) {
		mac := hmac.New(sha256.New, key)
		for _, part := range []string{who.Partner, who.CustomerID, who.SessionID, name} {
			_, _ = mac.Write([]byte(part + "\x00")) // never fails
		}
		tokens = append(tokens, base64.RawURLEncoding.EncodeToString(mac.Sum(nil)))
	}
	return tokens
}
