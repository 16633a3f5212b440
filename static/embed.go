package static

import (
	_ "embed"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// What partners' pages load, by names that stay: a hash in them would have every
// partner change its page for every version of ours.
var (
	//go:embed embed/embed.js
	embedScript []byte
	//go:embed embed/embed.d.ts
	embedTypes []byte

	embedded = map[string]asset{
		"/embed.js":   prepare("embed.js", contentTypes[".js"], embedScript),
		"/embed.d.ts": prepare("embed.d.ts", "text/plain; charset=utf-8", embedTypes),
	}
)

// IsEmbed tells whether EmbedHandler has something at the path.
func IsEmbed(path string) bool {
	_, ok := embedded[path]
	return ok
}

// EmbedHandler serves the partners' script at /embed.js, and its types at
// /embed.d.ts, to pages of every origin.
func EmbedHandler() http.Handler { return http.HandlerFunc(serveEmbed) }

func serveEmbed(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	// Scripts of type module are fetched with CORS wherever they come from, and pages
	// under Cross-Origin-Embedder-Policy load only what says that it is for others.
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	a, ok := embedded[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	coding, body := a.encoded(r)
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	h.Set("Vary", "Accept-Encoding")
	// The script that a browser still has tells a partner's page that the portal is
	// away, which a script that could not be loaded can't.
	h.Set("Cache-Control", "public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400")
	etag := a.etag(coding)
	h.Set("ETag", etag)
	if named(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", a.contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // the browser has gone: nobody is left to be told
	}
}

// etag is another one for every coding, as the bytes are others.
func (a asset) etag(coding string) string {
	return `"` + strings.TrimPrefix(path.Base(a.path), "embed.") + "-" + coding + `"`
}

// named compares weakly, as RFC 9110 has it for If-None-Match.
func named(header, etag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == etag {
			return true
		}
	}
	return false
}
