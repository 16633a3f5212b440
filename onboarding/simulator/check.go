package simulator

import (
	"fmt"
	"maps"
	"slices"
)

// CheckState tells a hosted page what to show.
type CheckState string

// The states of a hosted page.
const (
	CheckOpen      CheckState = "open"      // the customer does the steps that are to do
	CheckSubmitted CheckState = "submitted" // handed in; nothing to do
	CheckExpired   CheckState = "expired"   // the address is no longer good
)

// Check is what the hosted pages need to know of the identification behind a token.
type Check struct {
	State        CheckState
	StepUp       bool // it was further once: only some steps are asked for
	WithEDD      bool
	CustomerName string
	CustomerType CustomerType
	Review       string // what the reviewer wrote on the whole check
	// Steps are those that this page asks for, done ones too, in order.
	Steps          []Step
	Identification Identification
}

// IdentificationByToken finds the check behind a hosted page's address. A page
// that is over is found as well, with its state; ErrUnknownToken is for an
// address that never was.
func (s *Simulator) IdentificationByToken(token string) (check Check, err error) {
	err = s.do(func(w *world) error {
		i, err := w.byToken(token)
		if err != nil {
			return err
		}
		c := w.customers[i.customerID]
		view := w.viewIdentification(i)
		check = Check{
			State: i.state(token), CustomerName: c.name, CustomerType: c.kind,
			WithEDD: view.WithEDD != nil && *view.WithEDD, Review: i.reviewComment, Identification: view,
		}
		for _, step := range view.Steps {
			if step.ToDo {
				check.Steps = append(check.Steps, step)
			}
		}
		check.StepUp = len(check.Steps) < len(view.Steps) && check.State == CheckOpen
		return nil
	})
	return check, err
}

// state of the page at this token: an address that a newer one has replaced is
// no longer good, whatever became of the check.
func (i *identification) state(token string) CheckState {
	switch {
	case i.token != token:
		return CheckExpired
	case i.open:
		return CheckOpen
	case i.status == Processed || i.status == PendingReview || i.status == Approved || i.status == Declined:
		return CheckSubmitted
	}
	return CheckExpired
}

// StepsToDo are the names of the steps that the hosted page still asks for, in
// order; none is left once the check can be handed in.
func (s *Simulator) StepsToDo(token string) (names []string, err error) {
	err = s.do(func(w *world) error {
		i, err := w.openByToken(token)
		if err != nil {
			return err
		}
		for _, step := range i.steps {
			if step.ToDo && !step.Done {
				names = append(names, step.Name)
			}
		}
		return nil
	})
	return names, err
}

// CompleteStep takes what the customer entered at one step. A step may be done
// again until the check is handed in.
func (s *Simulator) CompleteStep(token, name string, answers map[string]string) error {
	return s.do(func(w *world) error {
		i, err := w.openByToken(token)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(i.steps, func(s *Step) bool { return s.Name == name && s.ToDo })
		if at < 0 {
			return fmt.Errorf("%w: %s", ErrNoStep, name)
		}
		i.steps[at].Done, i.steps[at].Answers = true, maps.Clone(answers)
		w.note("step done", i.customerID, name)
		return nil
	})
}

// SubmitCheck hands the check in: Processed. ErrStepsOpen while a step is to do.
func (s *Simulator) SubmitCheck(token string) error {
	return s.do(func(w *world) error {
		i, err := w.openByToken(token)
		if err != nil {
			return err
		}
		for _, step := range i.steps {
			if step.ToDo && !step.Done {
				return fmt.Errorf("%w: %s", ErrStepsOpen, step.Name)
			}
		}
		return w.onCheck(i.id, "handed in at the hosted page", "", (*world).submit)
	})
}

func (w *world) byToken(token string) (*identification, error) {
	id, ok := w.tokens[token]
	if !ok || token == "" {
		return nil, ErrUnknownToken
	}
	return w.identification(id)
}

// openByToken refuses a page that is over, with the reason.
func (w *world) openByToken(token string) (*identification, error) {
	i, err := w.byToken(token)
	if err != nil {
		return nil, err
	}
	switch i.state(token) {
	case CheckSubmitted:
		return nil, ErrSubmitted
	case CheckExpired:
		return nil, ErrExpired
	}
	return i, nil
}
