package handlers

import (
	"net/http"
	"strconv"
	"strings"

	"portal/session"
)

// savePreferences keeps the language and the theme, for whoever it is, and leads
// back to the page that it was chosen on.
func (v *visit) savePreferences() error {
	chosen := session.Preferences{Language: v.field("language"), Theme: v.field("theme")}
	if err := v.h.Cookies.SavePreferences(v.c.Response(), v.c.Request(), chosen); err != nil {
		return keeping(err)
	}
	v.notice(session.NoticeSaved)
	return seeOther(v.c, v.back(v.field("back")))
}

// back is where a form may lead back to: a page of this partner's part of the portal,
// written as plainly as these addresses are. Anything else leads to the hub.
func (v *visit) back(path string) string {
	rest, ok := strings.CutPrefix(path, v.path(""))
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_' || r == '/'
	}
	if !ok || strings.ContainsFunc(rest, func(r rune) bool { return !plain(r) }) {
		return v.path("")
	}
	return v.path(rest)
}

// brandCSS is the stylesheet with the partner's colours. Its address changes with it.
func (v *visit) brandCSS() error {
	b, header := v.h.brands[v.partner.ID], v.c.Response().Header()
	if b.css == "" {
		return errNoPage
	}
	header.Set("Cache-Control", "no-cache")
	if v.c.QueryParam("v") == b.version {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	header.Set("Content-Type", "text/css; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(len(b.css)))
	v.c.Response().WriteHeader(http.StatusOK)
	if v.c.Request().Method == http.MethodGet {
		_, _ = v.c.Response().Write([]byte(b.css)) // the browser has gone: nobody is left to be told
	}
	return nil
}
