package views

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"
)

// stranger is a page for somebody who is not signed in.
func stranger(p Page) Page {
	p.SignedIn, p.FormToken = false, ""
	return p
}

func arrivalSamples() []Sample {
	signUp := func(name string, status int, v SignUp) Sample {
		v.Once = "0190c1a4-7d2e-7000-8000-000000000001"
		return Sample{name, status, func(p Page) templ.Component { return SignUpPage(stranger(p), v) }}
	}
	entry := func(name string, v Entry) Sample {
		return Sample{name, http.StatusOK, func(p Page) templ.Component { return EntryPage(stranger(p), v) }}
	}
	return []Sample{
		signUp("sign-up", http.StatusOK, SignUp{}),
		signUp("sign-up-expired", http.StatusOK, SignUp{Expired: true}),
		signUp("sign-up-empty", http.StatusUnprocessableEntity, SignUp{Problems: []Problem{{"customer_type", "missing"}, {"name", "missing"}, {"email", "missing"}}}),
		signUp("sign-up-problems", http.StatusUnprocessableEntity, SignUp{
			Name: strings.Repeat("Wolfeschlegelsteinhausen", 12) + "<b>", Email: "not an address", CustomerType: "Business",
			Problems: []Problem{{"name", "long"}, {"email", "invalid"}},
		}),
		signUp("sign-up-refused", http.StatusUnprocessableEntity, SignUp{Name: "Ada", Email: "ada@example.com", CustomerType: "Person", Problems: []Problem{{"email", "refused"}, {"name", "a-new-problem"}}}),
		entry("entry", Entry{}),
		entry("entry-expired", Entry{Expired: true}),
		{"start-link", http.StatusOK, func(p Page) templ.Component {
			return StartLinkPage(stranger(p), StartLink{Action: "/p/acme/start/sample"})
		}},
		{"notice", http.StatusOK, func(p Page) templ.Component {
			p.Notice = "signed"
			return DocumentsPage(p, Documents{Standing: standing("activation", "sign", "SigningsRequired", "Approved"), Documents: sampleDocuments(1), Signed: signedSamples(1)})
		}},
		{"notice-problem", http.StatusOK, func(p Page) templ.Component {
			p.Notice = "document-changed"
			return DocumentsPage(p, Documents{Standing: standing("activation", "sign", "SigningsRequired", "Approved"), Documents: sampleDocuments(2)})
		}},
		{"notice-unknown", http.StatusOK, func(p Page) templ.Component {
			p.Notice = "nobody-knows"
			return EntryPage(stranger(p), Entry{})
		}},
		{"partner-bare", http.StatusOK, func(p Page) templ.Component {
			p.Partner.SupportEmail, p.Partner.SupportURL = "", ""
			return OutsidePage(p, Outside{Standing: standing("blocked", "suspended", "Suspended", "Approved")})
		}},
		{"partner-logo", http.StatusOK, func(p Page) templ.Component {
			p.Partner.Logo = "https://cdn.acme.example/logo.svg"
			return EntryPage(stranger(p), Entry{})
		}},
		{"partner-long", http.StatusOK, func(p Page) templ.Component {
			p.Partner.Name = "Vereinigte Zahlungsdienstleistungsgesellschaft <i>Süd</i> & Söhne"
			p.Partner.SupportEmail = strings.Repeat("very-", 12) + "long@support.example"
			return IdentityPage(p, Identity{Standing: standing("submission", "start", "IdentificationRequired", "None"), Begin: true})
		}},
	}
}

func failureSamples() []Sample {
	page := func(name string, v Failure) Sample {
		v.SupportCode = "K7QM-4XRP"
		return Sample{name, v.Status, func(p Page) templ.Component { return FailurePage(p, v) }}
	}
	return []Sample{
		page("failure-403", Failure{Status: http.StatusForbidden, Kind: "forbidden", WayOn: "/p/acme/"}),
		page("failure-404", Failure{Status: http.StatusNotFound, Kind: "not-found", WayOn: "/p/acme/"}),
		page("failure-410", Failure{Status: http.StatusGone, Kind: "link-gone"}),
		page("failure-422", Failure{Status: http.StatusUnprocessableEntity, Kind: "invalid", WayOn: "/p/acme/"}),
		page("failure-429", Failure{Status: http.StatusTooManyRequests, Kind: "too-many", WayOn: "/p/acme/", RetryAfter: 1}),
		page("failure-429-long", Failure{Status: http.StatusTooManyRequests, Kind: "too-many", WayOn: "/p/acme/", RetryAfter: 900}),
		page("failure-500", Failure{Status: http.StatusInternalServerError, Kind: "broken", WayOn: "/p/acme/"}),
		page("failure-502", Failure{Status: http.StatusBadGateway, Kind: "bad-gateway", WayOn: "/p/acme/"}),
		{"failure-503", http.StatusServiceUnavailable, func(p Page) templ.Component {
			p.Refresh, p.Live = 20, true
			return FailurePage(p, Failure{Status: http.StatusServiceUnavailable, Kind: "unavailable", SupportCode: "K7QM-4XRP", WayOn: "/p/acme/", RetryAfter: 10})
		}},
		page("failure-unheard-of", Failure{Status: http.StatusTeapot, Kind: "teapot", WayOn: "javascript:alert(1)"}),
		{"failure-partner-unknown", http.StatusNotFound, func(p Page) templ.Component {
			p = stranger(p)
			p.Partner, p.Path = Partner{}, ""
			return FailurePage(p, Failure{Status: http.StatusNotFound, Kind: "partner-unknown", SupportCode: "K7QM-4XRP"})
		}},
	}
}
