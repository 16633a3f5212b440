package handlers

import (
	"net/http"
	"time"

	"portal/onboarding"
	"portal/onboarding/live"
	"portal/session"
	"portal/views"
)

// tabLinkLife is how long the button to the tab works.
const tabLinkLife = 30 * time.Minute

// framed tells whether the form that was sent is on a page in a frame: the browser
// says so, or, where it never says such things, the page's script.
func (v *visit) framed() bool {
	r := v.c.Request()
	return session.Framed(r) || r.Header.Get("Sec-Fetch-Dest") == "" && v.field("framed") == "1"
}

// withoutCookies tells whether the form was sent from a frame in which the browser
// keeps no cookies. The page with the form has set one, so that whoever keeps cookies
// has brought it.
func (v *visit) withoutCookies() bool {
	return v.framed() && !v.h.Cookies.Kept(v.c.Request(), v.partner.ID)
}

// comeIn starts a session for whoever a link or the sign-up form has made known. A
// frame that could not keep it offers a tab, and a tab that can't has it carried.
func (v *visit) comeIn(spec session.LinkSpec, who session.Identity) error {
	switch {
	case v.withoutCookies():
		return v.offerTab(spec)
	case v.keepsNone():
		return v.startCarried(who)
	}
	return v.signIn(who)
}

// offerTab is the page of a frame that keeps no cookies: a link of its own for a tab,
// and a token by which the frame follows what is done there.
func (v *visit) offerTab(spec session.LinkSpec) error {
	spec.TTL, spec.Beside = tabLinkLife, true
	link, _, err := v.h.Links.Make(v.c.Request().Context(), spec)
	if err != nil {
		return keeping(err)
	}
	token, err := v.h.Watches.Make(spec, link)
	if err != nil {
		return err
	}
	v.linkLocale = spec.Locale
	// The link is used up by now: a frame without the stage is better than none. It
	// learns the stage as soon as Iron answers.
	if err := v.ask(spec.CustomerID); err != nil {
		noteOf(v.c).err = err
	}
	content := v.tab(true, spec.ReturnURL)
	page := v.tabPage(content)
	content.Link, content.Watch = session.LinkURL(v.h.BaseURL.String(), spec.Partner, link), token
	page.Scripts = append(page.Scripts, "watch.js")
	// The address may be that of the link that was used.
	v.c.Response().Header().Set("Referrer-Policy", "no-referrer")
	return v.render(http.StatusOK, page, views.TabPage(page, content))
}

// watch shows a frame without a session where its customer stands. What it answers
// is for whoever has the token, and so has nothing in it but the stage.
func (v *visit) watch() error {
	token, _ := bearer(v.c.Request().Header.Get("Authorization"))
	seen, err := v.h.Watches.Open(v.partner.ID, token)
	if err != nil {
		return v.watchOver(err)
	}
	if err := v.allow(session.LimitWatch, seen.LinkHash); err != nil {
		return err
	}
	if r := v.c.Request(); r.Method == http.MethodGet && r.Header.Get("Accept") == eventStream {
		// It is of no session: that the tab is signed out is no reason to look away.
		return v.stream(seen.CustomerID, live.Seat{Until: seen.Until})
	}
	if err := v.ask(seen.CustomerID); err != nil {
		return err
	}
	open, err := v.h.Links.Waits(v.c.Request().Context(), seen)
	if err != nil {
		return keeping(err)
	}
	content := v.tab(open, seen.ReturnURL)
	page := v.tabPage(content)
	return v.render(http.StatusOK, page, views.TabPage(page, content))
}

// watchOver tells the frame, and through it the page around it, that it can't follow
// any longer.
func (v *visit) watchOver(err error) error {
	noteOf(v.c).err = err
	v.c.Response().Header().Set("WWW-Authenticate", `Bearer realm="watch"`)
	page := v.page()
	page.Bare = true
	return v.render(http.StatusUnauthorized, page, views.EndedPage(page, views.Ended{Watch: true}))
}

// tab is what the frame shows of where the customer stands.
func (v *visit) tab(open bool, returnURL string) views.Tab {
	content := views.Tab{Turn: true, Open: open}
	if v.progress.Stage == "" {
		return content
	}
	content.Standing, content.Turn = standing(v.progress), v.progress.ActionRequired
	if v.progress.State == onboarding.StateReady {
		// The partners file may have changed since the link was made.
		content.ReturnURL, _ = v.partner.AllowsReturn(returnURL)
	}
	return content
}

func (v *visit) tabPage(content views.Tab) views.Page {
	page := v.page()
	page.Bare, page.Path = true, v.path("")
	page.Version = versionOf(page.Locale, content)
	return page
}
