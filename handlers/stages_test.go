package handlers_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"portal/onboarding/simulator"
)

// pageOf is where each stage is shown.
var pageOf = map[string]string{
	"submission": "/p/acme/identity", "compliance-review": "/p/acme/review", "activation": "/p/acme/documents",
	"complete": "/p/acme/complete", "blocked": "/p/acme/", "unknown": "/p/acme/",
}

// mainAction is what a page asks of the customer in each state: the form or link that
// has to be there, or nothing.
var mainAction = map[string]string{
	"start": "form[action='/p/acme/identity']", "restart": "form[action='/p/acme/identity']",
	"start-again": "form[action='/p/acme/identity']", "continue": "iframe#identity-frame", "step-up": "iframe#identity-frame",
	"sign": "form[action$='/sign']",
}

func TestEveryStateOfTheTableHasItsPageMarksAndAction(t *testing.T) {
	w := newWorld(t)
	seen := map[string]bool{}
	for _, s := range simulator.Scenarios() {
		t.Run(s.ID, func(t *testing.T) {
			stage, state, _ := strings.Cut(s.Expect, "/")
			b, p, c := w.in(t).at(s.ID)
			seen[state] = true
			p.stands(stage, state)
			if p.url.Path != pageOf[stage] {
				t.Errorf("shown at %s, want %s", p.url.Path, pageOf[stage])
			}
			checkMarks(t, p, c)
			checkAction(t, p, state)
			for other, path := range pageOf {
				asksMore := other == "submission" && len(p.all("[data-step-up]")) > 0
				if path != pageOf[stage] && path != "/p/acme/" && !asksMore {
					b.send(http.MethodGet, path, nil).leadsTo("/p/acme/")
				}
			}
			_, said := w.api(acmeKey, http.MethodGet, "/api/v1/customers/"+c.ID+"/progress", nil)
			if said["stage"] != stage || said["state"] != state || said["edd"] != p.mark("data-edd") {
				t.Errorf("the partner is told %v/%v, edd %v", said["stage"], said["state"], said["edd"])
			}
		})
	}
	for _, state := range []string{
		"start", "continue", "step-up", "preparing", "restart", "retry", "declined", "waiting", "reviewing", "finishing", "start-again",
		"sign", "activating", "ready", "rails-pending", "suspended", "user-required", "closed", "unknown",
	} {
		if !seen[state] {
			t.Errorf("no scenario reaches %s", state)
		}
	}
}

func checkMarks(t *testing.T, p *page, c simulator.Customer) {
	t.Helper()
	if got := p.mark("data-customer-status"); got != string(c.Status) {
		t.Errorf("data-customer-status is %q, want %q", got, c.Status)
	}
	want, edd := "None", "unknown"
	for _, i := range c.Identifications {
		if i.Status != simulator.IdentificationArchived {
			want = string(i.Status)
			if i.WithEDD != nil {
				edd = map[bool]string{true: "true", false: "false"}[*i.WithEDD]
			}
			break
		}
	}
	if got := p.mark("data-identification-status"); got != want {
		t.Errorf("data-identification-status is %q, want %q", got, want)
	}
	if got := p.mark("data-edd"); got != edd {
		t.Errorf("data-edd is %q, want %q", got, edd)
	}
	var names []string
	for _, step := range p.all("ol[data-stepper] > li[data-step]") {
		names = append(names, attr(step, "data-step"))
	}
	if !slices.Equal(names, []string{"submission", "compliance-review", "activation"}) {
		t.Errorf("the stepper has %v", names)
	}
	toSign := 0
	if c.Status == simulator.SigningsRequired {
		toSign = len(c.Required)
	}
	if n := len(p.all("[data-document][data-signed=false]")); n != toSign {
		t.Errorf("%d documents to sign, want %d", n, toSign)
	}
}

func checkAction(t *testing.T, p *page, state string) {
	t.Helper()
	if want := mainAction[state]; want != "" && len(p.all(want)) == 0 {
		t.Errorf("there is no %s", want)
	}
	if state == "retry" && len(p.all("form[action='/p/acme/identity'], iframe#identity-frame")) == 0 {
		t.Error("there is no way to try again")
	}
	if slices.Contains([]string{"waiting", "reviewing", "finishing", "preparing", "declined", "activating", "suspended", "closed", "user-required"}, state) {
		p.none("main form").none("iframe")
	}
	if frames := p.all("iframe#identity-frame"); len(frames) > 0 {
		address := attr(frames[0], "src")
		if attr(p.one("a[data-identity-link]"), "href") != address || !strings.HasPrefix(address, p.b.w.hosted+"/") {
			t.Errorf("the frame shows %s", address)
		}
		if allow := attr(frames[0], "allow"); !strings.Contains(allow, "camera 'src' "+p.b.w.hosted) {
			t.Errorf("the frame's allow is %q", allow)
		}
	}
}

func TestTheIdentityPageIsOpenBesideAnotherStageWhereMoreIsAskedFor(t *testing.T) {
	w := newWorld(t)
	b, p, _ := w.at("active-step-up")
	p.stands("complete", "ready").one("[data-step-up] a[href='/p/acme/identity']")
	p = b.get("/p/acme/identity").stands("complete", "ready")
	p.one("iframe#identity-frame")
	if title := p.text("h1"); title != "A little more is needed" {
		t.Errorf("the title is %q", title)
	}
}

func TestAPageRenewsItselfByMetaRefreshOnlyWhereNobodyIsAtWorkOnIt(t *testing.T) {
	w := newWorld(t)
	for scenario, seconds := range map[string]string{"processed": "60", "preparing": "10", "pending": "", "signings": "", "archived": ""} {
		_, p, _ := w.at(scenario)
		found := ""
		if strings.Contains(p.body, `http-equiv="refresh"`) {
			_, found, _ = strings.Cut(p.body, `http-equiv="refresh" content="`)
			found, _, _ = strings.Cut(found, `"`)
		}
		if found != seconds {
			t.Errorf("%s asks again after %q seconds, want %q", scenario, found, seconds)
		}
	}
}

func TestAPagesVersionChangesWithWhatItSaysAndNotWithTheMoment(t *testing.T) {
	w := newWorld(t)
	b, p, c := w.at("signings")
	before := p.mark("data-version")
	w.clock.Advance(5 * time.Minute)
	if again := b.get("/p/acme/documents").mark("data-version"); again != before {
		t.Error("the version has changed, but the page says the same")
	}
	must(t, w.sim.ReplaceDocuments(c.ID, "Other terms"))
	if after := b.get("/p/acme/documents").mark("data-version"); after == before {
		t.Error("the version is the same, but the page says something else")
	}
}

func TestAWordThatIronInventsIsShownCalmlyLoggedAndCounted(t *testing.T) {
	w := newWorld(t)
	_, p, _ := w.at("unknown-customer")
	p.stands("unknown", "unknown")
	if !strings.Contains(w.log.String(), "FrozenPendingAudit") {
		t.Error("operators are not told the word")
	}
	if !strings.Contains(w.metrics(), `portal_unknown_words_total`) || strings.Contains(w.metrics(), "FrozenPendingAudit") {
		t.Error("it is not counted, or by its word, which has no end")
	}
}

func TestACustomerWhomIronNoLongerKnowsGetsACalmPage(t *testing.T) {
	w := newWorld(t)
	b, _, _ := w.at("pending")
	w.sim.Reset()
	p := b.get("/p/acme/").is(http.StatusNotFound)
	p.one("[data-support-code]")
	p.says("Acme Pay")
}

func TestWhoeverAsksWhetherThereIsAnythingNewIsAnswered(t *testing.T) {
	w := newWorld(t)
	for _, scenario := range []string{"processed", "pending", "suspended"} {
		b, p, c := w.at(scenario)
		asks := func(r *http.Request) { r.Header.Set("Referer", p.url.String()) }
		b.get("/p/acme/", asks).says("Nothing has changed yet")
		if got := b.get("/p/acme/").text("body"); strings.Contains(got, "Nothing has changed") {
			t.Errorf("%s: it is said again", scenario)
		}
		if scenario == "pending" {
			w.handIn(w.newest(c.ID).URL)
			if got := b.get("/p/acme/", asks).stands("compliance-review", "waiting").text("body"); strings.Contains(got, "Nothing has changed") {
				t.Error("nothing is said to have changed")
			}
		}
	}
}

func TestANoticeWaitsForAPersonAndIsSaidOnce(t *testing.T) {
	w := newWorld(t)
	b, p, _ := w.at("signings")
	form, _ := firstForm(p)
	p.post(form, "consent", "yes").leadsTo("/p/acme/documents")
	poll := func(r *http.Request) { r.Header.Set("X-Portal-Poll", "1") }
	b.get("/p/acme/documents", poll).is(http.StatusOK).none(".notice")
	b.get("/p/acme/documents").is(http.StatusOK).one(".notice[role=status]")
	b.get("/p/acme/documents").is(http.StatusOK).none(".notice")
}
