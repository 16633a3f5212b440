package views

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"
)

// showing is one sample in one locale, direction and theme.
type showing struct {
	sample Sample
	around Page
	page   page
}

// everything is rendered and read once for all the checks below.
var everything = sync.OnceValue(func() []showing {
	var all []showing
	for _, s := range Samples() {
		for _, locale := range append(slices.Clone(tags), "ar") {
			for _, theme := range themes {
				around := SamplePage(locale, theme)
				all = append(all, showing{s, around, mustRender(s, around)})
			}
		}
	}
	return all
})

// eachSample runs a check on every sample in every locale, direction and theme.
func eachSample(t *testing.T, check func(t *testing.T, s Sample, around Page, p page)) {
	for _, one := range everything() {
		t.Run(one.sample.Name+"/"+one.around.Locale+"/"+one.around.Theme, func(t *testing.T) {
			p := one.page
			p.t = t
			check(t, one.sample, one.around, p)
		})
	}
}

func TestEveryPageIsOneDocumentWithOneMainAndOneHeading(t *testing.T) {
	eachSample(t, func(t *testing.T, _ Sample, around Page, p page) {
		root := p.tags("html")[0]
		wantLang, wantDir := around.Locale, "ltr"
		if around.Locale == "ar" {
			wantLang, wantDir = "en", "rtl" // no catalogue: English words, laid out as asked
		}
		if attr(root, "lang") != wantLang || attr(root, "dir") != wantDir || attr(root, "data-theme") != around.Theme {
			t.Errorf("html has lang %q, dir %q, theme %q", attr(root, "lang"), attr(root, "dir"), attr(root, "data-theme"))
		}
		for name, want := range map[string]int{"main": 1, "h1": 1, "title": 1, "header": 1, "footer": 1} {
			if got := len(p.tags(name)); got != want {
				t.Errorf("%d <%s>", got, name)
			}
		}
		level := 0
		for _, h := range p.tags("h1", "h2", "h3", "h4", "h5", "h6") {
			next := int(h.Data[1] - '0')
			// The error summary comes before the page's own heading.
			if next > level+1 && inside(h, func(n *html.Node) bool { return attr(n, "role") == "alert" }) == nil {
				t.Errorf("heading %q jumps from level %d to %d", textOf(h), level, next)
			}
			level = next
			if textOf(h) == "" {
				t.Error("an empty heading")
			}
		}
	})
}

var leftover = regexp.MustCompile(`<no value>|&lt;no value&gt;|%!|\{\{|>[a-z-]+\.[a-z.-]+<`)

func TestNoPageShowsAnIdOrAGapInsteadOfWords(t *testing.T) {
	eachSample(t, func(t *testing.T, _ Sample, around Page, p page) {
		if found := leftover.FindString(p.text); found != "" && !strings.Contains(found, around.Partner.SupportEmail) {
			t.Errorf("%s: %q", around.Locale, found)
		}
	})
}

func TestIdsAreUniqueAndWhatPointsToThemFindsThem(t *testing.T) {
	eachSample(t, func(t *testing.T, _ Sample, _ Page, p page) {
		ids := map[string]bool{}
		for _, n := range p.with("id") {
			if id := attr(n, "id"); ids[id] || id == "" {
				t.Errorf("id %q is there twice or empty", id)
			}
			ids[attr(n, "id")] = true
		}
		for _, name := range []string{"for", "aria-labelledby", "aria-describedby", "data-copy"} {
			for _, n := range p.with(name) {
				for id := range strings.FieldsSeq(attr(n, name)) {
					if !ids[id] {
						t.Errorf("%s=%q leads nowhere", name, id)
					}
				}
			}
		}
		for _, a := range p.tags("a") {
			if id, local := strings.CutPrefix(attr(a, "href"), "#"); local && !ids[id] {
				t.Errorf("link to #%s leads nowhere", id)
			}
		}
	})
}

func TestEveryFieldHasALabelAndEveryButtonAType(t *testing.T) {
	eachSample(t, func(t *testing.T, _ Sample, _ Page, p page) {
		labels := map[string]string{}
		for _, l := range p.tags("label") {
			labels[attr(l, "for")] += textOf(l)
		}
		for _, input := range p.tags("input", "select", "textarea") {
			around := inside(input, func(n *html.Node) bool { return n.Data == "label" })
			if attr(input, "type") != "hidden" && labels[attr(input, "id")] == "" && (around == nil || textOf(around) == "") {
				t.Errorf("field %q has no label", attr(input, "name"))
			}
			if _, checked := lookup(input, "checked"); checked && attr(input, "name") == "consent" {
				t.Error("a consent is ticked already")
			}
		}
		for _, b := range p.tags("button") {
			if attr(b, "type") == "" || textOf(b) == "" {
				t.Errorf("button %q has no type or no words", textOf(b))
			}
		}
	})
}

func TestNothingOnAPageNeedsALaxPolicy(t *testing.T) {
	eachSample(t, func(t *testing.T, _ Sample, around Page, p page) {
		for n := range p.root.Descendants() {
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("<%s> has %s", n.Data, a.Key)
				}
				if strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
					t.Errorf("<%s %s> is a script", n.Data, a.Key)
				}
			}
		}
		for _, s := range p.tags("script") {
			if attr(s, "nonce") != around.Nonce || attr(s, "src") == "" {
				t.Error("a script without the nonce, or inline")
			}
		}
		if len(p.tags("script")) == 0 || len(p.tags("style")) != 0 {
			t.Error("no script, or a style element")
		}
	})
}

func TestEveryFrameHasATitleAndALinkToTheSamePlace(t *testing.T) {
	frames := 0
	eachSample(t, func(t *testing.T, _ Sample, _ Page, p page) {
		for _, f := range p.tags("iframe") {
			frames++
			if attr(f, "title") == "" || attr(f, "referrerpolicy") != "no-referrer" || !strings.HasPrefix(attr(f, "src"), "https://") {
				t.Errorf("frame %v", f.Attr)
			}
			if _, ok := lookup(f, "scrolling"); ok {
				t.Error("a frame that can't be scrolled")
			}
			links := p.all(func(n *html.Node) bool {
				return n.Data == "a" && attr(n, "href") == attr(f, "src") && attr(n, "target") == "_blank" && strings.Contains(attr(n, "rel"), "noopener")
			})
			if len(links) != 1 {
				t.Errorf("%d links to %s", len(links), attr(f, "src"))
			}
		}
	})
	if frames == 0 {
		t.Error("no sample has a frame")
	}
}

func TestEveryFormThatActsForACustomerCarriesTheToken(t *testing.T) {
	eachSample(t, func(t *testing.T, s Sample, around Page, p page) {
		signedIn := len(p.all(func(n *html.Node) bool { return strings.HasSuffix(attr(n, "action"), "/sign-out") })) == 1
		for _, f := range p.tags("form") {
			token := slices.ContainsFunc(slices.Collect(f.Descendants()), func(n *html.Node) bool {
				return n.Data == "input" && attr(n, "name") == "token" && attr(n, "value") == around.FormToken
			})
			if attr(f, "method") != "post" || !strings.HasPrefix(attr(f, "action"), "/p/acme/") || token != signedIn {
				t.Errorf("%s: form %v, token %v", s.Name, f.Attr, token)
			}
		}
	})
}

func TestAPageWithAProblemSaysSoInItsTitleAndAtItsTop(t *testing.T) {
	with := 0
	eachSample(t, func(t *testing.T, _ Sample, around Page, p page) {
		alerts := p.with("data-problem")
		prefix := T(WithLocale(t.Context(), around.Locale), "layout.error-prefix")
		if titled := strings.HasPrefix(textOf(p.tags("title")[0])+" ", prefix); titled != (len(alerts) > 0) {
			t.Errorf("%d problems, title %q", len(alerts), textOf(p.tags("title")[0]))
		}
		for _, a := range alerts {
			with++
			if attr(a, "role") != "alert" || attr(a, "data-problem") == "" || textOf(a) == "" {
				t.Errorf("problem %v", a.Attr)
			}
		}
	})
	if with == 0 {
		t.Error("no sample has a problem")
	}
}

func TestEveryPageHasOneEmptyRegionForNews(t *testing.T) {
	eachSample(t, func(t *testing.T, _ Sample, _ Page, p page) {
		if n := p.one("id", "live"); attr(n, "role") != "status" || textOf(n) != "" || inside(n, func(n *html.Node) bool { return n.Data == "main" }) != nil {
			t.Error("the region for news is not empty, not polite, or would be swapped away")
		}
	})
}
