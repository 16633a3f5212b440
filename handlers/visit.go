package handlers

import (
	"cmp"
	"net/url"
	"strings"

	"portal/onboarding"
	"portal/session"
	"portal/views"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
)

// visit is one request to a partner's pages, and all that has been found out about
// it so far.
type visit struct {
	h       *handlers
	c       echo.Context
	partner *session.Partner // nil on the pages of nobody
	journey *onboarding.Journey

	identified bool // who has been asked for
	signedIn   bool
	who        session.Identity

	shown      int                 // pages that one form has led through; see carry
	said       session.Notice      // what is to be said, where no cookie can keep it
	linkLocale string              // of the one-time link that is being opened
	asked      session.Preferences // by the partner's page; see heed
	progress   onboarding.Progress // where the customer stands; after the door "at"
}

const visitKey = "visit"

// visit finds the partner of a request. It has done so before where a page that was
// being made turns into an error page.
func (h *handlers) visit(c echo.Context) (*visit, error) {
	if v, ok := c.Get(visitKey).(*visit); ok {
		return v, nil
	}
	id := partnerInPath(c.Request().URL.Path)
	partner, ok := h.Partners.ByID(id)
	if !ok {
		return nil, errNoPartner
	}
	v := &visit{h: h, c: c, partner: partner, journey: h.Journeys[id]}
	c.Set(visitKey, v)
	noteOf(c).partner = id
	c.Response().Header().Set("Content-Security-Policy", policy{ancestors: partner.Origins}.String())
	return v, nil
}

// partnerInPath reads /p/{partner}/… itself, as the router knows no parameters where
// it knows no route.
func partnerInPath(path string) string {
	rest, ok := strings.CutPrefix(path, "/p/")
	if !ok {
		return ""
	}
	id, _, _ := strings.Cut(rest, "/")
	return id
}

// identify asks once who it is.
func (v *visit) identify() error {
	if v.identified {
		return nil
	}
	who, ok, err := v.h.Customers.Current(v.c.Request(), v.partner.ID)
	if err != nil {
		return keeping(err)
	}
	v.who, v.signedIn, v.identified = who, ok, true
	return nil
}

// proceed asks Iron where the customer stands who is signed in.
func (v *visit) proceed() error {
	if err := v.ask(v.who.CustomerID); err != nil {
		return err
	}
	return v.touch()
}

// ask asks Iron where a customer stands.
func (v *visit) ask(customerID string) error {
	progress, err := v.journey.Progress(v.aside(), customerID)
	if err != nil {
		return fromJourney(err)
	}
	v.progress = progress
	v.h.noticeUnknown(v.c, progress)
	return nil
}

// pollHeader is on the requests that a page's script makes by itself.
const pollHeader = "X-Portal-Poll"

// touch notes that a person is there. A page that asks by itself is no person, except
// beside an open hosted page: there the customer is at work in a frame that we can't see.
func (v *visit) touch() error {
	if v.c.Request().Header.Get(pollHeader) != "" && v.progress.HostedURL == "" {
		return nil
	}
	return keeping(v.h.Customers.Touch(v.c.Request(), v.partner.ID))
}

// path is the address of one of this partner's pages.
func (v *visit) path(rest string) string {
	return "/p/" + url.PathEscape(v.partner.ID) + "/" + rest
}

// field is a field of the form that was sent, from its body alone.
func (v *visit) field(name string) string { return v.c.Request().PostFormValue(name) }

// page is what every page has around its content, for this visitor.
func (v *visit) page() views.Page {
	r := v.c.Request()
	chosen := v.h.Cookies.Preferences(r)
	page := views.Page{Nonce: newNonce(), Path: r.URL.Path, Theme: chosen.Theme}
	accept := r.Header.Get("Accept-Language")
	if v.partner == nil {
		page.Locale = views.Match(accept, chosen.Language)
		return page
	}
	asked := v.askedFor()
	// The partner's language counts for less than what the browser asks for.
	page.Locale = views.Match(accept+","+v.partner.Locale+";q=0.001", chosen.Language, asked.Language, v.linkLocale, v.who.Locale)
	page.Languages = views.Languages(page.Locale)
	page.Theme = cmp.Or(page.Theme, asked.Theme, v.partner.Brand.Theme)
	page.Partner = v.h.brands[v.partner.ID].partner
	page.Framed, page.Hosts = session.Framed(r), v.partner.Origins
	page.Forgetful = v.carried() != ""
	page.SignedIn, page.FormToken, page.Handoff = v.signedIn, v.who.FormToken, v.who.Handoff
	return page
}

// render writes the page with the policy that its partner and content need. frames
// are what it may frame besides the hosted identity pages.
func (v *visit) render(status int, page views.Page, content templ.Component, frames ...string) error {
	p := policy{nonce: page.Nonce, frames: frames}
	if len(frames) == 0 {
		p.frames = v.h.Origins.Sources()
	}
	if v.partner != nil {
		p.ancestors, p.images = v.partner.Origins, v.h.brands[v.partner.ID].images
	}
	v.c.Response().Header().Set("Content-Security-Policy", p.String())
	if token := v.carried(); token != "" {
		content = v.carrying(content, token)
	}
	return render(v.c, status, content)
}
