package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// from is a request that another page makes a browser send.
func from(site, origin string) func(*http.Request) {
	return func(r *http.Request) {
		if site != "" {
			r.Header.Set("Sec-Fetch-Site", site)
		}
		r.Header.Set("Origin", origin)
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	w := newWorld(t)
	b, p, c := w.at("signings")
	action := attr(p.all("form[action$='/sign']")[0], "action")
	form := url.Values{"consent": {"yes"}}
	for _, input := range p.all("form[action='" + action + "'] input[name]") {
		form.Set(attr(input, "name"), attr(input, "value"))
	}
	before := len(w.sim.Exchanges(0))
	for _, path := range []string{
		action, "/p/acme/identity", "/p/acme/sign-out", "/p/acme/sign-up", "/p/acme/preferences", attr(w.browser().get(w.link(c.ID)).one("form[data-auto-submit]"), "action"),
	} {
		for _, evil := range []func(*http.Request){
			from("cross-site", "https://evil.example"), from("same-site", "https://other.acme.example"),
			from("", "https://evil.example"), from("cross-site", "null"), from("cross-site", "https://app.acme.example"),
		} {
			answer := b.send(http.MethodPost, path, form, evil).is(http.StatusForbidden)
			answer.one("[role=alert][data-problem=forbidden]")
			answer.one("[data-support-code]")
		}
	}
	w.calls.Store(0)
	if after := len(w.sim.Exchanges(0)); after != before+1 { // making the link asks for the customer
		t.Errorf("%d requests reached Iron", after-before)
	}
	b.send(http.MethodPost, action, form, from("same-origin", w.base)).leadsTo("/p/acme/documents")
}

func TestFormsThatActForACustomerNeedTheTokenOfTheSession(t *testing.T) {
	w := newWorld(t)
	c := w.scenario("signings")
	b, p := w.signedIn(c.ID)
	_, elsewhere := w.signedIn(c.ID)
	action := attr(p.all("form[action$='/sign']")[0], "action")
	for _, path := range []string{action, "/p/acme/identity", "/p/acme/sign-out"} {
		for _, token := range []string{"", "x", attr(elsewhere.all("input[name=token]")[0], "value")} {
			b.send(http.MethodPost, path, url.Values{"token": {token}, "consent": {"yes"}}).is(http.StatusForbidden)
		}
		// In the address it is not looked for.
		b.send(http.MethodPost, path+"?token="+attr(p.all("input[name=token]")[0], "value"), url.Values{"consent": {"yes"}}).is(http.StatusForbidden)
	}
	b.get("/p/acme/").stands("activation", "sign")
	if len(w.customer(c.ID).Signings) != 0 {
		t.Error("something was signed")
	}
}

func TestAPreferenceLeadsBackToAPageOfThisPartnerOnly(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	back := func(path string) string {
		return b.send(http.MethodPost, "/p/acme/preferences", url.Values{"back": {path}, "language": {"de"}}).is(http.StatusSeeOther).header.Get("Location")
	}
	for _, good := range []string{"/p/acme/", "/p/acme/documents", "/p/acme/documents/019a-b_c"} {
		if got := back(good); got != good {
			t.Errorf("%s leads to %s", good, got)
		}
	}
	for _, evil := range []string{
		"", "/", "//evil.example", "///evil.example", "https://evil.example/p/acme/", "/p/acme/../../evil", "/p/acme//evil.example",
		"/p/acme/%2e%2e/x", "/p/acme/\\evil.example", "\\\\evil.example", "/p/acmeevil/", "/p/other/", "javascript:alert(1)",
		"/p/acme/\r\nSet-Cookie: a=b", "/p/acme/\tx", "/p/acme/?x=//evil", "/p/acme/#x", " /p/acme/", "/p/acme/@evil.example", "/P/acme/",
	} {
		if got := back(evil); got != "/p/acme/" {
			t.Errorf("%q leads to %q", evil, got)
		}
	}
}

func TestAPreferenceIsKeptForEveryPage(t *testing.T) {
	w := newWorld(t)
	b, p, _ := w.at("processed")
	p = p.submit("form:has(button[name=language])", "language", "de").stands("compliance-review", "waiting")
	if attr(p.one("html"), "lang") != "de" {
		t.Errorf("the page is in %s", attr(p.one("html"), "lang"))
	}
	p = p.submit("form:has(button[name=theme])", "theme", "dark")
	if root := p.one("html"); attr(root, "data-theme") != "dark" || attr(root, "lang") != "de" {
		t.Errorf("the page is in %s, theme %s", attr(root, "lang"), attr(root, "data-theme"))
	}
	b.get("/p/acme/nowhere").is(http.StatusNotFound).one("html[lang=de][data-theme=dark]")
	p = p.submit("form:has(button[name=theme])", "theme", "<script>", "language", "xx-$$").stands("compliance-review", "waiting")
	if strings.Contains(p.body, "$$") {
		t.Error("what is no language is kept")
	}
}

func TestTheLanguageIsTheChosenElseTheLinksElseTheBrowsersElseThePartners(t *testing.T) {
	w := newWorld(t)
	language := func(b *browser, path, accept string) string {
		b.extra.Set("Accept-Language", accept)
		return attr(b.get(path).one("html"), "lang")
	}
	if got := language(w.browser(), "/p/other/", ""); got != "de" {
		t.Errorf("without a wish the partner's page is in %s, not in the partner's language", got)
	}
	if got := language(w.browser(), "/p/other/", "en-GB,en;q=0.8"); got != "en" {
		t.Errorf("the browser's wish for English is answered in %s", got)
	}
	if got := language(w.browser(), "/p/acme/", "ja"); got != "en" {
		t.Errorf("a wish for Japanese is answered in %s", got)
	}
	c := w.scenario("processed")
	b, _ := w.signedIn(c.ID, "locale", "de")
	if got := language(b, "/p/acme/", "en"); got != "de" {
		t.Errorf("the link's German is answered in %s", got)
	}
	b.send(http.MethodPost, "/p/acme/preferences", url.Values{"language": {"en"}}).is(http.StatusSeeOther)
	if got := language(b, "/p/acme/", "de"); got != "en" {
		t.Errorf("the chosen English is answered in %s", got)
	}
}
