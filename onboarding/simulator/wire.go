package simulator

import "time"

// What goes over the wire, field by field as Iron's API document has it. A
// pointer with omitempty is a field that Iron may leave out.

type wireCustomer struct {
	ID                   string   `json:"id"`
	PartnerID            string   `json:"partner_id"`
	ExternalID           *string  `json:"external_id,omitempty"`
	CustomerType         string   `json:"customer_type"`
	Name                 string   `json:"name"`
	Email                string   `json:"email"`
	ActiveEmail          *string  `json:"active_email,omitempty"`
	Status               string   `json:"status"`
	IdentificationStatus *string  `json:"identification_status,omitempty"`
	IdentificationIDs    []string `json:"identification_ids"`
	SigningIDs           []string `json:"signing_ids"`
	SpendingLimitEuro    *string  `json:"spending_limit_euro,omitempty"`
	CreatedAt            string   `json:"created_at"`
	UpdatedAt            string   `json:"updated_at"`
}

type wireIdentification struct {
	ID               string                     `json:"id"`
	CustomerID       *string                    `json:"customer_id,omitempty"`
	PartnerID        *string                    `json:"partner_id,omitempty"`
	Status           string                     `json:"status"`
	URL              *string                    `json:"url,omitempty"`
	WithEDD          *bool                      `json:"with_edd,omitempty"`
	ReviewComment    *string                    `json:"review_comment,omitempty"`
	StepStatus       *map[string]wireStepDetail `json:"step_status,omitempty"`
	ResidenceCountry *string                    `json:"residence_country,omitempty"`
	CreatedAt        string                     `json:"created_at"`
	UpdatedAt        string                     `json:"updated_at"`
}

type wireStepDetail struct {
	Result  string  `json:"result"`
	Retry   bool    `json:"retry"`
	Comment *string `json:"comment,omitempty"`
}

type wirePage[T any] struct {
	Items      []T     `json:"items"`
	Cursor     *string `json:"cursor,omitempty"`
	PrevCursor *string `json:"prev_cursor,omitempty"`
}

type wireRequiredSigning struct {
	ID          string  `json:"id"`
	DisplayName string  `json:"display_name"`
	URL         string  `json:"url"`
	Type        *string `json:"type,omitempty"` // of an older version of the API
}

// wireTextSigning is of an older version of the API: a document without address.
type wireTextSigning struct {
	ID          string `json:"id"`
	DisplayName string `json:"display_name"`
	Type        string `json:"type"`
	Text        string `json:"text"`
}

type wireSigning struct {
	ID         string  `json:"id"`
	CustomerID string  `json:"customer_id"`
	ContentID  *string `json:"content_id,omitempty"`
	DocumentID *string `json:"document_id,omitempty"`
	CreatedAt  string  `json:"created_at"`
	UpdatedAt  string  `json:"updated_at"`
}

type wireRequirements struct {
	RequirementsDue []string          `json:"requirements_due"`
	Complete        []wireRequirement `json:"complete"`
	Pending         []wireRequirement `json:"pending"`
	Missing         []wireRequirement `json:"missing"`
	Issues          []wireRequirement `json:"issues"`
}

type wireRequirement struct {
	Code             string         `json:"code"`
	Description      *string        `json:"description,omitempty"`
	IdentificationID *string        `json:"identification_id,omitempty"`
	Retryable        *bool          `json:"retryable,omitempty"`
	RejectLabels     []string       `json:"reject_labels"`
	RejectReasons    []wireReason   `json:"reject_reasons"`
	MissingQuestions []wireQuestion `json:"missing_questions"`
}

type wireReason struct {
	Code        string `json:"code"`
	Description string `json:"description"`
}

type wireQuestion struct {
	ID        string  `json:"id"`
	SectionID *string `json:"section_id,omitempty"`
	Title     string  `json:"title"`
}

type wireLimit struct {
	PeriodStart  string  `json:"period_start"`
	PeriodEnd    string  `json:"period_end"`
	UsedEUR      string  `json:"used_eur"`
	ThresholdEUR *string `json:"threshold_eur,omitempty"`
	RemainingEUR *string `json:"remaining_eur,omitempty"`
}

type wireSpendingLimit struct {
	FiatOnramp    wireLimit `json:"fiat_onramp"`
	CryptoOfframp wireLimit `json:"crypto_offramp"`
}

type wireError struct {
	Message string `json:"message"`
	TraceID string `json:"trace_id"`
}

type wireWebhook struct {
	Type      string           `json:"type"`
	Timestamp string           `json:"timestamp"`
	Data      wireNotification `json:"data"`
}

type wireNotification struct {
	CustomerID string `json:"customer_id"`
	Message    any    `json:"message"`
}

type wireMessage struct {
	ID     string `json:"id"`
	Status string `json:"status,omitempty"`
	Kind   string `json:"kind,omitempty"`
}

func wireTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z07:00") }

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
