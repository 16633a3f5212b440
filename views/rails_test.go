package views

import (
	"slices"
	"testing"
)

func TestRailsAreSaidInWords(t *testing.T) {
	for _, c := range []struct {
		rail   Rail
		en, de string
	}{
		{Rail{Direction: "deposit", Currency: "eur", Scheme: "sepa"}, "Receive euros by SEPA", "Euro per SEPA empfangen"},
		{Rail{Direction: "payout", Currency: "gbp", Scheme: "fps"}, "Send British pounds by Faster Payments", "Britische Pfund per Faster Payments senden"},
		{Rail{Direction: "deposit", Currency: "usd", Scheme: "ach", ThirdParty: true}, "Receive US dollars by ACH from other people’s accounts", "US-Dollar per ACH von Konten anderer empfangen"},
		{Rail{Direction: "payout", Currency: "usd", Scheme: "fednow", ThirdParty: true}, "Send US dollars by FedNow to other people’s accounts", "US-Dollar per FedNow an Konten anderer senden"},
		{Rail{Direction: "deposit"}, "Receiving money", "Geld empfangen"},
		{Rail{Direction: "payout"}, "Sending money", "Geld senden"},
		{Rail{Direction: "deposit", Currency: "brl", Scheme: "pix"}, "Receive BRL by pix", "BRL per pix empfangen"},
		{Rail{Direction: "payout", Currency: "eur"}, "Send euros", "Euro senden"},
		{Rail{Key: "swap.eur", Direction: "swap", Currency: "eur"}, "swap.eur", "swap.eur"},
	} {
		for locale, want := range map[string]string{"en": c.en, "de": c.de} {
			if got := railWords(WithLocale(t.Context(), locale), c.rail); got != want {
				t.Errorf("%s: %q, not %q", locale, got, want)
			}
		}
	}
}

func TestEachAbilityWordHasItsGroupAndUnheardOfOnesAreKept(t *testing.T) {
	rails := []Rail{
		{Key: "a", Status: "Frozen"},
		{Key: "b", Status: "Unavailable"},
		{Key: "c", Status: "Blocked"},
		{Key: "d", Status: "Maintenance"},
		{Key: "e", Status: "Pending"},
		{Key: "f", Status: "Active"},
		{Key: "g", Status: ""},
	}
	var got []string
	for _, g := range groupRails(rails) {
		for _, r := range g.rails {
			got = append(got, g.name+" "+r.Key)
		}
	}
	want := []string{"active f", "pending e", "maintenance d", "blocked c", "other a", "other g", "unavailable b"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if groups := groupRails(nil); len(groups) != 0 {
		t.Errorf("no rails make %v", groups)
	}
}

func TestRailsComeInTheOrderInWhichTheyAreUsed(t *testing.T) {
	rails := allRails(func(int) string { return "Active" })
	slices.Reverse(rails)
	var got []string
	for _, r := range groupRails(rails)[0].rails[:5] {
		got = append(got, r.Key)
	}
	if want := []string{"deposit.eur.swift", "deposit.eur.sepa", "deposit.eur.swift_thirdparty", "deposit.eur.sepa_thirdparty", "deposit.gbp.swift"}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestSchemesThatDoTheSameShareALine(t *testing.T) {
	ctx := WithLocale(t.Context(), "en")
	lines := func(status func(int) string) (said []string, rails int) {
		for _, g := range groupRails(allRails(status)) {
			for _, way := range g.ways() {
				for _, line := range way {
					said = append(said, g.name+": "+line.words(ctx))
					rails += len(line)
				}
			}
		}
		return said, rails
	}
	said, rails := lines(func(int) string { return "Active" })
	want := []string{
		"active: Receive euros", "active: Receive euros from other people’s accounts",
		"active: Receive British pounds", "active: Receive British pounds from other people’s accounts",
		"active: Receive US dollars", "active: Receive US dollars from other people’s accounts",
		"active: Send euros", "active: Send euros to other people’s accounts",
		"active: Send British pounds", "active: Send British pounds to other people’s accounts",
		"active: Send US dollars", "active: Send US dollars to other people’s accounts",
	}
	if !slices.Equal(said, want) || rails != 40 {
		t.Errorf("%d rails in %q", rails, said)
	}
	// Each of these words has to stand beside its rail.
	if said, _ := lines(func(int) string { return "Frozen" }); len(said) != 40 {
		t.Errorf("rails with a word of Iron's are in %d lines", len(said))
	}
}
