package views

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// states are the rows of the stage table, with the stages that they belong to.
var states = map[string]string{
	"start": "submission", "continue": "submission", "step-up": "submission", "preparing": "submission", "restart": "submission",
	"retry": "submission", "declined": "submission", "start-again": "submission",
	"waiting": "compliance-review", "reviewing": "compliance-review", "finishing": "compliance-review",
	"sign": "activation", "activating": "activation", "ready": "complete", "rails-pending": "complete",
	"suspended": "blocked", "user-required": "blocked", "closed": "blocked", "unknown": "unknown",
}

func TestEveryStateHasAPageWithItsMarks(t *testing.T) {
	for state, stage := range states {
		p := sample(t, state)
		main := p.tags("main")[0]
		if attr(main, "data-stage") != stage || attr(main, "data-state") != state {
			t.Errorf("%s: main is %s, %s", state, attr(main, "data-stage"), attr(main, "data-state"))
		}
		for _, name := range []string{"data-customer-status", "data-identification-status", "data-edd", "data-version"} {
			if attr(main, name) == "" {
				t.Errorf("%s: main has no %s", state, name)
			}
		}
	}
}

func TestTheStepperSaysWhereOneIsInWordsAndMarks(t *testing.T) {
	for _, c := range []struct{ sample, want string }{
		{"start", "submission current* In progress, compliance-review upcoming To come, activation upcoming To come"},
		{"retry", "submission attention* Needs attention, compliance-review upcoming To come, activation upcoming To come"},
		{"declined", "submission attention* Stopped here, compliance-review upcoming To come, activation upcoming To come"},
		{"waiting", "submission done Done, compliance-review current* In progress, activation upcoming To come"},
		{"sign", "submission done Done, compliance-review done Done, activation current* In progress"},
		{"ready", "submission done Done, compliance-review done Done, activation done Done"},
		{"suspended", "submission done Done, compliance-review done Done, activation attention* Stopped here"},
		{"unknown", "submission upcoming To come, compliance-review upcoming To come, activation upcoming To come"},
	} {
		p := sample(t, c.sample)
		if list := p.with("data-stepper"); len(list) != 1 || list[0].Data != "ol" {
			t.Fatalf("%s: no single stepper", c.sample)
		}
		var got []string
		for _, li := range p.with("data-step") {
			line := attr(li, "data-step") + " " + attr(li, "data-progress")
			if attr(li, "aria-current") == "step" {
				line += "*"
			}
			text := textOf(li)
			got = append(got, line+" "+text[strings.LastIndex(text, attrWords(text)):])
		}
		if joined := strings.Join(got, ", "); joined != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.sample, joined, c.want)
		}
	}
}

// attrWords finds the words of progress at the end of a step's text.
func attrWords(text string) string {
	for _, words := range []string{"In progress", "Needs attention", "Stopped here", "Done", "To come"} {
		if strings.HasSuffix(text, words) {
			return words
		}
	}
	return text
}

func TestReviewersWordsAreTextInOneBoxNamedByStep(t *testing.T) {
	p := sample(t, "step-up-hostile")
	boxes := p.with("data-comments")
	if len(boxes) != 1 {
		t.Fatalf("%d boxes", len(boxes))
	}
	var steps []string
	for _, c := range p.with("data-comment") {
		steps = append(steps, attr(c, "data-comment"))
		text := c.LastChild
		if attr(text, "dir") != "auto" || !strings.Contains("?"+longText()+hostileText, text.FirstChild.Data) {
			t.Errorf("comment %q is not the reviewer's text with its own direction", textOf(c))
		}
	}
	if want := []string{"review", "proof_of_residence", "a_part_<b>nobody</b>_knows"}; !slices.Equal(steps, want) {
		t.Errorf("comments %v", steps)
	}
	inline := func(n *html.Node) bool { return attr(n, "src") == "" }
	if len(p.tags("b")) != 0 || slices.ContainsFunc(p.tags("script"), inline) {
		t.Error("a reviewer's text became markup")
	}
}

func TestAnAddressThatIsNoWebPageIsNeitherFramedNorLinked(t *testing.T) {
	for _, name := range []string{"forged-address", "read-unreadable", "sign-hostile"} {
		p := sample(t, name)
		if len(p.tags("iframe")) != 0 || strings.Contains(p.text, "javascript:") || strings.Contains(p.text, "ftp:") {
			t.Errorf("%s: the address is on the page", name)
		}
	}
}

func TestEveryRailIsOnThePageOnce(t *testing.T) {
	for name, want := range map[string]int{"ready": 5, "ready-40": 40, "ready-by-direction": 2, "ready-odd": 3, "rails-pending": 40, "rails-pending-empty": 0} {
		seen := map[string]bool{}
		for _, n := range sample(t, name).with("data-rail") {
			if attr(n, "data-status") == "" || seen[attr(n, "data-rail")] || textOf(n) == "" {
				t.Errorf("%s: rail %v", name, n.Attr)
			}
			seen[attr(n, "data-rail")] = true
		}
		if len(seen) != want {
			t.Errorf("%s: %d rails", name, len(seen))
		}
	}
}

func TestOnlyAReadyCustomerIsToldThatMoneyCanMove(t *testing.T) {
	for state := range states {
		if ready := strings.Contains(sample(t, state).text, T(t.Context(), "state.ready.title")); ready != (state == "ready") {
			t.Errorf("%s: says ready: %v", state, ready)
		}
	}
}

func TestWhatIsAgreedToIsExactlyWhatIsKeptAsEvidence(t *testing.T) {
	for _, locale := range tags {
		p := rendered(t, Sample{"", 200, documentSamples()[0].Render}, SamplePage(locale, "auto"))
		ticks := p.all(func(n *html.Node) bool { return n.Data == "label" && attr(n, "class") == "tick" })
		if len(ticks) != 2 {
			t.Fatalf("%d checkboxes", len(ticks))
		}
		for i, label := range ticks {
			if want := ConsentWords(locale, sampleDocuments(2)[i].Title); textOf(label) != want {
				t.Errorf("the label says %q, the evidence %q", textOf(label), want)
			}
		}
	}
}

func TestADocumentThatCanNotBeShownCanNotBeSigned(t *testing.T) {
	for _, name := range []string{"read-unreadable"} {
		if strings.Contains(sample(t, name).text, `name="consent"`) {
			t.Errorf("%s: offers to sign", name)
		}
	}
}

func TestABrowserWithoutScriptsAsksAgainByItself(t *testing.T) {
	p := sample(t, "waiting")
	if !strings.Contains(p.text, `<noscript><meta http-equiv="refresh" content="60"></noscript>`) {
		t.Error("no refresh without scripts")
	}
	if _, live := lookup(p.tags("main")[0], "data-live"); !live {
		t.Error("no renewal with scripts")
	}
	if p := sample(t, "sign"); strings.Contains(p.text, "http-equiv") || len(p.with("data-live")) != 0 {
		t.Error("a page in which something is filled in is renewed")
	}
}

func TestOnlyWebAddressesMayBeFramedOrLinked(t *testing.T) {
	for address, want := range map[string]bool{
		"https://verify.example/start?token=x": true, "http://localhost:8081/verify": true,
		"": false, "javascript:alert(1)": false, "javascript://verify.example/%0aalert(1)": false, "JAVASCRIPT:alert(1)": false,
		"data:text/html,x": false, "//verify.example": false, "/p/acme/": false, "ftp://verify.example": false, "https:verify.example": false,
		"https://": false, "blob:https://verify.example/x": false, " https://verify.example": false, "https://verify.example/\x00": false,
	} {
		if got := webAddress(address); got != map[bool]string{true: address}[want] {
			t.Errorf("%q became %q", address, got)
		}
	}
}
