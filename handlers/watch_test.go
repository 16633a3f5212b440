package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"portal/onboarding/simulator"
)

func TestAFrameFollowsItsCustomerAndLearnsWhenTheTabIsOpen(t *testing.T) {
	w := newWorld(t)
	c := w.scenario("signings")
	p := w.tab(c.ID, "return_url", "https://app.acme.example/done/1")
	token := p.mark("data-watch")
	seen := w.look("acme", token).stands("activation", "sign")
	if seen.mark("data-version") != p.mark("data-version") {
		t.Error("the first answer looks new where nothing has changed")
	}
	if has(seen.one("a[data-tab]"), "href") {
		t.Error("the answer has a way in")
	}
	tab := w.browser()
	inside := tab.get(attr(p.one("a[data-tab]"), "href")).submit("form[data-auto-submit]")
	seen = w.look("acme", token).stands("activation", "sign").says("you are on step 3 of 3: Activation")
	seen.none("a[data-tab]").one("button[data-lost]")
	if seen.mark("data-version") == p.mark("data-version") {
		t.Error("that the tab is open makes no difference")
	}
	for len(inside.all("form[action$='/sign']")) > 0 {
		form, _ := firstForm(inside)
		inside = inside.submit(form, "consent", "yes")
	}
	w.sim.Advance(time.Hour)
	done := w.look("acme", token)
	done.none("[data-embed-problem]").none("[data-rail]")
	if done.mark("data-stage") != "complete" {
		t.Errorf("it stands at %s", done.mark("data-stage"))
	}
}

func TestWhatAWatchIsToldHasNothingOfTheCustomerButTheStage(t *testing.T) {
	w := newWorld(t)
	c := w.scenario("declined")
	must(t, w.sim.Decline(w.newest(c.ID).ID, simulator.Verdict{Review: "The canary sings", KeepURL: true}))
	b, own := w.signedIn(c.ID)
	own.says("The canary sings")
	p := w.tab(c.ID)
	token := p.mark("data-watch")
	// Also in a browser that is signed in: the token counts, and the cookie doesn't.
	answers := []*page{p, w.look("acme", token), b.send(http.MethodGet, "/p/acme/watch", nil, func(r *http.Request) {
		r.Header.Set("Authorization", "Bearer "+token)
	})}
	customer := w.customer(c.ID)
	secrets := []string{"canary", customer.Name, customer.Email, c.ID, w.newest(c.ID).URL, attr(own.all("input[name=token]")[0], "value")}
	for i, answer := range answers {
		for _, secret := range secrets {
			if secret == "" || strings.Contains(answer.body, secret) {
				t.Errorf("answer %d has %q in it", i, secret)
			}
		}
		if i > 0 {
			answer.none("main form").none("[name=token]").none("iframe").none("[data-comments]").none("[data-watch]")
			if len(answer.header["Set-Cookie"]) != 0 || strings.Contains(answer.body, "/start/") {
				t.Errorf("answer %d leads in", i)
			}
		}
	}
	if logged := w.log.String() + w.metrics(); strings.Contains(logged, token) {
		t.Error("the token is in the log or in the metrics")
	}
}

func TestAWatchTokenIsGoodForLookingOnAndNothingElse(t *testing.T) {
	w := newWorld(t)
	token := w.tab(w.scenario("signings").ID).mark("data-watch")
	with := func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
	b := w.browser()
	for _, path := range []string{"identity", "review", "documents", "complete"} {
		b.send(http.MethodGet, "/p/acme/"+path, nil, with).leadsTo("/p/acme/")
	}
	for _, path := range []string{"identity", "documents/x/sign", "sign-out"} {
		b.send(http.MethodPost, "/p/acme/"+path, map[string][]string{"token": {token}}, with).leadsTo("/p/acme/")
	}
	b.send(http.MethodPost, "/p/acme/start/"+token, nil).is(http.StatusGone)
	b.send(http.MethodGet, "/api/v1/customers/x/progress", nil, with).is(http.StatusUnauthorized)
	b.send(http.MethodGet, "/p/acme/watch?token="+token, nil).is(http.StatusUnauthorized)
	b.send(http.MethodPost, "/p/acme/watch", nil, with).is(http.StatusMethodNotAllowed)
}

func TestAWatchThatIsAnothersOverOrMadeUpEndsWithAPageThatSaysSo(t *testing.T) {
	w := newWorld(t)
	token := w.tab(w.scenario("pending").ID).mark("data-watch")
	ends := func(partner, token string) {
		t.Helper()
		p := w.look(partner, token).is(http.StatusUnauthorized)
		if p.mark("data-embed-problem") != "session-expired" || p.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%v", p.one("main").Attr)
		}
		p.none("[data-stage]")
	}
	ends("other", token)
	ends("acme", "")
	ends("acme", token[:len(token)-2]+"AA")
	w.look("acme", token).is(http.StatusOK)
	w.clock.Advance(2 * time.Hour)
	ends("acme", token)
}

func TestAWatchThatAsksTooOftenHasToWait(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.limits = 1 })
	c := w.scenario("processed")
	token, other := w.tab(c.ID).mark("data-watch"), w.tab(c.ID).mark("data-watch")
	for range 60 {
		w.look("acme", token).is(http.StatusOK)
	}
	if p := w.look("acme", token).is(http.StatusTooManyRequests); p.header.Get("Retry-After") == "" {
		t.Error("it is not told how long")
	}
	w.look("acme", other).is(http.StatusOK)
}

func TestASessionThatEndsInAFrameSaysSoAndAFreshLinkLeadsBack(t *testing.T) {
	w := newWorld(t, overHTTPS)
	c := w.scenario("signings")
	b := w.browser()
	b.extra.Set("Sec-Fetch-Dest", "iframe")
	b.get(w.link(c.ID)).submit("form[data-auto-submit]").stands("activation", "sign")
	w.clock.Advance(time.Hour)
	for _, path := range []string{"", "documents", "identity", "complete"} {
		p := b.get("/p/acme/" + path).is(http.StatusOK).none("form[action$=sign-up]")
		if p.mark("data-embed-problem") != "session-expired" {
			t.Errorf("%s: %v", path, p.one("main").Attr)
		}
		p.says("You were signed out")
	}
	b.get("/p/acme/?new=1").one("form[action$=sign-up]") // who is new says so
	b.get(w.link(c.ID)).submit("form[data-auto-submit]").stands("activation", "sign")
	// A stranger's frame is not told of a session that never was.
	stranger := w.browser()
	stranger.extra.Set("Sec-Fetch-Dest", "iframe")
	stranger.get("/p/acme/documents").none("[data-embed-problem]").one("form[action$=sign-up]")
}
