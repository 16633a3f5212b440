package simulator

import (
	"fmt"
	"strings"
)

// documentText is a document as words, whichever way it is served.
type documentText struct {
	Title    string
	Edition  string
	ID       string
	Lead     string
	Sections []documentSection
}

type documentSection struct {
	Heading    string
	Paragraphs []string
	Rows       [][2]string // a table of two columns
}

// textOf writes a document. Everything in it follows from its record, so that the
// same revision is the same to the byte.
func textOf(d Document) documentText {
	text := documentText{
		Title: d.Title, ID: d.ID,
		Edition: fmt.Sprintf("Edition %d, %d", d.Revision, 2023+d.Revision),
	}
	title := strings.ToLower(d.Title)
	switch {
	case strings.Contains(title, "fee"):
		text.Lead = "What it costs to hold an account and to move money. All prices include taxes where they apply."
		text.Sections = feeSections(d.Revision)
	case strings.Contains(title, "privacy"):
		text.Lead = "What is kept about you, why, and for how long."
		text.Sections = privacySections
	default:
		text.Lead = "Please read these terms before you agree to them. They are written to be understood."
		text.Sections = termsSections
	}
	text.Sections = append(text.Sections[:len(text.Sections):len(text.Sections)], changesIn(d.Revision))
	return text
}

func changesIn(revision int) documentSection {
	section := documentSection{Heading: "Changes in this edition"}
	if revision == 1 {
		section.Paragraphs = []string{"This is the first edition."}
		return section
	}
	section.Paragraphs = []string{fmt.Sprintf(
		"Edition %d takes the place of edition %d. The daily limit before a second confirmation is %d euros.",
		revision, revision-1, 1000*revision,
	)}
	return section
}

var termsSections = []documentSection{
	{Heading: "1. Who we are", Paragraphs: []string{
		"These terms are between you and Specimen Payments, a made-up company that exists in this simulator only. They bind nobody.",
		"We hold money for you and move it as you tell us. We are not a bank, and we do not lend.",
	}},
	{Heading: "2. Your account", Paragraphs: []string{
		"The account is yours alone. You may not let somebody else use it, and you may have only one.",
		"Tell us within fourteen days when your name, your address or the people behind your company change.",
	}},
	{Heading: "3. Moving money", Paragraphs: []string{
		"You give an instruction by confirming it in the application. Once it is confirmed it cannot be called back, unless the receiving bank agrees.",
		"An instruction that reaches us before 16:00 on a working day is carried out on that day. Instant rails carry it out within ten seconds, at any hour.",
		"We may hold an instruction for up to twenty-four hours where the law asks us to look at it first.",
	}},
	{Heading: "4. What we may ask of you", Paragraphs: []string{
		"The law obliges us to know who our customers are. We may ask for documents when the account is opened, when a limit is reached, and when something we know about you is out of date.",
		"Until we have them we may pause payments. Your money stays yours meanwhile.",
	}},
	{Heading: "5. What it costs", Paragraphs: []string{
		"The fees are listed in a schedule of their own. We tell you of a change two months before it applies; you may end the contract at no cost until then.",
	}},
	{Heading: "6. If something goes wrong", Paragraphs: []string{
		"Tell us at once of a payment that you did not make, and at the latest within thirteen months. We pay it back by the end of the next working day, unless you acted with gross negligence or intent.",
		"We are not liable for what neither of us could foresee or prevent.",
	}},
	{Heading: "7. Ending the contract", Paragraphs: []string{
		"You may end it at any time. We may end it with two months’ notice, and at once where the law obliges us to.",
		"What is left on the account is paid to a bank account in your name.",
	}},
}

var privacySections = []documentSection{
	{Heading: "1. What we keep", Paragraphs: []string{"What you give us at the identity check, your payments, and what you write to us."}},
	{Heading: "2. Why", Paragraphs: []string{"To carry out your payments, and because the law against money laundering obliges us to."}},
	{Heading: "3. For how long", Paragraphs: []string{"Five years after the contract ends. Then it is deleted."}},
	{Heading: "4. Your rights", Paragraphs: []string{"You may see it, have it corrected, and complain to the authority for data protection."}},
}

func feeSections(revision int) []documentSection {
	return []documentSection{
		{Heading: "1. The account", Rows: [][2]string{
			{"Opening and holding the account", "free"},
			{"Statement by e-mail, each month", "free"},
			{"Statement on paper", fmt.Sprintf("EUR %d.50", 1+revision)},
		}},
		{Heading: "2. Money in", Rows: [][2]string{
			{"SEPA credit transfer, EUR", "free"},
			{"Faster Payments, GBP", "free"},
			{"ACH, USD", "USD 0.50"},
			{"SWIFT, any currency", "EUR 7.00"},
		}},
		{Heading: "3. Money out", Rows: [][2]string{
			{"SEPA credit transfer, EUR", "EUR 0.20"},
			{"SEPA instant, EUR", "EUR 0.50"},
			{"CHAPS, GBP", "GBP 12.00"},
			{"Wire, USD", "USD 15.00"},
			{"SWIFT, any currency", "EUR 12.00"},
		}},
		{Heading: "4. Exchange", Paragraphs: []string{
			"We exchange at the reference rate of the European Central Bank of the same day, plus 0.4 per cent. The rate is shown before you confirm.",
		}},
		{Heading: "5. Paying back", Paragraphs: []string{
			"A fee that was taken in error is paid back without your having to ask.",
		}},
	}
}
