package handlers

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"portal/onboarding"
	"portal/session"
	"portal/views"
)

// sign takes a customer's agreement to one document. What is agreed to is the very
// document that was on the page: where the list has changed, it is shown again and
// nothing is signed.
func (v *visit) sign() error {
	if err := v.allow(session.LimitSign, v.who.SessionID); err != nil {
		return err
	}
	id := v.c.Param("id")
	i := slices.IndexFunc(v.progress.Documents, func(d onboarding.Document) bool { return d.ID == id })
	if i < 0 {
		return v.signedBefore(id)
	}
	if v.field("consent") != "yes" {
		return v.documentList(http.StatusUnprocessableEntity, id, views.Document{Problem: "consent"})
	}
	shown, err := v.openShowing(id)
	if err != nil {
		// Nobody knows what was on the page: it is shown again, and nothing is signed.
		return v.signed(id, onboarding.Consent{}, errors.Join(onboarding.ErrDocumentChanged, err))
	}
	if shown.Again {
		waits, err := v.waits(id)
		switch {
		case err != nil:
			return err
		case !waits: // it has been settled since, and there was no box on the page
			return seeOther(v.c, v.path("documents"))
		}
	}
	consent, err := v.journey.Sign(v.c.Request().Context(), v.agreement(id, shown, shownTitle(v.progress.Documents[i])))
	return v.signed(id, consent, err)
}

// openShowing reads what was on the page, whose words must be today's: what is kept is
// what the customer has read, not what the portal says by now.
func (v *visit) openShowing(id string) (session.Showing, error) {
	shown, err := v.h.Showings.Open(v.partner.ID, v.who.CustomerID, id, v.field("shown"))
	if err == nil && shown.Wording != views.Wording(shown.Locale) {
		err = session.ErrNoShowing
	}
	return shown, err
}

// signed says what came of it. A consent that is kept is never an error to whoever
// gave it: it reaches Iron later, and pressing again does no harm.
func (v *visit) signed(id string, consent onboarding.Consent, err error) error {
	kept := consent.State == onboarding.ConsentPending && consent.Key != ""
	switch {
	case err == nil:
		v.notice(session.NoticeSigned)
		return seeOther(v.c, v.path("documents"))
	case errors.Is(err, onboarding.ErrNotNow):
		return v.signedBefore(id)
	case errors.Is(err, onboarding.ErrDocumentChanged):
		if err := v.proceed(); err != nil {
			return err
		}
		if v.progress.Stage != onboarding.StageActivation {
			return errElsewhere
		}
		return v.documentList(http.StatusConflict, id, views.Document{Problem: "changed"})
	case errors.Is(err, onboarding.ErrConflict), errors.Is(err, onboarding.ErrNotFound):
		noteOf(v.c).err = err
		return v.inTheWay(id, consent)
	case consent.State == onboarding.ConsentRefused:
		noteOf(v.c).err = err
		status := http.StatusUnprocessableEntity
		if errors.Is(err, onboarding.ErrUnavailable) {
			status = http.StatusBadGateway // Iron has failed rather than said no
		}
		return v.documentList(status, id, views.Document{Problem: "refused", Reason: onboarding.CleanText(consent.Reason)})
	case kept:
		noteOf(v.c).err = err
		v.notice(session.NoticeSignedLater)
		return seeOther(v.c, v.path("documents"))
	}
	return fromJourney(err)
}

// inTheWay: Iron does not take a signature for what it asked for a moment ago. Mostly
// the list has changed; if it has not, only Iron's words tell what it is.
func (v *visit) inTheWay(id string, consent onboarding.Consent) error {
	if err := v.proceed(); err != nil {
		return err
	}
	if slices.ContainsFunc(v.progress.Documents, func(d onboarding.Document) bool { return d.ID == id }) {
		return v.documentList(http.StatusConflict, id, views.Document{Problem: "refused", Reason: onboarding.CleanText(consent.Reason)})
	}
	v.notice(session.NoticeDocumentChanged)
	return seeOther(v.c, v.path("documents"))
}

// signedBefore is for a form whose document is not asked for any more: a second
// click, a second tab, or the back button.
func (v *visit) signedBefore(id string) error {
	if slices.ContainsFunc(v.progress.Signings, func(s onboarding.Signing) bool { return s.DocumentID == id }) {
		v.notice(session.NoticeSignedBefore)
	} else {
		v.notice(session.NoticeDocumentChanged)
	}
	return seeOther(v.c, v.path("documents"))
}

// agreement is what the form says.
func (v *visit) agreement(id string, shown session.Showing, title string) onboarding.SignRequest {
	disclosure, button := views.SigningWords(shown.Locale, shown.Again)
	request := onboarding.SignRequest{
		CustomerID: v.who.CustomerID, DocumentID: id, Fingerprint: shown.Fingerprint,
		Words: views.ConsentWords(shown.Locale, title), Locale: shown.Locale,
		ShownAt: shown.At, OpenedAt: shown.OpenedAt,
		Shown: onboarding.DocumentBytes{
			SHA256: shown.SHA256, Size: shown.Size, MediaType: shown.MediaType, Problem: shown.Problem,
		},
		Address: v.h.address(v.c.Request()), Agent: v.c.Request().UserAgent(),
		How: onboarding.Circumstances{
			Wording: shown.Wording, Disclosure: disclosure, Button: button,
			Session: v.who.SessionID, SignedInAt: v.who.SignedInAt, CameBy: v.who.Means(),
		},
	}
	if session.Framed(v.c.Request()) {
		request.How.Framed, request.How.FramedBy = true, strings.Join(v.partner.Origins, " ")
	}
	return request
}
