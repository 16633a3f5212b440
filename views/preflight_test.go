package views

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func hiddenHere(n *html.Node) bool { _, hidden := lookup(n, "hidden"); return hidden }

func unseen(n *html.Node) bool { return hiddenHere(n) || inside(n, hiddenHere) != nil }

func TestEveryAdviceIsInThePageForTheScriptAndNoneIsSeenWithoutIt(t *testing.T) {
	for _, name := range []string{"start", "start-business", "restart", "retry", "start-again", "continue", "step-up", "retry-hosted", "step-up-complete"} {
		p := sample(t, name)
		for _, kind := range preflights {
			advice := p.one("data-preflight", kind)
			if !unseen(advice) || textOf(advice) == "" {
				t.Errorf("%s: the advice %s is seen before anything was found, or has no words", name, kind)
			}
		}
		for _, way := range p.with("data-way") {
			if !unseen(way) || attr(way, "href") != "/p/acme/phone" {
				t.Errorf("%s: way %v", name, way.Attr)
			}
		}
		for _, link := range p.with("data-identity-link") {
			if unseen(link) {
				t.Errorf("%s: the link beside the frame is hidden", name)
			}
		}
	}
}

func TestAnAdviceThatIsShownSaysOneThingAndShowsOneOtherWay(t *testing.T) {
	for _, kind := range preflights {
		for _, s := range adviceSamples() {
			name := s.Name
			if !strings.HasSuffix(name, "advice-"+kind) {
				continue
			}
			p := sample(t, name)
			for _, other := range preflights {
				if advice := p.one("data-preflight", other); unseen(advice) == (other == kind) {
					t.Errorf("%s: seen: %s", name, other)
				}
			}
			seen := func(attribute string) (count int) {
				for _, n := range p.with(attribute) {
					if !unseen(n) {
						count++
					}
				}
				return count
			}
			if words, ways := seen("data-device"), seen("data-way"); words != 1 || ways != 1 {
				t.Errorf("%s: words for %d devices and %d other ways are seen", name, words, ways)
			}
		}
	}
}

func TestARefusedCameraHasWordsForEveryDevice(t *testing.T) {
	var devices, words []string
	for n := range sample(t, "continue").one("data-preflight", "denied").Descendants() {
		if n.Type == html.ElementNode && attr(n, "data-device") != "" {
			devices, words = append(devices, attr(n, "data-device")), append(words, textOf(n))
		}
	}
	slices.Sort(words)
	if !slices.Equal(devices, preflightDevices) || len(slices.Compact(words)) != len(preflightDevices) {
		t.Errorf("devices %v, words %q", devices, words)
	}
}

func TestWhoIsFurtherReadsOnTheIdentityPageOfWhatIsAskedFor(t *testing.T) {
	for name, standing := range map[string]string{"step-up-signing": "activation/sign", "step-up-complete": "complete/ready"} {
		p := sample(t, name)
		if title := textOf(p.tags("h1")[0]); title != T(t.Context(), "state.step-up.title") {
			t.Errorf("%s: the title is %q", name, title)
		}
		if main := p.tags("main")[0]; attr(main, "data-stage")+"/"+attr(main, "data-state") != standing {
			t.Errorf("%s: the marks are %v", name, main.Attr)
		}
	}
}
