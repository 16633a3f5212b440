package session

import (
	"cmp"
	"net/http"
	"strings"
)

// Asked is what the partner's page has asked for this browser. What the customer has
// chosen comes before it, so the two are never kept in one cookie.
func (c *Cookies) Asked(r *http.Request, partner string) Preferences {
	tag, theme, _ := strings.Cut(c.get(c.asked, r, askedCookie(partner)), " ")
	return checked(Preferences{Language: tag, Theme: theme})
}

// SaveAsked keeps for a day what the partner's page asks for, and returns what has been
// asked for by now. What is empty, or no language or theme, leaves things as they were.
func (c *Cookies) SaveAsked(w http.ResponseWriter, r *http.Request, partner string, p Preferences) (Preferences, error) {
	before := c.Asked(r, partner)
	p = checked(p)
	p = Preferences{Language: cmp.Or(p.Language, before.Language), Theme: cmp.Or(p.Theme, before.Theme)}
	if p == before {
		return p, nil
	}
	return p, c.put(c.asked, w, r, askedCookie(partner), p.Language+" "+p.Theme)
}
