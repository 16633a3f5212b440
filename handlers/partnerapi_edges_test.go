package handlers_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestThePartnerAPIsDocumentIsForEverybodyAndKeptByItsETag(t *testing.T) {
	w := newWorld(t)
	answer := w.browser().send(http.MethodGet, documents, nil).is(http.StatusOK)
	tag := answer.header.Get("ETag")
	if answer.header.Get("Content-Type") != "application/json" || !strings.HasPrefix(answer.header.Get("Cache-Control"), "public, max-age=") || tag == "" {
		t.Errorf("it is %s, kept as %s, with the ETag %s", answer.header.Get("Content-Type"), answer.header.Get("Cache-Control"), tag)
	}
	file, err := os.ReadFile("openapi.json")
	must(t, err)
	if want := strings.ReplaceAll(string(file), "https://portal.example", w.base); answer.body != want || !strings.Contains(want, `"url": "`+w.base+`/api/v1"`) {
		t.Error("what is sent is not the file with this portal's address in it")
	}
	again := w.browser().send(http.MethodGet, documents, nil, func(r *http.Request) { r.Header.Set("If-None-Match", tag) })
	if again.is(http.StatusNotModified).body != "" {
		t.Errorf("not modified, and sent again: %d bytes", len(again.body))
	}
	head := w.browser().send(http.MethodHead, documents, nil).is(http.StatusOK)
	if head.body != "" || head.header.Get("ETag") != tag {
		t.Errorf("asked for its headers alone, it has %d bytes and the ETag %s", len(head.body), head.header.Get("ETag"))
	}
}

func TestWhereThePartnerAPIHasNothingItSaysSoToAProgram(t *testing.T) {
	w := newWorld(t)
	for request, status := range map[string]int{
		"GET /api/v1/nothing":               http.StatusNotFound,
		"GET /api/v1/":                      http.StatusNotFound,
		"GET /api/":                         http.StatusNotFound,
		"GET /api/v2/sessions":              http.StatusNotFound,
		"POST /api/v1/customers":            http.StatusNotFound,
		"GET /api/v1/sessions":              http.StatusMethodNotAllowed,
		"DELETE /api/v1/sessions":           http.StatusMethodNotAllowed,
		"POST /api/v1/customers/x/progress": http.StatusMethodNotAllowed,
		"PUT /api/v1/openapi.json":          http.StatusMethodNotAllowed,
	} {
		method, path, _ := strings.Cut(request, " ")
		answer, said := w.api(acmeKey, method, path, nil) // which holds any error to RFC 9457
		if answer.is(status); said["detail"] == "" || status == http.StatusMethodNotAllowed && answer.header.Get("Allow") == "" {
			t.Errorf("%s is told %v, and may do %q", request, said, answer.header.Get("Allow"))
		}
	}
}

func TestAPartnerMayHaveSeveralKeysThatOpenTheSameCustomers(t *testing.T) {
	w := newWorld(t)
	id := w.scenario("pending").ID
	w.link(id)
	answer, _ := w.api(nextKey, http.MethodGet, "/api/v1/customers/"+id+"/progress", nil)
	answer.is(http.StatusOK)
	again, _ := w.api(nextKey, http.MethodPost, sessions, map[string]any{"customer_id": id}, idempotent("1"))
	same, _ := w.api(acmeKey, http.MethodPost, sessions, map[string]any{"customer_id": id}, idempotent("1"))
	if again.is(http.StatusCreated).body != same.is(http.StatusCreated).body {
		t.Error("an idempotency key is the partner's, whichever of its keys it comes with")
	}
}

func TestAnIdempotencyKeyIsThePartnersOwn(t *testing.T) {
	w := newWorld(t)
	mine, _ := w.api(acmeKey, http.MethodPost, sessions, map[string]any{"customer_id": w.scenario("pending").ID}, idempotent("1"))
	mine.is(http.StatusCreated)
	theirs, said := w.api(otherKey, http.MethodPost, sessions, map[string]any{"customer_id": w.scenario("pending").ID}, idempotent("1"))
	if theirs.is(http.StatusCreated); !strings.Contains(said["url"].(string), "/p/other/") {
		t.Errorf("the other partner is given %v", said["url"])
	}
	long, _ := w.api(acmeKey, http.MethodPost, sessions, map[string]any{"customer_id": nobody}, idempotent(strings.Repeat("k", 256)))
	long.is(http.StatusBadRequest)
	least, _ := w.api(acmeKey, http.MethodPost, sessions, map[string]any{"customer_id": w.scenario("pending").ID}, idempotent(strings.Repeat("k", 255)))
	least.is(http.StatusCreated)
}

func TestWhatIsWrongInABodyLeavesItsIdempotencyKeyFree(t *testing.T) {
	w := newWorld(t)
	id := w.scenario("pending").ID
	wrong, _ := w.api(acmeKey, http.MethodPost, sessions, map[string]any{"customer_id": id, "ttl_seconds": 1}, idempotent("1"))
	wrong.is(http.StatusUnprocessableEntity)
	right, _ := w.api(acmeKey, http.MethodPost, sessions, map[string]any{"customer_id": id, "ttl_seconds": 60}, idempotent("1"))
	right.is(http.StatusCreated)
	for _, body := range []string{`{"customer_id":"` + id + `"}}`, `{"customer_id":"` + id + `"} x`, `[]`, `"x"`} {
		answer, _ := w.api(acmeKey, http.MethodPost, sessions, body, idempotent("2"))
		if answer.status != http.StatusBadRequest && answer.status != http.StatusUnprocessableEntity {
			t.Errorf("%s is answered with %d", body, answer.status)
		}
	}
}

func TestAPartnerThatAsksTooOftenIsToldHowLongToWaitAndNobodyElseWaits(t *testing.T) {
	w := newWorld(t, oneAMinute)
	asks(map[string]any{})(w).is(http.StatusUnprocessableEntity)
	refused := asks(map[string]any{})(w).is(http.StatusTooManyRequests)
	seconds, err := strconv.Atoi(refused.header.Get("Retry-After"))
	if err != nil || seconds < 1 || seconds > 60 {
		t.Fatalf("Retry-After is %s", refused.header.Get("Retry-After"))
	}
	other, _ := w.api(otherKey, http.MethodPost, sessions, map[string]any{}, idempotent("1"))
	other.is(http.StatusUnprocessableEntity)
	w.clock.Advance(time.Duration(seconds) * time.Second)
	asks(map[string]any{})(w).is(http.StatusUnprocessableEntity)
}

func TestAPartnerIsToldTheTitlesOfWhatWasSignedHere(t *testing.T) {
	w := newWorld(t)
	b, p, c := w.at("signings")
	form, id := firstForm(p)
	title := p.text("[data-document='" + id + "'] h3")
	b.get("/p/acme/documents/" + id)
	p.submit(form, "consent", "yes")
	answer, _ := w.api(acmeKey, http.MethodGet, "/api/v1/customers/"+c.ID+"/progress", nil)
	var told struct {
		Documents []struct {
			ID, Title string
			Signed    bool
		}
	}
	must(t, json.Unmarshal([]byte(answer.is(http.StatusOK).body), &told))
	for _, d := range told.Documents {
		if d.ID == id && d.Signed && d.Title == title && title != "" {
			return
		}
	}
	t.Errorf("%s, %q was signed, and the partner is told %+v", id, title, told.Documents)
}
