package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"portal/onboarding"
	"portal/session"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"
)

// sessionRequest is the body of POST /api/v1/sessions: a customer that the partner
// has, or one to be made, and how the customer is to come in.
type sessionRequest struct {
	CustomerID string           `json:"customer_id"`
	Customer   *customerRequest `json:"customer"`
	WithEDD    bool             `json:"with_edd"`
	Method     string           `json:"method"`
	ReturnURL  string           `json:"return_url"`
	Locale     string           `json:"locale"`
	TTLSeconds *int64           `json:"ttl_seconds"`
}

type customerRequest struct {
	Name         string `json:"name"`
	Email        string `json:"email"`
	CustomerType string `json:"customer_type"`
	ExternalID   string `json:"external_id"`
}

// sessionAnswer has the one-time link in it, so it is kept sealed where it is kept.
type sessionAnswer struct {
	ID         string    `json:"id"`
	CustomerID string    `json:"customer_id"`
	URL        string    `json:"url"`
	ExpiresAt  time.Time `json:"expires_at"`
}

// createSession gives a partner a one-time link for one of its customers. The same
// Idempotency-Key and body are given the same answer for 24 hours.
func (h *handlers) createSession(c echo.Context, partner *session.Partner) error {
	ctx := c.Request().Context()
	key := c.Request().Header.Get("Idempotency-Key")
	if key == "" || len(key) > 255 {
		return refuse(http.StatusBadRequest, "the header Idempotency-Key is required, with 1 to 255 characters")
	}
	var asked sessionRequest
	body, err := readJSON(c, &asked)
	if err != nil {
		return err
	}
	spec, err := asked.check(partner)
	if err != nil {
		return err
	}
	given, err := h.Answers.Recall(ctx, partner.ID, key, body)
	switch {
	case errors.Is(err, session.ErrOtherBody):
		return refuse(http.StatusConflict, "this Idempotency-Key was used with another body")
	case err != nil:
		return keeping(err)
	case given != nil:
		write(c, http.StatusCreated, "application/json", given)
		return nil
	}
	if spec.CustomerID, err = h.customerFor(ctx, partner, asked, key); err != nil {
		return err
	}
	made, err := h.makeLink(ctx, spec)
	if err != nil {
		return err
	}
	given, err = h.Answers.Remember(ctx, partner.ID, key, made)
	if err != nil {
		return keeping(err)
	}
	write(c, http.StatusCreated, "application/json", given)
	return nil
}

// makeLink makes the link, and the answer with it.
func (h *handlers) makeLink(ctx context.Context, spec session.LinkSpec) ([]byte, error) {
	token, expires, err := h.Links.Make(ctx, spec)
	if err != nil {
		return nil, keeping(err)
	}
	return json.Marshal(sessionAnswer{
		ID: h.NewID(), CustomerID: spec.CustomerID, ExpiresAt: expires,
		URL: session.LinkURL(h.BaseURL.String(), spec.Partner, token),
	})
}

// customerFor finds or makes the customer, as the partner's own. Iron is asked first,
// with the partner's key: only whom it knows there can be claimed.
func (h *handlers) customerFor(ctx context.Context, partner *session.Partner, asked sessionRequest, key string) (string, error) {
	journey := h.Journeys[partner.ID]
	var customer onboarding.Customer
	var err error
	if asked.Customer != nil {
		customer, err = journey.Enrol(ctx, asked.Customer.domain(), "api "+key)
	} else {
		customer, err = journey.Platform.Customer(ctx, asked.CustomerID)
	}
	switch {
	case errors.Is(err, onboarding.ErrNotFound):
		return "", errNoCustomer
	case errors.Is(err, onboarding.ErrUnavailable):
		return "", fromJourney(err)
	case errors.Is(err, onboarding.ErrRefused), errors.Is(err, onboarding.ErrConflict):
		return "", errors.Join(&apiError{
			status: http.StatusUnprocessableEntity, detail: "Iron refuses this customer", words: onboarding.Refusal(err),
		}, err)
	case err != nil:
		return "", fromJourney(err)
	case asked.WithEDD && customer.Type == onboarding.Business:
		return "", refuse(http.StatusUnprocessableEntity, "with_edd is for people: this customer is a business")
	}
	return customer.ID, h.claim(ctx, partner.ID, customer.ID)
}

func (c *customerRequest) domain() onboarding.NewCustomer {
	return onboarding.NewCustomer{
		Name: strings.TrimSpace(c.Name), Email: strings.TrimSpace(c.Email),
		Type: onboarding.CustomerType(c.CustomerType), ExternalID: c.ExternalID,
	}
}

// check reads what is asked, before anything is done. The first problem is told.
func (r sessionRequest) check(partner *session.Partner) (session.LinkSpec, error) {
	spec := session.LinkSpec{Partner: partner.ID, WithEDD: r.WithEDD}
	invalid := func(format string, args ...any) (session.LinkSpec, error) {
		return spec, refuse(http.StatusUnprocessableEntity, format, args...)
	}
	if (r.CustomerID == "") == (r.Customer == nil) {
		return invalid("give either customer_id or customer")
	}
	if r.CustomerID != "" && !uuidShaped(r.CustomerID) {
		return invalid("customer_id must be a UUID")
	}
	if r.Customer != nil {
		if problems := problemsOf(r.Customer.domain()); len(problems) > 0 {
			return invalid("customer.%s: %s", problems[0].Field, problems[0].ID)
		}
		if r.WithEDD && r.Customer.CustomerType == string(onboarding.Business) {
			return invalid("with_edd is for people, not for businesses")
		}
		if utf8.RuneCountInString(r.Customer.ExternalID) > 255 {
			return invalid("customer.external_id has more than 255 characters")
		}
	}
	if r.Method != "" && r.Method != string(onboarding.MethodLink) {
		return invalid("method must be Link")
	}
	if r.ReturnURL != "" {
		var ok bool
		if spec.ReturnURL, ok = partner.AllowsReturn(r.ReturnURL); !ok {
			return invalid("return_url is not one of those in the partners file")
		}
	}
	if r.Locale != "" {
		tag, err := language.Parse(r.Locale)
		if err != nil {
			return invalid("locale must be a language tag like de or pt-BR")
		}
		spec.Locale = tag.String()
	}
	if r.TTLSeconds != nil {
		least, most := int64(session.MinLinkTTL/time.Second), int64(session.MaxLinkTTL/time.Second)
		if *r.TTLSeconds < least || *r.TTLSeconds > most {
			return invalid("ttl_seconds must be from %d to %d", least, most)
		}
		spec.TTL = time.Duration(*r.TTLSeconds) * time.Second
	}
	return spec, nil
}

// uuidShaped: Iron's ids are UUIDs of no fixed version.
func uuidShaped(id string) bool {
	if len(id) != 36 {
		return false
	}
	for i, r := range id {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		hex := '0' <= r && r <= '9' || 'a' <= r && r <= 'f' || 'A' <= r && r <= 'F'
		if dash != (r == '-') || !dash && !hex {
			return false
		}
	}
	return true
}
