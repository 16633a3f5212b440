package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/simulator"
)

const signings = "/customers/{id}/signings"

// firstForm is the form that signs the first document of the page.
func firstForm(p *page) (selector, document string) {
	p.t.Helper()
	document = attr(p.all("[data-document][data-signed=false]")[0], "data-document")
	return "form[action$='" + document + "/sign']", document
}

func TestSigningKeepsTheEvidenceOfWhatWasShown(t *testing.T) {
	w := newWorld(t)
	b, _, c := w.at("signings")
	b.extra.Set("Accept-Language", "de")
	b.extra.Set("User-Agent", "A browser")
	p := b.get("/p/acme/documents")
	form, document := firstForm(p)
	shown := w.clock.Now()
	words := p.text("[data-document='" + document + "'] label")
	w.clock.Advance(3 * time.Minute)
	// Another tab has changed the language since: the evidence is of what was read.
	b.extra.Set("Accept-Language", "en")
	p.submit(form, "consent", "yes").says("Signed")
	consents, err := w.store.CustomerConsents(t.Context(), "acme", c.ID)
	must(t, err)
	if len(consents) != 1 {
		t.Fatalf("%d consents are kept", len(consents))
	}
	kept := consents[0]
	if kept.State != onboarding.ConsentConfirmed || kept.SigningID != w.customer(c.ID).Signings[0].ID {
		t.Errorf("it is %s under the signing %s", kept.State, kept.SigningID)
	}
	if kept.Words != words || kept.Locale != "de" || kept.Agent != "A browser" || kept.Address != "127.0.0.1" {
		t.Errorf("agreed to %q in %s, from %s with %s; the page said %q", kept.Words, kept.Locale, kept.Address, kept.Agent, words)
	}
	if !kept.ShownAt.Equal(shown) || !kept.AgreedAt.Equal(w.clock.Now()) {
		t.Errorf("shown %s, agreed %s", kept.ShownAt, kept.AgreedAt)
	}
}

func TestADocumentIsNotSignedWithoutTheTick(t *testing.T) {
	w := newWorld(t)
	_, p, _ := w.at("signings")
	form, document := firstForm(p)
	for _, consent := range []string{"", "no", "on"} {
		again := p.post(form, "consent", consent).is(http.StatusUnprocessableEntity)
		again.one("[role=alert][data-problem=consent] a[href='#consent-" + document + "']")
		again.none("input[type=checkbox][checked]")
		again.none("main[data-live]") // a script that asked again would take the problem off the page
	}
	if n := w.calledIron("POST", signings); n != 0 {
		t.Errorf("%d signings reached Iron", n)
	}
}

func TestPressingTwiceSignsOnce(t *testing.T) {
	w := newWorld(t)
	b, p, c := w.at("signings")
	form, document := firstForm(p)
	w.fault(simulator.Fault{Kind: simulator.FaultSlow, Pattern: signings, Delay: 100 * time.Millisecond})
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { p.post(form, "consent", "yes").leadsTo("/p/acme/documents") })
	}
	both.Wait()
	p.post(form, "consent", "yes").leadsTo("/p/acme/documents")
	b.get("/p/acme/documents").stands("activation", "sign").one("[data-document='" + document + "'][data-signed=true]")
	if signed := w.customer(c.ID).Signings; len(signed) != 1 {
		t.Errorf("Iron has %d signings", len(signed))
	}
	if consents, _ := w.store.CustomerConsents(t.Context(), "acme", c.ID); len(consents) != 1 {
		t.Errorf("%d consents are kept", len(consents))
	}
}

func TestADocumentThatHasChangedIsShownAgainAndNotSigned(t *testing.T) {
	w := newWorld(t)
	_, p, _ := w.at("signings")
	form, document := firstForm(p)
	must(t, w.sim.ReviseDocument(document))
	again := p.post(form, "consent", "yes").is(http.StatusConflict)
	again.one("[role=alert][data-problem=changed] a[href='#consent-" + document + "']")
	again.none("input[type=checkbox][checked]")
	if n := w.calledIron("POST", signings); n != 0 {
		t.Errorf("%d signings reached Iron", n)
	}
	again.post(form, "consent", "yes").leadsTo("/p/acme/documents")
}

func TestADocumentThatIsNoLongerAskedForLeadsBackToTheList(t *testing.T) {
	w := newWorld(t)
	b, p, c := w.at("signings")
	form, document := firstForm(p)
	must(t, w.sim.ReplaceDocuments(c.ID, "Other terms"))
	p.post(form, "consent", "yes").leadsTo("/p/acme/documents")
	b.get("/p/acme/documents").says("has changed").says("Other terms").none("[data-document='" + document + "']")
	if n := w.calledIron("POST", signings); n != 0 {
		t.Errorf("%d signings reached Iron", n)
	}
}

func TestAConsentWhoseOutcomeIsUnknownIsShownAsOnItsWayAndConfirmedLater(t *testing.T) {
	for name, fault := range map[string]simulator.Fault{
		"Iron did it and the answer was lost": {Kind: simulator.FaultDown, AfterEffect: true},
		"Iron never heard of it":              {Kind: simulator.FaultGateway},
		"Iron asks to wait":                   {Kind: simulator.FaultTooMany},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			b, p, c := w.at("signings")
			form, document := firstForm(p)
			fault.Method, fault.Pattern = http.MethodPost, signings
			// The list is as it was before, as for as long as Iron has not noticed.
			must(t, w.sim.SetLag(c.ID, time.Hour))
			w.fault(fault)
			p.post(form, "consent", "yes").leadsTo("/p/acme/documents")
			p = b.get("/p/acme/documents").is(http.StatusOK)
			w.sim.ClearFaults()
			if !strings.Contains(name, "did it") {
				p.none("input#consent-" + document).one("form[action$='" + document + "/sign'] input[type=hidden][name=consent]")
				// Pressing again does no harm.
				p.post(form).leadsTo("/p/acme/documents")
			}
			w.clock.Advance(time.Minute)
			left, err := w.journeys["acme"].Settle(t.Context(), 30*time.Second)
			if err != nil || left != 0 {
				t.Fatalf("%d are left: %v", left, err)
			}
			b.get("/p/acme/documents").one("[data-document='" + document + "'][data-signed=true]")
			if signed := w.customer(c.ID).Signings; len(signed) != 1 {
				t.Errorf("Iron has %d signings", len(signed))
			}
		})
	}
}

func TestWhatIronSaysWhenItRefusesASigningIsShown(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.transport = refusing("/signings") })
	b, p, c := w.at("signings")
	form, document := firstForm(p)
	again := p.post(form, "consent", "yes").is(http.StatusUnprocessableEntity)
	again.one("[role=alert][data-problem=refused] a[href='#consent-" + document + "']")
	again.says("Not <b>today</b>")
	// It stays on the page for as long as nothing else came of it.
	list := b.get("/p/acme/documents").stands("activation", "sign")
	list.one("input#consent-" + document)
	list.one("[data-document='" + document + "'] [data-refused]")
	list.says("23 November 2026, 12:00 UTC").says("Not <b>today</b>").none("[role=alert]")
	b.get("/p/acme/documents/" + document).one("[data-refused]")
	if consents, _ := w.store.CustomerConsents(t.Context(), "acme", c.ID); len(consents) != 1 || consents[0].State != onboarding.ConsentRefused {
		t.Errorf("kept: %v", consents)
	}
}

func TestWhatIronRefusesLaterIsShownToo(t *testing.T) {
	refuse := false
	w := newWorld(t, func(s *setup) {
		s.transport = func(base http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				if !refuse {
					return base.RoundTrip(r)
				}
				return refusing("/signings")(base).RoundTrip(r)
			})
		}
	})
	b, p, c := w.at("signings")
	form, document := firstForm(p)
	w.fault(simulator.Fault{Kind: simulator.FaultGateway, Method: http.MethodPost, Pattern: signings})
	p.post(form, "consent", "yes").leadsTo("/p/acme/documents")
	b.get("/p/acme/documents").none("[data-refused]").none("input#consent-" + document)
	refuse = true
	w.clock.Advance(time.Minute)
	if left, err := w.journeys["acme"].Settle(t.Context(), 30*time.Second); err != nil || left != 0 {
		t.Fatalf("%d are left: %v", left, err)
	}
	again := b.get("/p/acme/documents").says("Not <b>today</b>")
	again.one("[data-document='" + document + "'] [data-refused]")
	// Agreed to again and confirmed, nothing of it is left.
	refuse = false
	w.sim.ClearFaults()
	again.submit(form, "consent", "yes").says("Signed").none("[data-refused]")
	if signed := w.customer(c.ID).Signings; len(signed) != 1 {
		t.Errorf("Iron has %d signings", len(signed))
	}
}

func TestAConflictOverADocumentThatIsStillAskedForIsToldInIronsWords(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.transport = answering("/signings", http.StatusConflict, `"come back <later>"`) })
	b, p, _ := w.at("signings")
	form, document := firstForm(p)
	again := p.post(form, "consent", "yes").is(http.StatusConflict).says("come back <later>")
	again.one("[role=alert][data-problem=refused] a[href='#consent-" + document + "']")
	b.get("/p/acme/documents").says("come back <later>")
}

func TestTheReaderFramesItsDocumentsOriginAndNoOther(t *testing.T) {
	w := newWorld(t)
	b, p, _ := w.at("signings")
	_, document := firstForm(p)
	p = b.get("/p/acme/documents/" + document).is(http.StatusOK)
	address, err := url.Parse(attr(p.one("iframe"), "src"))
	must(t, err)
	if got := directive(p, "frame-src"); got != address.Scheme+"://"+address.Host {
		t.Errorf("frame-src is %q around %s", got, address)
	}
	b.get("/p/acme/documents/no-such").is(http.StatusNotFound)
}

func TestADocumentThatIsAskedForAgainIsNotShownAsSigned(t *testing.T) {
	again := ""
	w := newWorld(t, func(s *setup) {
		s.transport = func(base http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				if again == "" || !strings.HasSuffix(r.URL.Path, "/required-signings") {
					return base.RoundTrip(r)
				}
				return jsonAnswer(r, http.StatusOK, again), nil
			})
		}
	})
	b, p, c := w.at("signings")
	form, document := firstForm(p)
	p.submit(form, "consent", "yes").says("Signed").one("[data-document='" + document + "'][data-signed=true]")
	kept := w.consent(c.ID)
	again = fmt.Sprintf(`[{"id":%q,"display_name":%q,"url":%q}]`, document, kept.Document.Title, kept.Document.URL)
	list := b.get("/p/acme/documents").stands("activation", "sign")
	list.one("[data-document='" + document + "'][data-signed=false] input[type=checkbox]")
	list.none("[data-document='" + document + "'][data-signed=true]").none("[data-refused]")
	// Its old receipt is not gone.
	b.get("/p/acme/receipts").one("a[href='/p/acme/receipts/" + kept.SigningID + "']")
}
