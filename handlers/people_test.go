package handlers_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"portal/onboarding/simulator"
)

// partnersFile is partnersYAML with the hashes of the keys.
func partnersFile() []byte {
	text := partnersYAML
	for _, key := range []string{acmeKey, nextKey, otherKey} {
		sum := sha256.Sum256([]byte(key))
		text = strings.Replace(text, "HASH-OF-"+key, hex.EncodeToString(sum[:]), 1)
	}
	return []byte(text)
}

// api asks the partner API and reads the answer into a map. Every exchange is held
// against the API's document.
func (w *world) api(key, method, path string, body any, set ...func(*http.Request)) (*page, map[string]any) {
	w.t.Helper()
	var sent []byte
	switch b := body.(type) {
	case nil:
	case string:
		sent = []byte(b)
	default:
		var err error
		sent, err = json.Marshal(b)
		must(w.t, err)
	}
	var asked *http.Request
	first := func(r *http.Request) {
		asked = r
		r.Header.Set("Authorization", "Bearer "+key)
		r.Header.Set("Content-Type", "application/json")
		r.Body, r.ContentLength = readCloser{bytes.NewReader(sent)}, int64(len(sent))
	}
	answer := w.browser().send(method, path, nil, append([]func(*http.Request){first}, set...)...)
	checkExchange(w.t, asked, sent, answer)
	var content map[string]any
	if len(answer.body) > 0 {
		must(w.t, json.Unmarshal([]byte(answer.body), &content))
	}
	return answer, content
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

func idempotent(key string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Idempotency-Key", key) }
}

// link makes a one-time link for the customer, as acme's backend does.
func (w *world) link(customerID string, more ...any) string {
	w.t.Helper()
	body := map[string]any{"customer_id": customerID}
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i].(string)] = more[i+1]
	}
	answer, content := w.api(acmeKey, http.MethodPost, "/api/v1/sessions", body, idempotent(w.nextKey()))
	answer.is(http.StatusCreated)
	return content["url"].(string)
}

// nextKey is an Idempotency-Key that was not used before.
func (w *world) nextKey() string { return "key-" + strconv.FormatInt(w.keys.Add(1), 10) }

// signedIn is a browser that came in by a link for this customer, at the page that
// the hub has led it to.
func (w *world) signedIn(customerID string, more ...any) (*browser, *page) {
	w.t.Helper()
	b := w.browser()
	return b, b.get(w.link(customerID, more...)).is(http.StatusOK).submit("form[data-auto-submit]")
}

// at is a browser signed in as a customer who stands where a scenario says.
func (w *world) at(scenario string) (*browser, *page, simulator.Customer) {
	w.t.Helper()
	c := w.scenario(scenario)
	b, p := w.signedIn(c.ID)
	return b, p, c
}

// handIn does at the hosted page what a customer does there.
func (w *world) handIn(address string) {
	w.t.Helper()
	u, err := url.Parse(address)
	must(w.t, err)
	token := u.Query().Get("token")
	steps, err := w.sim.StepsToDo(token)
	must(w.t, err)
	for _, step := range steps {
		must(w.t, w.sim.CompleteStep(token, step, map[string]string{}))
	}
	must(w.t, w.sim.SubmitCheck(token))
}

// newest is the customer's newest identification.
func (w *world) newest(customerID string) simulator.Identification {
	w.t.Helper()
	c := w.customer(customerID)
	if len(c.Identifications) == 0 {
		w.t.Fatal("the customer has no identification")
	}
	return c.Identifications[0]
}

// calledIron counts the requests that reached Iron, by method and pattern.
func (w *world) calledIron(method, pattern string) int {
	n := 0
	for _, e := range w.sim.Exchanges(0) {
		if e.Method == method && e.Pattern == pattern {
			n++
		}
	}
	return n
}

func (w *world) fault(f simulator.Fault) {
	w.t.Helper()
	_, err := w.sim.SetFault(f)
	must(w.t, err)
}

// metrics is all that is counted, as text.
func (w *world) metrics() string {
	w.t.Helper()
	families, err := w.registry.Gather()
	must(w.t, err)
	var b strings.Builder
	for _, f := range families {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}

// in is the same world for a subtest, which its failures belong to.
func (w *world) in(t *testing.T) *world {
	w.t = t
	return w
}
