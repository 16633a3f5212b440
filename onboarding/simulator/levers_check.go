package simulator

import (
	"fmt"
	"slices"
	"strings"
)

// Verdict is a reviewer's refusal.
type Verdict struct {
	// Comments are by step; a step that has one is declined, the others stand. A
	// verdict without any declines every step.
	Comments map[string]string
	Review   string // review_comment, on the whole check
	// Labels are Sumsub's reject labels of the declined steps, for requirements.
	Labels []string
	// Final: handing in again is no use.
	Final bool
	// KeepURL leaves the customer a hosted page that asks for the declined steps
	// again; without it the next attempt needs a new identification.
	KeepURL bool
}

// Ask is a reviewer's request for more: Iron's "step-up".
type Ask struct {
	Comments map[string]string // by step; these steps are asked for again
	Review   string
	// StayApproved leaves the identification Approved beside its new address.
	StayApproved bool
	// HoldNobody leaves the customer where it is while more is asked for.
	HoldNobody bool
}

// Submit hands the check in on the customer's behalf: Processed.
func (s *Simulator) Submit(identificationID string) error {
	return s.onCheck(identificationID, "submit", "", (*world).submit)
}

func (w *world) submit(i *identification) error {
	if !i.open {
		return fmt.Errorf("%w: the identification has no hosted page open", ErrNotNow)
	}
	for _, step := range i.steps {
		if step.ToDo {
			step.ToDo, step.Done = false, true
			step.Result, step.Retry, step.Comment = Processed, false, ""
		}
	}
	i.reviewComment = ""
	i.submissions++
	w.closePage(i)
	w.moveTo(i, Processed)
	w.handedIn(i)
	return nil
}

// BeginReview is a reviewer opening the case: PendingReview.
func (s *Simulator) BeginReview(identificationID string) error {
	return s.onCheck(identificationID, "begin review", "", (*world).beginReview)
}

func (w *world) beginReview(i *identification) error {
	if err := i.refuseIn(PendingReview, Approved, Declined, Expired); err != nil {
		return err
	}
	w.judge(i, PendingReview)
	w.closePage(i)
	w.moveTo(i, PendingReview)
	return nil
}

// Approve approves: the address is gone, and the customer goes on to documents
// or is Active.
func (s *Simulator) Approve(identificationID string) error {
	return s.onCheck(identificationID, "approve", "", (*world).approve)
}

func (w *world) approve(i *identification) error {
	if err := i.refuseIn(Expired); err != nil {
		return err
	}
	if i.status == Approved && w.hostedURL(i) == "" {
		return fmt.Errorf("%w: the identification is %s", ErrNotNow, i.status)
	}
	w.judge(i, Approved)
	w.closePage(i)
	i.reviewComment, i.holdsNobody = "", false
	w.moveTo(i, Approved)
	return nil
}

// Decline declines. The customer stays IdentificationRequired and acts next
// unless the verdict is final.
func (s *Simulator) Decline(identificationID string, verdict Verdict) error {
	return s.onCheck(identificationID, "decline", steps(verdict.Comments), func(w *world, i *identification) error {
		return w.decline(i, verdict)
	})
}

func (w *world) decline(i *identification, verdict Verdict) error {
	if err := i.refuseIn(Expired); err != nil {
		return err
	}
	if err := i.has(verdict.Comments); err != nil {
		return err
	}
	for _, step := range i.steps {
		comment, named := verdict.Comments[step.Name]
		declined := named || len(verdict.Comments) == 0
		*step = Step{Name: step.Name, Result: Approved, Answers: step.Answers}
		if declined {
			step.Result, step.Retry, step.Comment = Declined, !verdict.Final, comment
			step.ToDo = verdict.KeepURL
			step.labels = slices.Clone(verdict.Labels)
		}
	}
	i.reviewComment, i.holdsNobody = verdict.Review, false
	w.closePage(i)
	if verdict.KeepURL {
		w.openPage(i)
	}
	w.moveTo(i, Declined)
	return nil
}

// AskForMore puts the identification back to Pending with an address that asks
// only for the named steps.
func (s *Simulator) AskForMore(identificationID string, ask Ask) error {
	return s.onCheck(identificationID, "ask for more", steps(ask.Comments), func(w *world, i *identification) error {
		return w.askForMore(i, ask)
	})
}

func (w *world) askForMore(i *identification, ask Ask) error {
	if err := i.refuseIn(Expired); err != nil {
		return err
	}
	if err := i.has(ask.Comments); err != nil {
		return err
	}
	for _, step := range i.steps {
		comment, named := ask.Comments[step.Name]
		*step = Step{Name: step.Name, Result: Approved, Answers: step.Answers}
		if named {
			step.Result, step.Retry, step.Comment, step.ToDo = Declined, true, comment, true
		}
	}
	i.reviewComment, i.holdsNobody = ask.Review, ask.HoldNobody
	w.openPage(i)
	if ask.StayApproved {
		w.moveTo(i, Approved)
	} else {
		w.moveTo(i, Pending)
	}
	return nil
}

// RequestEDD is Iron deciding that enhanced due diligence applies: back to
// Pending with with_edd true, and only the questionnaire to do on top of what
// was open already. Iron has it for people, not for businesses.
func (s *Simulator) RequestEDD(identificationID string) error {
	return s.onCheck(identificationID, "request EDD", "", (*world).requestEDD)
}

func (w *world) requestEDD(i *identification) error {
	if err := i.refuseIn(Expired); err != nil {
		return err
	}
	if w.customers[i.customerID].kind != Person {
		return fmt.Errorf("%w: enhanced due diligence is for people", ErrNotNow)
	}
	yes := true
	i.withEDD = &yes
	for _, step := range i.steps {
		switch {
		case step.Name == "questionnaire":
			*step = Step{Name: step.Name, ToDo: true}
		case !step.ToDo:
			step.Result = Approved
		}
	}
	w.openPage(i)
	w.moveTo(i, Pending)
	return nil
}

// ReachLimit is a customer reaching a spending limit: the newest identification
// goes back to Pending for enhanced due diligence.
func (s *Simulator) ReachLimit(customerID string) error {
	return s.onCustomer(customerID, "reach limit", "", (*world).reachLimit)
}

func (w *world) reachLimit(c *customer) error {
	i := w.current(c)
	if i == nil {
		return fmt.Errorf("%w: the customer has no identification", ErrNotNow)
	}
	return w.requestEDD(i)
}

// Expire lets the attempt lapse, as inactivity does.
func (s *Simulator) Expire(identificationID string) error {
	return s.onCheck(identificationID, "expire", "", (*world).expire)
}

func (w *world) expire(i *identification) error {
	if err := i.refuseIn(Processed, PendingReview, Approved, Expired); err != nil {
		return err
	}
	w.closePage(i)
	w.moveTo(i, Expired)
	return nil
}

// ArchiveIdentification puts one attempt away for good: it counts for nothing.
func (s *Simulator) ArchiveIdentification(identificationID string) error {
	return s.onCheck(identificationID, "archive identification", "", func(w *world, i *identification) error {
		w.closePage(i)
		w.moveTo(i, IdentificationArchived)
		return nil
	})
}

// SetEDD writes with_edd; nil leaves it out, as on records older than the field.
func (s *Simulator) SetEDD(identificationID string, withEDD *bool) error {
	return s.onCheck(identificationID, "set with_edd", "", func(w *world, i *identification) error {
		i.withEDD = withEDD
		i.updatedAt = w.clock.now()
		return nil
	})
}

// UnknownIdentificationStatus makes the API say any word as the status.
func (s *Simulator) UnknownIdentificationStatus(identificationID, word string) error {
	return s.onCheck(identificationID, "unknown identification status", word, func(w *world, i *identification) error {
		w.moveTo(i, IdentificationStatus(word))
		return nil
	})
}

// SetURL makes the API give out any address, a hostile one too; the hosted page
// behind the old address stays as it is. OfferURL ends it.
func (s *Simulator) SetURL(identificationID, address string) error {
	return s.onCheck(identificationID, "set url", address, func(w *world, i *identification) error {
		i.address = &address
		i.updatedAt = w.clock.now()
		return nil
	})
}

// LoseURL leaves the identification without any address.
func (s *Simulator) LoseURL(identificationID string) error {
	return s.onCheck(identificationID, "lose url", "", func(w *world, i *identification) error {
		w.closePage(i)
		i.updatedAt = w.clock.now()
		return nil
	})
}

// OfferURL gives the identification a fresh hosted page, for whatever is to do.
func (s *Simulator) OfferURL(identificationID string) error {
	return s.onCheck(identificationID, "offer url", "", func(w *world, i *identification) error {
		if err := i.refuseIn(Processed, PendingReview, Expired); err != nil {
			return err
		}
		w.openPage(i)
		i.updatedAt = w.clock.now()
		return nil
	})
}

// has refuses comments on steps that the check has not.
func (i *identification) has(comments map[string]string) error {
	for name := range comments {
		if !slices.ContainsFunc(i.steps, func(s *Step) bool { return s.Name == name }) {
			return fmt.Errorf("%w: %s", ErrNoStep, name)
		}
	}
	return nil
}

// steps names the commented ones for the record of events: what reviewers wrote
// stays out of it.
func steps(comments map[string]string) string {
	names := make([]string, 0, len(comments))
	for name := range comments {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
