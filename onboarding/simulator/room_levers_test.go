package simulator

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// leverRows has one row for each lever: what it is pulled on, with what, and what
// the customer is then.
var leverRows = map[string]struct {
	scenario, body string
	then           func(gotRoomCustomer) bool
}{
	"create-identification": {"none", `{"with_edd": true}`, func(c gotRoomCustomer) bool {
		return c.IdentificationStatus == "Pending" && *c.WithEDD
	}},
	"submit":                 {"pending", "", identified("Processed")},
	"begin-review":           {"processed", "", identified("PendingReview")},
	"approve":                {"pending-review", "", identified("Approved")},
	"request-edd":            {"processed", "", func(c gotRoomCustomer) bool { return *c.WithEDD && c.State == "step-up" }},
	"expire":                 {"pending", "", identified("Expired")},
	"archive-identification": {"declined", "", identified("None")},
	"decline": {"pending-review", `{"comments": {"selfie": "Blurred."}, "review": "No.", "labels": ["BAD_SELFIE"], "final": true}`, func(c gotRoomCustomer) bool {
		return c.State == "declined" && c.Attempts[0].ReviewComment == "No." && c.Attempts[0].Steps[1].Comment == "Blurred."
	}},
	"ask": {"signings", `{"comments": {"identity": "Expired."}, "stay_approved": true}`, func(c gotRoomCustomer) bool {
		return c.State == "step-up" && c.IdentificationStatus == "Approved"
	}},
	"suspend":           {"active", "", standing("Suspended")},
	"reinstate":         {"suspended", "", standing("Active")},
	"require-user":      {"none", "", standing("UserRequired")},
	"create-user":       {"user-required", "", standing("IdentificationRequired")},
	"reach-limit":       {"active", "", standing("IdentificationRequired")},
	"require-new-check": {"active", "", standing("IdentificationRequired")},
	"archive":           {"active", "", standing("Archived")},
	"script":            {"none", `{"script": "approve"}`, func(c gotRoomCustomer) bool { return c.Script == "approve" }},
	"lag":               {"none", `{"lag": "1h"}`, func(c gotRoomCustomer) bool { return c.Lag == "1h" }},
	"sign-first":        {"none", `{"on": true}`, func(c gotRoomCustomer) bool { return c.SignFirst && c.Status == "SigningsRequired" }},
	"sign":              {"signings", "", func(c gotRoomCustomer) bool { return c.Status == "Active" && len(c.Signings) == 2 }},
	"new-terms": {"active", `{"title": "Better terms"}`, func(c gotRoomCustomer) bool {
		return len(c.Required) == 1 && c.Required[0].Title == "Better terms"
	}},
	"replace-documents": {"signings", `{"titles": ["One", "Two", "Three"]}`, func(c gotRoomCustomer) bool {
		return len(c.Required) == 3 && c.Required[2].Title == "Three"
	}},
	"remove-document": {"signings", `{"document": "DOCUMENT"}`, func(c gotRoomCustomer) bool { return len(c.Required) == 1 }},
	"revise-document": {"signings", `{"document": "DOCUMENT"}`, func(c gotRoomCustomer) bool { return c.Required[0].Revision == 2 }},
	"older-signings":  {"signings", `{"on": true}`, func(c gotRoomCustomer) bool { return c.Older }},
	"rails":           {"active", `{"status": "Blocked"}`, func(c gotRoomCustomer) bool { return c.Rails["fiat_payout.usd.ach_thirdparty"] == "Blocked" }},
	"rail": {"active", `{"rail": {"fiat_deposit.eur.sepa": "Maintenance", "fiat_deposit.usd.ach_thirdparty": "Pending"}}`, func(c gotRoomCustomer) bool {
		return c.Rails["fiat_deposit.eur.sepa"] == "Maintenance" && c.Rails["fiat_deposit.usd.ach_thirdparty"] == "Pending"
	}},
	"unknown-rail":    {"active", `{"status": "Pending"}`, func(c gotRoomCustomer) bool { return c.Rails["fiat_payout.brl.pix"] == "Pending" }},
	"abilities-shape": {"active", `{"shape": "word"}`, func(c gotRoomCustomer) bool { return c.Shape == "word" }},
	"unknown-status":  {"active", `{"word": "Frozen"}`, standing("Frozen")},
	"release-status":  {"unknown-customer", "", standing("Active")},
	"unknown-identification-status": {"processed", `{"word": "Notarised"}`, func(c gotRoomCustomer) bool {
		return c.IdentificationStatus == "Notarised" && c.State == "unknown"
	}},
	"set-edd":   {"edd-pending-enhanced", `{"with_edd": "none"}`, func(c gotRoomCustomer) bool { return c.WithEDD == nil }},
	"set-url":   {"pending", `{"url": "data:text/html,x"}`, func(c gotRoomCustomer) bool { return c.Attempts[0].URL == "data:text/html,x" }},
	"lose-url":  {"pending", "", func(c gotRoomCustomer) bool { return c.State == "preparing" }},
	"offer-url": {"preparing", "", func(c gotRoomCustomer) bool { return c.State == "continue" }},
	"shuffle":   {"none", `{"on": true}`, func(c gotRoomCustomer) bool { return c.Shuffle }},
}

func identified(status string) func(gotRoomCustomer) bool {
	return func(c gotRoomCustomer) bool { return c.IdentificationStatus == status }
}

func standing(status string) func(gotRoomCustomer) bool {
	return func(c gotRoomCustomer) bool { return c.Status == status }
}

func TestEveryLeverCanBePulledByAScriptAndDoesWhatItSays(t *testing.T) {
	s := newStand(t, RoomOptions{})
	help := s.open(s.public.URL + "/control/")
	for _, l := range allLevers() {
		row, ok := leverRows[l.name]
		if !ok {
			t.Errorf("no row for %s", l.name)
			continue
		}
		id := s.make(row.scenario)
		body := row.body
		if required := s.customerNow(id).Required; len(required) > 0 {
			body = strings.Replace(body, "DOCUMENT", required[0].ID, 1)
		}
		if row.then(s.customerNow(id)) {
			t.Errorf("%s: a customer %s is so already", l.name, row.scenario)
		}
		var answered gotRoomCustomer
		s.ask(http.MethodPost, "/control/customers/"+id+"/"+l.name, body).want(http.StatusOK).into(&answered)
		if got := s.customerNow(id); !row.then(got) || fmt.Sprint(got.Stage, got.State) != fmt.Sprint(answered.Stage, answered.State) {
			t.Errorf("%s: the customer is now %+v", l.name, got)
		}
		if !strings.Contains(help.body, "<code>"+l.name+"</code>") {
			t.Errorf("%s is not in the help page", l.name)
		}
		if !l.worded && len(s.open(s.public.URL+"/customers/"+id).find("form", "data-lever", l.name)) != 1 {
			t.Errorf("%s has no button", l.name)
		}
	}
}

func TestAVerdictFromTheFormNamesOnlyTheStepsThatAreTicked(t *testing.T) {
	s := newStand(t, RoomOptions{})
	id := s.make("pending-review")
	form := url.Values{
		"picked": {"yes"}, "step.identity": {"yes"}, "comments.identity": {"Cut off."}, "comments.selfie": {"Blurred."},
		"keep_url": {"true"}, "back": {"/customers/" + id},
	}
	s.press("/control/customers/"+id+"/decline", form.Encode()).want(http.StatusOK)
	got := s.customerNow(id).Attempts[0]
	if got.Steps[0].Comment != "Cut off." || got.Steps[1].Result != "Approved" || got.URL == "" {
		t.Errorf("the verdict is %+v", got)
	}
}

func TestAnOlderRailMatrixDoesNotPutBackWhatHasChangedMeanwhile(t *testing.T) {
	s := newStand(t, RoomOptions{})
	id := s.make("rails-pending")
	drawn := s.open(s.public.URL + "/customers/" + id)
	form := url.Values{}
	for _, was := range drawn.find("input", "type", "hidden") {
		if name, _ := attr(was, "name"); strings.HasPrefix(name, "was.") {
			value, _ := attr(was, "value")
			form.Set(name, value)
			form.Set("rail"+strings.TrimPrefix(name, "was"), value)
		}
	}
	if len(form) != 80 {
		t.Fatalf("the matrix has %d fields, want 80", len(form))
	}
	if err := s.SetAllRails(id, RailActive); err != nil {
		t.Fatal(err)
	}
	form.Set("rail.fiat_deposit.gbp.fps", "Blocked")
	s.press("/control/customers/"+id+"/rail", form.Encode()).want(http.StatusOK)
	got := s.customerNow(id).Rails
	if got["fiat_deposit.gbp.fps"] != "Blocked" || got["fiat_deposit.eur.sepa"] != "Active" {
		t.Errorf("fps %s, sepa %s", got["fiat_deposit.gbp.fps"], got["fiat_deposit.eur.sepa"])
	}
}

func TestALeverActsOnTheAttemptThatIsNamed(t *testing.T) {
	s := newStand(t, RoomOptions{})
	id := s.make("new-check")
	older := s.customerNow(id).Attempts[1].ID
	page := s.open(s.public.URL + "/customers/" + id + "?attempt=" + older)
	approve := page.find("form", "data-lever", "archive-identification")[0]
	named := ""
	for n := range approve.Descendants() {
		if name, _ := attr(n, "name"); name == "identification" {
			named, _ = attr(n, "value")
		}
	}
	if named != older {
		t.Fatalf("the button names %q, want the attempt that was chosen", named)
	}
	s.press("/control/customers/"+id+"/archive-identification", "identification="+older+"&back=/").want(http.StatusOK)
	if got := s.customerNow(id); got.Attempts[1].Status != "Archived" || got.IdentificationStatus != "Pending" {
		t.Errorf("the attempts are %+v", got.Attempts)
	}
}
