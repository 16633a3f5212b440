package views

import (
	"net/http"

	"github.com/a-h/templ"
)

// linkSample is as long as a one-time link is.
const linkSample = "https://portal.example.test/p/acme/start/0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"

func phoneSamples() []Sample {
	at := standing("submission", "continue", "IdentificationRequired", "Pending")
	code := func(name string, v PhoneCode) Sample {
		v.Code = "JBSWY3DPEHPK3PXPJBSWY3DPEH"
		return Sample{name, http.StatusOK, func(p Page) templ.Component {
			p.Follow, p.Live = true, v.State != "gone"
			if p.Live {
				p.Refresh = 15
			}
			return PhoneCodePage(p, v)
		}}
	}
	onPhone := func(name string, render func(Page) templ.Component) Sample {
		return Sample{name, http.StatusOK, func(p Page) templ.Component {
			p.Handoff, p.PutAway = true, true
			return render(p)
		}}
	}
	return []Sample{
		{"phone", http.StatusOK, func(p Page) templ.Component {
			p.Path = "/p/acme/phone"
			return PhonePage(p, Phone{Standing: at})
		}},
		code("phone-waiting", PhoneCode{Standing: at, State: "waiting", Address: linkSample, Match: "KTQD"}),
		code("phone-opened", PhoneCode{Standing: at, State: "opened"}),
		code("phone-gone", PhoneCode{Standing: standing("activation", "sign", "SigningsRequired", "Approved"), State: "gone"}),
		{"phone-start", http.StatusOK, func(p Page) templ.Component {
			return StartLinkPage(stranger(p), StartLink{Action: "/p/acme/start/sample", Match: "KTQD"})
		}},
		onPhone("phone-identity", func(p Page) templ.Component {
			p.PutAway = false
			return IdentityPage(p, hostedIdentity(at, nil, nil))
		}),
		onPhone("phone-away", func(p Page) templ.Component {
			return ReviewPage(p, Review{Standing: standing("compliance-review", "waiting", "IdentificationRequired", "Processed")})
		}),
		onPhone("phone-away-ready", func(p Page) templ.Component {
			return CompletePage(p, Complete{Standing: standing("complete", "ready", "Active", "Approved")})
		}),
	}
}
