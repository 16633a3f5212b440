package simulator

import (
	"fmt"
	"strings"
)

// lever is one thing that a tester can do to a customer. The control room's
// forms, its JSON twin and its help page are all made from the same list.
type lever struct {
	name  string // in the address
	title string
	group string
	help  string
	// fields are what it takes, for the forms and the help page.
	fields []leverField
	// worded levers have a form of their own in the page.
	worded bool
	pull   func(t target, in input) error
}

// leverField is one field of a lever's form.
type leverField struct {
	name, label string
	kind        string // text, check, pick, comments
	picks       []string
	sample      string
}

// target is what a lever is pulled on.
type target struct {
	simulator *Simulator
	customer  Customer
	attempt   string // id of the identification, empty where there is none
}

// check is the identification that the lever is about, or the reason why not.
func (t target) check() (string, error) {
	if t.attempt == "" {
		return "", fmt.Errorf("%w: this customer has none; create one first", ErrNoIdentification)
	}
	return t.attempt, nil
}

// Groups of levers, in the order of the page.
const (
	leversReview    = "Identity check"
	leversStanding  = "Standing"
	leversDocuments = "Documents"
	leversRails     = "Rails"
	leversOdd       = "Odd answers"
)

func allLevers() []lever {
	var all []lever
	for _, group := range [][]lever{reviewLevers(), standingLevers(), documentLevers(), railLevers(), oddLevers()} {
		all = append(all, group...)
	}
	return all
}

func leverNamed(name string) (lever, bool) {
	for _, l := range allLevers() {
		if l.name == name {
			return l, true
		}
	}
	return lever{}, false
}

// onCustomer makes a lever of one that takes nothing but the customer.
func onCustomer(pull func(*Simulator, string) error) func(target, input) error {
	return func(t target, _ input) error { return pull(t.simulator, t.customer.ID) }
}

// onAttempt makes a lever of one that takes nothing but the identification.
func onAttempt(pull func(*Simulator, string) error) func(target, input) error {
	return func(t target, _ input) error {
		id, err := t.check()
		if err != nil {
			return err
		}
		return pull(t.simulator, id)
	}
}

func onSwitch(pull func(*Simulator, string, bool) error) func(target, input) error {
	return func(t target, in input) error { return pull(t.simulator, t.customer.ID, in.yes("on")) }
}

var onField = []leverField{{name: "on", label: "on", kind: "check"}}

func standingLevers() []lever {
	return []lever{
		{name: "suspend", title: "Suspend", group: leversStanding, help: "Blocked at once, at whatever stage.", pull: onCustomer((*Simulator).Suspend)},
		{name: "reinstate", title: "Reinstate", group: leversStanding, help: "Ends Suspend.", pull: onCustomer((*Simulator).Reinstate)},
		{name: "require-user", title: "Require user", group: leversStanding, help: "The partner has to create the user first.", pull: onCustomer((*Simulator).RequireUser)},
		{name: "create-user", title: "Create user", group: leversStanding, help: "Ends Require user.", pull: onCustomer((*Simulator).CreateUser)},
		{name: "reach-limit", title: "Reach a limit", group: leversStanding, help: "Back to the identity check for enhanced due diligence.", pull: onCustomer((*Simulator).ReachLimit)},
		{name: "require-new-check", title: "Require a new check", group: leversStanding, help: "The approved check no longer counts.", pull: onCustomer((*Simulator).RequireNewCheck)},
		{name: "archive", title: "Close for good", group: leversStanding, help: "Archived, with all attempts. There is no way back.", pull: onCustomer((*Simulator).Archive)},
		{
			name: "script", title: "Set script", group: leversStanding, worded: true, help: "A reviewer who acts by the clock.",
			fields: []leverField{{name: "script", label: "Script", kind: "pick", picks: scriptNames()}},
			pull:   func(t target, in input) error { return t.simulator.SetScript(t.customer.ID, in["script"]) },
		},
		{
			name: "lag", title: "Lag", group: leversStanding, help: "How far the status stays behind the records; 0s ends it.",
			fields: []leverField{{name: "lag", label: "Status is behind by", kind: "text", sample: "30s"}},
			pull: func(t target, in input) error {
				lag, err := in.duration("lag")
				if err != nil {
					return err
				}
				return t.simulator.SetLag(t.customer.ID, lag)
			},
		},
		{name: "sign-first", title: "Documents before the check", group: leversStanding, fields: onField, help: "SigningsRequired comes before IdentificationRequired.", pull: onSwitch((*Simulator).SignFirst)},
	}
}

func documentLevers() []lever {
	return []lever{
		{
			name: "sign", title: "Sign", group: leversDocuments, worded: true, help: "Signs for the customer: one document, or all where none is named.",
			fields: []leverField{{name: "document", label: "Document", kind: "text"}}, pull: signFor,
		},
		{
			name: "new-terms", title: "New terms", group: leversDocuments, help: "One more document to sign. Who was Active is back at SigningsRequired.",
			fields: []leverField{{name: "title", label: "Title", kind: "text", sample: "Terms and Conditions, version 2"}},
			pull: func(t target, in input) error {
				_, err := t.simulator.NewTerms(t.customer.ID, orElse(in["title"], "Terms and Conditions, version 2"))
				return err
			},
		},
		{
			name: "replace-documents", title: "Replace what is open", group: leversDocuments, help: "New documents with these titles, one a line, in place of all that are still to be signed.",
			fields: []leverField{{name: "titles", label: "Titles, one a line", kind: "text", sample: "Terms and Conditions, 2nd edition"}},
			pull: func(t target, in input) error {
				return t.simulator.ReplaceDocuments(t.customer.ID, in.lines("titles")...)
			},
		},
		{
			name: "remove-document", title: "Remove", group: leversDocuments, worded: true, help: "Asks for a document no longer.",
			fields: []leverField{{name: "document", label: "Document", kind: "text"}},
			pull:   func(t target, in input) error { return t.simulator.RemoveDocument(t.customer.ID, in["document"]) },
		},
		{
			name: "revise-document", title: "Revise", group: leversDocuments, worded: true, help: "Changes what is behind a document's address; id and address stay.",
			fields: []leverField{{name: "document", label: "Document", kind: "text"}},
			pull:   func(t target, in input) error { return t.simulator.ReviseDocument(in["document"]) },
		},
		{name: "older-signings", title: "Older shape", group: leversDocuments, fields: onField, help: "required-signings names a type, and one document comes as words.", pull: onSwitch((*Simulator).OlderSigningsShape)},
	}
}

func signFor(t target, in input) error {
	if id := in["document"]; id != "" {
		return t.simulator.Sign(t.customer.ID, id)
	}
	if len(t.customer.Required) == 0 {
		return fmt.Errorf("%w: nothing to sign", ErrNotNow)
	}
	for _, d := range t.customer.Required {
		if err := t.simulator.Sign(t.customer.ID, d.ID); err != nil {
			return err
		}
	}
	return nil
}

func scriptNames() []string {
	var names []string
	for _, script := range Scripts() {
		names = append(names, script.Name)
	}
	return names
}

func orElse(value, otherwise string) string {
	if strings.TrimSpace(value) == "" {
		return otherwise
	}
	return value
}
