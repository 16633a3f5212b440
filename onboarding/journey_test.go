package onboarding_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/iron"
	"portal/onboarding/simulator"
	"portal/onboarding/store"

	"github.com/google/uuid"
)

const (
	apiKey      = "key-of-acme"
	hostedPages = "https://verify.example"
)

// house is a whole journey: a simulated Iron, the client that asks it, and the
// database in which attempts and consents survive.
type house struct {
	t       *testing.T
	sim     *simulator.Simulator
	store   *store.Store
	journey *onboarding.Journey
	// second is another machine of the same portal: a client of its own, connections of
	// its own to the same database.
	second *onboarding.Journey
}

func newHouse(t *testing.T) *house {
	t.Helper()
	return newHouseOn(t, "sqlite:"+filepath.Join(t.TempDir(), "portal.db"))
}

func newHouseOn(t *testing.T, database string) *house {
	t.Helper()
	sim := simulator.New(simulator.Options{APIKeys: []string{apiKey}})
	server := httptest.NewServer(sim.API())
	t.Cleanup(server.Close)
	sim.SetAddresses(server.URL, hostedPages)
	h := &house{t: t, sim: sim}
	// Iron's own guard is off, so that only the portal's keeps two checks from being
	// made.
	h.check(sim.Configure(simulator.Settings{DefaultScript: simulator.ManualScript, ParallelChecks: true}))
	h.store = h.open(database)
	h.journey, h.second = h.machine(server.URL, h.store), h.machine(server.URL, h.open(database))
	return h
}

func (h *house) open(database string) *store.Store {
	s, err := store.Open(h.t.Context(), database)
	h.check(err)
	h.t.Cleanup(func() { h.check(s.Close()) })
	return s
}

func (h *house) machine(address string, s *store.Store) *onboarding.Journey {
	client, err := iron.New(iron.Config{
		BaseURL: address + "/api", APIKey: apiKey, Backoff: func(int) time.Duration { return 0 },
	})
	h.check(err)
	origins, err := onboarding.ParseOrigins([]string{hostedPages})
	h.check(err)
	return &onboarding.Journey{
		Partner: "acme", Platform: client, Ledger: s.Ledger(), Origins: origins, Now: time.Now, NewKey: uuid.NewString,
	}
}

func (h *house) check(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) customer(scenario string) string {
	h.t.Helper()
	id, err := h.sim.Build(scenario, apiKey)
	h.check(err)
	return id
}

func (h *house) fault(f simulator.Fault) {
	h.t.Helper()
	_, err := h.sim.SetFault(f)
	h.check(err)
}

func (h *house) wantChecks(id string, want int) simulator.Customer {
	h.t.Helper()
	c, err := h.sim.Customer(id)
	h.check(err)
	if len(c.Identifications) != want {
		h.t.Errorf("Iron has %d identifications, want %d", len(c.Identifications), want)
	}
	return c
}

const link = onboarding.MethodLink

func (h *house) begin(id string) (onboarding.Progress, error) {
	return h.journey.BeginCheck(h.t.Context(), id, onboarding.CheckRequest{Method: link})
}

func TestTwentyClicksOnTwoMachinesBeginOneCheck(t *testing.T) {
	h := newHouse(t)
	id := h.customer("none")
	// Nobody's identification is made before everybody has seen that there is none.
	h.fault(simulator.Fault{Kind: simulator.FaultSlow, Method: "POST", Delay: 200 * time.Millisecond})
	var wait sync.WaitGroup
	for i := range 20 {
		wait.Go(func() {
			machine := []*onboarding.Journey{h.journey, h.second}[i%2]
			p, err := machine.BeginCheck(t.Context(), id, onboarding.CheckRequest{Method: link})
			if err != nil || p.State != onboarding.StateContinue || p.HostedURL == "" {
				t.Errorf("click %d: %s, %v", i, p.State, err)
			}
		})
	}
	wait.Wait()
	h.wantChecks(id, 1)
}

func TestACheckIsBegunOnlyWhereNoneIsUsableOrInFlight(t *testing.T) {
	h := newHouse(t)
	begins := map[onboarding.State]bool{onboarding.StateStart: true, onboarding.StateRestart: true, onboarding.StateStartAgain: true}
	for _, scenario := range simulator.Scenarios() {
		id := h.customer(scenario.ID)
		before, err := h.journey.Progress(t.Context(), id)
		h.check(err)
		_, err = h.begin(id)
		h.check(err)
		want, retries := begins[before.State], before.State == onboarding.StateRetry && before.HostedURL == ""
		had, err := h.sim.Customer(id)
		h.check(err)
		facts, err := h.journey.Platform.FactsNow(t.Context(), id)
		h.check(err)
		current, _ := onboarding.Current(facts.Identifications)
		made := len(had.Identifications) > 0 && current.Status == onboarding.IdentificationPending && before.IdentificationStatus != onboarding.IdentificationPending
		if made != (want || retries) {
			t.Errorf("%s (%s/%s): a check was begun: %t", scenario.ID, before.State, before.IdentificationStatus, made)
		}
	}
}

func TestAnAnswerThatWasLostDoesNotMakeASecondCheck(t *testing.T) {
	h := newHouse(t)
	id := h.customer("none")
	h.fault(simulator.Fault{Kind: simulator.FaultDown, Method: "POST", AfterEffect: true})
	if _, err := h.begin(id); !errors.Is(err, onboarding.ErrUncertain) {
		t.Errorf("got %v", err)
	}
	h.sim.ClearFaults()
	p, err := h.begin(id)
	h.check(err)
	if p.State != onboarding.StateContinue {
		t.Errorf("got %s", p.State)
	}
	h.wantChecks(id, 1)
}

func TestAKeyThatIsSpentOnAnOldCheckGivesWayToANewOne(t *testing.T) {
	h := newHouse(t)
	id := h.customer("none")
	h.fault(simulator.Fault{Kind: simulator.FaultDown, Method: "POST", AfterEffect: true})
	_, err := h.begin(id)
	if !errors.Is(err, onboarding.ErrUncertain) {
		t.Fatalf("got %v", err)
	}
	h.sim.ClearFaults()
	h.check(h.sim.Expire(h.wantChecks(id, 1).Identifications[0].ID))
	p, err := h.begin(id)
	h.check(err)
	if p.State != onboarding.StateContinue {
		t.Errorf("after the lost check expired: %s", p.State)
	}
	h.wantChecks(id, 2)
}

func TestAFailureThatIronKeepsIsNotAskedForAgain(t *testing.T) {
	h := newHouse(t)
	id := h.customer("none")
	h.fault(simulator.Fault{Kind: simulator.FaultStored, Method: "POST"})
	if _, err := h.begin(id); !errors.Is(err, onboarding.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	h.sim.ClearFaults()
	if p, err := h.begin(id); err != nil || p.State != onboarding.StateContinue {
		t.Errorf("the next attempt: %s, %v", p.State, err)
	}
	h.wantChecks(id, 1)
}

func TestACheckThatIronsListsDoNotShowYetIsNotMadeTwice(t *testing.T) {
	h := newHouse(t)
	id := h.customer("none")
	behind := &lagging{Platform: h.journey.Platform}
	h.journey.Platform = behind
	p, err := h.begin(id)
	h.check(err)
	if p.State != onboarding.StateContinue {
		t.Errorf("the page behind Iron's own answer: %s", p.State)
	}
	h.wantChecks(id, 1)
}

// lagging is an Iron whose lists have not caught up with its answers.
type lagging struct{ onboarding.Platform }

func (l *lagging) FactsNow(ctx context.Context, id string) (onboarding.Facts, error) {
	f, err := l.Platform.FactsNow(ctx, id)
	f.Identifications = nil
	return f, err
}

func TestTheSameSignUpFormMakesOneCustomer(t *testing.T) {
	h := newHouse(t)
	mary := onboarding.NewCustomer{Name: "Mary", Email: "mary@example.com", Type: onboarding.Person}
	h.fault(simulator.Fault{Kind: simulator.FaultDown, Method: "POST", AfterEffect: true})
	if _, err := h.journey.Enrol(t.Context(), mary, "form-1"); !errors.Is(err, onboarding.ErrUncertain) {
		t.Errorf("got %v", err)
	}
	h.sim.ClearFaults()
	first, err := h.journey.Enrol(t.Context(), mary, "form-1")
	h.check(err)
	again, err := h.second.Enrol(t.Context(), mary, "form-1")
	h.check(err)
	other, err := h.journey.Enrol(t.Context(), mary, "form-2")
	h.check(err)
	if first.ID != again.ID || other.ID == first.ID || len(h.sim.Customers()) != 2 {
		t.Errorf("%d customers: %s, %s, %s", len(h.sim.Customers()), first.ID, again.ID, other.ID)
	}
}
