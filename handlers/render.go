package handlers

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"
	"sync"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// largestKept is the largest buffer that goes back into the pool: one page with
// many comments must not hold its memory for ever.
const largestKept = 256 << 10

// render writes a whole page or nothing: a component that fails half way would
// otherwise have sent 200 and a page that ends in the middle.
func render(c echo.Context, status int, page templ.Component) error {
	buffer := buffers.Get().(*bytes.Buffer)
	buffer.Reset()
	defer func() {
		if buffer.Cap() <= largestKept {
			buffers.Put(buffer)
		}
	}()
	if err := page.Render(c.Request().Context(), buffer); err != nil {
		return fmt.Errorf("render: %w", err)
	}
	header := c.Response().Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(buffer.Len()))
	header.Add("Vary", "Cookie, Accept-Language")
	c.Response().WriteHeader(status)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	// The browser may have gone; there is nobody left to be told.
	_, _ = c.Response().Write(buffer.Bytes())
	return nil
}

// seeOther sends a browser on after a form, or from a page that is not its own.
// The path is one of ours, put together here, never one that came with a request.
func seeOther(c echo.Context, path string) error {
	if v, ok := c.Get(visitKey).(*visit); ok && v.carried() != "" {
		return v.show(path) // its session would not go along
	}
	c.Response().Header().Set("Location", path)
	c.Response().WriteHeader(http.StatusSeeOther)
	return nil
}

// newNonce names the scripts that this answer allows.
func newNonce() string { return rand.Text() }

// supportAlphabet leaves out what is misread or misheard.
const supportAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// newSupportCode is short enough to be read out over the telephone: K7QD-2MPX.
func newSupportCode() string {
	var raw [8]byte
	_, _ = rand.Read(raw[:]) // never fails
	for i, b := range raw {
		raw[i] = supportAlphabet[int(b)%len(supportAlphabet)]
	}
	return string(raw[:4]) + "-" + string(raw[4:])
}
