package simulator

import "time"

// The tables of Iron's onboarding guide, row by row.

const (
	groupStatus = "Statuses of the guide"
	groupEDD    = "Enhanced due diligence"
)

var statusScenarios = []Scenario{
	{
		ID: "none", Group: groupStatus, Title: "Just created",
		Row: "IdentificationRequired · None", Expect: "submission/start",
	},
	{
		ID: "pending", Group: groupStatus, Title: "Has not finished the check",
		Row: "IdentificationRequired · Pending with url", Expect: "submission/continue",
		play: func(sc *scene) { sc.at(20 * time.Minute).start(false) },
	},
	{
		ID: "expired", Group: groupStatus, Title: "Let the check lapse",
		Row: "IdentificationRequired · Expired", Expect: "submission/restart",
		play: func(sc *scene) { sc.at(8 * 24 * time.Hour).start(false).at(24 * time.Hour).expire() },
	},
	{
		ID: "declined", Group: groupStatus, Title: "Declined, with comments",
		Row: "IdentificationRequired · Declined", Expect: "submission/retry",
		play: func(sc *scene) { sc.handedIn(26*time.Hour, false).at(time.Hour).decline(blurredSelfie) },
	},
	{
		ID: "processed", Group: groupStatus, Title: "Handed in",
		Row: "IdentificationRequired · Processed", Expect: "compliance-review/waiting",
		play: func(sc *scene) { sc.handedIn(30*time.Minute, false) },
	},
	{
		ID: "pending-review", Group: groupStatus, Title: "Under review",
		Row: "IdentificationRequired · PendingReview", Expect: "compliance-review/reviewing",
		play: func(sc *scene) { sc.handedIn(20*time.Hour, false).at(2 * time.Hour).review() },
	},
	{
		ID: "signings", Group: groupStatus, Title: "Documents to sign",
		Row: "SigningsRequired · Approved", Expect: "activation/sign",
		play: func(sc *scene) { sc.approved(time.Hour, false) },
	},
	{
		ID: "active", Group: groupStatus, Title: "Fully onboarded",
		Row: "Active · Approved", Expect: "complete/ready",
		play: func(sc *scene) { sc.active() },
	},
}

var blurredSelfie = Verdict{
	Review: "We could not match your picture with your document.",
	Comments: map[string]string{
		"selfie":   "Your face is not fully visible. Please take the picture again in good light.",
		"identity": "One corner of the document is covered by a finger.",
	},
	Labels: []string{"BAD_SELFIE", "UNSATISFACTORY_PHOTOS"},
}

var eddScenarios = []Scenario{
	eddRow("edd-pending-standard", "Standard check in progress", "Pending", false, "submission/continue",
		func(sc *scene) { sc.at(20 * time.Minute).start(false) }),
	eddRow("edd-pending-enhanced", "Enhanced check in progress", "Pending", true, "submission/continue",
		func(sc *scene) { sc.at(20 * time.Minute).start(true) }),
	eddRow("edd-review-standard", "Standard check under manual review", "PendingReview", false, "compliance-review/reviewing",
		func(sc *scene) { sc.handedIn(20*time.Hour, false).at(2 * time.Hour).review() }),
	eddRow("edd-review-enhanced", "Enhanced check done, waiting for compliance", "PendingReview", true, "compliance-review/reviewing",
		func(sc *scene) { sc.handedIn(20*time.Hour, true).at(2 * time.Hour).review() }),
	eddRow("edd-approved-standard", "Approved, no enhanced check", "Approved", false, "activation/sign",
		func(sc *scene) { sc.approved(time.Hour, false) }),
	eddRow("edd-approved-enhanced", "Approved through the enhanced check", "Approved", true, "activation/sign",
		func(sc *scene) { sc.approved(time.Hour, true) }),
	eddRow("edd-declined-standard", "Standard check rejected", "Declined", false, "submission/retry",
		func(sc *scene) { sc.handedIn(26*time.Hour, false).at(time.Hour).decline(blurredSelfie) }),
	eddRow("edd-declined-enhanced", "Rejected after the enhanced review", "Declined", true, "submission/retry",
		func(sc *scene) { sc.handedIn(26*time.Hour, true).at(time.Hour).decline(unclearFunds) }),
	{
		ID: "edd-unknown", Group: groupEDD, Title: "A record older than with_edd",
		Row: "Pending · with_edd left out", Expect: "submission/continue",
		play: func(sc *scene) {
			sc.at(20 * time.Minute).start(false)
			sc.check("set with_edd", func(_ *world, i *identification) error {
				i.withEDD = nil
				return nil
			})
		},
	},
}

var unclearFunds = Verdict{
	Review:   "We need to know more about the source of your funds.",
	Comments: map[string]string{"questionnaire": "Please say where the amount of March comes from."},
	Labels:   []string{"INCOMPLETE_ANSWERS"},
}

func eddRow(id, title, status string, edd bool, expect string, play func(*scene)) Scenario {
	word := "false"
	if edd {
		word = "true"
	}
	return Scenario{
		ID: id, Group: groupEDD, Title: title, Row: status + " · with_edd " + word, Expect: expect, play: play,
	}
}
