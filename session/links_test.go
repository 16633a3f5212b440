package session_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portal/session"
)

var aliceLink = session.LinkSpec{
	Partner: "acme", CustomerID: "0199-alice", WithEDD: true, ReturnURL: "https://app.acme.example/done", Locale: "de",
}

func (h *house) link(spec session.LinkSpec) (token string, expires time.Time) {
	h.t.Helper()
	token, expires, err := h.links.Make(h.t.Context(), spec)
	if err != nil {
		h.t.Fatal(err)
	}
	return token, expires
}

func (h *house) peek(b browser, token string) error {
	w := httptest.NewRecorder()
	_, err := h.links.Peek(w, b.request(page), "acme", token)
	b.take(w)
	return err
}

func TestALinkBringsItsCustomerIn(t *testing.T) {
	h, b := newHouse(t, true), browser{}
	token, expires := h.link(aliceLink)
	if want := h.clock.Now().Add(10 * time.Minute); !expires.Equal(want) {
		t.Errorf("expires at %v, want %v", expires, want)
	}
	for range 3 {
		spec, err := h.links.Peek(httptest.NewRecorder(), b.request(page), "acme", token)
		if diff := cmp.Diff(aliceLink, spec); err != nil || diff != "" {
			t.Fatalf("peek: %v %s", err, diff)
		}
	}
	spec, err := h.links.Use(b.request(page), "acme", token)
	if diff := cmp.Diff(aliceLink, spec); err != nil || diff != "" {
		t.Fatalf("use: %v %s", err, diff)
	}
	h.start(b, page, spec.Identify(token))
	current, ok, err := h.customers.Current(b.request(page), "acme")
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if current.CustomerID != alice.CustomerID || !current.WithEDD || current.ReturnURL != alice.ReturnURL || current.Locale != "de" {
		t.Errorf("signed in as %+v", current)
	}
	other, _ := h.link(aliceLink)
	if !current.CameBy(token) || current.CameBy(other) || (session.Identity{}).CameBy("") {
		t.Error("the session does not know its own link")
	}
}

func TestALinkLastsFromAMinuteToADay(t *testing.T) {
	h := newHouse(t, true)
	for ttl, ok := range map[time.Duration]bool{
		time.Minute: true, 24 * time.Hour: true, time.Minute - 1: false, 24*time.Hour + 1: false, -time.Minute: false,
	} {
		spec := aliceLink
		spec.TTL = ttl
		if _, _, err := h.links.Make(t.Context(), spec); (err == nil) != ok {
			t.Errorf("%s: %v", ttl, err)
		}
	}
	for _, spec := range []session.LinkSpec{{Partner: "acme"}, {CustomerID: "0199-alice"}} {
		if _, _, err := h.links.Make(t.Context(), spec); err == nil {
			t.Errorf("a link was made for %+v", spec)
		}
	}
	token, expires := h.link(aliceLink)
	h.clock.add(expires.Sub(h.clock.Now()) - time.Millisecond)
	if err := h.peek(browser{}, token); err != nil {
		t.Errorf("gone before its time: %v", err)
	}
	h.clock.add(time.Millisecond)
	if err := h.peek(browser{}, token); !errors.Is(err, session.ErrLinkGone) {
		t.Errorf("peek after its time: %v", err)
	}
	if _, err := h.links.Use(browser{}.request(page), "acme", token); !errors.Is(err, session.ErrLinkGone) {
		t.Errorf("use after its time: %v", err)
	}
}

func TestALinkThatCannotBeUsedIsGoneWhateverTheReason(t *testing.T) {
	h := newHouse(t, true)
	used, _ := h.link(aliceLink)
	if _, err := h.links.Use(browser{}.request(page), "acme", used); err != nil {
		t.Fatal(err)
	}
	good, _ := h.link(aliceLink)
	for name, try := range map[string][2]string{
		"used up":           {"acme", used},
		"another partner's": {"globex", good},
		"never made":        {"acme", strings.Repeat("A", 43)},
		"no token":          {"acme", ""},
		"half a token":      {"acme", good[:20]},
		"something else":    {"acme", "../../" + good},
	} {
		_, peek := h.links.Peek(httptest.NewRecorder(), browser{}.request(page), try[0], try[1])
		_, use := h.links.Use(browser{}.request(page), try[0], try[1])
		for _, err := range []error{peek, use} {
			if !errors.Is(err, session.ErrLinkGone) || err.Error() != session.ErrLinkGone.Error() {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if _, err := h.links.Use(browser{}.request(page), "acme", good); err != nil {
		t.Errorf("the other partner's try has used the link up: %v", err)
	}
}

func TestOfTwentyWhoUseALinkAtOnceOneComesIn(t *testing.T) {
	h := newHouse(t, true)
	token, _ := h.link(aliceLink)
	var in, gone atomic.Int32
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	ready.Add(20)
	for range 20 {
		b := browser{}
		if err := h.peek(b, token); err != nil {
			t.Fatal(err)
		}
		done.Go(func() {
			ready.Done()
			<-start
			switch _, err := h.links.Use(b.request(page), "acme", token); {
			case err == nil:
				in.Add(1)
			case errors.Is(err, session.ErrLinkGone):
				gone.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	if in.Load() != 1 || gone.Load() != 19 {
		t.Errorf("%d came in, %d were told that it is gone", in.Load(), gone.Load())
	}
}

func TestADoubleClickIsForgivenToTheSameBrowserUntilItSignsOut(t *testing.T) {
	for _, dest := range []string{page, frame} {
		h, b := newHouse(t, true), browser{}
		token, _ := h.link(aliceLink)
		w := httptest.NewRecorder()
		if _, err := h.links.Peek(w, b.request(dest), "acme", token); err != nil {
			t.Fatal(err)
		}
		b.take(w)
		for click := range 2 {
			if _, err := h.links.Use(b.request(dest), "acme", token); err != nil {
				t.Fatalf("%s, click %d: %v", dest, click+1, err)
			}
		}
		h.start(b, dest, aliceLink.Identify(token))
		w = httptest.NewRecorder()
		if err := h.customers.End(w, b.request(dest), "acme"); err != nil {
			t.Fatal(err)
		}
		b.take(w)
		if _, err := h.links.Use(b.request(dest), "acme", token); !errors.Is(err, session.ErrLinkGone) {
			t.Errorf("%s: after signing out the link let the browser in again: %v", dest, err)
		}
	}
}

func TestTheMarkOfABrowserIsMadeOnceAndLookedAtWithCare(t *testing.T) {
	h, b := newHouse(t, true), browser{}
	token, _ := h.link(aliceLink)
	w := httptest.NewRecorder()
	if _, err := h.links.Peek(w, b.request(page), "acme", token); err != nil {
		t.Fatal(err)
	}
	set := b.take(w)
	if want := "__Host-portal-acme.visit.top; Path=/; HttpOnly; Secure; SameSite=Lax"; len(set) != 1 || without(set[0]) != want {
		t.Fatalf("cookies: %v", set)
	}
	w = httptest.NewRecorder()
	if _, err := h.links.Peek(w, b.request(page), "acme", token); err != nil || len(w.Header()) != 0 {
		t.Errorf("marked again: %v, %v", w.Header(), err)
	}
	// A mark that is nothing must not make all that send it the same browser.
	blank := browser{"x": {Name: "__Host-portal-acme.visit.top", Value: ""}}
	if _, err := h.links.Use(blank.request(page), "acme", token); err != nil {
		t.Fatal(err)
	}
	if _, err := h.links.Use(blank.request(page), "acme", token); !errors.Is(err, session.ErrLinkGone) {
		t.Errorf("an empty mark was recognised: %v", err)
	}
}

func TestTheStoreHasNoLinkThatCouldBeOpened(t *testing.T) {
	h := newHouse(t, true)
	token, _ := h.link(aliceLink)
	if len(token) != 43 {
		t.Errorf("%q is not 256 bits", token)
	}
	disk := h.disk()
	if !strings.Contains(disk, aliceLink.CustomerID) {
		t.Fatal("the link is not on the disk, so this shows nothing")
	}
	if strings.Contains(disk, token) {
		t.Error("the token is on the disk")
	}
}

func TestADatabaseThatIsDownDoesNotMakeLinksGone(t *testing.T) {
	h := newHouse(t, true)
	token, _ := h.link(aliceLink)
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.links.Make(t.Context(), aliceLink); err == nil {
		t.Error("Make: no error")
	}
	w := httptest.NewRecorder()
	_, peek := h.links.Peek(w, browser{}.request(page), "acme", token)
	_, use := h.links.Use(browser{}.request(page), "acme", token)
	for _, err := range []error{peek, use} {
		if err == nil || errors.Is(err, session.ErrLinkGone) {
			t.Errorf("answered with %v", err)
		}
	}
	if len(w.Header()) != 0 {
		t.Errorf("something was written: %v", w.Header())
	}
}

func TestLinkURLIsTheContractsRoute(t *testing.T) {
	for _, base := range []string{"https://portal.example", "https://portal.example/"} {
		if got := session.LinkURL(base, "acme", "T"); got != "https://portal.example/p/acme/start/T" {
			t.Error(got)
		}
	}
}
