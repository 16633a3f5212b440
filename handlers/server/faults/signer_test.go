package faults

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"portal/onboarding"
)

// signer is a customer who reads and signs one document after the other, whatever
// becomes of the portal meanwhile.
type signer struct {
	*browser
	name string // of what they go through
	// returns: after a failure they come back to the document. Otherwise they leave it
	// to the portal, and go on with another.
	returns bool
	// rekeyed: Iron keeps a failure under the first key, so that there must be a second.
	rekeyed bool

	sending  atomic.Bool     // a form is on its way
	done     atomic.Int64    // how many forms were answered
	answered map[string]bool // documents whose form was answered with "all is well"
	shown    map[string]bool // documents that some page has shown as signed
	left     map[string]bool // documents that they don't come back to
	failures map[int]int     // pages by status, of those that told of a failure
}

func (w *world) signer(p *portal, returns bool) *signer {
	w.t.Helper()
	s := w.signerOf(w.customer(p, "signings"))
	s.returns = returns
	return s
}

func (w *world) signerOf(b *browser) *signer {
	return &signer{
		browser:  b,
		answered: map[string]bool{}, shown: map[string]bool{}, left: map[string]bool{}, failures: map[int]int{},
	}
}

// run signs until ctx ends.
func (s *signer) run(ctx context.Context) {
	for ctx.Err() == nil {
		p := s.look()
		if p == nil {
			pause(10 * time.Millisecond)
			continue
		}
		forms := slices.DeleteFunc(p.agreements(), func(a agreement) bool { return s.left[a.document] })
		if len(forms) == 0 {
			s.terms()
			continue
		}
		s.agree(forms[0])
	}
}

// look opens the page of documents, and believes none that says "signed" before Iron
// has it. It is nil where there is no page.
func (s *signer) look() *page {
	p, err := s.get("/p/acme/documents")
	if err != nil {
		return nil
	}
	for _, document := range p.signed() {
		s.shown[document] = true
		if s.w.iron.signed(s.id, document) != 1 {
			s.w.t.Errorf("document %s is shown as signed, and Iron has it %d times", document, s.w.iron.signed(s.id, document))
		}
	}
	if p.status != http.StatusOK {
		s.failures[p.status]++
		return nil
	}
	return p
}

// agree sends a form.
func (s *signer) agree(a agreement) {
	s.w.secret("form token", a.fields.Get("token"))
	s.sending.Store(true)
	p, err := s.send(http.MethodPost, a.action, a.fields)
	s.sending.Store(false)
	switch {
	case err == nil && p.status == http.StatusSeeOther:
		if location, _ := url.Parse(p.header.Get("Location")); location.Path != "/p/acme/" {
			s.answered[a.document] = true
			s.done.Add(1)
		}
	case err == nil:
		s.failures[p.status]++
	}
	if (err != nil || p.status != http.StatusSeeOther) && !s.returns {
		s.left[a.document] = true
	}
}

// wantWhole compares what the portal has kept, what Iron has and what was shown.
func (s *signer) wantWhole(keys map[string]map[string]bool) (signings int) {
	w := s.w
	w.t.Helper()
	c, err := w.iron.Customer(s.id)
	w.check(err)
	at := map[string]string{}
	for _, signing := range c.Signings {
		if at[signing.DocumentID] != "" {
			w.t.Errorf("Iron has document %s twice", signing.DocumentID)
		}
		at[signing.DocumentID] = signing.ID
	}
	kept, err := w.books().CustomerConsents(w.t.Context(), "acme", s.id)
	w.check(err)
	consents := map[string]int{}
	for _, consent := range kept {
		consents[consent.Document.ID]++
		if consent.State != onboarding.ConsentConfirmed || consent.SigningID == "" || consent.SigningID != at[consent.Document.ID] {
			w.t.Errorf("the consent to %s is %s under %q, Iron has %q", consent.Document.ID, consent.State, consent.SigningID, at[consent.Document.ID])
		}
	}
	most := 1
	if s.rekeyed {
		most = 2
	}
	for document := range at {
		if n := len(keys[s.id+document]); consents[document] != 1 || n < 1 || n > most {
			w.t.Errorf("%s: document %s has %d consents and went to Iron under %d keys", s.name, document, consents[document], n)
		}
	}
	for what, documents := range map[string]map[string]bool{"was answered": s.answered, "was shown as signed": s.shown} {
		for document := range documents {
			if at[document] == "" {
				w.t.Errorf("document %s %s, and Iron does not have it", document, what)
			}
		}
	}
	s.terms() // so that the page is the one of documents, signed ones too
	page := s.open("/p/acme/documents")
	shown := page.signed()
	for document := range at {
		if !slices.Contains(shown, document) {
			w.t.Errorf("Iron has document %s, and the page does not show it as signed", document)
		}
	}
	if len(shown) != len(at) {
		w.t.Errorf("%d documents are shown as signed, Iron has %d (status %d)", len(shown), len(at), page.status)
	}
	return len(at)
}

// keys are those under which each customer's document went to Iron. Documents that all
// customers sign have the same id for all.
func (i *iron) keys() map[string]map[string]bool {
	keys := map[string]map[string]bool{}
	for _, a := range i.requests() {
		if a.document == "" {
			continue
		}
		id := strings.Split(a.address, "/")[3] + a.document
		if keys[id] == nil {
			keys[id] = map[string]bool{}
		}
		keys[id][a.key] = true
	}
	return keys
}

// wantEvidence has portal audit look at everything.
func (w *world) wantEvidence(p *portal) {
	w.t.Helper()
	if said, err := p.run("audit"); err != nil {
		w.t.Errorf("portal audit: %v: %s", err, said)
	}
}
