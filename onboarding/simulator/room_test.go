package simulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// ask is a script's request to the control room.
func (s *stand) ask(method, path, body string) result {
	s.t.Helper()
	return s.send(method, s.public.URL+path, "application/json", []byte(body), "Accept", "application/json").result
}

// press is a button in the control room: a form, and the page that it leads to.
func (s *stand) press(path, form string) page {
	s.t.Helper()
	return s.visit(http.MethodPost, s.public.URL+path, "application/x-www-form-urlencoded", []byte(form))
}

func (p page) note() (text string, problem bool) {
	p.t.Helper()
	notes := p.find("p", "data-note", "")
	if len(notes) != 1 {
		p.t.Fatalf("%d notes on %s", len(notes), p.at)
	}
	role, _ := attr(notes[0], "role")
	return words(notes[0]), role == "alert"
}

type gotRoomCustomer struct {
	ID                   string            `json:"id"`
	Status               string            `json:"status"`
	IdentificationID     string            `json:"identification_id"`
	IdentificationStatus string            `json:"identification_status"`
	WithEDD              *bool             `json:"with_edd"`
	Stage, State         string            //
	Rails                map[string]string `json:"rails"`
	Script               string            `json:"script"`
	Shape                string            `json:"abilities_shape"`
	Shuffle              bool              `json:"shuffle"`
	SignFirst            bool              `json:"sign_first"`
	Older                bool              `json:"older_signings"`
	Lag                  string            `json:"lag"`
	Signings             []json.RawMessage `json:"signings"`
	Attempts             []struct {
		ID, Status, URL string
		ReviewComment   string `json:"review_comment"`
		Steps           []struct {
			Name, Result, Comment string
			Retry                 bool
		}
	} `json:"identifications"`
	Required []struct {
		ID, Title string
		Revision  int
	} `json:"required_signings"`
}

func (s *stand) customerNow(id string) gotRoomCustomer {
	s.t.Helper()
	var got gotRoomCustomer
	s.ask(http.MethodGet, "/control/customers/"+id, "").want(http.StatusOK).into(&got)
	return got
}

func TestEveryScenarioIsMadeByOneCallAndStandsWhereItSays(t *testing.T) {
	s := newStand(t, RoomOptions{})
	for _, scenario := range Scenarios() {
		var made struct {
			CustomerID string          `json:"customer_id"`
			Customer   gotRoomCustomer `json:"customer"`
		}
		s.ask(http.MethodPost, "/control/scenarios/"+scenario.ID, "").want(http.StatusCreated).into(&made)
		if got := made.Customer.Stage + "/" + made.Customer.State; got != scenario.Expect {
			t.Errorf("%s: the control room expects %s, the scenario %s", scenario.ID, got, scenario.Expect)
		}
		page := s.open(s.public.URL + "/customers/" + made.CustomerID)
		page.want(http.StatusOK)
		if _, state, _ := strings.Cut(scenario.Expect, "/"); words(page.find("b", "data-expect", "")[0]) != state {
			t.Errorf("%s: its page does not say %s", scenario.ID, state)
		}
		if strings.Contains(page.body, `href="javascript:`) {
			t.Errorf("%s: the page links to what must never be opened", scenario.ID)
		}
	}
	home := s.open(s.public.URL + "/")
	if rows := len(home.find("th", "scope", "row")); rows != len(Scenarios()) {
		t.Errorf("%d customers are listed, of %d", rows, len(Scenarios()))
	}
	if buttons := len(home.find("button", "data-scenario", "")); buttons != len(Scenarios()) {
		t.Errorf("%d scenarios are offered, of %d", buttons, len(Scenarios()))
	}
}

func TestAButtonLeadsBackToItsPageAndSaysWhatItCameTo(t *testing.T) {
	s := newStand(t, RoomOptions{})
	id := s.make("processed")
	page := s.press("/control/customers/"+id+"/approve", "back=/customers/"+id+"%23check")
	if text, problem := page.note(); problem || text != "Approve: done." || page.at.Path != "/customers/"+id {
		t.Errorf("on %s: %q", page.at, text)
	}
	page = s.press("/control/customers/"+id+"/approve", "back=/customers/"+id)
	if text, problem := page.note(); !problem || !strings.Contains(text, "the identification is Approved") {
		t.Errorf("a second approval says %q", text)
	}
}

func TestAButtonNeverLeadsToAnotherSite(t *testing.T) {
	s := newStand(t, RoomOptions{})
	for _, back := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "evil.example", "%68ttps:evil.example", ""} {
		got := s.send(http.MethodPost, s.public.URL+"/control/clock", "application/x-www-form-urlencoded", []byte("advance=1m&back="+back))
		got.want(http.StatusSeeOther)
		if to := got.header.Get("Location"); !strings.HasPrefix(to, "/?note=") {
			t.Errorf("%q leads to %q", back, to)
		}
	}
}

func TestScriptsGetAStatusThatFits(t *testing.T) {
	s := newStand(t, RoomOptions{})
	none, declined := s.make("none"), s.make("declined")
	elsewhere := s.customerNow(s.make("processed")).IdentificationID
	for _, row := range []struct {
		path, body string
		status     int
	}{
		{"/control/scenarios/nowhere", "", http.StatusNotFound},
		{"/control/customers/nobody/suspend", "", http.StatusNotFound},
		{"/control/customers/" + none + "/fly", "", http.StatusNotFound},
		{"/control/customers/" + none + "/approve", "", http.StatusNotFound},
		{"/control/customers/" + declined + "/approve", `{"identification": "nothing"}`, http.StatusNotFound},
		{"/control/customers/" + declined + "/approve", `{"identification": "` + elsewhere + `"}`, http.StatusNotFound},
		{"/control/customers/" + none + "/sign", `{"document": "nothing"}`, http.StatusNotFound},
		{"/control/customers/" + declined + "/submit", "", http.StatusConflict},
		{"/control/customers/" + declined + "/decline", `{"comments": {"nose": "too long"}}`, http.StatusUnprocessableEntity},
		{"/control/customers/" + none + "/script", `{"script": "nothing"}`, http.StatusUnprocessableEntity},
		{"/control/customers/" + none + "/rail", `{"rail": {"fiat_deposit": "Active"}}`, http.StatusUnprocessableEntity},
		{"/control/customers/" + none + "/abilities-shape", `{"shape": "round"}`, http.StatusUnprocessableEntity},
		{"/control/customers/" + none + "/lag", `{"lag": "soon"}`, http.StatusUnprocessableEntity},
		{"/control/scenarios/none", `{"partner": "nobody"}`, http.StatusUnprocessableEntity},
		{"/control/scenarios/none", `{"partner": `, http.StatusUnprocessableEntity},
		{"/control/clock", `{"advance": "-1h"}`, http.StatusUnprocessableEntity},
		{"/control/clock", `{"do": "back"}`, http.StatusUnprocessableEntity},
		{"/control/faults", `{"kind": "sulking"}`, http.StatusUnprocessableEntity},
		{"/control/faults", `{"kind": "down", "percent": 200}`, http.StatusUnprocessableEntity},
		{"/control/settings", `{"redirect_start": "javascript:alert(1)"}`, http.StatusUnprocessableEntity},
		{"/control/settings", `{"default_script": "nothing"}`, http.StatusUnprocessableEntity},
	} {
		var got struct{ Error string }
		answer := s.ask(http.MethodPost, row.path, row.body)
		if answer.into(&got); answer.status != row.status || got.Error == "" {
			t.Errorf("%s %s: %d %q, want %d", row.path, row.body, answer.status, got.Error, row.status)
		}
	}
}

func TestOtherSitesCanNotPressAnything(t *testing.T) {
	s := newStand(t, RoomOptions{})
	id := s.make("active")
	for _, path := range []string{"/control/customers/" + id + "/suspend", "/control/reset", "/control/scenarios/none", "/control/clock"} {
		for _, site := range []string{"cross-site", "same-site"} {
			got := s.send(http.MethodPost, s.public.URL+path, "text/plain", nil, "Sec-Fetch-Site", site, "Origin", "http://localhost:8080")
			if got.status != http.StatusForbidden {
				t.Errorf("%s from a %s page answers %d", path, site, got.status)
			}
		}
	}
	if got := s.customerNow(id); got.Status != "Active" {
		t.Errorf("the customer is %s", got.Status)
	}
}
