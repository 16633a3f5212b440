package handlers_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"portal/onboarding/simulator"
)

func TestSignUpSaysWhatIsWrongBesideTheFieldAndKeepsTheRest(t *testing.T) {
	w := newWorld(t)
	form := w.browser().get("/p/acme/")
	for _, wrong := range []struct{ name, email, kind, field string }{
		{"", "mary@example.test", "Person", "name"},
		{strings.Repeat("a", 141), "mary@example.test", "Person", "name"},
		{"12345", "mary@example.test", "Person", "name"},
		{"Mary <b>", "mary@example.test", "Person", "name"},
		{"Mary\u202eevil", "mary@example.test", "Person", "name"},
		{"Mary", "", "Person", "email"},
		{"Mary", "mary", "Person", "email"},
		{"Mary", "mary@localhost", "Person", "email"},
		{"Mary", "mary@example..test", "Person", "email"},
		{"Mary", "Mary <mary@example.test>", "Person", "email"},
		{"Mary", strings.Repeat("m", 250) + "@example.test", "Person", "email"},
		{"Mary", "mary@example.test", "", "customer_type"},
		{"Mary", "mary@example.test", "Robot", "customer_type"},
	} {
		p := form.post("form[action$=sign-up]", "name", wrong.name, "email", wrong.email, "customer_type", wrong.kind)
		p.is(http.StatusUnprocessableEntity)
		p.one("[role=alert] a[href='#" + wrong.field + "']")
		if title := p.text("title"); !strings.HasPrefix(title, "Error: ") {
			t.Errorf("the title is %q", title)
		}
		if got := attr(p.one("input#email"), "value"); got != wrong.email {
			t.Errorf("the email address %q is %q now", wrong.email, got)
		}
		if attr(p.one("input[name=once]"), "value") != attr(form.one("input[name=once]"), "value") {
			t.Error("the form has another name")
		}
	}
	if n := w.calledIron("POST", "/customers"); n != 0 {
		t.Errorf("%d customers were made", n)
	}
}

func TestSendingTheSignUpFormTwiceMakesOneCustomer(t *testing.T) {
	w := newWorld(t)
	form := w.browser().get("/p/acme/")
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			form.post("form[action$=sign-up]", "name", "Mary", "email", "mary@example.test", "customer_type", "Person").leadsTo("/p/acme/")
		})
	}
	both.Wait()
	if n := len(w.sim.Customers()); n != 1 {
		t.Errorf("there are %d customers", n)
	}
	form.b.get("/p/acme/").stands("submission", "start")
}

func TestTheSameFormWithOtherWordsIsANewFormRatherThanAnError(t *testing.T) {
	w := newWorld(t)
	form := w.browser().get("/p/acme/")
	form.post("form[action$=sign-up]", "name", "Mary", "email", "mary@example.test", "customer_type", "Person").leadsTo("/p/acme/")
	again := form.post("form[action$=sign-up]", "name", "Maria", "email", "mary@example.test", "customer_type", "Person")
	again.is(http.StatusUnprocessableEntity)
	again.submit("form[action$=sign-up]").stands("submission", "start")
}

func TestIronDownAtSignUpLosesNothingAndTheFormCanBeSentAgain(t *testing.T) {
	w := newWorld(t)
	form := w.browser().get("/p/acme/")
	w.fault(simulator.Fault{Kind: simulator.FaultDown, Pattern: "/customers", AfterEffect: true})
	fields := []string{"name", "Mary", "email", "mary@example.test", "customer_type", "Person"}
	form.post("form[action$=sign-up]", fields...).is(http.StatusServiceUnavailable).one("[data-problem=unavailable]")
	w.sim.ClearFaults()
	form.post("form[action$=sign-up]", fields...).leadsTo("/p/acme/")
	if n := len(w.sim.Customers()); n != 1 {
		t.Errorf("there are %d customers", n)
	}
}

func TestWhereAPartnerLetsNobodySignUpThePageSaysHowToComeIn(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	p := b.get("/p/other/").is(http.StatusOK).none("form[action$=sign-up]")
	p.one("main a[href='mailto:help@other.example']")
	b.send(http.MethodPost, "/p/other/sign-up", map[string][]string{
		"name": {"Mary"}, "email": {"mary@example.test"}, "customer_type": {"Person"},
	}).is(http.StatusNotFound)
	if n := len(w.sim.Customers()); n != 0 {
		t.Errorf("there are %d customers", n)
	}
}

func TestSignUpIsLimitedByAddress(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.limits = 1 })
	form := w.browser().get("/p/acme/")
	last := 0
	for range 8 {
		p := form.post("form[action$=sign-up]", "email", "nobody")
		if last = p.status; last == http.StatusTooManyRequests {
			if p.header.Get("Retry-After") == "" {
				t.Error("there is no Retry-After")
			}
			p.one("[role=alert][data-problem=too-many]")
			p.one("[data-support-code]")
			return
		}
	}
	t.Errorf("the last of 8 forms is answered with %d", last)
}
