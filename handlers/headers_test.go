package handlers_test

import (
	"net/http"
	"strings"
	"testing"
)

// everyAnswer is one of each kind of answer that the portal gives under a partner.
func everyAnswer(w *world) map[string]*page {
	b, identity, c := w.at("pending")
	signer, documents, _ := w.at("signings")
	_, form := firstForm(documents)
	anonymous := w.browser()
	return map[string]*page{
		"sign-up":       anonymous.get("/p/acme/").is(http.StatusOK),
		"entry":         anonymous.get("/p/other/").is(http.StatusOK),
		"link":          anonymous.get(w.link(c.ID)).is(http.StatusOK),
		"gone link":     anonymous.get("/p/acme/start/x").is(http.StatusGone),
		"identity":      identity,
		"redirect":      b.send(http.MethodGet, "/p/acme/", nil).is(http.StatusSeeOther),
		"documents":     documents,
		"reader":        signer.get("/p/acme/documents/" + form).is(http.StatusOK),
		"no consent":    documents.post("form[action$='" + form + "/sign']").is(http.StatusUnprocessableEntity),
		"forbidden":     b.send(http.MethodPost, "/p/acme/identity", nil, from("cross-site", "https://evil.example")).is(http.StatusForbidden),
		"not found":     b.get("/p/acme/nowhere").is(http.StatusNotFound),
		"no partner":    b.get("/p/nobody/").is(http.StatusNotFound),
		"nothing":       b.get("/nothing").is(http.StatusNotFound),
		"phone":         b.get("/p/acme/phone").is(http.StatusOK),
		"phone code":    b.get("/p/acme/phone").submit("form[action$='/phone']").is(http.StatusOK),
		"waiting":       second(w.at("processed")),
		"complete":      second(w.at("active")),
		"blocked":       second(w.at("suspended")),
		"not allowed":   b.send(http.MethodPut, "/p/acme/identity", nil).is(http.StatusMethodNotAllowed),
		"unauthorized":  b.get("/api/v1/customers/x/progress").is(http.StatusUnauthorized),
		"doctor":        anonymous.get("/p/acme/doctor").is(http.StatusOK),
		"probe":         anonymous.get("/p/acme/doctor/probe").is(http.StatusOK),
		"brand":         anonymous.get("/p/acme/brand.css").is(http.StatusOK),
		"health":        anonymous.get("/healthz").is(http.StatusOK),
		"static":        anonymous.get(attr(identity.all("link[rel=stylesheet]")[0], "href")).is(http.StatusOK),
		"missing asset": anonymous.get("/static/none.css").is(http.StatusNotFound),
	}
}

func second[A, B, C any](_ A, b B, _ C) B { return b }

func TestEveryAnswerHasItsHeaders(t *testing.T) {
	w := newWorld(t, overHTTPS)
	for name, p := range everyAnswer(w) {
		want := map[string]string{
			"X-Content-Type-Options":       "nosniff",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Strict-Transport-Security":    "max-age=63072000; includeSubDomains",
			"Referrer-Policy":              "same-origin",
			"X-Frame-Options":              "",
			"Access-Control-Allow-Origin":  "",
			"Server":                       "",
		}
		if name == "link" || name == "gone link" {
			want["Referrer-Policy"] = "no-referrer"
		}
		if name == "static" || name == "missing asset" { // for frames that are strangers to their own site
			want["Cross-Origin-Resource-Policy"], want["Access-Control-Allow-Origin"] = "cross-origin", "*"
		}
		if name != "brand" && name != "static" {
			want["Cache-Control"] = "no-store"
		}
		for header, value := range want {
			if got := p.header.Get(header); got != value {
				t.Errorf("%s: %s is %q, want %q", name, header, got, value)
			}
		}
	}
}

func TestEveryPageHasAStrictPolicyOfItsOwn(t *testing.T) {
	w := newWorld(t)
	nonces := map[string]string{}
	for name, p := range everyAnswer(w) {
		if !strings.HasPrefix(p.header.Get("Content-Type"), "text/html") {
			continue
		}
		for directiveName, value := range map[string]string{
			"default-src": "'none'", "style-src": "'self'", "connect-src": "'self'", "form-action": "'self'", "base-uri": "'none'",
			"require-trusted-types-for": "'script'",
		} {
			if got := directive(p, directiveName); got != value {
				t.Errorf("%s: %s is %q, want %q", name, directiveName, got, value)
			}
		}
		if policy := p.header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %s", name, policy)
		}
		script := directive(p, "script-src")
		nonce := strings.TrimSuffix(strings.TrimPrefix(script, "'nonce-"), "' 'strict-dynamic'")
		if len(nonce) < 22 || strings.ContainsAny(nonce, " '") {
			t.Errorf("%s: script-src is %q", name, script)
		}
		if other, twice := nonces[nonce]; twice {
			t.Errorf("%s has the nonce of %s", name, other)
		}
		nonces[nonce] = name
		for _, s := range p.all("script") {
			if attr(s, "nonce") != nonce {
				t.Errorf("%s: a script has another nonce", name)
			}
		}
		p.none("[style], style").none("[onclick], [onload], [onsubmit]")
	}
}

func TestOnlyThePartnersOriginsMayFrameAPageErrorsIncluded(t *testing.T) {
	w := newWorld(t)
	for name, p := range everyAnswer(w) {
		want := "'none'"
		if strings.HasPrefix(p.url.Path, "/p/acme/") {
			want = "https://app.acme.example"
		}
		if strings.HasPrefix(p.url.Path, "/static/") || p.url.Path == "/healthz" {
			want = ""
		}
		if got := directive(p, "frame-ancestors"); got != want {
			t.Errorf("%s: frame-ancestors is %q, want %q", name, got, want)
		}
	}
}

func TestThePartnersLogoMayBeLoadedAndNothingElse(t *testing.T) {
	w := newWorld(t)
	p := w.browser().get("/p/acme/")
	if got := directive(p, "img-src"); got != "'self' https://cdn.acme.example" {
		t.Errorf("img-src is %q", got)
	}
	p.one("img[src='https://cdn.acme.example/logo.svg']")
	if got := directive(w.browser().get("/p/other/"), "img-src"); got != "'self'" {
		t.Errorf("without a logo img-src is %q", got)
	}
}

func TestTheCameraIsGivenToTheIdentityOriginsAndThoseTheyRedirectTo(t *testing.T) {
	for name, c := range map[string]struct {
		origins              []string
		policy, allow, frame string
	}{
		"plain": {
			[]string{"https://verify.example", "https://kyc.example:8443"},
			`camera=(self "https://verify.example" "https://kyc.example:8443")`,
			"camera 'src' https://verify.example https://kyc.example:8443", "https://verify.example https://kyc.example:8443",
		},
		"wildcard": {
			[]string{"https://verify.example", "https://*.kyc.example"},
			`camera=(self "https://verify.example" "https://*.kyc.example")`, "camera *", "https://verify.example https://*.kyc.example",
		},
	} {
		w := newWorld(t, func(s *setup) { s.origins = c.origins })
		made := w.scenario("pending")
		must(t, w.sim.SetURL(w.newest(made.ID).ID, "https://verify.example/start?token=1"))
		_, p := w.signedIn(made.ID)
		p.stands("submission", "continue")
		if got, _, _ := strings.Cut(p.header.Get("Permissions-Policy"), ", microphone"); got != c.policy {
			t.Errorf("%s: Permissions-Policy begins with %s, want %s", name, got, c.policy)
		}
		frame := p.one("iframe#identity-frame")
		if got, _, _ := strings.Cut(attr(frame, "allow"), ";"); got != c.allow {
			t.Errorf("%s: allow begins with %s, want %s", name, got, c.allow)
		}
		if got := directive(p, "frame-src"); got != c.frame {
			t.Errorf("%s: frame-src is %s, want %s", name, got, c.frame)
		}
		if attr(frame, "title") == "" || attr(frame, "referrerpolicy") != "no-referrer" || has(frame, "sandbox") {
			t.Errorf("%s: the frame lacks a title or a referrer policy", name)
		}
	}
}

func TestHeadAnswersWhereGetDoesWithoutABody(t *testing.T) {
	w := newWorld(t)
	b, _, _ := w.at("processed")
	for _, path := range []string{"/p/acme/", "/p/acme/review", "/p/acme/nowhere", "/p/nobody/", "/healthz", "/readyz", "/p/acme/brand.css", "/api/v1/customers/x/progress"} {
		get, head := b.send(http.MethodGet, path, nil), b.send(http.MethodHead, path, nil)
		if head.status != get.status || head.body != "" || head.header.Get("Content-Type") != get.header.Get("Content-Type") {
			t.Errorf("%s: HEAD is answered with %d and %d bytes, GET with %d", path, head.status, len(head.body), get.status)
		}
	}
}

func TestThePartnersColoursAreCachedByTheirAddress(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	var address string
	for _, link := range b.get("/p/acme/").all("link[rel=stylesheet]") {
		if strings.HasPrefix(attr(link, "href"), "/p/acme/brand.css?v=") {
			address = attr(link, "href")
		}
	}
	css := b.get(address).is(http.StatusOK)
	if !strings.Contains(css.body, "--accent") || css.header.Get("Content-Type") != "text/css; charset=utf-8" ||
		!strings.Contains(css.header.Get("Cache-Control"), "immutable") {
		t.Errorf("%s: %s, %s", address, css.header.Get("Cache-Control"), css.body)
	}
	if got := b.get("/p/acme/brand.css?v=old").header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("at an old address it is kept: %s", got)
	}
	b.get("/p/other/brand.css").is(http.StatusNotFound)
}
