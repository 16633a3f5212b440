package onboarding

import "strings"

// Direction is which way money moves on a rail.
type Direction string

// The two directions of Iron's abilities.
const (
	Deposit Direction = "deposit" // Iron: fiat_deposit
	Payout  Direction = "payout"  // Iron: fiat_payout
)

// Rail is one way in or out for money, and whether it works for this customer.
type Rail struct {
	Direction Direction
	// Currency and Scheme are Iron's own names in lower case (eur, sepa). Both
	// are empty where Iron gives one status for a whole direction, as its
	// onboarding guide has it.
	Currency   string
	Scheme     string
	ThirdParty bool // payments from or to somebody else's account
	Status     AbilityStatus
}

// Key is the rail's name in the page's marks and the partner API, for example
// deposit.eur.sepa or payout.usd.ach_thirdparty; a whole direction is deposit.
func (r Rail) Key() string {
	if r.Currency == "" {
		return string(r.Direction)
	}
	parts := []string{string(r.Direction), r.Currency}
	if r.Scheme != "" {
		scheme := r.Scheme
		if r.ThirdParty {
			scheme += "_thirdparty"
		}
		parts = append(parts, scheme)
	}
	return strings.Join(parts, ".")
}

// AnyActive tells whether money can move at all. Iron's onboarding guide: only
// then is the customer truly ready to transact.
func AnyActive(rails []Rail) bool {
	for _, r := range rails {
		if r.Status == AbilityActive {
			return true
		}
	}
	return false
}
