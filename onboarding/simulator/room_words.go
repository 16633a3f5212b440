package simulator

import "strings"

// Small things that the control room's pages ask while they are drawn.

func slug(title string) string {
	return strings.ReplaceAll(strings.ToLower(title), " ", "-")
}

// linkable tells an address that a link may lead to from what a tester has had the
// API give out instead.
func linkable(address string) bool {
	return strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://")
}

// switchName: a lever with nothing but on and off is one button that turns over.
func switchName(l lever) string {
	if len(l.fields) == 1 && l.fields[0].name == "on" {
		return "on"
	}
	return ""
}

func switchValue(v customerPageView, l lever) string {
	if v.Switches[l.name] != "" {
		return "false"
	}
	return "true"
}

func hasFields(l lever) bool { return len(l.fields) > 0 && switchName(l) == "" }

func verdictWord(lever string) string {
	if lever == "decline" {
		return "Decline"
	}
	return "Ask for more"
}

func helpExample(origin string) string {
	return `# a customer whose selfie was declined, and where the portal shows it
curl -s -H 'Accept: application/json' -d then=link ` + origin + `/control/scenarios/declined

# the reviewer changes their mind; two days later
curl -s -H 'Content-Type: application/json' -d '{}' ` + origin + `/control/customers/ID/approve
curl -s -H 'Content-Type: application/json' -d '{"advance": "48h"}' ` + origin + `/control/clock

# the next three requests for abilities fail
curl -s -H 'Content-Type: application/json' \
  -d '{"kind": "error", "method": "GET", "pattern": "/customers/{id}/abilities", "count": 3}' ` + origin + `/control/faults`
}

var helpEntries = [][2]string{
	{"GET /control/state", "The clock, the faults in force, the settings."},
	{"GET /control/scenarios", "Every scenario, with the stage and state that the portal has to show."},
	{"POST /control/scenarios/{id}", `Makes a customer: {"customer_id": …, "customer": …}. Fields: partner; then=link also asks the portal for a one-time link.`},
	{"POST /control/customers", "Makes a customer who has just been created. Fields: name, email, customer_type, external_id, partner, then."},
	{"GET /control/customers", "All customers, the newest first, with the stage and state that the portal has to show."},
	{"GET /control/customers/{id}", "One customer."},
	{"POST /control/customers/{id}/{lever}", "Pulls a lever; see below."},
	{"POST /control/customers/{id}/link", `A one-time link into the portal, through its partner API: {"url": …, "expires_at": …}. Field: partner.`},
	{"POST /control/customers/{id}/open", "The same, and a browser is sent there."},
	{"GET /control/log?after=N&customer=ID", "Requests to the API and their answers, oldest first."},
	{"GET /control/events?after=N&customer=ID", "Levers pulled, and changes that Iron would tell a partner of."},
	{"GET /control/stream", "Server-sent events: changed, whenever any of this has changed."},
	{"POST /control/clock", `{"advance": "24h"}, {"do": "freeze"} or {"do": "thaw"}. The clock never runs back; a reset sets it right.`},
	{"GET /control/faults", "Those in force, and the kinds there are."},
	{"POST /control/faults", "Fields: kind; method and pattern, customer_id; percent, count, for; delay, retry_after, after_effect. Answers with its id."},
	{"POST /control/faults/{id}/clear", "Ends one fault."},
	{"POST /control/faults/clear", "Ends all."},
	{"POST /control/settings", "Fields: default_script, parallel_checks, link_after, creation_limit, creation_window, refuse_framing, redirect_start, webhooks (doubled, delayed, reordered, forged, dropped; empty: as they should be), message_shape (flat, wrapped). What is not named stays."},
	{"POST /control/partner", "Field: partner, for whom customers are made and opened from now on."},
	{"POST /control/reset", "Forgets every customer, request, event and fault, and sets the clock right."},
}
