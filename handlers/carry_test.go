package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// withoutAnyCookies is a browser that keeps none, whose pages are in tabs.
func (w *world) withoutAnyCookies() *browser {
	b := w.browser()
	b.jar = noJar{}
	b.extra.Set("Sec-Fetch-Dest", "document")
	b.extra.Set("Sec-Fetch-Site", "same-origin")
	return b
}

// carried is where such a browser is after a link.
func (w *world) carried(customerID string) *page {
	w.t.Helper()
	opened := w.withoutAnyCookies().get(w.link(customerID)).post("form[data-auto-submit]").is(http.StatusOK)
	return opened.post("form[data-auto-submit]").is(http.StatusOK)
}

// press follows what would be a link for others.
func (p *page) press(path string) *page {
	p.t.Helper()
	if len(p.all("button[form=carry][name=to][value='"+path+"']")) == 0 {
		p.t.Fatalf("%s has no button to %s", p.url.Path, path)
	}
	return p.post("form#carry", "to", path)
}

func TestABrowserThatKeepsNoCookiesAtAllSignsEverything(t *testing.T) {
	w := newWorld(t, overHTTPS)
	c := w.scenario("signings")
	p := w.carried(c.ID).stands("activation", "sign").none("main a[href^='/p/acme/']").none("[data-live]")
	secret := attr(p.all("input[name=session]")[0], "value")
	document := attr(p.all("[data-document]")[0], "data-document")
	p = p.press("/p/acme/documents/"+document).stands("activation", "sign").press("/p/acme/documents").stands("activation", "sign")
	form, _ := firstForm(p)
	p.post(form).is(http.StatusUnprocessableEntity).one("[role=alert][data-problem]")
	for signed := 0; len(p.all("form[action$='/sign']")) > 0; signed++ {
		form, _ := firstForm(p)
		p = p.post(form, "consent", "yes").is(http.StatusOK)
		if signed == 0 {
			p.says("Signed. Thank you.")
		}
		if strings.Contains(strings.Join(p.header["Set-Cookie"], ""), secret) || p.header.Get("Location") != "" || p.url.RawQuery != "" {
			t.Error("the session is somewhere else than in a form")
		}
	}
	if p.mark("data-stage") != "complete" {
		t.Errorf("stands at %s", p.mark("data-stage"))
	}
	if n := w.calledIron("POST", "/customers/{id}/signings"); n != 2 {
		t.Errorf("%d signings reached Iron", n)
	}
	if strings.Contains(w.log.String()+w.metrics(), secret) {
		t.Error("the session is in the log")
	}
	// Signing out ends it for good.
	p.post("form[action$=sign-out]").is(http.StatusOK).none("[data-stage]").says("You were signed out")
	p.press("/p/acme/").none("[data-stage]")
}

func TestACarriedSessionBeginsTheCheckAndEndsWithTime(t *testing.T) {
	w := newWorld(t)
	p := w.carried(w.scenario("none").ID).stands("submission", "start")
	p = p.post("form[action$=identity]").stands("submission", "continue")
	p.one("iframe#identity-frame")
	p.press("/p/acme/").stands("submission", "continue")
	w.clock.Advance(time.Hour)
	p.press("/p/acme/").is(http.StatusOK).none("[data-stage]").says("signed out")
}

func TestASessionIsCarriedInFormsOfOurOwnAlone(t *testing.T) {
	w := newWorld(t)
	p := w.carried(w.scenario("signings").ID)
	secret := attr(p.all("input[name=session]")[0], "value")
	form := func() url.Values { return url.Values{"session": {secret}, "to": {"/p/acme/documents"}} }
	b := w.withoutAnyCookies()
	b.send(http.MethodPost, "/p/acme/page", form()).stands("activation", "sign")
	b.send(http.MethodGet, "/p/acme/documents?session="+secret, nil).leadsTo("/p/acme/")
	b.send(http.MethodPost, "/p/acme/page?session="+secret, url.Values{"to": {"/p/acme/documents"}}).leadsTo("/p/acme/")
	b.send(http.MethodPost, "/p/other/page", form()).is(http.StatusOK).none("[data-stage]")
	b.send(http.MethodGet, "/p/acme/page", nil).leadsTo("/p/acme/")
	for _, to := range []string{"", "https://evil.example/", "//evil.example", "/p/other/documents", "/p/acme/../other/", "/p/acme/page"} {
		if p := b.send(http.MethodPost, "/p/acme/page", url.Values{"session": {secret}, "to": {to}}); strings.Contains(p.body, "evil") || p.status == http.StatusInternalServerError {
			t.Errorf("%q: status %d", to, p.status)
		}
	}
	foreign := w.withoutAnyCookies()
	foreign.extra.Set("Sec-Fetch-Site", "cross-site")
	foreign.send(http.MethodPost, "/p/acme/page", form()).is(http.StatusForbidden)
	// Who keeps cookies is who the cookies say, whatever a form brings.
	kept, _ := w.signedIn(w.scenario("processed").ID)
	kept.follow(kept.send(http.MethodPost, "/p/acme/page", form())).stands("compliance-review", "waiting").none("[name=session]")
}

func TestWhoKeepsCookiesNeverCarriesASession(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.extra.Set("Sec-Fetch-Dest", "document")
	b.get(w.link(w.scenario("pending").ID)).post("form[data-auto-submit]").leadsTo("/p/acme/")
	b.get("/p/acme/").stands("submission", "continue").none("[name=session]").none("#carry")
	fresh := w.browser()
	fresh.extra.Set("Sec-Fetch-Dest", "document")
	fresh.get("/p/acme/").post("form[action$=sign-up]", "name", "Mary", "email", "mary@example.test", "customer_type", "Person").leadsTo("/p/acme/")
}
