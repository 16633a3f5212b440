package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// framedIn is somebody whose browser shows the portal in a partner's page.
func (w *world) framedIn() *browser {
	w.t.Helper()
	b := w.browser()
	b.extra.Set("Sec-Fetch-Dest", "iframe")
	return b
}

func TestWhatThePartnersPageAsksForLastsPastTheLink(t *testing.T) {
	w := newWorld(t, overHTTPS)
	for _, b := range []*browser{w.browser(), w.framedIn()} {
		opened := b.get(w.link(w.scenario("processed").ID, "locale", "en") + "?locale=de&theme=dark")
		opened.one("html[lang=de][data-theme=dark]")
		p := opened.submit("form[data-auto-submit]").stands("compliance-review", "waiting")
		p.one("html[lang=de][data-theme=dark]")
		b.get("/p/acme/nowhere").is(http.StatusNotFound).one("html[lang=de][data-theme=dark]")

		// The page asks for something else, and for nothing.
		b.get("/p/acme/?theme=light").one("html[lang=de][data-theme=light]")
		b.get("/p/acme/").one("html[lang=de][data-theme=light]")
		// Its used link asks again, as when the element is put into the page once more.
		b.get(opened.url.Path+"?locale=en").stands("compliance-review", "waiting").one("html[lang=en][data-theme=light]")
	}
}

func TestWhatThePartnersPageAsksForIsInTheFormOfTheLinkForBrowsersWithoutCookies(t *testing.T) {
	w := newWorld(t)
	address := w.link(w.scenario("processed").ID)
	opened := w.framedIn().get(address + "?locale=de-AT&theme=dark&next=//evil.example")
	path, query, _ := strings.Cut(attr(opened.one("form[data-auto-submit]"), "action"), "?")
	if !strings.HasSuffix(address, path) || query != "locale=de-AT&theme=dark" {
		t.Errorf("the form goes to …?%s", query)
	}
	tab := w.framedIn().send(http.MethodPost, path+"?"+query, url.Values{}).is(http.StatusOK)
	tab.one("html[lang=de][data-theme=dark] main[data-embed-problem=cookies-blocked]")
	w.framedIn().send(http.MethodPost, path+"?"+query, url.Values{}).is(http.StatusGone).one("html[lang=de][data-theme=dark]")
}

func TestWhatTheCustomerHasChosenComesBeforeWhatThePartnersPageAsksFor(t *testing.T) {
	w := newWorld(t)
	b, p, _ := w.at("processed")
	p = p.submit("form:has(button[name=language])", "language", "en").submit("form:has(button[name=theme])", "theme", "dark")
	p.one("html[lang=en][data-theme=dark]")
	b.get("/p/acme/?locale=de&theme=light").one("html[lang=en][data-theme=dark]")
}

func TestNothingElseCanBeAskedForInAnAddress(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.get("/p/acme/?locale=de&theme=dark")
	for _, query := range []string{"locale=../x&theme=neon", "locale=&theme=", "locale=de%00&theme=<b>", "locale=" + strings.Repeat("x", 5000), "%zz"} {
		b.get("/p/acme/?" + query).is(http.StatusOK).one("html[lang=de][data-theme=dark]")
	}
	// It is asked for of one partner's pages, where customers come in.
	b.get("/p/acme/nowhere?locale=en").one("html[lang=de]")
	if got := attr(b.get("/p/other/").one("html"), "data-theme"); got != "auto" {
		t.Errorf("the other partner's page has the theme %s", got)
	}
}

func TestAPageThatIsAProblemSaysSoToWhoeverFramesIt(t *testing.T) {
	w := newWorld(t, overHTTPS)
	b := w.framedIn()
	address := w.link(w.scenario("processed").ID)
	p := b.get(address).submit("form[data-auto-submit]").stands("compliance-review", "waiting")
	p.none("[data-embed-problem]")
	w.framedIn().get(address).is(http.StatusGone).one("main[data-embed-problem=link-expired]")

	w.clock.Advance(time.Hour)
	b.get("/p/acme/review").one("main[data-embed-problem=session-expired]")
	w.framedIn().get("/p/acme/").none("[data-embed-problem]") // who can sign up needs no link
	w.framedIn().get("/p/other/").one("main[data-embed-problem=session-expired]")
}

func TestWhoHasSignedOutIsNoExpiredSession(t *testing.T) {
	w := newWorld(t, overHTTPS)
	b := w.framedIn()
	p := b.get(w.link(w.scenario("processed").ID)).submit("form[data-auto-submit]")
	out := p.submit("form[action$=sign-out]")
	out.one("[data-notice=signed-out]")
	out.none("[data-embed-problem]")
}

func TestTheWayBackToThePartnerLeavesTheFrame(t *testing.T) {
	w := newWorld(t, overHTTPS)
	p := w.framedIn().get(w.link(w.scenario("active").ID, "return_url", "https://app.acme.example/done/1")).submit("form[data-auto-submit]")
	p.stands("complete", "ready").one(`a[href="https://app.acme.example/done/1"][target=_top]`)
}

func TestOnlyPagesOfPartnersAreToldToAHost(t *testing.T) {
	w := newWorld(t, overHTTPS)
	p := w.framedIn().get("/p/acme/")
	p.one(`html[data-framed][data-hosts="https://app.acme.example"] script[src*="/host."]`)
	w.browser().get("/p/acme/").none("html[data-framed]")
	w.browser().get("/p/nobody/").is(http.StatusNotFound).none(`script[src*="/host."]`)
}

func TestTheScriptOfPartnersPagesIsThereWhateverElseIsNot(t *testing.T) {
	w := newWorld(t, overHTTPS)
	must(t, w.store.Close())
	p := w.browser().send(http.MethodGet, "/embed.js", nil).is(http.StatusOK)
	for name, want := range map[string]string{
		"Content-Type": "text/javascript; charset=utf-8", "Access-Control-Allow-Origin": "*",
		"Cross-Origin-Resource-Policy": "cross-origin", "X-Content-Type-Options": "nosniff",
	} {
		if got := p.header.Values(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if p.header.Get("Strict-Transport-Security") == "" || len(p.header.Values("Set-Cookie")) > 0 {
		t.Error("the script has a cookie, or lacks what every answer has")
	}
	w.browser().send(http.MethodGet, "/embed.d.ts", nil).is(http.StatusOK).says("onboarding-portal")
}
