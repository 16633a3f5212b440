package iron_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"portal/onboarding"

	"github.com/google/go-cmp/cmp"
)

func railsIn(t *testing.T, abilities string) string {
	t.Helper()
	facts, err := read(t, map[string]string{"": customerBody("Active"), "abilities": abilities})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, r := range facts.Rails {
		list = append(list, r.Key()+"="+string(r.Status))
	}
	return strings.Join(list, " ")
}

func TestAllFortyRailsOfIronsAPIDocumentAreRead(t *testing.T) {
	schemes := map[string][]string{
		"eur": {"sepa", "swift"}, "gbp": {"fps", "chaps", "swift"}, "usd": {"ach", "wire", "swift", "rtp", "fednow"},
	}
	body := map[string]any{"currencies": []any{map[string]any{"currency": "EUR", "mint": true, "status": "Active"}}}
	for _, direction := range []string{"fiat_deposit", "fiat_payout"} {
		inner := map[string]any{}
		for currency, list := range schemes {
			rails := map[string]string{}
			for _, scheme := range list {
				rails[scheme], rails[scheme+"_thirdparty"] = "Active", "Pending"
			}
			inner[currency] = rails
		}
		body[direction] = inner
	}
	encoded, _ := json.Marshal(body)
	got := strings.Fields(railsIn(t, string(encoded)))
	if len(got) != 40 {
		t.Errorf("%d rails: %v", len(got), got)
	}
	for _, want := range []string{"deposit.eur.sepa=Active", "payout.usd.ach_thirdparty=Pending", "payout.gbp.chaps=Active"} {
		if !strings.Contains(strings.Join(got, " "), want) {
			t.Errorf("%s is missing", want)
		}
	}
}

func TestEachShapeOfAbilitiesIsRead(t *testing.T) {
	rows := []struct{ name, body, want string }{
		{"one word for a direction", `{"fiat_deposit":"Active","fiat_payout":"Pending"}`, "deposit=Active payout=Pending"},
		{"an object with a status", `{"fiat_deposit":{"status":"Active"},"fiat_payout":{"status":"Blocked","reason":"x"}}`, "deposit=Active payout=Blocked"},
		{"words under abilities", `{"id":"a","abilities":{"fiat_deposit":"Active","fiat_payout":"Maintenance"}}`, "deposit=Active payout=Maintenance"},
		{"objects under abilities", `{"abilities":{"fiat_deposit":{"status":"Unavailable"}}}`, "deposit=Unavailable"},
		{"nested under abilities", `{"abilities":{"fiat_payout":{"eur":{"sepa":"Active"}}}}`, "payout.eur.sepa=Active"},
		{"a rail with a status object", `{"fiat_payout":{"eur":{"sepa":{"status":"Active","since":"2026"}}}}`, "payout.eur.sepa=Active"},
		{"a status beside rails", `{"fiat_payout":{"status":"Active","since":"2026","eur":{"sepa":"Pending"}}}`, "payout=Active payout.eur.sepa=Pending"},
		{"rails and words nobody knows", `{"fiat_deposit":{"brl":{"pix":"Dancing"},"CHF":"Active"}}`, "deposit.brl.pix=Dancing deposit.chf=Active"},
		{"nulls and odd values", `{"fiat_deposit":null,"fiat_payout":{"eur":null,"usd":{"ach":null,"rtp":7,"wire":"Active"},"gbp":[1]},"currencies":null}`, "payout.usd.wire=Active"},
		{"given twice, Active only where both say so", `{"fiat_deposit":"Active","abilities":{"fiat_deposit":"Pending"}}`, "deposit=Pending"},
		{"null", `null`, ""},
		{"empty", `{}`, ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := railsIn(t, row.body); got != row.want {
				t.Errorf("read %q, want %q", got, row.want)
			}
		})
	}
}

func TestAbilitiesOnTheCustomerRecordCountWhereTheirOwnAnswerHasNone(t *testing.T) {
	customer := fmt.Sprintf(`{"id":%q,"status":"Active","abilities":{"fiat_deposit":"Active"}}`, mary)
	facts, err := read(t, map[string]string{"": customer, "abilities": `{}`})
	want := []onboarding.Rail{{Direction: onboarding.Deposit, Status: onboarding.AbilityActive}}
	if diff := cmp.Diff(want, facts.Rails); diff != "" || err != nil {
		t.Error(diff, err)
	}
	facts, err = read(t, map[string]string{"": customer, "abilities": `{"fiat_deposit":"Blocked"}`})
	if err != nil || onboarding.AnyActive(facts.Rails) {
		t.Errorf("rails %v, %v: their own answer counts", facts.Rails, err)
	}
}
