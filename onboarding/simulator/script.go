package simulator

import (
	"fmt"
	"time"
)

// Script is a reviewer who acts by the clock. It pulls the same levers that a
// tester has, and steps back from a check that somebody else has decided.
type Script struct {
	Name  string
	Title string
	Help  string

	onStart  []move   // after a new identification
	onSubmit [][]move // after the customer's first, second, … handing in; the last is for all later ones
	onActive []move   // in place of the rails coming up by themselves
}

// move is a lever and when it is pulled, counted from what set the script off.
type move struct {
	after time.Duration
	pull  func(*world, *customer, *identification) error
}

// ManualScript does nothing: testers pull the levers.
const ManualScript = "manual"

// Scripts are all of them, for menus.
func Scripts() []Script { return scripts() }

func scriptNamed(name string) (Script, error) {
	for _, script := range scripts() {
		if script.Name == name {
			return script, nil
		}
	}
	return Script{}, fmt.Errorf("%w: %q", ErrNoScript, name)
}

// started sets the script off for a new identification.
func (w *world) started(c *customer, i *identification) {
	if script, err := scriptNamed(c.script); err == nil {
		w.play(c, i, script.onStart)
	}
}

// handedIn sets the script off for a check that was handed in.
func (w *world) handedIn(i *identification) {
	c := w.customers[i.customerID]
	script, err := scriptNamed(c.script)
	if err != nil || len(script.onSubmit) == 0 {
		return
	}
	times := 0
	for _, other := range c.identifications {
		times += other.submissions
	}
	w.play(c, i, script.onSubmit[min(times, len(script.onSubmit))-1])
}

// play schedules moves. Those on a check are dropped once it was decided, or
// handed in again, by somebody else: two reviewers never fight over a case.
func (w *world) play(c *customer, i *identification, moves []move) {
	submissions := 0
	if i != nil {
		submissions = i.submissions
	}
	for _, m := range moves {
		w.after(m.after, func() {
			if w.customers[c.id] != c || i != nil && (i.submissions != submissions || i.decided()) {
				return
			}
			_ = w.onCustomer(c.id, "script "+c.script, "", func(w *world, c *customer) error {
				return m.pull(w, c, i)
			})
		})
	}
}

func (i *identification) decided() bool {
	switch i.status {
	case Pending, Processed, PendingReview:
		return false
	}
	return true
}

// The moves that scripts are made of.

func reviews(after time.Duration) move {
	return move{after, func(w *world, _ *customer, i *identification) error { return w.beginReview(i) }}
}

func approves(after time.Duration) move {
	return move{after, func(w *world, _ *customer, i *identification) error { return w.approve(i) }}
}

func declines(after time.Duration, final bool) move {
	return move{after, func(w *world, c *customer, i *identification) error {
		verdict := Verdict{
			Comments: map[string]string{"selfie": "Your face is not fully visible. Please take the picture again in good light."},
			Review:   "We could not match your picture with your document.",
			Labels:   []string{"BAD_SELFIE"}, Final: final,
		}
		if c.kind == Business {
			verdict.Comments = map[string]string{"company_documents": "The register extract is older than three months."}
			verdict.Review, verdict.Labels = "We need newer documents of the company.", []string{"OUTDATED_DOCUMENT"}
		}
		return w.decline(i, verdict)
	}}
}

func asks(after time.Duration) move {
	return move{after, func(w *world, c *customer, i *identification) error {
		ask := Ask{Comments: map[string]string{"proof_of_residence": "Please send a bill of the last three months."}}
		if c.kind == Business {
			ask.Comments = map[string]string{"company_beneficiaries": "Please name everyone who holds 25 per cent or more."}
		}
		return w.askForMore(i, ask)
	}}
}

func asksEDD(after time.Duration) move {
	return move{after, func(w *world, _ *customer, i *identification) error { return w.requestEDD(i) }}
}

func expires(after time.Duration) move {
	return move{after, func(w *world, _ *customer, i *identification) error { return w.expire(i) }}
}

func railsUp(after time.Duration) move {
	return move{after, func(w *world, c *customer, _ *identification) error {
		w.raiseRails(c)
		return nil
	}}
}

func blocksRail(after time.Duration, currency, scheme string) move {
	return move{after, func(_ *world, c *customer, _ *identification) error {
		for _, direction := range []Direction{FiatDeposit, FiatPayout} {
			c.setRail(Rail{direction, currency, scheme, false, RailBlocked})
		}
		return nil
	}}
}

func bringsTerms(after time.Duration) move {
	return move{after, func(w *world, c *customer, _ *identification) error {
		w.newTerms(c, "Updated Terms and Conditions")
		return nil
	}}
}

func suspends(after time.Duration) move {
	return move{after, func(_ *world, c *customer, _ *identification) error {
		c.suspended = true
		return nil
	}}
}
