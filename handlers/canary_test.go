package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"portal/onboarding/simulator"
)

func TestNothingPersonalIsInTheLogOrTheMetrics(t *testing.T) {
	w := newWorld(t)
	secrets := map[string]string{"name": "Canaria Finch", "email": "canary@birds.example", "comment": "The canary sings", "refusal": "Not <b>today</b>"}
	b := w.browser()
	form := b.get("/p/acme/?email=canary@birds.example")
	form.post("form[action$=sign-up]", "name", "", "email", secrets["email"]).is(http.StatusUnprocessableEntity)
	p := form.submit("form[action$=sign-up]", "name", secrets["name"], "email", secrets["email"], "customer_type", "Person").stands("submission", "start")
	p = p.submit("form[action$=identity]").stands("submission", "continue")
	id := w.sim.Customers()[0].ID
	secrets["hosted address"] = attr(p.one("iframe#identity-frame"), "src")
	secrets["form token"] = attr(p.all("input[name=token]")[0], "value")
	secrets["customer"] = id
	w.handIn(secrets["hosted address"])
	must(t, w.sim.Decline(w.newest(id).ID, simulator.Verdict{Review: secrets["comment"], KeepURL: true}))
	b.get("/p/acme/identity").stands("submission", "retry").says(secrets["comment"])
	address := w.link(id)
	for _, kind := range []simulator.FaultKind{simulator.FaultDown, simulator.FaultError, simulator.FaultBroken, simulator.FaultTooMany, simulator.FaultHTML, simulator.FaultCut} {
		w.fault(simulator.Fault{Kind: kind})
		b.get("/p/acme/identity")
		b.get("/p/acme/sign-up/" + secrets["email"])
		w.browser().get("/p/acme/").post("form[action$=sign-up]", "name", secrets["name"], "email", secrets["email"], "customer_type", "Person")
		w.sim.ClearFaults()
	}
	secrets["link"] = address[strings.LastIndex(address, "/")+1:]
	b.get(address)
	w.browser().send(http.MethodPost, address+"x", nil).is(http.StatusGone)
	for _, cookie := range b.jar.Cookies(p.url) {
		secrets["cookie "+cookie.Name] = cookie.Value
	}
	secrets["acme's key"], secrets["Iron's key"] = acmeKey, ironKey
	answer, _ := w.api(acmeKey, http.MethodPost, sessions, `{"customer":{"name":"Canaria Finch","email":"canary@birds.example","customer_type":7}}`, idempotent("canary-key"))
	answer.is(http.StatusUnprocessableEntity)
	secrets["idempotency key"] = "canary-key"
	said, counted := w.log.String(), w.metrics()
	for name, secret := range secrets {
		if secret == "" {
			t.Errorf("there is no %s to look for", name)
		}
		for _, part := range []string{secret, strings.ReplaceAll(secret, "@", "%40"), strings.ReplaceAll(secret, " ", "+")} {
			if strings.Contains(said, part) {
				t.Errorf("%s is in the log", name)
			}
			if strings.Contains(counted, part) {
				t.Errorf("%s is in the metrics", name)
			}
		}
	}
	if strings.Count(said, `"msg":"request"`) < 20 {
		t.Error("the log has too few lines for this test to mean anything")
	}
}

func TestIronsWordsOfRefusalAreShownAndNotLogged(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.transport = refusing("/signings") })
	_, p, _ := w.at("signings")
	form, _ := firstForm(p)
	p.post(form, "consent", "yes").is(http.StatusUnprocessableEntity).says("Not <b>today</b>")

	other := newWorld(t, func(s *setup) { s.transport = refusing("/customers") })
	mary := map[string]any{"customer": map[string]any{"name": "Mary", "email": "mary@example.test", "customer_type": "Person"}}
	answer, said := other.api(acmeKey, http.MethodPost, sessions, mary, idempotent("1"))
	if answer.is(http.StatusUnprocessableEntity); said["detail"] != "Iron refuses this customer: Not <b>today</b>" {
		t.Errorf("the partner is told %v", said)
	}
	other.browser().get("/p/acme/").post("form[action$=sign-up]", "name", "Mary", "email", "mary@example.test", "customer_type", "Person").
		is(http.StatusUnprocessableEntity).one("[role=alert][data-problem=refused]")
	if strings.Contains(w.log.String()+other.log.String(), "today") {
		t.Error("Iron's words, which may repeat what was typed, are in the log")
	}
}

func TestWordsForOperatorsAreNeverOnAPage(t *testing.T) {
	w := newWorld(t)
	b, p, _ := w.at("signings")
	form, _ := firstForm(p)
	var shown []*page
	for _, info := range simulator.FaultKinds() {
		if info.Kind == simulator.FaultSlow {
			continue
		}
		w.fault(simulator.Fault{Kind: info.Kind})
		shown = append(shown, b.get("/p/acme/documents"), p.post(form, "consent", "yes"), b.send(http.MethodPost, "/p/acme/sign-up", nil))
		w.sim.ClearFaults()
	}
	shown = append(shown, b.send(http.MethodPut, "/p/acme/", nil), b.get("/p/nobody/"), b.get("/p/acme/start/x"))
	must(t, w.store.Close())
	shown = append(shown, b.get("/p/acme/documents"))
	for _, answer := range shown {
		for _, word := range []string{"iron:", "store:", "session:", "status 5", "sqlite", "sql:", "json", "/customers/", "code=", "goroutine", "breaker", "trace", "{id}", "EOF", "127.0.0.1", "nil "} {
			if strings.Contains(answer.text("body"), word) {
				t.Errorf("%s says %q", answer.url.Path, word)
			}
		}
	}
}

func TestTheLogHasOneLineForEachRequestByPattern(t *testing.T) {
	w := newWorld(t)
	b, _, _ := w.at("signings")
	b.get("/p/acme/documents/no-such-document").is(http.StatusNotFound)
	line := w.log.String()[strings.LastIndex(w.log.String(), `"msg":"request"`):]
	for _, want := range []string{`"method":"GET"`, `"route":"/p/:partner/documents/:id"`, `"status":404`, `"partner":"acme"`, `"support_code":"`} {
		if !strings.Contains(line, want) {
			t.Errorf("the line lacks %s: %s", want, line)
		}
	}
	b.send("BREW", "/p/acme/documents/a-made-up-method", nil)
	if counted := w.metrics(); strings.Contains(counted, "BREW") || strings.Contains(counted, "made-up") {
		t.Error("a label can be made up by visitors")
	}
}
