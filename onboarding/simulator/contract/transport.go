package contract

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	liberrors "github.com/pb33f/libopenapi-validator/errors"
	"github.com/pb33f/libopenapi-validator/helpers"
)

// Transport checks each exchange that goes through it and reports to the test.
// base nil is http.DefaultTransport. The requests have to bear Iron's base path,
// /api; which host they go to does not matter. An answer that breaks off is
// handed on unchecked.
func (c *Checker) Transport(base http.RoundTripper) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	return transport{c, base}
}

type transport struct {
	*Checker
	base http.RoundTripper
}

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent []byte
	if r.Body != nil {
		var err error
		if sent, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		_ = r.Body.Close()
	}
	forward := r.Clone(r.Context())
	if r.Body != nil {
		forward.Body = io.NopCloser(bytes.NewReader(sent))
	}
	response, err := t.base.RoundTrip(forward)
	if err != nil {
		t.request(r, sent)
		return nil, err
	}
	received, broken := io.ReadAll(response.Body)
	_ = response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(received))
	t.request(r, sent)
	if broken != nil {
		response.Body = io.NopCloser(io.MultiReader(bytes.NewReader(received), failing{broken}))
		return response, nil
	}
	t.answer(r, sent, response, received)
	return response, nil
}

// request checks one request, including that a key and what else is required is
// there.
func (c *Checker) request(r *http.Request, body []byte) {
	if ok, problems := c.validator.ValidateHttpRequest(c.addressed(r, body)); !ok {
		c.report("request", r, problems)
	}
}

func (c *Checker) answer(r *http.Request, sent []byte, response *http.Response, body []byte) {
	if response.StatusCode == http.StatusNoContent {
		return // the document gives a body to 204, which HTTP does not have
	}
	if isPlain(response) && refuses(response.StatusCode) {
		return // Iron's gateway answers these in plain text, whatever the document says
	}
	copied := *response
	copied.Body = io.NopCloser(bytes.NewReader(body))
	c.steps(r, body)
	ok, problems := c.validator.ValidateHttpResponse(c.addressed(r, sent), &copied)
	if ok || unlisted(problems) && refuses(response.StatusCode) && isString(body) {
		return
	}
	c.report("answer", r, problems)
}

// addressed is the request as if it went to the server that the document names:
// paths are looked up below that server's base path.
func (c *Checker) addressed(r *http.Request, body []byte) *http.Request {
	copied := r.Clone(r.Context())
	copied.Body = io.NopCloser(bytes.NewReader(body))
	if len(c.model.Servers) > 0 {
		if server, err := url.Parse(c.model.Servers[0].URL); err == nil {
			copied.URL.Scheme, copied.URL.Host, copied.Host = server.Scheme, server.Host, server.Host
		}
	}
	return copied
}

// refuses: statuses that any call may get, of which the document lists only some
// per call: a malformed request, a used idempotency key, too many requests.
func refuses(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusConflict, http.StatusTooManyRequests:
		return true
	}
	return false
}

func isPlain(response *http.Response) bool {
	return strings.HasPrefix(response.Header.Get("Content-Type"), "text/plain")
}

// isString: the body is a JSON string, as the document has every 4xx.
func isString(body []byte) bool { return len(body) > 1 && body[0] == '"' }

// unlisted: the only problem is that the document does not list this status.
func unlisted(problems []*liberrors.ValidationError) bool {
	for _, p := range problems {
		if p.ValidationSubType != helpers.ResponseBodyResponseCode {
			return false
		}
	}
	return true
}

func (c *Checker) report(what string, r *http.Request, problems []*liberrors.ValidationError) {
	c.t.Helper()
	for _, p := range problems {
		c.t.Errorf("%s of %s %s is not what Iron's API document says: %s", what, r.Method, r.URL.Path, words(p))
	}
}

func words(p *liberrors.ValidationError) string {
	all := []string{p.Message, p.Reason}
	for _, failure := range p.SchemaValidationErrors {
		all = append(all, failure.Error())
	}
	return strings.Join(all, "; ")
}

// failing gives the error that an answer broke off with.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if errors.Is(f.err, io.EOF) {
		return 0, io.ErrUnexpectedEOF
	}
	return 0, f.err
}
