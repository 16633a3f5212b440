package onboarding

import "errors"

// Hint is what a message of Iron's says: that something about a customer may have
// changed. It is no fact: messages come twice, late, out of order, and before Iron's
// own answers show what they say. Whoever gets one reads the facts again.
type Hint struct {
	Type       string // Iron's word; a new one is no reason to refuse the message
	CustomerID string // empty, or nobody's, for messages that are about no customer
	// Digest names this very message, signature and ids of the delivery apart.
	Digest string
	// Secret is which of the secrets has signed it: 1 is the newest.
	Secret int
}

// Known tells whether the type is one that Iron's API document names for onboarding.
func (h Hint) Known() bool {
	switch h.Type {
	case "customer_status", "identification_status", "customer_created", "ping":
		return true
	}
	return false
}

// What is wrong with a message that says it is Iron's.
var (
	// ErrNotSigned: none of the secrets has signed it, or it is too old to be believed.
	ErrNotSigned = errors.New("not signed by Iron")
	// ErrNoMessage: it is signed, and can't be read.
	ErrNoMessage = errors.New("not a message")
	// ErrNoSecrets: there is no secret to check it with. The operator acts next.
	ErrNoSecrets = errors.New("no webhook secrets")
)
