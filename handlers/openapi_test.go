package handlers_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	liberrors "github.com/pb33f/libopenapi-validator/errors"
)

// apiRoot is where the document's paths begin, as the file has it.
const (
	apiRoot   = "https://portal.example/api/v1"
	documents = "/api/v1/openapi.json"
)

// apiDocument is the partner API's document, ready to check with.
type apiDocument struct {
	validator validator.Validator
	Paths     map[string]map[string]struct {
		RequestBody json.RawMessage            `json:"requestBody"`
		Responses   map[string]json.RawMessage `json:"responses"`
	} `json:"paths"`
	Components struct {
		Responses map[string]json.RawMessage `json:"responses"`
		Schemas   map[string]struct {
			Properties map[string]struct {
				Enum []any `json:"enum"`
			} `json:"properties"`
		} `json:"schemas"`
	} `json:"components"`
}

var theAPIDocument = sync.OnceValues(func() (*apiDocument, error) {
	raw, err := os.ReadFile("openapi.json")
	if err != nil {
		return nil, err
	}
	parsed, err := libopenapi.NewDocument(raw)
	if err != nil {
		return nil, err
	}
	model, err := parsed.BuildV3Model()
	if err != nil {
		return nil, err
	}
	d := &apiDocument{validator: validator.NewValidatorFromV3Model(&model.Model,
		config.WithFormatAssertions(), // uuid and date-time are only decoration otherwise
		config.WithStrictMode(),       // a field that the document doesn't list is a mistake
		// Those that every answer has, a page's too.
		config.WithStrictIgnoredHeadersExtra("content-security-policy", "cross-origin-opener-policy", "cross-origin-resource-policy",
			"permissions-policy", "referrer-policy", "x-content-type-options", "strict-transport-security", "cache-control"),
	)}
	d.validator.SetDocument(parsed)
	return d, json.Unmarshal(raw, d)
})

func openDocument(t *testing.T) *apiDocument {
	t.Helper()
	d, err := theAPIDocument()
	must(t, err)
	return d
}

// checkExchange holds an exchange with the partner API against the document: what is
// done must have been asked for as the document says, and what is answered must be
// what it says, refusals included.
func checkExchange(t *testing.T, r *http.Request, sent []byte, answer *page) {
	t.Helper()
	d := openDocument(t)
	told := func() *http.Request {
		path := strings.TrimPrefix(r.URL.Path, "/api/v1")
		asked := httptest.NewRequest(r.Method, apiRoot+path, bytes.NewReader(sent))
		asked.Header = r.Header
		return asked
	}
	if answer.status >= 400 {
		checkProblem(t, r, answer)
	}
	if _, documented := d.Paths[pattern(strings.TrimPrefix(r.URL.Path, "/api/v1"))][strings.ToLower(r.Method)]; !documented {
		return
	}
	if answer.status < 300 {
		if ok, problems := d.validator.ValidateHttpRequest(told()); !ok {
			t.Errorf("%s %s is answered with %d, and its request is not as documented: %s", r.Method, r.URL.Path, answer.status, problemWords(problems))
		}
	}
	given := &http.Response{
		StatusCode: answer.status, Header: answer.header, Request: r,
		Body: io.NopCloser(strings.NewReader(answer.body)),
	}
	if ok, problems := d.validator.ValidateHttpResponse(told(), given); !ok {
		t.Errorf("%s %s: the answer %d is not as documented: %s\n%s", r.Method, r.URL.Path, answer.status, problemWords(problems), answer.body)
	}
}

// checkProblem is for every error of the API, at addresses that there are not too.
func checkProblem(t *testing.T, r *http.Request, answer *page) {
	t.Helper()
	var said struct {
		Status      int
		Title       string
		SupportCode string `json:"support_code"`
	}
	must(t, json.Unmarshal([]byte(answer.body), &said))
	switch {
	case answer.header.Get("Content-Type") != "application/problem+json", answer.header.Get("Cache-Control") != "no-store":
		t.Errorf("%s %s: the error is %s, kept as %s", r.Method, r.URL.Path, answer.header.Get("Content-Type"), answer.header.Get("Cache-Control"))
	case said.Status != answer.status, said.Title != http.StatusText(answer.status), !codeShape.MatchString(said.SupportCode):
		t.Errorf("%s %s: %d is told as %s", r.Method, r.URL.Path, answer.status, answer.body)
	}
}

// pattern is the path as the document has it.
func pattern(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) == 4 && parts[1] == "customers" {
		parts[2] = "{id}"
	}
	return strings.Join(parts, "/")
}

func problemWords(problems []*liberrors.ValidationError) string {
	var all []string
	for _, p := range problems {
		all = append(all, p.Message, p.Reason)
		for _, failure := range p.SchemaValidationErrors {
			all = append(all, failure.Error())
		}
	}
	return strings.Join(all, "; ")
}
