package session_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"portal/session"
)

func TestWhoSignsInIsKnownAtTheNextRequest(t *testing.T) {
	h, b := newHouse(t, true), browser{}
	if who := h.who(b, page, "acme"); who != "" {
		t.Fatalf("known before signing in: %s", who)
	}
	started := h.start(b, page, alice)
	current, ok, err := h.customers.Current(b.request(page), "acme")
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	want := alice
	want.SignedInAt, want.ExpiresAt = h.clock.Now(), h.clock.Now().Add(12*time.Hour)
	fresh := cmpopts.IgnoreFields(session.Identity{}, "FormToken", "SessionID")
	if diff := cmp.Diff(want, current, fresh, cmpopts.IgnoreUnexported(session.Identity{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(started, current, cmpopts.IgnoreUnexported(session.Identity{})); diff != "" {
		t.Errorf("Start and Current disagree:\n%s", diff)
	}
	if len(current.FormToken) < 26 || len(current.SessionID) != 32 {
		t.Errorf("form token %q, session id %q", current.FormToken, current.SessionID)
	}
}

func TestSigningInAgainMakesANewTokenAndEndsTheOldOne(t *testing.T) {
	h, b := newHouse(t, true), browser{}
	first := h.start(b, page, alice)
	old := browser{}
	for name, c := range b {
		old[name] = c
	}
	bob := alice
	bob.CustomerID = "0199-bob"
	second := h.start(b, page, bob)
	if who := h.who(b, page, "acme"); who != "0199-bob" {
		t.Errorf("signed in as %q", who)
	}
	if who := h.who(old, page, "acme"); who != "" {
		t.Errorf("the old token is still %q", who)
	}
	if first.FormToken == second.FormToken || first.SessionID == second.SessionID {
		t.Error("the new session has something of the old one")
	}
	if _, err := h.customers.Start(httptest.NewRecorder(), b.request(page), session.Identity{Partner: "acme"}); err == nil {
		t.Error("a session of nobody was started")
	}
}

func TestTheStoreHasNoTokenThatABrowserCouldUse(t *testing.T) {
	h, b := newHouse(t, true), browser{}
	i := h.start(b, page, alice)
	disk := h.disk()
	if !strings.Contains(disk, alice.CustomerID) {
		t.Fatal("the session is not on the disk, so this shows nothing")
	}
	for _, c := range b {
		if strings.Contains(disk, c.Value) {
			t.Error("the token is on the disk")
		}
	}
	for _, c := range b {
		if sum := sha256.Sum256([]byte(c.Value)); strings.HasPrefix(hex.EncodeToString(sum[:]), i.SessionID) {
			t.Error("the session id names the row in the store")
		}
	}
}

func TestASessionEndsWhenNobodyDidAnythingForHalfAnHour(t *testing.T) {
	h, b := newHouse(t, true), browser{}
	h.start(b, page, alice)
	for range 3 {
		h.clock.add(29 * time.Minute)
		if err := h.customers.Touch(b.request(page), "acme"); err != nil {
			t.Fatal(err)
		}
	}
	for range 29 {
		h.clock.add(time.Minute)
		if h.who(b, fetch, "acme") == "" {
			t.Fatal("ended too early")
		}
	}
	h.clock.add(time.Minute)
	if h.who(b, fetch, "acme") != "" {
		t.Error("asking who it is kept the session alive")
	}
	if err := h.customers.Touch(b.request(page), "acme"); err != nil {
		t.Fatal(err)
	}
	if h.who(b, page, "acme") != "" {
		t.Error("a touch revived it")
	}
}

func TestASessionEndsAfterTwelveHoursWhateverHappens(t *testing.T) {
	h, b := newHouse(t, true), browser{}
	h.start(b, page, alice)
	for range 12*4 - 1 {
		h.clock.add(15 * time.Minute)
		if err := h.customers.Touch(b.request(page), "acme"); err != nil {
			t.Fatal(err)
		}
		if h.who(b, page, "acme") == "" {
			t.Fatalf("ended at %v", h.clock.Now())
		}
	}
	h.clock.add(15 * time.Minute)
	if h.who(b, page, "acme") != "" {
		t.Error("lives on after twelve hours")
	}
}

func TestSignOutEndsTheSessionAtTheServerAndInTheBrowser(t *testing.T) {
	for _, dest := range []string{page, frame, fetch} {
		h, b := newHouse(t, true), browser{}
		h.start(b, dest, alice)
		stolen := browser{}
		for name, c := range b {
			stolen[name] = c
		}
		w := httptest.NewRecorder()
		gone, cancel := context.WithCancel(t.Context())
		cancel() // the browser was closed over the click
		if err := h.customers.End(w, b.request(dest).WithContext(gone), "acme"); err != nil {
			t.Fatal(err)
		}
		b.take(w)
		if len(b) != 0 {
			t.Errorf("%s: the browser keeps %v", dest, b)
		}
		if who := h.who(stolen, dest, "acme"); who != "" {
			t.Errorf("%s: the old token is still %q", dest, who)
		}
		if err := h.customers.End(httptest.NewRecorder(), b.request(dest), "acme"); err != nil {
			t.Errorf("%s: signing out twice: %v", dest, err)
		}
	}
}

// overtaken is the store as a slow request sees it: between its decision to touch
// the session and the touch itself, the customer signs out in another tab.
type overtaken struct {
	session.SessionStore
	meanwhile func()
}

func (o overtaken) Touch(ctx context.Context, token string) error {
	o.meanwhile()
	return o.SessionStore.Touch(ctx, token)
}

func TestARequestInFlightDoesNotReviveASessionThatWasSignedOut(t *testing.T) {
	h, b := newHouse(t, true), browser{}
	h.start(b, page, alice)
	h.clock.add(5 * time.Minute) // so that a touch would be due
	inFlight := b.request(page)
	slow := h.customersOver(overtaken{h.store.Sessions(session.IdleLimit), func() {
		if err := h.customers.End(httptest.NewRecorder(), b.request(page), "acme"); err != nil {
			t.Error(err)
		}
	}}, true)
	if _, ok, err := slow.Current(inFlight, "acme"); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if err := slow.Touch(inFlight, "acme"); err != nil {
		t.Fatal(err)
	}
	if who := h.who(b, page, "acme"); who != "" {
		t.Errorf("%q is signed in again", who)
	}
}

func TestADatabaseThatIsDownSignsNobodyOut(t *testing.T) {
	h, b := newHouse(t, true), browser{}
	h.start(b, page, alice)
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	if _, ok, err := h.customers.Current(b.request(page), "acme"); err == nil || ok {
		t.Errorf("Current: %v, %v", ok, err)
	}
	if err := h.customers.Touch(b.request(page), "acme"); err == nil {
		t.Error("Touch: no error")
	}
	if _, err := h.customers.Start(w, browser{}.request(page), alice); err == nil {
		t.Error("Start: no error")
	}
	if err := h.customers.End(w, b.request(page), "acme"); err == nil {
		t.Error("End: no error")
	}
	if len(w.Header()) != 0 {
		t.Errorf("something was written: %v", w.Header())
	}
	// Those who bring no session are told so without the database.
	for _, value := range []string{"", "short", strings.Repeat("A", 44), strings.Repeat("!", 43), strings.Repeat("A", 100_000)} {
		stranger := browser{"x": {Name: "__Host-portal-acme.top", Value: value}}
		if _, ok, err := h.customers.Current(stranger.request(page), "acme"); ok || err != nil {
			t.Errorf("%.50q: %v, %v", value, ok, err)
		}
	}
}

func TestADatabaseThatHangsIsAnErrorByTheRequestsDeadline(t *testing.T) {
	h, b := newHouse(t, true), browser{}
	h.start(b, page, alice)
	customers := h.customersOver(hung{h.store.Sessions(session.IdleLimit)}, true)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, ok, err := customers.Current(b.request(page).WithContext(ctx), "acme"); ok || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Current: %v, %v", ok, err)
	}
	if err := customers.Touch(b.request(page).WithContext(ctx), "acme"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Touch: %v", err)
	}
}

func TestOnlyTheSessionsOwnTokenOwnsAForm(t *testing.T) {
	h := newHouse(t, true)
	mine, other := h.start(browser{}, page, alice), h.start(browser{}, page, alice)
	for token, want := range map[string]bool{mine.FormToken: true, other.FormToken: false, mine.FormToken + "x": false, "": false} {
		if got := mine.OwnsForm(token); got != want {
			t.Errorf("%q: %v", token, got)
		}
	}
	if (session.Identity{}).OwnsForm("") {
		t.Error("nobody owns a form without a token")
	}
}

func TestARealClientStaysSignedInOverPlainHTTP(t *testing.T) {
	h := newHouse(t, false)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch i, ok, err := h.customers.Current(r, "acme"); {
		case err != nil:
			t.Error(err)
		case ok:
			_, _ = w.Write([]byte(i.CustomerID))
		default:
			if _, err := h.customers.Start(w, r, alice); err != nil {
				t.Error(err)
			}
		}
	}))
	defer server.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Timeout: 10 * time.Second}
	var body [100]byte
	n := 0
	for range 2 {
		response, err := client.Get(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		n, _ = response.Body.Read(body[:])
		_ = response.Body.Close()
	}
	if got := string(body[:n]); got != alice.CustomerID {
		t.Errorf("at the second request the client is %q", got)
	}
}
