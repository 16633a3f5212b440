package iron_test

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/iron"
)

func TestConnectionsAreKeptWhateverIronAnswers(t *testing.T) {
	f := &fakeIron{t: t, mux: http.NewServeMux()}
	var opened atomic.Int32
	f.server = httptest.NewUnstartedServer(f)
	f.server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	f.server.Start()
	t.Cleanup(f.server.Close)
	statuses := []int{200, 400, 401, 404, 409, 422, 429, 301, 503, 200, 500}
	f.handle("/", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, statuses[len(f.requests(""))%len(statuses)], customerBody("Active")+strings.Repeat(" ", 100_000))
	})
	c := f.client()
	for range 60 {
		_, _ = c.Customer(t.Context(), mary)
		_ = writes["signing"].do(t.Context(), c)
	}
	if n := len(f.requests("")); opened.Load() != 1 || n < 120 {
		t.Errorf("%d connections for %d requests", opened.Load(), n)
	}
}

func TestManySideBySideKeepTheirConnections(t *testing.T) {
	f := &fakeIron{t: t, mux: http.NewServeMux()}
	var opened atomic.Int32
	f.server = httptest.NewUnstartedServer(f)
	f.server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	f.server.Start()
	t.Cleanup(f.server.Close)
	const people = 50
	var together sync.WaitGroup
	f.handle("/", func(w http.ResponseWriter, _ *http.Request) {
		together.Done()
		together.Wait() // so that all are under way at once
		reply(w, 200, customerBody("Active"))
	})
	c := f.client()
	for range 4 {
		together.Add(people)
		var wait sync.WaitGroup
		for range people {
			wait.Go(func() {
				if _, err := c.Customer(t.Context(), mary); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
	}
	// A connection can be dialled for a request that another one then serves, so
	// there may be a few more than people, but not anew in each round.
	if n := opened.Load(); n > people+people/2 {
		t.Errorf("%d connections for %d people", n, people)
	}
}

func TestTheKeyFollowsNoRedirect(t *testing.T) {
	elsewhere := newIron(t)
	elsewhere.says("/", 200, customerBody("Active"))
	for _, status := range []int{301, 302, 303, 307, 308} {
		f := newIron(t)
		f.handle("/", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.server.URL+r.URL.Path, status)
		})
		_, err := f.client().Customer(t.Context(), mary)
		wantErr(t, err, onboarding.ErrUnavailable)
		wantErr(t, writes["signing"].do(t.Context(), f.client()), onboarding.ErrUncertain)
	}
	if n := len(elsewhere.requests("")); n != 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}

func TestOnlyATrustedServerAndAModernProtocolAreTalkedTo(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reply(w, 200, customerBody("Active"))
	}))
	server.Config.ErrorLog = silent
	server.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10} //nolint:gosec // the old server that must be refused
	server.StartTLS()
	t.Cleanup(server.Close)
	ask := func(transport *http.Transport) error {
		c, err := iron.New(iron.Config{BaseURL: server.URL, APIKey: "k", Transport: transport, Backoff: func(int) time.Duration { return 0 }})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Customer(t.Context(), mary)
		return err
	}
	trusting := iron.NewTransport()
	trusting.TLSClientConfig.RootCAs = server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	if err := ask(trusting); err == nil {
		t.Error("TLS 1.1 was taken")
	}
	trusting.TLSClientConfig.MinVersion = tls.VersionTLS10
	if err := ask(trusting); err != nil {
		t.Error("the test proves nothing:", err)
	}

	modern := httptest.NewUnstartedServer(server.Config.Handler)
	modern.Config.ErrorLog = silent
	modern.StartTLS()
	t.Cleanup(modern.Close)
	plain := httptest.NewServer(server.Config.Handler)
	t.Cleanup(plain.Close)
	server = &httptest.Server{URL: strings.Replace(plain.URL, "http:", "https:", 1)}
	if err := ask(iron.NewTransport()); err == nil || !strings.Contains(err.Error(), "not a TLS server") {
		t.Errorf("%v does not say what is wrong", err)
	}

	server = modern
	err := ask(iron.NewTransport())
	wantErr(t, err, onboarding.ErrUnavailable)
	if err == nil || !strings.Contains(err.Error(), "certificate not trusted") {
		t.Errorf("%v does not say what is wrong", err)
	}
}
