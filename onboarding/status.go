package onboarding

// CustomerStatus is Iron's word for where a customer stands with Iron.
// New words will come: anything that Known refuses is shown calmly and never
// treated as one of these.
type CustomerStatus string

// The customer statuses of Iron's API document.
const (
	// IdentificationRequired: an identity check is open, missing, declined or in
	// review. Whose turn it is depends on the identification.
	IdentificationRequired CustomerStatus = "IdentificationRequired"
	// SigningsRequired: the customer acts next and signs the required documents.
	SigningsRequired CustomerStatus = "SigningsRequired"
	// Active: nobody has to act; Iron switches the rails on.
	Active CustomerStatus = "Active"
	// Suspended: Iron's compliance acts next; the customer can only ask support.
	Suspended CustomerStatus = "Suspended"
	// UserRequired: the partner acts next and creates the partner-area user.
	UserRequired CustomerStatus = "UserRequired"
	// Archived: closed; nobody acts.
	Archived CustomerStatus = "Archived"
)

// Known tells whether the portal has a rule for this status.
func (s CustomerStatus) Known() bool {
	switch s {
	case IdentificationRequired, SigningsRequired, Active, Suspended, UserRequired, Archived:
		return true
	}
	return false
}

// IdentificationStatus is Iron's word for one identity check.
type IdentificationStatus string

// The identification statuses of Iron's API document, and the guide's "None".
const (
	// NoIdentification stands for a customer without any identification that
	// counts: the customer acts next and starts one.
	NoIdentification IdentificationStatus = "None"
	// IdentificationPending: the customer acts next, at the identification's url.
	IdentificationPending IdentificationStatus = "Pending"
	// IdentificationProcessed: handed in; Iron acts next.
	IdentificationProcessed IdentificationStatus = "Processed"
	// IdentificationPendingReview: Iron's compliance team is reading; Iron acts next.
	IdentificationPendingReview IdentificationStatus = "PendingReview"
	// IdentificationApproved: done, unless the customer's status says otherwise.
	IdentificationApproved IdentificationStatus = "Approved"
	// IdentificationDeclined: the customer acts next if anything can be retried.
	IdentificationDeclined IdentificationStatus = "Declined"
	// IdentificationExpired: lapsed through inactivity; the customer starts again.
	IdentificationExpired IdentificationStatus = "Expired"
	// IdentificationArchived: put away by Iron or the partner; it counts for nothing.
	IdentificationArchived IdentificationStatus = "Archived"
)

// Known tells whether the portal has a rule for this status.
func (s IdentificationStatus) Known() bool {
	switch s {
	case NoIdentification, IdentificationPending, IdentificationProcessed, IdentificationPendingReview,
		IdentificationApproved, IdentificationDeclined, IdentificationExpired, IdentificationArchived:
		return true
	}
	return false
}

// AbilityStatus is Iron's word for one banking rail in one direction.
type AbilityStatus string

// The ability statuses of Iron's onboarding guide.
const (
	// AbilityActive: available for use.
	AbilityActive AbilityStatus = "Active"
	// AbilityPending: being activated; Iron acts next.
	AbilityPending AbilityStatus = "Pending"
	// AbilityUnavailable: not offered to this customer.
	AbilityUnavailable AbilityStatus = "Unavailable"
	// AbilityBlocked: blocked for this customer; only support can say why.
	AbilityBlocked AbilityStatus = "Blocked"
	// AbilityMaintenance: unavailable for a short while; Iron acts next.
	AbilityMaintenance AbilityStatus = "Maintenance"
)

// Known tells whether the portal has words for this status.
func (s AbilityStatus) Known() bool {
	switch s {
	case AbilityActive, AbilityPending, AbilityUnavailable, AbilityBlocked, AbilityMaintenance:
		return true
	}
	return false
}
