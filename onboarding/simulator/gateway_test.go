package simulator

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestACallWithoutTheRightKeyIsRefusedInPlainText(t *testing.T) {
	b := newBench(t)
	for _, key := range []string{"", "wrong", keyOne + "x"} {
		got := b.do(http.MethodGet, "/customers", "", "X-API-Key", key).want(http.StatusUnauthorized)
		if kind := got.header.Get("Content-Type"); kind != "text/plain; charset=utf-8" || got.body != "Unauthorized" {
			t.Errorf("key %q: %s %q", key, kind, got.body)
		}
	}
	b.get("/customers").want(http.StatusOK)
}

func TestVersionsOfTheAPI(t *testing.T) {
	b := newBench(t)
	for _, version := range []string{"", "2025-03-13", "2026-07-01", "2026-08-01"} {
		b.do(http.MethodGet, "/customers", "", "X-API-Version", version).want(http.StatusOK)
	}
	for _, version := range []string{"2026-07-02", "latest"} {
		got := b.do(http.MethodGet, "/customers", "", "X-API-Version", version).want(http.StatusBadRequest)
		if !strings.HasPrefix(got.body, `"`) {
			t.Errorf("a refusal is a JSON string, not %s", got.body)
		}
	}
}

func TestEveryAnswerBearsSimulatedTimeAndItsContentType(t *testing.T) {
	b := newBench(t)
	b.Advance(90 * time.Minute)
	for _, got := range []result{
		b.get("/customers").want(http.StatusOK),
		b.get("/customers/" + uuid.NewString()).want(http.StatusNotFound),
		b.do(http.MethodPost, "/customers", "{").want(http.StatusBadRequest),
	} {
		if date := got.header.Get("Date"); date != "Mon, 23 Nov 2026 13:30:00 GMT" {
			t.Errorf("Date %q", date)
		}
		if kind := got.header.Get("Content-Type"); kind != "application/json; charset=utf-8" {
			t.Errorf("Content-Type %q", kind)
		}
	}
}

func TestWhatIsNotThereIs404(t *testing.T) {
	b := newBench(t)
	id := uuid.NewString()
	for _, path := range []string{
		"/customers/" + id, "/customers/not-a-uuid", "/customers/" + id + "/identifications",
		"/customers/" + id + "/required-signings", "/customers/" + id + "/signings", "/customers/" + id + "/abilities",
		"/customers/" + id + "/requirements", "/customers/" + id + "/spending-limit", "/identifications/" + id,
		"/wallets",
	} {
		b.get(path).want(http.StatusNotFound)
	}
	for _, path := range []string{"/customers/" + id + "/signings", "/customers/" + id + "/identifications/v2"} {
		b.do(http.MethodPost, path, `{"type":"Link","signed":true}`).want(http.StatusNotFound)
	}
	b.do(http.MethodPost, "/sandbox/identification/"+id, `{"approved":true}`).want(http.StatusNotFound)
}

func TestAnotherPartnersCustomerDoesNotExist(t *testing.T) {
	b := newBench(t)
	c := b.customer()
	i := b.link(c.ID)
	b.key = keyTwo
	b.get("/customers/" + c.ID).want(http.StatusNotFound)
	b.get("/customers/" + c.ID + "/abilities").want(http.StatusNotFound)
	b.get("/identifications/" + i.ID).want(http.StatusNotFound)
	b.do(http.MethodPost, "/customers/"+c.ID+"/identifications/v2", `{"type":"Link"}`).want(http.StatusNotFound)
	b.do(http.MethodPost, "/sandbox/identification/"+i.ID, `{"approved":true}`).want(http.StatusNotFound)
	var page gotPage[gotCustomer]
	b.get("/customers").want(http.StatusOK).into(&page)
	if len(page.Items) != 0 {
		t.Errorf("another partner's list has %d customers", len(page.Items))
	}
}

func TestASubPartnerSeesItsOwnCustomersOnly(t *testing.T) {
	b := newBench(t)
	sub := uuid.NewString()
	var made gotCustomer
	b.do(http.MethodPost, "/customers", `{"customer_type":"Person","email":"a@b.example"}`, "X-SUB-PARTNER-ID", sub).
		want(http.StatusCreated).into(&made)
	b.get("/customers/" + made.ID).want(http.StatusOK)
	b.do(http.MethodGet, "/customers/"+made.ID, "", "X-SUB-PARTNER-ID", sub).want(http.StatusOK)
	b.do(http.MethodGet, "/customers/"+made.ID, "", "X-SUB-PARTNER-ID", uuid.NewString()).want(http.StatusNotFound)
	b.do(http.MethodGet, "/customers/"+made.ID, "", "X-SUB-PARTNER-ID", "me").want(http.StatusBadRequest)
}

func TestABodyThatIsTooLargeIsRefused(t *testing.T) {
	b := newBench(t)
	b.do(http.MethodPost, "/customers", `{"name":"`+strings.Repeat("x", maxRequest)+`"}`).want(http.StatusRequestEntityTooLarge)
}
