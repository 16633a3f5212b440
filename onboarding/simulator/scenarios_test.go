package simulator

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// standing is what the API says of a customer, in short: its status, that of its
// newest identification, "url" where that has one, with_edd, and how many
// documents are to be signed.
func (b *bench) standing(customerID string) string {
	b.t.Helper()
	var page gotPage[gotIdentification]
	b.get("/customers/" + customerID + "/identifications?page_size=100").want(200).into(&page)
	newest := gotIdentification{Status: "None"}
	for _, i := range page.Items {
		if i.Status != "Archived" && i.ID > newest.ID {
			newest = i
		}
	}
	words := []string{b.status(customerID), newest.Status}
	if newest.URL != "" {
		words = append(words, "url")
	}
	switch {
	case newest.ID != "" && newest.WithEDD == nil:
		words = append(words, "edd?")
	case newest.ID != "" && *newest.WithEDD:
		words = append(words, "edd")
	}
	if n := len(b.toSign(customerID)); n < 2 {
		words = append(words, []string{"signed", "half"}[n])
	}
	return strings.Join(words, " ")
}

var standings = map[string]string{
	"none":           "IdentificationRequired None",
	"pending":        "IdentificationRequired Pending url",
	"expired":        "IdentificationRequired Expired",
	"declined":       "IdentificationRequired Declined",
	"processed":      "IdentificationRequired Processed",
	"pending-review": "IdentificationRequired PendingReview",
	"signings":       "SigningsRequired Approved",
	"active":         "Active Approved signed",

	"edd-pending-standard":  "IdentificationRequired Pending url",
	"edd-pending-enhanced":  "IdentificationRequired Pending url edd",
	"edd-review-standard":   "IdentificationRequired PendingReview",
	"edd-review-enhanced":   "IdentificationRequired PendingReview edd",
	"edd-approved-standard": "SigningsRequired Approved",
	"edd-approved-enhanced": "SigningsRequired Approved edd",
	"edd-declined-standard": "IdentificationRequired Declined",
	"edd-declined-enhanced": "IdentificationRequired Declined edd",
	"edd-unknown":           "IdentificationRequired Pending url edd?",

	"step-up":           "IdentificationRequired Pending url",
	"step-up-approved":  "IdentificationRequired Approved url",
	"preparing":         "IdentificationRequired Pending",
	"declined-with-url": "IdentificationRequired Declined url",
	"declined-final":    "IdentificationRequired Declined",
	"finishing":         "IdentificationRequired Approved",
	"start-again":       "IdentificationRequired Approved signed",

	"new-terms":      "SigningsRequired Approved half",
	"limit":          "IdentificationRequired Pending url edd signed",
	"active-step-up": "Active Pending url signed",
	"new-check":      "IdentificationRequired Pending url edd signed",

	"rails-active": "Active Approved signed", "rails-pending": "Active Approved signed",
	"rails-unavailable": "Active Approved signed", "rails-blocked": "Active Approved signed",
	"rails-maintenance": "Active Approved signed", "rails-mixed": "Active Approved signed",
	"rails-unknown": "Active Approved signed", "rails-word": "Active Approved signed", "rails-object": "Active Approved signed",
	"rails-word-under": "Active Approved signed", "rails-object-under": "Active Approved signed",

	"suspended":         "Suspended Approved signed",
	"suspended-pending": "Suspended Pending url",
	"user-required":     "UserRequired None",
	"archived":          "Archived None signed",
	"activating":        "SigningsRequired Approved signed",
	"half-signed":       "SigningsRequired Approved half",
	"sign-first":        "SigningsRequired Pending url",

	"business-pending":  "IdentificationRequired Pending url",
	"business-declined": "IdentificationRequired Declined",
	"business-step-up":  "IdentificationRequired Pending url",
	"business-active":   "Active Approved signed",

	"unknown-customer":       "FrozenPendingAudit Approved signed",
	"unknown-identification": "IdentificationRequired AwaitingNotary",
	"hostile-comment":        "IdentificationRequired Declined",
	"long-comment":           "IdentificationRequired Declined",
	"hostile-url":            "IdentificationRequired Pending url",
	"many-identifications":   "IdentificationRequired Pending url",
	"newest-archived":        "SigningsRequired Approved",
	"older-signings":         "SigningsRequired Approved",
}

func TestEveryScenarioReadsBackAsItSays(t *testing.T) {
	b := newBench(t)
	// What a tester has set up for trying out must not reach the rows.
	b.pull(b.Configure(Settings{DefaultScript: "approve-at-once", LinkAfter: 1, CreationLimit: 1, CreationWindow: 1 << 60}))
	ids := map[string]bool{}
	for _, scenario := range Scenarios() {
		t.Run(scenario.ID, func(t *testing.T) {
			want, ok := standings[scenario.ID]
			if !ok {
				t.Fatal("no row in this test")
			}
			if got := b.standing(b.build(scenario.ID)); got != want {
				t.Errorf("reads back as %q, want %q", got, want)
			}
			if scenario.Title == "" || scenario.Group == "" || scenario.Row == "" || strings.Count(scenario.Expect, "/") != 1 {
				t.Errorf("%+v", scenario)
			}
			if ids[scenario.ID] {
				t.Error("two scenarios of this name")
			}
			ids[scenario.ID] = true
		})
	}
	if len(ids) != len(standings) {
		t.Errorf("%d scenarios, %d rows in this test", len(ids), len(standings))
	}
	if b.Settings().DefaultScript != "approve-at-once" {
		t.Error("building changed the settings")
	}
}

func TestScenariosStayWhereTheyAre(t *testing.T) {
	b := newBench(t)
	for _, scenario := range Scenarios() {
		c := b.build(scenario.ID)
		before := b.standing(c)
		b.Advance(5 * 60e9) // five minutes, in which rails and scripts would act
		if after := b.standing(c); after != before {
			t.Errorf("%s: %q became %q by itself", scenario.ID, before, after)
		}
	}
}

func TestRailScenariosReadBackAsTheySay(t *testing.T) {
	b := newBench(t)
	for id, want := range map[string]string{
		"rails-active": "Active", "rails-pending": "Pending", "rails-unavailable": "Unavailable",
		"rails-blocked": "Blocked", "rails-maintenance": "Maintenance",
	} {
		c := b.build(id)
		for _, scheme := range []string{"ach", "fednow_thirdparty"} {
			if got := b.rail(c, "fiat_payout", "usd", scheme); got != want {
				t.Errorf("%s: %s is %s", id, scheme, got)
			}
		}
	}
	mixed := b.get("/customers/" + b.build("rails-mixed") + "/abilities").body
	for _, status := range RailStatuses() {
		if !strings.Contains(mixed, `"`+string(status)+`"`) {
			t.Errorf("no rail is %s", status)
		}
	}
	unknown := b.build("rails-unknown")
	if b.rail(unknown, "fiat_deposit", "eur", "sepa_instant") != "Active" || b.rail(unknown, "fiat_payout", "brl", "pix") != "Pending" {
		t.Error("rails that nobody knows are missing")
	}
}

func TestDeclinedForGoodIsAnIssueThatCannotBeRetried(t *testing.T) {
	b := newBench(t)
	got := b.requirements(b.build("declined-final"))
	if len(got.Issues) != 1 || got.Issues[0].Code != "kyc_identity" || *got.Issues[0].Retryable || len(got.Missing) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestCommentsReachTheAPIAsTheyWereWritten(t *testing.T) {
	b := newBench(t)
	if got := b.first(b.build("hostile-comment")); got.ReviewComment != hostileComment || got.StepStatus["selfie"].Comment != hostileComment {
		t.Errorf("%q", got.ReviewComment)
	}
	if raw := b.get("/customers/" + b.build("hostile-comment") + "/identifications").body; !strings.Contains(raw, "<script>alert(1)</script>") {
		t.Error("markup is escaped on the way: a reader that trusts the bytes would never be found out")
	}
	if got := b.first(b.build("long-comment")); utf8.RuneCountInString(got.ReviewComment) < 6000 {
		t.Errorf("%d characters", utf8.RuneCountInString(got.ReviewComment))
	}
	steps := b.first(b.build("business-declined")).StepStatus
	for _, step := range businessSteps {
		if steps[step].Comment == "" {
			t.Errorf("no comment on %s", step)
		}
	}
}

func TestScenariosNeedAKnownNameAndKey(t *testing.T) {
	b := newBench(t)
	if _, err := b.Build("nonsense", keyOne); err == nil {
		t.Error("an unknown scenario was built")
	}
	if _, err := b.Build("none", "wrong"); err == nil {
		t.Error("built for an unknown key")
	}
	c := b.build("none")
	b.key = keyTwo
	b.get("/customers/" + c).want(404)
}

func TestPatternsAreThoseOfTheRoutes(t *testing.T) {
	patterns := Patterns()
	if len(patterns) != 12 || !slices.Contains(patterns, "/customers/{id}/signings") {
		t.Errorf("%v", patterns)
	}
}
