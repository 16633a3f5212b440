package simulator

import (
	"net/http"
	"strings"
)

type wireCurrency struct {
	Type       string  `json:"type"`
	Code       *string `json:"code,omitempty"`
	Token      *string `json:"token,omitempty"`
	Blockchain *string `json:"blockchain,omitempty"`
}

type wireCurrencyAbility struct {
	Currency     wireCurrency   `json:"currency"`
	Flows        []string       `json:"flows"`
	Counterparts []wireCurrency `json:"counterparts"`
}

// wireRails is one direction: currency → rail → status.
type wireRails map[string]map[string]string

type wireAbilities struct {
	FiatDeposit wireRails             `json:"fiat_deposit"`
	FiatPayout  wireRails             `json:"fiat_payout"`
	Currencies  []wireCurrencyAbility `json:"currencies"`
}

func getAbilities(c *call) reply {
	found, missing := c.customer()
	if missing != nil {
		return *missing
	}
	return ok(http.StatusOK, found.abilities())
}

func (c *customer) abilities() any {
	if c.shape == ShapeNested {
		return wireAbilities{
			FiatDeposit: nested(c.rails, FiatDeposit), FiatPayout: nested(c.rails, FiatPayout), Currencies: currencies(c.rails),
		}
	}
	directions := map[string]any{}
	for _, direction := range []Direction{FiatDeposit, FiatPayout} {
		status := string(overall(c.rails, direction))
		if c.shape == ShapeObject || c.shape == ShapeObjectUnder {
			directions[string(direction)] = map[string]string{"status": status}
		} else {
			directions[string(direction)] = status
		}
	}
	if c.shape == ShapeWordUnder || c.shape == ShapeObjectUnder {
		return map[string]any{"abilities": directions}
	}
	return directions
}

func nested(rails []Rail, direction Direction) wireRails {
	wire := wireRails{}
	for _, r := range rails {
		if r.Direction != direction {
			continue
		}
		if wire[r.Currency] == nil {
			wire[r.Currency] = map[string]string{}
		}
		wire[r.Currency][r.key()] = string(r.Status)
	}
	return wire
}

// currencies lists what the customer can use now: a currency with an active
// rail, and one stablecoin to change it into.
func currencies(rails []Rail) []wireCurrencyAbility {
	usable := []wireCurrencyAbility{}
	for _, group := range schemes {
		var flows []string
		if overallOf(rails, FiatDeposit, group.currency) == RailActive {
			flows = append(flows, "Onramp")
		}
		if overallOf(rails, FiatPayout, group.currency) == RailActive {
			flows = append(flows, "Offramp")
		}
		if flows != nil {
			fiat := wireCurrency{Type: "Fiat", Code: optional(strings.ToUpper(group.currency))}
			usable = append(usable, wireCurrencyAbility{fiat, flows, []wireCurrency{}})
		}
	}
	if len(usable) > 0 {
		coin := wireCurrency{Type: "Crypto", Token: optional("USDC"), Blockchain: optional("Base")}
		usable = append(usable, wireCurrencyAbility{coin, []string{"Onramp", "Offramp", "Swap"}, []wireCurrency{}})
	}
	return usable
}

func overallOf(rails []Rail, direction Direction, currency string) RailStatus {
	var own []Rail
	for _, r := range rails {
		if r.Currency == currency {
			own = append(own, r)
		}
	}
	return overall(own, direction)
}

// getSpendingLimit: people have a limit, businesses have none.
func getSpendingLimit(c *call) reply {
	found, missing := c.customer()
	if missing != nil {
		return *missing
	}
	now := c.world.clock.now()
	section := wireLimit{
		PeriodStart: wireTime(now.AddDate(0, 0, -52*7)), PeriodEnd: wireTime(now), UsedEUR: "125000",
	}
	if found.kind == Person {
		section.ThresholdEUR, section.RemainingEUR = optional("1000000"), optional("875000")
	}
	return ok(http.StatusOK, wireSpendingLimit{FiatOnramp: section, CryptoOfframp: section})
}
