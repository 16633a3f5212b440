package simulator

import (
	"fmt"
)

// Scenario is a customer in one place of Iron's tables, made by one call.
type Scenario struct {
	ID    string
	Group string
	Title string
	// Row is what Iron's API says of the customer, in short.
	Row string
	// Expect is the stage and state that a portal has to show, "stage/state".
	Expect string

	customer NewCustomer
	play     func(*scene)
}

// Scenarios are all of them, in the order of their groups.
func Scenarios() []Scenario {
	var all []Scenario
	for _, group := range [][]Scenario{
		statusScenarios, eddScenarios, stepUpScenarios, reversionScenarios,
		railScenarios, edgeScenarios, businessScenarios, oddScenarios,
	} {
		all = append(all, group...)
	}
	return all
}

// Build makes a customer of this key as the scenario says and returns its id. It
// pulls the same levers that a tester has; what took weeks is dated weeks back.
func (s *Simulator) Build(scenarioID, apiKey string) (customerID string, err error) {
	err = s.do(func(w *world) error {
		partner, ok := w.partners[keyHash(apiKey)]
		if !ok {
			return ErrNoKey
		}
		for _, scenario := range Scenarios() {
			if scenario.ID == scenarioID {
				customerID, err = w.build(scenario, partner)
				return err
			}
		}
		return fmt.Errorf("%w: %q", ErrNoScenario, scenarioID)
	})
	return customerID, err
}

func (w *world) build(scenario Scenario, p *partner) (string, error) {
	// A setting that a tester is trying out must not change what a row is.
	settings := w.settings
	w.settings = Settings{DefaultScript: ManualScript, Webhooks: settings.Webhooks, MessageShape: settings.MessageShape}
	defer func() { w.settings = settings }()

	wanted := scenario.customer
	if wanted.Name == "" {
		wanted.Name = "Ada Example"
	}
	mark := fmt.Sprintf("%s-%d", scenario.ID, w.seq+1)
	wanted.ExternalID, wanted.Email = mark, mark+"@customers.example"

	sc := &scene{world: w}
	w.clock.as(w.clock.present().Add(-firstAct), func() { sc.c = w.createCustomer(p, wanted) })
	sc.c.scenario = scenario.ID
	if scenario.play != nil {
		scenario.play(sc)
	}
	if sc.err != nil {
		return "", fmt.Errorf("simulator: scenario %s: %w", scenario.ID, sc.err)
	}
	return sc.c.id, nil
}
