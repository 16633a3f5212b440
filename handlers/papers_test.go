package handlers_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/papers"
	"portal/onboarding/simulator"
	"portal/onboarding/store"
	"portal/session"
)

// consent is the customer's only one.
func (w *world) consent(id string) onboarding.Consent {
	w.t.Helper()
	consents, err := w.store.CustomerConsents(w.t.Context(), "acme", id)
	must(w.t, err)
	if len(consents) != 1 {
		w.t.Fatalf("%d consents are kept", len(consents))
	}
	return consents[0]
}

// bytesAt are what a browser finds at an address.
func bytesAt(t *testing.T, address string) []byte {
	t.Helper()
	response, err := http.Get(address)
	must(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	must(t, err)
	return body
}

func TestTheEvidenceNamesTheVeryBytesThatWereShownAndSigned(t *testing.T) {
	w := newWorld(t)
	b, p, c := w.at("signings")
	_, document := firstForm(p)
	p = b.get("/p/acme/documents/" + document)
	body := bytesAt(t, attr(p.one("iframe"), "src"))
	p.submit("form[action$='/sign']", "consent", "yes").says("Signed")
	kept := w.consent(c.ID)
	sum := sha256.Sum256(body)
	want := onboarding.DocumentBytes{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(body)), MediaType: kept.Signed.MediaType}
	if kept.Shown != want || kept.Signed != want || want.MediaType == "" {
		t.Errorf("shown %+v, signed %+v, want %+v", kept.Shown, kept.Signed, want)
	}
	if !kept.OpenedAt.Equal(w.clock.Now()) || !kept.ShownAt.Equal(kept.OpenedAt) {
		t.Errorf("opened %s, shown %s", kept.OpenedAt, kept.ShownAt)
	}
	if got, found, err := w.store.Content(t.Context(), want.SHA256); !found || err != nil || string(got) != string(body) {
		t.Errorf("%d bytes are kept, want %d: %v", len(got), len(body), err)
	}
}

func TestADocumentInTheListIsShownAndNotOpened(t *testing.T) {
	w := newWorld(t)
	_, p, c := w.at("signings")
	form, _ := firstForm(p)
	p.submit(form, "consent", "yes").says("Signed")
	if kept := w.consent(c.ID); kept.ShownAt.IsZero() || !kept.OpenedAt.IsZero() || kept.Shown.SHA256 == "" {
		t.Errorf("shown %s, opened %s, %+v", kept.ShownAt, kept.OpenedAt, kept.Shown)
	}
}

func TestADocumentThatWasOpenedAndThenSignedInTheListHasBeenOpened(t *testing.T) {
	w := newWorld(t)
	b, p, c := w.at("signings")
	form, document := firstForm(p)
	b.get("/p/acme/documents/" + document).is(http.StatusOK)
	opened := w.clock.Now()
	w.clock.Advance(time.Minute)
	b.get("/p/acme/documents/"+document, func(r *http.Request) { r.Header.Set("X-Portal-Poll", "1") }).is(http.StatusOK)
	// It was opened on one device, and is signed on another.
	phone, _ := w.signedIn(c.ID)
	phone.get("/p/acme/documents").submit(form, "consent", "yes").says("Signed")
	if kept := w.consent(c.ID); !kept.OpenedAt.Equal(opened) || !kept.ShownAt.Equal(w.clock.Now()) {
		t.Errorf("opened %s, shown %s", kept.OpenedAt, kept.ShownAt)
	}
	// The other one was not.
	_, second := firstForm(phone.get("/p/acme/documents"))
	if second == document {
		t.Fatal("it is asked for still")
	}
	shown, err := (&session.Showings{Keys: worldKeys(t), Now: w.clock.Now}).Open("acme", c.ID, second,
		attr(phone.get("/p/acme/documents").one("[data-document='"+second+"'] input[name=shown]"), "value"))
	if err != nil || !shown.OpenedAt.IsZero() {
		t.Errorf("opened %s: %v", shown.OpenedAt, err)
	}
}

func TestNobodyCanClaimToHaveBeenShownSomethingElse(t *testing.T) {
	w := newWorld(t)
	_, p, _ := w.at("signings")
	form, document := firstForm(p)
	documents := p.all("[data-document] input[name=shown]")
	_, theirs, _ := w.at("signings")
	other := attr(theirs.all("[data-document] input[name=shown]")[0], "value")
	for name, claim := range map[string]string{
		"nothing": "", "nonsense": "x", "another document's": attr(documents[1], "value"), "another customer's": other,
	} {
		again := p.post(form, "consent", "yes", "shown", claim).is(http.StatusConflict)
		again.one("[role=alert][data-problem=changed] a[href='#consent-" + document + "']")
		if n := w.calledIron("POST", signings); n != 0 {
			t.Fatalf("%s: %d signings reached Iron", name, n)
		}
	}
}

func TestADocumentThatCanNotBeReadIsSignedAndTheEvidenceSaysSo(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.papers.Hosts = []string{"nowhere.example"} })
	_, p, c := w.at("signings")
	form, document := firstForm(p)
	p.submit(form, "consent", "yes").says("Signed")
	want := onboarding.DocumentBytes{Problem: "refused-host"}
	if kept := w.consent(c.ID); kept.Shown != want || kept.Signed != want || kept.State != onboarding.ConsentConfirmed {
		t.Errorf("shown %+v, signed %+v", kept.Shown, kept.Signed)
	}
	if said := w.log.String() + w.metrics(); strings.Contains(said, document) {
		t.Error("the address of a document is in the log")
	}
}

func TestADocumentThatCouldNotBeReadInTimeIsSignedByWhatItIsThen(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.papers = papers.Config{Hosts: []string{"nowhere.example"}, Loopback: true} })
	_, p, c := w.at("signings")
	form, _ := firstForm(p)
	// Another machine of the same portal reaches the host.
	w.journeys["acme"].Papers = w.papers(papers.Config{Loopback: true})
	p.post(form, "consent", "yes").leadsTo("/p/acme/documents")
	if kept := w.consent(c.ID); kept.Shown.Problem != "refused-host" || kept.Signed.SHA256 == "" {
		t.Errorf("shown %+v, signed %+v", kept.Shown, kept.Signed)
	}
}

func TestADocumentThatIsWordsIsHashedAndKeptToo(t *testing.T) {
	w := newWorld(t)
	_, p, c := w.at("older-signings")
	for range p.all("[data-document][data-signed=false]") {
		form, _ := firstForm(p)
		p = p.submit(form, "consent", "yes")
	}
	consents, err := w.store.CustomerConsents(t.Context(), "acme", c.ID)
	must(t, err)
	words := 0
	for _, kept := range consents {
		if kept.Document.Text == "" {
			continue
		}
		words++
		body, found, err := w.store.Content(t.Context(), kept.Signed.SHA256)
		if !found || err != nil || string(body) != kept.Document.Text || kept.Shown != kept.Signed {
			t.Errorf("kept %q, %t, %v for %+v", body, found, err, kept)
		}
	}
	if words == 0 {
		t.Error("no document was words")
	}
}

func TestAnAgreementThatIsKeptIsDeliveredWhateverItsDocumentIsByNow(t *testing.T) {
	w := newWorld(t)
	b, p, c := w.at("signings")
	form, document := firstForm(p)
	w.fault(simulator.Fault{Kind: simulator.FaultGateway, Method: http.MethodPost, Pattern: signings})
	p.post(form, "consent", "yes").leadsTo("/p/acme/documents")
	w.sim.ClearFaults()
	must(t, w.sim.ReviseDocument(document))
	b.get("/p/acme/documents").post(form).leadsTo("/p/acme/documents")
	if kept := w.consent(c.ID); kept.State != onboarding.ConsentConfirmed || kept.Shown != kept.Signed {
		t.Errorf("%s, shown %+v, signed %+v", kept.State, kept.Shown, kept.Signed)
	}
}

func TestNothingIsToldToIronWhereADocumentsBytesCanNotBeKept(t *testing.T) {
	w := newWorld(t)
	_, p, _ := w.at("signings")
	form, document := firstForm(p)
	must(t, w.sim.ReviseDocument(document))
	w.journeys["acme"].Papers = papers.NewLibrary(papers.LibraryConfig{
		Fetcher: papers.NewFetcher(papers.Config{Loopback: true}), Keeper: closedStore(w), Now: w.clock.Now,
	})
	p.post(form, "consent", "yes").is(http.StatusServiceUnavailable)
	if n := w.calledIron("POST", signings); n != 0 {
		t.Errorf("%d signings reached Iron", n)
	}
}

// closedStore is a database that does not answer.
func closedStore(w *world) *store.Store {
	closed, err := store.Open(w.t.Context(), "sqlite::memory:")
	must(w.t, err)
	must(w.t, closed.Close())
	return closed
}
