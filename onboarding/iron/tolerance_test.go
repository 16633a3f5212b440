package iron_test

import (
	"strings"
	"testing"
	"time"

	"portal/onboarding"

	"github.com/google/go-cmp/cmp"
)

// read scripts one customer from the bodies given by part and reads it.
func read(t *testing.T, bodies map[string]string) (onboarding.Facts, error) {
	t.Helper()
	f := newIron(t)
	for _, part := range []string{"", "/identifications", "/required-signings", "/signings", "/abilities", "/requirements"} {
		body, ok := bodies[strings.TrimPrefix(part, "/")]
		if !ok {
			body = map[bool]string{true: `{}`, false: `[]`}[part == "/abilities"]
		}
		f.says("GET /api/customers/"+mary+part, 200, body)
	}
	return f.client().Facts(t.Context(), mary)
}

func customerBody(status string) string { return `{"id":"` + mary + `","status":"` + status + `"}` }

func TestAnIdentificationIsReadWhole(t *testing.T) {
	facts, err := read(t, map[string]string{
		"": customerBody("IdentificationRequired"),
		"identifications": `{"items":[{"id":"i1","status":"Declined","url":"https://verify.example/s?token=x","with_edd":true,
			"review_comment":"Look\u202e again","customer_id":"` + mary + `","residence_country":"DE",
			"created_at":"2026-07-01T10:00:00.5+02:00","updated_at":"2026-07-03T10:00:00",
			"step_status":{"selfie":{"result":"Declined","retry":true,"comment":"Too dark"},"identity":{"result":"Approved","retry":false},
			"a_new_step":{"result":"Wobbly"},"proof_of_residence":null,"questionnaire":7}}]}`,
	})
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	want := onboarding.Identification{
		ID: "i1", Status: onboarding.IdentificationDeclined, URL: "https://verify.example/s?token=x", WithEDD: &yes,
		ReviewComment: "Look\u202e again",
		Steps: []onboarding.Step{
			{Name: "a_new_step", Result: "Wobbly"},
			{Name: "identity", Result: "Approved"},
			{Name: "selfie", Result: "Declined", Retry: true, Comment: "Too dark"},
		},
		CreatedAt: time.Date(2026, 7, 1, 8, 0, 0, 5e8, time.UTC),
		UpdatedAt: time.Date(2026, 7, 3, 10, 0, 0, 0, time.UTC),
	}
	if diff := cmp.Diff([]onboarding.Identification{want}, facts.Identifications); diff != "" {
		t.Error(diff)
	}
}

func TestNullsAndOddValuesLeaveAFieldEmptyAndNothingElse(t *testing.T) {
	facts, err := read(t, map[string]string{
		"": `{"id":"` + mary + `","status":"IdentificationRequired","name":null,"email":{},"signing_ids":null,
			"created_at":"yesterday","updated_at":null,"customer_type":true,"external_id":12}`,
		"identifications": `{"cursor":null,"items":[null,{"id":null,"status":"Melting","with_edd":null,"url":null,"step_status":null,"created_at":5},
			{"id":"i2","status":"Archived","with_edd":"maybe","step_status":[1,2]}]}`,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := onboarding.Facts{
		Customer: onboarding.Customer{ID: mary, Status: onboarding.IdentificationRequired, ExternalID: "12"},
		Identifications: []onboarding.Identification{
			{Status: "Melting"}, {ID: "i2", Status: onboarding.IdentificationArchived},
		},
	}
	facts.ReadAt = time.Time{}
	if diff := cmp.Diff(want, facts); diff != "" {
		t.Error(diff)
	}
	if p := onboarding.Decide(facts); p.State != onboarding.StateUnknown || p.IdentificationStatus != "Melting" {
		t.Errorf("decided %s for the word %q", p.State, p.IdentificationStatus)
	}
}

func TestBothShapesOfRequiredSigningsAreRead(t *testing.T) {
	shapes := map[string]string{
		"today's": `[{"id":"d1","display_name":"Terms\u202e of use","url":"https://docs.example/1"},
			{"id":"d2","display_name":"Privacy","url":"https://docs.example/2"},
			{"id":"d1","display_name":"Terms again","url":"https://docs.example/1"}]`,
		"the older": `{"items":[{"type":"Url","id":"d1","display_name":"Terms of use","url":"https://docs.example/1"},
			{"type":"Url","id":"d2","display_name":"Privacy","url":"https://docs.example/2","text":null},{},null]}`,
	}
	for name, body := range shapes {
		t.Run(name, func(t *testing.T) {
			facts, err := read(t, map[string]string{"": customerBody("SigningsRequired"), "required-signings": body})
			want := []onboarding.Document{
				{ID: "d1", Title: "Terms of use", URL: "https://docs.example/1"},
				{ID: "d2", Title: "Privacy", URL: "https://docs.example/2"},
			}
			if diff := cmp.Diff(want, facts.Documents); diff != "" || err != nil {
				t.Error(diff, err)
			}
		})
	}
	long := strings.Repeat("Clause. ", 2000)
	facts, err := read(t, map[string]string{
		"":                  customerBody("SigningsRequired"),
		"required-signings": `[{"type":"Text","id":"d3","text":"` + long + `"},{"display_name":"Nameless","url":"https://docs.example/3"}]`,
	})
	want := []onboarding.Document{{ID: "d3", Text: long}, {Title: "Nameless", URL: "https://docs.example/3"}}
	if diff := cmp.Diff(want, facts.Documents); diff != "" || err != nil {
		t.Error("a document's own words are not shortened, and one without an id is still required", diff, err)
	}
}

func TestSigningsAndRequirementsAreRead(t *testing.T) {
	facts, err := read(t, map[string]string{
		"":                `{"id":"` + mary + `","status":"Active","signing_ids":["s1","s2"]}`,
		"signings":        `{"items":[{"id":"s1","content_id":"d1","document_id":"old","created_at":"2026-07-01T10:00:00Z"},{"id":"s2","document_id":"d2"}]}`,
		"identifications": `[{"id":"i1","status":"Pending"}]`,
		"requirements": `{"requirements_due":["identity"],"complete":[{"code":"x"}],"pending":[],
			"missing":[{"code":"proof","retryable":true,"description":"An old\u0007 bill","reject_labels":["OLD"],
			"reject_reasons":[{"code":"OLD","description":"Older than 3 months"},{"code":"Y"}],"missing_questions":[{"id":"q","title":"Your job?"}]}],
			"issues":[{"code":"final","retryable":false},null,"odd"]}`,
	})
	if err != nil {
		t.Fatal(err)
	}
	yes, no := true, false
	want := onboarding.Facts{
		Customer: onboarding.Customer{ID: mary, Status: onboarding.Active, Signed: 2},
		Signings: []onboarding.Signing{
			{ID: "s1", DocumentID: "d1", CreatedAt: time.Date(2026, 7, 1, 10, 0, 0, 0, time.UTC)}, {ID: "s2", DocumentID: "d2"},
		},
		Requirements: &onboarding.Requirements{
			Missing: []onboarding.Requirement{{
				Code: "proof", Retryable: &yes, Description: "An old bill",
				Reasons: []string{"Older than 3 months"}, Questions: []string{"Your job?"},
			}},
			Issues: []onboarding.Requirement{{Code: "final", Retryable: &no}},
		},
	}
	want.Identifications = []onboarding.Identification{{ID: "i1", Status: onboarding.IdentificationPending}}
	facts.ReadAt = time.Time{}
	if diff := cmp.Diff(want, facts); diff != "" {
		t.Error(diff)
	}
}

func TestAnAnswerThatIsNotWhatWasAskedIsUnavailableNotAFact(t *testing.T) {
	good := customerBody("Active")
	rows := map[string]map[string]string{
		"a web page":                {"": `<html>Sign in to the network</html>`},
		"nothing":                   {"": ``},
		"cut off":                   {"": good[:len(good)-3]},
		"two answers":               {"": good + good},
		"no status":                 {"": `{"id":"` + mary + `"}`},
		"no id":                     {"": `{"status":"Active"}`},
		"null":                      {"": `null`},
		"another customer":          {"": `{"id":"` + john + `","status":"Active"}`},
		"too long":                  {"": `{"id":"` + mary + `","status":"Active","x":"` + strings.Repeat("x", 1<<20) + `"}`},
		"too long, with blanks":     {"": good + strings.Repeat(" ", 1<<20)},
		"too deep":                  {"": `{"id":"` + mary + `","status":"Active","x":` + strings.Repeat("[", 200000) + strings.Repeat("]", 200000) + `}`},
		"a list that is an error":   {"": good, "identifications": `{"message":"oops"}`},
		"a list of something else":  {"": good, "identifications": `{"items":[{"id":"i1"},"i2"]}`},
		"a list that is a word":     {"": good, "signings": `"signings"`},
		"items that are no list":    {"": good, "identifications": `{"items":{"a":1}}`},
		"abilities that are a list": {"": good, "abilities": `[]`},
	}
	for name, bodies := range rows {
		t.Run(name, func(t *testing.T) {
			facts, err := read(t, bodies)
			wantErr(t, err, onboarding.ErrUnavailable)
			if diff := cmp.Diff(onboarding.Facts{}, facts); diff != "" {
				t.Error("facts beside an error:", diff)
			}
		})
	}
}

func TestAnAnswerOfJustAMebibyteIsRead(t *testing.T) {
	head := `{"id":"` + mary + `","status":"Archived","x":"`
	body := head + strings.Repeat("x", 1<<20-len(head)-2) + `"}`
	if facts, err := read(t, map[string]string{"": body}); err != nil || facts.Customer.ID != mary {
		t.Errorf("%d bytes: %v", len(body), err)
	}
}
