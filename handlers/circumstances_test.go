package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/simulator"
	"portal/session"
	"portal/views"

	"golang.org/x/net/html"
)

// worldKeys is what the worlds' portals seal with.
func worldKeys(t *testing.T) session.Keys {
	t.Helper()
	keys, err := session.ParseKeys(worldKey)
	must(t, err)
	return keys
}

func TestTheEvidenceTellsTheCircumstancesOfASignature(t *testing.T) {
	w := newWorld(t, overHTTPS)
	inAFrame := func(customer string) *page {
		return w.framedIn().get(w.link(customer)).submit("form[data-auto-submit]")
	}
	onAPhone := func(customer string) *page {
		_, p := w.signedIn(customer)
		_, phone := w.phone(p.ask())
		return phone
	}
	inATab := func(customer string) *page {
		b := w.browser()
		return b.get(attr(w.tab(customer).one("a[data-tab]"), "href")).submit("form[data-auto-submit]")
	}
	sessions := map[string]bool{}
	for cameBy, open := range map[string]func(customer string) *page{
		"one-time-link": inAFrame, "link-to-phone": onAPhone, "link-out-of-frame": inATab,
	} {
		c := w.scenario("signings")
		p := open(c.ID).stands("activation", "sign")
		form, document := firstForm(p)
		box, button := p.one("input#consent-"+document), p.one("[data-document='"+document+"'] button[type=submit] span:first-child")
		if hasAttribute(box, "checked") {
			t.Error("the box is ticked already")
		}
		p.submit(form, "consent", "yes").says("Signed")
		kept := w.consent(c.ID)
		want := onboarding.Circumstances{
			Wording: views.Wording("en"), Disclosure: "Ticking the box and pressing the button counts as your signature.",
			Button: strings.TrimSpace(textOf(button)), Session: kept.How.Session, SignedInAt: w.clock.Now(), CameBy: cameBy,
		}
		if cameBy == "one-time-link" {
			want.Framed, want.FramedBy = true, "https://app.acme.example"
		}
		if kept.How != want || want.Button != "Agree and sign" {
			t.Errorf("%s: kept %+v, want %+v", cameBy, kept.How, want)
		}
		p.says(kept.How.Disclosure)
		sessions[kept.How.Session] = true
		told := w.consents(acmeKey, c.ID).Consents[0].Circumstances
		if told.CameBy != cameBy || told.Framed != want.Framed || strings.Join(told.FramedBy, " ") != want.FramedBy || !told.SignedInAt.Equal(want.SignedInAt) {
			t.Errorf("%s: the partner is told %+v", cameBy, told)
		}
	}
	if len(sessions) != 3 || sessions[""] {
		t.Errorf("the sessions are %v", sessions)
	}
}

func TestOtherWordsThanThoseOnThePageAreNotAgreedTo(t *testing.T) {
	w := newWorld(t)
	_, p, c := w.at("signings")
	form, document := firstForm(p)
	showings := session.Showings{Keys: worldKeys(t), Now: w.clock.Now}
	shown, err := showings.Open("acme", c.ID, document, attr(p.one("[data-document='"+document+"'] input[name=shown]"), "value"))
	must(t, err)
	if shown.Locale != "en" || shown.Wording != views.Wording("en") || shown.Wording == views.Wording("de") {
		t.Fatalf("shown %+v", shown)
	}
	// The page is of a portal that said it otherwise, or of one that did not say how.
	for _, wording := range []string{"en-000000000000", "", views.Wording("de")} {
		shown.Wording = wording
		sealed, err := showings.Seal("acme", c.ID, document, shown)
		must(t, err)
		p.post(form, "consent", "yes", "shown", sealed).is(http.StatusConflict).one("[role=alert][data-problem=changed]")
	}
	if n := w.calledIron("POST", signings); n != 0 {
		t.Errorf("%d signings reached Iron", n)
	}
	// A page that another tab has turned to German meanwhile is still in English.
	p.b.send(http.MethodPost, "/p/acme/preferences", map[string][]string{"language": {"de"}}).is(http.StatusSeeOther)
	p.post(form, "consent", "yes").is(http.StatusSeeOther)
	if kept := w.consent(c.ID); kept.Locale != "en" || !strings.HasPrefix(kept.Words, "I have read") || !strings.HasPrefix(kept.How.Wording, "en-") {
		t.Errorf("kept %q in %s, %s", kept.Words, kept.Locale, kept.How.Wording)
	}
}

func TestTryingAgainIsNoSecondAgreement(t *testing.T) {
	w := newWorld(t)
	b, p, c := w.at("signings")
	form, document := firstForm(p)
	w.fault(simulator.Fault{Kind: simulator.FaultGateway, Method: http.MethodPost, Pattern: signings})
	p.post(form, "consent", "yes").leadsTo("/p/acme/documents")
	waiting := b.get("/p/acme/documents").none("input#consent-" + document)
	kept := w.consent(c.ID)
	must(t, w.store.Ledger().Refuse(t.Context(), kept.Key, "no", w.clock.Now()))
	w.sim.ClearFaults()
	w.clock.Advance(time.Second)
	// There was no box on that page, and what it would have delivered is refused.
	waiting.post(form).leadsTo("/p/acme/documents")
	if w.consent(c.ID).State != onboarding.ConsentRefused || len(w.customer(c.ID).Signings) != 0 {
		t.Error("it is signed")
	}
	b.get("/p/acme/documents").one("[data-refused]")
}

func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var all strings.Builder
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		all.WriteString(textOf(child))
	}
	return all.String()
}

func hasAttribute(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}
