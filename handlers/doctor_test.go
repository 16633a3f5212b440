package handlers_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

func TestTheDoctorIsThereForEverybodyAndNamesWhomThePartnerLists(t *testing.T) {
	w := newWorld(t)
	p := w.browser().get("/p/acme/doctor").is(http.StatusOK)
	if got := p.text("[data-doctor-origins]"); got != "https://app.acme.example" {
		t.Errorf("listed is %q", got)
	}
	if got, want := p.mark("data-now"), strconv.FormatInt(w.clock.Now().UnixMilli(), 10); got != want {
		t.Errorf("the portal's clock is told as %s, want %s", got, want)
	}
	for _, line := range []string{
		`<onboarding-portal src="` + w.base + `/p/acme/doctor">`,
		`allow="camera; microphone; geolocation; clipboard-write; fullscreen"`,
		`Permissions-Policy: camera=(self "` + w.base + `")`,
		`sandbox="allow-scripts allow-same-origin`,
	} {
		p.says(line)
	}
	if got := directive(p, "frame-ancestors"); got != "https://app.acme.example" {
		t.Errorf("it may be framed by %s", got)
	}
	w.browser().get("/p/other/doctor").is(http.StatusOK).none("[data-doctor-origins]")
	w.browser().get("/p/nobody/doctor").is(http.StatusNotFound)
	w.browser().send(http.MethodGet, "/p/acme/doctor/", nil).is(http.StatusMovedPermanently)
}

func TestTheDoctorsProbeTellsWhetherABrowserKeepsCookies(t *testing.T) {
	w := newWorld(t)
	keeps := w.browser()
	fetch := func(r *http.Request) { r.Header.Set("Sec-Fetch-Dest", "empty") }
	kept := func(b *browser) string {
		return b.send(http.MethodGet, "/p/acme/doctor/probe", nil, fetch).is(http.StatusOK).body
	}
	if got := kept(keeps); got != `{"kept":false}`+"\n" {
		t.Errorf("before it was set: %s", got)
	}
	keeps.send(http.MethodPost, "/p/acme/doctor/probe", url.Values{"framed": {"no"}}, fetch).is(http.StatusNoContent)
	if got := kept(keeps); got != `{"kept":true}`+"\n" {
		t.Errorf("set, and asked for: %s", got)
	}
	if got := kept(w.browser()); got != `{"kept":false}`+"\n" {
		t.Errorf("somebody else's browser: %s", got)
	}
	framed := w.browser().send(http.MethodPost, "/p/acme/doctor/probe", url.Values{"framed": {"yes"}}, fetch)
	if cookie := framed.header.Get("Set-Cookie"); !strings.Contains(cookie, "SameSite=None") || !strings.Contains(cookie, "Partitioned") {
		t.Errorf("in a frame it is set as %s", cookie)
	}
	w.browser().send(http.MethodPost, "/p/acme/doctor/probe", nil, from("cross-site", "https://evil.example")).is(http.StatusForbidden)
}
