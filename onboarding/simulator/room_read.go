package simulator

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

func (c *room) state() roomState {
	state := roomState{
		Now: c.simulator.Now(), Ahead: brief(c.simulator.Offset().Round(time.Second)), Portal: c.options.PortalURL,
		Partner: c.chosen().ID, InFlight: c.simulator.InFlight(),
		Faults: []roomFault{}, Settings: wireSettings(c.simulator.Settings()),
	}
	for _, f := range c.simulator.Faults() {
		state.Faults = append(state.Faults, wireFault(f))
	}
	return state
}

func (c *room) getState(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, c.state())
}

func (c *room) getFaults(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"faults": c.state().Faults, "kinds": faultKindNames()})
}

func faultKindNames() []string {
	var names []string
	for _, info := range FaultKinds() {
		names = append(names, string(info.Kind))
	}
	return names
}

func (c *room) getScenarios(w http.ResponseWriter, _ *http.Request) {
	scenarios := []roomScenario{}
	for _, s := range Scenarios() {
		scenarios = append(scenarios, roomScenario{s.ID, s.Group, s.Title, s.Row, s.Expect})
	}
	writeJSON(w, http.StatusOK, map[string]any{"scenarios": scenarios})
}

func (c *room) getCustomers(w http.ResponseWriter, _ *http.Request) {
	customers := []roomCustomer{}
	for _, view := range c.simulator.Customers() {
		customers = append(customers, c.wireCustomer(view))
	}
	writeJSON(w, http.StatusOK, map[string]any{"customers": customers})
}

func (c *room) getCustomer(w http.ResponseWriter, r *http.Request) {
	view, err := c.simulator.Customer(r.PathValue("id"))
	if err != nil {
		c.answerJSON(w, outcome{}, err)
		return
	}
	writeJSON(w, http.StatusOK, c.wireCustomer(view))
}

func (c *room) getLog(w http.ResponseWriter, r *http.Request) {
	exchanges := []roomExchange{}
	for _, e := range c.simulator.Exchanges(after(r)) {
		if wanted := r.URL.Query().Get("customer"); wanted == "" || wanted == e.CustomerID {
			exchanges = append(exchanges, wireExchange(e))
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{"log": exchanges})
}

func (c *room) getEvents(w http.ResponseWriter, r *http.Request) {
	events := []roomEvent{}
	for _, e := range c.simulator.Events(after(r)) {
		if wanted := r.URL.Query().Get("customer"); wanted == "" || wanted == e.CustomerID {
			events = append(events, wireEvent(e))
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{"events": events})
}

// after is the number of the last thing that the reader has seen.
func after(r *http.Request) int {
	n, _ := strconv.Atoi(r.URL.Query().Get("after"))
	return n
}

// stream tells the page that something has changed; the page then reads itself
// again. It carries nothing, so nothing can be missed or leak.
func (c *room) stream(w http.ResponseWriter, r *http.Request) {
	changed, cancel := c.simulator.Subscribe()
	defer cancel()
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream")
	if !send(w, control, ": open\n\n") {
		return
	}
	alive := time.NewTicker(20 * time.Second)
	defer alive.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-alive.C:
			if !send(w, control, ": alive\n\n") {
				return
			}
		case <-changed:
			if !send(w, control, "event: changed\ndata: {}\n\n") {
				return
			}
		}
	}
}

func send(w http.ResponseWriter, control *http.ResponseController, words string) bool {
	if _, err := fmt.Fprint(w, words); err != nil {
		return false
	}
	return control.Flush() == nil
}
