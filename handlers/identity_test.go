package handlers_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"portal/onboarding/simulator"
)

const identifications = "/customers/{id}/identifications/v2"

func TestTwoTabsThatStartTheCheckAtOnceGetOneCheck(t *testing.T) {
	w := newWorld(t)
	b, p, c := w.at("none")
	w.fault(simulator.Fault{Kind: simulator.FaultSlow, Pattern: identifications, Delay: 50e6})
	var tabs sync.WaitGroup
	for range 4 {
		tabs.Go(func() { p.post("form[action$=identity]").leadsTo("/p/acme/identity") })
	}
	tabs.Wait()
	b.get("/p/acme/identity").stands("submission", "continue")
	if n := len(w.customer(c.ID).Identifications); n != 1 {
		t.Errorf("there are %d identifications", n)
	}
}

func TestTheButtonOfAnOldPageStartsNoSecondCheck(t *testing.T) {
	w := newWorld(t)
	b, p, c := w.at("none")
	p.submit("form[action$=identity]").stands("submission", "continue")
	w.handIn(w.newest(c.ID).URL)
	p.submit("form[action$=identity]").stands("compliance-review", "waiting")
	must(t, w.sim.BeginReview(w.newest(c.ID).ID))
	must(t, w.sim.Approve(w.newest(c.ID).ID))
	p.submit("form[action$=identity]").stands("activation", "sign")
	b.get("/p/acme/")
	if n := len(w.customer(c.ID).Identifications); n != 1 {
		t.Errorf("there are %d identifications", n)
	}
}

func TestALostAnswerIsAskedForWithTheSameKey(t *testing.T) {
	w := newWorld(t)
	_, p, c := w.at("none")
	w.fault(simulator.Fault{Kind: simulator.FaultDown, Method: "POST", Pattern: identifications, AfterEffect: true})
	p.post("form[action$=identity]").is(http.StatusServiceUnavailable).one("[data-problem=unavailable]")
	w.sim.ClearFaults()
	p.submit("form[action$=identity]").stands("submission", "continue")
	if n := len(w.customer(c.ID).Identifications); n != 1 {
		t.Errorf("there are %d identifications", n)
	}
}

func TestIronsLimitOnChecksIsToldAsTooMany(t *testing.T) {
	w := newWorld(t)
	_, p, _ := w.at("none")
	w.fault(simulator.Fault{Kind: simulator.FaultRetryAfter, Method: "POST", Pattern: identifications, RetryAfter: 30e9})
	failed := p.post("form[action$=identity]").is(http.StatusTooManyRequests)
	failed.one("[data-problem=too-many]")
	if got := failed.header.Get("Retry-After"); got != "30" {
		t.Errorf("Retry-After is %q, and Iron said 30", got)
	}
}

func TestEnhancedDueDiligenceIsAskedForWhereThePartnerSaysSo(t *testing.T) {
	w := newWorld(t)
	c := w.scenario("none")
	_, p := w.signedIn(c.ID, "with_edd", true)
	p = p.submit("form[action$=identity]").stands("submission", "continue")
	if p.mark("data-edd") != "true" {
		t.Errorf("data-edd is %s", p.mark("data-edd"))
	}
}

func TestThePreflightComesWithTheIdentityCheckAndWithNothingElse(t *testing.T) {
	w := newWorld(t)
	for scenario, want := range map[string]int{"none": 1, "pending": 1, "declined": 1, "processed": 0, "signings": 0} {
		_, p, _ := w.at(scenario)
		if n := len(p.all("script[nonce][src*='/preflight.']")); n != want {
			t.Errorf("%s has it %d times", scenario, n)
		}
	}
}

// evilAddresses must never be framed or linked, whatever Iron's answer says.
var evilAddresses = []string{
	"javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>",
	"vbscript:x", "//evil.example/start", "https://evil.example/start", "https://localhost@evil.example/", "https://evil.example\\@localhost/",
	"blob:https://evil.example/1", "file:///etc/passwd", "http:///start", "/start", "https:evil.example", "https://evil.example:443#@localhost",
}

func TestNoEvilAddressOfAHostedPageReachesAPage(t *testing.T) {
	w := newWorld(t)
	b, _, c := w.at("pending")
	for _, evil := range evilAddresses {
		must(t, w.sim.SetURL(w.newest(c.ID).ID, evil))
		p := b.get("/p/acme/").stands("submission", "preparing").none("iframe").none("[data-identity-link]")
		if strings.Contains(p.body, "evil.example") || strings.Contains(strings.ToLower(p.body), "script:alert") {
			t.Errorf("%q is in the page", evil)
		}
	}
}

func TestNoEvilAddressOfADocumentReachesAPage(t *testing.T) {
	evil := append([]string{"http://evil.example/doc", "https://user:pw@evil.example/x", "https://evil.example;frame-src *", "https://evil.example'/"}, evilAddresses...)
	for _, address := range evil {
		if address == "https://evil.example/start" || strings.HasSuffix(address, "#@localhost") {
			continue // documents may lie at any https host
		}
		w := newWorld(t, func(s *setup) { s.transport = documentsAt(address) })
		b, p, _ := w.at("signings")
		document := attr(p.all("[data-document]")[0], "data-document")
		for _, path := range []string{"/p/acme/documents", "/p/acme/documents/" + document} {
			p := b.get(path).stands("activation", "sign").none("main iframe").none("main input[type=checkbox]")
			if strings.Contains(p.body, "evil.example") || strings.Contains(strings.ToLower(p.body), "script:alert") {
				t.Errorf("%q is in %s", address, path)
			}
			if policy := p.header.Get("Content-Security-Policy"); strings.Contains(policy, "evil") {
				t.Errorf("%q is in the policy: %s", address, policy)
			}
		}
	}
}
