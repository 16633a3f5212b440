package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestOpeningALinkNeverUsesItUp(t *testing.T) {
	w := newWorld(t)
	address := w.link(w.scenario("pending").ID)
	for _, scanner := range []func(*http.Request){
		func(*http.Request) {},
		func(r *http.Request) { r.Method = http.MethodHead },
		func(r *http.Request) { r.Header.Set("Sec-Purpose", "prefetch;prerender") },
		func(r *http.Request) { r.Header.Set("User-Agent", "mail scanner") },
	} {
		w.browser().send(http.MethodGet, address, nil, scanner).is(http.StatusOK)
	}
	w.browser().get(address).is(http.StatusOK).submit("form[data-auto-submit]").stands("submission", "continue")
}

func TestALinkIsGoodOnce(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	address := w.link(w.scenario("pending").ID)
	opened := b.get(address)
	opened.post("form[data-auto-submit]").leadsTo("/p/acme/")
	path := opened.url.Path

	// The browser that used it is led to where it was.
	b.send(http.MethodGet, path, nil).leadsTo("/p/acme/")
	w.clock.Advance(5 * time.Minute) // past the time in which it is forgiven another use
	b.send(http.MethodGet, path, nil).leadsTo("/p/acme/")
	b.send(http.MethodPost, path, url.Values{}).leadsTo("/p/acme/")

	// For anyone else it is gone.
	stranger := w.browser()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		p := stranger.send(method, path, nil).is(http.StatusGone)
		p.one("[role=alert][data-problem=link-gone]")
		p.one("[data-support-code]")
	}
	stranger.send(http.MethodGet, "/p/acme/identity", nil).leadsTo("/p/acme/")

	// And for its own browser once the session is over.
	b.get("/p/acme/").post("form[action$=sign-out]").leadsTo("/p/acme/")
	b.send(http.MethodGet, path, nil).is(http.StatusGone)
}

func TestWhoSignsOutAtOnceIsNotLetInByTheirLinkAgain(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	opened := b.get(w.link(w.scenario("pending").ID))
	opened.post("form[data-auto-submit]").leadsTo("/p/acme/")
	b.get("/p/acme/").post("form[action$=sign-out]").leadsTo("/p/acme/")
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		b.send(method, opened.url.Path, nil).is(http.StatusGone)
	}
}

func TestADoubleClickOnTheButtonOfALinkLeadsInBothTimes(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	opened := b.get(w.link(w.scenario("pending").ID))
	opened.post("form[data-auto-submit]").leadsTo("/p/acme/")
	opened.post("form[data-auto-submit]").leadsTo("/p/acme/")
	b.get("/p/acme/").stands("submission", "continue")
}

func TestALinkThatHasExpiredIsAnothersOrNeverWasIsGone(t *testing.T) {
	w := newWorld(t)
	address := w.link(w.scenario("pending").ID, "ttl_seconds", 60)
	elsewhere := strings.Replace(address, "/p/acme/", "/p/other/", 1)
	w.browser().send(http.MethodGet, elsewhere, nil).is(http.StatusGone)
	w.browser().send(http.MethodPost, elsewhere, nil).is(http.StatusGone)
	w.browser().send(http.MethodGet, address+"x", nil).is(http.StatusGone)
	w.clock.Advance(2 * time.Minute)
	w.browser().send(http.MethodGet, address, nil).is(http.StatusGone)
	w.browser().send(http.MethodPost, address, nil).is(http.StatusGone)
}

func TestALinkBringsItsLanguageAndTheWayBack(t *testing.T) {
	w := newWorld(t)
	c := w.scenario("active")
	b := w.browser()
	opened := b.get(w.link(c.ID, "locale", "de-AT", "return_url", "https://app.acme.example/done/42?x=1"))
	if lang := attr(opened.one("html"), "lang"); lang != "de" {
		t.Errorf("the link's page is in %s", lang)
	}
	p := opened.submit("form[data-auto-submit]").stands("complete", "ready")
	if lang := attr(p.one("html"), "lang"); lang != "de" {
		t.Errorf("the page behind the link is in %s", lang)
	}
	p.one("a[href='https://app.acme.example/done/42?x=1']")
}

func TestTheAddressOfALinkIsToldToNobody(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	p := b.get(w.link(w.scenario("pending").ID))
	if policy := p.header.Get("Referrer-Policy"); policy != "no-referrer" {
		t.Errorf("Referrer-Policy is %q", policy)
	}
	token := p.url.Path[strings.LastIndex(p.url.Path, "/")+1:]
	p.submit("form[data-auto-submit]").is(http.StatusOK)
	b.send(http.MethodGet, p.url.Path, nil)
	w.browser().send(http.MethodGet, p.url.Path, nil).is(http.StatusGone)
	if strings.Contains(w.log.String(), token) || strings.Contains(w.metrics(), token) {
		t.Error("the token is in the log or in the metrics")
	}
}

func TestABrowserTooOldToSayWhereARequestComesFromCanOpenALink(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	p := b.get(w.link(w.scenario("pending").ID))
	b.extra.Set("Origin", "null") // which no-referrer makes of it
	p.post("form[data-auto-submit]").leadsTo("/p/acme/")
	b.get("/p/acme/").post("form[action$=sign-out]").is(http.StatusForbidden)
}
