package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"portal/static"
	"portal/views"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "where to listen")
	asJSON := flag.Bool("json", false, "print the address as JSON, and end when standard input ends")
	flag.Parse()
	if err := run(context.Background(), *addr, *asJSON, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "gallery:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, addr string, asJSON bool, stdin io.Reader, stdout io.Writer) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	base := "http://" + listener.Addr().String()
	//nolint:contextcheck // A component gets its context when it is rendered.
	server := &http.Server{Handler: newGallery(base), ReadHeaderTimeout: 5 * time.Second}
	if asJSON {
		if err := json.NewEncoder(stdout).Encode(map[string]string{"url": base}); err != nil {
			return err
		}
		go func() {
			_, _ = io.Copy(io.Discard, stdin) // whatever ends it, it has ended
			_ = server.Close()
		}()
	} else {
		fmt.Fprintln(stdout, base)
	}
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// gallery answers every sample by its name.
type gallery struct {
	base    string
	names   []string // in the samples' own order
	samples map[string]views.Sample
}

func newGallery(base string) http.Handler {
	g := gallery{base: base, samples: map[string]views.Sample{}}
	for _, s := range views.Samples() {
		g.names, g.samples[s.Name] = append(g.names, s.Name), s
	}
	mux := http.NewServeMux()
	mux.Handle(static.Prefix, static.Handler())
	mux.HandleFunc("GET /{$}", g.index)
	mux.HandleFunc("GET /brand.css", brand)
	mux.HandleFunc("GET /outside", outside)
	mux.HandleFunc("GET /{name}", g.sample)
	// Forms have nowhere to go here: the browser stays where it is.
	mux.HandleFunc("POST /p/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return mux
}

func (g gallery) sample(w http.ResponseWriter, r *http.Request) {
	s, ok := g.samples[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	query := r.URL.Query()
	p := views.SamplePage(cmp.Or(query.Get("locale"), "en"), cmp.Or(query.Get("theme"), "auto"))
	p.Path = r.URL.RequestURI()
	if query.Get("dir") == "rtl" {
		p.Locale = "ar" // no catalogue: English words in the other direction
	}
	if accent := query.Get("accent"); accent != "" {
		p.Partner.BrandCSS = "/brand.css?accent=" + url.QueryEscape(accent)
	}
	p.Framed = query.Get("framed") != ""
	if query.Get("still") != "" {
		p.Version = "still"
	}
	var page bytes.Buffer
	if err := s.Render(p).Render(r.Context(), &page); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	secure(w.Header(), p.Nonce)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(s.Status)
	// The samples' outside addresses lead nowhere; here they lead to a stand-in.
	body := bytes.ReplaceAll(page.Bytes(), []byte(`src="https://verify.example.test/start?token=sample"`), []byte(`src="`+g.base+`/outside"`))
	body = bytes.ReplaceAll(body, []byte(`src="https://documents.example.test/terms"`), []byte(`src="`+g.base+`/outside"`))
	body = bytes.ReplaceAll(body, []byte("https://cdn.acme.example/logo.svg"), []byte(static.Path("favicon.svg")))
	// A page that leaves at once can't be looked at.
	body = bytes.ReplaceAll(body, []byte(" data-auto-submit"), nil)
	_, _ = w.Write(body)
}

// secure sets what the product sets, so that whatever the policy forbids breaks here.
func secure(h http.Header, nonce string) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+nonce+"' 'strict-dynamic'; style-src 'self'; "+
		"img-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "+
		"require-trusted-types-for 'script'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}

func (g gallery) index(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(g.names); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func brand(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	//nolint:gosec // BrandCSS writes colours that it has worked out, nothing that was asked.
	_, _ = io.WriteString(w, views.BrandCSS(r.URL.Query().Get("accent")))
}

// outside stands for the hosted page and the documents.
func outside(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, "<!doctype html><html lang=en><title>Outside</title><main><h1>A page from outside</h1><p>Here is the hosted page, or a document.</p></main></html>")
}
