package session

import (
	"encoding/json"
	"errors"
	"time"
)

// ErrNoShowing says that these pages have made no such thing for this customer and
// document, or longer ago than a session lasts.
var ErrNoShowing = errors.New("session: not a showing of this document to this customer")

// Showing is what a customer was shown of a document, and when. It goes through the
// browser, sealed, and comes back with the form that signs: so it is known without
// being kept, and nobody can say that they were shown something else.
type Showing struct {
	At          time.Time `json:"at"`
	OpenedAt    time.Time `json:"opened_at,omitzero"` // when the document itself was last on a page
	Again       bool      `json:"again,omitempty"`    // it was agreed to before, and waits for Iron
	Locale      string    `json:"locale"`             // of the words on the page
	Wording     string    `json:"wording"`            // names them
	Fingerprint string    `json:"fingerprint"`        // of the document's record at Iron
	SHA256      string    `json:"sha256,omitempty"`   // of its bytes
	Size        int64     `json:"size,omitempty"`
	MediaType   string    `json:"media_type,omitempty"`
	Problem     string    `json:"problem,omitempty"` // why there are none
}

// Showings seals what is shown.
type Showings struct {
	Keys Keys
	Now  func() time.Time
}

const showingPurpose = "showing of a document"

// Seal makes what the form carries.
func (s *Showings) Seal(partner, customerID, documentID string, shown Showing) (string, error) {
	return s.Keys.sealToken(showingPurpose, shown, showingBound(partner, customerID, documentID))
}

// Open reads what a form has brought back. The error is ErrNoShowing.
func (s *Showings) Open(partner, customerID, documentID, token string) (Showing, error) {
	var shown Showing
	err := s.Keys.openToken(showingPurpose, token, &shown, showingBound(partner, customerID, documentID))
	if err != nil || s.Now().Sub(shown.At) > Lifetime {
		return Showing{}, ErrNoShowing
	}
	return shown, nil
}

// showingBound: JSON keeps the parts apart, whatever is in them.
func showingBound(parts ...string) []byte {
	bound, err := json.Marshal(parts)
	if err != nil {
		panic("session: showing: " + err.Error()) // strings alone
	}
	return bound
}
