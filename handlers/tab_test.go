package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"portal/onboarding/simulator"
	"portal/session"
)

// frameWithoutCookies is a browser that shows a frame and keeps no cookies there.
func (w *world) frameWithoutCookies() *browser {
	b := w.browser()
	b.jar = noJar{}
	b.extra.Set("Sec-Fetch-Dest", "iframe")
	b.extra.Set("Sec-Fetch-Site", "same-origin")
	return b
}

type noJar struct{}

func (noJar) SetCookies(*url.URL, []*http.Cookie) {}
func (noJar) Cookies(*url.URL) []*http.Cookie     { return nil }

// tab is the page that such a frame shows after a link.
func (w *world) tab(customerID string, more ...any) *page {
	w.t.Helper()
	return w.frameWithoutCookies().get(w.link(customerID, more...)).post("form[data-auto-submit]").is(http.StatusOK)
}

// look asks as the frame's script does.
func (w *world) look(partner, token string) *page {
	w.t.Helper()
	return w.browser().send(http.MethodGet, "/p/"+partner+"/watch", nil, func(r *http.Request) {
		r.Header.Set("Authorization", "Bearer "+token)
	})
}

func TestAFrameWithoutCookiesGetsATabInPlaceOfASession(t *testing.T) {
	for _, options := range [][]option{nil, {overHTTPS}} {
		w := newWorld(t, options...)
		c := w.scenario("signings")
		p := w.tab(c.ID, "locale", "de", "return_url", "https://app.acme.example/done/1", "with_edd", true)
		p.stands("activation", "sign").says("In einem neuen Tab weiter")
		if p.mark("data-embed-problem") != "cookies-blocked" || p.mark("data-watch") == "" || len(p.header["Set-Cookie"]) != 0 {
			t.Errorf("marks or cookies: %v, %v", p.one("main").Attr, p.header["Set-Cookie"])
		}
		p.none("form").none("[data-document]").none("[name=token]").one("[data-stepper]")
		button := p.one("a[data-tab]")
		if attr(button, "target") != "_blank" || attr(button, "rel") != "noopener noreferrer" || p.header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("the button is %v", button.Attr)
		}
		if strings.Contains(attr(button, "href"), p.url.Path) {
			t.Error("the tab has the frame's own link")
		}
		// The tab is an ordinary journey, with all that the partner asked for.
		tab := w.browser()
		inside := tab.get(attr(button, "href")).submit("form[data-auto-submit]").stands("activation", "sign").says("Zustimmen und unterschreiben")
		inside.none("[data-embed-problem]")
	}
}

func TestTheTabSaysThatItCanBeClosedAndLeadsBackToo(t *testing.T) {
	w := newWorld(t)
	c := w.scenario("active")
	p := w.tab(c.ID, "return_url", "https://app.acme.example/done/1").stands("complete", "ready")
	if has(p.one("main"), "data-embed-problem") {
		t.Error("somebody who is ready has a problem")
	}
	if back := p.one("main a.button"); attr(back, "target") != "_top" || attr(back, "href") != "https://app.acme.example/done/1" {
		t.Errorf("the way back is %v", back.Attr)
	}
	link, _, err := w.links.Make(t.Context(), session.LinkSpec{
		Partner: "acme", CustomerID: c.ID, Beside: true, ReturnURL: "https://app.acme.example/done/1",
	})
	must(t, err)
	inside := w.browser().get("/p/acme/start/"+link).submit("form[data-auto-submit]").stands("complete", "ready")
	inside.says("You can close this tab. Acme Pay is up to date in the other one.").one("a.button-second")
	_, alone := w.signedIn(c.ID)
	alone.none("[data-close-tab]")
}

func TestOfTwentyFramesWithoutCookiesThatSendALinkAtOnceOneIsOfferedATab(t *testing.T) {
	w := newWorld(t)
	opened := w.frameWithoutCookies().get(w.link(w.scenario("pending").ID))
	var offered, gone atomic.Int32
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	ready.Add(20)
	for range 20 {
		b := w.frameWithoutCookies()
		done.Go(func() {
			ready.Done()
			<-start
			switch p := b.send(http.MethodPost, opened.url.Path, url.Values{}); p.status {
			case http.StatusOK:
				offered.Add(1)
			case http.StatusGone:
				gone.Add(1)
			default:
				t.Errorf("status %d", p.status)
			}
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	if offered.Load() != 1 || gone.Load() != 19 {
		t.Errorf("%d were offered a tab, %d were told that the link is gone", offered.Load(), gone.Load())
	}
}

func TestAFrameThatKeepsCookiesIsNeverSentToATab(t *testing.T) {
	w := newWorld(t, overHTTPS)
	c := w.scenario("pending")
	b := w.browser()
	b.extra.Set("Sec-Fetch-Dest", "iframe")
	address := w.link(c.ID)
	b.send(http.MethodHead, address, nil).is(http.StatusOK)
	opened := b.get(address)
	opened.post("form[data-auto-submit]").leadsTo("/p/acme/")
	opened.post("form[data-auto-submit]", "framed", "1").leadsTo("/p/acme/") // a double click
	// A further link, in a browser that already has the cookies of an older one.
	b.get(w.link(c.ID)).post("form[data-auto-submit]").leadsTo("/p/acme/")
	b.get("/p/acme/").post("form[action$=sign-out]")
	b.get(w.link(c.ID)).post("form[data-auto-submit]").leadsTo("/p/acme/")
}

func TestABrowserThatDoesNotSayWhereItShowsAPageIsBelievedByItsScript(t *testing.T) {
	w := newWorld(t)
	c := w.scenario("pending")
	b := w.browser()
	b.jar = noJar{}
	b.get(w.link(c.ID)).post("form[data-auto-submit]", "framed", "1").is(http.StatusOK).one("main[data-embed-problem=cookies-blocked]")
	// Nobody says anything: it may be a program, and is answered as the contract has it.
	b.get(w.link(c.ID)).post("form[data-auto-submit]").leadsTo("/p/acme/")
	// Where the browser says that it is a page of its own, the field says nothing.
	kept := w.browser()
	kept.extra.Set("Sec-Fetch-Dest", "document")
	kept.get(w.link(c.ID)).post("form[data-auto-submit]", "framed", "1").leadsTo("/p/acme/")
}

func TestSigningUpInAFrameWithoutCookiesMakesOneCustomerAndOffersATab(t *testing.T) {
	w := newWorld(t)
	mary := []string{"name", "Mary", "email", "mary@example.test", "customer_type", "Person"}
	p := w.frameWithoutCookies().get("/p/acme/").post("form[action$=sign-up]", mary...).is(http.StatusOK)
	p.stands("submission", "start").one("main[data-embed-problem=cookies-blocked]")
	w.browser().get(attr(p.one("a[data-tab]"), "href")).submit("form[data-auto-submit]").stands("submission", "start")
	kept := w.browser()
	kept.extra.Set("Sec-Fetch-Dest", "iframe")
	kept.get("/p/acme/").post("form[action$=sign-up]", mary...).leadsTo("/p/acme/")
	if n := len(w.sim.Customers()); n != 2 {
		t.Errorf("%d customers", n)
	}
}

func TestATabIsOfferedAlsoWhileIronIsDown(t *testing.T) {
	w := newWorld(t)
	address := w.link(w.scenario("signings").ID)
	b := w.frameWithoutCookies()
	opened := b.get(address)
	w.fault(simulator.Fault{Kind: simulator.FaultDown, Pattern: "/customers/{id}"})
	p := opened.post("form[data-auto-submit]").is(http.StatusOK).none("[data-stage]").none("[data-stepper]")
	p.one("a[data-tab]")
	w.look("acme", p.mark("data-watch")).is(http.StatusServiceUnavailable)
	w.sim.ClearFaults()
	w.look("acme", p.mark("data-watch")).stands("activation", "sign")
}
