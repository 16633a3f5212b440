package contract

import (
	"encoding/json"
	"testing"
)

// messages are the schemas of a webhook's message by its type. The document has
// them as alternatives without a tag, of which a wrong one may fit as well: what
// decides is the type outside.
var messages = map[string]string{
	"customer_created":      "WebhookEventMessage",
	"customer_status":       "WebhookCustomerStatusMessage",
	"identification_status": "WebhookIdentificationStatusMessage",
	"ping":                  "WebhookPingMessage",
}

// WebhookBody checks the body of a webhook, whose message is in the flat shape
// that Iron's API document describes.
func (c *Checker) WebhookBody(t testing.TB, body []byte) {
	t.Helper()
	var container struct {
		Type string `json:"type"`
		Data struct {
			Message json.RawMessage `json:"message"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &container); err != nil {
		t.Errorf("webhook body: %v", err)
		return
	}
	c.schema(t, "WebhookContainer", body)
	name, known := messages[container.Type]
	if !known {
		t.Errorf("webhook body: no schema is known for type %q", container.Type)
		return
	}
	c.schema(t, name, container.Data.Message)
}

func (c *Checker) schema(t testing.TB, name string, body []byte) {
	t.Helper()
	proxy, ok := c.model.Components.Schemas.Get(name)
	if !ok {
		t.Errorf("Iron's API document has no schema %s", name)
		return
	}
	if ok, problems := c.schemas.ValidateSchemaBytes(proxy.Schema(), body); !ok {
		for _, p := range problems {
			t.Errorf("not a %s of Iron's API document: %s", name, words(p))
		}
	}
}
