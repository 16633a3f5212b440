package simulator

const groupRails = "Rails"

var railScenarios = []Scenario{
	railRow("rails-active", "Every rail available", "complete/ready", allOf(RailActive)),
	railRow("rails-pending", "Being switched on", "complete/rails-pending", allOf(RailPending)),
	railRow("rails-unavailable", "None offered", "complete/rails-pending", allOf(RailUnavailable)),
	railRow("rails-blocked", "All blocked", "complete/rails-pending", allOf(RailBlocked)),
	railRow("rails-maintenance", "All in maintenance", "complete/rails-pending", allOf(RailMaintenance)),
	railRow("rails-mixed", "One of each status", "complete/ready", mixedRails),
	railRow("rails-unknown", "Rails and a status that nobody knows", "complete/ready", unknownRails),
	railRow("rails-word", "One word per direction", "complete/ready", shaped(ShapeWord)),
	railRow("rails-object", "One object per direction", "complete/ready", shaped(ShapeObject)),
	railRow("rails-word-under", "One word per direction, under abilities", "complete/ready", shaped(ShapeWordUnder)),
	railRow("rails-object-under", "One object per direction, under abilities", "complete/ready", shaped(ShapeObjectUnder)),
}

func railRow(id, title, expect string, change func(*customer)) Scenario {
	return Scenario{
		ID: id, Group: groupRails, Title: title, Row: "Active · Approved", Expect: expect,
		play: func(sc *scene) { sc.active().at(0).set("rails", change) },
	}
}

func allOf(status RailStatus) func(*customer) {
	return func(c *customer) { c.setAllRails(status) }
}

func shaped(shape AbilitiesShape) func(*customer) {
	return func(c *customer) { c.shape = shape }
}

// mixedRails walks the five statuses along the rails, so that each direction and
// each currency has several.
func mixedRails(c *customer) {
	statuses := RailStatuses()
	for n := range c.rails {
		c.rails[n].Status = statuses[n%len(statuses)]
	}
}

func unknownRails(c *customer) {
	c.setRail(Rail{FiatDeposit, "eur", "sepa_instant", false, RailActive})
	c.setRail(Rail{FiatPayout, "brl", "pix", false, RailPending})
	c.setRail(Rail{FiatPayout, "gbp", "fps", false, "Throttled"})
}
