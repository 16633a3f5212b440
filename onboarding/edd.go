package onboarding

// EDD says whether Enhanced Due Diligence applies to the current identification.
type EDD string

// The three values of Iron's optional with_edd. Unknown is not "no": Iron leaves
// it empty on records older than the field.
const (
	EDDTrue    EDD = "true"
	EDDFalse   EDD = "false"
	EDDUnknown EDD = "unknown"
)

func eddOf(withEDD *bool) EDD {
	switch {
	case withEDD == nil:
		return EDDUnknown
	case *withEDD:
		return EDDTrue
	}
	return EDDFalse
}

// EDDMeaning is a row of the guide's table of status and with_edd.
type EDDMeaning string

// The eight rows of "Tracking EDD Status" in Iron's onboarding guide. NoEDDMeaning
// is for the statuses of which the table does not speak.
const (
	NoEDDMeaning     EDDMeaning = ""
	StandardProgress EDDMeaning = "standard-in-progress"
	EnhancedProgress EDDMeaning = "enhanced-in-progress"
	StandardReview   EDDMeaning = "standard-in-review"
	EnhancedReview   EDDMeaning = "enhanced-in-review"
	StandardApproved EDDMeaning = "standard-approved"
	EnhancedApproved EDDMeaning = "enhanced-approved"
	StandardDeclined EDDMeaning = "standard-declined"
	EnhancedDeclined EDDMeaning = "enhanced-declined"
)

// MeaningOf is the guide's table. EDDUnknown counts as not enhanced here, as the
// guide writes "null / false" in one row; the difference stays in the EDD value.
func MeaningOf(status IdentificationStatus, edd EDD) EDDMeaning {
	rows := map[IdentificationStatus][2]EDDMeaning{
		IdentificationPending:       {StandardProgress, EnhancedProgress},
		IdentificationPendingReview: {StandardReview, EnhancedReview},
		IdentificationApproved:      {StandardApproved, EnhancedApproved},
		IdentificationDeclined:      {StandardDeclined, EnhancedDeclined},
	}
	row := rows[status]
	if edd == EDDTrue {
		return row[1]
	}
	return row[0]
}
