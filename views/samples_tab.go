package views

import (
	"net/http"

	"github.com/a-h/templ"
)

func tabSamples() []Sample {
	tab := func(name string, v Tab) Sample {
		return Sample{name, http.StatusOK, func(p Page) templ.Component {
			p = stranger(p)
			p.Bare = true
			if v.Open {
				v.Link, v.Watch = "https://portal.example.test/p/acme/start/sample", "c2FtcGxl"
			}
			return TabPage(p, v)
		}}
	}
	ended := func(name string, v Ended) Sample {
		return Sample{name, http.StatusOK, func(p Page) templ.Component { return EndedPage(stranger(p), v) }}
	}
	submission := standing("submission", "start", "IdentificationRequired", "None")
	waiting := standing("compliance-review", "waiting", "IdentificationRequired", "Processed")
	ready := standing("complete", "ready", "Active", "Approved")
	return []Sample{
		tab("tab", Tab{Standing: submission, Turn: true, Open: true}),
		tab("tab-business", Tab{Standing: submission.with(business), Turn: true, Open: true}),
		tab("tab-stage-unknown", Tab{Turn: true, Open: true}),
		tab("tab-waiting", Tab{Standing: waiting, Open: true}),
		tab("tab-beside", Tab{Standing: submission, Turn: true}),
		tab("tab-beside-sign", Tab{Standing: standing("activation", "sign", "SigningsRequired", "Approved"), Turn: true}),
		tab("tab-beside-waiting", Tab{Standing: waiting}),
		tab("tab-beside-suspended", Tab{Standing: standing("blocked", "suspended", "Suspended", "Approved")}),
		tab("tab-ready", Tab{Standing: ready, ReturnURL: "https://app.acme.example/done"}),
		tab("tab-ready-nowhere", Tab{Standing: ready, ReturnURL: "javascript:alert(1)"}),
		ended("ended", Ended{}),
		ended("ended-sign-up", Ended{SignUp: true}),
		ended("ended-watch", Ended{Watch: true}),
		{"ready-beside", http.StatusOK, func(p Page) templ.Component {
			return CompletePage(p, Complete{Standing: ready, Rails: []Rail{{Key: "deposit", Direction: "deposit", Status: "Active"}}, ReturnURL: "https://app.acme.example/done", Beside: true})
		}},
	}
}
