package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"portal/onboarding"

	"github.com/labstack/echo/v4"
)

// delegated are the browser's powers that a hosted identity page may ask for.
var delegated = []string{"camera", "microphone", "geolocation", "fullscreen", "clipboard-write"}

// refused are powers that neither these pages nor what they frame have a use for.
var refused = []string{"display-capture", "payment", "usb", "serial", "hid", "midi"}

// permissions is the Permissions-Policy of every page. The identity origins are in
// it because a frame can't be given what the page around it lacks, whatever its
// allow attribute says.
func permissions(origins onboarding.Origins) string {
	allowlist := "(self"
	for _, source := range origins.Sources() {
		allowlist += ` "` + source + `"`
	}
	allowlist += ")"
	var features []string
	for _, feature := range delegated {
		features = append(features, feature+"="+allowlist)
	}
	for _, feature := range refused {
		features = append(features, feature+"=()")
	}
	return strings.Join(features, ", ")
}

// frameAllow is the allow attribute of the hosted page's frame. 'src' alone would
// end at the first redirect to another of the provider's origins. The attribute
// knows no wildcards, so where one is listed it says *: what can be in the frame is
// bounded by frame-src, which does know them and follows redirects.
func frameAllow(origins onboarding.Origins) string {
	sources := origins.Sources()
	allowlist := "'src' " + strings.Join(sources, " ")
	if slices.ContainsFunc(sources, func(s string) bool { return strings.Contains(s, "*") }) {
		allowlist = "*"
	}
	parts := make([]string, len(delegated))
	for i, feature := range delegated {
		parts[i] = feature + " " + strings.TrimSpace(allowlist)
	}
	return strings.Join(parts, "; ")
}

// policy is the Content-Security-Policy of one answer.
type policy struct {
	nonce     string   // of the scripts of this page; empty: no scripts
	images    string   // origin of the partner's logo, or empty
	frames    []string // what the page may frame
	ancestors []string // who may frame the page
}

func (p policy) String() string {
	if p.nonce == "" {
		return "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors " + sourceList(p.ancestors)
	}
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'nonce-" + p.nonce + "' 'strict-dynamic'",
		"style-src 'self'",
		strings.TrimSpace("img-src 'self' " + p.images),
		"connect-src 'self'",
		"frame-src " + sourceList(p.frames),
		"form-action 'self'",
		"base-uri 'none'",
		"require-trusted-types-for 'script'",
		"frame-ancestors " + sourceList(p.ancestors),
	}, "; ")
}

func sourceList(sources []string) string {
	if len(sources) == 0 {
		return "'none'"
	}
	return strings.Join(sources, " ")
}

// protect gives every answer, redirects and errors included, the strictest headers.
// A page that needs more says so when it is rendered, so that what nobody thought
// of is closed and not open.
func (h *handlers) protect(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		header := c.Response().Header()
		protectAny(header, h.https)
		header.Set("Content-Security-Policy", policy{}.String())
		header.Set("Cache-Control", "no-store")
		header.Set("Permissions-Policy", h.permissions)
		return next(c)
	}
}

// protectAny sets the headers that no answer goes without.
func protectAny(header http.Header, https bool) {
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	// Nothing here needs a window's opener: what happens in a tab of its own is
	// learnt from Iron. In a frame browsers ignore it.
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	if https {
		header.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
}

// documentAddress checks the address of a document before it gets near a page, and
// returns it with its origin, which the page around it may then frame. Documents may
// lie anywhere, so it is the form that is checked: https, or plain http between
// loopback hosts for trying out, no user name, and a host that can't end the
// directive that it is put into.
func documentAddress(raw string, loopback bool) (address, origin string) {
	odd := func(r rune) bool { return r <= ' ' || r == '\\' || r >= 0x7f }
	if strings.ContainsFunc(raw, odd) {
		return "", ""
	}
	u, err := url.Parse(raw)
	if err != nil || u.Opaque != "" || u.User != nil || !plainHost(u.Host) {
		return "", ""
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback || !onboarding.Loopback(u.Hostname())) {
		return "", ""
	}
	return u.String(), u.Scheme + "://" + u.Host
}

func plainHost(host string) bool {
	return host != "" && !strings.ContainsFunc(host, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(".-:[]", r))
	})
}

// originOf is the origin of an address that has been checked at the start.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || !plainHost(u.Host) {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
