package simulator

import (
	"errors"
	"net/http"
	"testing"
	"time"
)

func TestAWalkFromCreationToRailsThatAreUp(t *testing.T) {
	b := newBench(t)
	c := b.customer()
	i := b.link(c.ID)

	for _, step := range []string{"identity", "selfie", "proof_of_residence", "questionnaire"} {
		if err := b.SubmitCheck(token(i.URL)); !errors.Is(err, ErrStepsOpen) {
			t.Fatalf("before %s: %v", step, err)
		}
		b.pull(b.CompleteStep(token(i.URL), step, map[string]string{"answer": step}))
	}
	b.pull(b.SubmitCheck(token(i.URL)))
	got := b.check(i.ID)
	if got.Status != "Processed" || got.URL != "" || got.StepStatus["selfie"].Result != "Processed" {
		t.Errorf("handed in: %+v", got)
	}
	b.pull(b.BeginReview(i.ID))
	if got := b.check(i.ID); got.Status != "PendingReview" || got.StepStatus["selfie"].Result != "PendingReview" {
		t.Errorf("in review: %+v", got)
	}
	b.wantStatus(c.ID, "IdentificationRequired")

	b.pull(b.Approve(i.ID))
	if got := b.check(i.ID); got.Status != "Approved" || got.URL != "" || got.StepStatus["identity"].Result != "Approved" {
		t.Errorf("approved: %+v", got)
	}
	b.wantStatus(c.ID, "SigningsRequired")

	documents := b.toSign(c.ID)
	if len(documents) != 2 {
		t.Fatalf("%d documents to sign, want 2", len(documents))
	}
	b.sign(c.ID, documents[0].ID).want(http.StatusCreated)
	b.wantStatus(c.ID, "SigningsRequired")
	if rail := b.rail(c.ID, "fiat_deposit", "eur", "sepa"); rail != "Unavailable" {
		t.Errorf("a rail before the customer is Active is %s", rail)
	}
	b.sign(c.ID, documents[1].ID).want(http.StatusCreated)
	b.wantStatus(c.ID, "Active")

	if rail := b.rail(c.ID, "fiat_deposit", "eur", "sepa"); rail != "Pending" {
		t.Errorf("a rail of a new customer is %s", rail)
	}
	b.Advance(14 * time.Second)
	if rail := b.rail(c.ID, "fiat_deposit", "eur", "sepa"); rail != "Pending" {
		t.Errorf("after 14 s: %s", rail)
	}
	b.Advance(time.Second)
	if rail := b.rail(c.ID, "fiat_deposit", "eur", "sepa"); rail != "Active" {
		t.Errorf("after 15 s: %s", rail)
	}
	if rail := b.rail(c.ID, "fiat_deposit", "eur", "sepa_thirdparty"); rail != "Unavailable" {
		t.Errorf("a rail that is not offered is %s", rail)
	}
}

// rail reads one status of the nested shape.
func (b *bench) rail(customerID, direction, currency, scheme string) string {
	b.t.Helper()
	var got map[string]any
	b.get("/customers/" + customerID + "/abilities").want(http.StatusOK).into(&got)
	status, _ := got[direction].(map[string]any)[currency].(map[string]any)[scheme].(string)
	return status
}

func TestADeclineNamesItsSteps(t *testing.T) {
	b := newBench(t)
	c := b.customer()
	i := b.link(c.ID)
	b.pull(b.Submit(i.ID))
	b.pull(b.Decline(i.ID, Verdict{Comments: map[string]string{"selfie": "too dark"}, Review: "please retry"}))
	got := b.check(i.ID)
	selfie, identity := got.StepStatus["selfie"], got.StepStatus["identity"]
	if got.Status != "Declined" || got.URL != "" || got.ReviewComment != "please retry" {
		t.Errorf("%+v", got)
	}
	if selfie.Result != "Declined" || !selfie.Retry || selfie.Comment != "too dark" || identity.Result != "Approved" {
		t.Errorf("selfie %+v, identity %+v", selfie, identity)
	}
	b.wantStatus(c.ID, "IdentificationRequired")
	if err := b.Decline(i.ID, Verdict{Comments: map[string]string{"company_data": "x"}}); !errors.Is(err, ErrNoStep) {
		t.Errorf("a comment on a step that the check has not: %v", err)
	}
}

func TestARetryAtTheSameCheckAsksForTheDeclinedStepsOnly(t *testing.T) {
	b := newBench(t)
	c := b.build("declined-with-url")
	i := b.first(c)
	todo, err := b.StepsToDo(token(i.URL))
	if err != nil || len(todo) != 2 || todo[0] != "identity" || todo[1] != "selfie" {
		t.Errorf("asks for %v, %v", todo, err)
	}
	b.pull(b.Submit(i.ID))
	got := b.check(i.ID)
	if got.Status != "Processed" || got.ReviewComment != "" || got.StepStatus["selfie"].Comment != "" {
		t.Errorf("comments outlive the answer to them: %+v", got)
	}
}

// first is the newest identification of a customer, as listed.
func (b *bench) first(customerID string) gotIdentification {
	b.t.Helper()
	var page gotPage[gotIdentification]
	b.get("/customers/" + customerID + "/identifications").want(http.StatusOK).into(&page)
	if len(page.Items) == 0 {
		return gotIdentification{Status: "None"}
	}
	return page.Items[0]
}

func TestAStepUpAsksForWhatIsMissingAndPutsTheCustomerBack(t *testing.T) {
	b := newBench(t)
	c := b.build("active")
	i := b.first(c)
	b.pull(b.AskForMore(i.ID, Ask{Comments: map[string]string{"proof_of_residence": "older than three months"}}))
	b.wantStatus(c, "IdentificationRequired")
	got := b.check(i.ID)
	if got.Status != "Pending" || got.URL == "" || got.StepStatus["proof_of_residence"].Comment == "" {
		t.Errorf("%+v", got)
	}
	check, err := b.IdentificationByToken(token(got.URL))
	if err != nil || !check.StepUp || len(check.Steps) != 1 || check.Steps[0].Name != "proof_of_residence" {
		t.Errorf("%+v, %v", check, err)
	}
	if err := b.CompleteStep(token(got.URL), "selfie", nil); !errors.Is(err, ErrNoStep) {
		t.Errorf("a step that is not asked for: %v", err)
	}
	b.pull(b.Submit(i.ID))
	b.pull(b.BeginReview(i.ID))
	if got := b.check(i.ID); got.StepStatus["identity"].Result != "Approved" || got.StepStatus["proof_of_residence"].Result != "PendingReview" {
		t.Errorf("in review again: %+v", got.StepStatus)
	}
	b.pull(b.Approve(i.ID))
	b.wantStatus(c, "Active")
}

func TestAStepUpMayLeaveTheCustomerActive(t *testing.T) {
	b := newBench(t)
	c := b.build("active-step-up")
	i := b.first(c)
	b.pull(b.Submit(i.ID))
	b.wantStatus(c, "Active")
	b.pull(b.Decline(i.ID, Verdict{}))
	b.wantStatus(c, "IdentificationRequired")
}

func TestALimitPutsAnActiveCustomerBackForEnhancedDueDiligence(t *testing.T) {
	b := newBench(t)
	c := b.build("active")
	b.pull(b.ReachLimit(c))
	i := b.first(c)
	if i.Status != "Pending" || i.URL == "" || i.WithEDD == nil || !*i.WithEDD {
		t.Errorf("%+v", i)
	}
	b.wantStatus(c, "IdentificationRequired")
	if err := b.ReachLimit(b.build("business-active")); !errors.Is(err, ErrNotNow) {
		t.Errorf("a business: %v", err)
	}
}

func TestNewTermsPutAnActiveCustomerBackAndTheRailsStay(t *testing.T) {
	b := newBench(t)
	c := b.build("active")
	b.pull(b.SetRail(c, Rail{FiatDeposit, "eur", "sepa", false, RailUnavailable}))
	id, err := b.NewTerms(c, "New terms")
	b.pull(err)
	b.wantStatus(c, "SigningsRequired")
	b.sign(c, id).want(http.StatusCreated)
	b.wantStatus(c, "Active")
	if rail := b.rail(c, "fiat_payout", "usd", "ach"); rail != "Active" {
		t.Errorf("rail %s", rail)
	}
	if rail := b.rail(c, "fiat_deposit", "eur", "sepa"); rail != "Unavailable" {
		t.Errorf("a rail that was taken away is %s", rail)
	}
}

func TestFlagsStandAboveTheRecords(t *testing.T) {
	b := newBench(t)
	c := b.build("active")
	b.pull(b.RequireUser(c))
	b.wantStatus(c, "UserRequired")
	b.pull(b.Suspend(c))
	b.wantStatus(c, "Suspended")
	b.do(http.MethodPost, "/customers/"+c+"/identifications/v2", `{"type":"Link"}`).want(http.StatusForbidden)
	b.pull(b.Reinstate(c))
	b.wantStatus(c, "UserRequired")
	b.pull(b.CreateUser(c))
	b.wantStatus(c, "Active")
	b.pull(b.UnknownCustomerStatus(c, "Frozen"))
	b.wantStatus(c, "Frozen")
	b.pull(b.ReleaseCustomerStatus(c))
	b.pull(b.RequireNewCheck(c))
	b.wantStatus(c, "IdentificationRequired")
	b.link(c)
	b.pull(b.Approve(b.first(c).ID))
	b.wantStatus(c, "Active")
	b.pull(b.Archive(c))
	b.wantStatus(c, "Archived")
	if i := b.first(c); i.Status != "Archived" {
		t.Errorf("an identification of a closed customer is %s", i.Status)
	}
}

func TestAStatusMayLagBehindTheRecords(t *testing.T) {
	b := newBench(t)
	c := b.customer()
	i := b.link(c.ID)
	b.pull(b.SetLag(c.ID, time.Minute))
	b.pull(b.Approve(i.ID))
	b.Advance(59 * time.Second)
	b.wantStatus(c.ID, "IdentificationRequired")
	b.Advance(time.Second)
	b.wantStatus(c.ID, "SigningsRequired")
}

func TestLeversThatMakeNoSenseAreRefusedAndLeaveNoTrace(t *testing.T) {
	b := newBench(t)
	c := b.customer()
	i := b.link(c.ID)
	b.pull(b.Approve(i.ID))
	before := len(b.Events(0))
	for name, err := range map[string]error{
		"submit": b.Submit(i.ID), "review": b.BeginReview(i.ID), "approve": b.Approve(i.ID), "expire": b.Expire(i.ID),
	} {
		if !errors.Is(err, ErrNotNow) {
			t.Errorf("%s of an approved check: %v", name, err)
		}
	}
	b.pull(b.ArchiveIdentification(i.ID))
	if err := b.Approve(i.ID); !errors.Is(err, ErrNotNow) {
		t.Errorf("approve of an archived check: %v", err)
	}
	if err := b.Suspend("nobody"); !errors.Is(err, ErrNoCustomer) {
		t.Error(err)
	}
	if err := b.Approve("nothing"); !errors.Is(err, ErrNoIdentification) {
		t.Error(err)
	}
	levers := 0
	for _, e := range b.Events(0)[before:] {
		if e.Lever != "" {
			levers++
		}
	}
	if levers != 1 {
		t.Errorf("%d levers recorded, want the one that worked", levers)
	}
}

func TestAnyAddressCanBeHandedOut(t *testing.T) {
	b := newBench(t)
	i := b.link(b.customer().ID)
	for _, address := range []string{"javascript:alert(1)", "//evil.example", "https://evil.example/\t", ""} {
		b.pull(b.SetURL(i.ID, address))
		if got := b.check(i.ID); got.URL != address {
			t.Errorf("url %q, want %q", got.URL, address)
		}
	}
	b.pull(b.OfferURL(i.ID))
	if got := b.check(i.ID); got.URL == "" || got.URL == i.URL {
		t.Errorf("url %q after a new one was offered", got.URL)
	}
}
