package handlers

import (
	"net/http"

	"portal/onboarding"
	"portal/session"
	"portal/views"
)

// identity shows the identity check: the prompt to start it, or the hosted page.
func (v *visit) identity() error {
	p := v.progress
	content := views.Identity{
		Standing: standing(p), Comments: comments(p.Comments), Missing: missing(p.Missing),
		HostedURL: p.HostedURL, Begin: p.CanBegin,
	}
	if p.HostedURL != "" {
		content.Allow = v.h.frameAllow
	}
	page := v.stagePage(content)
	page.Scripts = append(page.Scripts, "preflight.js")
	return v.render(http.StatusOK, page, views.IdentityPage(page, content))
}

// beginCheck makes sure that there is a check to go on with. Whoever presses twice,
// or in two tabs, is led to the same one.
func (v *visit) beginCheck() error {
	if err := v.allow(session.LimitSign, "identity "+v.who.SessionID); err != nil {
		return err
	}
	_, err := v.journey.BeginCheck(v.c.Request().Context(), v.who.CustomerID, onboarding.CheckRequest{
		Method: onboarding.MethodLink, WithEDD: v.who.WithEDD,
	})
	if err != nil {
		return fromJourney(err)
	}
	return seeOther(v.c, v.path("identity"))
}
