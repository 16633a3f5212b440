package simulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

type homeView struct {
	roomFrame
	People []personRow
	Total  int
}

const shownPeople = 200

func (c *room) home(w http.ResponseWriter, r *http.Request) {
	view := homeView{roomFrame: c.frame(r, "home", "Customers", "")}
	customers := c.simulator.Customers()
	view.Total = len(customers)
	for _, customer := range customers[:min(len(customers), shownPeople)] {
		view.People = append(view.People, c.personRow(customer))
	}
	render(w, r, http.StatusOK, roomHome(view))
}

type customerPageView struct {
	roomFrame
	customerView
	Levers []lever
}

func (c *room) customerPage(w http.ResponseWriter, r *http.Request) {
	customer, err := c.simulator.Customer(r.PathValue("id"))
	if err != nil {
		c.missing(w, r, "No such customer", "It may have gone with a reset.")
		return
	}
	view := customerPageView{
		roomFrame: c.frame(r, "customer", customer.Name, customer.ID), Levers: allLevers(),
		customerView: c.customerView(customer, r.URL.Query().Get("attempt")),
	}
	render(w, r, http.StatusOK, roomCustomerPage(view))
}

type exchangeView struct {
	roomFrame
	Exchange          Exchange
	Tone, Took        string
	When              string
	Request, Response string
	Customer          string
}

func (c *room) exchangePage(w http.ResponseWriter, r *http.Request) {
	id, err := numbered(r)
	all := c.simulator.Exchanges(id - 1)
	if err != nil || len(all) == 0 || all[0].ID != id {
		c.missing(w, r, "No such request", "Only the last 500 are kept.")
		return
	}
	e := all[0]
	render(w, r, http.StatusOK, roomExchangePage(exchangeView{
		roomFrame: c.frame(r, "exchange", e.Method+" "+shortPath(e.Path), e.CustomerID),
		Exchange:  e, Tone: statusTone(e.Status), Took: took(e.Duration), When: e.Time.Format(time.RFC3339Nano),
		Request: pretty(e.RequestBody), Response: pretty(e.ResponseBody),
	}))
}

type eventView struct {
	roomFrame
	Event         Event
	When          string
	Flat, Wrapped string
}

func (c *room) eventPage(w http.ResponseWriter, r *http.Request) {
	id, err := numbered(r)
	all := c.simulator.Events(id - 1)
	if err != nil || len(all) == 0 || all[0].ID != id {
		c.missing(w, r, "No such event", "It may have gone with a reset.")
		return
	}
	e := all[0]
	render(w, r, http.StatusOK, roomEventPage(eventView{
		roomFrame: c.frame(r, "event", "Event "+r.PathValue("id"), e.CustomerID), Event: e, When: e.Time.Format(time.RFC3339Nano),
		Flat: pretty(string(e.WebhookBody(MessageFlat, e.Time))), Wrapped: pretty(string(e.WebhookBody(MessageWrapped, e.Time))),
	}))
}

type settingsView struct {
	roomFrame
	Settings  roomSettings
	Scripts   []Script
	Kinds     []FaultInfo
	Endpoints []string
	Customer  string // a fault only for this one
	Twin      string // another name of the hosted pages' origin, to redirect to
}

func (c *room) settingsPage(w http.ResponseWriter, r *http.Request) {
	_, identity := c.simulator.Addresses()
	view := settingsView{
		roomFrame: c.frame(r, "settings", "Faults and settings", ""), Settings: wireSettings(c.simulator.Settings()),
		Scripts: Scripts(), Kinds: FaultKinds(), Customer: r.URL.Query().Get("customer"), Twin: twin(identity),
	}
	for _, rt := range routes {
		view.Endpoints = append(view.Endpoints, rt.method+" "+rt.pattern)
	}
	slices.SortFunc(view.Endpoints, func(a, b string) int { return strings.Compare(a[strings.Index(a, " "):], b[strings.Index(b, " "):]) })
	render(w, r, http.StatusOK, roomSettingsPage(view))
}

// twin is the same server by another name, which to a browser is another origin.
func twin(origin string) string {
	if strings.Contains(origin, "://localhost") {
		return strings.Replace(origin, "://localhost", "://127.0.0.1", 1)
	}
	return strings.Replace(origin, "://127.0.0.1", "://localhost", 1)
}

type helpView struct {
	roomFrame
	Levers    []lever
	Scenarios []Scenario
	Scripts   []Script
	Kinds     []FaultInfo
	Origin    string
}

func (c *room) help(w http.ResponseWriter, r *http.Request) {
	public, _ := c.simulator.Addresses()
	view := helpView{
		roomFrame: c.frame(r, "help", "For scripts", ""), Levers: allLevers(), Scenarios: Scenarios(),
		Scripts: Scripts(), Kinds: FaultKinds(), Origin: public,
	}
	render(w, r, http.StatusOK, roomHelpPage(view))
}

func (c *room) nowhere(w http.ResponseWriter, r *http.Request) {
	c.missing(w, r, "No such page", "There is nothing at this address.")
}

func (c *room) missing(w http.ResponseWriter, r *http.Request, title, words string) {
	render(w, r, http.StatusNotFound, roomMissing(c.frame(r, "missing", title, ""), words))
}

// pretty indents JSON and leaves everything else as it is.
func pretty(body string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(body), "", "  ") != nil {
		return body
	}
	return b.String()
}
