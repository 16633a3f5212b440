package session_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"portal/session"
)

func TestSessionCookiesByModeAndScheme(t *testing.T) {
	for _, row := range []struct {
		name  string
		https bool
		dest  string
		want  string // attributes; the value is cut out
	}{
		{"alone", true, page, "__Host-portal-acme.top; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"a client that doesn't say", true, silent, "__Host-portal-acme.top; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"in a frame", true, frame, "__Host-portal-acme; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"},
		{"in a frameset", true, "frame", "__Host-portal-acme; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"},
		{"in an object", true, "object", "__Host-portal-acme; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"},
		{"alone, trying out", false, page, "portal-acme.top; Path=/; HttpOnly; SameSite=Lax"},
		{"in a frame, trying out", false, frame, "portal-acme; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"},
	} {
		t.Run(row.name, func(t *testing.T) {
			h, b := newHouse(t, row.https), browser{}
			w := httptest.NewRecorder()
			if _, err := h.customers.Start(w, b.request(row.dest), alice); err != nil {
				t.Fatal(err)
			}
			set := b.take(w)
			if len(set) != 1 || len(set[0].Value) != 43 {
				t.Fatalf("cookies: %v", set)
			}
			if got := without(set[0]); got != row.want {
				t.Errorf("set:\ngot  %s\nwant %s", got, row.want)
			}
			w = httptest.NewRecorder()
			if err := h.customers.End(w, b.request(row.dest), "acme"); err != nil {
				t.Fatal(err)
			}
			dropped := w.Result().Cookies()[0]
			if dropped.MaxAge >= 0 || dropped.Value != "" {
				t.Errorf("the cookie is not dropped: %v", dropped)
			}
			dropped.MaxAge, dropped.RawExpires = 0, ""
			dropped.Expires = set[0].Expires
			if got := without(dropped); got != row.want {
				t.Errorf("dropped:\ngot  %s\nwant %s", got, row.want)
			}
		})
	}
}

// without is a cookie's name and attributes.
func without(c *http.Cookie) string {
	bare := *c
	bare.Value = ""
	name := bare.Name
	return name + bare.String()[len(name)+len("="):]
}

func TestFramedTellsAFrameFromAPage(t *testing.T) {
	for dest, want := range map[string]bool{frame: true, "frame": true, "embed": true, page: false, fetch: false, silent: false} {
		if got := session.Framed(browser{}.request(dest)); got != want {
			t.Errorf("%q: %v", dest, got)
		}
	}
}

func TestTheSessionsOfAFrameAndOfAPageAreTwo(t *testing.T) {
	h, b := newHouse(t, true), browser{}
	bob := alice
	bob.CustomerID = "0199-bob"
	h.start(b, page, alice)
	if who := h.who(b, frame, "acme"); who != "" {
		t.Errorf("the frame took the page's session of %q", who)
	}
	if who := h.who(b, fetch, "acme"); who != "0199-alice" {
		t.Errorf("a fetch of the page is %q", who)
	}
	h.start(b, frame, bob)
	for dest, want := range map[string]string{page: "0199-alice", frame: "0199-bob", fetch: "0199-bob", silent: "0199-bob"} {
		if who := h.who(b, dest, "acme"); who != want {
			t.Errorf("%q: %q, want %q", dest, who, want)
		}
	}
	w := httptest.NewRecorder()
	if err := h.customers.End(w, b.request(frame), "acme"); err != nil {
		t.Fatal(err)
	}
	// A browser may keep the cookie of a session that has ended.
	if who := h.who(b, fetch, "acme"); who != "0199-alice" {
		t.Errorf("behind the frame's ended session, a fetch is %q", who)
	}
	if who := h.who(b, page, "acme"); who != "0199-alice" {
		t.Errorf("signing out in the frame ended the page's session: %q", who)
	}
}

func TestAFetchStartsItsSessionInTheModeItsCookieIsOf(t *testing.T) {
	h, b := newHouse(t, true), browser{}
	h.start(b, frame, alice)
	h.start(b, fetch, alice)
	if len(b) != 1 || h.who(b, frame, "acme") == "" {
		t.Errorf("cookies: %v", b)
	}
}

func TestSessionsOfTwoPartnersDoNotDisturbEachOther(t *testing.T) {
	for _, dest := range []string{page, frame} {
		h, b := newHouse(t, true), browser{}
		other := session.Identity{Partner: "globex", CustomerID: "0199-carol"}
		h.start(b, dest, alice)
		h.start(b, dest, other)
		if a, g := h.who(b, dest, "acme"), h.who(b, dest, "globex"); a != "0199-alice" || g != "0199-carol" {
			t.Errorf("%s: acme %q, globex %q", dest, a, g)
		}
		w := httptest.NewRecorder()
		if err := h.customers.End(w, b.request(dest), "acme"); err != nil {
			t.Fatal(err)
		}
		b.take(w)
		if a, g := h.who(b, dest, "acme"), h.who(b, dest, "globex"); a != "" || g != "0199-carol" {
			t.Errorf("%s, after signing out of acme: acme %q, globex %q", dest, a, g)
		}
	}
}

func TestARenamedCookieDoesNotCrossToAnotherPartner(t *testing.T) {
	h, b := newHouse(t, true), browser{}
	h.start(b, page, alice)
	for _, c := range b {
		forged := browser{"x": {Name: "__Host-portal-globex.top", Value: c.Value}}
		if who := h.who(forged, page, "globex"); who != "" {
			t.Errorf("acme's %q is a customer of globex", who)
		}
	}
}
