package simulator

import (
	"net/http"
	"testing"
	"time"

	"portal/onboarding/simulator/contract"
)

// checked is a bench of which every exchange is held against Iron's API document.
func checked(t *testing.T) (*bench, *contract.Checker) {
	t.Helper()
	checker := contract.Open(t)
	b := newBench(t)
	b.client.Transport = checker.Transport(b.client.Transport)
	return b, checker
}

func TestEveryEndpointAnswersAsIronsAPIDocumentSays(t *testing.T) {
	b, _ := checked(t)
	b.do(http.MethodPost, "/customers", `{"customer_type":"Person","email":"a@b.example"}`).want(201)
	c := b.customer()
	i := b.link(c.ID)
	b.do(http.MethodPost, "/customers/"+c.ID+"/identifications/v2", `{"type":"Link","with_edd":true}`).want(409)
	b.do(http.MethodPost, "/sandbox/identification/"+i.ID, `{"approved":true}`).want(201)
	for _, d := range b.toSign(c.ID) {
		b.sign(c.ID, d.ID).want(201)
		b.sign(c.ID, d.ID).want(422)
	}
	b.get("/customers?status=Active&sort_order=asc&page_size=1").want(200)
	b.get("/customers/" + c.ID + "/signings?page_size=1").want(200)
	b.get("/customers/" + i.ID).want(404)
	b.do(http.MethodPost, "/sandbox/reset", "").want(200)
}

func TestEveryScenarioAnswersAsIronsAPIDocumentSays(t *testing.T) {
	// Words and shapes that today's document does not have are there on purpose.
	beyond := map[string]bool{
		"unknown-customer": true, "unknown-identification": true, "older-signings": true,
		"rails-unknown": true, "rails-word": true, "rails-object": true, "rails-word-under": true, "rails-object-under": true,
	}
	b, _ := checked(t)
	for _, scenario := range Scenarios() {
		if beyond[scenario.ID] {
			continue
		}
		t.Run(scenario.ID, func(t *testing.T) {
			c := b.build(scenario.ID)
			for _, path := range []string{"", "/identifications", "/required-signings", "/signings", "/abilities", "/requirements", "/spending-limit"} {
				b.get("/customers/" + c + path).want(200)
			}
			if i := b.first(c); i.ID != "" {
				b.check(i.ID)
			}
			b.standing(c)
		})
	}
}

func TestRefusalsAreWhatIronsAPIDocumentSays(t *testing.T) {
	b, _ := checked(t)
	c := b.customer()
	b.do(http.MethodGet, "/customers", "", "X-API-Key", "wrong").want(401)
	b.do(http.MethodPost, "/customers", someone, "IDEMPOTENCY-KEY", someKey).want(201)
	b.do(http.MethodPost, "/customers", `{"customer_type":"Person","email":"b@b.example"}`, "IDEMPOTENCY-KEY", someKey).want(409)
	b.pull(b.Suspend(c.ID))
	b.do(http.MethodPost, "/customers/"+c.ID+"/identifications/v2", `{"type":"Link"}`).want(403)
	b.pull(b.Reinstate(c.ID))
	b.pull(b.Configure(Settings{DefaultScript: ManualScript, CreationLimit: 1, CreationWindow: time.Hour}))
	b.pull(b.Expire(b.link(c.ID).ID))
	b.do(http.MethodPost, "/customers/"+c.ID+"/identifications/v2", `{"type":"Link"}`).want(429)
	for _, kind := range []FaultKind{FaultError, FaultStored, FaultTooMany, FaultRetryAfter} {
		b.fault(Fault{Kind: kind, Count: 1})
		b.do(http.MethodPost, "/customers", someone)
	}
}

func TestEveryEventMakesAWebhookAsIronsAPIDocumentSays(t *testing.T) {
	checker := contract.Open(t)
	b := newBench(t)
	for _, scenario := range Scenarios() {
		if scenario.ID != "unknown-customer" && scenario.ID != "unknown-identification" {
			b.build(scenario.ID)
		}
	}
	b.pull(b.Ping(keyOne))
	seen := map[string]int{}
	for _, e := range b.Events(0) {
		if body := e.WebhookBody(MessageFlat, b.Now()); body != nil {
			seen[e.Type]++
			checker.WebhookBody(t, body)
		}
	}
	for _, kind := range []string{TypeCustomerCreated, TypeCustomerStatus, TypeIdentificationStatus, TypePing} {
		if seen[kind] == 0 {
			t.Errorf("no %s among the events", kind)
		}
	}
}
