package simulator

import (
	"fmt"
	"strings"
)

func reviewLevers() []lever {
	return []lever{
		{
			name: "create-identification", title: "Create identification", group: leversReview, help: "As POST …/identifications/v2 does, by Link.",
			fields: []leverField{{name: "with_edd", label: "with_edd", kind: "check"}}, pull: createFor,
		},
		{name: "submit", title: "Hand in", group: leversReview, help: "The customer finishes the hosted page: Processed.", pull: onAttempt((*Simulator).Submit)},
		{name: "begin-review", title: "Begin review", group: leversReview, help: "PendingReview.", pull: onAttempt((*Simulator).BeginReview)},
		{name: "approve", title: "Approve", group: leversReview, help: "Approved; the customer goes on to documents.", pull: onAttempt((*Simulator).Approve)},
		{name: "request-edd", title: "Request EDD", group: leversReview, help: "Back to Pending with with_edd true: only the questionnaire is to do.", pull: onAttempt((*Simulator).RequestEDD)},
		{name: "expire", title: "Let it expire", group: leversReview, help: "Expired, as inactivity does.", pull: onAttempt((*Simulator).Expire)},
		{name: "archive-identification", title: "Put away", group: leversReview, help: "Archived: this attempt counts for nothing.", pull: onAttempt((*Simulator).ArchiveIdentification)},
		{
			name: "decline", title: "Decline", group: leversReview, worded: true, help: "Declined: the steps with a comment, or all where none has one.",
			fields: []leverField{
				{name: "comments", label: "Comments by step", kind: "comments"},
				{name: "review", label: "review_comment", kind: "text", sample: "We could not match your picture with your document."},
				{name: "labels", label: "Reject labels, one a line", kind: "text", sample: "BAD_SELFIE"},
				{name: "final", label: "For good: nothing can be handed in again", kind: "check"},
				{name: "keep_url", label: "Keep a hosted page for the retry", kind: "check"},
			},
			pull: func(t target, in input) error {
				id, err := t.check()
				if err != nil {
					return err
				}
				labels := strings.FieldsFunc(in["labels"], func(r rune) bool { return strings.ContainsRune(", \n", r) })
				return t.simulator.Decline(id, Verdict{
					Comments: in.comments(), Review: in["review"], Labels: labels,
					Final: in.yes("final"), KeepURL: in.yes("keep_url"),
				})
			},
		},
		{
			name: "ask", title: "Ask for more", group: leversReview, worded: true, help: "Step-up: Pending, with a hosted page that asks only for these steps.",
			fields: []leverField{
				{name: "comments", label: "Comments by step", kind: "comments"},
				{name: "review", label: "review_comment", kind: "text", sample: "One document is still missing."},
				{name: "stay_approved", label: "Stay Approved beside the new address", kind: "check"},
				{name: "hold_nobody", label: "Leave the customer where it is meanwhile", kind: "check"},
			},
			pull: func(t target, in input) error {
				id, err := t.check()
				if err != nil {
					return err
				}
				return t.simulator.AskForMore(id, Ask{
					Comments: in.comments(), Review: in["review"],
					StayApproved: in.yes("stay_approved"), HoldNobody: in.yes("hold_nobody"),
				})
			},
		},
	}
}

func createFor(t target, in input) error {
	edd, err := in.optionalBool("with_edd")
	if err != nil {
		return err
	}
	_, err = t.simulator.CreateIdentification(t.customer.ID, edd)
	return err
}

func oddLevers() []lever {
	return []lever{
		{
			name: "unknown-status", title: "Unknown customer status", group: leversOdd, help: "The API says this word, whatever the records say.",
			fields: []leverField{{name: "word", label: "Word", kind: "text", sample: "FrozenPendingAudit"}},
			pull: func(t target, in input) error {
				return t.simulator.UnknownCustomerStatus(t.customer.ID, orElse(in["word"], "FrozenPendingAudit"))
			},
		},
		{name: "release-status", title: "Known status again", group: leversOdd, help: "Ends Unknown customer status.", pull: onCustomer((*Simulator).ReleaseCustomerStatus)},
		{
			name: "unknown-identification-status", title: "Unknown identification status", group: leversOdd, help: "The API says this word.",
			fields: []leverField{{name: "word", label: "Word", kind: "text", sample: "AwaitingNotary"}},
			pull: func(t target, in input) error {
				id, err := t.check()
				if err != nil {
					return err
				}
				return t.simulator.UnknownIdentificationStatus(id, orElse(in["word"], "AwaitingNotary"))
			},
		},
		{
			name: "set-edd", title: "Write with_edd", group: leversOdd, help: "true, false, or none as on old records.",
			fields: []leverField{{name: "with_edd", label: "with_edd", kind: "pick", picks: []string{"true", "false", "none"}}},
			pull: func(t target, in input) error {
				id, err := t.check()
				if err != nil {
					return err
				}
				edd, err := in.optionalBool("with_edd")
				if err != nil {
					return err
				}
				return t.simulator.SetEDD(id, edd)
			},
		},
		{
			name: "set-url", title: "Give out another address", group: leversOdd, help: "As url of the identification, a hostile one too.",
			fields: []leverField{{name: "url", label: "Address", kind: "text", sample: "javascript:alert(document.domain)"}},
			pull: func(t target, in input) error {
				id, err := t.check()
				if err != nil {
					return err
				}
				if in["url"] == "" {
					return fmt.Errorf("%w: url is empty; the lever for that is lose-url", errInput)
				}
				return t.simulator.SetURL(id, in["url"])
			},
		},
		{name: "lose-url", title: "Lose the address", group: leversOdd, help: "No url at all.", pull: onAttempt((*Simulator).LoseURL)},
		{name: "offer-url", title: "Fresh address", group: leversOdd, help: "A new hosted page; the old address has expired.", pull: onAttempt((*Simulator).OfferURL)},
		{name: "shuffle", title: "Lists in no order", group: leversOdd, fields: onField, help: "Identifications and signings come shuffled.", pull: onSwitch((*Simulator).Shuffle)},
	}
}
