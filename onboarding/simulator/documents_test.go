package simulator

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func (s *stand) documents() (page, pdf Document) {
	s.t.Helper()
	view, err := s.Customer(s.make("signings"))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, d := range view.Required {
		if d.Kind == DocumentPDF {
			pdf = d
		} else {
			page = d
		}
	}
	return page, pdf
}

// wantPDF checks the skeleton that a viewer goes by: each object begins where the
// table says, and each stream is as long as it says.
func wantPDF(t *testing.T, file []byte) {
	t.Helper()
	if !bytes.HasPrefix(file, []byte("%PDF-1.4\n")) || !bytes.HasSuffix(file, []byte("%%EOF\n")) {
		t.Fatal("no PDF")
	}
	start := regexp.MustCompile(`startxref\n(\d+)\n`).FindSubmatch(file)
	at, _ := strconv.Atoi(string(start[1]))
	if !bytes.HasPrefix(file[at:], []byte("xref\n")) {
		t.Fatalf("startxref leads to %.20q", file[at:])
	}
	entries := regexp.MustCompile(`(\d{10}) 00000 n \n`).FindAllSubmatch(file[at:], -1)
	if size := fmt.Sprintf("/Size %d", len(entries)+1); !bytes.Contains(file[at:], []byte(size)) {
		t.Errorf("%d objects, but not %s", len(entries), size)
	}
	for n, entry := range entries {
		offset, _ := strconv.Atoi(string(entry[1]))
		if want := fmt.Sprintf("%d 0 obj\n", n+1); !bytes.HasPrefix(file[offset:], []byte(want)) {
			t.Errorf("object %d begins with %.20q", n+1, file[offset:])
		}
	}
	for _, stream := range regexp.MustCompile(`(?s)/Length (\d+) >>\nstream\n(.*?)endstream`).FindAllSubmatch(file, -1) {
		if length, _ := strconv.Atoi(string(stream[1])); length != len(stream[2]) {
			t.Errorf("a stream of %d bytes says %d", len(stream[2]), length)
		}
	}
}

func TestThePDFIsOneAndChangesWithItsRevisionOnly(t *testing.T) {
	s := newStand(t, RoomOptions{})
	_, d := s.documents()
	first := s.open(d.URL).want(http.StatusOK)
	if kind := first.header.Get("Content-Type"); kind != "application/pdf" {
		t.Errorf("type %s", kind)
	}
	wantPDF(t, []byte(first.body))
	if again := s.open(d.URL); again.body != first.body {
		t.Error("the same revision is other bytes")
	}
	if err := s.ReviseDocument(d.ID); err != nil {
		t.Fatal(err)
	}
	second := s.open(d.URL).want(http.StatusOK)
	wantPDF(t, []byte(second.body))
	if second.body == first.body || second.header.Get("ETag") == first.header.Get("ETag") {
		t.Error("another revision is the same bytes")
	}
}

func TestALongPDFHasSeveralPages(t *testing.T) {
	text := textOf(Document{ID: "d", Title: "Terms (of) \\ use – für 漢字", Kind: DocumentPDF, Revision: 1})
	text.Sections = append(text.Sections, text.Sections...)
	file := writePDF(text)
	wantPDF(t, file)
	if pages := bytes.Count(file, []byte("/Type /Page ")); pages < 2 {
		t.Errorf("%d pages", pages)
	}
	if want := `(Terms \(of\) \\ use \226 f\374r ??)`; !bytes.Contains(file, []byte(want)) {
		t.Errorf("the title is not written as %s", want)
	}
}

func TestAPageOfTermsCanBeReadAnywhereAndChangesWithItsRevision(t *testing.T) {
	s := newStand(t, RoomOptions{})
	d, _ := s.documents()
	got := s.open(d.URL)
	got.want(http.StatusOK)
	if len(got.find("section", "", "")) < 5 || len(got.find("h1", "", "")) != 1 {
		t.Error("these are no terms")
	}
	if strings.Contains(got.header.Get("Content-Security-Policy"), "frame-ancestors") || got.header.Get("X-Frame-Options") != "" {
		t.Error("the terms can't be framed")
	}
	href, _ := attr(got.find("link", "rel", "stylesheet")[0], "href")
	s.open(s.public.URL + href).want(http.StatusOK)
	if err := s.ReviseDocument(d.ID); err != nil {
		t.Fatal(err)
	}
	if again := s.open(d.URL); again.body == got.body {
		t.Error("another revision is the same page")
	}
}

func TestADocumentStaysReadableWhenNobodyHasToSignItAnyMore(t *testing.T) {
	s := newStand(t, RoomOptions{})
	id := s.make("signings")
	view, _ := s.Customer(id)
	for _, d := range view.Required {
		if err := s.RemoveDocument(id, d.ID); err != nil {
			t.Fatal(err)
		}
		s.open(d.URL).want(http.StatusOK)
	}
	s.open(s.public.URL + "/documents/nothing").want(http.StatusNotFound)
}
