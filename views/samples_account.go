package views

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/a-h/templ"
)

func sampleDocuments(count int) []Document {
	titles := []string{"Terms of Service", "Privacy Notice", "Payment Services Agreement"}
	documents := make([]Document, 0, count)
	for i := range count {
		documents = append(documents, Document{
			ID: sampleID(i), Title: titles[i%len(titles)], URL: "https://documents.example.test/terms",
			Fingerprint: fmt.Sprintf("%064x", i), Shown: "sample-showing",
		})
		if i >= len(titles) {
			documents[i].Title = fmt.Sprintf("%s, part %d", documents[i].Title, i/len(titles)+1)
		}
	}
	return documents
}

func signedSamples(count int) []Document {
	documents := sampleDocuments(count)
	for i := range documents {
		documents[i].ID, documents[i].Signed = sampleID(100+i), true
		documents[i].SignedAt, documents[i].Receipt = "2026-11-22T18:30:00Z", documents[i].ID
	}
	return documents
}

func documentSamples() []Sample {
	sign := standing("activation", "sign", "SigningsRequired", "Approved").with(meaning("false", "standard-approved"))
	list := func(name string, status int, v Documents) Sample {
		return Sample{name, status, func(p Page) templ.Component {
			p.Live, p.Refresh = v.Standing.State == "activating", 0
			if p.Live {
				p.Refresh = 60
			}
			return DocumentsPage(p, v)
		}}
	}
	read := func(name string, status int, d Document) Sample {
		return Sample{name, status, func(p Page) templ.Component { return ReaderPage(p, Reader{Standing: sign, Document: d}) }}
	}
	changed := func(i int, change func(*Document)) Document {
		d := sampleDocuments(i + 1)[i]
		change(&d)
		return d
	}
	noConsent := changed(0, func(d *Document) { d.Problem = "consent" })
	refused := changed(1, func(d *Document) { d.Problem, d.Reason = "refused", hostileText })
	refusedBefore := changed(0, func(d *Document) {
		d.RefusedAt, d.Reason = "2026-11-22T18:30:00Z", "The document is not open for signing in your country."
	})
	moved := changed(2, func(d *Document) { d.Problem = "changed" })
	kept := changed(1, func(d *Document) { d.Undelivered = true })
	text := changed(0, func(d *Document) { d.URL, d.Text = "", longText() })
	unreadable := changed(0, func(d *Document) { d.URL = "javascript:alert(1)" })
	hostile := changed(0, func(d *Document) { d.Title = hostileText })
	untitled := changed(0, func(d *Document) { d.Title = "" })
	long := changed(0, func(d *Document) { d.Title = strings.Repeat("Nutzungsüberlassungsvereinbarung ", 6) + hostileText })
	signed := signedSamples(1)[0]
	return []Sample{
		list("sign", http.StatusOK, Documents{Standing: sign, Documents: sampleDocuments(2)}),
		list("sign-one-left", http.StatusOK, Documents{Standing: sign, Documents: sampleDocuments(1), Signed: signedSamples(1)}),
		list("sign-25", http.StatusOK, Documents{Standing: sign, Documents: sampleDocuments(25), Signed: signedSamples(3)}),
		list("sign-new-terms", http.StatusOK, Documents{Standing: sign.with(because("new-terms")), Documents: sampleDocuments(1), Signed: signedSamples(2)}),
		list("sign-step-up", http.StatusOK, Documents{Standing: sign, Documents: sampleDocuments(1), StepUp: true}),
		list("sign-undelivered", http.StatusOK, Documents{Standing: sign, Documents: []Document{sampleDocuments(1)[0], kept}}),
		list("sign-problems", http.StatusUnprocessableEntity, Documents{Standing: sign, Documents: []Document{noConsent, refused, moved}}),
		list("sign-refused-before", http.StatusOK, Documents{Standing: sign, Documents: []Document{refusedBefore, sampleDocuments(2)[1]}}),
		list("sign-hostile", http.StatusOK, Documents{Standing: sign, Documents: []Document{hostile, {ID: sampleID(9), Title: "…", URL: "ftp://documents.example.test"}}}),
		list("activating", http.StatusOK, Documents{Standing: standing("activation", "activating", "SigningsRequired", "Approved"), Signed: signedSamples(2)}),
		list("sign-untitled", http.StatusOK, Documents{Standing: sign, Documents: []Document{untitled}, Signed: []Document{{ID: sampleID(300), Signed: true}}}),
		read("read-untitled", http.StatusOK, untitled),
		list("activating-empty", http.StatusOK, Documents{Standing: standing("activation", "activating", "SigningsRequired", "Approved")}),
		read("read", http.StatusOK, sampleDocuments(1)[0]),
		read("read-text", http.StatusOK, text),
		read("read-signed", http.StatusOK, signed),
		read("read-problem", http.StatusUnprocessableEntity, noConsent),
		read("read-undelivered", http.StatusOK, kept),
		read("read-long", http.StatusOK, long),
		read("read-unreadable", http.StatusOK, unreadable),
	}
}

// allRails is Iron's nested answer in full: 20 ways in, 20 ways out.
func allRails(status func(i int) string) []Rail {
	var rails []Rail
	for _, direction := range []string{"deposit", "payout"} {
		for _, money := range []struct {
			currency string
			schemes  []string
		}{{"eur", []string{"sepa", "swift"}}, {"gbp", []string{"fps", "chaps", "swift"}}, {"usd", []string{"ach", "wire", "swift", "rtp", "fednow"}}} {
			for _, scheme := range money.schemes {
				for _, third := range []bool{false, true} {
					r := Rail{Direction: direction, Currency: money.currency, Scheme: scheme, ThirdParty: third, Status: status(len(rails))}
					r.Key = direction + "." + money.currency + "." + scheme
					if third {
						r.Key += "_thirdparty"
					}
					rails = append(rails, r)
				}
			}
		}
	}
	return rails
}

func completeSamples() []Sample {
	ready := standing("complete", "ready", "Active", "Approved").with(meaning("false", "standard-approved"))
	pending := standing("complete", "rails-pending", "Active", "Approved")
	page := func(name string, v Complete) Sample {
		return Sample{name, http.StatusOK, func(p Page) templ.Component {
			p.Live, p.Refresh = true, 60
			return CompletePage(p, v)
		}}
	}
	words := []string{"Active", "Pending", "Maintenance", "Blocked", "Unavailable", "Frozen"}
	few := []Rail{
		{Key: "deposit.eur.sepa", Direction: "deposit", Currency: "eur", Scheme: "sepa", Status: "Active"},
		{Key: "payout.eur.sepa", Direction: "payout", Currency: "eur", Scheme: "sepa", Status: "Active"},
		{Key: "deposit.gbp.fps", Direction: "deposit", Currency: "gbp", Scheme: "fps", Status: "Active"},
		{Key: "payout.usd.ach", Direction: "payout", Currency: "usd", Scheme: "ach", Status: "Pending"},
		{Key: "deposit.usd.wire", Direction: "deposit", Currency: "usd", Scheme: "wire", Status: "Unavailable"},
	}
	simple := []Rail{{Key: "deposit", Direction: "deposit", Status: "Active"}, {Key: "payout", Direction: "payout", Status: "Pending"}}
	odd := []Rail{
		{Key: "deposit.brl.pix", Direction: "deposit", Currency: "brl", Scheme: "pix", Status: "Active"},
		{Key: "payout.eur", Direction: "payout", Currency: "eur", Status: "Active"},
		{Key: "swap", Direction: "swap", Status: hostileText},
	}
	return []Sample{
		page("ready", Complete{Standing: ready, Rails: few, Signed: signedSamples(2), ReturnURL: "https://app.acme.example/onboarding/done"}),
		page("ready-40", Complete{Standing: ready, Rails: allRails(func(i int) string { return words[i%len(words)] }), Signed: signedSamples(3)}),
		page("ready-by-direction", Complete{Standing: ready.with(business), Rails: simple}),
		page("ready-step-up", Complete{Standing: ready, Rails: few[:2], StepUp: true}),
		page("ready-odd", Complete{Standing: ready, Rails: odd}),
		page("rails-pending", Complete{Standing: pending, Rails: allRails(func(i int) string { return map[bool]string{true: "Pending", false: "Unavailable"}[i%4 == 0] }), Signed: signedSamples(2)}),
		page("rails-pending-empty", Complete{Standing: pending}),
	}
}

func outsideSamples() []Sample {
	page := func(name string, s Standing) Sample {
		return Sample{name, http.StatusOK, func(p Page) templ.Component {
			p.Live, p.Refresh = true, 60
			return OutsidePage(p, Outside{Standing: s})
		}}
	}
	return []Sample{
		page("suspended", standing("blocked", "suspended", "Suspended", "Approved")),
		page("suspended-early", standing("blocked", "suspended", "Suspended", "None")),
		page("user-required", standing("blocked", "user-required", "UserRequired", "None")),
		page("closed", standing("blocked", "closed", "Archived", "Approved")),
		page("unknown", standing("unknown", "unknown", "Frozen", "Approved")),
	}
}
