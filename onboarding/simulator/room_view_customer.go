package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// personRow is a customer in the list.
type personRow struct {
	ID, Code, Name, Kind   string
	Status, Identification string
	EDD                    string
	Stage, State, Turn     string
	Scenario, Made         string
}

func (c *room) personRow(view Customer) personRow {
	wire := c.wireCustomer(view)
	return personRow{
		ID: view.ID, Code: code(view.ID), Name: view.Name, Kind: string(view.Type),
		Status: wire.Status, Identification: wire.IdentificationStatus, EDD: eddWord(wire.WithEDD, wire.IdentificationID != ""),
		Stage: wire.Stage, State: wire.State, Turn: wire.Turn, Scenario: view.Scenario,
		Made: ago(c.simulator.Now().Sub(view.UpdatedAt)),
	}
}

// customerView is everything on a customer's page.
type customerView struct {
	personRow
	Email, ExternalID string
	Action            string // where its levers are
	Link              Link
	Attempt           string // the identification that the levers act on
	AttemptCode       string
	Newest            bool // that is the current one
	Steps             []string
	Sample            map[string]string // a reviewer's words for each step
	SampleReview      string
	Attempts          []attemptView
	Documents         []documentView
	Rails             []schemeRow
	OtherRails        []railCell
	Script            string
	Switches          map[string]string // levers that are on, and with what
	Scripts           []Script
	Facts             string
	HostedURL         string
}

type attemptView struct {
	ID, Code, Status, EDD, Made string
	URL, Comment                string
	Chosen, Current             bool
	Choose                      string
	Steps                       []stepRow
}

type stepRow struct {
	Name, Result, Tone, Comment string
	ToDo, Done, Final           bool
	Answers                     string
}

type documentView struct {
	ID, Code, Title, Kind, URL, Signed string
	Revision                           int
}

// schemeRow is one scheme: own accounts and others', in and out.
type schemeRow struct {
	Currency, Scheme string
	Cells            []railCell
}

type railCell struct{ Name, Label, Status string }

func (c *room) customerView(view Customer, attempt string) customerView {
	current, any := currentOf(view)
	if attempt == "" || !belongs(view, attempt) {
		attempt = current.ID
	}
	v := customerView{
		personRow: c.personRow(view), Email: view.Email, ExternalID: view.ExternalID,
		Action: "/control/customers/" + view.ID, Link: c.linkOf(view.ID),
		Attempt: attempt, AttemptCode: code(attempt), Newest: attempt == current.ID && any,
		Sample: sampleComments, SampleReview: "We could not confirm everything that you sent.",
		Script: view.Script, Scripts: Scripts(), Switches: switchesOf(view), Facts: c.facts(view),
	}
	if any {
		v.HostedURL = current.URL
	}
	v.Steps = personSteps
	if view.Type == Business {
		v.Steps = businessSteps
	}
	for _, i := range view.Identifications {
		v.Attempts = append(v.Attempts, c.attemptView(i, attempt, current.ID))
	}
	v.Documents = c.documentViews(view)
	v.Rails, v.OtherRails = railViews(view.Rails)
	return v
}

func (c *room) attemptView(i Identification, chosen, current string) attemptView {
	a := attemptView{
		ID: i.ID, Code: code(i.ID), Status: string(i.Status), EDD: eddWord(i.WithEDD, true),
		Made: ago(c.simulator.Now().Sub(i.CreatedAt)), URL: i.URL, Comment: i.ReviewComment,
		Chosen: i.ID == chosen, Current: i.ID == current,
		Choose: customerAddress(i.CustomerID) + "?attempt=" + i.ID + "#check",
	}
	for _, s := range i.Steps {
		row := stepRow{
			Name: s.Name, Result: string(s.Result), Tone: wordTone(string(s.Result)), Comment: s.Comment,
			ToDo: s.ToDo, Done: s.Done, Final: s.Result == Declined && !s.Retry,
		}
		if len(s.Answers) > 0 {
			row.Answers = fmt.Sprintf("%d answers", len(s.Answers))
		}
		a.Steps = append(a.Steps, row)
	}
	return a
}

func (c *room) documentViews(view Customer) []documentView {
	var views []documentView
	for _, d := range view.Required {
		views = append(views, documentView{d.ID, code(d.ID), d.Title, string(d.Kind), d.URL, "", d.Revision})
	}
	for _, s := range view.Signings {
		signed := documentView{ID: s.DocumentID, Code: code(s.DocumentID), Title: "A document", Signed: ago(c.simulator.Now().Sub(s.CreatedAt))}
		if d, err := c.simulator.Document(s.DocumentID); err == nil {
			signed.Title, signed.Kind, signed.URL, signed.Revision = d.Title, string(d.Kind), d.URL, d.Revision
		}
		views = append(views, signed)
	}
	return views
}

func railViews(rails []Rail) (known []schemeRow, others []railCell) {
	status := map[string]string{}
	for _, r := range rails {
		status[r.name()] = string(r.Status)
	}
	for _, group := range schemes {
		for _, scheme := range group.names {
			row := schemeRow{Currency: group.currency, Scheme: scheme}
			for _, direction := range []Direction{FiatDeposit, FiatPayout} {
				for _, third := range []bool{false, true} {
					name := Rail{direction, group.currency, scheme, third, ""}.name()
					label := strings.TrimPrefix(string(direction), "fiat_") + " " + group.currency + " " + scheme
					if third {
						label += ", others’ accounts"
					}
					row.Cells = append(row.Cells, railCell{name, label, status[name]})
					delete(status, name)
				}
			}
			known = append(known, row)
		}
	}
	for _, r := range rails {
		if left, ok := status[r.name()]; ok {
			others = append(others, railCell{r.name(), r.name(), left})
		}
	}
	return known, others
}

func switchesOf(view Customer) map[string]string {
	on := map[string]string{}
	for name, is := range map[string]bool{"sign-first": view.SignsFirst, "shuffle": view.Shuffled, "older-signings": view.OlderSignings} {
		if is {
			on[name] = "on"
		}
	}
	if view.Lag > 0 {
		on["lag"] = brief(view.Lag)
	}
	if view.AbilitiesShape != ShapeNested {
		on["abilities-shape"] = string(view.AbilitiesShape)
	}
	return on
}

// facts is the customer as scripts get it, to be read by people.
func (c *room) facts(view Customer) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(c.wireCustomer(view)); err != nil {
		return err.Error()
	}
	return b.String()
}

// sampleComments are there to be sent as they are, or changed.
var sampleComments = map[string]string{
	"identity":              "One corner of the document is covered by a finger.",
	"selfie":                "Your face is not fully visible. Please take the picture again in good light.",
	"proof_of_residence":    "Please send a bill of the last three months.",
	"questionnaire":         "Please say where the money comes from.",
	"company_data":          "The registration number does not match the register.",
	"company_beneficiaries": "Please name everyone who holds 25 per cent or more.",
	"company_documents":     "The register extract is older than three months.",
}

func eddWord(withEDD *bool, any bool) string {
	switch {
	case !any:
		return ""
	case withEDD == nil:
		return "null"
	case *withEDD:
		return "true"
	}
	return "false"
}

func ago(d time.Duration) string {
	if d < 2*time.Second {
		return "just now"
	}
	words, _, _ := strings.Cut(spell(d)+" ", " ")
	return words + " " + strings.Fields(spell(d))[1] + " ago"
}

// inBank is the address that lets a tester into the demo site as a customer.
func inBank(home, customerID string) string { return home + "?customer=" + url.QueryEscape(customerID) }
