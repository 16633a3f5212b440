package onboarding

import "time"

// Stage is one of the guide's stages of onboarding, or a place outside them.
type Stage string

// The guide's three stages and its end, and the two places outside them.
const (
	StageSubmission Stage = "submission"        // the customer proves who they are
	StageReview     Stage = "compliance-review" // Iron's compliance team reads
	StageActivation Stage = "activation"        // documents are signed, the account is switched on
	StageComplete   Stage = "complete"
	StageBlocked    Stage = "blocked"
	StageUnknown    Stage = "unknown" // Iron said something that the portal has no rule for
)

// State is the row of the table that applies, and so which page is shown.
type State string

// The states, with who acts next.
const (
	StateStart        State = "start"         // customer: start the identity check
	StateContinue     State = "continue"      // customer: finish it on the hosted page
	StateStepUp       State = "step-up"       // customer: hand in what is missing, on the hosted page
	StatePreparing    State = "preparing"     // Iron: the hosted page is being prepared
	StateRestart      State = "restart"       // customer: the last attempt expired
	StateRetry        State = "retry"         // customer: read the comments, try again
	StateDeclined     State = "declined"      // nobody but support: trying again is no use
	StateWaiting      State = "waiting"       // Iron: handed in
	StateReviewing    State = "reviewing"     // Iron: people are reading
	StateFinishing    State = "finishing"     // Iron: approved a moment ago, the rest catches up
	StateStartAgain   State = "start-again"   // customer: a new check is needed
	StateSign         State = "sign"          // customer: documents to sign
	StateActivating   State = "activating"    // Iron: all signed, being switched on
	StateReady        State = "ready"         // nobody: money can move
	StateRailsPending State = "rails-pending" // Iron: rails are being switched on
	StateSuspended    State = "suspended"     // support
	StateUserRequired State = "user-required" // the partner
	StateClosed       State = "closed"        // nobody
	StateUnknown      State = "unknown"       // operators of the portal
)

// Why is the reason for which a customer who was further is asked again. It is
// read from the facts, so it is only given where they show it.
type Why string

// The guide's causes of a reversion, as far as facts can tell them apart.
const (
	NotBack         Why = ""
	NewTerms        Why = "new-terms"        // documents were added for a customer whose rails work
	MoreInformation Why = "more-information" // something is missing, expired or a limit was reached
	NewCheck        Why = "new-check"        // the approved check no longer counts
)

// StepProgress is how far one of the three stages is.
type StepProgress string

// What the stepper shows for a stage.
const (
	StepDone      StepProgress = "done"
	StepCurrent   StepProgress = "current"
	StepUpcoming  StepProgress = "upcoming"
	StepAttention StepProgress = "attention" // current, and something went wrong there
)

// Progress is the decision: where the customer stands and what is to be shown.
type Progress struct {
	Stage Stage
	State State
	// Steps are submission, compliance review and activation.
	Steps [3]StepProgress

	CustomerStatus       CustomerStatus
	IdentificationStatus IdentificationStatus
	EDD                  EDD
	EDDMeaning           EDDMeaning
	Why                  Why

	// ActionRequired: the customer has something to do. Else they only wait.
	ActionRequired bool
	// CanBegin: a new identification may be created for this customer now. Iron
	// makes a new record for each request and the newest drives the status, so
	// this is true only where no other is usable or in flight.
	CanBegin bool
	// HostedURL is the hosted page that the customer is to go on with, or empty.
	HostedURL string
	// StepUpNotice: beside the page's own business, Iron asks for more at HostedURL.
	StepUpNotice bool

	Comments  []Comment
	Missing   []Requirement
	Documents []Document
	Signings  []Signing
	Rails     []Rail

	Customer  Customer
	UpdatedAt time.Time // the latest change that Iron has recorded
	ReadAt    time.Time
	// Stale: Iron does not answer just now, and all this was so at ReadAt.
	Stale bool
}

// Decide is the whole of "where does this customer stand": pure, and total over
// everything that Iron may say, words it has not invented yet included.
func Decide(f Facts) Progress {
	current, found := Current(f.Identifications)
	s := situate(f, current, found)
	p := Progress{
		CustomerStatus:       s.customer,
		IdentificationStatus: s.identification,
		EDD:                  eddOf(current.WithEDD),
		Documents:            f.Documents,
		Signings:             f.Signings,
		Rails:                f.Rails,
		Customer:             f.Customer,
		ReadAt:               f.ReadAt,
		Stale:                f.Stale,
		UpdatedAt:            later(f.Customer.UpdatedAt, current.UpdatedAt),
	}
	for _, r := range rules {
		if r.holds(s) {
			p.Stage, p.State = r.stage, r.state
			break
		}
	}
	p.EDDMeaning = MeaningOf(p.IdentificationStatus, p.EDD)
	p.Steps = stepsFor(p.Stage, p.State, s.identification)
	p.Why = whyBack(p.State, s)
	p.CanBegin = canBegin(p.State, s)
	p.StepUpNotice = s.pendingStepUp() && (p.Stage == StageActivation || p.Stage == StageComplete)
	if leadsToHostedPage(p.State) || p.StepUpNotice {
		p.HostedURL = current.URL
	}
	if p.Stage == StageSubmission || p.StepUpNotice {
		p.Comments = CommentsOn(current)
		p.Missing = missingBeside(f.Requirements, p.Comments)
	}
	p.ActionRequired = p.StepUpNotice || asksCustomer(p.State)
	return p
}

// asksCustomer: the states in which the customer acts next.
func asksCustomer(state State) bool {
	switch state {
	case StateStart, StateContinue, StateStepUp, StateRestart, StateRetry, StateStartAgain, StateSign:
		return true
	}
	return false
}

// leadsToHostedPage: the states whose next step is at the identification's url.
func leadsToHostedPage(state State) bool {
	return state == StateContinue || state == StateStepUp || state == StateRetry
}

func canBegin(state State, s situation) bool {
	switch state {
	case StateStart, StateRestart, StateStartAgain:
		return true
	case StateRetry:
		return !s.url
	}
	return false
}

func whyBack(state State, s situation) Why {
	switch {
	case state == StateSign && s.returning && s.railActive:
		return NewTerms
	case state == StateStepUp:
		return MoreInformation
	case state == StateStartAgain:
		return NewCheck
	case s.returning && (state == StateStart || state == StateRestart || state == StateRetry):
		return NewCheck
	}
	return NotBack
}

// stepsFor draws the stepper. Where the customer is outside the three stages it
// shows the one that the identification had reached, and nothing where Iron's
// words are not known.
func stepsFor(stage Stage, state State, identification IdentificationStatus) [3]StepProgress {
	mark := StepCurrent
	switch state {
	case StateStepUp, StateRestart, StateRetry, StateDeclined, StateStartAgain:
		mark = StepAttention
	}
	switch stage {
	case StageReview:
		return [3]StepProgress{StepDone, StepCurrent, StepUpcoming}
	case StageActivation:
		return [3]StepProgress{StepDone, StepDone, StepCurrent}
	case StageComplete:
		return [3]StepProgress{StepDone, StepDone, StepDone}
	case StageBlocked:
		return blockedSteps(identification)
	case StageUnknown:
		return [3]StepProgress{StepUpcoming, StepUpcoming, StepUpcoming}
	}
	return [3]StepProgress{mark, StepUpcoming, StepUpcoming}
}

func blockedSteps(identification IdentificationStatus) [3]StepProgress {
	switch identification {
	case IdentificationProcessed, IdentificationPendingReview:
		return [3]StepProgress{StepDone, StepAttention, StepUpcoming}
	case IdentificationApproved:
		return [3]StepProgress{StepDone, StepDone, StepAttention}
	}
	return [3]StepProgress{StepAttention, StepUpcoming, StepUpcoming}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
