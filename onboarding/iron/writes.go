package iron

import (
	"context"
	"net/http"

	"portal/onboarding"
)

// identificationsPath is where identifications are created.
const identificationsPath = "/customers/{id}/identifications/v2"

// CreateCustomer makes a customer record, under the idempotency key.
//
// Errors, as for all writes: ErrRefused, ErrConflict and ErrNotFound are Iron's
// no, and the key is spent. ErrTooMany, ErrAccess and ErrUnavailable: not done.
// ErrUncertain: not known; only the same key may be used to ask again. An answer
// of 500 is ErrUnavailable and ErrSpent: Iron keeps it under the key, but Iron's records may show that it was done all the same.
func (c *Client) CreateCustomer(ctx context.Context, n onboarding.NewCustomer, key string) (onboarding.Customer, error) {
	record, _, err := fetch[customerRecord](ctx, c, call{
		method: http.MethodPost, pattern: "/customers", key: key,
		body: struct {
			Name       string `json:"name,omitempty"`
			Email      string `json:"email"`
			Type       string `json:"customer_type"`
			ExternalID string `json:"external_id,omitempty"`
		}{n.Name, n.Email, string(n.Type), n.ExternalID},
	})
	if err != nil {
		return onboarding.Customer{}, err
	}
	return record.customer(), nil
}

// CreateIdentification makes a new identification, which from then on drives the
// customer's status. ErrConflict: one is pending already.
func (c *Client) CreateIdentification(ctx context.Context, customerID string, r onboarding.CheckRequest, key string) (onboarding.Identification, error) {
	defer c.readings.Forget(customerID)
	q := call{
		method: http.MethodPost, pattern: identificationsPath, id: customerID, key: key,
		body: struct {
			Type    string `json:"type"`
			WithEDD bool   `json:"with_edd,omitempty"`
		}{string(r.Method), r.WithEDD},
	}
	if r.Method != onboarding.MethodLink {
		e := q.own(0, onboarding.ErrRefused)
		e.reason = "method not supported"
		return onboarding.Identification{}, e
	}
	record, _, err := fetch[identificationRecord](ctx, c, q)
	if err != nil {
		return onboarding.Identification{}, err
	}
	return record.identification(), nil
}

// CreateSigning tells Iron that the customer has signed the document. Iron's
// onboarding guide has content_type always "Url", also for a document that came
// as text; its API document names only the other two fields.
func (c *Client) CreateSigning(ctx context.Context, customerID, documentID, key string) (onboarding.Signing, error) {
	defer c.readings.Forget(customerID)
	q := call{
		method: http.MethodPost, pattern: "/customers/{id}/signings", id: customerID, key: key,
		body: struct {
			ContentID   string `json:"content_id"`
			ContentType string `json:"content_type"`
			Signed      bool   `json:"signed"`
		}{documentID, "Url", true},
	}
	if documentID == "" {
		e := q.own(0, onboarding.ErrRefused)
		e.reason = "no document"
		return onboarding.Signing{}, e
	}
	record, _, err := fetch[signingRecord](ctx, c, q)
	if err != nil {
		return onboarding.Signing{}, err
	}
	signing := record.signing()
	if signing.DocumentID == "" {
		signing.DocumentID = documentID
	}
	return signing, nil
}
