package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
)

// Documents serves what customers are asked to sign, at /documents/{id} of the
// public origin, to be linked or framed from anywhere. The bytes change with
// each revision and with nothing else.
func (s *Simulator) Documents() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /documents/{id}", s.serveDocument)
	mux.Handle("GET /documents/assets/", http.StripPrefix("/documents", assetFiles()))
	return mux
}

func (s *Simulator) serveDocument(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-cache")
	// The address of a PDF says so; a viewer that goes by names finds it.
	document, err := s.Document(strings.TrimSuffix(r.PathValue("id"), ".pdf"))
	if err != nil || document.Kind == DocumentPage {
		header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'")
	}
	if err != nil {
		render(w, r, http.StatusNotFound, documentMissing())
		return
	}
	text := textOf(document)
	if document.Kind == DocumentPage {
		render(w, r, http.StatusOK, documentPage(text))
		return
	}
	body := writePDF(text)
	sum := sha256.Sum256(body)
	header.Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
	header.Set("Content-Type", "application/pdf")
	header.Set("Content-Disposition", `inline; filename="document.pdf"`)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}
