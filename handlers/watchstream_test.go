package handlers_test

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"time"

	"portal/onboarding/live"
)

// follow opens a frame's stream as its script does.
func (w *world) follow(method, token string) (*http.Response, *bufio.Reader) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.base+"/p/acme/watch", nil)
	must(w.t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Accept", "text/event-stream")
	response, err := w.client.Do(r)
	must(w.t, err)
	w.t.Cleanup(func() { _ = response.Body.Close() })
	return response, bufio.NewReader(response.Body)
}

func TestAFrameIsToldWhatChangesAndThatItsTabIsOpen(t *testing.T) {
	for name, options := range map[string][]option{"HTTP/1.1": nil, "HTTP/2": {overHTTP2}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, options...)
			c := w.scenario("processed")
			p := w.tab(c.ID)
			response, lines := w.follow(http.MethodGet, p.mark("data-watch"))
			if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/event-stream" ||
				response.Header.Get("Cache-Control") != "no-store" || len(response.Header["Set-Cookie"]) != 0 {
				t.Errorf("%d %v", response.StatusCode, response.Header)
			}
			event(t, lines)
			if got := event(t, lines); got != waits {
				t.Errorf("at first: %q", got)
			}
			w.seated(1)
			b := w.browser()
			tab := b.get(attr(p.one("a[data-tab]"), "href")).submit("form[data-auto-submit]")
			if got := event(t, lines); got != "event: look\n" {
				t.Errorf("when the tab is open: %q", got)
			}
			tab.post("form[action$=sign-out]").leadsTo("/p/acme/") // the frame has nothing to do with that session
			w.live.Hub.Tell(live.Who{Partner: "acme", Customer: c.ID}, live.Event("blocked", "suspended"))
			if got := event(t, lines); got != suspended {
				t.Errorf("then: %q", got)
			}
			w.live.Hub.Beat(w.clock.Now().Add(2*time.Hour - time.Second))
			if got := event(t, lines); got != ":\n" {
				t.Errorf("shortly before its time is over: %q", got)
			}
			w.live.Hub.Beat(w.clock.Now().Add(2 * time.Hour))
			if got := event(t, lines); got != "" || w.live.Hub.Waiting() != 0 {
				t.Errorf("when it is over: %q, %d wait", got, w.live.Hub.Waiting())
			}
		})
	}
}

func TestAnotherLinkThatIsUsedIsNoNewsForTheFrame(t *testing.T) {
	w := newWorld(t)
	c := w.scenario("processed")
	_, lines := w.follow(http.MethodGet, w.tab(c.ID).mark("data-watch"))
	event(t, lines)
	event(t, lines)
	w.seated(1)
	w.signedIn(c.ID)
	w.live.Hub.Close()
	if got := event(t, lines); got != "" {
		t.Errorf("told %q", got)
	}
}

func TestWithoutAWatchThereIsNoStream(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.limits = 1 })
	c := w.scenario("processed")
	token := w.tab(c.ID).mark("data-watch")
	refused := func(method, token string, status int) {
		t.Helper()
		response, _ := w.follow(method, token)
		if response.StatusCode != status || strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream") || w.live.Hub.Waiting() != 0 {
			t.Errorf("%s: %d %v, %d wait", method, response.StatusCode, response.Header, w.live.Hub.Waiting())
		}
	}
	refused(http.MethodGet, "", http.StatusUnauthorized)
	refused(http.MethodGet, token+"A", http.StatusUnauthorized)
	refused(http.MethodHead, token, http.StatusOK)
	for range 59 { // the rest of what it may ask in a minute
		w.look("acme", token).is(http.StatusOK)
	}
	refused(http.MethodGet, token, http.StatusTooManyRequests)
	w.clock.Advance(2 * time.Hour)
	refused(http.MethodGet, token, http.StatusUnauthorized)
}
