package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

func get(t *testing.T, method, path, accept string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	if accept != "" {
		r.Header.Set("Accept-Encoding", accept)
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

var hashed = regexp.MustCompile(`^/static/[a-z]+\.[0-9a-f]{12}\.(css|js|svg)$`)

func TestEveryFileIsServedUnderItsHashForAYear(t *testing.T) {
	if len(byName) < 3 {
		t.Fatalf("only %d files", len(byName))
	}
	for name := range byName {
		if !hashed.MatchString(Path(name)) {
			t.Errorf("%s is at %s", name, Path(name))
		}
		answer := get(t, http.MethodGet, Path(name), "")
		for header, want := range map[string]string{
			"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff",
			"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*", "Content-Encoding": "",
		} {
			if got := answer.Header.Get(header); got != want {
				t.Errorf("%s: %s is %q", name, header, got)
			}
		}
		if answer.StatusCode != http.StatusOK || answer.ContentLength <= 0 {
			t.Errorf("%s: %d, %d bytes", name, answer.StatusCode, answer.ContentLength)
		}
	}
}

func TestTheBestAcceptedCompressionIsSent(t *testing.T) {
	plain := byName["app.css"].plain
	for accept, want := range map[string]string{
		"": "", "identity": "", "gzip, deflate, br, zstd": "br", "gzip": "gzip", "br;q=0, gzip;q=0.5": "gzip", "BR": "br",
		"gzip;q=0": "", "br;q=nonsense": "", "brotli": "", "*": "",
	} {
		answer := get(t, http.MethodGet, Path("app.css"), accept)
		if got := answer.Header.Get("Content-Encoding"); got != want {
			t.Errorf("%q is answered in %q, not %q", accept, got, want)
			continue
		}
		body := unpacked(t, want, answer.Body)
		if !bytes.Equal(body, plain) {
			t.Errorf("%q: other bytes come out than went in", accept)
		}
	}
}

func unpacked(t *testing.T, coding string, body io.Reader) []byte {
	t.Helper()
	switch coding {
	case "br":
		body = brotli.NewReader(body)
	case "gzip":
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			t.Fatal(err)
		}
		body = unzipped
	}
	data, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestHeadersAreAskedForWithoutTheBody(t *testing.T) {
	answer := get(t, http.MethodHead, Path("app.js"), "br")
	body, err := io.ReadAll(answer.Body)
	if err != nil || len(body) != 0 || answer.ContentLength <= 0 || answer.StatusCode != http.StatusOK {
		t.Errorf("%d, %d bytes announced, %d sent, %v", answer.StatusCode, answer.ContentLength, len(body), err)
	}
}

func TestWhatIsNotThereIsNotFoundAndNotRemembered(t *testing.T) {
	for _, path := range []string{"/static/", "/static/app.css", "/static/css/app.css", "/static/app.000000000000.css", "/static/../main.go", "/app.css", "/static/doc.go"} {
		if answer := get(t, http.MethodGet, path, ""); answer.StatusCode != http.StatusNotFound || answer.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, %s", path, answer.StatusCode, answer.Header.Get("Cache-Control"))
		}
	}
}

func TestFilesCanNotBeWrittenTo(t *testing.T) {
	if answer := get(t, http.MethodPost, Path("app.css"), ""); answer.StatusCode != http.StatusMethodNotAllowed || answer.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("%d, Allow %q", answer.StatusCode, answer.Header.Get("Allow"))
	}
}

func TestASlipInANameIsFoundAtOnce(t *testing.T) {
	defer func() {
		if said := recover(); said == nil || !strings.Contains(said.(string), "ap.css") {
			t.Errorf("recovered %v", said)
		}
	}()
	Path("ap.css")
}

// What a phone on a slow line has to wait for.
func TestTheFilesStaySmall(t *testing.T) {
	for name, most := range map[string]int{"app.css": 6200, "app.js": 3000, "favicon.svg": 600} {
		if got := len(byName[name].brotli); got > most {
			t.Errorf("%s is %d bytes on the wire, more than %d", name, got, most)
		}
	}
}

// The pages' policy lets nothing be loaded from elsewhere and no data: images in.
func TestTheStylesheetLoadsNothing(t *testing.T) {
	if css := string(byName["app.css"].plain); strings.Contains(css, "url(") || strings.Contains(css, "@import") {
		t.Error("app.css loads something")
	}
}
