package simulator

import (
	"bufio"
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

type gotRoomState struct {
	Now      time.Time
	Ahead    string
	Faults   []roomFault
	Settings roomSettings
}

func (s *stand) state() (got gotRoomState) {
	s.t.Helper()
	s.ask(http.MethodGet, "/control/state", "").want(http.StatusOK).into(&got)
	return got
}

func TestTheClockIsMovedFrozenAndLetRun(t *testing.T) {
	s := newStand(t, RoomOptions{})
	for body, want := range map[string]time.Duration{`{"advance": "24h"}`: 24 * time.Hour, `{"advance": "2d"}`: 48 * time.Hour, `{"advance": "90s"}`: 90 * time.Second} {
		before := s.state().Now
		s.ask(http.MethodPost, "/control/clock", body).want(http.StatusOK)
		if moved := s.state().Now.Sub(before); moved != want {
			t.Errorf("%s moves the clock by %s", body, moved)
		}
	}
	page := s.press("/control/clock", "advance=10m&back=/settings")
	if text, _ := page.note(); text != "Simulated time is 10 min further." || page.at.Path != "/settings" {
		t.Errorf("on %s: %q", page.at.Path, text)
	}
	frozen := func() int { return len(s.open(s.public.URL+"/").find("time", "data-frozen", "")) }
	s.press("/control/clock", "do=freeze")
	if frozen() != 1 {
		t.Error("the clock does not show that it stands still")
	}
	s.press("/control/clock", "do=thaw")
	if frozen() != 0 {
		t.Error("the clock still shows that it stands still")
	}
}

func TestFaultsAreSetAndEndedByNameAndShownWhileTheyLast(t *testing.T) {
	s := newStand(t, RoomOptions{})
	id := s.make("active")
	abilities := func() int {
		return s.send(http.MethodGet, s.public.URL+"/api/customers/"+id+"/abilities", "", nil, "X-API-Key", keyOne).status
	}
	page := s.press("/control/faults", "kind=error&endpoint=GET+%2Fcustomers%2F%7Bid%7D%2Fabilities&count=3&customer_id="+id+"&back=/settings")
	if text := words(page.find("div", "id", "in-force")[0]); !strings.Contains(text, "500") || !strings.Contains(text, "0 of 3") {
		t.Errorf("in force: %q", text)
	}
	if got := abilities(); got != http.StatusInternalServerError {
		t.Errorf("abilities answer %d", got)
	}
	faults := s.state().Faults
	if len(faults) != 1 || faults[0].Hits != 1 || faults[0].Pattern != "/customers/{id}/abilities" {
		t.Fatalf("faults %+v", faults)
	}
	s.press("/control/faults/1/clear", "back=/settings")
	if got := abilities(); got != http.StatusOK || len(s.state().Faults) != 0 {
		t.Errorf("after it was ended abilities answer %d", got)
	}
	for range 2 {
		s.ask(http.MethodPost, "/control/faults", `{"kind": "down", "percent": 50, "for": "10m"}`).want(http.StatusCreated)
	}
	s.ask(http.MethodPost, "/control/faults/clear", "").want(http.StatusOK)
	if left := s.state().Faults; len(left) != 0 {
		t.Errorf("left in force: %+v", left)
	}
}

func TestSettingsThatAreNotNamedStay(t *testing.T) {
	s := newStand(t, RoomOptions{})
	s.ask(http.MethodPost, "/control/settings", `{"refuse_framing": true, "creation_limit": 3, "link_after": "5s"}`).want(http.StatusOK)
	s.ask(http.MethodPost, "/control/settings", `{"redirect_start": "http://127.0.0.1:8091/"}`).want(http.StatusOK)
	got := s.state().Settings
	if !got.RefuseFraming || got.CreationLimit != 3 || got.LinkAfter != "5s" || got.RedirectStart != "http://127.0.0.1:8091" {
		t.Errorf("settings %+v", got)
	}
	// A box that is not ticked is not sent; the form says that it has one.
	page := s.press("/control/settings", "fields=parallel_checks+refuse_framing&parallel_checks=true&redirect_start=&back=/settings")
	if got = s.state().Settings; got.RefuseFraming || !got.ParallelChecks || got.RedirectStart != "" || got.CreationLimit != 3 {
		t.Errorf("settings %+v", got)
	}
	box := page.find("input", "name", "parallel_checks")
	if _, checked := attr(box[0], "checked"); !checked {
		t.Error("the form does not show what is in force")
	}
}

func TestTheLogHasEveryRequestWithItsBodies(t *testing.T) {
	s := newStand(t, RoomOptions{})
	id := s.make("none")
	key := "0b9ff2b6-5b1c-4a63-8a3d-000000000001"
	s.send(http.MethodPost, s.public.URL+"/api/customers/"+id+"/identifications/v2", "application/json", []byte(`{"type":"Link"}`),
		"X-API-Key", keyOne, "IDEMPOTENCY-KEY", key).want(http.StatusCreated)
	s.send(http.MethodGet, s.public.URL+"/api/customers", "", nil, "X-API-Key", "a-key-that-is-wrong").want(http.StatusUnauthorized)
	var log struct{ Log []roomExchange }
	s.ask(http.MethodGet, "/control/log?customer="+id, "").want(http.StatusOK).into(&log)
	if len(log.Log) != 1 || log.Log[0].RequestBody != `{"type":"Link"}` || !strings.Contains(log.Log[0].ResponseBody, `"Pending"`) || log.Log[0].IdempotencyKey != key {
		t.Fatalf("log %+v", log)
	}
	s.ask(http.MethodGet, "/control/log?after=1", "").into(&log)
	if len(log.Log) != 1 || log.Log[0].Status != http.StatusUnauthorized {
		t.Errorf("after the first: %+v", log)
	}
	home := s.open(s.public.URL + "/customers/" + id)
	if rows := home.find("li", "class", "mine"); len(rows) == 0 || !strings.Contains(words(rows[0]), "…"+key[31:]) {
		t.Error("the page does not list the customer's request with its key")
	}
	detail := s.open(s.public.URL + "/log/1")
	if text := words(detail.find("main", "", "")[0]); !strings.Contains(text, `"type": "Link"`) || !strings.Contains(text, `"status": "Pending"`) {
		t.Errorf("its page has not both bodies: %s", text)
	}
	if strings.Contains(detail.body+home.body, "a-key-that-is-wrong") || strings.Contains(detail.body+home.body, keyOne) {
		t.Error("a key for Iron is in the page")
	}
	s.open(s.public.URL + "/log/99").want(http.StatusNotFound)
}

func TestEventsAreShownAsTheWebhooksThatIronWouldSend(t *testing.T) {
	s := newStand(t, RoomOptions{})
	id := s.make("processed")
	s.ask(http.MethodPost, "/control/customers/"+id+"/approve", "").want(http.StatusOK)
	var got struct{ Events []roomEvent }
	s.ask(http.MethodGet, "/control/events?customer="+id, "").want(http.StatusOK).into(&got)
	last := got.Events[len(got.Events)-1]
	if last.Type != TypeCustomerStatus || last.Status != "SigningsRequired" {
		t.Fatalf("the last event is %+v", last)
	}
	page := s.open(s.public.URL + "/events/" + strconv.Itoa(last.ID))
	if text := words(page.find("main", "", "")[0]); strings.Count(text, `"type": "customer_status"`) != 2 || !strings.Contains(text, `"CustomerStatus": {`) {
		t.Errorf("its page has not both shapes: %s", text)
	}
	s.open(s.public.URL + "/events/0").want(http.StatusNotFound)
}

func TestTheStreamSaysWhenSomethingHasChanged(t *testing.T) {
	s := newStand(t, RoomOptions{})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	request, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.public.URL+"/control/stream", nil)
	response, err := s.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if kind := response.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Fatalf("type %s", kind)
	}
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() && lines.Text() != ": open" {
	}
	s.make("none")
	for lines.Scan() {
		if lines.Text() == "event: changed" {
			return
		}
	}
	t.Fatal("the stream ended without a word:", lines.Err())
}

func TestResetForgetsEverybodyAndLeadsHome(t *testing.T) {
	s := newStand(t, RoomOptions{})
	id := s.make("active")
	s.Advance(48 * time.Hour)
	page := s.press("/control/reset", "")
	if page.at.Path != "/" || len(s.Customers()) != 0 || !s.Now().Equal(noon) {
		t.Errorf("after a reset: %s, %d customers, %s", page.at, len(s.Customers()), s.Now())
	}
	for _, path := range []string{"/customers/" + id, "/elsewhere"} {
		if got := s.open(s.public.URL + path); got.status != http.StatusNotFound || len(got.find("nav", "aria-label", "Scenarios")) != 1 {
			t.Errorf("%s answers %d, or leads nowhere from there", path, got.status)
		}
	}
}
