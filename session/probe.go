package session

import (
	"net/http"
	"time"
)

const probeLife = time.Minute

func probeCookie(partner string) string { return "portal-" + partner + ".probe" }

// SetProbe asks the browser to keep a cookie that means nothing, with the attributes
// that a session's would have on a page that is framed, or alone. A fetch doesn't say
// how its page is shown, so that the page has to.
func (c *Cookies) SetProbe(w http.ResponseWriter, partner string, inFrame bool) {
	m := alone
	if inFrame {
		m = framed
	}
	cookie := c.jar.cookie(probeCookie(partner), m) //nolint:gosec // its attributes are the mode's
	cookie.Value, cookie.MaxAge = "1", int(probeLife/time.Second)
	http.SetCookie(w, cookie)
}

// HasProbe tells whether the browser has kept it, and sends it.
func (c *Cookies) HasProbe(r *http.Request, partner string) bool {
	return c.jar.read(r, probeCookie(partner)) != ""
}
