package handlers_test

import (
	"net/http"
	"testing"

	"portal/onboarding/simulator"
	"portal/onboarding/simulator/contract"
)

func TestACustomerWalksFromSignUpToReadyToTransact(t *testing.T) { walk(t, newWorld(t)) }

func TestTheWalkSpeaksToIronAsItsAPIDocumentSays(t *testing.T) {
	checker := contract.Open(t)
	walk(t, newWorld(t, func(s *setup) { s.transport = checker.Transport }))
}

// walk takes a customer through every stage, back once, and to the end.
func walk(t *testing.T, w *world) {
	b := w.browser()
	p := b.get("/p/acme/").is(http.StatusOK)
	p = p.submit("form[action$=sign-up]", "name", "Mary Example", "email", "mary@customers.example", "customer_type", "Person")
	p.stands("submission", "start")

	p = p.submit("form[action$=identity]").stands("submission", "continue")
	frame, link := p.one("iframe#identity-frame"), p.one("a[data-identity-link]")
	if attr(frame, "src") != attr(link, "href") {
		t.Errorf("the frame shows %s and the link beside it leads to %s", attr(frame, "src"), attr(link, "href"))
	}
	id := w.sim.Customers()[0].ID
	w.handIn(attr(frame, "src"))
	b.get("/p/acme/identity").stands("compliance-review", "waiting")

	must(t, w.sim.BeginReview(w.newest(id).ID))
	b.get("/p/acme/").stands("compliance-review", "reviewing").none("form[action$=identity]")
	must(t, w.sim.Decline(w.newest(id).ID, simulator.Verdict{
		Review: "Please try again.", Comments: map[string]string{"selfie": "Too dark."},
	}))
	p = b.get("/p/acme/").stands("submission", "retry")
	p.one("[data-comments] [data-comment=review]")
	p.one("[data-comments] [data-comment=selfie]")
	p = p.submit("form[action$=identity]").stands("submission", "continue").none("[data-comments]")

	w.handIn(attr(p.one("iframe#identity-frame"), "src"))
	must(t, w.sim.BeginReview(w.newest(id).ID))
	must(t, w.sim.Approve(w.newest(id).ID))
	p = b.get("/p/acme/").stands("activation", "sign")
	for n := len(p.all("[data-document][data-signed=false]")); n > 0; n-- {
		document := attr(p.all("[data-document][data-signed=false]")[0], "data-document")
		b.get("/p/acme/documents/" + document).is(http.StatusOK)
		p = p.submit("form[action$='"+document+"/sign']", "consent", "yes")
		if n > 1 {
			p.stands("activation", "sign").one("[data-document='" + document + "'][data-signed=true]")
		}
	}
	p.stands("complete", "rails-pending")
	must(t, w.sim.SetRail(id, simulator.Rail{Direction: simulator.FiatDeposit, Currency: "eur", Scheme: "sepa", Status: simulator.RailActive}))
	p = b.get("/p/acme/review").stands("complete", "ready")
	p.one("[data-rail='deposit.eur.sepa'][data-status=Active]")
	for _, step := range p.all("ol[data-stepper] > li") {
		if attr(step, "data-progress") != "done" {
			t.Errorf("step %s is %s at the end", attr(step, "data-step"), attr(step, "data-progress"))
		}
	}
	if n := len(p.all("[data-rail]")); n != 40 {
		t.Errorf("%d rails are shown, want 40", n)
	}
	p.submit("form[action$=sign-out]").says("You are signed out")
	b.send(http.MethodGet, "/p/acme/complete", nil).leadsTo("/p/acme/")
}
