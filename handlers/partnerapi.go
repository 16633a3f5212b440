package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"portal/onboarding"
	"portal/session"

	"github.com/labstack/echo/v4"
)

// apiError is an answer of the partner API to a request that can't be done as it is.
// The detail is for the developer at the other end; words are Iron's, which may
// repeat what was sent, and so are no part of the error's text.
type apiError struct {
	status int
	detail string
	words  string
}

func (e *apiError) Error() string { return "partner api: " + e.detail }

func refuse(status int, format string, args ...any) error {
	return &apiError{status: status, detail: fmt.Sprintf(format, args...)}
}

// errNoCustomer: not this partner's, or nobody's; a partner is not told which.
var errNoCustomer error = &apiError{status: http.StatusNotFound, detail: "there is no such customer"}

// partner lets in whoever has a partner's API key.
func (h *handlers) partner(do func(echo.Context, *session.Partner) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		key, ok := bearer(c.Request().Header.Get("Authorization"))
		partner, found := h.Partners.ByKey(key)
		if !ok || !found {
			c.Response().Header().Set("WWW-Authenticate", `Bearer realm="partner API"`)
			return refuse(http.StatusUnauthorized, "the Authorization header must be: Bearer, a space, and a valid API key")
		}
		noteOf(c).partner = partner.ID
		allowed, wait, err := h.Limits.Allow(c.Request().Context(), session.LimitPartnerAPI, partner.ID)
		switch {
		case err != nil:
			return keeping(err)
		case !allowed:
			return tooFast{rule: session.LimitPartnerAPI, wait: wait}
		}
		return do(c, partner)
	}
}

func bearer(header string) (key string, ok bool) {
	scheme, key, found := strings.Cut(header, " ")
	return key, found && strings.EqualFold(scheme, "Bearer") && key != ""
}

// claim makes a customer this partner's, or refuses because it is another's.
func (h *handlers) claim(ctx context.Context, partner, customerID string) error {
	mine, err := h.Records.ClaimCustomer(ctx, partner, customerID)
	if err != nil {
		return keeping(err)
	}
	if !mine {
		return errNoCustomer
	}
	return nil
}

// customerProgress is the decision that the customer's page shows.
func (h *handlers) customerProgress(c echo.Context, partner *session.Partner) error {
	ctx, id := c.Request().Context(), c.Param("id")
	mine, err := h.Records.OwnsCustomer(ctx, partner.ID, id)
	if err != nil {
		return keeping(err)
	}
	if !mine {
		return errNoCustomer
	}
	progress, err := h.Journeys[partner.ID].Progress(ctx, id)
	if errors.Is(err, onboarding.ErrNotFound) {
		return errNoCustomer
	}
	if err != nil {
		return fromJourney(err)
	}
	h.noticeUnknown(c, progress)
	consents, err := h.Records.CustomerConsents(ctx, partner.ID, id)
	if err != nil {
		return keeping(err)
	}
	return answer(c, http.StatusOK, "application/json", progressFor(progress, consents))
}

// answer writes JSON, whole or not at all.
func answer(c echo.Context, status int, contentType string, content any) error {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(content); err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	write(c, status, contentType, body.Bytes())
	return nil
}

func write(c echo.Context, status int, contentType string, body []byte) {
	header := c.Response().Header()
	header.Set("Content-Type", contentType)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	c.Response().WriteHeader(status)
	if c.Request().Method != http.MethodHead {
		_, _ = c.Response().Write(body) // the program has gone: nobody is left to be told
	}
}

// problemDetails is RFC 9457's.
type problemDetails struct {
	Type        string `json:"type"`
	Title       string `json:"title"`
	Status      int    `json:"status"`
	Detail      string `json:"detail"`
	SupportCode string `json:"support_code"`
}

// problem answers a program. Only an apiError has its own words: those of other
// errors are for the portal's operators.
func problem(c echo.Context, status int, code string, err error) {
	detail := map[int]string{
		http.StatusNotFound:              "there is nothing at this address",
		http.StatusMethodNotAllowed:      "this address does not take this method",
		http.StatusRequestEntityTooLarge: "the body is longer than 64 kB",
		http.StatusTooManyRequests:       "too many requests: wait as long as Retry-After says",
		http.StatusBadGateway:            "Iron's answer could not be used",
		http.StatusServiceUnavailable:    "not possible just now: repeat the same request, with the same Idempotency-Key, later",
	}[status]
	if detail == "" {
		detail = "the support code finds the cause in the portal's log"
	}
	var own *apiError
	if errors.As(err, &own) {
		detail = strings.TrimSuffix(own.detail+": "+own.words, ": ")
	}
	_ = answer(c, status, "application/problem+json", problemDetails{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail, SupportCode: code,
	})
}

// readJSON reads a request's body strictly: a field that is misspelt would otherwise
// be left out in silence.
func readJSON(c echo.Context, into any) (body []byte, err error) {
	body, err = io.ReadAll(c.Request().Body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errInvalid, safeParse(err))
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	err = decoder.Decode(into)
	if err == nil {
		// Not More, which takes a closing bracket too many for the end.
		if _, more := decoder.Token(); !errors.Is(more, io.EOF) {
			err = errInvalid
		}
	}
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrongType):
		return nil, refuse(http.StatusUnprocessableEntity, "%s has the wrong type", fieldName(wrongType.Field))
	case err != nil && strings.HasPrefix(err.Error(), "json: unknown field "):
		return nil, refuse(http.StatusUnprocessableEntity, "the body has a field that this API does not know")
	case err != nil:
		return nil, refuse(http.StatusBadRequest, "the body must be one JSON object")
	}
	return body, nil
}

func fieldName(field string) string {
	if field == "" {
		return "the body"
	}
	return field
}
