package onboarding

import (
	"slices"
	"time"
)

// Facts are one customer as Iron knows it at one moment. They are all that
// Decide looks at, so that a page can never show what Iron has not said.
type Facts struct {
	// ReadAt is the moment by Iron's own clock (the Date of its answer), so that
	// ages are right even where our clock is not.
	ReadAt          time.Time
	Customer        Customer
	Identifications []Identification // all pages, in whatever order Iron sent them
	Documents       []Document       // still to be signed; read under SigningsRequired
	Signings        []Signing        // read under SigningsRequired and Active
	Requirements    *Requirements    // nil where it was not read or could not be
	Rails           []Rail           // read under Active
	// Stale: Iron did not answer, and this is what it said before, at ReadAt.
	Stale bool
}

// Clone is a copy whose lists are its own.
func (f Facts) Clone() Facts {
	f.Identifications = slices.Clone(f.Identifications)
	f.Documents = slices.Clone(f.Documents)
	f.Signings = slices.Clone(f.Signings)
	f.Rails = slices.Clone(f.Rails)
	return f
}

// CustomerType says which kind of check Iron makes.
type CustomerType string

// The customer types of Iron's API document.
const (
	Person   CustomerType = "Person"
	Business CustomerType = "Business"
)

// Customer is Iron's customer record, less what the portal has no use for.
type Customer struct {
	ID         string
	Type       CustomerType
	Name       string
	Email      string
	ExternalID string
	Status     CustomerStatus
	// Signed is how many signings Iron lists on the record: a customer with any
	// was once further than identification.
	Signed    int
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Identification is one identity check. Iron keeps every attempt; Current picks
// the one that counts.
type Identification struct {
	ID     string
	Status IdentificationStatus
	// URL is the hosted page. It works like a password for the check: it goes to
	// this customer's browser and nowhere else. Empty where Iron gave none, or one
	// that the portal may not frame or link.
	URL           string
	WithEDD       *bool // nil: Iron made the record before it kept this
	ReviewComment string
	Steps         []Step
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Step is what Iron's reviewers said about one part of an identification.
type Step struct {
	Name    string // Iron's own name: identity, selfie, company_data, …
	Result  IdentificationStatus
	Retry   bool
	Comment string
}

// Document is one that Iron requires the customer to sign.
type Document struct {
	ID    string // the content_id of the signing
	Title string
	URL   string
	// Text is the document itself where Iron sends words instead of an address
	// (an older shape of the answer).
	Text string
}

// Signing is Iron's record that the customer has signed a document.
type Signing struct {
	ID         string
	DocumentID string
	CreatedAt  time.Time
}

// Requirements is Iron's view of what a customer still owes. The two lists are
// those of the buckets "missing" (can be handed in again) and "issues" (can't,
// unless an item says that it can).
type Requirements struct {
	Missing []Requirement
	Issues  []Requirement
}

// Requirement is one item of Requirements.
type Requirement struct {
	Code        string
	Retryable   *bool // nil where Iron does not say
	Description string
	Reasons     []string // in words, from Iron's reject_reasons
	Questions   []string // unanswered ones, as the customer saw them
}

// NothingRetryable tells whether Iron has said that handing in again is no use.
// Silence is not such a statement.
func (r *Requirements) NothingRetryable() bool {
	if r == nil || len(r.Issues) == 0 {
		return false
	}
	for _, item := range r.Issues {
		if item.Retryable != nil && *item.Retryable {
			return false
		}
	}
	for _, item := range r.Missing {
		if item.Retryable == nil || *item.Retryable {
			return false
		}
	}
	return true
}

// Current is the newest identification that is not archived. ok is false where
// there is none. Records of the same moment are told apart by their ids, which
// Iron makes in the order of time, so that every replica picks the same one.
func Current(all []Identification) (current Identification, ok bool) {
	for _, candidate := range all {
		if candidate.Status == IdentificationArchived {
			continue
		}
		if !ok || newer(candidate, current) {
			current, ok = candidate, true
		}
	}
	return current, ok
}

func newer(a, b Identification) bool {
	if a.CreatedAt.Equal(b.CreatedAt) {
		return a.ID > b.ID
	}
	return a.CreatedAt.After(b.CreatedAt)
}

// returning tells whether the customer was once further than the current
// identification says: Iron holds signings, or approved an older check.
func (f Facts) returning(current Identification) bool {
	if f.Customer.Signed > 0 || len(f.Signings) > 0 {
		return true
	}
	for _, other := range f.Identifications {
		if other.ID != current.ID && other.Status == IdentificationApproved {
			return true
		}
	}
	return false
}
