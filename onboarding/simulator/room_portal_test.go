package simulator

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// reception is the part of a portal that partners' servers talk to.
type reception struct {
	*httptest.Server
	keys, customers []string // the idempotency keys and customers of the requests
	status          int
	answer          string
}

func newReception(t *testing.T) *reception {
	r := &reception{status: http.StatusCreated}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		var body struct {
			CustomerID string `json:"customer_id"`
		}
		_ = json.NewDecoder(q.Body).Decode(&body)
		if q.Method != http.MethodPost || q.URL.Path != "/api/v1/sessions" || q.Header.Get("Authorization") != "Bearer partner-key" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		r.keys, r.customers = append(r.keys, q.Header.Get("Idempotency-Key")), append(r.customers, body.CustomerID)
		w.WriteHeader(r.status)
		answer := r.answer
		if answer == "" {
			answer = `{"id": "1", "customer_id": "` + body.CustomerID + `", "url": "` + r.URL + `/p/acme/start/token", "expires_at": "2026-11-23T12:10:00Z"}`
		}
		_, _ = w.Write([]byte(answer))
	}))
	t.Cleanup(r.Close)
	return r
}

func TestAScenarioOpensInThePortalAsAPartnerWouldOpenIt(t *testing.T) {
	portal := newReception(t)
	s := newStand(t, RoomOptions{PortalURL: portal.URL})
	for range 2 {
		got := s.send(http.MethodPost, s.public.URL+"/control/scenarios/declined", "application/x-www-form-urlencoded", []byte("then=open&back=/"))
		if got.status != http.StatusSeeOther || got.header.Get("Location") != portal.URL+"/p/acme/start/token" {
			t.Fatalf("answered %d to %s", got.status, got.header.Get("Location"))
		}
	}
	if len(portal.keys) != 2 || portal.keys[0] == "" || portal.keys[0] == portal.keys[1] {
		t.Errorf("idempotency keys %q", portal.keys)
	}
	if _, err := s.Customer(portal.customers[0]); err != nil {
		t.Error(err)
	}
	// Browsers hold the redirect against form-action.
	home := s.open(s.public.URL + "/")
	if policy := home.header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' "+portal.URL) {
		t.Errorf("policy %s", policy)
	}
}

func TestALinkIsShownToBeCopied(t *testing.T) {
	portal := newReception(t)
	s := newStand(t, RoomOptions{PortalURL: portal.URL})
	id := s.make("pending")
	page := s.press("/control/customers/"+id+"/link", "")
	if fields := page.find("input", "id", "link"); len(fields) != 1 {
		t.Fatal("no field with the link")
	} else if value, _ := attr(fields[0], "value"); value != portal.URL+"/p/acme/start/token" {
		t.Errorf("the link is %q", value)
	}
	var link Link
	s.ask(http.MethodPost, "/control/customers/"+id+"/link", "").want(http.StatusCreated).into(&link)
	if link.URL != portal.URL+"/p/acme/start/token" || link.ExpiresAt.IsZero() {
		t.Errorf("scripts get %+v", link)
	}
	var made struct{ Link *Link }
	s.ask(http.MethodPost, "/control/scenarios/none", `{"then": "link"}`).want(http.StatusCreated).into(&made)
	if made.Link == nil || made.Link.URL == "" {
		t.Error("a scenario with then=link gives no link")
	}
}

func TestAPortalThatIsNotThereOrSaysNoIsSpokenOfPlainly(t *testing.T) {
	gone := newReception(t)
	gone.Close()
	refusing := newReception(t)
	refusing.status, refusing.answer = http.StatusServiceUnavailable, `{"title": "Service unavailable", "detail": "Iron is down", "support_code": "K7-42"}`
	empty := newReception(t)
	empty.answer = `{}`
	for name, row := range map[string]struct {
		options RoomOptions
		words   []string
	}{
		"gone":         {RoomOptions{PortalURL: gone.URL}, []string{"can't be reached", gone.URL}},
		"refusing":     {RoomOptions{PortalURL: refusing.URL}, []string{"503", "Iron is down", "K7-42"}},
		"without url":  {RoomOptions{PortalURL: empty.URL}, []string{"without a url"}},
		"none is told": {RoomOptions{}, []string{"was not told where it is"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStand(t, row.options)
			page := s.press("/control/scenarios/active", "then=open")
			text, problem := page.note()
			for _, want := range row.words {
				if !problem || !strings.Contains(text, want) {
					t.Errorf("the page says %q, want %q in it", text, want)
				}
			}
			if customers := s.Customers(); len(customers) != 1 || page.at.Path != "/customers/"+customers[0].ID {
				t.Errorf("the customer that was made is not shown: %s", page.at)
			}
			id := s.make("none")
			s.ask(http.MethodPost, "/control/customers/"+id+"/link", "").want(http.StatusBadGateway)
		})
	}
}

func TestThePartnerCanBeChosen(t *testing.T) {
	s := newStand(t, RoomOptions{PortalURL: "http://portal.example", Partners: []RoomPartner{
		{ID: "acme", Name: "Acme", IronKey: keyOne, SignUp: true}, {ID: "north", Name: "North", IronKey: keyOne},
	}})
	signUps := func() int {
		return len(s.open(s.public.URL+"/settings").find("a", "href", "http://portal.example/p/acme/"))
	}
	if signUps() != 1 {
		t.Error("no way to sign up with a partner that allows it")
	}
	page := s.press("/control/partner", "partner=north")
	if pressed := page.find("button", "aria-pressed", "true"); len(pressed) != 1 || words(pressed[0]) != "North" {
		t.Error("the other partner is not marked as chosen")
	}
	if signUps() != 0 {
		t.Error("a way to sign up with a partner that does not allow it")
	}
	s.ask(http.MethodPost, "/control/partner", `{"partner": "nobody"}`).want(http.StatusUnprocessableEntity)
}

func TestACustomerOpensInTheChosenPartnersBank(t *testing.T) {
	s := newStand(t, RoomOptions{BankURL: "http://bank.example", Partners: []RoomPartner{
		{ID: "acme", Name: "Acme", IronKey: keyOne}, {ID: "north", Name: "North", IronKey: keyOne},
	}})
	id := s.make("pending")
	for _, partner := range []string{"acme", "north"} {
		s.press("/control/partner", "partner="+partner)
		want := "http://bank.example/" + partner + "/?customer=" + id
		for _, path := range []string{"/", "/customers/" + id} {
			if len(s.open(s.public.URL+path).find("a", "href", want)) != 1 {
				t.Errorf("%s has no way to %s", path, want)
			}
		}
	}
}
