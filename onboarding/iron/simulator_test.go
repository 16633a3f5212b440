package iron_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/iron"
	"portal/onboarding/simulator"
)

const hostedPages = "https://verify.example"

// simulated is a whole Iron, its client, and what the portal makes of its facts.
func simulated(t *testing.T, set ...func(*config)) (*simulator.Simulator, *iron.Client, *onboarding.Journey) {
	sim := simulator.New(simulator.Options{APIKeys: []string{secretKey}, IdentityURL: hostedPages})
	if err := sim.Configure(simulator.Settings{DefaultScript: simulator.ManualScript}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim.API())
	t.Cleanup(server.Close)
	sim.SetAddresses(server.URL, hostedPages)
	c := iron.Config{
		BaseURL: server.URL + "/api", APIKey: secretKey, APIVersion: "2026-07-01",
		Backoff: func(int) time.Duration { return 0 },
	}
	for _, s := range set {
		s(&c)
	}
	client, err := iron.New(c)
	if err != nil {
		t.Fatal(err)
	}
	origins, err := onboarding.ParseOrigins([]string{hostedPages})
	if err != nil {
		t.Fatal(err)
	}
	return sim, client, &onboarding.Journey{Partner: "acme", Platform: client, Origins: origins, Now: time.Now}
}

func TestEveryScenarioIsReadAsTheRowThatItIs(t *testing.T) {
	sim, _, journey := simulated(t)
	for _, scenario := range simulator.Scenarios() {
		t.Run(scenario.ID, func(t *testing.T) {
			id, err := sim.Build(scenario.ID, secretKey)
			if err != nil {
				t.Fatal(err)
			}
			p, err := journey.Progress(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(p.Stage) + "/" + string(p.State); got != scenario.Expect {
				t.Errorf("%s is %s, want %s", scenario.Row, got, scenario.Expect)
			}
		})
	}
}

func TestTheWholeWalkThroughTheClient(t *testing.T) {
	sim, client, journey := simulated(t)
	var customer onboarding.Customer
	stands := func(want onboarding.State) onboarding.Progress {
		t.Helper()
		p, err := journey.Progress(t.Context(), customer.ID)
		if err != nil || p.State != want {
			t.Fatalf("state %s, want %s, %v", p.State, want, err)
		}
		return p
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(client.Check(t.Context()))
	customer, err := client.CreateCustomer(t.Context(), onboarding.NewCustomer{Name: "Mary", Email: "mary@example.test", Type: onboarding.Person}, newKey(1))
	must(err)
	again, err := client.CreateCustomer(t.Context(), onboarding.NewCustomer{Name: "Mary", Email: "mary@example.test", Type: onboarding.Person}, newKey(1))
	must(err)
	if again.ID != customer.ID {
		t.Errorf("the same key made two customers")
	}
	stands(onboarding.StateStart)
	check, err := client.CreateIdentification(t.Context(), customer.ID, onboarding.CheckRequest{Method: onboarding.MethodLink}, newKey(2))
	must(err)
	if p := stands(onboarding.StateContinue); p.HostedURL != check.URL || p.EDD == onboarding.EDDTrue {
		t.Errorf("leads to another page, or asks for more than was wanted: %+v", p)
	}
	_, err = client.CreateIdentification(t.Context(), customer.ID, onboarding.CheckRequest{Method: onboarding.MethodLink}, newKey(3))
	wantErr(t, err, onboarding.ErrConflict)
	if onboarding.Refusal(err) == "" {
		t.Error("Iron's words are lost")
	}
	must(sim.Submit(check.ID))
	stands(onboarding.StateWaiting)
	must(sim.BeginReview(check.ID))
	stands(onboarding.StateReviewing)
	must(sim.Decline(check.ID, simulator.Verdict{Comments: map[string]string{"selfie": "Too dark"}, Review: "Once more, please"}))
	if p := stands(onboarding.StateRetry); len(p.Comments) != 2 || len(p.Missing) == 0 {
		t.Errorf("comments %v, missing %v", p.Comments, p.Missing)
	}
	check, err = client.CreateIdentification(t.Context(), customer.ID, onboarding.CheckRequest{Method: onboarding.MethodLink, WithEDD: true}, newKey(4))
	must(err)
	if p := stands(onboarding.StateContinue); p.EDD != onboarding.EDDTrue {
		t.Errorf("EDD %s", p.EDD)
	}
	must(sim.Submit(check.ID))
	must(sim.Approve(check.ID))
	documents := stands(onboarding.StateSign).Documents
	for i, d := range documents {
		made, err := client.CreateSigning(t.Context(), customer.ID, d.ID, newKey(10+i))
		must(err)
		if made.DocumentID != d.ID || made.CreatedAt.IsZero() {
			t.Errorf("signing %+v", made)
		}
	}
	p := stands(onboarding.StateRailsPending)
	if len(p.Signings) != len(documents) || len(p.Rails) != 40 {
		t.Errorf("%d signings, %d rails", len(p.Signings), len(p.Rails))
	}
	sim.Advance(time.Minute)
	stands(onboarding.StateReady)
}

func newKey(n int) string {
	return "5f1c2a9e-0b1d-4c53-9a77-2f3e0a6c1d" + string(rune('a'+n/16)) + string("0123456789abcdef"[n%16])
}

func TestEachFaultOfIronIsSurvived(t *testing.T) {
	reads := map[simulator.FaultKind]error{
		simulator.FaultDown: onboarding.ErrUnavailable, simulator.FaultError: onboarding.ErrUnavailable,
		simulator.FaultStored: onboarding.ErrUnavailable, simulator.FaultGateway: onboarding.ErrUnavailable,
		simulator.FaultRetryAfter: onboarding.ErrTooMany, simulator.FaultTooMany: onboarding.ErrTooMany,
		simulator.FaultHTML: onboarding.ErrUnavailable, simulator.FaultBroken: onboarding.ErrUnavailable,
		simulator.FaultCut: onboarding.ErrUnavailable, simulator.FaultHuge: onboarding.ErrUnavailable,
		simulator.FaultUnknown: nil, simulator.FaultNulls: nil, simulator.FaultSlow: nil,
	}
	for _, kind := range simulator.FaultKinds() {
		t.Run(strings.ReplaceAll(string(kind.Kind), "-", " "), func(t *testing.T) {
			want, listed := reads[kind.Kind]
			if !listed {
				t.Fatal("this test does not know the fault")
			}
			sim, client, _ := simulated(t)
			id, err := sim.Build("active", secretKey)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := sim.SetFault(simulator.Fault{Kind: kind.Kind, RetryAfter: time.Minute}); err != nil {
				t.Fatal(err)
			}
			facts, err := client.Facts(t.Context(), id)
			if want != nil {
				wantErr(t, err, want)
				return
			}
			if err != nil || facts.Customer.ID != id {
				t.Fatalf("facts about %q, %v", facts.Customer.ID, err)
			}
			if p := onboarding.Decide(facts); p.Stage == "" {
				t.Error("nothing was decided")
			}
		})
	}
}

func TestAnAnswerLostAfterTheWriteWasDoneMakesOneIdentification(t *testing.T) {
	for _, kind := range []simulator.FaultKind{simulator.FaultDown, simulator.FaultGateway, simulator.FaultCut} {
		t.Run(string(kind), func(t *testing.T) {
			sim, client, _ := simulated(t)
			id, err := sim.CreateCustomer(secretKey, simulator.NewCustomer{Name: "Mary", Email: "mary@example.test"})
			if err != nil {
				t.Fatal(err)
			}
			_, err = sim.SetFault(simulator.Fault{Kind: kind, Method: "POST", Count: 2, AfterEffect: true})
			if err != nil {
				t.Fatal(err)
			}
			made, err := client.CreateIdentification(t.Context(), id, onboarding.CheckRequest{Method: onboarding.MethodLink}, newKey(1))
			if err != nil {
				t.Fatal(err)
			}
			customer, err := sim.Customer(id)
			if err != nil || len(customer.Identifications) != 1 || customer.Identifications[0].ID != made.ID {
				t.Errorf("%d identifications, %v", len(customer.Identifications), err)
			}
		})
	}
}
