package views

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"
)

func receiptSamples() []Sample {
	page := func(name string, change func(*Receipt)) Sample {
		v := Receipt{
			Document: signedSamples(1)[0], Address: "https://documents.example.test/terms/2026-11",
			Words: ConsentWords("en", "Terms of Service"), Locale: "en",
			ShownAt: "2026-11-22T18:24:00Z", OpenedAt: "2026-11-22T18:24:00Z", Confirmed: "2026-11-22T18:30:01Z",
			Fingerprint: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", SigningID: sampleID(100), CustomerID: sampleID(1),
			Record: 3, RecordHash: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752", Download: true,
		}
		change(&v)
		return Sample{name, http.StatusOK, func(p Page) templ.Component {
			p.Scripts, p.Receipts = []string{"receipt.js"}, true
			return ReceiptPage(p, v)
		}}
	}
	list := func(name string, v Receipts) Sample {
		return Sample{name, http.StatusOK, func(p Page) templ.Component { return ReceiptsPage(p, v) }}
	}
	untitled := signedSamples(1)[0]
	untitled.Title = ""
	return []Sample{
		list("receipts", Receipts{Signed: signedSamples(3)}),
		list("receipts-waiting", Receipts{Signed: []Document{untitled}, Waiting: []Document{
			{ID: sampleID(7), Title: "Fee Schedule", SignedAt: "2026-11-22T18:30:00Z"}, {ID: sampleID(8), Title: hostileText, SignedAt: "2026-11-22T18:30:00Z"},
		}}),
		list("receipts-none", Receipts{}),
		page("receipt", func(*Receipt) {}),
		page("receipt-unread", func(v *Receipt) {
			v.Fingerprint, v.Problem, v.Download, v.OpenedAt = "", "status-404", false, ""
			v.Words, v.Locale = ConsentWords("de", "Terms of Service"), "de"
		}),
		page("receipt-restless", func(v *Receipt) { v.Problem = "changes-every-time" }),
		page("receipt-hostile", func(v *Receipt) {
			v.Document.Title, v.Words = hostileText, ConsentWords("en", hostileText)
			v.Address = "https://documents.example.test/" + strings.Repeat("a-very-long-path", 20)
		}),
	}
}
