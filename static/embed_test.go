package static

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
)

func getEmbed(t *testing.T, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	EmbedHandler().ServeHTTP(w, r)
	return w
}

func TestThePartnersScriptIsSmallerThanFourKilobytesOnItsWay(t *testing.T) {
	for _, coding := range []string{"gzip", "br"} {
		w := getEmbed(t, "/embed.js", "Accept-Encoding", coding)
		if got := w.Header().Get("Content-Encoding"); got != coding {
			t.Fatalf("coding %q, not %q", got, coding)
		}
		if size := w.Body.Len(); size >= 4000 {
			t.Errorf("%d bytes as %s", size, coding)
		}
	}
}

func TestThePartnersFilesMayBeLoadedByPagesOfEveryOrigin(t *testing.T) {
	for path, contentType := range map[string]string{
		"/embed.js": "text/javascript; charset=utf-8", "/embed.d.ts": "text/plain; charset=utf-8",
	} {
		if !IsEmbed(path) {
			t.Errorf("%s is nobody's", path)
		}
		w := getEmbed(t, path)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: status %d", path, w.Code)
		}
		for name, want := range map[string]string{
			"Content-Type": contentType, "Access-Control-Allow-Origin": "*", "Vary": "Accept-Encoding",
			"Cross-Origin-Resource-Policy": "cross-origin", "X-Content-Type-Options": "nosniff",
			"Content-Length": strconv.Itoa(w.Body.Len()),
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q, not %q", path, name, got, want)
			}
		}
	}
}

func TestThePartnersScriptIsOnlySentAgainWhereItIsAnotherOne(t *testing.T) {
	plain, small := getEmbed(t, "/embed.js"), getEmbed(t, "/embed.js", "Accept-Encoding", "br")
	if plain.Header().Get("ETag") == small.Header().Get("ETag") {
		t.Error("other bytes go by the same tag")
	}
	tag := small.Header().Get("ETag")
	for _, sent := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
		w := getEmbed(t, "/embed.js", "Accept-Encoding", "br", "If-None-Match", sent)
		if w.Code != http.StatusNotModified || w.Body.Len() > 0 || w.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: status %d with %d bytes", sent, w.Code, w.Body.Len())
		}
	}
	if w := getEmbed(t, "/embed.js", "If-None-Match", tag); w.Code != http.StatusOK {
		t.Errorf("the tag of another coding: status %d", w.Code)
	}
}

func TestThePartnersFilesAreOnlyRead(t *testing.T) {
	for method, want := range map[string]int{http.MethodHead: http.StatusOK, http.MethodPost: http.StatusMethodNotAllowed, http.MethodOptions: http.StatusMethodNotAllowed} {
		w := httptest.NewRecorder()
		EmbedHandler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, "/embed.js", nil))
		if w.Code != want {
			t.Errorf("%s: status %d", method, w.Code)
		}
		if method == http.MethodHead && w.Body.Len() > 0 {
			t.Error("HEAD has a body")
		}
	}
	if w := getEmbed(t, "/embed.css"); w.Code != http.StatusNotFound || IsEmbed("/embed.css") {
		t.Errorf("what is not there: status %d", w.Code)
	}
}
