package handlers

import (
	"cmp"
	"net/http"
	"net/url"

	"portal/onboarding"
	"portal/session"
	"portal/views"
)

// pages is where each stage has its page. The stages outside the journey have none:
// the hub itself shows them.
var pages = map[onboarding.Stage]string{
	onboarding.StageSubmission: "identity",
	onboarding.StageReview:     "review",
	onboarding.StageActivation: "documents",
	onboarding.StageComplete:   "complete",
}

// hub is where everybody comes in, and where every page sends whoever does not
// belong there: it alone knows the way.
func (v *visit) hub() error {
	v.heed()
	if err := v.identify(); err != nil {
		return err
	}
	if !v.signedIn {
		return v.welcome()
	}
	if err := v.proceed(); err != nil {
		return err
	}
	name, ok := pages[v.progress.Stage]
	if !ok {
		return v.outside()
	}
	if v.cameFrom(v.path(name)) {
		v.notice(session.NoticeNothingNew)
	}
	return seeOther(v.c, v.path(name))
}

// cameFrom tells whether a person has followed a link on this page of ours, as they do
// to see whether there is anything new: the same page without a word is no answer.
func (v *visit) cameFrom(path string) bool {
	from, err := url.Parse(v.c.Request().Referer())
	return err == nil && from.Host == v.c.Request().Host && from.Path == path && v.c.Request().Header.Get(pollHeader) == ""
}

// outside shows the customers beside the three stages where they stand.
func (v *visit) outside() error {
	content := views.Outside{Standing: standing(v.progress)}
	page := v.stagePage(content)
	if page.Notice == "" && v.cameFrom(v.path("")) {
		page.Notice = string(session.NoticeNothingNew)
	}
	return v.render(http.StatusOK, page, views.OutsidePage(page, content))
}

// welcome is for whoever is not signed in: the form to come in by, or where to get a
// link.
func (v *visit) welcome() error {
	w, r := v.c.Response(), v.c.Request()
	page, expired := v.page(), v.h.Customers.Had(r, v.partner.ID)
	page.Notice = v.takeNotice()
	// In a frame only the page around it knows the customer, who must not be made
	// another one by mistake. Who is new says so.
	if expired && page.Framed && v.c.QueryParam("new") == "" {
		return v.render(http.StatusOK, page, views.EndedPage(page, views.Ended{SignUp: v.partner.SignUp}))
	}
	if v.partner.SignUp {
		v.h.Cookies.Mark(w, r, v.partner.ID) // so that signing up can tell whether cookies are kept
		return v.render(http.StatusOK, page, views.SignUpPage(page, views.SignUp{Once: newOnce(), Expired: expired}))
	}
	return v.render(http.StatusOK, page, views.EntryPage(page, views.Entry{Expired: expired}))
}

// review is the waiting page.
func (v *visit) review() error {
	content := views.Review{Standing: standing(v.progress), Since: stamp(v.progress.UpdatedAt)}
	page := v.stagePage(content)
	return v.render(http.StatusOK, page, views.ReviewPage(page, content))
}

// signOut ends the session. A browser whose session could not be ended is told so,
// and keeps its cookie to try again.
func (v *visit) signOut() error {
	w, r := v.c.Response(), v.c.Request()
	if err := v.h.Customers.End(w, r, v.partner.ID); err != nil {
		return keeping(err)
	}
	v.h.News.End(v.who.SessionID)
	v.notice(session.NoticeSignedOut)
	return seeOther(v.c, v.path(""))
}

// notice has something said on the next page. Not to be able to is no reason to fail
// what it is about.
func (v *visit) notice(n session.Notice) {
	if v.carried() != "" {
		v.said = n // the next page is this answer
		return
	}
	if err := v.h.Cookies.AddNotice(v.c.Response(), v.c.Request(), v.partner.ID, n); err != nil {
		v.h.Logger.WarnContext(v.c.Request().Context(), "notice lost", "error", err)
	}
}

// takeNotice is what is to be said on this page.
func (v *visit) takeNotice() string {
	return string(cmp.Or(v.said, v.h.Cookies.TakeNotice(v.c.Response(), v.c.Request(), v.partner.ID)))
}
