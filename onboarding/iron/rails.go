package iron

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"portal/onboarding"
)

// abilities is Iron's CustomerAbilities, in each of the shapes that its documents
// have: a status for every currency and rail, or one status for a direction, as a
// string or as an object with "status", at the top or under "abilities".
type abilities []onboarding.Rail

func (a *abilities) UnmarshalJSON(raw []byte) error {
	if isNull(raw) {
		return nil
	}
	if raw[0] != '{' {
		return errors.New("abilities: not an object")
	}
	top := object(raw)
	within := object(top["abilities"])
	for name, direction := range map[string]onboarding.Direction{
		"fiat_deposit": onboarding.Deposit, "fiat_payout": onboarding.Payout,
	} {
		for _, members := range []map[string]json.RawMessage{top, within} {
			*a = append(*a, railsOf(direction, members[name])...)
		}
	}
	// By name, so that two readings of the same facts are the same; where a rail is
	// given twice it is Active only if both say so.
	slices.SortFunc(*a, func(x, y onboarding.Rail) int {
		return cmp.Or(strings.Compare(x.Key(), y.Key()), strings.Compare(string(y.Status), string(x.Status)))
	})
	*a = slices.CompactFunc(*a, func(x, y onboarding.Rail) bool { return x.Key() == y.Key() })
	return nil
}

// railsOf reads one direction. A currency or rail that nobody here has heard of
// is kept under its own name.
func railsOf(direction onboarding.Direction, raw json.RawMessage) []onboarding.Rail {
	var rails []onboarding.Rail
	add := func(currency, scheme string, status onboarding.AbilityStatus) {
		own, third := strings.CutSuffix(strings.ToLower(scheme), "_thirdparty")
		rails = append(rails, onboarding.Rail{
			Direction: direction, Currency: strings.ToLower(currency), Scheme: own, ThirdParty: third, Status: status,
		})
	}
	if status := abilityOf(raw); status != "" {
		add("", "", status)
	}
	for currency, inner := range inside(raw) {
		if status := abilityOf(inner); status != "" {
			add(currency, "", status)
		}
		for scheme, value := range inside(inner) {
			if status := abilityOf(value); status != "" {
				add(currency, scheme, status)
			}
		}
	}
	return rails
}

// abilityOf is the status that a value gives itself, "" where it gives none.
func abilityOf(raw json.RawMessage) onboarding.AbilityStatus {
	var plain string
	if json.Unmarshal(raw, &plain) == nil {
		return onboarding.AbilityStatus(plain)
	}
	var own struct {
		Status word `json:"status"`
	}
	if json.Unmarshal(raw, &own) != nil {
		return ""
	}
	return onboarding.AbilityStatus(own.Status)
}

// inside is what a value holds one level further down. Beside a status of its own,
// a plain string is a remark on it (a date, a reason), not another rail.
func inside(raw json.RawMessage) map[string]json.RawMessage {
	members := object(raw)
	_, described := members["status"]
	for name, value := range members {
		if name == "status" || name == "" || (described && len(value) > 0 && value[0] != '{') {
			delete(members, name)
		}
	}
	return members
}
