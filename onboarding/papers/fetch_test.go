package papers

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"portal/onboarding"
)

func serving(kind string, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = io.WriteString(w, body)
	}
}

func TestADocumentIsReadAndNothingIsToldToItsHost(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	s := startSite(t, publicPlace, serving("Text/HTML; Charset=UTF-8", "the terms"))
	f, _ := s.fetcher(publicPlace)
	got, body := f.Fetch(t.Context(), s.address("/terms?v=1#part"))
	want := onboarding.DocumentBytes{SHA256: "47f9b84e231f0e704e963fe18466bceeed422b2c264a01867f6366b98f9afbb4", Size: 9, MediaType: "text/html; charset=utf-8"}
	if got != want || string(body) != "the terms" {
		t.Errorf("got %+v and %q", got, body)
	}
	r := s.requests()[0]
	for _, header := range []string{"Cookie", "Authorization", "Referer", "X-Api-Key"} {
		if r.Header.Get(header) != "" {
			t.Errorf("%s is sent", header)
		}
	}
	if r.RequestURI != "/terms?v=1" || r.Header.Get("Accept-Encoding") != "identity" {
		t.Errorf("asked %s with %v", r.RequestURI, r.Header)
	}
}

func TestAPrivatePlaceIsNeverConnectedToWhateverItsNameSays(t *testing.T) {
	s := startSite(t, privatePlace, serving("text/plain", "secret"))
	f, _ := s.fetcher(privatePlace)
	for _, address := range []string{s.address("/"), "https://127.0.0.1:" + s.port + "/", "https://[::ffff:127.0.0.1]:" + s.port + "/", "https://localhost:" + s.port + "/"} {
		if got, body := f.Fetch(t.Context(), address); got.Problem != string(privateAddress) || body != nil {
			t.Errorf("%s: %+v", address, got)
		}
	}
	if n := len(s.requests()); n != 0 {
		t.Errorf("it was asked %d times", n)
	}
}

// The name server says a public place when somebody looks whether it is one, and a
// private one from then on: what it is connected to must be what was judged.
func TestANameThatMovesBetweenTheLookAndTheCallLeadsNowherePrivate(t *testing.T) {
	secret := startSite(t, privatePlace, serving("text/plain", "secret"))
	front := startSite(t, publicPlace, func(w http.ResponseWriter, r *http.Request) {
		// The second connection is for the same name, which has moved.
		http.Redirect(w, r, "/again", http.StatusFound)
	})
	f, names := front.fetcher(publicPlace, privatePlace)
	got, _ := f.Fetch(t.Context(), front.address("/"))
	if got.Problem != string(privateAddress) && got.Problem != string(noConnection) {
		t.Errorf("got %+v", got)
	}
	if names.lookups() < 2 {
		t.Errorf("%d look-ups: the name had no chance to move", names.lookups())
	}
	if n := len(secret.requests()); n != 0 {
		t.Errorf("the private place was asked %d times", n)
	}
	for _, places := range [][]string{{publicPlace, privatePlace}, {privatePlace, publicPlace}} {
		f, names := secret.fetcher(places...)
		got, _ := f.Fetch(t.Context(), secret.address("/"))
		if got.Problem == "" || names.lookups() != 1 || len(secret.requests()) != 0 {
			t.Errorf("%v: %+v after %d look-ups", places, got, names.lookups())
		}
	}
}

func TestOnlyAPortalOnThisMachineReadsDocumentsOnThisMachine(t *testing.T) {
	server := httptest.NewServer(serving("text/plain", "the terms"))
	defer server.Close()
	if got, _ := NewFetcher(Config{}).Fetch(t.Context(), server.URL); got.Problem != string(notHTTPS) {
		t.Errorf("elsewhere: %+v", got)
	}
	if got, _ := NewFetcher(Config{Loopback: true}).Fetch(t.Context(), server.URL); got.Problem != "" || got.Size != 9 {
		t.Errorf("here: %+v", got)
	}
	// A public name that leads here is no name of this machine.
	s := startSite(t, privatePlace, serving("text/plain", "secret"))
	f, _ := s.fetcher(privatePlace)
	f.loopback = true
	if got, _ := f.Fetch(t.Context(), s.address("/")); got.Problem != string(privateAddress) {
		t.Errorf("by a public name: %+v", got)
	}
}

func TestWhatCanNotBeReadIsSaidInOneWord(t *testing.T) {
	hang := make(chan struct{})
	defer close(hang)
	s := startSite(t, publicPlace, func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; path {
		case "/away":
			http.Redirect(w, r, "https://other.example/", http.StatusFound)
		case "/plain":
			http.Redirect(w, r, "http://"+r.Host+"/ok", http.StatusFound)
		case "/port":
			http.Redirect(w, r, "https://"+siteName+":1/ok", http.StatusFound)
		case "/bare":
			w.WriteHeader(http.StatusNotModified)
		case "/1", "/2", "/3", "/4":
			http.Redirect(w, r, fmt.Sprintf("/%d", path[1]-'0'-1), http.StatusMovedPermanently)
		case "/gone":
			http.NotFound(w, r)
		case "/gzip":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write([]byte("x"))
		case "/empty":
		case "/announced":
			w.Header().Set("Content-Length", "33")
			_, _ = w.Write(bytes.Repeat([]byte("x"), 33))
		case "/endless":
			w.(http.Flusher).Flush()
			_, _ = w.Write(bytes.Repeat([]byte("x"), 33))
		case "/limit":
			_, _ = w.Write(bytes.Repeat([]byte("x"), 32))
		case "/cut":
			w.Header().Set("Content-Length", "20")
			_, _ = w.Write([]byte("x"))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		case "/slow":
			<-hang
		default:
			_, _ = io.WriteString(w, "ok")
		}
	})
	f, _ := s.fetcher(publicPlace)
	f.largest = 32
	for path, want := range map[string]string{
		"/ok": "", "/0": "", "/3": "", "/limit": "",
		"/4": "redirected", "/away": "redirected", "/plain": "redirected", "/port": "redirected", "/bare": "redirected",
		"/gone": "status-404", "/gzip": "encoded", "/empty": "empty", "/announced": "too-large", "/endless": "too-large", "/cut": "cut-short",
	} {
		got, body := f.Fetch(t.Context(), s.address(path))
		if got.Problem != want || (want == "") != (body != nil) {
			t.Errorf("%s: %+v", path, got)
		}
	}
	// Its time is up at once, and the server never answers.
	f.patience = 50 * time.Millisecond
	if got, _ := f.Fetch(t.Context(), s.address("/slow")); got.Problem != "timeout" {
		t.Errorf("a host that hangs: %+v", got)
	}
	for _, r := range s.requests() {
		if r.Header.Get("Referer") != "" {
			t.Errorf("%s is told where from", r.URL.Path)
		}
	}
}

func TestAConnectionThatFailsIsSaidInOneWord(t *testing.T) {
	s := startSite(t, publicPlace, serving("text/plain", "the terms"))
	f, _ := s.fetcher(publicPlace)
	untrusting, _ := s.fetcher(publicPlace)
	untrusting.roots = nil
	for name, c := range map[string]struct {
		fetcher *Fetcher
		address string
		want    string
	}{
		"nobody has the name":      {f, "https://nobody.test/", "no-such-host"},
		"nobody listens":           {f, "https://" + siteName + ":1/", "unreachable"},
		"the certificate is wrong": {untrusting, s.address("/secret-token"), "certificate"},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		got, _ := c.fetcher.Fetch(ctx, c.address)
		cancel()
		if got.Problem != c.want || strings.Contains(got.Problem, "token") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestWhatAServerSaysOfItsDocumentIsKeptShort(t *testing.T) {
	for header, want := range map[string]string{
		"": "", "application/pdf": "application/pdf", "Text/Plain;charset=\"UTF-8\"; x=y": "text/plain; charset=utf-8", "nonsense/;;": "",
		"text/" + strings.Repeat("x", 100): "", "text/html\r\nX: y": "",
	} {
		if got := mediaTypeOf(header); got != want {
			t.Errorf("%q: %q", header, got)
		}
	}
}
