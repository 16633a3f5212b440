package handlers_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"portal/onboarding/live"
)

// stream opens a customer's stream.
func (b *browser) stream(client *http.Client) (*http.Response, *bufio.Reader) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.w.base+"/p/acme/events", nil)
	must(b.t, err)
	for _, cookie := range b.jar.Cookies(r.URL) {
		r.AddCookie(cookie)
	}
	response, err := client.Do(r)
	must(b.t, err)
	b.t.Cleanup(func() { _ = response.Body.Close() })
	return response, bufio.NewReader(response.Body)
}

// event reads up to the next empty line. It is empty where the stream has ended.
func event(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	var all strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return all.String()
		}
		if line == "\n" {
			return all.String()
		}
		all.WriteString(line)
	}
}

const (
	waits     = "event: progress\ndata: {\"stage\":\"compliance-review\",\"state\":\"waiting\"}\n"
	suspended = "event: progress\ndata: {\"stage\":\"blocked\",\"state\":\"suspended\"}\n"
)

func TestAStreamTellsHowThingsStandAndWhatChanges(t *testing.T) {
	w := newWorld(t)
	b, _, customer := w.at("processed")
	response, lines := b.stream(w.client)
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/event-stream" ||
		response.Header.Get("Cache-Control") != "no-store" || response.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v", response.StatusCode, response.Header)
	}
	if first := event(t, lines); !strings.HasPrefix(first, "retry: ") {
		t.Errorf("it begins with %q", first)
	}
	if got := event(t, lines); got != waits {
		t.Errorf("at first: %q", got)
	}
	w.seated(1)
	w.live.Hub.Tell(live.Who{Partner: "other", Customer: customer.ID}, live.Event("wrong", "partner"))
	w.live.Hub.Tell(live.Who{Partner: "acme", Customer: customer.ID}, live.Event("blocked", "suspended"))
	if got := event(t, lines); got != suspended {
		t.Errorf("then: %q", got)
	}
}

// seated waits until so many streams wait: the server goes on for a moment after it
// has sent a stream's first event.
func (w *world) seated(n int) {
	w.t.Helper()
	for w.live.Hub.Waiting() != n {
		if w.t.Context().Err() != nil {
			w.t.Fatalf("%d wait, not %d", w.live.Hub.Waiting(), n)
		}
		time.Sleep(time.Millisecond)
	}
}

func TestWithoutASessionThereIsNoStream(t *testing.T) {
	w := newWorld(t)
	w.browser().send(http.MethodGet, "/p/acme/events", nil).is(http.StatusUnauthorized)
	if w.live.Hub.Waiting() != 0 {
		t.Error("somebody waits")
	}
}

func TestSigningOutEndsTheStream(t *testing.T) {
	w := newWorld(t)
	b, p, _ := w.at("processed")
	_, lines := b.stream(w.client)
	event(t, lines)
	event(t, lines)
	w.seated(1)
	p.post("form[action$=sign-out]").leadsTo("/p/acme/")
	if got := event(t, lines); got != "" {
		t.Errorf("it goes on with %q", got)
	}
	b.send(http.MethodGet, "/p/acme/events", nil).is(http.StatusUnauthorized)
}

func TestComingInAnewEndsTheStreamOfTheSessionBefore(t *testing.T) {
	w := newWorld(t)
	b, _, _ := w.at("processed")
	_, lines := b.stream(w.client)
	event(t, lines)
	event(t, lines)
	w.seated(1)
	b.get(w.link(w.scenario("signings").ID)).is(http.StatusOK).submit("form[data-auto-submit]")
	if got := event(t, lines); got != "" {
		t.Errorf("it goes on with %q", got)
	}
}

func TestAStreamDoesNotKeepASessionAlive(t *testing.T) {
	w := newWorld(t)
	b, _, _ := w.at("processed")
	for range 2 {
		w.clock.Advance(20 * time.Minute)
		b.stream(w.client)
	}
	b.send(http.MethodGet, "/p/acme/events", nil).is(http.StatusUnauthorized)
}

func TestAStreamOverHTTP2WorksWithoutTakingTheConnection(t *testing.T) {
	w := newWorld(t, overHTTP2)
	b, _, customer := w.at("processed")
	response, lines := b.stream(w.client)
	if response.ProtoMajor != 2 {
		t.Fatal(response.Proto)
	}
	event(t, lines)
	if got := event(t, lines); got != waits {
		t.Errorf("at first: %q", got)
	}
	w.seated(1)
	w.live.Hub.Tell(live.Who{Partner: "acme", Customer: customer.ID}, live.Event("blocked", "suspended"))
	if got := event(t, lines); got != suspended {
		t.Errorf("then: %q", got)
	}
	w.live.Hub.Close()
	if got := event(t, lines); got != "" {
		t.Errorf("it goes on with %q", got)
	}
}

func TestAStreamOverHTTP2HasNoDeadlineWhileItWaits(t *testing.T) {
	set := make(chan time.Time, 10)
	w := newWorld(t, overHTTP2, func(s *setup) {
		over := s.server
		s.server = func(server *httptest.Server) {
			over(server)
			portal := server.Config.Handler
			server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/events") {
					w = deadlines{w, set}
				}
				portal.ServeHTTP(w, r)
			})
		}
	})
	b, _, customer := w.at("processed")
	_, lines := b.stream(w.client)
	event(t, lines)
	for range 3 {
		event(t, lines)
		if writing := <-set; writing.IsZero() {
			t.Error("an event may take as long as it likes to be written")
		}
		select {
		case waiting := <-set:
			if !waiting.IsZero() {
				t.Errorf("the stream ends at %v", waiting)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("the deadline of an event stays after it")
		}
		w.live.Hub.Tell(live.Who{Partner: "acme", Customer: customer.ID}, live.Event("blocked", "suspended"))
	}
}

// deadlines tells of each that is set.
type deadlines struct {
	http.ResponseWriter
	set chan<- time.Time
}

func (d deadlines) Unwrap() http.ResponseWriter { return d.ResponseWriter }

func (d deadlines) SetWriteDeadline(at time.Time) error {
	d.set <- at
	return http.NewResponseController(d.ResponseWriter).SetWriteDeadline(at)
}

func overHTTP2(s *setup) {
	s.https = true
	s.server = func(server *httptest.Server) { server.EnableHTTP2 = true }
}
