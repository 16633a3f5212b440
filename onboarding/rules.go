package onboarding

import "time"

// finishingTime is how long Iron may take from an approval to the customer's new
// status before the portal stops saying "one moment".
const finishingTime = 10 * time.Minute

// situation is what the rules ask about, worked out once from the facts.
type situation struct {
	customer       CustomerStatus
	identification IdentificationStatus
	url            bool // the current identification has a usable hosted page
	returning      bool // the customer was once further
	reviewed       bool // a step of the current identification has been judged
	final          bool // Iron says that handing in again is no use
	recent         bool // the current identification changed less than finishingTime ago
	documents      bool // there are documents to sign
	railActive     bool
}

// rule is one row of the table: the first that holds decides.
type rule struct {
	stage Stage
	state State
	holds func(situation) bool
}

// required narrows a rule to customers who must identify themselves, with the
// current identification in the given status.
func required(status IdentificationStatus, more ...func(situation) bool) func(situation) bool {
	return func(s situation) bool {
		if s.customer != IdentificationRequired || s.identification != status {
			return false
		}
		for _, holds := range more {
			if !holds(s) {
				return false
			}
		}
		return true
	}
}

func customerIs(status CustomerStatus, more ...func(situation) bool) func(situation) bool {
	return func(s situation) bool {
		if s.customer != status {
			return false
		}
		for _, holds := range more {
			if !holds(s) {
				return false
			}
		}
		return true
	}
}

func hasURL(s situation) bool       { return s.url }
func stepUp(s situation) bool       { return s.url && (s.returning || s.reviewed) }
func isFinal(s situation) bool      { return s.final }
func isRecent(s situation) bool     { return s.recent }
func hasDocuments(s situation) bool { return s.documents }
func hasRail(s situation) bool      { return s.railActive }
func always(situation) bool         { return true }

func (s situation) pendingStepUp() bool { return s.identification == IdentificationPending && s.url }

// rules is the table of Iron's onboarding guide, and what it leaves open, in the
// order in which the rows are tried. The last one always holds.
var rules = []rule{
	{StageSubmission, StateStart, required(NoIdentification)},
	{StageSubmission, StateStepUp, required(IdentificationPending, stepUp)},
	{StageSubmission, StateContinue, required(IdentificationPending, hasURL)},
	{StageSubmission, StatePreparing, required(IdentificationPending)},
	{StageSubmission, StateRestart, required(IdentificationExpired)},
	{StageSubmission, StateDeclined, required(IdentificationDeclined, isFinal)},
	{StageSubmission, StateRetry, required(IdentificationDeclined)},
	{StageReview, StateWaiting, required(IdentificationProcessed)},
	{StageReview, StateReviewing, required(IdentificationPendingReview)},
	{StageSubmission, StateStepUp, required(IdentificationApproved, hasURL)},
	{StageReview, StateFinishing, required(IdentificationApproved, isRecent)},
	{StageSubmission, StateStartAgain, required(IdentificationApproved)},
	{StageActivation, StateSign, customerIs(SigningsRequired, hasDocuments)},
	{StageActivation, StateActivating, customerIs(SigningsRequired)},
	{StageComplete, StateReady, customerIs(Active, hasRail)},
	{StageComplete, StateRailsPending, customerIs(Active)},
	{StageBlocked, StateSuspended, customerIs(Suspended)},
	{StageBlocked, StateUserRequired, customerIs(UserRequired)},
	{StageBlocked, StateClosed, customerIs(Archived)},
	{StageUnknown, StateUnknown, always},
}

func situate(f Facts, current Identification, found bool) situation {
	s := situation{
		customer:       f.Customer.Status,
		identification: NoIdentification,
		returning:      f.returning(current),
		documents:      len(f.Documents) > 0,
		railActive:     AnyActive(f.Rails),
	}
	if !found {
		return s
	}
	s.identification = current.Status
	s.url = current.URL != ""
	s.final = f.Requirements.NothingRetryable()
	s.recent = f.ReadAt.Sub(current.UpdatedAt) < finishingTime
	for _, step := range current.Steps {
		if step.Result == IdentificationApproved || step.Result == IdentificationDeclined {
			s.reviewed = true
		}
	}
	return s
}
