package handlers_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"portal/handlers"
	"portal/onboarding/simulator"
)

// exchange is how one documented answer comes about.
type exchange struct {
	with []option
	ask  func(w *world) *page
}

const nobody = "00000000-0000-0000-0000-000000000000"

func asks(body any, set ...func(*http.Request)) func(*world) *page {
	return func(w *world) *page {
		answer, _ := w.api(acmeKey, http.MethodPost, sessions, body, append([]func(*http.Request){idempotent(w.nextKey())}, set...)...)
		return answer
	}
}

func looks(id func(*world) string, set ...func(*http.Request)) func(*world) *page {
	return func(w *world) *page {
		answer, _ := w.api(acmeKey, http.MethodGet, "/api/v1/customers/"+id(w)+"/progress", nil, set...)
		return answer
	}
}

func agreements(id func(*world) string, set ...func(*http.Request)) func(*world) *page {
	return func(w *world) *page {
		answer, _ := w.api(acmeKey, http.MethodGet, "/api/v1/customers/"+id(w)+"/consents", nil, set...)
		return answer
	}
}

// signer is somebody who has signed a document, at the second try.
func signer(w *world) string {
	_, p, c := w.at("signings")
	form, _ := firstForm(p)
	w.fault(simulator.Fault{Kind: simulator.FaultGateway, Method: http.MethodPost, Pattern: signings})
	p.post(form, "consent", "yes").leadsTo("/p/acme/documents")
	w.sim.ClearFaults()
	p.submit(form, "consent", "yes").says("Signed")
	return c.ID
}

func stranger(*world) string { return nobody }

func known(w *world) string {
	c := w.scenario("half-signed")
	w.link(c.ID)
	return c.ID
}

func without(header string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Del(header) }
}

// faulty is an Iron that begins to fail when the customer has been let in.
func faulty(kind simulator.FaultKind, ask func(*world) *page) func(*world) *page {
	return func(w *world) *page {
		id := known(w)
		w.fault(simulator.Fault{Kind: kind})
		if ask != nil {
			return ask(w)
		}
		return looks(func(*world) string { return id })(w)
	}
}

func wrongIronKey(s *setup) {
	s.transport = func(base http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			r = r.Clone(r.Context())
			r.Header.Set("X-API-Key", "wrong")
			return base.RoundTrip(r)
		})
	}
}

// broken are records that there is a fault in.
type broken struct{ handlers.Records }

func (broken) ClaimCustomer(context.Context, string, string) (bool, error) { panic("broken") }
func (broken) OwnsCustomer(context.Context, string, string) (bool, error)  { panic("broken") }

func brokenRecords(s *setup) {
	s.records = func(r handlers.Records) handlers.Records { return broken{r} }
}

// owning are records in which everybody is everybody's customer.
type owning struct{ handlers.Records }

func (owning) OwnsCustomer(context.Context, string, string) (bool, error) { return true, nil }

func owningRecords(s *setup) {
	s.records = func(r handlers.Records) handlers.Records { return owning{r} }
}

// oneAMinute allows the partner API so little that the second request is too much.
func oneAMinute(s *setup) { s.limits = 1.0 / 120 }

func twice(ask func(*world) *page) func(*world) *page {
	return func(w *world) *page { ask(w); return ask(w) }
}

// exchanges has every answer that the document speaks of.
var exchanges = map[string]exchange{
	"post /sessions 201": {ask: asks(map[string]any{
		"customer": map[string]any{"name": "Mary", "email": "mary@example.test", "customer_type": "Person", "external_id": "42"},
		"with_edd": true, "method": "Link", "return_url": "https://app.acme.example/done/", "locale": "de", "ttl_seconds": 60,
	})},
	"post /sessions 400": {ask: asks(map[string]any{"customer_id": nobody}, without("Idempotency-Key"))},
	"post /sessions 401": {ask: asks(map[string]any{"customer_id": nobody}, without("Authorization"))},
	"post /sessions 404": {ask: asks(map[string]any{"customer_id": nobody})},
	"post /sessions 409": {ask: func(w *world) *page {
		key := idempotent("the same")
		asks(map[string]any{"customer_id": w.scenario("pending").ID}, key)(w).is(http.StatusCreated)
		return asks(map[string]any{"customer_id": nobody}, key)(w)
	}},
	"post /sessions 413": {ask: asks(`{"customer_id":"` + strings.Repeat("x", 65<<10) + `"}`)},
	"post /sessions 422": {ask: asks(map[string]any{})},
	"post /sessions 429": {with: []option{oneAMinute}, ask: twice(asks(map[string]any{}))},
	"post /sessions 500": {with: []option{brokenRecords}, ask: func(w *world) *page {
		return asks(map[string]any{"customer_id": w.scenario("pending").ID})(w)
	}},
	"post /sessions 502": {with: []option{wrongIronKey}, ask: asks(map[string]any{"customer_id": nobody})},
	"post /sessions 503": {ask: faulty(simulator.FaultDown, asks(map[string]any{"customer_id": nobody}))},

	"get /customers/{id}/progress 200": {ask: looks(known)},
	"get /customers/{id}/progress 401": {ask: looks(stranger, without("Authorization"))},
	"get /customers/{id}/progress 404": {ask: looks(stranger)},
	"get /customers/{id}/progress 429": {with: []option{oneAMinute}, ask: twice(looks(stranger))},
	"get /customers/{id}/progress 500": {with: []option{brokenRecords}, ask: looks(stranger)},
	"get /customers/{id}/progress 502": {with: []option{wrongIronKey, owningRecords}, ask: looks(stranger)},
	"get /customers/{id}/progress 503": {ask: faulty(simulator.FaultDown, nil)},

	"get /customers/{id}/consents 200": {ask: agreements(signer)},
	"get /customers/{id}/consents 401": {ask: agreements(stranger, without("Authorization"))},
	"get /customers/{id}/consents 404": {ask: agreements(stranger)},
	"get /customers/{id}/consents 429": {with: []option{oneAMinute}, ask: twice(agreements(stranger))},
	"get /customers/{id}/consents 500": {with: []option{brokenRecords}, ask: agreements(stranger)},
	"get /customers/{id}/consents 503": {ask: func(w *world) *page {
		must(w.t, w.store.Close())
		return agreements(stranger)(w)
	}},
}

func TestEveryDocumentedAnswerOfThePartnerAPIIsGiven(t *testing.T) {
	listed := map[string]bool{}
	for path, methods := range openDocument(t).Paths {
		for method, operation := range methods {
			for status := range operation.Responses {
				listed[method+" "+path+" "+status] = true
			}
		}
	}
	if a, b := slices.Sorted(maps.Keys(listed)), slices.Sorted(maps.Keys(exchanges)); !slices.Equal(a, b) {
		t.Errorf("the document lists %q, and the exchanges are %q", a, b)
	}
	for name, e := range exchanges {
		t.Run(name, func(t *testing.T) {
			status, err := strconv.Atoi(name[len(name)-3:])
			must(t, err)
			e.ask(newWorld(t, e.with...)).is(status)
		})
	}
}

func TestTheDocumentListsTheWordsThatTheProgramHas(t *testing.T) {
	schemas := openDocument(t).Components.Schemas
	for field, of := range map[string]string{"stage": "Stage", "state": "State", "edd": "EDD", "why": "Why"} {
		var listed []string
		for _, word := range schemas["Progress"].Properties[field].Enum {
			listed = append(listed, word.(string))
		}
		if want := constants(t, of); !slices.Equal(slices.Sorted(slices.Values(listed)), want) {
			t.Errorf("%s: the document lists %q, the program has %q", field, listed, want)
		}
	}
	for _, field := range []struct{ schema, name, of string }{{"Consent", "state", "ConsentState"}, {"Evidence", "kind", "EvidenceKind"}} {
		var listed []string
		for _, word := range schemas[field.schema].Properties[field.name].Enum {
			listed = append(listed, word.(string))
		}
		if want := constants(t, field.of); !slices.Equal(slices.Sorted(slices.Values(listed)), want) {
			t.Errorf("%s of %s: the document lists %q, the program has %q", field.name, field.schema, listed, want)
		}
	}
	if kinds := schemas["NewCustomer"].Properties["customer_type"].Enum; len(kinds) != 2 || !slices.Equal(constants(t, "CustomerType"), []string{"Business", "Person"}) {
		t.Errorf("types of customers: the document lists %q", kinds)
	}
	statuses := map[string]bool{"405": true} // at addresses with another method
	for name := range exchanges {
		if status := name[len(name)-3:]; status >= "400" {
			statuses[status] = true
		}
	}
	var listed []string
	for _, status := range schemas["Problem"].Properties["status"].Enum {
		listed = append(listed, strconv.Itoa(int(status.(float64))))
	}
	if want := slices.Sorted(maps.Keys(statuses)); !slices.Equal(listed, want) {
		t.Errorf("problems have the statuses %q in the document, and %q here", listed, want)
	}
}

// constants are the values of a type's constants in the domain, but for the empty
// one, in order.
func constants(t *testing.T, of string) []string {
	t.Helper()
	var values []string
	names, err := os.ReadDir("../onboarding")
	must(t, err)
	for _, entry := range names {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), "../onboarding/"+entry.Name(), nil, 0)
		must(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == of {
				for _, v := range spec.Values {
					if literal, ok := v.(*ast.BasicLit); ok && literal.Value != `""` {
						values = append(values, strings.Trim(literal.Value, `"`))
					}
				}
			}
			return true
		})
	}
	slices.Sort(values)
	return values
}
