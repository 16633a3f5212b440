package simulator

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Link is what the portal's partner API gives a partner for one customer: good
// once, and for a few minutes.
type Link struct {
	URL       string    `json:"url"`
	ExpiresAt time.Time `json:"expires_at"`
}

// errPortal is for a portal that can't be reached or says no.
var errPortal = errors.New("simulator: the portal")

// link asks the portal for a one-time link, as a partner's own server does.
func (o RoomOptions) link(ctx context.Context, partner RoomPartner, customerID string) (Link, error) {
	if o.PortalURL == "" {
		return Link{}, fmt.Errorf("%w: this control room was not told where it is", errPortal)
	}
	body, err := json.Marshal(map[string]string{"customer_id": customerID})
	if err != nil {
		return Link{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, o.PortalURL+"/api/v1/sessions", bytes.NewReader(body))
	if err != nil {
		return Link{}, fmt.Errorf("%w: %w", errPortal, err)
	}
	request.Header.Set("Authorization", "Bearer "+partner.APIKey)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", uuid.NewString())
	response, err := cmp.Or(o.Client, http.DefaultClient).Do(request)
	if err != nil {
		return Link{}, fmt.Errorf("%w at %s can't be reached: %w", errPortal, o.PortalURL, unwrapURL(err))
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return Link{}, fmt.Errorf("%w at %s broke off: %w", errPortal, o.PortalURL, err)
	}
	if response.StatusCode != http.StatusCreated {
		return Link{}, fmt.Errorf("%w refuses a link: %s", errPortal, problemLine(response, answer))
	}
	var link Link
	if err := json.Unmarshal(answer, &link); err != nil || link.URL == "" {
		return Link{}, fmt.Errorf("%w answers 201 without a url", errPortal)
	}
	return link, nil
}

// unwrapURL leaves out the method and address that the error begins with.
func unwrapURL(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// problemLine puts the portal's problem document into a line.
func problemLine(response *http.Response, body []byte) string {
	var problem struct {
		Title, Detail string
		SupportCode   string `json:"support_code"`
	}
	words := []string{response.Status}
	if json.Unmarshal(body, &problem) == nil {
		for _, part := range []string{problem.Title, problem.Detail} {
			if part != "" {
				words = append(words, part)
			}
		}
		if problem.SupportCode != "" {
			words = append(words, "support code "+problem.SupportCode)
		}
	}
	return strings.Join(words, ": ")
}
