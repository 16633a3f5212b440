package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestSignOutEndsTheSessionAlsoForARequestUnderWay(t *testing.T) {
	hold, goOn := make(chan bool, 1), make(chan bool)
	w := newWorld(t, func(s *setup) { s.transport = holding(hold, goOn) })
	b, p, _ := w.at("pending")
	answered := make(chan *page)
	late := &browser{t: t, w: w, jar: b.jar, extra: http.Header{"X-Portal-Poll": {"1"}}}
	hold <- true // the next request to Iron is held
	go func() { answered <- late.send(http.MethodGet, "/p/acme/identity", nil) }()
	goOn <- true // taken once the poll is at Iron
	p.post("form[action$=sign-out]").leadsTo("/p/acme/")
	goOn <- true
	(<-answered).is(http.StatusOK)
	b.send(http.MethodGet, "/p/acme/identity", nil).leadsTo("/p/acme/")
}

func TestASessionEndsAfterHalfAnHourWithoutAnybody(t *testing.T) {
	w := newWorld(t)
	b, _, _ := w.at("processed")
	for range 3 {
		w.clock.Advance(20 * time.Minute)
		b.get("/p/acme/").stands("compliance-review", "waiting")
	}
	poll := func(r *http.Request) { r.Header.Set("X-Portal-Poll", "1") }
	w.clock.Advance(20 * time.Minute)
	b.get("/p/acme/review", poll).stands("compliance-review", "waiting")
	w.clock.Advance(20 * time.Minute)
	b.send(http.MethodGet, "/p/acme/review", nil).leadsTo("/p/acme/")
	b.get("/p/acme/review").is(http.StatusOK).one("form[action$=sign-up]")
}

func TestAPollBesideAnOpenHostedPageCountsAsSomebodyBeingThere(t *testing.T) {
	w := newWorld(t)
	b, _, _ := w.at("pending")
	poll := func(r *http.Request) { r.Header.Set("X-Portal-Poll", "1") }
	for range 4 {
		w.clock.Advance(20 * time.Minute)
		b.get("/p/acme/identity", poll).stands("submission", "continue")
	}
}

func TestWhoseSessionHasEndedIsToldSoAndAStrangerIsNot(t *testing.T) {
	w := newWorld(t)
	b, _, _ := w.at("processed")
	w.clock.Advance(time.Hour)
	b.get("/p/acme/review").says("signed out")
	if strings.Contains(w.browser().get("/p/acme/review").text("main"), "signed out") {
		t.Error("a stranger is told of a session that never was")
	}
}

func TestASessionIsOnePartnersAlone(t *testing.T) {
	w := newWorld(t)
	b, p, _ := w.at("signings")
	for _, path := range []string{"/p/other/identity", "/p/other/documents", "/p/other/complete"} {
		b.send(http.MethodGet, path, nil).leadsTo("/p/other/")
	}
	b.get("/p/other/").is(http.StatusOK).none("[data-stage]")
	action := attr(p.all("form[action$='/sign']")[0], "action")
	b.send(http.MethodPost, strings.Replace(action, "acme", "other", 1), nil).leadsTo("/p/other/")
	// A cookie that its owner has given the name of another partner's.
	renamed := w.browser()
	for _, cookie := range b.jar.Cookies(p.url) {
		renamed.extra.Add("Cookie", strings.Replace(cookie.Name, "acme", "other", 1)+"="+cookie.Value)
	}
	renamed.send(http.MethodGet, "/p/other/documents", nil).leadsTo("/p/other/")
}

func TestAnotherCustomersDocumentsAreNotThere(t *testing.T) {
	w := newWorld(t)
	foreign, err := w.sim.NewTerms(w.scenario("active").ID, "Terms for somebody else")
	must(t, err)
	b, mine, _ := w.at("signings")
	b.send(http.MethodGet, "/p/acme/documents/"+foreign, nil).is(http.StatusNotFound)
	token := attr(mine.all("form[action$='/sign'] input[name=token]")[0], "value")
	b.send(http.MethodPost, "/p/acme/documents/"+foreign+"/sign", map[string][]string{"token": {token}, "consent": {"yes"}}).leadsTo("/p/acme/documents")
	if n := w.calledIron("POST", "/customers/{id}/signings"); n != 0 {
		t.Errorf("%d signings reached Iron", n)
	}
}

func TestTheTokenOfASessionIsNewAfterEachSignIn(t *testing.T) {
	w := newWorld(t)
	c := w.scenario("pending")
	b, p := w.signedIn(c.ID)
	value := func() string {
		for _, cookie := range b.jar.Cookies(p.url) {
			if cookie.Name == "portal-acme.top" {
				return cookie.Value
			}
		}
		return ""
	}
	before := value()
	b.get(w.link(c.ID)).submit("form[data-auto-submit]").stands("submission", "continue")
	if after := value(); before == "" || after == before {
		t.Error("the browser has the same token as before")
	}
}

func TestCookiesAreAsStrictAsTheyCanBe(t *testing.T) {
	w := newWorld(t, overHTTPS)
	c := w.scenario("pending")
	for _, frame := range []bool{false, true} {
		b := w.browser()
		if frame {
			b.extra.Set("Sec-Fetch-Dest", "iframe")
		}
		p := b.get(w.link(c.ID)).post("form[data-auto-submit]").leadsTo("/p/acme/")
		cookies := (&http.Response{Header: p.header}).Cookies()
		if len(cookies) == 0 {
			t.Fatal("there is no cookie")
		}
		for _, cookie := range cookies {
			if !strings.HasPrefix(cookie.Name, "__Host-portal") || !cookie.Secure || !cookie.HttpOnly || cookie.Path != "/" || cookie.Domain != "" {
				t.Errorf("cookie %s", cookie.Name)
			}
			if frame != cookie.Partitioned || frame != (cookie.SameSite == http.SameSiteNoneMode) || frame == strings.HasSuffix(cookie.Name, ".top") {
				t.Errorf("framed %t, cookie %s, SameSite %d, partitioned %t", frame, cookie.Name, cookie.SameSite, cookie.Partitioned)
			}
		}
	}
}
