package simulator

import (
	"strings"
	"time"
)

// Expected is what a portal has to show for a customer, read from the same facts
// as its API gives. It is worked out here once more, apart from the portal, so
// that a tester can hold one against the other.
type Expected struct {
	Stage string
	State string
	Turn  string // who acts next: customer, Iron, partner, support, operators (of the portal), nobody
}

// freshApproval is how long a portal says "one moment" after an approval.
const freshApproval = 10 * time.Minute

// Expect reads a customer's facts. hostedOrigin is where hosted pages are; an
// address elsewhere counts as none.
func Expect(c Customer, hostedOrigin string, now time.Time) Expected {
	current, any := currentOf(c)
	url := strings.HasPrefix(current.URL, hostedOrigin+"/")
	switch c.Status {
	case Suspended:
		return Expected{"blocked", "suspended", "support"}
	case UserRequired:
		return Expected{"blocked", "user-required", "partner"}
	case CustomerArchived:
		return Expected{"blocked", "closed", "nobody"}
	case SigningsRequired:
		if len(c.Required) > 0 {
			return Expected{"activation", "sign", "customer"}
		}
		return Expected{"activation", "activating", "Iron"}
	case Active:
		return expectActive(c, any && current.Status == Pending && url)
	case IdentificationRequired:
		if !any {
			return Expected{"submission", "start", "customer"}
		}
		return expectCheck(c, current, url, now)
	}
	return Expected{"unknown", "unknown", "operators"}
}

func expectActive(c Customer, asked bool) Expected {
	expected := Expected{"complete", "rails-pending", "Iron"}
	for _, rail := range c.Rails {
		if rail.Status == RailActive {
			expected.State, expected.Turn = "ready", "nobody"
		}
	}
	if asked {
		expected.Turn = "customer"
	}
	return expected
}

func expectCheck(c Customer, i Identification, url bool, now time.Time) Expected {
	switch i.Status {
	case Pending:
		switch {
		case !url:
			return Expected{"submission", "preparing", "Iron"}
		case wasFurther(c, i) || judged(i):
			return Expected{"submission", "step-up", "customer"}
		}
		return Expected{"submission", "continue", "customer"}
	case Expired:
		return Expected{"submission", "restart", "customer"}
	case Declined:
		if forGood(i) {
			return Expected{"submission", "declined", "support"}
		}
		return Expected{"submission", "retry", "customer"}
	case Processed:
		return Expected{"compliance-review", "waiting", "Iron"}
	case PendingReview:
		return Expected{"compliance-review", "reviewing", "Iron"}
	case Approved:
		switch {
		case url:
			return Expected{"submission", "step-up", "customer"}
		case now.Sub(i.UpdatedAt) < freshApproval:
			return Expected{"compliance-review", "finishing", "Iron"}
		}
		return Expected{"submission", "start-again", "customer"}
	}
	return Expected{"unknown", "unknown", "operators"}
}

// currentOf is the newest attempt that is not archived.
func currentOf(c Customer) (Identification, bool) {
	for _, i := range c.Identifications {
		if i.Status != IdentificationArchived {
			return i, true
		}
	}
	return Identification{}, false
}

func wasFurther(c Customer, current Identification) bool {
	for _, i := range c.Identifications {
		if i.ID != current.ID && i.Status == Approved {
			return true
		}
	}
	return len(c.Signings) > 0
}

func judged(i Identification) bool {
	for _, step := range i.Steps {
		if step.Result == Approved || step.Result == Declined {
			return true
		}
	}
	return false
}

// forGood: every declined step is declined without a retry.
func forGood(i Identification) bool {
	found := false
	for _, step := range i.Steps {
		if step.Result == Declined {
			if step.Retry {
				return false
			}
			found = true
		}
	}
	return found
}
