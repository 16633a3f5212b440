package handlers

import (
	"time"

	"portal/onboarding"
)

// progressAnswer is GET /api/v1/customers/{id}/progress. The hosted page's address is
// not in it: it is for the customer's browser alone.
type progressAnswer struct {
	CustomerID           string           `json:"customer_id"`
	Stage                string           `json:"stage"`
	State                string           `json:"state"`
	ActionRequired       bool             `json:"action_required"`
	CustomerStatus       string           `json:"customer_status"`
	IdentificationStatus string           `json:"identification_status"`
	EDD                  string           `json:"edd"`
	Why                  string           `json:"why,omitempty"`
	Comments             []commentAnswer  `json:"comments"`
	Documents            []documentAnswer `json:"documents"`
	Rails                []railAnswer     `json:"rails"`
	UpdatedAt            *time.Time       `json:"updated_at"`
}

type commentAnswer struct {
	Step string `json:"step"`
	Text string `json:"text"`
}

type documentAnswer struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Signed bool   `json:"signed"`
}

type railAnswer struct {
	Rail   string `json:"rail"`
	Status string `json:"status"`
}

func progressFor(p onboarding.Progress, consents []onboarding.Consent) progressAnswer {
	a := progressAnswer{
		CustomerID: p.Customer.ID, Stage: string(p.Stage), State: string(p.State), ActionRequired: p.ActionRequired,
		CustomerStatus: string(p.CustomerStatus), IdentificationStatus: string(p.IdentificationStatus),
		EDD: string(p.EDD), Why: string(p.Why),
		Comments: []commentAnswer{}, Documents: []documentAnswer{}, Rails: []railAnswer{},
	}
	for _, comment := range p.Comments {
		a.Comments = append(a.Comments, commentAnswer{Step: comment.Step, Text: comment.Text})
	}
	asked := map[string]bool{}
	for _, d := range p.Documents {
		asked[d.ID] = true
		a.Documents = append(a.Documents, documentAnswer{ID: d.ID, Title: shownTitle(d)})
	}
	for _, d := range signedDocuments(p.Signings, consents, asked) {
		a.Documents = append(a.Documents, documentAnswer{ID: d.ID, Title: d.Title, Signed: true})
	}
	for _, r := range rails(p.Rails) {
		a.Rails = append(a.Rails, railAnswer{Rail: r.Key, Status: r.Status})
	}
	if !p.UpdatedAt.IsZero() {
		updated := p.UpdatedAt.UTC()
		a.UpdatedAt = &updated
	}
	return a
}
