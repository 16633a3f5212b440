package iron

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"portal/onboarding"
)

// customerRecord is Iron's Customer.
type customerRecord struct {
	ID         word       `json:"id"`
	Type       word       `json:"customer_type"`
	Name       word       `json:"name"`
	Email      word       `json:"email"`
	ExternalID word       `json:"external_id"`
	Status     word       `json:"status"`
	SigningIDs many[word] `json:"signing_ids"`
	CreatedAt  moment     `json:"created_at"`
	UpdatedAt  moment     `json:"updated_at"`
	// Abilities on the record itself is the older guide's shape.
	Abilities json.RawMessage `json:"abilities"`
}

// check refuses a record that tells nothing, and one about somebody else, which a
// confused cache could hand out.
func (r customerRecord) check(q call) error {
	switch {
	case r.ID == "" || r.Status == "":
		return errors.New("customer without id or status")
	case q.id != "" && !strings.EqualFold(string(r.ID), q.id):
		return errors.New("another customer")
	}
	return nil
}

func (r customerRecord) customer() onboarding.Customer {
	return onboarding.Customer{
		ID:         string(r.ID),
		Type:       onboarding.CustomerType(r.Type),
		Name:       string(r.Name),
		Email:      string(r.Email),
		ExternalID: string(r.ExternalID),
		Status:     onboarding.CustomerStatus(r.Status),
		Signed:     len(r.SigningIDs),
		CreatedAt:  r.CreatedAt.Time,
		UpdatedAt:  r.UpdatedAt.Time,
	}
}

// identificationRecord is Iron's Identification.
type identificationRecord struct {
	ID            word   `json:"id"`
	Status        word   `json:"status"`
	URL           word   `json:"url"`
	WithEDD       truth  `json:"with_edd"`
	ReviewComment word   `json:"review_comment"`
	Steps         steps  `json:"step_status"`
	CreatedAt     moment `json:"created_at"`
	UpdatedAt     moment `json:"updated_at"`
}

func (r identificationRecord) check(call) error {
	if r.ID == "" {
		return errors.New("identification without id")
	}
	return nil
}

func (r identificationRecord) identification() onboarding.Identification {
	return onboarding.Identification{
		ID:            string(r.ID),
		Status:        onboarding.IdentificationStatus(r.Status),
		URL:           string(r.URL),
		WithEDD:       r.WithEDD.known,
		ReviewComment: string(r.ReviewComment),
		Steps:         r.Steps,
		CreatedAt:     r.CreatedAt.Time,
		UpdatedAt:     r.UpdatedAt.Time,
	}
}

// steps is step_status: an object of steps by name, other ones for a person than
// for a business, each of which may be absent. In the order of their names.
type steps []onboarding.Step

func (s *steps) UnmarshalJSON(raw []byte) error {
	members := object(raw)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		var step struct {
			Result  word  `json:"result"`
			Retry   truth `json:"retry"`
			Comment word  `json:"comment"`
		}
		if isNull(members[name]) || json.Unmarshal(members[name], &step) != nil {
			continue
		}
		*s = append(*s, onboarding.Step{
			Name:    name,
			Result:  onboarding.IdentificationStatus(step.Result),
			Retry:   step.Retry.known != nil && *step.Retry.known,
			Comment: string(step.Comment),
		})
	}
	return nil
}

// documentRecord is one required signing, in today's shape or the older one that
// may carry the words of the document itself.
type documentRecord struct {
	ID    word `json:"id"`
	Title word `json:"display_name"`
	URL   word `json:"url"`
	Text  word `json:"text"`
}

// documentsOf drops what is listed twice and what is nothing at all. A document
// without an id is kept, for it is required all the same.
func documentsOf(records []documentRecord) []onboarding.Document {
	var documents []onboarding.Document
	for _, r := range records {
		twice := func(d onboarding.Document) bool { return r.ID != "" && d.ID == string(r.ID) }
		if r == (documentRecord{}) || slices.ContainsFunc(documents, twice) {
			continue
		}
		documents = append(documents, onboarding.Document{
			ID: string(r.ID), Title: onboarding.CleanText(string(r.Title)), URL: string(r.URL), Text: string(r.Text),
		})
	}
	return documents
}

// signingRecord is Iron's Signing. document_id is the older name of content_id.
type signingRecord struct {
	ID         word   `json:"id"`
	ContentID  word   `json:"content_id"`
	DocumentID word   `json:"document_id"`
	CreatedAt  moment `json:"created_at"`
}

func (r signingRecord) check(call) error {
	if r.ID == "" {
		return errors.New("signing without id")
	}
	return nil
}

func (r signingRecord) signing() onboarding.Signing {
	return onboarding.Signing{
		ID: string(r.ID), DocumentID: string(cmp.Or(r.ContentID, r.DocumentID)), CreatedAt: r.CreatedAt.Time,
	}
}

// requirementsRecord is Iron's CustomerRequirements, less the buckets that ask
// nothing of the customer.
type requirementsRecord struct {
	Missing many[requirementRecord] `json:"missing"`
	Issues  many[requirementRecord] `json:"issues"`
}

type requirementRecord struct {
	Code        word  `json:"code"`
	Retryable   truth `json:"retryable"`
	Description word  `json:"description"`
	Reasons     many[struct {
		Description word `json:"description"`
	}] `json:"reject_reasons"`
	Questions many[struct {
		Title word `json:"title"`
	}] `json:"missing_questions"`
}

func (r requirementsRecord) requirements() *onboarding.Requirements {
	return &onboarding.Requirements{Missing: requirementList(r.Missing), Issues: requirementList(r.Issues)}
}

func requirementList(records []requirementRecord) []onboarding.Requirement {
	var list []onboarding.Requirement
	for _, r := range records {
		item := onboarding.Requirement{
			Code:        string(r.Code),
			Retryable:   r.Retryable.known,
			Description: onboarding.CleanText(string(r.Description)),
		}
		for _, reason := range r.Reasons {
			item.Reasons = appendText(item.Reasons, reason.Description)
		}
		for _, question := range r.Questions {
			item.Questions = appendText(item.Questions, question.Title)
		}
		list = append(list, item)
	}
	return list
}

// appendText adds words from outside, made safe to be shown, if there are any.
func appendText(list []string, raw word) []string {
	if text := onboarding.CleanText(string(raw)); text != "" {
		return append(list, text)
	}
	return list
}
