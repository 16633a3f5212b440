package session_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"portal/session"
)

func (h *house) cookiesWith(https bool, list ...string) *session.Cookies {
	return session.NewCookies(session.CookiesConfig{Keys: keys(h.t, list...), HTTPS: https, Now: h.clock.Now})
}

func TestPreferencesStayForAYear(t *testing.T) {
	for _, row := range []struct {
		name  string
		https bool
		dest  string
		want  string
	}{
		{"alone", true, page, "__Host-portal.preferences.top; Path=/; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax"},
		{"in a frame", true, frame, "__Host-portal.preferences; Path=/; Max-Age=31536000; HttpOnly; Secure; SameSite=None; Partitioned"},
		{"alone, trying out", false, page, "portal.preferences.top; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"},
		{"in a frame, trying out", false, frame, "portal.preferences; Path=/; Max-Age=31536000; HttpOnly; Secure; SameSite=None; Partitioned"},
	} {
		t.Run(row.name, func(t *testing.T) {
			h, b := newHouse(t, row.https), browser{}
			c := h.cookiesWith(row.https, key(1))
			if p := c.Preferences(b.request(row.dest)); p != (session.Preferences{}) {
				t.Errorf("at first: %+v", p)
			}
			want := session.Preferences{Language: "pt-BR", Theme: "dark"}
			w := httptest.NewRecorder()
			if err := c.SavePreferences(w, b.request(row.dest), want); err != nil {
				t.Fatal(err)
			}
			set := b.take(w)
			if p := c.Preferences(b.request(row.dest)); p != want {
				t.Errorf("saved: %+v", p)
			}
			expires := *set[0]
			expires.Expires = time.Time{}
			if got := without(&expires); len(set) != 1 || got != row.want {
				t.Errorf("set:\ngot  %s\nwant %s", got, row.want)
			}
		})
	}
}

func TestOnlyLanguagesAndThemesAreKept(t *testing.T) {
	h := newHouse(t, true)
	for given, want := range map[session.Preferences]session.Preferences{
		{Language: "DE", Theme: "light"}:             {Language: "de", Theme: "light"},
		{Language: "../x", Theme: "neon"}:            {},
		{Language: "", Theme: "auto"}:                {Theme: "auto"},
		{Language: "de dark", Theme: "light; x"}:     {},
		{Language: "en\r\nSet-Cookie: x", Theme: ""}: {},
	} {
		b, w := browser{}, httptest.NewRecorder()
		if err := h.cookies.SavePreferences(w, b.request(page), given); err != nil {
			t.Fatal(err)
		}
		b.take(w)
		if got := h.cookies.Preferences(b.request(page)); got != want {
			t.Errorf("%+v is kept as %+v", given, got)
		}
	}
}

func TestCookiesAreReadWithOlderKeysAndNotWithOthers(t *testing.T) {
	h, b := newHouse(t, true), browser{}
	want := session.Preferences{Language: "de", Theme: "dark"}
	save := func(c *session.Cookies) {
		t.Helper()
		w := httptest.NewRecorder()
		if err := c.SavePreferences(w, b.request(page), want); err != nil {
			t.Fatal(err)
		}
		b.take(w)
	}
	old, both, fresh := h.cookiesWith(true, key(1)), h.cookiesWith(true, key(2), key(1)), h.cookiesWith(true, key(2))
	save(old)
	if got := both.Preferences(b.request(page)); got != want {
		t.Errorf("the older key does not read any more: %+v", got)
	}
	if got := fresh.Preferences(b.request(page)); got != (session.Preferences{}) {
		t.Errorf("a key that was taken away still reads: %+v", got)
	}
	save(fresh) // a cookie that can't be read is no obstacle to a new one
	save(both)
	if got := fresh.Preferences(b.request(page)); got != want {
		t.Errorf("not written with the newest key: %+v", got)
	}
	for _, c := range b {
		c.Value = c.Value[:len(c.Value)-4] + "AAAA"
	}
	if got := both.Preferences(b.request(page)); got != (session.Preferences{}) {
		t.Errorf("a cookie that was changed is read: %+v", got)
	}
}

func TestANoticeIsSaidOnceOnThePartnersNextPage(t *testing.T) {
	for _, dest := range []string{page, frame} {
		h, b := newHouse(t, true), browser{}
		take := func(partner string) session.Notice {
			t.Helper()
			w := httptest.NewRecorder()
			n := h.cookies.TakeNotice(w, b.request(dest), partner)
			b.take(w)
			return n
		}
		if n := take("acme"); n != "" {
			t.Errorf("at first: %q", n)
		}
		for _, want := range session.Notices {
			w := httptest.NewRecorder()
			if err := h.cookies.AddNotice(w, b.request(dest), "acme", want); err != nil {
				t.Fatal(err)
			}
			b.take(w)
			if n := take("globex"); n != "" {
				t.Errorf("the other partner says %q", n)
			}
			if n := take("acme"); n != want {
				t.Errorf("said %q, want %q", n, want)
			}
			if n := take("acme"); n != "" || len(b) != 0 {
				t.Errorf("said again: %q; cookies left: %v", n, b)
			}
		}
	}
}

func TestANoticeIsForgottenAfterFiveMinutes(t *testing.T) {
	h, b := newHouse(t, true), browser{}
	w := httptest.NewRecorder()
	if err := h.cookies.AddNotice(w, b.request(page), "acme", session.NoticeSigned); err != nil {
		t.Fatal(err)
	}
	set := b.take(w)
	if set[0].MaxAge != 300 || set[0].Name != "__Host-portal-acme.notice.top" || !set[0].HttpOnly {
		t.Errorf("cookie: %v", set[0])
	}
	h.clock.add(5*time.Minute - time.Millisecond)
	if n := h.cookies.TakeNotice(httptest.NewRecorder(), b.request(page), "acme"); n != session.NoticeSigned {
		t.Errorf("forgotten too early: %q", n)
	}
	h.clock.add(time.Millisecond)
	if n := h.cookies.TakeNotice(httptest.NewRecorder(), b.request(page), "acme"); n != "" {
		t.Errorf("a copy of the cookie still says %q", n)
	}
}

func TestANoticeIsNeverFreeText(t *testing.T) {
	h, b := newHouse(t, true), browser{}
	w := httptest.NewRecorder()
	if err := h.cookies.AddNotice(w, b.request(page), "acme", "Call 555-0100"); err == nil || len(w.Header()) != 0 {
		t.Errorf("%v, %v", err, w.Header())
	}
	// A cookie of one kind does not pass for another, though the same keys made it.
	if err := h.cookies.SavePreferences(w, b.request(page), session.Preferences{Language: "de", Theme: "dark"}); err != nil {
		t.Fatal(err)
	}
	for _, c := range b.take(w) {
		c.Name = "__Host-portal-acme.notice.top"
	}
	if n := h.cookies.TakeNotice(httptest.NewRecorder(), b.request(page), "acme"); n != "" {
		t.Errorf("%q", n)
	}
}
