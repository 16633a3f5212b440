package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"portal/onboarding"
	"portal/session"
	"portal/views"
)

// documents shows what is to be signed, and what has been.
func (v *visit) documents() error {
	return v.documentList(http.StatusOK, "", views.Document{})
}

// documentList is the list, where it is shown again with a problem at one document.
func (v *visit) documentList(status int, problemAt string, problem views.Document) error {
	papers, err := v.papers()
	if err != nil {
		return err
	}
	content := views.Documents{
		Standing: standing(v.progress), StepUp: v.progress.StepUpNotice,
		Documents: papers.toSign, Signed: papers.signed,
	}
	for i := range content.Documents {
		if d := &content.Documents[i]; d.ID == problemAt {
			d.Problem, d.Reason, d.Undelivered = problem.Problem, problem.Reason, false
		}
	}
	page := v.stagePage(content)
	// After the version is known: the moment alone is no change.
	if err := v.showing(page.Locale, content.Documents); err != nil {
		return err
	}
	if status != http.StatusOK {
		// A script that asked again would find no problem, and take it off the page
		// before it is read.
		page.Path, page.Live = v.path("documents"), false
	}
	return v.render(status, page, views.DocumentsPage(page, content))
}

// readDocument is the page of one document, which may frame the place that it lies at.
func (v *visit) readDocument() error {
	papers, err := v.papers()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(papers.toSign, func(d views.Document) bool { return d.ID == v.c.Param("id") })
	if i < 0 {
		return v.goneDocument(v.c.Param("id"))
	}
	content := views.Reader{Standing: standing(v.progress), Document: papers.toSign[i]}
	page := v.stagePage(content)
	if err := v.noteOpening(content.Document); err != nil {
		return err
	}
	if err := v.showing(page.Locale, papers.toSign[i:i+1]); err != nil {
		return err
	}
	content.Document = papers.toSign[i]
	frame := "'none'"
	if _, origin := documentAddress(content.Document.URL, v.h.loopback); origin != "" {
		frame = origin
	}
	return v.render(http.StatusOK, page, views.ReaderPage(page, content), frame)
}

// goneDocument leads back to the list from a document that is not to be signed any
// more, and to nowhere from one that never was.
func (v *visit) goneDocument(id string) error {
	if slices.ContainsFunc(v.progress.Signings, func(s onboarding.Signing) bool { return s.DocumentID == id }) {
		return seeOther(v.c, v.path("documents"))
	}
	return errNoPage
}

// hurry is how long a page waits for documents' hosts that has waited for Iron in vain.
const hurry = 100 * time.Millisecond

// showing looks at what is behind the addresses of documents that are about to be
// shown, and puts it into their forms, sealed, with what the page's words are and when
// the document itself was opened. No page waits for a slow host: then the form says that nobody knows.
//
// A change of the bytes alone is no news for a page that is open already: what it shows
// in a frame is still what it was, and so is what its form says.
func (v *visit) showing(locale string, shown []views.Document) error {
	ctx, now := v.c.Request().Context(), v.h.Now().UTC()
	if v.progress.Stale {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, hurry)
		defer cancel()
	}
	documents := make([]onboarding.Document, len(shown))
	for i, d := range shown {
		at := slices.IndexFunc(v.progress.Documents, func(o onboarding.Document) bool { return o.ID == d.ID })
		documents[i] = v.progress.Documents[at]
	}
	openings, err := v.h.Records.Openings(ctx, v.partner.ID, v.who.CustomerID)
	if err != nil {
		return keeping(err)
	}
	for i, found := range v.journey.Look(ctx, documents) {
		if shown[i].Undelivered {
			// Its form delivers what was agreed to before, whatever the document is by now.
			found = onboarding.DocumentBytes{Problem: onboarding.NotFetched}
		}
		sealed, err := v.h.Showings.Seal(v.partner.ID, v.who.CustomerID, shown[i].ID, session.Showing{
			At: now, OpenedAt: openings[documents[i].Fingerprint()], Again: shown[i].Undelivered, Locale: locale, Wording: views.Wording(locale), Fingerprint: documents[i].Fingerprint(),
			SHA256: found.SHA256, Size: found.Size, MediaType: found.MediaType, Problem: found.Problem,
		})
		if err != nil {
			return err
		}
		shown[i].Shown = sealed
	}
	return nil
}

// noteOpening remembers that the document itself is on the page, for whoever signs it in
// the list afterwards, or on another device. A page that renews itself opens nothing.
func (v *visit) noteOpening(d views.Document) error {
	if v.c.Request().Header.Get(pollHeader) != "" || d.URL == "" && d.Text == "" {
		return nil
	}
	return keeping(v.h.Records.NoteOpening(v.c.Request().Context(), v.partner.ID, v.who.CustomerID, d.Fingerprint, v.h.Now().UTC()))
}

// papers are a customer's documents as pages show them.
type papers struct{ toSign, signed []views.Document }

// papers joins what Iron asks for and has with the consents kept here, which know
// titles, and what is still on its way.
func (v *visit) papers() (papers, error) {
	consents, err := v.h.Records.CustomerConsents(v.c.Request().Context(), v.partner.ID, v.who.CustomerID)
	if err != nil {
		return papers{}, keeping(err)
	}
	var p papers
	since := v.signedSince(consents)
	asked := map[string]bool{}
	for _, d := range v.progress.Documents {
		if slices.ContainsFunc(since, func(s onboarding.Signing) bool { return s.DocumentID == d.ID }) {
			continue
		}
		asked[d.ID] = true
		shown := shownDocument(d, v.h.loopback)
		if last := lastConsent(consents, d.ID); last.State == onboarding.ConsentRefused {
			shown.RefusedAt, shown.Reason = stamp(last.SettledAt), onboarding.CleanText(last.Reason)
		} else {
			shown.Undelivered = last.State == onboarding.ConsentPending
		}
		p.toSign = append(p.toSign, shown)
	}
	p.signed = signedDocuments(append(since, v.progress.Signings...), consents, asked)
	return p, nil
}

// signedSince are the signings that Iron has given while the facts on the page are from
// before: whoever has just signed is not asked again because Iron is slow to answer.
func (v *visit) signedSince(consents []onboarding.Consent) (since []onboarding.Signing) {
	if !v.progress.Stale {
		return nil
	}
	for _, c := range consents {
		known := slices.ContainsFunc(v.progress.Signings, func(s onboarding.Signing) bool { return s.ID == c.SigningID })
		if c.State == onboarding.ConsentConfirmed && !known {
			since = append(since, onboarding.Signing{ID: c.SigningID, DocumentID: c.Document.ID, CreatedAt: c.SettledAt})
		}
	}
	return since
}

// waits tells whether an agreement to the document waits for Iron.
func (v *visit) waits(documentID string) (bool, error) {
	consents, err := v.h.Records.CustomerConsents(v.c.Request().Context(), v.partner.ID, v.who.CustomerID)
	return lastConsent(consents, documentID).State == onboarding.ConsentPending, keeping(err)
}

// lastConsent is the newest to a document, or none.
func lastConsent(consents []onboarding.Consent, documentID string) onboarding.Consent {
	for _, c := range slices.Backward(consents) {
		if c.Document.ID == documentID {
			return c
		}
	}
	return onboarding.Consent{}
}

// shownDocument is a document as it may be shown. Its fingerprint is that of what
// Iron sent, since that is what the signature is for.
func shownDocument(d onboarding.Document, loopback bool) views.Document {
	address, _ := documentAddress(d.URL, loopback)
	return views.Document{
		ID: d.ID, Title: shownTitle(d), URL: address, Text: d.Text, Fingerprint: d.Fingerprint(),
	}
}

// shownTitle is the title in pages, and in the words that are agreed to.
func shownTitle(d onboarding.Document) string { return onboarding.CleanText(d.Title) }

// signedDocuments are those that Iron has a signing for and does not ask for again,
// each once, the newest first. Iron keeps no titles: they are in our consents, except
// for what was signed elsewhere.
func signedDocuments(signings []onboarding.Signing, consents []onboarding.Consent, asked map[string]bool) []views.Document {
	titles, receipts := map[string]string{}, map[string]string{}
	for _, c := range consents {
		titles[c.Document.ID] = shownTitle(c.Document)
		if c.State == onboarding.ConsentConfirmed {
			receipts[c.SigningID] = c.SigningID
		}
	}
	newest := slices.Clone(signings)
	slices.SortStableFunc(newest, func(a, b onboarding.Signing) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	var signed []views.Document
	seen := map[string]bool{}
	for _, s := range newest {
		if !seen[s.DocumentID] && !asked[s.DocumentID] {
			signed = append(signed, views.Document{
				ID: s.DocumentID, Title: titles[s.DocumentID], Signed: true, SignedAt: stamp(s.CreatedAt), Receipt: receipts[s.ID],
			})
		}
		seen[s.DocumentID] = true
	}
	return signed
}
