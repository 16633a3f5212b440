package simulator

import (
	"strings"
	"time"
)

const (
	groupEdges    = "Edge cases"
	groupBusiness = "Businesses"
	groupOdd      = "Odd answers"
)

var edgeScenarios = []Scenario{
	{
		ID: "suspended", Group: groupEdges, Title: "Suspended", Row: "Suspended · Approved", Expect: "blocked/suspended",
		play: func(sc *scene) { sc.active().at(time.Hour).set("suspend", func(c *customer) { c.suspended = true }) },
	},
	{
		ID: "suspended-pending", Group: groupEdges, Title: "Suspended in the middle of the check",
		Row: "Suspended · Pending with url", Expect: "blocked/suspended",
		play: func(sc *scene) {
			sc.at(time.Hour).start(false).set("suspend", func(c *customer) { c.suspended = true })
		},
	},
	{
		ID: "user-required", Group: groupEdges, Title: "The partner has to create the user first",
		Row: "UserRequired · None", Expect: "blocked/user-required",
		play: func(sc *scene) { sc.at(time.Hour).set("require user", func(c *customer) { c.userRequired = true }) },
	},
	{
		ID: "archived", Group: groupEdges, Title: "Closed", Row: "Archived · Archived", Expect: "blocked/closed",
		play: func(sc *scene) {
			sc.active().at(time.Hour)
			sc.act("archive", (*world).archive)
		},
	},
	{
		ID: "activating", Group: groupEdges, Title: "All signed; Iron is catching up",
		Row: "SigningsRequired · Approved, nothing to sign", Expect: "activation/activating",
		play: func(sc *scene) {
			sc.approved(time.Hour, false).set("lag", func(c *customer) { c.lag = 30 * time.Minute })
			sc.at(time.Minute).sign(0)
		},
	},
	{
		ID: "half-signed", Group: groupEdges, Title: "One document signed, one to go",
		Row: "SigningsRequired · Approved", Expect: "activation/sign",
		play: func(sc *scene) { sc.approved(time.Hour, false).at(10 * time.Minute).sign(1) },
	},
	{
		ID: "sign-first", Group: groupEdges, Title: "Documents come before the check",
		Row: "SigningsRequired · Pending with url", Expect: "activation/sign",
		play: func(sc *scene) {
			sc.at(time.Hour).start(false).set("sign first", func(c *customer) { c.signsFirst = true })
		},
	},
}

var company = NewCustomer{Name: "Example Trading Ltd", Type: Business}

var businessScenarios = []Scenario{
	{
		ID: "business-pending", Group: groupBusiness, Title: "Has not finished the check", customer: company,
		Row: "IdentificationRequired · Pending with url", Expect: "submission/continue",
		play: func(sc *scene) { sc.at(time.Hour).start(false) },
	},
	{
		ID: "business-declined", Group: groupBusiness, Title: "Declined, a comment on every step", customer: company,
		Row: "IdentificationRequired · Declined", Expect: "submission/retry",
		play: func(sc *scene) {
			sc.handedIn(26*time.Hour, false).at(time.Hour).decline(Verdict{
				Review: "We need better documents of the company.",
				Comments: map[string]string{
					"company_data":          "The registration number does not match the register.",
					"company_beneficiaries": "Please name everyone who holds 25 per cent or more.",
					"company_documents":     "The register extract is older than three months.",
					"questionnaire":         "Please describe what the company sells.",
				},
				Labels: []string{"OUTDATED_DOCUMENT"},
			})
		},
	},
	{
		ID: "business-step-up", Group: groupBusiness, Title: "An owner is missing", customer: company,
		Row: "IdentificationRequired · Pending with url, steps reviewed", Expect: "submission/step-up",
		play: func(sc *scene) {
			sc.handedIn(26*time.Hour, false).at(time.Hour).ask(Ask{
				Comments: map[string]string{"company_beneficiaries": "Please name everyone who holds 25 per cent or more."},
			})
		},
	},
	{
		ID: "business-active", Group: groupBusiness, Title: "Fully onboarded", customer: company,
		Row: "Active · Approved", Expect: "complete/ready",
		play: func(sc *scene) { sc.active() },
	},
}

// hostileComment is what a page must show as nothing but words: markup, a turn
// of direction, a link, lines, a NUL, an emoji made of several code points.
const hostileComment = "<script>alert(1)</script><img src=x onerror=alert(2)>\n\n" +
	"Please send \u202Efdp.tnemucod\u202C and \u2066isolated\u2069.\r\n" +
	"https://evil.example/?a=1&b=2 javascript:alert(3)\n\x00\t👩‍👩‍👧‍👦 עברית العربية {{ .Secret }} ${7*7}"

var oddScenarios = []Scenario{
	{
		ID: "unknown-customer", Group: groupOdd, Title: "A customer status that nobody knows",
		Row: "FrozenPendingAudit · Approved", Expect: "unknown/unknown",
		play: func(sc *scene) {
			sc.active().at(time.Hour).set("unknown customer status", func(c *customer) { c.held = "FrozenPendingAudit" })
		},
	},
	{
		ID: "unknown-identification", Group: groupOdd, Title: "An identification status that nobody knows",
		Row: "IdentificationRequired · AwaitingNotary", Expect: "unknown/unknown",
		play: func(sc *scene) {
			sc.handedIn(26*time.Hour, false)
			sc.check("unknown identification status", func(w *world, i *identification) error {
				w.moveTo(i, "AwaitingNotary")
				return nil
			})
		},
	},
	{
		ID: "hostile-comment", Group: groupOdd, Title: "Markup, bidi and control characters in a comment",
		Row: "IdentificationRequired · Declined", Expect: "submission/retry",
		play: func(sc *scene) {
			sc.handedIn(26*time.Hour, false).at(time.Hour).decline(Verdict{
				Review: hostileComment, Comments: map[string]string{"selfie": hostileComment},
			})
		},
	},
	{
		ID: "long-comment", Group: groupOdd, Title: "A comment of 6,000 characters",
		Row: "IdentificationRequired · Declined", Expect: "submission/retry",
		play: func(sc *scene) {
			sc.handedIn(26*time.Hour, false).at(time.Hour).decline(Verdict{
				Review:   strings.Repeat("Please try again with a better picture. ", 150),
				Comments: map[string]string{"identity": strings.Repeat("W", 400)},
			})
		},
	},
	{
		ID: "hostile-url", Group: groupOdd, Title: "An address that must never be opened",
		Row: "IdentificationRequired · Pending, url javascript:…", Expect: "submission/preparing",
		play: func(sc *scene) {
			sc.at(time.Hour).start(false)
			sc.check("set url", func(_ *world, i *identification) error {
				address := "javascript:alert(document.domain)"
				i.address = &address
				return nil
			})
		},
	},
	{
		ID: "many-identifications", Group: groupOdd, Title: "25 attempts, in no order",
		Row: "IdentificationRequired · Pending with url, 24 older ones", Expect: "submission/continue",
		play: func(sc *scene) {
			for n := 25; n > 1; n-- {
				sc.at(time.Duration(n) * 24 * time.Hour).start(false).at(time.Duration(n)*24*time.Hour - time.Hour).expire()
			}
			sc.at(time.Hour).start(false).set("shuffle", func(c *customer) { c.shuffled = true })
		},
	},
	{
		ID: "newest-archived", Group: groupOdd, Title: "The newest attempt is archived and counts for nothing",
		Row: "SigningsRequired · Approved, a newer one Archived", Expect: "activation/sign",
		play: func(sc *scene) {
			sc.approved(24*time.Hour, false).at(2 * time.Hour).start(false).at(time.Hour)
			sc.check("archive identification", func(w *world, i *identification) error {
				w.closePage(i)
				w.moveTo(i, IdentificationArchived)
				return nil
			})
		},
	},
	{
		ID: "older-signings", Group: groupOdd, Title: "Documents in the older shape, one as words",
		Row: "SigningsRequired · Approved", Expect: "activation/sign",
		play: func(sc *scene) {
			sc.approved(time.Hour, false).set("older signings shape", func(c *customer) { c.olderSignings = true })
		},
	},
}
