package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"portal/views"
)

func TestTheGalleryPrintsItsAddressAndEndsWithItsInput(t *testing.T) {
	input, hold := io.Pipe()
	read, output := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(t.Context(), "127.0.0.1:0", true, input, output) }()
	var said struct{ URL string }
	if err := json.NewDecoder(read).Decode(&said); err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, said.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var names []string
	if err := json.NewDecoder(answer.Body).Decode(&names); err != nil || len(names) != len(views.Samples()) {
		t.Errorf("%d names, %v", len(names), err)
	}
	_ = hold.Close() // never fails
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestEverySampleIsShownWithItsStatusAndTheProductsPolicy(t *testing.T) {
	g := newGallery("http://gallery.test")
	for _, s := range views.Samples() {
		w := httptest.NewRecorder()
		g.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/"+s.Name+"?locale=de&theme=dark&dir=rtl&accent=%23e5007d", nil))
		policy := w.Header().Get("Content-Security-Policy")
		if w.Code != s.Status || !strings.Contains(policy, "require-trusted-types-for 'script'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %d, %s", s.Name, w.Code, policy)
		}
		for _, want := range []string{`dir="rtl"`, `data-theme="dark"`} {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s lacks %s", s.Name, want)
			}
		}
	}
}

func TestThePartnersColoursAreServed(t *testing.T) {
	w := httptest.NewRecorder()
	newGallery("").ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/brand.css?accent=%23e5007d", nil))
	if !strings.HasPrefix(w.Body.String(), ":root{--accent:#e5007d") {
		t.Error(w.Body.String())
	}
}
