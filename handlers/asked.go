package handlers

import (
	"net/url"

	"portal/session"
)

// heed takes over the language and the theme that a partner's page has written into
// the address. Only where customers come in is there anything to read.
func (v *visit) heed() {
	r := v.c.Request()
	query := r.URL.Query()
	asked, err := v.h.Cookies.SaveAsked(v.c.Response(), r, v.partner.ID, session.Preferences{
		Language: query.Get("locale"), Theme: query.Get("theme"),
	})
	if err != nil { // this page has them all the same
		v.h.Logger.WarnContext(r.Context(), "asked-for preferences lost", "error", err)
	}
	v.asked = asked
}

// askedFor is what was asked for on this visit, or on one before.
func (v *visit) askedFor() session.Preferences {
	if v.asked == (session.Preferences{}) {
		v.asked = v.h.Cookies.Asked(v.c.Request(), v.partner.ID)
	}
	return v.asked
}

// withAsked hands it on to the next request, for a browser that keeps no cookies.
func (v *visit) withAsked(path string) string {
	query := url.Values{}
	if v.asked.Language != "" {
		query.Set("locale", v.asked.Language)
	}
	if v.asked.Theme != "" {
		query.Set("theme", v.asked.Theme)
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}
