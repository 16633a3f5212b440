package session

import (
	"errors"
	"testing"
	"time"
)

func TestAShowingIsItsCustomersAndItsDocumentsAlone(t *testing.T) {
	keys, err := ParseKeys("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	showings := &Showings{Keys: keys, Now: func() time.Time { return now }}
	shown := Showing{At: now, OpenedAt: now.Add(-time.Minute), Fingerprint: "f", SHA256: "ab", Size: 2, MediaType: "text/plain"}
	token, err := showings.Seal("acme", "c", "d", shown)
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(Lifetime)
	if got, err := showings.Open("acme", "c", "d", token); got != shown || err != nil {
		t.Errorf("got %+v, %v", got, err)
	}
	for name, open := range map[string]func() (Showing, error){
		"another partner's":  func() (Showing, error) { return showings.Open("other", "c", "d", token) },
		"another customer's": func() (Showing, error) { return showings.Open("acme", "x", "d", token) },
		"another document's": func() (Showing, error) { return showings.Open("acme", "c", "x", token) },
		"cut otherwise":      func() (Showing, error) { return showings.Open("acme", "cd", "", token) },
		"none":               func() (Showing, error) { return showings.Open("acme", "c", "d", "") },
		"no base64":          func() (Showing, error) { return showings.Open("acme", "c", "d", token+"=") },
		"changed":            func() (Showing, error) { return showings.Open("acme", "c", "d", "AA"+token[2:]) },
	} {
		if got, err := open(); !errors.Is(err, ErrNoShowing) || got != (Showing{}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	now = now.Add(time.Millisecond)
	if _, err := showings.Open("acme", "c", "d", token); !errors.Is(err, ErrNoShowing) {
		t.Errorf("too old: %v", err)
	}
}
