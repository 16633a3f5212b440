package handlers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"portal/onboarding"

	"github.com/labstack/echo/v4"
)

// note is what the log says of one request: patterns, ids of partners and codes, but
// no address, query, token, customer or anything that somebody typed.
type note struct {
	partner string
	code    string // the support code on the page, or ""
	err     error
	status  int // where it is not the one that was sent
}

const noteKey = "note"

func noteOf(c echo.Context) *note {
	n, ok := c.Get(noteKey).(*note)
	if !ok {
		n = &note{}
		c.Set(noteKey, n)
	}
	return n
}

// record answers what ended in an error, and writes one line for each request.
func (h *handlers) record(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		n := noteOf(c)
		if err := next(c); err != nil {
			h.fail(err, c)
		}
		status := n.status
		if status == 0 {
			status = c.Response().Status
		}
		route, took := routeOf(c), time.Since(began)
		h.Meter.request(route, c.Request().Method, status, took)
		attributes := []slog.Attr{
			slog.String("method", knownMethod(c.Request().Method)), slog.String("route", route),
			slog.Int("status", status), slog.Duration("took", took),
		}
		for _, more := range [][2]string{{"partner", n.partner}, {"support_code", n.code}, {"trace_id", onboarding.TraceID(n.err)}} {
			if more[1] != "" {
				attributes = append(attributes, slog.String(more[0], more[1]))
			}
		}
		if n.err != nil && !errors.Is(n.err, errElsewhere) {
			attributes = append(attributes, slog.String("error", n.err.Error()))
		}
		h.Logger.LogAttrs(context.WithoutCancel(c.Request().Context()), levelOf(status), "request", attributes...)
		return nil
	}
}

func levelOf(status int) slog.Level {
	if status >= 500 {
		return slog.LevelError
	}
	return slog.LevelInfo
}

// routeOf is the pattern of the route: the path itself may hold a one-time link.
func routeOf(c echo.Context) string {
	switch path := c.Path(); path {
	case "", "/*", "/p/:partner", "/p/:partner/*", "/api/v1", "/api/v1/*":
		return "(none)"
	default:
		return path
	}
}

// recover makes a page of a panic. Its text and stack are for operators.
func (h *handlers) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			// The value may hold what was being worked on, a name for example; the
			// runtime's own words don't, and the stack says where it was.
			words := ""
			if fault, ok := cause.(runtime.Error); ok {
				words = fault.Error()
			}
			h.Logger.ErrorContext(c.Request().Context(), "panic", "type", fmt.Sprintf("%T", cause), "words", words, "stack", string(debug.Stack()))
			err = errPanic
		}()
		return next(c)
	}
}

// largestForm is more than any form or request of the partner API needs.
const largestForm = 64 << 10

// limit bounds what is read of a body.
func (h *handlers) limit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		r.Body = http.MaxBytesReader(c.Response(), r.Body, largestForm)
		return next(c)
	}
}

// fromHere refuses forms that another site's page has sent. Browsers send them with
// our cookies where these are for frames. Partners' servers send no such headers and
// have their key; Iron's sign what they send, down to the last byte, which nobody may
// have read before.
func (h *handlers) fromHere(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.URL.Path, "/webhooks/") || h.opensLink(r) {
			return next(c)
		}
		if err := h.crossOrigin.Check(r); err != nil {
			return errForeign
		}
		if err := r.ParseForm(); err != nil && r.Method == http.MethodPost {
			return fmt.Errorf("%w: form: %w", errInvalid, safeParse(err))
		}
		return next(c)
	}
}

// opensLink: the page of a one-time link has no-referrer, so that a browser too old
// for Sec-Fetch-Site sends its form with the origin "null". To use up a link that one
// knows from elsewhere is no more than to open it.
func (h *handlers) opensLink(r *http.Request) bool {
	return r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "null" &&
		strings.HasPrefix(strings.TrimPrefix(r.URL.Path, "/p/"+partnerInPath(r.URL.Path)), "/start/")
}

// safeParse keeps of an error what can't hold anything that was typed.
func safeParse(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return large
	}
	return errors.New("malformed")
}
