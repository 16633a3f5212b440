package simulator

import (
	"errors"
	"fmt"
	"slices"
)

// NewCustomer is what POST /customers takes.
type NewCustomer struct {
	Name         string
	Email        string
	Type         CustomerType // Person where it is empty
	ExternalID   string
	SubPartnerID string
}

// CreateCustomer makes a customer of this key, as POST /customers does.
func (s *Simulator) CreateCustomer(apiKey string, wanted NewCustomer) (id string, err error) {
	err = s.do(func(w *world) error {
		partner, ok := w.partners[keyHash(apiKey)]
		if !ok {
			return ErrNoKey
		}
		id = w.createCustomer(partner, wanted).id
		return nil
	})
	return id, err
}

func (w *world) createCustomer(p *partner, wanted NewCustomer) *customer {
	if wanted.Type == "" {
		wanted.Type = Person
	}
	w.seq++
	now := w.clock.now()
	c := &customer{
		seq: w.seq, id: newID(), partnerID: p.id, subPartnerID: wanted.SubPartnerID, externalID: wanted.ExternalID,
		name: wanted.Name, email: wanted.Email, kind: wanted.Type, createdAt: now, updatedAt: now,
		required: slices.Clone(w.standard), rails: allRails(), shape: ShapeNested, script: w.settings.DefaultScript,
	}
	c.status = w.due(c)
	w.customers[c.id] = c
	w.createdEvent(c)
	w.customerEvent(c)
	return c
}

// Why an identification is refused; the API answers 409 and 429.
var (
	errPending = errors.New("simulator: has pending identification")
	errTooMany = errors.New("simulator: creation rate limit exceeded")
)

// CreateIdentification starts an identity check by Link, as POST
// /customers/{id}/identifications/v2 does; withEDD may be nil.
func (s *Simulator) CreateIdentification(customerID string, withEDD *bool) (id string, err error) {
	err = s.onCustomer(customerID, "create identification", "", func(w *world, c *customer) error {
		i, err := w.createIdentification(c, withEDD)
		if err == nil {
			id = i.id
		}
		return err
	})
	return id, err
}

func (w *world) createIdentification(c *customer, withEDD *bool) (*identification, error) {
	if c.archived || c.suspended || c.userRequired {
		return nil, fmt.Errorf("%w: the customer is %s", ErrNotNow, c.status)
	}
	if !w.settings.ParallelChecks && slices.ContainsFunc(c.identifications, func(i *identification) bool {
		return i.inFlight(w)
	}) {
		return nil, errPending
	}
	if err := w.countCreation(c); err != nil {
		return nil, err
	}
	edd := withEDD != nil && *withEDD
	w.seq++
	now := w.clock.now()
	i := &identification{
		seq: w.seq, id: newID(), customerID: c.id, withEDD: &edd,
		steps: w.stepsFor(c, edd), createdAt: now, updatedAt: now,
	}
	c.identifications = append(c.identifications, i)
	w.identifications[i.id] = i
	c.newCheck = false
	c.updatedAt = now
	w.moveTo(i, Pending)
	if w.settings.LinkAfter == 0 {
		w.openPage(i)
	} else {
		w.after(w.settings.LinkAfter, func() { w.prepared(i) })
	}
	w.refresh(c)
	w.started(c, i)
	return i, nil
}

// inFlight: Iron has the check open, with the customer or with a reviewer.
func (i *identification) inFlight(w *world) bool {
	switch i.status {
	case Pending:
		return w.hostedURL(i) != ""
	case Processed, PendingReview:
		return true
	}
	return false
}

func (w *world) countCreation(c *customer) error {
	if w.settings.CreationLimit <= 0 {
		return nil
	}
	recent := 0
	for _, i := range c.identifications {
		if w.clock.now().Sub(i.createdAt) < w.settings.CreationWindow {
			recent++
		}
	}
	if recent >= w.settings.CreationLimit {
		return errTooMany
	}
	return nil
}

var (
	personSteps   = []string{"identity", "selfie", "proof_of_residence", "questionnaire"}
	businessSteps = []string{"company_data", "company_beneficiaries", "company_documents", "questionnaire"}
)

// stepsFor: a check asks for everything, except that enhanced due diligence on
// top of an approved check reuses it and asks only for the questionnaire.
func (w *world) stepsFor(c *customer, edd bool) []*Step {
	names := personSteps
	if c.kind == Business {
		names = businessSteps
	}
	reuse := edd && slices.ContainsFunc(c.identifications, func(i *identification) bool { return i.status == Approved })
	var steps []*Step
	for _, name := range names {
		step := &Step{Name: name, ToDo: true}
		if reuse && name != "questionnaire" {
			step.ToDo, step.Result = false, Approved
		}
		steps = append(steps, step)
	}
	return steps
}

// prepared: the hosted page of a new identification is ready at last.
func (w *world) prepared(i *identification) {
	if w.identifications[i.id] == i && i.status == Pending && !i.open {
		w.openPage(i)
		i.updatedAt = w.clock.now()
		w.note("hosted page ready", i.customerID, "")
	}
}

// openPage gives the identification a fresh hosted page. Where nothing is to do
// any more, everything is: an open page that asks for nothing helps nobody.
func (w *world) openPage(i *identification) {
	i.token, i.open, i.address = newToken(), true, nil
	w.tokens[i.token] = i.id
	if !slices.ContainsFunc(i.steps, func(s *Step) bool { return s.ToDo }) {
		for _, step := range i.steps {
			step.ToDo, step.Done = true, false
		}
	}
}

func (w *world) closePage(i *identification) {
	i.open, i.address = false, nil
}

// judge gives every step the same result.
func (w *world) judge(i *identification, result IdentificationStatus) {
	for _, step := range i.steps {
		if result == PendingReview && step.Result == Approved {
			continue
		}
		*step = Step{Name: step.Name, Result: result, Done: true, Answers: step.Answers}
	}
}

// moveTo changes the status, and with it whatever follows for the customer.
func (w *world) moveTo(i *identification, status IdentificationStatus) {
	i.updatedAt = w.clock.now()
	changed := i.status != status
	i.status = status
	if changed {
		w.identificationEvent(i)
	}
	w.refresh(w.customers[i.customerID])
}
