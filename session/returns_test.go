package session_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"portal/session"
)

const returnsFile = `
partners:
  - id: acme
    name: Acme Pay
    return_urls:
      - https://app.acme.example/onboarding/done
      - https://app.acme.example/with?query=1
      - https://shop.acme.example
      - https://app.acme.example/back/*
      - https://Mixed.acme.example:443/*
      - https://port.acme.example:8443/done
      - http://localhost:3000/done
`

var allowedReturns = map[string]string{
	"https://app.acme.example/onboarding/done":     "",
	"HTTPS://APP.acme.EXAMPLE/onboarding/done":     "https://app.acme.example/onboarding/done",
	"https://app.acme.example:443/onboarding/done": "https://app.acme.example/onboarding/done",
	"https://app.acme.example/with?query=1":        "",
	"https://shop.acme.example":                    "https://shop.acme.example/",
	"https://shop.acme.example/":                   "",
	"https://app.acme.example/back/":               "",
	"https://app.acme.example/back/a/b?c=d%2e&e":   "",
	"https://app.acme.example/back/%C3%BC":         "",
	"https://app.acme.example/back/a;b=..":         "",
	"https://mixed.acme.example/":                  "",
	"https://mixed.acme.example/x?":                "",
	"https://port.acme.example:8443/done":          "",
	"http://localhost:3000/done":                   "",
}

// The ways in which others have been led away: each must be refused.
var refusedReturns = []string{
	"", "/", "/onboarding/done", "onboarding/done", "//app.acme.example/onboarding/done", "https:",
	"https:/app.acme.example/onboarding/done", "https:app.acme.example/onboarding/done", "https:///app.acme.example/onboarding/done",
	// another scheme
	"http://app.acme.example/onboarding/done", "javascript:alert(1)", "javascript://app.acme.example/onboarding/done",
	"data:text/html,x", "ftp://app.acme.example/onboarding/done", "https+x://app.acme.example/onboarding/done",
	"vbscript:msgbox(1)", "blob:https://app.acme.example/onboarding/done", "javascript%3aalert(1)", "view-source:https://app.acme.example/onboarding/done",
	// another host
	"///evil.example/back/", "////evil.example", "https://evil.example?https://app.acme.example/back/", "https://evil.example/https://app.acme.example/back/",
	"https://evil.example;app.acme.example/back/", "https://аpp.acme.example/back/", "https://xn--pp-6kc.acme.example/back/", "https://app.acme.example%00.evil.example/back/",
	"https://evil.example/onboarding/done", "https://app.acme.example.evil.example/onboarding/done", "https://evilapp.acme.example/onboarding/done",
	"https://acme.example/onboarding/done", "https://x.app.acme.example/onboarding/done", "https://app.acme.example./onboarding/done",
	"https://app.acme.example:8443/onboarding/done", "https://app.acme.example:/onboarding/done", "https://port.acme.example/done",
	"http://localhost/done", "http://localhost:3001/done", "http://127.0.0.1:3000/done", "https://localhost:3000/done",
	"https://app.acme.example%2eevil.example/back/", "https://app.acme%2eexample/back/", "https://[::1]/back/",
	// a user name that looks like the host
	"https://app.acme.example@evil.example/back/", "https://user@app.acme.example/onboarding/done", "https://app.acme.example:pw@evil.example/back/",
	"https://@app.acme.example/onboarding/done", "https://app.acme.example%40evil.example/back/",
	// what browsers read as a slash, drop, or stop at
	`https://evil.example\@app.acme.example/back/`, `https://app.acme.example\.evil.example/back/`, `https:\\app.acme.example\back\`,
	`https://app.acme.example/back/\..\x`, "https://app.acme.example/back/\tx", "https://app.acme.example/back/\r\nLocation: x", "\x00https://app.acme.example/back/",
	" https://app.acme.example/back/", "https://app.acme.example/back/ ", "https://app.acme.example/back/\u202ex", "https://app.acme.example。evil.example/back/",
	"https://app.acme.example/back/\"><script>", "https://app.acme.example/back/x\u00a0",
	// leading upwards
	"https://app.acme.example/back/../admin", "https://app.acme.example/back/..", "https://app.acme.example/back/./x", "https://app.acme.example/back/...",
	"https://app.acme.example/back/%2e%2e/admin", "https://app.acme.example/back/%2E./admin", "https://app.acme.example/back/%2fx", "https://app.acme.example/back/..%5cx",
	"https://app.acme.example/back/%252e%252e/admin", "https://app.acme.example/back//evil.example", "https://app.acme.example//evil.example", "https://app.acme.example/back/%00",
	"https://app.acme.example/back/..;/admin", "https://app.acme.example/back/..;x=1/admin", "https://app.acme.example/back/..%3b/admin", "https://app.acme.example/back/;/x",
	"https://app.acme.example/back/%0d%0aSet-Cookie:x", "https://app.acme.example/back/%09", "https://app.acme.example/back/%c2%85", "https://app.acme.example/back/%7f",
	// past the end
	"https://app.acme.example/back", "https://app.acme.example/backdoor", "https://app.acme.example/back.evil", "https://app.acme.example/Back/",
	"https://app.acme.example/onboarding/done/", "https://app.acme.example/onboarding/doneevil", "https://app.acme.example/onboarding/done?x=1", "https://app.acme.example/onboarding/done?",
	"https://app.acme.example/with", "https://app.acme.example/with?query=2", "https://app.acme.example/with?query=1&x", "https://shop.acme.example/x",
	"https://app.acme.example/onboarding/done#x", "https://app.acme.example/back/#//evil.example", "https://app.acme.example/back/#", "https://app.acme.example/back/%zz",
}

func acme(t testing.TB) *session.Partner {
	t.Helper()
	ps, err := session.ParsePartners("partners.yaml", []byte(returnsFile), func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	p, _ := ps.ByID("acme")
	return p
}

func TestAReturnAddressIsAllowedAsItIsListed(t *testing.T) {
	for address, want := range allowedReturns {
		if want == "" {
			want = address
		}
		if got, ok := acme(t).AllowsReturn(address); !ok || got != want {
			t.Errorf("%s: %q, %v", address, got, ok)
		}
	}
}

func TestNoReturnAddressLeadsAnywhereElse(t *testing.T) {
	for _, address := range refusedReturns {
		if got, ok := acme(t).AllowsReturn(address); ok || got != "" {
			t.Errorf("%q is allowed as %q", address, got)
		}
	}
	if got, ok := (&session.Partner{}).AllowsReturn("https://app.acme.example/onboarding/done"); ok {
		t.Errorf("a partner without return addresses allows %q", got)
	}
}

func FuzzAllowsReturn(f *testing.F) {
	for _, address := range refusedReturns {
		f.Add(address)
	}
	for address := range allowedReturns {
		f.Add(address)
	}
	p := acme(f)
	hosts := []string{
		"https://app.acme.example", "https://shop.acme.example", "https://mixed.acme.example",
		"https://port.acme.example:8443", "http://localhost:3000",
	}
	f.Fuzz(func(t *testing.T, address string) {
		got, ok := p.AllowsReturn(address)
		if !ok {
			if got != "" {
				t.Fatalf("%q is refused, and given back as %q", address, got)
			}
			return
		}
		if again, ok := p.AllowsReturn(got); !ok || again != got {
			t.Errorf("%q is allowed as %q, which is %q", address, got, again)
		}
		u, err := url.Parse(got)
		if err != nil || u.User != nil || u.Fragment != "" || !slices.Contains(hosts, u.Scheme+"://"+u.Host) {
			t.Errorf("%q leads to %q", address, got)
		}
		if strings.ContainsFunc(got, func(r rune) bool { return r <= ' ' || r > '~' || r == '\\' }) || strings.Contains(u.Path, "..") && strings.Contains(u.Path, "/../") {
			t.Errorf("%q has what browsers read otherwise: %q", address, got)
		}
		// What a browser makes of the path must be below the same prefix.
		if resolved := u.ResolveReference(&url.URL{Path: u.Path}); resolved.Path != u.Path {
			t.Errorf("%q resolves to %q", got, resolved.Path)
		}
	})
}
