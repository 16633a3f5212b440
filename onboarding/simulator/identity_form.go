package simulator

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxForm    = 45 << 20 // bytes; four pictures and the rest
	maxPicture = 10 << 20
	maxText    = 500 // characters
	maxLong    = 4000
)

// form is a page's answers as they came back, and what is wrong with them.
type form struct {
	values   map[string]string
	problems map[string]string // by question
}

// readForm reads and checks one page. Of a picture only its name, type and size
// are kept: nobody looks at it, and a tester may have taken a real one.
func readForm(w http.ResponseWriter, r *http.Request, page hostedStep) form {
	f := form{values: map[string]string{}, problems: map[string]string{}}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	err := r.ParseMultipartForm(8 << 20)
	if r.MultipartForm != nil {
		defer func() { _ = r.MultipartForm.RemoveAll() }()
	}
	if err != nil && !errors.Is(err, http.ErrNotMultipart) {
		first := page.questions[0].name
		f.problems[first] = "What you sent could not be read, or was too large. Please try again with smaller files."
		return f
	}
	for _, q := range page.questions {
		value, problem := q.read(r)
		if problem != "" {
			f.problems[q.name] = problem
		}
		if value != "" {
			f.values[q.name] = value
		}
	}
	return f
}

func (q question) read(r *http.Request) (value, problem string) {
	switch {
	case r.FormValue("sample") == "all":
		return q.sampleAnswer(), ""
	case q.kind == askPicture || q.kind == askSelfie:
		return q.readPicture(r)
	}
	value = strings.TrimSpace(strings.ReplaceAll(r.FormValue(q.name), "\r\n", "\n"))
	switch {
	case value == "" && q.optional:
		return "", ""
	case value == "" && len(q.options) > 0:
		return "", "Please choose an answer: " + q.label
	case value == "":
		return "", "Please fill in: " + q.label
	case len(q.options) > 0 && !slices.ContainsFunc(q.options, func(o option) bool { return o.value == value }):
		return "", "Please choose one of the answers: " + q.label
	case q.kind == askDate && !isDate(value):
		return value, "Please enter a date: " + q.label
	case utf8.RuneCountInString(value) > q.limit():
		return value, fmt.Sprintf("Please use at most %d characters: %s", q.limit(), q.label)
	}
	return value, ""
}

func (q question) limit() int {
	if q.kind == askLong {
		return maxLong
	}
	return maxText
}

func (q question) sampleAnswer() string {
	if q.kind == askPicture || q.kind == askSelfie {
		return "Sample picture"
	}
	return q.sample
}

// readPicture takes an upload, else the sample, else what an earlier try of the
// same form or an earlier visit has already brought.
func (q question) readPicture(r *http.Request) (value, problem string) {
	file, header, err := r.FormFile(q.name)
	if err == nil && header.Size > 0 {
		defer func() { _ = file.Close() }()
		return describePicture(file, header)
	}
	if r.FormValue(q.name+"-sample") == "yes" {
		return q.sampleAnswer(), ""
	}
	if kept := r.FormValue(q.name + "-kept"); kept != "" && utf8.RuneCountInString(kept) <= maxText {
		return kept, ""
	}
	return "", "Please choose a file or use the sample: " + q.label
}

func describePicture(file io.Reader, header *multipart.FileHeader) (value, problem string) {
	if header.Size > maxPicture {
		return "", "This file is larger than 10 MB. Please choose a smaller one."
	}
	var head [512]byte
	n, _ := io.ReadFull(file, head[:])
	kind, _, _ := strings.Cut(http.DetectContentType(head[:n]), ";")
	if kind != "application/pdf" && !strings.HasPrefix(kind, "image/") {
		return "", "This file is neither a picture nor a PDF. Please choose another one."
	}
	name := []rune(path.Base(strings.ReplaceAll(header.Filename, `\`, "/")))
	return fmt.Sprintf("%s (%s, %s)", string(name[:min(len(name), 80)]), kind, size(header.Size)), ""
}

func size(bytes int64) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%d kB", max(1, bytes>>10))
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20))
}

func isDate(value string) bool {
	_, err := time.Parse(time.DateOnly, value)
	return err == nil
}
