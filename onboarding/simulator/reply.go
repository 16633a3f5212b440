package simulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// reply is an answer before it is written. The value is kept as it is, so that
// a fault can still change how it is written; nobody changes a value.
type reply struct {
	status     int
	value      any    // written as JSON
	text       string // written as it is, where textType is set
	textType   string
	retryAfter time.Duration
	customerID string // of the customer that the request made
	date       time.Time

	closed   bool // no answer: the connection is closed
	cut      bool // only half of it
	padding  int  // blanks before it
	replayed bool
}

func ok(status int, value any) reply { return reply{status: status, value: value} }

// refuse is a 4xx as the API document has it: a JSON string.
func refuse(status int, words string) reply { return reply{status: status, value: words} }

// plain is a 4xx as Iron's gateway writes it.
func plain(status int, words string) reply {
	return reply{status: status, text: words, textType: "text/plain; charset=utf-8"}
}

// internalError is a 500 as the API document has it.
func internalError() reply {
	trace := uuid.New()
	return ok(http.StatusInternalServerError, wireError{
		Message: "internal server error", TraceID: strings.ReplaceAll(trace.String(), "-", ""),
	})
}

func (a reply) body() []byte {
	if a.textType != "" {
		return []byte(a.text)
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // Iron's answers carry reviewers' words as they are
	if err := encoder.Encode(a.value); err != nil {
		panic(err) // our own structs
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// logged is the body for the log of exchanges.
func (a reply) logged() string {
	if a.closed {
		return ""
	}
	body := a.body()
	return string(body[:min(len(body), keptBody)])
}

// send writes the answer, as badly as a fault wants it.
func (a reply) send(w http.ResponseWriter) {
	if a.closed {
		panic(http.ErrAbortHandler) // net/http's way to close the connection
	}
	body := a.body()
	header := w.Header()
	header.Set("Content-Type", "application/json; charset=utf-8")
	if a.textType != "" {
		header.Set("Content-Type", a.textType)
	}
	header.Set("Date", a.date.Format(http.TimeFormat))
	if a.retryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(int(a.retryAfter/time.Second)))
	}
	header.Set("Content-Length", strconv.Itoa(a.padding+len(body)))
	w.WriteHeader(a.status)
	if a.padding > 0 {
		_, _ = w.Write(bytes.Repeat([]byte(" "), a.padding))
	}
	if a.cut {
		_, _ = w.Write(body[:len(body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(body)
}
