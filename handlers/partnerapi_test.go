package handlers_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"portal/onboarding/simulator"
)

const sessions = "/api/v1/sessions"

func TestAPartnerCreatesACustomerAndASessionInOneRequest(t *testing.T) {
	w := newWorld(t)
	answer, made := w.api(acmeKey, http.MethodPost, sessions, map[string]any{
		"customer": map[string]any{"name": "Mary", "email": "mary@example.test", "customer_type": "Person", "external_id": "42"},
	}, idempotent("1"))
	answer.is(http.StatusCreated)
	keys := slices.Sorted(maps.Keys(made))
	if !slices.Equal(keys, []string{"customer_id", "expires_at", "id", "url"}) || answer.header.Get("Content-Type") != "application/json" {
		t.Errorf("the answer has %v as %s", keys, answer.header.Get("Content-Type"))
	}
	if expires, err := time.Parse(time.RFC3339, made["expires_at"].(string)); err != nil || expires.Sub(w.clock.Now()) != 10*time.Minute {
		t.Errorf("it expires at %v", made["expires_at"])
	}
	if !strings.HasPrefix(made["url"].(string), w.base+"/p/acme/start/") {
		t.Errorf("the link is %v", made["url"])
	}
	if c := w.customer(made["customer_id"].(string)); c.ExternalID != "42" || c.Name != "Mary" {
		t.Errorf("Iron has %s, %s", c.Name, c.ExternalID)
	}
	w.browser().get(made["url"].(string)).submit("form[data-auto-submit]").stands("submission", "start")
}

func TestTheSameIdempotencyKeyGivesTheSameAnswerForADay(t *testing.T) {
	w := newWorld(t)
	mary := map[string]any{"customer": map[string]any{"name": "Mary", "email": "mary@example.test", "customer_type": "Person"}}
	first, _ := w.api(acmeKey, http.MethodPost, sessions, mary, idempotent("1"))
	again, _ := w.api(acmeKey, http.MethodPost, sessions, mary, idempotent("1"))
	if first.is(http.StatusCreated); again.is(http.StatusCreated).body != first.body {
		t.Errorf("%s, and then %s", first.body, again.body)
	}
	mary["locale"] = "de"
	other, said := w.api(acmeKey, http.MethodPost, sessions, mary, idempotent("1"))
	if other.is(http.StatusConflict); said["support_code"] == nil {
		t.Errorf("said %v", said)
	}
	if n := len(w.sim.Customers()); n != 1 {
		t.Errorf("there are %d customers", n)
	}
	w.clock.Advance(25 * time.Hour)
	later, _ := w.api(acmeKey, http.MethodPost, sessions, mary, idempotent("1"))
	later.is(http.StatusCreated)
}

func TestTheSameRequestTwiceAtOnceIsAnsweredAlike(t *testing.T) {
	w := newWorld(t)
	mary := map[string]any{"customer": map[string]any{"name": "Mary", "email": "mary@example.test", "customer_type": "Person"}}
	var bodies [4]string
	var all sync.WaitGroup
	for i := range bodies {
		all.Go(func() {
			answer, _ := w.api(acmeKey, http.MethodPost, sessions, mary, idempotent("at once"))
			bodies[i] = answer.body
		})
	}
	all.Wait()
	for _, body := range bodies {
		if body != bodies[0] || !strings.Contains(body, "/p/acme/start/") {
			t.Errorf("answered %s and %s", bodies[0], body)
		}
	}
	if n := len(w.sim.Customers()); n != 1 {
		t.Errorf("there are %d customers", n)
	}
}

func TestWhoseKeyIsNotOneOfAPartnersIsNotLetIn(t *testing.T) {
	w := newWorld(t)
	for _, header := range []string{"", "Bearer", "Bearer ", "Bearer wrong", "Basic " + acmeKey, acmeKey, "Bearer " + acmeKey + "x", "Bearer  " + acmeKey} {
		answer, said := w.api("", http.MethodPost, sessions, map[string]any{}, idempotent("1"), func(r *http.Request) { r.Header.Set("Authorization", header) })
		if answer.is(http.StatusUnauthorized); said["status"] != 401.0 || answer.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%q is told %v", header, said)
		}
	}
}

func TestAPartnerReachesItsOwnCustomersOnly(t *testing.T) {
	w := newWorld(t)
	mine := w.scenario("pending").ID
	w.link(mine)
	unclaimed := w.scenario("pending").ID // Iron knows it under the same key, and nobody has claimed it
	for key, ids := range map[string][]string{acmeKey: {unclaimed, "no-id", "00000000-0000-0000-0000-000000000000"}, otherKey: {mine, unclaimed}} {
		for _, id := range ids {
			answer, said := w.api(key, http.MethodGet, "/api/v1/customers/"+id+"/progress", nil)
			if answer.is(http.StatusNotFound); said["detail"] != "there is no such customer" {
				t.Errorf("told %v", said)
			}
		}
	}
	answer, said := w.api(otherKey, http.MethodPost, sessions, map[string]any{"customer_id": mine}, idempotent("1"))
	if answer.is(http.StatusNotFound); said["detail"] != "there is no such customer" {
		t.Errorf("told %v", said)
	}
	stranger, _ := w.api(acmeKey, http.MethodPost, sessions, map[string]any{"customer_id": "00000000-0000-0000-0000-000000000000"}, idempotent("2"))
	stranger.is(http.StatusNotFound)
	answer, _ = w.api(acmeKey, http.MethodGet, "/api/v1/customers/"+mine+"/progress", nil)
	answer.is(http.StatusOK)
}

func TestWhatAPartnerSendsIsChecked(t *testing.T) {
	w := newWorld(t)
	c := w.scenario("business-pending")
	mary := map[string]any{"name": "Mary", "email": "mary@example.test", "customer_type": "Person"}
	with := func(changed map[string]any) map[string]any {
		all := maps.Clone(mary)
		maps.Copy(all, changed)
		return map[string]any{"customer": all}
	}
	for name, body := range map[string]any{
		"nothing":            map[string]any{},
		"both":               map[string]any{"customer_id": c.ID, "customer": mary},
		"no uuid":            map[string]any{"customer_id": "../../etc"},
		"no name":            with(map[string]any{"name": " "}),
		"no email":           with(map[string]any{"email": "mary"}),
		"no type":            with(map[string]any{"customer_type": "Robot"}),
		"misspelt":           map[string]any{"customer_id": c.ID, "with-edd": true},
		"wrong type":         map[string]any{"customer_id": 1},
		"foreign return":     map[string]any{"customer_id": c.ID, "return_url": "https://evil.example/done/"},
		"return by trick":    map[string]any{"customer_id": c.ID, "return_url": "https://app.acme.example@evil.example/done/"},
		"return upwards":     map[string]any{"customer_id": c.ID, "return_url": "https://app.acme.example/done/../evil"},
		"no locale":          map[string]any{"customer_id": c.ID, "locale": "xx_$$"},
		"short":              map[string]any{"customer_id": c.ID, "ttl_seconds": 1},
		"long":               map[string]any{"customer_id": c.ID, "ttl_seconds": 1 << 40},
		"method":             map[string]any{"customer_id": c.ID, "method": "Token"},
		"edd for a business": map[string]any{"customer_id": c.ID, "with_edd": true},
	} {
		answer, said := w.api(acmeKey, http.MethodPost, sessions, body, idempotent(name))
		if answer.is(http.StatusUnprocessableEntity); said["detail"] == "" || !codeShape.MatchString(said["support_code"].(string)) {
			t.Errorf("%s is told %v", name, said)
		}
		if answer.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s is answered as %s", name, answer.header.Get("Content-Type"))
		}
	}
	for _, body := range []string{"", "{", "x", `{"customer_id":"a"} {}`} {
		answer, _ := w.api(acmeKey, http.MethodPost, sessions, body, idempotent("k"+body))
		answer.is(http.StatusBadRequest)
	}
	answer, _ := w.api(acmeKey, http.MethodPost, sessions, map[string]any{"customer_id": c.ID})
	answer.is(http.StatusBadRequest)
	if n := w.calledIron("POST", "/customers"); n != 0 {
		t.Errorf("%d customers were made", n)
	}
}

func TestAPartnerIsToldWhatTheCustomersPageShows(t *testing.T) {
	w := newWorld(t)
	_, p, c := w.at("declined")
	answer, said := w.api(acmeKey, http.MethodGet, "/api/v1/customers/"+c.ID+"/progress", nil)
	answer.is(http.StatusOK)
	if said["action_required"] != true || said["updated_at"] == nil || len(said["comments"].([]any)) != len(p.all("[data-comment]")) {
		t.Errorf("told %v", said)
	}
	_, p, c = w.at("half-signed")
	_, said = w.api(acmeKey, http.MethodGet, "/api/v1/customers/"+c.ID+"/progress", nil)
	if len(said["documents"].([]any)) != len(p.all("[data-document]")) {
		t.Errorf("told of %v", said["documents"])
	}
	_, p, c = w.at("active")
	_, said = w.api(acmeKey, http.MethodGet, "/api/v1/customers/"+c.ID+"/progress", nil)
	if len(said["rails"].([]any)) != len(p.all("[data-rail]")) || said["action_required"] != false {
		t.Errorf("told of %d rails", len(said["rails"].([]any)))
	}
	for i, want := range []string{"deposit.eur.sepa", "deposit.eur.sepa_thirdparty", "deposit.eur.swift"} {
		if got := said["rails"].([]any)[i].(map[string]any)["rail"]; got != want {
			t.Errorf("rail %d is %v, want %s", i, got, want)
		}
	}
	_, _, c = w.at("pending")
	answer, _ = w.api(acmeKey, http.MethodGet, "/api/v1/customers/"+c.ID+"/progress", nil)
	if strings.Contains(answer.body, w.hosted) {
		t.Error("the partner is told the hosted page's address, which is the customer's alone")
	}
}

func TestIronDownForThePartnerAPIIsToldAndDoneOnceLater(t *testing.T) {
	w := newWorld(t)
	mary := map[string]any{"customer": map[string]any{"name": "Mary", "email": "mary@example.test", "customer_type": "Person"}}
	w.fault(simulator.Fault{Kind: simulator.FaultDown, Pattern: "/customers", AfterEffect: true})
	answer, _ := w.api(acmeKey, http.MethodPost, sessions, mary, idempotent("1"))
	answer.is(http.StatusServiceUnavailable)
	w.sim.ClearFaults()
	answer, _ = w.api(acmeKey, http.MethodPost, sessions, mary, idempotent("1"))
	answer.is(http.StatusCreated)
	if n := len(w.sim.Customers()); n != 1 {
		t.Errorf("there are %d customers", n)
	}
}
