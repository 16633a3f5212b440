package simulator

import "time"

const seconds = time.Second

// scripts are the scripted reviewers. A function, since what they do leads back
// to looking them up.
func scripts() []Script {
	return []Script{
		{Name: ManualScript, Title: "Manual", Help: "Nothing happens unless a lever is pulled."},
		{
			Name: "approve-at-once", Title: "Approve at once", Help: "Approves the moment a check is handed in.",
			onSubmit: [][]move{{approves(0)}},
		},
		{
			Name: "approve", Title: "Approve after 30 s", Help: "Reviews after 10 s, approves after 30 s.",
			onSubmit: [][]move{{reviews(10 * seconds), approves(30 * seconds)}},
		},
		{
			Name: "decline-then-approve", Title: "Decline, then approve the retry",
			Help:     "Reviews after 10 s, declines one step with a comment after 20 s, approves what is handed in next after 20 s.",
			onSubmit: [][]move{{reviews(10 * seconds), declines(20*seconds, false)}, {reviews(10 * seconds), approves(20 * seconds)}},
		},
		{
			Name: "decline-for-good", Title: "Decline for good", Help: "Reviews after 10 s, declines after 20 s; nothing can be handed in again.",
			onSubmit: [][]move{{reviews(10 * seconds), declines(20*seconds, true)}},
		},
		{
			Name: "step-up", Title: "Ask for more, then approve",
			Help:     "Asks for one more proof 20 s after handing in, approves 20 s after getting it.",
			onSubmit: [][]move{{reviews(10 * seconds), asks(20 * seconds)}, {approves(20 * seconds)}},
		},
		{
			Name: "edd", Title: "Ask for enhanced due diligence, then approve",
			Help:     "Asks for the questionnaire 20 s after handing in, approves 20 s after getting it.",
			onSubmit: [][]move{{reviews(10 * seconds), asksEDD(20 * seconds)}, {reviews(10 * seconds), approves(20 * seconds)}},
		},
		{
			Name: "expire", Title: "Let it expire", Help: "A check that is not handed in within a minute expires; others are approved after 20 s.",
			onStart: []move{expires(60 * seconds)}, onSubmit: [][]move{{approves(20 * seconds)}},
		},
		{
			Name: "one-rail-fails", Title: "Approve; one rail fails", Help: "Approves after 5 s; rails come up after 15 s, USD by ACH is blocked.",
			onSubmit: [][]move{{approves(5 * seconds)}}, onActive: []move{blocksRail(15*seconds, "usd", "ach"), railsUp(15 * seconds)},
		},
		{
			Name: "no-rails", Title: "Approve; rails stay away", Help: "Approves after 5 s; the rails stay Pending.",
			onSubmit: [][]move{{approves(5 * seconds)}}, onActive: []move{},
		},
		{
			Name: "new-terms", Title: "Approve; new terms a minute later", Help: "Approves after 5 s; a minute after Active there is a new document to sign.",
			onSubmit: [][]move{{approves(5 * seconds)}}, onActive: []move{railsUp(15 * seconds), bringsTerms(60 * seconds)},
		},
		{
			Name: "suspend", Title: "Approve; suspend a minute later", Help: "Approves after 5 s; a minute after Active the customer is suspended.",
			onSubmit: [][]move{{approves(5 * seconds)}}, onActive: []move{railsUp(15 * seconds), suspends(60 * seconds)},
		},
	}
}
