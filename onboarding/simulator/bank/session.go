package bank

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
)

// The README shows what stands between the two marks, word for word.

// README: begin

// Portal is the partner API. Its key never leaves this server.
type Portal struct{ URL, Key string }

// NewSession gives a one-time link for the element: Session.URL. Repeated with the
// same idempotency key it makes no second customer.
func (p Portal) NewSession(ctx context.Context, idempotencyKey string, ask SessionRequest) (Session, error) {
	var made Session
	err := p.call(ctx, http.MethodPost, "/api/v1/sessions", idempotencyKey, ask, &made)
	return made, err
}

// Progress is where a customer stands; only Stage "complete" with State "ready" means
// that money can move.
func (p Portal) Progress(ctx context.Context, customerID string) (Progress, error) {
	var at Progress
	err := p.call(ctx, http.MethodGet, "/api/v1/customers/"+url.PathEscape(customerID)+"/progress", "", nil, &at)
	return at, err
}

// README: end

func (p Portal) call(ctx context.Context, method, path, idempotencyKey string, send, receive any) error {
	body, err := json.Marshal(send)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, p.URL+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+p.Key)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", idempotencyKey)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode >= http.StatusMultipleChoices {
		return refusalIn(response)
	}
	return json.NewDecoder(response.Body).Decode(receive)
}
