package bank

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var live = regexp.MustCompile(`(?s)<div class="embedding">\n(.*?)\n</div>`)

// TestEachBrokenPageMakesItsOneMistake compares with what is right; a mistake that
// shows in the markup alone is looked for there.
func TestEachBrokenPageMakesItsOneMistake(t *testing.T) {
	portal := newReception(t)
	v := visit(t, portal)
	right := v.get("/broken/right")
	mistakes := map[string]struct{ header, lacks, has string }{
		"right": {}, "plain": {has: `allow="camera; `}, "unlisted": {},
		"no-allow":           {lacks: "allow="},
		"allow-self":         {has: "camera 'self'"},
		"permissions-policy": {header: "Permissions-Policy", has: "<onboarding-portal"},
		"sandbox-origin":     {has: "sandbox=", lacks: "allow-same-origin"},
		"sandbox-scripts":    {has: "sandbox=", lacks: "allow-scripts"},
		"sandbox-popups":     {has: "sandbox=", lacks: "allow-popups"},
		"coep":               {header: "Cross-Origin-Embedder-Policy", has: "<onboarding-portal"},
		"no-referrer":        {header: "Referrer-Policy", has: "<iframe"},
		"csp-script":         {header: "Content-Security-Policy", has: "<onboarding-portal"},
		"csp-frame":          {header: "Content-Security-Policy", has: "<onboarding-portal"},
	}
	for _, e := range embeddings {
		mistake, known := mistakes[e.ID]
		delete(mistakes, e.ID)
		r := v.get("/broken/" + e.ID)
		found := live.FindStringSubmatch(r.body)
		if !known || r.status != http.StatusOK || found == nil {
			t.Fatalf("%s answers %d", e.ID, r.status)
		}
		markup := found[1]
		if !strings.Contains(markup, mistake.has) || mistake.lacks != "" && strings.Contains(markup, mistake.lacks) || !strings.Contains(markup, portal.URL+"/p/acme/doctor") {
			t.Errorf("%s has %s", e.ID, markup)
		}
		if !strings.Contains(r.body, html.EscapeString(markup)) || !strings.Contains(r.body, html.EscapeString(e.Broken)) {
			t.Errorf("%s does not show what it does", e.ID)
		}
		for name := range r.header {
			same := slices.Equal(r.header[name], right.header[name]) || name == "Date" || name == "Content-Length"
			if same == (name == mistake.header) {
				t.Errorf("%s: %s is %v", e.ID, name, r.header[name])
			}
		}
	}
	if len(mistakes) != 0 {
		t.Errorf("there is no page for %v", mistakes)
	}
	if v.get("/broken/nothing").status != http.StatusNotFound {
		t.Error("a mistake that is not there has a page")
	}
}

func TestTheIndexLeadsToEachMistakeAndToTheUnlistedOneUnderAnotherOrigin(t *testing.T) {
	v := visit(t, newReception(t))
	index := v.get("/broken/").body
	for _, e := range embeddings {
		want := v.bank + "/broken/" + e.ID
		if e.ID == "unlisted" {
			u, err := url.Parse(v.bank)
			if err != nil {
				t.Fatal(err)
			}
			want = "http://localhost:" + u.Port() + "/broken/unlisted"
		}
		if !strings.Contains(index, `href="`+want+`"`) {
			t.Errorf("no way to %s", want)
		}
	}
}
