package session_test

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"portal/session"
)

func (h *house) watches(t *testing.T) *session.Watches {
	return &session.Watches{Keys: keys(t, key(1)), Now: h.clock.Now}
}

func TestAWatchIsReadByItsPartnerForTwoHours(t *testing.T) {
	h := newHouse(t, true)
	w := h.watches(t)
	link, _ := h.link(aliceLink)
	token, err := w.Make(aliceLink, link)
	if err != nil {
		t.Fatal(err)
	}
	h.clock.add(2*time.Hour - time.Millisecond)
	seen, err := w.Open("acme", token)
	if err != nil || seen.CustomerID != aliceLink.CustomerID || seen.ReturnURL != aliceLink.ReturnURL || seen.Partner != "acme" {
		t.Fatalf("%+v, %v", seen, err)
	}
	if _, err := w.Open("globex", token); !errors.Is(err, session.ErrNoWatch) {
		t.Errorf("another partner: %v", err)
	}
	h.clock.add(time.Millisecond)
	if seen, err := w.Open("acme", token); !errors.Is(err, session.ErrWatchOver) || seen != (session.Watch{}) {
		t.Errorf("after two hours: %+v, %v", seen, err)
	}
}

func TestAWatchTokenThatWasTamperedWithIsNone(t *testing.T) {
	h := newHouse(t, true)
	w := h.watches(t)
	link, _ := h.link(aliceLink)
	token, err := w.Make(aliceLink, link)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || strings.Contains(string(raw), aliceLink.CustomerID) || strings.Contains(token, link) {
		t.Fatalf("the token can be read, %v", err)
	}
	for i := range raw {
		raw[i] ^= 1
		if _, err := w.Open("acme", base64.RawURLEncoding.EncodeToString(raw)); !errors.Is(err, session.ErrNoWatch) {
			t.Fatalf("with byte %d changed: %v", i, err)
		}
		raw[i] ^= 1
	}
	other := &session.Watches{Keys: keys(t, key(2)), Now: h.clock.Now}
	answer := keys(t, key(1)).Seal("partner answer", []byte(`{"customer_id":"x","until":"2099-01-01T00:00:00Z"}`), []byte("acme"))
	for name, try := range map[string]func() error{
		"other keys":       func() error { _, err := other.Open("acme", token); return err },
		"another purpose":  func() error { _, err := w.Open("acme", base64.RawURLEncoding.EncodeToString(answer)); return err },
		"nothing":          func() error { _, err := w.Open("acme", ""); return err },
		"a longer one":     func() error { _, err := w.Open("acme", token+"A"); return err },
		"not base64":       func() error { _, err := w.Open("acme", token+"="); return err },
		"the link's token": func() error { _, err := w.Open("acme", link); return err },
	} {
		if err := try(); !errors.Is(err, session.ErrNoWatch) {
			t.Errorf("%s: %v", name, err)
		}
	}
	rotated := &session.Watches{Keys: keys(t, key(2), key(1)), Now: h.clock.Now}
	if _, err := rotated.Open("acme", token); err != nil {
		t.Errorf("after a new key: %v", err)
	}
}

func TestAWatchOpensNothing(t *testing.T) {
	h, b := newHouse(t, true), browser{}
	w := h.watches(t)
	link, _ := h.link(aliceLink)
	token, err := w.Make(aliceLink, link)
	if err != nil {
		t.Fatal(err)
	}
	seen, err := w.Open("acme", token)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{token, seen.LinkHash} {
		if _, err := h.links.Use(b.request(page), "acme", key); !errors.Is(err, session.ErrLinkGone) {
			t.Errorf("used as a link: %v", err)
		}
		b["x"] = &http.Cookie{Name: "__Host-portal-acme.top", Value: key}
		if who := h.who(b, page, "acme"); who != "" {
			t.Errorf("used as a session: %s", who)
		}
	}
}

func TestALinkWaitsUntilItIsUsedOrOver(t *testing.T) {
	h := newHouse(t, true)
	w := h.watches(t)
	for name, act := range map[string]func(token string){
		"used": func(token string) {
			if _, err := h.links.Use(browser{}.request(page), "acme", token); err != nil {
				t.Fatal(err)
			}
		},
		"over": func(string) { h.clock.add(session.LinkTTL) },
	} {
		link, _ := h.link(aliceLink)
		token, err := w.Make(aliceLink, link)
		if err != nil {
			t.Fatal(err)
		}
		seen, err := w.Open("acme", token)
		if err != nil {
			t.Fatal(err)
		}
		if open, err := h.links.Waits(t.Context(), seen); !open || err != nil {
			t.Errorf("before it is %s: %v, %v", name, open, err)
		}
		act(link)
		if open, err := h.links.Waits(t.Context(), seen); open || err != nil {
			t.Errorf("when it is %s: %v, %v", name, open, err)
		}
	}
}
