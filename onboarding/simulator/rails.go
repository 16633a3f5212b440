package simulator

import "slices"

// Direction is which way money moves.
type Direction string

// The directions, as Iron's abilities name them.
const (
	FiatDeposit Direction = "fiat_deposit"
	FiatPayout  Direction = "fiat_payout"
)

// Rail is one way for money and its status for one customer.
type Rail struct {
	Direction  Direction
	Currency   string // eur, gbp, usd
	Scheme     string // sepa, …
	ThirdParty bool
	Status     RailStatus
}

// AbilitiesShape is how GET …/abilities is written.
type AbilitiesShape string

// The shapes: today's document, and those that Iron's onboarding guide may mean
// where it speaks of one status per direction.
const (
	ShapeNested      AbilitiesShape = "nested"       // by currency and rail
	ShapeWord        AbilitiesShape = "word"         // "fiat_deposit": "Active"
	ShapeObject      AbilitiesShape = "object"       // "fiat_deposit": {"status": "Active"}
	ShapeWordUnder   AbilitiesShape = "word-under"   // as word, inside "abilities"
	ShapeObjectUnder AbilitiesShape = "object-under" // as object, inside "abilities"
)

// AbilitiesShapes are all of them, for menus.
func AbilitiesShapes() []AbilitiesShape {
	return []AbilitiesShape{ShapeNested, ShapeWord, ShapeObject, ShapeWordUnder, ShapeObjectUnder}
}

// schemes are the rails of Iron's API document.
var schemes = []struct {
	currency string
	names    []string
}{
	{"eur", []string{"sepa", "swift"}},
	{"gbp", []string{"fps", "chaps", "swift"}},
	{"usd", []string{"ach", "wire", "swift", "rtp", "fednow"}},
}

// allRails are all 40, each Unavailable.
func allRails() []Rail {
	var rails []Rail
	for _, direction := range []Direction{FiatDeposit, FiatPayout} {
		for _, group := range schemes {
			for _, scheme := range group.names {
				for _, thirdParty := range []bool{false, true} {
					rails = append(rails, Rail{direction, group.currency, scheme, thirdParty, RailUnavailable})
				}
			}
		}
	}
	return rails
}

// offered is what a customer gets in the end: money from and to its own
// accounts, and to others'.
func (r Rail) offered() bool { return !r.ThirdParty || r.Direction == FiatPayout }

// orderRails has the rails of a newly Active customer switched on: Pending now,
// Active a while later.
func (w *world) orderRails(c *customer) {
	c.railsOrdered = true
	for n, r := range c.rails {
		if r.Status == RailUnavailable && r.offered() {
			c.rails[n].Status = RailPending
		}
	}
	w.note("rails ordered", c.id, "")
	if script, err := scriptNamed(c.script); err == nil && script.onActive != nil {
		w.play(c, nil, script.onActive)
		return
	}
	w.after(w.railsAfter, func() { w.raiseRails(c) })
}

// raiseRails switches on what is still Pending; a rail that was given another
// status meanwhile keeps it.
func (w *world) raiseRails(c *customer) {
	if w.customers[c.id] != c {
		return
	}
	for n, r := range c.rails {
		if r.Status == RailPending {
			c.rails[n].Status = RailActive
		}
	}
	w.note("rails up", c.id, "")
}

// SetRail gives one rail a status; a rail that is not there yet, known to Iron's
// API document or not, is added.
func (s *Simulator) SetRail(customerID string, rail Rail) error {
	return s.onCustomer(customerID, "set rail", rail.name()+" "+string(rail.Status), func(_ *world, c *customer) error {
		c.setRail(rail)
		return nil
	})
}

func (c *customer) setRail(rail Rail) {
	at := slices.IndexFunc(c.rails, func(r Rail) bool {
		r.Status = rail.Status
		return r == rail
	})
	if at < 0 {
		c.rails = append(c.rails, rail)
		return
	}
	c.rails[at] = rail
}

// SetAllRails gives every rail one status. Rails that are being switched on no
// longer come up by themselves, except those set to Pending.
func (s *Simulator) SetAllRails(customerID string, status RailStatus) error {
	return s.onCustomer(customerID, "set all rails", string(status), func(_ *world, c *customer) error {
		c.setAllRails(status)
		return nil
	})
}

func (c *customer) setAllRails(status RailStatus) {
	for n := range c.rails {
		c.rails[n].Status = status
	}
}

// UnknownRail adds rails that Iron's API document does not have (yet): one of a
// known currency, one of an unknown one, both with this status.
func (s *Simulator) UnknownRail(customerID string, status RailStatus) error {
	return s.onCustomer(customerID, "unknown rail", string(status), func(_ *world, c *customer) error {
		c.setRail(Rail{FiatDeposit, "eur", "sepa_instant", false, status})
		c.setRail(Rail{FiatPayout, "brl", "pix", false, status})
		return nil
	})
}

// SetAbilitiesShape chooses how the customer's abilities are written.
func (s *Simulator) SetAbilitiesShape(customerID string, shape AbilitiesShape) error {
	return s.onCustomer(customerID, "abilities shape", string(shape), func(_ *world, c *customer) error {
		c.shape = shape
		return nil
	})
}

func (r Rail) key() string {
	if r.ThirdParty {
		return r.Scheme + "_thirdparty"
	}
	return r.Scheme
}

func (r Rail) name() string { return string(r.Direction) + "." + r.Currency + "." + r.key() }

// overall is one word for a direction: the best that any of its rails has.
func overall(rails []Rail, direction Direction) RailStatus {
	for _, status := range []RailStatus{RailActive, RailPending, RailMaintenance, RailBlocked} {
		for _, r := range rails {
			if r.Direction == direction && r.Status == status {
				return status
			}
		}
	}
	return RailUnavailable
}
