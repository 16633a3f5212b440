package handlers

import (
	"mime"
	"net/http"
	"slices"
	"strings"

	"portal/onboarding"
	"portal/views"
)

// receipts lists all that this customer has signed here, and what still waits for Iron,
// at whatever stage they are by now. Iron is not asked: receipts are there when it is not.
func (v *visit) receipts() error {
	consents, err := v.h.Records.CustomerConsents(v.c.Request().Context(), v.partner.ID, v.who.CustomerID)
	if err != nil {
		return keeping(err)
	}
	var content views.Receipts
	for _, c := range slices.Backward(consents) {
		document := views.Document{ID: c.Document.ID, Title: shownTitle(c.Document), SignedAt: stamp(c.AgreedAt)}
		switch c.State {
		case onboarding.ConsentConfirmed:
			document.Signed, document.Receipt = true, c.SigningID
			content.Signed = append(content.Signed, document)
		case onboarding.ConsentPending:
			content.Waiting = append(content.Waiting, document)
		case onboarding.ConsentRefused: // it stands beside its document
		}
	}
	page := v.page()
	return v.render(http.StatusOK, page, views.ReceiptsPage(page, content))
}

// receipt shows what is kept of one signature of this customer's own, at whatever stage
// they are by now.
func (v *visit) receipt() error {
	c, err := v.ownConsent(v.c.Param("id"))
	if err != nil {
		return err
	}
	content := views.Receipt{
		Document: views.Document{ID: c.Document.ID, Title: shownTitle(c.Document), Signed: true, SignedAt: stamp(c.AgreedAt)},
		Address:  c.Document.URL, Words: c.Words, Locale: c.Locale, ShownAt: stamp(c.ShownAt), OpenedAt: stamp(c.OpenedAt),
		Fingerprint: c.Signed.SHA256, Problem: c.Signed.Problem,
		SigningID: c.SigningID, CustomerID: c.Customer, Confirmed: stamp(c.SettledAt), Record: c.Sequence, RecordHash: c.Hash,
	}
	if c.Signed.SHA256 != "" {
		if content.Download, err = v.h.Records.HasContent(v.c.Request().Context(), c.Signed.SHA256); err != nil {
			return keeping(err)
		}
	}
	page := v.page()
	page.Scripts, page.Receipts = []string{"receipt.js"}, true
	return v.render(http.StatusOK, page, views.ReceiptPage(page, content))
}

// signedDocument gives back the very bytes that were signed. They are somebody else's
// work, and may be a page with a script: a browser gets them to keep and not to show.
func (v *visit) signedDocument() error {
	c, err := v.ownConsent(v.c.Param("id"))
	if err != nil {
		return err
	}
	body, found, err := v.h.Records.Content(v.c.Request().Context(), c.Signed.SHA256)
	switch {
	case err != nil:
		return keeping(err)
	case !found:
		return errNoPage
	}
	kind, ending := fileKind(c.Signed.MediaType)
	header := v.c.Response().Header()
	header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fileName(shownTitle(c.Document)) + ending}))
	header.Set("Content-Security-Policy", "sandbox; "+policy{}.String())
	write(v.c, http.StatusOK, kind, body)
	return nil
}

// ownConsent finds a signature by Iron's id of it, or else the last one to a document.
// What Iron has not confirmed is not signed yet, and has no receipt.
func (v *visit) ownConsent(id string) (onboarding.Consent, error) {
	consents, err := v.h.Records.CustomerConsents(v.c.Request().Context(), v.partner.ID, v.who.CustomerID)
	if err != nil {
		return onboarding.Consent{}, keeping(err)
	}
	var last *onboarding.Consent
	for i, c := range consents {
		switch {
		case c.State != onboarding.ConsentConfirmed:
		case c.SigningID == id:
			return c, nil
		case c.Document.ID == id:
			last = &consents[i]
		}
	}
	if last == nil {
		return onboarding.Consent{}, errNoPage
	}
	return *last, nil
}

// fileKind says as what kind of file a document is handed out, and how its name ends.
// Only kinds that can do nothing by themselves are called what they are.
func fileKind(mediaType string) (kind, ending string) {
	const unknown = "application/octet-stream"
	essence, _, err := mime.ParseMediaType(mediaType)
	if err != nil {
		return unknown, ""
	}
	switch essence {
	case "application/pdf":
		return essence, ".pdf"
	case "text/plain":
		return mediaType, ".txt"
	case "text/html":
		return unknown, ".html"
	}
	return unknown, ""
}

// longestFileName leaves room for an ending wherever files are kept.
const longestFileName = 80

// fileName makes a name for a file out of a title, which may hold anything.
func fileName(title string) string {
	name := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|%;`, r) {
			return ' '
		}
		return r
	}, title)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	if short := []rune(name); len(short) > longestFileName {
		name = strings.TrimSpace(string(short[:longestFileName]))
	}
	if name == "" {
		return "document"
	}
	return name
}
