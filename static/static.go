package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
)

// Prefix is where Handler expects to be mounted, with nothing stripped.
const Prefix = "/static/"

//go:embed css js icons
var sources embed.FS

// asset is one file in every form in which it can be sent.
type asset struct {
	path        string // with the hash, as it stands in pages
	contentType string
	plain       []byte
	gzip        []byte
	brotli      []byte
}

var (
	byName = load()
	byPath = index(byName)
)

// Path is the address of a file (app.css, app.js, favicon.svg) with the hash of
// its bytes in it. It panics for a name that is not there, since that is a slip
// in a template which any test of that template finds.
func Path(name string) string {
	a, ok := byName[name]
	if !ok {
		panic("static: no file is called " + name)
	}
	return a.path
}

// Handler serves the files at the addresses that Path gives, by GET and HEAD,
// and answers 404 to everything else below Prefix.
func Handler() http.Handler { return http.HandlerFunc(serve) }

func serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	// A frame in a sandbox without allow-same-origin is a stranger even to its own
	// site. Its page should look right all the same, and be able to say what is wrong.
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Access-Control-Allow-Origin", "*")
	a, ok := byPath[r.URL.Path]
	if !ok {
		// A page of an older version may ask for a name that a newer one lacks
		// while both run: the answer must not be remembered.
		h.Set("Cache-Control", "no-store")
		http.Error(w, "not found", http.StatusNotFound)
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
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", a.contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // the browser has gone: nobody is left to be told
}

// encoded is the smallest form that the client takes, and the name of its coding.
func (a asset) encoded(r *http.Request) (coding string, body []byte) {
	switch accepted := r.Header.Get("Accept-Encoding"); {
	case accepts(accepted, "br"):
		return "br", a.brotli
	case accepts(accepted, "gzip"):
		return "gzip", a.gzip
	}
	return "", a.plain
}

// accepts reads Accept-Encoding as RFC 9110 has it, where q=0 means "not this one".
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, parameters, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		value, found := strings.CutPrefix(strings.ToLower(strings.TrimSpace(parameters)), "q=")
		if !found {
			return true
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		return err == nil && q > 0
	}
	return false
}

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// load reads every file. What is only needed for one thing stands in a part of its
// own: app.css and app.handoff.css are sent as one app.css, parts after the whole in
// the order of their names.
func load() map[string]asset {
	sent := map[string][]byte{}
	for _, dir := range []string{"css", "js", "icons"} {
		entries, err := sources.ReadDir(dir)
		if err != nil {
			panic(fmt.Sprintf("static: %v", err)) // embedded: it can only be missing at build time
		}
		slices.SortStableFunc(entries, func(a, b fs.DirEntry) int {
			return strings.Count(a.Name(), ".") - strings.Count(b.Name(), ".")
		})
		for _, entry := range entries {
			data, err := sources.ReadFile(path.Join(dir, entry.Name()))
			if err != nil {
				panic(fmt.Sprintf("static: %v", err))
			}
			whole, _, _ := strings.Cut(entry.Name(), ".")
			whole += path.Ext(entry.Name())
			sent[whole] = append(sent[whole], data...)
		}
	}
	assets := map[string]asset{}
	for name, data := range sent {
		if contentType, served := contentTypes[path.Ext(name)]; served {
			assets[name] = prepare(name, contentType, data)
		}
	}
	return assets
}

func prepare(name, contentType string, data []byte) asset {
	sum := sha256.Sum256(data)
	extension := path.Ext(name)
	hashed := strings.TrimSuffix(name, extension) + "." + hex.EncodeToString(sum[:6]) + extension
	return asset{
		path:        Prefix + hashed,
		contentType: contentType,
		plain:       data,
		gzip: compress(data, func(w io.Writer) io.WriteCloser {
			z, _ := gzip.NewWriterLevel(w, gzip.BestCompression) // the level is a valid one
			return z
		}),
		brotli: compress(data, func(w io.Writer) io.WriteCloser {
			return brotli.NewWriterLevel(w, brotli.BestCompression)
		}),
	}
}

// compress writes to memory, where neither Write nor Close can fail.
func compress(data []byte, to func(io.Writer) io.WriteCloser) []byte {
	var out bytes.Buffer
	w := to(&out)
	_, _ = w.Write(data)
	_ = w.Close()
	return out.Bytes()
}

func index(named map[string]asset) map[string]asset {
	paths := make(map[string]asset, len(named))
	for _, a := range named {
		paths[a.path] = a
	}
	return paths
}
