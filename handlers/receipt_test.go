package handlers_test

import (
	"database/sql"
	"encoding/json"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"portal/onboarding/simulator"
)

// signFirst signs the first document, and returns the list with what is signed.
func signFirst(w *world) (b *browser, list *page, customer simulator.Customer) {
	b, p, c := w.at("signings")
	form, _ := firstForm(p)
	return b, p.submit(form, "consent", "yes").says("Signed"), c
}

const receiptLink = "[data-signed=true] a[href*='/receipts/']"

func TestAReceiptSaysWhatWasSignedAndHandsOutTheVeryBytes(t *testing.T) {
	w := newWorld(t)
	b, list, c := signFirst(w)
	kept := w.consent(c.ID)
	address := attr(list.one(receiptLink), "href")
	if want := "/p/acme/receipts/" + kept.SigningID; address != want {
		t.Errorf("the list leads to %s, want %s", address, want)
	}
	receipt := b.get(address).is(http.StatusOK)
	squeezed := strings.Join(strings.Fields(receipt.text("main")), "")
	for name, want := range map[string]string{
		"the document": kept.Document.Title, "the words": kept.Words, "its fingerprint": kept.Signed.SHA256, "Iron's signing": kept.SigningID,
		"our record": kept.Hash, "the time": "23November2026,12:00UTC", "where it was": kept.Document.URL,
	} {
		if want == "" || !strings.Contains(squeezed, strings.Join(strings.Fields(want), "")) {
			t.Errorf("it does not say %s: %q", name, want)
		}
	}
	if lang := attr(receipt.one("dd [lang]"), "lang"); lang != kept.Locale {
		t.Errorf("the words are said to be in %s", lang)
	}
	download := b.get(attr(receipt.one("main a[data-download]"), "href")).is(http.StatusOK)
	if download.body != string(bytesAt(t, kept.Document.URL)) {
		t.Error("what is handed out is not what was signed")
	}
	// By the document's id it is the same.
	if again := b.get("/p/acme/receipts/" + kept.Document.ID).is(http.StatusOK); attr(again.one("main"), "data-receipt") != kept.SigningID {
		t.Error("by the document's id it is another one")
	}
}

// lying has Iron name another address and title for every document.
func lying(address, title string) option {
	return func(s *setup) {
		s.transport = func(base http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				answer, err := base.RoundTrip(r)
				if err != nil || !strings.HasSuffix(r.URL.Path, "/required-signings") {
					return answer, err
				}
				defer answer.Body.Close()
				var documents []map[string]any
				if err := json.NewDecoder(answer.Body).Decode(&documents); err != nil {
					return nil, err
				}
				for _, d := range documents {
					d["url"], d["display_name"] = address, title
				}
				body, err := json.Marshal(documents)
				return jsonAnswer(r, http.StatusOK, string(body)), err
			})
		}
	}
}

func TestWhatIsHandedOutIsKeptAndNotShown(t *testing.T) {
	for kind, want := range map[string]string{
		"text/html; charset=utf-8": "application/octet-stream .html", "application/pdf": "application/pdf .pdf",
		"text/plain; charset=utf-8": "text/plain; charset=utf-8 .txt", "image/svg+xml": "application/octet-stream ",
	} {
		host := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", kind)
			_, _ = rw.Write([]byte("<script>alert(1)</script>"))
		}))
		t.Cleanup(host.Close)
		w := newWorld(t, lying(host.URL+"/terms", "../Terms / \"of\" Use: ä"))
		b, _, c := signFirst(w)
		answer := b.get("/p/acme/receipts/" + w.consent(c.ID).SigningID + "/document").is(http.StatusOK)
		disposition, parameters, err := mime.ParseMediaType(answer.header.Get("Content-Disposition"))
		must(t, err)
		given, name := answer.header.Get("Content-Type"), strings.TrimPrefix(parameters["filename"], "Terms of Use ä")
		if given+" "+name != want || disposition != "attachment" {
			t.Errorf("%q is given as %q, %q", kind, given, answer.header.Get("Content-Disposition"))
		}
		policy := answer.header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "sandbox; default-src 'none'") || answer.header.Get("X-Content-Type-Options") != "nosniff" || answer.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%q: %v", kind, answer.header)
		}
	}
}

func TestAReceiptIsItsCustomersAlone(t *testing.T) {
	w := newWorld(t)
	_, list, _ := signFirst(w)
	address := attr(list.one(receiptLink), "href")
	other, _, _ := w.at("signings")
	for _, path := range []string{address, address + "/document", "/p/acme/receipts/no-such", "/p/acme/receipts/no-such/document"} {
		other.get(path).is(http.StatusNotFound)
		w.browser().send(http.MethodGet, path, nil).leadsTo("/p/acme/")
	}
}

func TestThereIsNoReceiptForWhatIronHasNotConfirmed(t *testing.T) {
	w := newWorld(t)
	b, p, c := w.at("signings")
	form, document := firstForm(p)
	w.fault(simulator.Fault{Kind: simulator.FaultGateway, Method: http.MethodPost, Pattern: signings})
	p.post(form, "consent", "yes").leadsTo("/p/acme/documents")
	b.get("/p/acme/receipts/" + document).is(http.StatusNotFound)
	// Nor for what was signed elsewhere, of which there is no record here.
	w.sim.ClearFaults()
	elsewhere := attr(p.all("[data-document][data-signed=false]")[1], "data-document")
	must(t, w.sim.Sign(c.ID, elsewhere))
	b.get("/p/acme/documents").one("[data-document='" + elsewhere + "'][data-signed=true]")
	b.get("/p/acme/documents").none(receiptLink)
	b.get("/p/acme/receipts/" + elsewhere).is(http.StatusNotFound)
}

func TestAReceiptIsThereAtEveryStageAndWhenIronIsNot(t *testing.T) {
	w := newWorld(t)
	b, list, c := signFirst(w)
	address := attr(list.one(receiptLink), "href")
	must(t, w.sim.Suspend(c.ID))
	b.get(address).is(http.StatusOK)
	w.fault(simulator.Fault{Kind: simulator.FaultDown})
	b.get(address).is(http.StatusOK).one("main[data-receipt]")
}

func TestAReceiptSaysWhyThereIsNoFingerprint(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.papers.Hosts = []string{"nowhere.example"} })
	b, list, _ := signFirst(w)
	receipt := b.get(attr(list.one(receiptLink), "href")).is(http.StatusOK)
	receipt.one("[data-unread=refused-host]")
	receipt.none("a[data-download]")
	b.get(receipt.url.Path + "/document").is(http.StatusNotFound)
}

func TestBytesThatAreNotWhatWasKeptAreGivenToNobody(t *testing.T) {
	w := newWorld(t)
	b, _, c := signFirst(w)
	kept := w.consent(c.ID)
	db, err := sql.Open("sqlite", w.database)
	must(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), "DROP TRIGGER contents_stay; UPDATE contents SET body = X'00'")
	must(t, err)
	b.get("/p/acme/receipts/" + kept.SigningID + "/document").is(http.StatusServiceUnavailable)
}

func TestTheEndLeadsToTheReceipts(t *testing.T) {
	w := newWorld(t)
	_, list, _ := signFirst(w)
	form, _ := firstForm(list)
	end := list.submit(form, "consent", "yes").stands("complete", "rails-pending")
	if n := len(end.all(receiptLink)); n != 2 {
		t.Errorf("%d receipts at the end", n)
	}
}

func TestABrowserThatKeepsNoCookiesGetsItsReceiptAndTheBytesToo(t *testing.T) {
	w := newWorld(t, overHTTPS)
	c := w.scenario("signings")
	p := w.carried(c.ID)
	form, _ := firstForm(p)
	p = p.post(form, "consent", "yes").is(http.StatusOK)
	kept := w.consent(c.ID)
	p = p.press("/p/acme/receipts/" + kept.SigningID).is(http.StatusOK)
	if attr(p.one("main"), "data-receipt") != kept.SigningID {
		t.Error("it is not the receipt")
	}
	answer := p.press("/p/acme/receipts/" + kept.SigningID + "/document").is(http.StatusOK)
	if answer.body != string(bytesAt(t, kept.Document.URL)) || !strings.HasPrefix(answer.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the document comes as %v", answer.header)
	}
}

func TestAllReceiptsAreOnePageAwayAtEveryStage(t *testing.T) {
	w := newWorld(t)
	b, p, c := w.at("signings")
	p.none(".colophon a[href$='/receipts']")
	b.get("/p/acme/receipts").is(http.StatusOK).says("no receipts yet")
	form, first := firstForm(p)
	p = p.submit(form, "consent", "yes").says("Signed")
	w.clock.Advance(time.Minute)
	w.fault(simulator.Fault{Kind: simulator.FaultGateway, Method: http.MethodPost, Pattern: signings})
	form, second := firstForm(p)
	p.post(form, "consent", "yes").leadsTo("/p/acme/documents")
	w.sim.ClearFaults()
	must(t, w.sim.Suspend(c.ID))
	b.get("/p/acme/").stands("blocked", "suspended").one(".colophon a[href='/p/acme/receipts']")
	w.fault(simulator.Fault{Kind: simulator.FaultDown})
	list := b.get("/p/acme/receipts").is(http.StatusOK)
	list.one("[data-document='" + first + "'][data-signed=true] a[href='/p/acme/receipts/" + w.customer(c.ID).Signings[0].ID + "']")
	list.one("[data-document='" + second + "'][data-signed=false]")
	list.says("23 November 2026, 12:01 UTC").says("On the way to Iron")
	if n := len(list.all("[data-document]")); n != 2 {
		t.Errorf("%d documents", n)
	}
	w.browser().send(http.MethodGet, "/p/acme/receipts", nil).leadsTo("/p/acme/")
}

func TestADocumentThatIsSignedTwiceHasTwoReceipts(t *testing.T) {
	w := newWorld(t)
	b, list, c := signFirst(w)
	document := w.consent(c.ID).Document.ID
	l, again := w.store.Ledger(), w.consent(c.ID)
	again.Key, again.AgreedAt = "second", w.clock.Now().Add(time.Hour)
	_, err := l.Intend(t.Context(), again, again.AgreedAt)
	must(t, err)
	must(t, l.Confirm(t.Context(), "second", "another-signing", again.AgreedAt))
	address := attr(list.one(receiptLink), "href")
	all := b.get("/p/acme/receipts")
	all.one("a[href='" + address + "']")
	all.one("a[href='/p/acme/receipts/another-signing']")
	b.get("/p/acme/receipts/another-signing").says("13:00 UTC")
	if n := len(all.all("[data-document='" + document + "']")); n != 2 {
		t.Errorf("%d receipts", n)
	}
}
