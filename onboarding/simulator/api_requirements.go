package simulator

import (
	"net/http"
	"strings"
)

// rejectReasons are words for the reject labels that scripts and scenarios use.
var rejectReasons = map[string]string{
	"BAD_SELFIE":            "The picture of the face cannot be used.",
	"UNSATISFACTORY_PHOTOS": "The photos of the document cannot be read.",
	"OUTDATED_DOCUMENT":     "The document is too old.",
	"INCOMPLETE_ANSWERS":    "Questions were left unanswered.",
	"FORGERY":               "The document could not be confirmed.",
}

// getRequirements computes the four buckets from the newest identification, as
// Iron's API document says.
func getRequirements(c *call) reply {
	found, missing := c.customer()
	if missing != nil {
		return *missing
	}
	category := "kyc"
	if found.kind == Business {
		category = "kyb"
	}
	answer := wireRequirements{
		RequirementsDue: []string{}, Complete: []wireRequirement{}, Pending: []wireRequirement{},
		Missing: []wireRequirement{}, Issues: []wireRequirement{},
	}
	i := c.world.current(found)
	if i == nil || i.status == Expired {
		item := requirement("identification_" + category)
		item.Retryable, item.Description = pointer(true), optional("No identification is open.")
		answer.Missing = append(answer.Missing, item)
	} else {
		for _, step := range i.steps {
			answer.sort(category, i, step)
		}
	}
	if len(answer.Pending)+len(answer.Missing)+len(answer.Issues) > 0 {
		answer.RequirementsDue = append(answer.RequirementsDue, category)
	}
	return ok(http.StatusOK, answer)
}

// sort puts one step into its bucket.
func (a *wireRequirements) sort(category string, i *identification, step *Step) {
	item := requirement(category + "_" + step.Name)
	item.IdentificationID = &i.id
	switch {
	case step.Result == Approved && !step.ToDo:
		a.Complete = append(a.Complete, item)
	case step.Result == Processed || step.Result == PendingReview:
		a.Pending = append(a.Pending, item)
	case step.Result == Declined && !step.Retry:
		item.refused(i, step)
		a.Issues = append(a.Issues, item)
	default:
		item.refused(i, step)
		if step.Name == "questionnaire" {
			item.MissingQuestions = []wireQuestion{{
				ID: "sourceOfFunds", SectionID: optional("funds"), Title: "Where does your money come from?",
			}}
		}
		a.Missing = append(a.Missing, item)
	}
}

// refused says why a step is to be done (again): the reviewer's note first, then
// what was written to the customer.
func (item *wireRequirement) refused(i *identification, step *Step) {
	item.Retryable = pointer(step.Retry || step.Result == "")
	var words []string
	for _, comment := range []string{i.reviewComment, step.Comment} {
		if comment != "" && step.Result != "" {
			words = append(words, comment)
		}
	}
	item.Description = optional(strings.Join(words, "\n"))
	for _, label := range step.labels {
		item.RejectLabels = append(item.RejectLabels, label)
		item.RejectReasons = append(item.RejectReasons, wireReason{label, rejectReasons[label]})
	}
}

func requirement(code string) wireRequirement {
	return wireRequirement{
		Code: code, RejectLabels: []string{}, RejectReasons: []wireReason{}, MissingQuestions: []wireQuestion{},
	}
}

func pointer[T any](v T) *T { return &v }
