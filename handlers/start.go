package handlers

import (
	"net/http"

	"portal/onboarding/live"
	"portal/session"
	"portal/views"
)

// showLink is the page behind a one-time link. It changes nothing: mail scanners and
// browsers that look ahead open links too. The page sends a form to this address.
func (v *visit) showLink() error {
	v.heed()
	token := v.c.Param("token")
	v.c.Response().Header().Set("Referrer-Policy", "no-referrer") // the address is a secret
	if again, err := v.cameBy(token); again || err != nil {
		return err
	}
	link, err := v.h.Links.Peek(v.c.Response(), v.c.Request(), v.partner.ID, token)
	if err != nil {
		return keeping(err)
	}
	v.linkLocale = link.Locale
	page := v.page()
	page.Path = v.path("") // saving a preference must not lead back to the secret
	content := views.StartLink{Action: v.withAsked(v.c.Request().URL.EscapedPath())}
	if link.Handoff {
		content.Match = matchingLetters(token)
	}
	return v.render(http.StatusOK, page, views.StartLinkPage(page, content))
}

// useLink uses the link up and signs in whom it was made for.
func (v *visit) useLink() error {
	v.heed()
	token := v.c.Param("token")
	v.c.Response().Header().Set("Referrer-Policy", "no-referrer")
	if again, err := v.cameBy(token); again || err != nil {
		return err
	}
	if err := v.allow(session.LimitLinkAddress, session.AddressKey(v.h.address(v.c.Request()))); err != nil {
		return err
	}
	if err := v.allow(session.LimitLink, token); err != nil {
		return err
	}
	link, err := v.h.Links.Use(v.c.Request(), v.partner.ID, token)
	if err != nil {
		return keeping(err)
	}
	if link.Beside {
		v.h.News.Stir(live.Who{Partner: v.partner.ID, Customer: link.CustomerID})
	}
	return v.comeIn(link, link.Identify(token))
}

// cameBy leads the browser that came by this very link to where it was, for as long as
// its session lives. It tells whether it has.
func (v *visit) cameBy(token string) (bool, error) {
	if err := v.identify(); err != nil || !v.signedIn || !v.who.CameBy(token) {
		return false, err
	}
	return true, seeOther(v.c, v.path(""))
}

// signIn starts the session before anything is written. Pages of the one that it takes
// the place of are told no more.
func (v *visit) signIn(who session.Identity) error {
	if err := v.identify(); err != nil {
		return err
	}
	if _, err := v.h.Customers.Start(v.c.Response(), v.c.Request(), who); err != nil {
		return keeping(err)
	}
	if v.signedIn {
		v.h.News.End(v.who.SessionID)
	}
	return seeOther(v.c, v.path(""))
}

// allow counts one against a limit.
func (v *visit) allow(rule, key string) error {
	ok, wait, err := v.h.Limits.Allow(v.c.Request().Context(), rule, key)
	switch {
	case err != nil:
		return keeping(err)
	case !ok:
		return tooFast{rule: rule, wait: wait}
	}
	return nil
}
