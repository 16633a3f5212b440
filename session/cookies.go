package session

import (
	"net/http"
	"time"
)

// jar names and writes the portal's cookies. A base is the name without what the
// mode and the scheme add to it.
type jar struct{ https bool }

func partnerCookie(partner string) string { return "portal-" + partner }

// The names below have a dot, which the id of a partner can't have.
func noticeCookie(partner string) string { return "portal-" + partner + ".notice" }
func visitCookie(partner string) string  { return "portal-" + partner + ".visit" }
func askedCookie(partner string) string  { return "portal-" + partner + ".asked" }

const preferencesCookie = "portal.preferences"

// mode is how the page that asks is shown.
type mode int

const (
	unsaid mode = iota // a fetch from a page, or a client that doesn't say
	alone
	framed
)

func modeOf(r *http.Request) mode {
	switch r.Header.Get("Sec-Fetch-Dest") {
	case "document":
		return alone
	case "iframe", "frame", "embed", "object", "fencedframe":
		return framed
	}
	return unsaid
}

// Framed tells whether the browser asks for a page that it will show in a frame.
func Framed(r *http.Request) bool { return modeOf(r) == framed }

func (j jar) name(base string, m mode) string {
	if m != framed {
		base += ".top"
	}
	if j.https {
		base = "__Host-" + base
	}
	return base
}

// modes lists where the request's cookie may be, in the order to look. A fetch does
// not say how its page is shown; the cookie that it brings does.
func (j jar) modes(r *http.Request) []mode {
	if m := modeOf(r); m != unsaid {
		return []mode{m}
	}
	return []mode{framed, alone}
}

// writeMode is where an answer to this request puts its cookies.
func (j jar) writeMode(r *http.Request, base string) mode {
	m := modeOf(r)
	if m != unsaid {
		return m
	}
	if _, err := r.Cookie(j.name(base, framed)); err == nil {
		return framed
	}
	return alone
}

// read is the first cookie of the name that the request may have sent, or empty.
func (j jar) read(r *http.Request, base string) string {
	for _, m := range j.modes(r) {
		if c, err := r.Cookie(j.name(base, m)); err == nil {
			return c.Value
		}
	}
	return ""
}

// mark gives the browser a cookie that names it, unless it has one.
func (j jar) mark(w http.ResponseWriter, r *http.Request, partner string) {
	base := visitCookie(partner)
	if wellFormed(j.read(r, base)) {
		return
	}
	cookie := j.cookie(base, j.writeMode(r, base)) //nolint:gosec // its attributes are the mode's
	cookie.Value = newToken()
	http.SetCookie(w, cookie)
}

// kept tells whether the request has brought any cookie of ours that counts for this
// partner's pages. Any will do: whoever keeps one is to be given a session.
func (j jar) kept(r *http.Request, partner string) bool {
	for _, base := range []string{visitCookie(partner), partnerCookie(partner), noticeCookie(partner), preferencesCookie} {
		if j.read(r, base) != "" {
			return true
		}
	}
	return false
}

// cookie is an empty one with the attributes of its mode. Over plain http, which is
// for trying the portal out, the prefix goes, and alone also Secure: Go's cookie jar
// and WebKit keep no secure cookie there. In a frame Secure has to stay, as browsers
// take SameSite=None only with it (and take it from localhost).
func (j jar) cookie(base string, m mode) *http.Cookie {
	c := &http.Cookie{Name: j.name(base, m), Path: "/", HttpOnly: true, Secure: j.https, SameSite: http.SameSiteLaxMode}
	if m == framed {
		c.Secure, c.SameSite, c.Partitioned = true, http.SameSiteNoneMode, true
	}
	return c
}

// forget makes the browser drop a cookie. A partitioned one is only dropped by a
// cookie with the same attributes.
func (j jar) forget(w http.ResponseWriter, base string, m mode) {
	c := j.cookie(base, m) //nolint:gosec // its attributes are the mode's
	c.MaxAge, c.Expires = -1, time.Unix(1, 0)
	http.SetCookie(w, c)
}
