package simulator

import "time"

// Customers who are back, or for whom Iron has yet to catch up.

const (
	groupStepUp    = "Step-up and retries"
	groupReversion = "Back after Active"
)

var missingResidence = Ask{
	Review:   "One document is still missing.",
	Comments: map[string]string{"proof_of_residence": "Please send a bill or bank statement of the last three months."},
}

var stepUpScenarios = []Scenario{
	{
		ID: "step-up", Group: groupStepUp, Title: "Proof of residence is missing",
		Row: "IdentificationRequired · Pending with url, steps reviewed", Expect: "submission/step-up",
		play: func(sc *scene) { sc.handedIn(26*time.Hour, false).at(time.Hour).ask(missingResidence) },
	},
	{
		ID: "step-up-approved", Group: groupStepUp, Title: "Approved, but something is missing after all",
		Row: "IdentificationRequired · Approved with url", Expect: "submission/step-up",
		play: func(sc *scene) {
			ask := missingResidence
			ask.StayApproved = true
			sc.approved(26*time.Hour, false).at(time.Hour).ask(ask)
		},
	},
	{
		ID: "preparing", Group: groupStepUp, Title: "The hosted page is not ready yet",
		Row: "IdentificationRequired · Pending without url", Expect: "submission/preparing",
		play: func(sc *scene) {
			sc.at(time.Minute).start(false)
			sc.check("lose url", func(w *world, i *identification) error {
				w.closePage(i)
				return nil
			})
		},
	},
	{
		ID: "declined-with-url", Group: groupStepUp, Title: "Declined; the retry is at the same check",
		Row: "IdentificationRequired · Declined with url", Expect: "submission/retry",
		play: func(sc *scene) {
			verdict := blurredSelfie
			verdict.KeepURL = true
			sc.handedIn(26*time.Hour, false).at(time.Hour).decline(verdict)
		},
	},
	{
		ID: "declined-final", Group: groupStepUp, Title: "Declined for good",
		Row: "IdentificationRequired · Declined, nothing retryable", Expect: "submission/declined",
		play: func(sc *scene) {
			sc.handedIn(26*time.Hour, false).at(time.Hour).decline(Verdict{
				Review:   "We cannot offer you an account.",
				Comments: map[string]string{"identity": "The document could not be confirmed."},
				Labels:   []string{"FORGERY"}, Final: true,
			})
		},
	},
	{
		ID: "finishing", Group: groupStepUp, Title: "Approved a minute ago; Iron is catching up",
		Row: "IdentificationRequired · Approved, no url, fresh", Expect: "compliance-review/finishing",
		play: func(sc *scene) {
			sc.handedIn(26*time.Hour, false).set("lag", func(c *customer) { c.lag = 30 * time.Minute })
			sc.at(time.Minute).approve()
		},
	},
	{
		ID: "start-again", Group: groupStepUp, Title: "Approved long ago; a new check is needed",
		Row: "IdentificationRequired · Approved, no url, old", Expect: "submission/start-again",
		play: func(sc *scene) {
			sc.active().at(time.Hour).set("require new check", func(c *customer) { c.newCheck = true })
		},
	},
}

var reversionScenarios = []Scenario{
	{
		ID: "new-terms", Group: groupReversion, Title: "New terms",
		Row: "SigningsRequired · Approved, was Active", Expect: "activation/sign",
		play: func(sc *scene) { sc.active().at(time.Hour).terms("Terms and Conditions, version 2") },
	},
	{
		ID: "limit", Group: groupReversion, Title: "A limit is reached",
		Row: "IdentificationRequired · Pending with url, with_edd true, was Active", Expect: "submission/step-up",
		play: func(sc *scene) { sc.active().at(time.Hour).limit() },
	},
	{
		ID: "active-step-up", Group: groupReversion, Title: "Still Active, but more is asked for",
		Row: "Active · Pending with url", Expect: "complete/ready",
		play: func(sc *scene) {
			ask := missingResidence
			ask.HoldNobody = true
			sc.active().at(time.Hour).ask(ask)
		},
	},
	{
		ID: "new-check", Group: groupReversion, Title: "Asked for a higher limit",
		Row: "IdentificationRequired · Pending with url, older one Approved", Expect: "submission/step-up",
		play: func(sc *scene) { sc.active().at(time.Hour).start(true) },
	},
}
