package handlers

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"

	"portal/onboarding"
	"portal/onboarding/live"

	"github.com/labstack/echo/v4"
)

// Webhooks tells Iron's messages from others.
type Webhooks interface {
	// Read errors are ErrNoSecrets, ErrNotSigned and ErrNoMessage.
	Read(header http.Header, body []byte) (onboarding.Hint, error)
}

// Inbox keeps Iron's messages.
type Inbox interface {
	// KeepHint tells whether the message is the first with its digest.
	KeepHint(ctx context.Context, h onboarding.Hint, body []byte) (first bool, err error)
	// PartnerOf tells whose customer this is; "" where nobody's.
	PartnerOf(ctx context.Context, customerID string) (string, error)
}

// webhook takes a message of Iron's. It is answered as soon as it is kept; what
// follows from it is not waited for. What could not be kept is refused, so that Iron
// sends it again.
func (h *handlers) webhook(c echo.Context) error {
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return h.webhookAnswer(c, "unreadable", http.StatusRequestEntityTooLarge, safeParse(err))
	}
	hint, err := h.Webhooks.Read(c.Request().Header, body)
	switch {
	case errors.Is(err, onboarding.ErrNoSecrets):
		return h.webhookAnswer(c, "no-secrets", http.StatusServiceUnavailable, err)
	case errors.Is(err, onboarding.ErrNoMessage):
		return h.webhookAnswer(c, "unreadable", http.StatusBadRequest, err)
	case err != nil:
		return h.webhookAnswer(c, "not-signed", http.StatusUnauthorized, err)
	}
	h.Meter.secrets.WithLabelValues(strconv.Itoa(hint.Secret)).Inc()
	ctx := c.Request().Context()
	// In this order: a message that was kept counts as dealt with.
	partner, err := h.Inbox.PartnerOf(ctx, hint.CustomerID)
	first := false
	if err == nil {
		first, err = h.Inbox.KeepHint(ctx, hint, body)
	}
	outcome := "nobody's"
	switch {
	case err != nil:
		return h.webhookAnswer(c, "not-kept", http.StatusServiceUnavailable, err)
	case !first:
		outcome = "repeated"
	case partner != "":
		outcome = "followed"
		h.News.Hint(live.Who{Partner: partner, Customer: hint.CustomerID})
	}
	if first && !hint.Known() {
		h.Logger.WarnContext(ctx, "webhook of a type that nobody knows was kept", "digest", hint.Digest)
	}
	return h.webhookAnswer(c, outcome, http.StatusOK, nil)
}

// webhookAnswer answers a program, which reads the status alone.
func (h *handlers) webhookAnswer(c echo.Context, outcome string, status int, err error) error {
	h.Meter.webhooks.WithLabelValues(outcome).Inc()
	noteOf(c).err = err
	return c.NoContent(status)
}
