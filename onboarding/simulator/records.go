package simulator

import (
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"time"
)

// customer is Iron's record, and what a tester has said about it.
type customer struct {
	seq          int
	id           string
	partnerID    string
	subPartnerID string
	externalID   string
	name         string
	email        string
	kind         CustomerType
	createdAt    time.Time
	updatedAt    time.Time

	identifications []*identification // oldest first
	required        []string          // documents, signed ones too
	signings        []Signing         // oldest first
	rails           []Rail
	railsOrdered    bool // they have been asked for once

	// status is what the API says; refresh computes it from the rest.
	status       CustomerStatus
	archived     bool
	suspended    bool
	userRequired bool
	newCheck     bool           // Iron wants a new identification although the newest is approved
	signsFirst   bool           // documents come before the identity check
	held         CustomerStatus // a word that the API says whatever the records say
	lag          time.Duration  // how far the status stays behind the records

	shape         AbilitiesShape
	olderSignings bool
	shuffled      bool
	script        string
	scenario      string
}

// identification is Iron's record of one identity check.
type identification struct {
	seq           int
	id            string
	customerID    string
	status        IdentificationStatus
	withEDD       *bool
	reviewComment string
	steps         []*Step
	submissions   int
	createdAt     time.Time
	updatedAt     time.Time

	token   string  // of the hosted page, kept when it is over so that the page can say so
	open    bool    // the hosted page takes answers
	address *string // what the API gives out instead of the hosted page's address
	// holdsNobody: more is asked for, but the customer stays where it is meanwhile.
	holdsNobody bool
}

// newToken is 256 random bits: whoever has the address is taken for the customer.
func newToken() string {
	var raw [32]byte
	_, _ = rand.Read(raw[:])
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

func (w *world) customer(id string) (*customer, error) {
	if c, ok := w.customers[id]; ok {
		return c, nil
	}
	return nil, fmt.Errorf("%w: %s", ErrNoCustomer, id)
}

func (w *world) identification(id string) (*identification, error) {
	if i, ok := w.identifications[id]; ok {
		return i, nil
	}
	return nil, fmt.Errorf("%w: %s", ErrNoIdentification, id)
}

func (w *world) document(id string) (*Document, error) {
	if d, ok := w.documents[id]; ok {
		return d, nil
	}
	return nil, fmt.Errorf("%w: %s", ErrNoDocument, id)
}

// hostedURL is what the API gives as url.
func (w *world) hostedURL(i *identification) string {
	switch {
	case i.address != nil:
		return *i.address
	case i.open:
		return w.identityURL + "/start?token=" + i.token
	}
	return ""
}

func (w *world) newestCustomers() []*customer {
	all := make([]*customer, 0, len(w.customers))
	for _, c := range w.customers {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *customer) int {
		return cmp.Or(b.createdAt.Compare(a.createdAt), cmp.Compare(b.seq, a.seq))
	})
	return all
}

func (w *world) newestIdentifications(c *customer) []*identification {
	all := slices.Clone(c.identifications)
	slices.SortFunc(all, func(a, b *identification) int {
		return cmp.Or(b.createdAt.Compare(a.createdAt), cmp.Compare(b.seq, a.seq))
	})
	return all
}

// current is the newest identification that is not archived, or nil.
func (w *world) current(c *customer) *identification {
	for _, i := range w.newestIdentifications(c) {
		if i.status != IdentificationArchived {
			return i
		}
	}
	return nil
}

// toSign are the required documents without those signed.
func (w *world) toSign(c *customer) []*Document {
	var open []*Document
	for _, id := range c.required {
		if !slices.ContainsFunc(c.signings, func(s Signing) bool { return s.DocumentID == id }) {
			open = append(open, w.documents[id])
		}
	}
	return open
}

// due is the status that the records call for.
func (w *world) due(c *customer) CustomerStatus {
	switch {
	case c.held != "":
		return c.held
	case c.archived:
		return CustomerArchived
	case c.suspended:
		return Suspended
	case c.userRequired:
		return UserRequired
	}
	unsigned := len(w.toSign(c)) > 0
	if c.signsFirst && unsigned {
		return SigningsRequired
	}
	if i := w.current(c); i == nil || c.newCheck || !i.settled(w) {
		return IdentificationRequired
	}
	if unsigned {
		return SigningsRequired
	}
	return Active
}

// settled: nothing of this identification stands between the customer and the
// next stage. An approved one with an address is a step-up.
func (i *identification) settled(w *world) bool {
	if i.holdsNobody {
		return true
	}
	return i.status == Approved && w.hostedURL(i) == ""
}

// refresh brings the customer's status up to date after any change.
func (w *world) refresh(c *customer) {
	if w.due(c) == c.status {
		return
	}
	if c.lag == 0 {
		w.publish(c)
		return
	}
	w.after(c.lag, func() { w.publish(c) })
}

func (w *world) publish(c *customer) {
	status := w.due(c)
	if status == c.status || w.customers[c.id] != c {
		return
	}
	c.status = status
	c.updatedAt = w.clock.now()
	w.customerEvent(c)
	if status == Active && !c.railsOrdered {
		w.orderRails(c)
	}
}
