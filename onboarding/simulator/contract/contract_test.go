package contract

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
)

// recorder notes what a test would have been told.
type recorder struct {
	testing.TB
	errors  []string
	skipped string
	fatal   string
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}
func (r *recorder) Skip(args ...any)  { r.skipped = fmt.Sprint(args...); runtime.Goexit() }
func (r *recorder) Fatal(args ...any) { r.fatal = fmt.Sprint(args...); runtime.Goexit() }

// answering is a server that always says the same.
type answering struct {
	status int
	kind   string
	body   string
}

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: a.status, Header: http.Header{"Content-Type": {a.kind}},
		Body: io.NopCloser(strings.NewReader(a.body)), Request: r,
	}, nil
}

const (
	id       = "019f846a-8d21-7813-8e60-80211898ca9f"
	jsonType = "application/json; charset=utf-8"
	customer = `{"id":"` + id + `","customer_type":"Person","identification_ids":[],"signing_ids":[],"name":"A","email":"a@b.example",` +
		`"partner_id":"` + id + `","status":"Active","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}`
	check = `{"id":"` + id + `","status":"Pending","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"`
)

// complaints are what the Checker says of one exchange.
func complaints(t *testing.T, method, path, body string, headers map[string]string, answer answering) []string {
	t.Helper()
	told := &recorder{TB: t}
	checker := &Checker{t: told, document: Open(t).document}
	request, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:1/api"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-API-Key", "k")
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("IDEMPOTENCY-KEY", id)
	}
	for name, value := range headers {
		request.Header.Del(name)
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	response, err := checker.Transport(answer).RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if handedOn, err := io.ReadAll(response.Body); err != nil || string(handedOn) != answer.body {
		t.Errorf("the answer handed on is %q, %v", handedOn, err)
	}
	return told.errors
}

func TestExchangesThatTheDocumentAllows(t *testing.T) {
	person := `{"customer_type":"Person","email":"a@b.example"}`
	for name, told := range map[string][]string{
		"a customer": complaints(t, "GET", "/customers/"+id, "", nil, answering{200, jsonType, customer}),
		"a customer without charset in the type": complaints(t, "GET", "/customers/"+id, "", nil,
			answering{200, "application/json", customer}),
		"a customer created":  complaints(t, "POST", "/customers", person, nil, answering{201, jsonType, customer}),
		"a refusal":           complaints(t, "GET", "/customers/"+id, "", nil, answering{404, jsonType, `"not found"`}),
		"401 in plain text":   complaints(t, "GET", "/customers/"+id, "", nil, answering{401, "text/plain; charset=utf-8", "no"}),
		"429 in plain text":   complaints(t, "GET", "/customers/"+id, "", nil, answering{429, "text/plain", "wait"}),
		"a used key":          complaints(t, "POST", "/customers", person, nil, answering{409, jsonType, `"used"`}),
		"an identification":   complaints(t, "GET", "/identifications/"+id, "", nil, answering{200, jsonType, check + `,"step_status":{"selfie":{"result":"Declined","retry":true,"comment":"x"}}}`}),
		"a link with EDD":     complaints(t, "POST", "/customers/"+id+"/identifications/v2", `{"type":"Link","with_edd":true}`, nil, answering{201, jsonType, check + `}`}),
		"the guide's signing": complaints(t, "POST", "/customers/"+id+"/signings", `{"content_id":"`+id+`","content_type":"Url","signed":true}`, nil, answering{422, jsonType, `"no"`}),
	} {
		if len(told) > 0 {
			t.Errorf("%s: %q", name, told)
		}
	}
}

func TestExchangesThatTheDocumentDoesNotAllow(t *testing.T) {
	person := `{"customer_type":"Person","email":"a@b.example"}`
	get := func(path, body string) []string {
		return complaints(t, "GET", path, "", nil, answering{200, jsonType, body})
	}
	for name, told := range map[string][]string{
		"a status that is no status":     get("/customers/"+id, strings.Replace(customer, "Active", "Frozen", 1)),
		"an id that is no UUID":          get("/customers/"+id, strings.Replace(customer, id, "me", 1)),
		"a time that is none":            get("/customers/"+id, strings.Replace(customer, "2026-01-01T00:00:00Z", "yesterday", 1)),
		"a required field left out":      get("/customers/"+id, strings.Replace(customer, `"name":"A",`, "", 1)),
		"a misspelt optional field":      get("/identifications/"+id, check+`,"review_coment":"x"}`),
		"null":                           get("/identifications/"+id, check+`,"with_edd":null}`),
		"a misspelt step":                get("/identifications/"+id, check+`,"step_status":{"selfy":{"result":"Declined","retry":true}}}`),
		"a step of the other kind":       get("/identifications/"+id, check+`,"step_status":{"selfie":{"result":"Declined","retry":true},"company_data":{"result":"Declined","retry":true}}}`),
		"a misspelt field of a step":     get("/identifications/"+id, check+`,"step_status":{"selfie":{"result":"Declined","retry":true,"coment":"x"}}}`),
		"a step without its result":      get("/identifications/"+id, check+`,"step_status":{"selfie":{"retry":true}}}`),
		"an unknown field in a list":     get("/customers", `{"items":[],"next":"x"}`),
		"a refusal that is an object":    complaints(t, "GET", "/customers/"+id, "", nil, answering{404, jsonType, `{"error":"x"}`}),
		"a status that it does not have": complaints(t, "GET", "/customers/"+id, "", nil, answering{418, jsonType, `"tea"`}),
		"502":                            complaints(t, "GET", "/customers/"+id, "", nil, answering{502, "text/html", "<html>"}),
		"no idempotency key":             complaints(t, "POST", "/customers", person, map[string]string{"IDEMPOTENCY-KEY": ""}, answering{201, jsonType, customer}),
		"no API key":                     complaints(t, "GET", "/customers", "", map[string]string{"X-API-Key": ""}, answering{401, "text/plain", "no"}),
		"a header of its own":            complaints(t, "GET", "/customers", "", map[string]string{"X-Partner": "x"}, answering{200, jsonType, `{"items":[]}`}),
		"a misspelt field sent":          complaints(t, "POST", "/customers", `{"customer_type":"Person","email":"a@b.example","nam":"A"}`, nil, answering{201, jsonType, customer}),
		"an endpoint that is not there":  complaints(t, "GET", "/clients", "", nil, answering{200, jsonType, `[]`}),
	} {
		if len(told) == 0 {
			t.Errorf("%s passes", name)
		}
	}
}

func TestWebhookBodiesAreJudgedByTheirType(t *testing.T) {
	checker := Open(t)
	body := func(kind, message string) []byte {
		return []byte(`{"type":"` + kind + `","timestamp":"2026-01-01T00:00:00Z","data":{"customer_id":"` + id + `","message":` + message + `}}`)
	}
	checker.WebhookBody(t, body("customer_status", `{"id":"`+id+`","status":"Active"}`))
	checker.WebhookBody(t, body("customer_created", `{"id":"`+id+`","kind":"CustomerCreated"}`))
	for name, wrong := range map[string][]byte{
		"the status of another kind": body("customer_status", `{"id":"`+id+`","status":"Expired"}`),
		"a wrapped message":          body("customer_status", `{"CustomerStatus":{"id":"`+id+`","status":"Active"}}`),
		"an unknown type":            body("customer_vanished", `{"id":"`+id+`","status":"Active"}`),
		"an id that is no UUID":      body("ping", `{"id":"1"}`),
		"no JSON":                    []byte("{"),
		"no customer":                []byte(`{"type":"ping","timestamp":"now","data":{"message":{"id":"` + id + `"}}}`),
	} {
		told := &recorder{TB: t}
		checker.WebhookBody(told, wrong)
		if len(told.errors) == 0 {
			t.Errorf("%s passes", name)
		}
	}
}

func TestAMissingDocumentSkipsTheTestUnlessItIsRequired(t *testing.T) {
	t.Setenv("IRON_OPENAPI", t.TempDir()+"/nothing.yml")
	open := func() *recorder {
		told := &recorder{TB: t}
		done := make(chan struct{})
		go func() {
			defer close(done)
			Open(told)
		}()
		<-done
		return told
	}
	t.Setenv("REQUIRE_IRON_OPENAPI", "")
	if told := open(); told.fatal != "" || !strings.Contains(told.skipped, "nothing.yml") || strings.Contains(told.skipped, "\n") {
		t.Errorf("%+v", told)
	}
	t.Setenv("REQUIRE_IRON_OPENAPI", "1")
	if told := open(); told.fatal == "" || told.skipped != "" {
		t.Errorf("%+v", told)
	}
}

// breaking is an answer that breaks off.
type breaking struct{ answering }

func (b breaking) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := b.answering.RoundTrip(r)
	response.Body = io.NopCloser(io.MultiReader(response.Body, failing{io.ErrUnexpectedEOF}))
	return response, err
}

func TestAnAnswerThatBreaksOffIsHandedOnAsItIs(t *testing.T) {
	told := &recorder{TB: t}
	checker := &Checker{t: told, document: Open(t).document}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:1/api/customers", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-API-Key", "k")
	response, err := checker.Transport(breaking{answering{200, jsonType, `{"ite`}}).RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if string(body) != `{"ite` || !errors.Is(err, io.ErrUnexpectedEOF) || len(told.errors) > 0 {
		t.Errorf("%q, %v, %q", body, err, told.errors)
	}
}
