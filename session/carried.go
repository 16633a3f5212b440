package session

import (
	"errors"
	"fmt"
	"net/http"
)

// CarriedField is the form field in which a browser that keeps no cookies at all
// brings its session. It is never read from an address.
const CarriedField = "session"

// StartCarried is Start for such a browser: it writes no cookie and returns the token
// that every form must bring. It is as secret as the cookie would be, and must not
// get into an address or a log. The session is like any other in all else: it ends
// when nobody does anything, and with End.
func (c *Customers) StartCarried(r *http.Request, i Identity) (token string, err error) {
	if i.Partner == "" || i.CustomerID == "" {
		return "", errors.New("session: start: an identity needs a partner and a customer")
	}
	_, token, err = c.keep(r, i, alone)
	if err != nil {
		return "", fmt.Errorf("session: start: %w", err)
	}
	return token, nil
}

// Carried is the token that the request's form has brought, or empty. It reads the
// form alone, and only one that was parsed. A browser that sends any of the portal's
// cookies carries nothing: it is who the cookies say.
func (c *Customers) Carried(r *http.Request, partner string) string {
	token := r.PostForm.Get(CarriedField)
	if token == "" || !wellFormed(token) || c.jar.kept(r, partner) {
		return ""
	}
	return token
}
