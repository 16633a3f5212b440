package session_test

import (
	"net/http/httptest"
	"testing"

	"portal/session"
)

func TestAnyCookieOfOursShowsThatCookiesAreKeptWhereThePageIsShown(t *testing.T) {
	for _, https := range []bool{true, false} {
		for _, dest := range []string{page, frame, silent} {
			for name, write := range map[string]func(h *house, b browser, w *httptest.ResponseRecorder) error{
				"mark": func(h *house, b browser, w *httptest.ResponseRecorder) error {
					h.cookies.Mark(w, b.request(dest), "acme")
					return nil
				},
				"session": func(h *house, b browser, w *httptest.ResponseRecorder) error {
					_, err := h.customers.Start(w, b.request(dest), alice)
					return err
				},
				"notice": func(h *house, b browser, w *httptest.ResponseRecorder) error {
					return h.cookies.AddNotice(w, b.request(dest), "acme", session.NoticeSaved)
				},
				"preferences": func(h *house, b browser, w *httptest.ResponseRecorder) error {
					return h.cookies.SavePreferences(w, b.request(dest), session.Preferences{Theme: "dark"})
				},
			} {
				h, b, w := newHouse(t, https), browser{}, httptest.NewRecorder()
				if h.cookies.Kept(b.request(dest), "acme") {
					t.Fatalf("%s, %s: kept before anything was set", name, dest)
				}
				if err := write(h, b, w); err != nil {
					t.Fatal(err)
				}
				b.take(w)
				if !h.cookies.Kept(b.request(dest), "acme") {
					t.Errorf("%s, %q, https %v: not kept", name, dest, https)
				}
				if dest == page && h.cookies.Kept(b.request(frame), "acme") {
					t.Errorf("%s: a frame counts the cookies of a page", name)
				}
			}
		}
	}
}

func TestASessionThatIsGoneIsOneThatABrowserHad(t *testing.T) {
	for _, dest := range []string{page, frame} {
		h, b := newHouse(t, true), browser{}
		if h.customers.Had(b.request(dest), "acme") {
			t.Error("a stranger had a session")
		}
		h.start(b, dest, alice)
		h.clock.add(session.IdleLimit)
		if !h.customers.Had(b.request(dest), "acme") || h.who(b, dest, "acme") != "" {
			t.Error("a session that has ended is not noticed")
		}
		if h.customers.Had(b.request(dest), "globex") {
			t.Error("it counts for another partner")
		}
		w := httptest.NewRecorder()
		if err := h.customers.End(w, b.request(dest), "acme"); err != nil {
			t.Fatal(err)
		}
		b.take(w)
		if h.customers.Had(b.request(dest), "acme") {
			t.Error("who has signed out is told that the session has ended")
		}
	}
}
