package handlers

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"portal/onboarding"
	"portal/session"

	"github.com/labstack/echo/v4"
)

// consentsAnswer is GET /api/v1/customers/{id}/consents.
type consentsAnswer struct {
	CustomerID string           `json:"customer_id"`
	Consents   []consentAnswer  `json:"consents"` // newest first
	Evidence   []evidenceAnswer `json:"evidence"` // the chain, in its order
}

// consentAnswer is one consent, as the evidence tells of it.
type consentAnswer struct {
	Partner        string          `json:"partner"`
	CustomerID     string          `json:"customer_id"`
	Document       consentDocument `json:"document"`
	State          string          `json:"state"`
	SigningID      string          `json:"signing_id,omitempty"`
	Reason         string          `json:"reason,omitempty"`
	Words          string          `json:"words"`
	Locale         string          `json:"locale"`
	ShownAt        *time.Time      `json:"shown_at"`
	OpenedAt       *time.Time      `json:"opened_at"`
	AgreedAt       time.Time       `json:"agreed_at"`
	SettledAt      *time.Time      `json:"settled_at"`
	Address        string          `json:"address"`
	UserAgent      string          `json:"user_agent"`
	How            circumstances   `json:"circumstances"`
	IdempotencyKey string          `json:"idempotency_key"`
	Shown          documentBytes   `json:"shown"`
	Signed         documentBytes   `json:"signed"`
	Sequence       int64           `json:"sequence"`
	Previous       string          `json:"previous"`
	Hash           string          `json:"hash"`
}

// circumstances are what else speaks for the signature. All may be missing: not everything
// is known of what was signed in the portal's first days.
type circumstances struct {
	Wording    string     `json:"wording,omitempty"`
	Disclosure string     `json:"disclosure,omitempty"`
	Button     string     `json:"button,omitempty"`
	Session    string     `json:"session,omitempty"`
	SignedInAt *time.Time `json:"signed_in_at,omitempty"`
	CameBy     string     `json:"came_by,omitempty"`
	Framed     bool       `json:"framed"`
	FramedBy   []string   `json:"framed_by,omitempty"`
}

func circumstancesOf(c onboarding.Circumstances) circumstances {
	return circumstances{
		Wording: c.Wording, Disclosure: c.Disclosure, Button: c.Button, Session: c.Session, SignedInAt: known(c.SignedInAt),
		CameBy: c.CameBy, Framed: c.Framed, FramedBy: strings.Fields(c.FramedBy),
	}
}

type consentDocument struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	URL   string `json:"url"`
	Text  string `json:"text,omitempty"`
}

type documentBytes struct {
	SHA256    string `json:"sha256,omitempty"`
	Size      int64  `json:"size,omitempty"`
	MediaType string `json:"media_type,omitempty"`
	Problem   string `json:"problem,omitempty"`
}

// evidenceAnswer is one record as it is kept. The body is text and not an object: its
// very letters are what was hashed.
type evidenceAnswer struct {
	Sequence int64  `json:"sequence"`
	Kind     string `json:"kind"`
	Body     string `json:"body"`
	Previous string `json:"previous"`
	Hash     string `json:"hash"`
}

// customerConsents is all that a partner can show for its customer's signatures. Iron
// is not asked: evidence must be there when Iron is not.
func (h *handlers) customerConsents(c echo.Context, partner *session.Partner) error {
	ctx, id := c.Request().Context(), c.Param("id")
	mine, err := h.Records.OwnsCustomer(ctx, partner.ID, id)
	if err != nil {
		return keeping(err)
	}
	if !mine {
		return errNoCustomer
	}
	consents, err := h.Records.CustomerConsents(ctx, partner.ID, id)
	if err != nil {
		return keeping(err)
	}
	// Read last, so that the chain knows at least what the list does.
	records, err := h.Records.Evidence(ctx, partner.ID, id)
	if err != nil {
		return keeping(err)
	}
	return answer(c, http.StatusOK, "application/json", consentsFor(id, consents, records))
}

func consentsFor(customerID string, consents []onboarding.Consent, records []onboarding.Evidence) consentsAnswer {
	a := consentsAnswer{CustomerID: customerID, Consents: []consentAnswer{}, Evidence: []evidenceAnswer{}}
	for _, c := range slices.Backward(consents) {
		a.Consents = append(a.Consents, consentAnswer{
			Partner: c.Partner, CustomerID: c.Customer, Document: consentDocument(c.Document),
			State: string(c.State), SigningID: c.SigningID, Reason: c.Reason, Words: c.Words, Locale: c.Locale,
			ShownAt: known(c.ShownAt), OpenedAt: known(c.OpenedAt), AgreedAt: c.AgreedAt.UTC(), SettledAt: known(c.SettledAt),
			Address: c.Address, UserAgent: c.Agent, How: circumstancesOf(c.How), IdempotencyKey: c.Key,
			Shown: documentBytes(c.Shown), Signed: documentBytes(c.Signed),
			Sequence: c.Sequence, Previous: c.Previous, Hash: c.Hash,
		})
	}
	for _, e := range records {
		a.Evidence = append(a.Evidence, evidenceAnswer{
			Sequence: e.Sequence, Kind: string(e.Kind), Body: string(e.Body), Previous: e.Previous, Hash: e.Hash,
		})
	}
	return a
}

// known is nil for a moment that nobody knows.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
