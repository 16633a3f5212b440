package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// ask presses the button that makes a code, and returns the page that shows it.
func (p *page) ask() *page {
	p.t.Helper()
	return p.b.get("/p/acme/phone").is(http.StatusOK).submit("form[action$='/phone']").is(http.StatusOK)
}

// handoff is what the page says has become of its code.
func (p *page) handoff() string {
	p.t.Helper()
	return attr(p.one("[data-handoff]"), "data-handoff")
}

// address is the one-time link that the page shows.
func (p *page) address() string {
	p.t.Helper()
	return p.text("#phone-address")
}

// quietly loads the page again as its script does.
func (p *page) quietly() *page {
	p.t.Helper()
	return p.b.send(http.MethodGet, p.url.Path, nil, func(r *http.Request) { r.Header.Set("X-Portal-Poll", "1") })
}

// phone opens the link of a code page with a browser of its own, and says yes.
func (w *world) phone(code *page) (*browser, *page) {
	w.t.Helper()
	b := w.browser()
	return b, b.get(code.address()).is(http.StatusOK).submit("form[action*='/start/']")
}

func TestAPhoneGoesOnWhereTheComputerIsAndTheComputerFollows(t *testing.T) {
	w := newWorld(t)
	_, p, c := w.at("pending")
	code := p.ask().stands("submission", "continue")
	if code.handoff() != "waiting" || code.quietly().is(http.StatusOK).mark("data-version") != code.mark("data-version") {
		t.Error("a page that waits does not say so, or changes by itself")
	}
	_, phone := w.phone(code)
	phone.stands("submission", "continue")
	opened := code.quietly().is(http.StatusOK)
	if opened.handoff() != "opened" || opened.mark("data-version") == code.mark("data-version") {
		t.Error("the computer does not see the phone")
	}
	opened.none("svg.qr").none("#phone-address")
	w.handIn(w.newest(c.ID).URL)
	code.quietly().leadsTo("/p/acme/")
	code.b.get(code.url.Path).stands("compliance-review", "waiting").says("Your phone has done its part")
}

func TestTheComputerWaitsWhileThePhoneIsAtWork(t *testing.T) {
	w := newWorld(t)
	_, p, _ := w.at("none")
	code := p.ask().stands("submission", "start")
	_, phone := w.phone(code)
	phone = phone.submit("form[action$=identity]").stands("submission", "continue")
	if code.quietly().is(http.StatusOK).handoff() != "opened" {
		t.Error("the computer went on when the phone had only begun")
	}
	w.handIn(attr(phone.one("iframe"), "src"))
	code.quietly().leadsTo("/p/acme/")
}

func TestAPhoneSignsAndTheComputerFollowsWhenAllIsSigned(t *testing.T) {
	w := newWorld(t)
	_, p, _ := w.at("signings")
	code := p.ask().stands("activation", "sign")
	_, phone := w.phone(code)
	for len(phone.all("article[data-document]")) > 0 {
		if code.quietly().is(http.StatusOK).handoff() != "opened" {
			t.Error("the computer does not wait for the last signature")
		}
		phone.none("[data-put-away]")
		form, _ := firstForm(phone)
		phone = phone.submit(form, "consent", "yes")
	}
	phone.one("[data-put-away]")
	code.quietly().leadsTo("/p/acme/")
}

func TestOnlyAPhoneThatCameByACodeMayBePutAway(t *testing.T) {
	w := newWorld(t)
	_, p, _ := w.at("processed")
	p.none("[data-put-away]").one("footer a[href='/p/acme/phone']")
	_, phone := w.phone(p.ask())
	phone.stands("compliance-review", "waiting").none("footer a[href='/p/acme/phone']").one("[data-put-away]")
	_, phone = w.phone(second(w.at("suspended")).ask())
	phone.stands("blocked", "suspended").none("[data-put-away]")
}

func TestBothScreensShowTheSameLettersAndThePhoneIsAsked(t *testing.T) {
	w := newWorld(t)
	_, p, c := w.at("pending")
	code := p.ask()
	opened := w.browser().get(code.address()).is(http.StatusOK)
	opened.none("form[data-auto-submit]").none("[data-stage]")
	if letters := code.text("[data-match]"); len(letters) != 4 || opened.text("[data-match]") != letters {
		t.Errorf("the computer shows %q, the phone %q", letters, opened.text("[data-match]"))
	}
	if again := p.ask(); again.text("[data-match]") == code.text("[data-match]") {
		t.Error("another code has the same letters")
	}
	w.browser().get(w.link(c.ID)).none("[data-match]").one("form[data-auto-submit]")
}

func TestTheLinkOfACodeIsGoodOnceAndForTenMinutes(t *testing.T) {
	w := newWorld(t)
	_, p, _ := w.at("signings")
	code := p.ask()
	w.clock.Advance(9 * time.Minute)
	code.b.get(code.url.Path).one("svg.qr")
	w.phone(code)
	w.browser().get(code.address()).is(http.StatusGone)

	late := p.ask()
	w.clock.Advance(10 * time.Minute)
	w.browser().get(late.address()).is(http.StatusGone)
	over := late.quietly().is(http.StatusOK)
	if over.handoff() != "gone" {
		t.Error("the computer waits for a code that is over")
	}
	fresh := over.submit("form[action$='/phone']").is(http.StatusOK)
	if fresh.handoff() != "waiting" || fresh.address() == late.address() {
		t.Error("there is no new code")
	}
	// A phone that has come stays known when its link would be over.
	if code.quietly().is(http.StatusOK).handoff() != "opened" {
		t.Error("the phone that has come is forgotten")
	}
}

func TestANewCodeEndsTheOneThatItReplaces(t *testing.T) {
	w := newWorld(t)
	_, p, _ := w.at("pending")
	code := p.ask()
	other := p.ask() // another tab's
	fresh := code.submit("form[action$='/phone']").is(http.StatusOK)
	w.browser().get(code.address()).is(http.StatusGone)
	if code.quietly().handoff() != "gone" {
		t.Error("the page of the old code does not say that it is over")
	}
	for _, good := range []*page{other, fresh} {
		w.browser().get(good.address()).is(http.StatusOK)
	}
	// What somebody else names is not theirs to end.
	_, stranger, _ := w.at("pending")
	stranger.ask().post("form[action$='/phone']", "code", fresh.url.Path[len("/p/acme/phone/"):]).is(http.StatusSeeOther)
	w.browser().get(fresh.address()).is(http.StatusOK)
}

func TestNobodyElseSeesACode(t *testing.T) {
	w := newWorld(t)
	_, p, c := w.at("pending")
	code := p.ask()
	_, stranger, _ := w.at("processed")
	_, sameCustomer := w.signedIn(c.ID)
	for name, b := range map[string]*browser{"another customer": stranger.b, "another session": sameCustomer.b} {
		seen := b.get(code.url.Path).is(http.StatusOK).none("svg.qr").none("#phone-address")
		if seen.handoff() != "gone" {
			t.Errorf("%s sees that the code is %s", name, seen.handoff())
		}
	}
	w.browser().send(http.MethodGet, code.url.Path, nil).leadsTo("/p/acme/")
	code.b.send(http.MethodGet, strings.Replace(code.url.Path, "acme", "other", 1), nil).leadsTo("/p/other/")
}

func TestLookingAtThePagesOfAPhoneMakesNoLink(t *testing.T) {
	w := newWorld(t)
	_, p, _ := w.at("pending")
	code := p.ask()
	for _, path := range []string{"/p/acme/phone", code.url.Path, "/p/acme/phone/made-up"} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			if answer := code.b.send(method, path, nil).is(http.StatusOK); len(answer.header.Values("Set-Cookie")) > 0 {
				t.Errorf("%s %s sets a cookie", method, path)
			}
		}
	}
	code.b.get("/p/acme/phone/made-up").none("svg.qr")
	if again := code.b.get(code.url.Path); again.address() != code.address() {
		t.Error("loading the page again shows another link")
	}
	w.browser().send(http.MethodGet, "/p/acme/phone", nil).leadsTo("/p/acme/")
}

func TestACodeNeedsTheFormOfTheSessionAndHasALimit(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.limits = 1 })
	b, p, _ := w.at("pending")
	offer := b.get("/p/acme/phone")
	for _, token := range []string{"", "x"} {
		b.send(http.MethodPost, "/p/acme/phone", url.Values{"token": {token}}).is(http.StatusForbidden)
	}
	offer.b.send(http.MethodPost, "/p/acme/phone", url.Values{"token": {attr(p.all("input[name=token]")[0], "value")}},
		from("cross-site", "https://evil.example")).is(http.StatusForbidden)
	w.browser().send(http.MethodPost, "/p/acme/phone", url.Values{}).leadsTo("/p/acme/")
	for range 6 {
		offer.post("form[action$='/phone']").is(http.StatusSeeOther)
	}
	limited := offer.post("form[action$='/phone']").is(http.StatusTooManyRequests)
	if limited.header.Get("Retry-After") == "" {
		t.Error("nobody says how long to wait")
	}
}

func TestTheLinkOfACodeIsInNoAddressAndNoLog(t *testing.T) {
	w := newWorld(t)
	_, p, _ := w.at("pending")
	code := p.ask()
	token := code.address()[strings.LastIndex(code.address(), "/")+1:]
	if len(token) != 43 || strings.Contains(code.url.String(), token) {
		t.Fatalf("the token %q is in the address of the page", token)
	}
	for _, n := range code.all("[href], [src], [action], [content], input, meta") {
		for _, a := range n.Attr {
			if strings.Contains(a.Val, token) {
				t.Errorf("<%s %s> has the token", n.Data, a.Key)
			}
		}
	}
	w.phone(code)
	code.quietly()
	for name, said := range map[string]string{"log": w.log.String(), "metrics": w.metrics()} {
		if strings.Contains(said, token) || strings.Contains(said, code.url.Path[len("/p/acme/phone/"):]) || strings.Contains(said, code.text("[data-match]")) {
			t.Errorf("the %s has the code", name)
		}
	}
}

func TestAPhoneBringsAllThatTheSessionHas(t *testing.T) {
	w := newWorld(t)
	c := w.scenario("active")
	b, p := w.signedIn(c.ID, "return_url", "https://app.acme.example/done/7", "locale", "en")
	p.submit("form:has(button[name=language])", "language", "de")
	code := b.get("/p/acme/phone").submit("form[action$='/phone']")
	opened := w.browser().get(code.address())
	if lang := attr(opened.one("html"), "lang"); lang != "de" {
		t.Errorf("the phone speaks %s", lang)
	}
	opened.submit("form[action*='/start/']").stands("complete", "ready").one("a[href='https://app.acme.example/done/7']")
}

func TestACodeWorksInAFrame(t *testing.T) {
	w := newWorld(t, overHTTPS)
	b := w.browser()
	b.extra.Set("Sec-Fetch-Dest", "iframe")
	p := b.get(w.link(w.scenario("pending").ID)).submit("form[data-auto-submit]").stands("submission", "continue")
	code := p.ask()
	b.extra.Set("Sec-Fetch-Dest", "empty")
	if code.quietly().is(http.StatusOK).handoff() != "waiting" {
		t.Error("the page's script is not let in")
	}
	_, phone := w.phone(code)
	phone.stands("submission", "continue")
	if code.quietly().is(http.StatusOK).handoff() != "opened" {
		t.Error("the frame does not see the phone")
	}
}
