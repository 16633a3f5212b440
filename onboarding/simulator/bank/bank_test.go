package bank

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// everywhere are all pages and answers, for somebody who is signed in.
var everywhere = []struct{ method, path string }{
	{"GET", "/acme/"},
	{"GET", "/acme/account"},
	{"GET", "/acme/onboarding/done"},
	{"POST", "/acme/link"},
	{"POST", "/acme/status"},
	{"POST", "/acme/open"},
	{"GET", "/northwind/"},
	{"GET", "/northwind/account"},
	{"GET", "/northwind/onboarding/done"},
	{"GET", "/broken/"},
	{"GET", "/broken/right"},
	{"GET", "/broken/no-allow"},
	{"GET", "/nothing"},
	{"GET", "/assets/onboarding.js"},
	{"GET", "/assets/account.js"},
	{"GET", "/assets/log.js"},
}

func TestTheKeyNeverLeavesTheServer(t *testing.T) {
	portal := newReception(t)
	v := visit(t, portal)
	v.comeAs("acme")
	v.comeAs("northwind")
	for _, status := range []int{0, http.StatusNotFound, http.StatusServiceUnavailable} {
		portal.says(status, `{"detail": "no"}`)
		for _, at := range everywhere {
			r := v.send(at.method, at.path, nil)
			if strings.Contains(r.body, secret) || strings.Contains(fmt.Sprint(r.header), secret) {
				t.Errorf("%s %s shows the key while the portal answers %d", at.method, at.path, status)
			}
		}
	}
}

var inline = regexp.MustCompile(`(?i)<script(>|\s+[^>]*>[^<\s])|<style|\sstyle=|\son[a-z]+=`)

func TestEveryPageLivesUnderAPolicyWithoutInlineScriptsAndStyles(t *testing.T) {
	portal := newReception(t)
	v := visit(t, portal)
	v.comeAs("acme")
	v.comeAs("northwind")
	for _, at := range everywhere {
		r := v.send(at.method, at.path, nil)
		csp := r.header.Get("Content-Security-Policy")
		for _, want := range []string{
			"default-src 'none'", "script-src 'self' " + portal.URL + ";", "frame-src " + portal.URL + ";", "base-uri 'none'",
			"form-action 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
		} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s lacks %s: %s", at.path, want, csp)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") || strings.Contains(r.header.Get("Content-Type"), "html") && inline.MatchString(r.body) {
			t.Errorf("%s is not strict", at.path)
		}
		if r.header.Get("X-Content-Type-Options") != "nosniff" || r.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s has headers %v", at.path, r.header)
		}
	}
}

func TestNoAddressLeadsToAnotherSite(t *testing.T) {
	v := visit(t, newReception(t))
	for _, path := range []string{
		"/?customer=https://evil.example", "/?customer=//evil.example", `/?customer=\\evil.example`, "/?next=https://evil.example",
		"/?customer=" + someone + "%0d%0aLocation:https://evil.example", "/acme/account?to=//evil.example", "/acme/onboarding/done?to=//evil.example",
		"/?customer=" + someone, "/acme/?customer=" + someone, "//evil.example/", "//evil.example/acme/..", "/acme//account",
	} {
		if r := v.get(path); r.to != "" && (!strings.HasPrefix(r.to, "/") || strings.HasPrefix(r.to, "//") || strings.Contains(r.to, "evil") && !strings.HasPrefix(r.to, "/evil")) {
			t.Errorf("%s leads to %s", path, r.to)
		}
	}
}

func TestAnAccountIsOpenedWithOneCustomerHoweverOftenTheFormIsSent(t *testing.T) {
	portal := newReception(t)
	v := visit(t, portal)
	key := regexp.MustCompile(`name="key" value="([^"]+)"`).FindStringSubmatch(v.get("/acme/").body)
	if key == nil {
		t.Fatal("the form has no key")
	}
	form := url.Values{"key": {key[1]}, "name": {" Ada Lovelace "}, "email": {"ada@example.test"}}
	for range 2 {
		if r := v.send(http.MethodPost, "/acme/open", form); r.status != http.StatusSeeOther || r.to != "/acme/account" {
			t.Fatalf("answered %d to %s", r.status, r.to)
		}
	}
	if len(portal.keys) != 2 || portal.keys[0] != key[1] || portal.keys[1] != key[1] {
		t.Errorf("the keys were %q", portal.keys)
	}
	if c := portal.asked[0].Customer; c == nil || *c != (Customer{"Ada Lovelace", "ada@example.test", "Person"}) {
		t.Errorf("asked for %+v", c)
	}
	if page := v.get("/acme/account").body; !strings.Contains(page, "Welcome, Ada") {
		t.Error("the page does not know its customer")
	}
}

func TestWhatIsMissingInTheFormIsNamedAtItsField(t *testing.T) {
	portal := newReception(t)
	v := visit(t, portal)
	for _, row := range []struct{ name, email, wrong string }{
		{"", "ada@example.test", "name-wrong"}, {"Ada", "", "email-wrong"}, {"Ada", "ada", "email-wrong"}, {"Ada", "Ada <ada@example.test>", "email-wrong"},
	} {
		r := v.send(http.MethodPost, "/acme/open", url.Values{"key": {"k"}, "name": {row.name}, "email": {row.email}})
		if r.status != http.StatusUnprocessableEntity || strings.Count(r.body, `aria-describedby="`+row.wrong) != 1 || strings.Count(r.body, "aria-invalid") != 1 {
			t.Errorf("%q, %q: answered %d", row.name, row.email, r.status)
		}
	}
	if len(portal.asked) != 0 {
		t.Errorf("the portal was asked for %v", portal.asked)
	}
}

func TestEveryLinkIsAnotherOneAndLeadsBackToTheHouse(t *testing.T) {
	portal := newReception(t)
	v := visit(t, portal)
	v.comeAs("northwind")
	page := v.get("/northwind/account").body
	first, second := v.post("/northwind/link").body, v.post("/northwind/link").body
	if first == second || !strings.Contains(page, `<onboarding-portal src="`+portal.URL+`/p/acme/start/token-`) {
		t.Errorf("links %s and %s, and the page %s", first, second, page)
	}
	want := SessionRequest{CustomerID: someone, ReturnURL: v.bank + "/northwind/onboarding/done", Locale: "de"}
	for _, asked := range portal.asked {
		if asked != want {
			t.Errorf("asked for %+v", asked)
		}
	}
	if keys := slices.Compact(slices.Sorted(slices.Values(portal.keys))); len(keys) != 3 {
		t.Errorf("the keys were %q", portal.keys)
	}
}

func TestTheAccountOpensWhenThePortalSaysSoAndNotBefore(t *testing.T) {
	portal := newReception(t)
	v := visit(t, portal)
	v.comeAs("acme")
	for _, at := range []Progress{{"submission", "continue"}, {"complete", "rails-pending"}, {"activation", "ready"}} {
		portal.stands(at.Stage, at.State)
		answers := v.post("/acme/status").body + v.get("/acme/account").body + v.get("/acme/onboarding/done").body
		if strings.Contains(answers, "25.00") || strings.Contains(answers, `"open":true`) || strings.Contains(answers, "is open</h1>") {
			t.Errorf("it is open at %v", at)
		}
	}
	portal.stands("complete", "ready")
	if r := v.post("/acme/status"); !strings.Contains(r.body, `"open":true`) || !strings.Contains(r.body, "25.00") {
		t.Errorf("answered %s", r.body)
	}
	portal.stands("submission", "step-up") // asked once more for something, which locks nothing
	if page := v.get("/acme/account").body; !strings.Contains(page, `data-account="open"`) || !strings.Contains(page, "25.00") {
		t.Error("it is locked again")
	}
}

func TestWhoeverIsNotSignedInIsToldNothing(t *testing.T) {
	portal := newReception(t)
	v := visit(t, portal)
	for path, want := range map[string]int{"/acme/link": http.StatusUnauthorized, "/acme/status": http.StatusUnauthorized, "/acme/sign-out": http.StatusSeeOther} {
		if r := v.post(path); r.status != want {
			t.Errorf("%s answers %d", path, r.status)
		}
	}
	v.comeAs("acme")
	for _, path := range []string{"/acme/link", "/acme/status", "/acme/open", "/acme/sign-out"} {
		if r := v.send(http.MethodPost, path, nil, "Sec-Fetch-Site", "cross-site"); r.status != http.StatusForbidden {
			t.Errorf("another site gets %d from %s", r.status, path)
		}
	}
	if r := v.post("/acme/sign-out"); r.to != "/acme/" || v.get("/acme/account").to != "/acme/" || v.post("/acme/link").status != http.StatusUnauthorized {
		t.Errorf("signing out leads to %s and leaves the door open", r.to)
	}
	if len(portal.asked) != 0 {
		t.Errorf("the portal was asked for %v", portal.asked)
	}
}

func TestAPortalThatSaysNoIsSpokenOfCalmly(t *testing.T) {
	for name, row := range map[string]struct {
		status, want int
		body         string
		words        []string
	}{
		"unknown": {http.StatusNotFound, http.StatusNotFound, `{"detail": "there is no such customer", "support_code": "` + supportHas + `"}`, []string{"find this customer", supportHas}},
		"busy":    {http.StatusTooManyRequests, http.StatusTooManyRequests, `{"support_code": "` + supportHas + `"}`, []string{"a bit fast", supportHas}},
		"away":    {http.StatusServiceUnavailable, http.StatusBadGateway, `{"support_code": "` + supportHas + `"}`, []string{"Nothing is lost", supportHas}},
		"garbled": {http.StatusOK, http.StatusBadGateway, "<html>", []string{"Nothing is lost"}},
	} {
		t.Run(name, func(t *testing.T) {
			portal := newReception(t)
			v := visit(t, portal)
			v.comeAs("acme")
			portal.says(row.status, row.body)
			page := v.get("/acme/account")
			if page.status != row.want || v.post("/acme/link").status != row.want || v.get("/acme/onboarding/done").status != row.want {
				t.Errorf("answers %d", page.status)
			}
			for _, want := range row.words {
				if !strings.Contains(strings.ReplaceAll(page.body, "’", "'"), want) {
					t.Errorf("the page lacks %q", want)
				}
			}
			if strings.Contains(page.body, "no such customer") || strings.Contains(page.body, "bank:") {
				t.Error("the page shows words for operators")
			}
		})
	}
}

func TestBothLanguagesHaveTheSameWords(t *testing.T) {
	en, de := slices.Sorted(maps.Keys(catalogue["en"])), slices.Sorted(maps.Keys(catalogue["de"]))
	if !slices.Equal(en, de) {
		t.Errorf("English has %v, German has %v", en, de)
	}
}
