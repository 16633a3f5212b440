package simulator

import (
	"fmt"
	"slices"
	"strings"
)

func railLevers() []lever {
	statuses := railStatusNames()
	return []lever{
		{
			name: "rails", title: "All rails", group: leversRails, worded: true, help: "One status for all of them.",
			fields: []leverField{{name: "status", label: "Status", kind: "pick", picks: statuses}},
			pull: func(t target, in input) error {
				return t.simulator.SetAllRails(t.customer.ID, RailStatus(orElse(in["status"], string(RailActive))))
			},
		},
		{
			name: "rail", title: "Some rails", group: leversRails, worded: true,
			help:   `Each by name: {"rail": {"fiat_deposit.eur.sepa": "Active", "fiat_payout.usd.ach_thirdparty": "Blocked"}}. Any word is taken as a status, and any name as a rail.`,
			fields: []leverField{{name: "rail", label: "Status by rail", kind: "rails"}},
			pull:   setRails,
		},
		{
			name: "unknown-rail", title: "Rails nobody knows", group: leversRails, help: "Adds eur.sepa_instant to deposits and brl.pix to payouts.",
			fields: []leverField{{name: "status", label: "Status", kind: "pick", picks: statuses}},
			pull: func(t target, in input) error {
				return t.simulator.UnknownRail(t.customer.ID, RailStatus(orElse(in["status"], string(RailActive))))
			},
		},
		{
			name: "abilities-shape", title: "Shape of abilities", group: leversRails, help: "By currency and rail, or one word or object per direction.",
			fields: []leverField{{name: "shape", label: "Shape", kind: "pick", picks: shapeNames()}},
			pull: func(t target, in input) error {
				shape := AbilitiesShape(in["shape"])
				if !slices.Contains(AbilitiesShapes(), shape) {
					return fmt.Errorf("%w: no such shape: %q", errInput, shape)
				}
				return t.simulator.SetAbilitiesShape(t.customer.ID, shape)
			},
		},
	}
}

// setRails sets those rails that are named with another status than they have.
// The page's matrix sends all of them, with what each was when it was drawn: a
// rail that came up meanwhile must not be put back by a form that is older.
func setRails(t target, in input) error {
	wanted := in.under("rail")
	if len(wanted) == 0 {
		return fmt.Errorf("%w: no rail is named", errInput)
	}
	names := make([]string, 0, len(wanted))
	for name := range wanted {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		rail, err := railNamed(name, RailStatus(wanted[name]))
		if err != nil {
			return err
		}
		if status := wanted[name]; status == "" || status == in["was."+name] || slices.Contains(t.customer.Rails, rail) {
			continue
		}
		if err := t.simulator.SetRail(t.customer.ID, rail); err != nil {
			return err
		}
	}
	return nil
}

// railNamed reads fiat_deposit.eur.sepa or fiat_payout.usd.ach_thirdparty.
func railNamed(name string, status RailStatus) (Rail, error) {
	parts := strings.Split(name, ".")
	if len(parts) != 3 || parts[1] == "" || parts[2] == "" ||
		!slices.Contains([]Direction{FiatDeposit, FiatPayout}, Direction(parts[0])) {
		return Rail{}, fmt.Errorf("%w: a rail is named like fiat_deposit.eur.sepa, not %q", errInput, name)
	}
	scheme, third := strings.CutSuffix(parts[2], "_thirdparty")
	return Rail{Direction(parts[0]), parts[1], scheme, third, status}, nil
}

func railStatusNames() []string {
	var names []string
	for _, status := range RailStatuses() {
		names = append(names, string(status))
	}
	return names
}

func shapeNames() []string {
	var names []string
	for _, shape := range AbilitiesShapes() {
		names = append(names, string(shape))
	}
	return names
}
