package simulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
)

type gotRequirement struct {
	Code             string `json:"code"`
	Retryable        *bool  `json:"retryable"`
	Description      string `json:"description"`
	IdentificationID string `json:"identification_id"`
	RejectReasons    []struct {
		Code        string `json:"code"`
		Description string `json:"description"`
	} `json:"reject_reasons"`
	MissingQuestions []struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	} `json:"missing_questions"`
}

type gotRequirements struct {
	Due      []string         `json:"requirements_due"`
	Complete []gotRequirement `json:"complete"`
	Pending  []gotRequirement `json:"pending"`
	Missing  []gotRequirement `json:"missing"`
	Issues   []gotRequirement `json:"issues"`
}

func (b *bench) requirements(customerID string) (got gotRequirements) {
	b.t.Helper()
	b.get("/customers/" + customerID + "/requirements").want(http.StatusOK).into(&got)
	return got
}

func codes(items []gotRequirement) []string {
	var all []string
	for _, item := range items {
		all = append(all, item.Code)
	}
	return all
}

func TestRequirementsFollowTheCheck(t *testing.T) {
	b := newBench(t)
	person := []string{"kyc_identity", "kyc_selfie", "kyc_proof_of_residence", "kyc_questionnaire"}
	for id, want := range map[string]gotRequirementCodes{
		"none":              {missing: []string{"identification_kyc"}},
		"expired":           {missing: []string{"identification_kyc"}},
		"pending":           {missing: person},
		"processed":         {pending: person},
		"pending-review":    {pending: person},
		"signings":          {complete: person},
		"step-up":           {complete: []string{"kyc_identity", "kyc_selfie", "kyc_questionnaire"}, missing: []string{"kyc_proof_of_residence"}},
		"declined":          {complete: []string{"kyc_proof_of_residence", "kyc_questionnaire"}, missing: []string{"kyc_identity", "kyc_selfie"}},
		"business-declined": {missing: []string{"kyb_company_data", "kyb_company_beneficiaries", "kyb_company_documents", "kyb_questionnaire"}},
	} {
		got := b.requirements(b.build(id))
		if !slices.Equal(codes(got.Complete), want.complete) || !slices.Equal(codes(got.Pending), want.pending) ||
			!slices.Equal(codes(got.Missing), want.missing) || len(got.Issues) != 0 {
			t.Errorf("%s: %+v", id, got)
		}
		if due := len(want.pending)+len(want.missing) > 0; due != (len(got.Due) == 1) {
			t.Errorf("%s: due %v", id, got.Due)
		}
	}
}

type gotRequirementCodes struct{ complete, pending, missing []string }

func TestARequirementSaysWhy(t *testing.T) {
	b := newBench(t)
	got := b.requirements(b.build("declined")).Missing[1]
	if !*got.Retryable || got.Description != blurredSelfie.Review+"\n"+blurredSelfie.Comments["selfie"] || got.IdentificationID == "" {
		t.Errorf("%+v", got)
	}
	if len(got.RejectReasons) != 2 || got.RejectReasons[0].Code != "BAD_SELFIE" || got.RejectReasons[0].Description == "" {
		t.Errorf("%+v", got.RejectReasons)
	}
	edd := b.requirements(b.build("limit")).Missing
	if len(edd) != 1 || len(edd[0].MissingQuestions) != 1 || edd[0].MissingQuestions[0].Title == "" {
		t.Errorf("%+v", edd)
	}
}

func TestAbilitiesInEveryShape(t *testing.T) {
	b := newBench(t)
	c := b.build("active")
	for shape, want := range map[AbilitiesShape]string{
		ShapeWord:        `{"fiat_deposit":"Active","fiat_payout":"Active"}`,
		ShapeObject:      `{"fiat_deposit":{"status":"Active"},"fiat_payout":{"status":"Active"}}`,
		ShapeWordUnder:   `{"abilities":{"fiat_deposit":"Active","fiat_payout":"Active"}}`,
		ShapeObjectUnder: `{"abilities":{"fiat_deposit":{"status":"Active"},"fiat_payout":{"status":"Active"}}}`,
	} {
		b.pull(b.SetAbilitiesShape(c, shape))
		if got := b.get("/customers/" + c + "/abilities").want(200).body; got != want {
			t.Errorf("%s: %s", shape, got)
		}
	}
	b.pull(b.SetAbilitiesShape(c, ShapeNested))
	var got struct {
		Deposit    map[string]map[string]string `json:"fiat_deposit"`
		Payout     map[string]map[string]string `json:"fiat_payout"`
		Currencies []json.RawMessage            `json:"currencies"`
	}
	b.get("/customers/" + c + "/abilities").into(&got)
	rails := 0
	for _, direction := range []map[string]map[string]string{got.Deposit, got.Payout} {
		for _, schemes := range direction {
			rails += len(schemes)
		}
	}
	if rails != 40 || len(got.Currencies) != 4 {
		t.Errorf("%d rails, %d currencies", rails, len(got.Currencies))
	}
}

func TestOneWordForADirectionIsTheBestOfItsRails(t *testing.T) {
	for want, statuses := range map[RailStatus][]RailStatus{
		RailActive:      {RailBlocked, RailPending, RailActive},
		RailPending:     {RailMaintenance, RailPending},
		RailMaintenance: {RailBlocked, RailMaintenance},
		RailBlocked:     {RailUnavailable, RailBlocked},
		RailUnavailable: {RailUnavailable, "Throttled"},
	} {
		var rails []Rail
		for _, status := range statuses {
			rails = append(rails, Rail{FiatPayout, "eur", string(status), false, status}, Rail{FiatDeposit, "eur", "x", false, RailActive})
		}
		if got := overall(rails, FiatPayout); got != want {
			t.Errorf("%v: %s, want %s", statuses, got, want)
		}
	}
}

func TestARailThatWasSetByHandDoesNotComeUpByItself(t *testing.T) {
	b := newBench(t)
	c := b.build("signings")
	b.signAll(c)
	b.pull(b.SetRail(c, Rail{FiatDeposit, "eur", "sepa", false, RailMaintenance}))
	b.Advance(1e12)
	if sepa, swift := b.rail(c, "fiat_deposit", "eur", "sepa"), b.rail(c, "fiat_deposit", "eur", "swift"); sepa != "Maintenance" || swift != "Active" {
		t.Errorf("sepa %s, swift %s", sepa, swift)
	}
}

func TestPeopleHaveASpendingLimitAndBusinessesNone(t *testing.T) {
	b := newBench(t)
	type section struct {
		Used      string  `json:"used_eur"`
		Threshold *string `json:"threshold_eur"`
	}
	var got struct {
		Fiat section `json:"fiat_onramp"`
	}
	b.get("/customers/" + b.build("active") + "/spending-limit").want(200).into(&got)
	if got.Fiat.Threshold == nil || got.Fiat.Used == "" {
		t.Errorf("%+v", got)
	}
	got.Fiat = section{}
	b.get("/customers/" + b.build("business-active") + "/spending-limit").want(200).into(&got)
	if got.Fiat.Threshold != nil || got.Fiat.Used == "" {
		t.Errorf("%+v", got)
	}
}

func TestIronsOwnSandboxDecides(t *testing.T) {
	b := newBench(t)
	c := b.customer()
	i := b.link(c.ID)
	var got gotIdentification
	b.do(http.MethodPost, "/sandbox/identification/"+i.ID, `{"approved":false}`).want(201).into(&got)
	if got.Status != "Declined" {
		t.Errorf("%+v", got)
	}
	b.do(http.MethodPost, "/sandbox/identification/"+i.ID, `{"approved":true}`).want(404)
	next := b.link(c.ID)
	b.do(http.MethodPost, "/sandbox/identification/"+next.ID, `{}`).want(400)
	b.do(http.MethodPost, "/sandbox/identification/"+next.ID, `{"approved":true}`).want(201)
	b.wantStatus(c.ID, "SigningsRequired")
}

func TestASandboxResetForgetsTheCallersCustomersOnly(t *testing.T) {
	b := newBench(t)
	mine := b.build("pending")
	i := b.first(mine)
	b.key = keyTwo
	theirs := b.build("pending")
	b.key = keyOne
	got := b.do(http.MethodPost, "/sandbox/reset", "", "IDEMPOTENCY-KEY", someKey).want(200)
	if got.body != "true" {
		t.Error(got.body)
	}
	b.get("/customers/" + mine).want(404)
	b.get("/identifications/" + i.ID).want(404)
	if _, err := b.IdentificationByToken(token(i.URL)); err == nil {
		t.Error("its hosted page is still there")
	}
	kept := b.build("none")
	b.do(http.MethodPost, "/sandbox/reset", "", "IDEMPOTENCY-KEY", someKey).want(200)
	b.get("/customers/" + kept).want(200)
	b.key = keyTwo
	b.get("/customers/" + theirs).want(200)
}
