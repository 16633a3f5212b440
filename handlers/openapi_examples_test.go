package handlers_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

func TestTheDocumentsExamplesAreWhatItSays(t *testing.T) {
	d := openDocument(t)
	if ok, problems := d.validator.ValidateDocument(); !ok {
		t.Errorf("the document is none: %s", problemWords(problems))
	}
	for path, methods := range d.Paths {
		for method, operation := range methods {
			ask := func(body string) *http.Request { return documentedRequest(method, path, body) }
			for name, example := range examplesOf(t, d, operation.RequestBody) {
				if ok, problems := d.validator.ValidateHttpRequest(ask(example.body)); !ok {
					t.Errorf("%s %s asked with %s: %s", method, path, name, problemWords(problems))
				}
			}
			for status, response := range operation.Responses {
				examples := examplesOf(t, d, response)
				if len(examples) == 0 {
					t.Errorf("%s %s: %s has no example", method, path, status)
				}
				for name, example := range examples {
					code, err := strconv.Atoi(status)
					must(t, err)
					if ok, problems := d.validator.ValidateHttpResponse(ask("{}"), documentedAnswer(code, example)); !ok {
						t.Errorf("%s %s: %s, %s: %s", method, path, status, name, problemWords(problems))
					}
					var said struct{ Status int }
					if must(t, json.Unmarshal([]byte(example.body), &said)); said.Status != 0 && said.Status != code {
						t.Errorf("%s %s: the example of %s says %d", method, path, status, said.Status)
					}
				}
			}
		}
	}
}

func documentedRequest(method, path, body string) *http.Request {
	r := httptest.NewRequest(strings.ToUpper(method), apiRoot+strings.ReplaceAll(path, "{id}", nobody), strings.NewReader(body))
	for header, value := range map[string]string{"Content-Type": "application/json", "Authorization": "Bearer key", "Idempotency-Key": "key"} {
		r.Header.Set(header, value)
	}
	return r
}

func documentedAnswer(status int, e example) *http.Response {
	answer := httptest.NewRecorder()
	answer.Header().Set("Content-Type", e.kind)
	switch status {
	case http.StatusUnauthorized:
		answer.Header().Set("WWW-Authenticate", "Bearer")
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable:
		answer.Header().Set("Retry-After", "1")
	}
	answer.WriteHeader(status)
	answer.WriteString(e.body)
	return answer.Result()
}

// example is a body in the document, and its type.
type example struct{ kind, body string }

func examplesOf(t *testing.T, d *apiDocument, of json.RawMessage) map[string]example {
	t.Helper()
	var holder struct {
		Ref     string `json:"$ref"`
		Content map[string]struct {
			Examples map[string]struct{ Value json.RawMessage }
		}
	}
	if len(of) == 0 {
		return nil
	}
	must(t, json.Unmarshal(of, &holder))
	if holder.Ref != "" {
		return examplesOf(t, d, d.Components.Responses[strings.TrimPrefix(holder.Ref, "#/components/responses/")])
	}
	all := map[string]example{}
	for kind, content := range holder.Content {
		for name, e := range content.Examples {
			all[name] = example{kind, string(e.Value)}
		}
	}
	return all
}
