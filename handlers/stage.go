package handlers

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"time"

	"portal/onboarding"
	"portal/session"
	"portal/views"
)

// standing puts a decision into the marks and the stepper of a page.
func standing(p onboarding.Progress) views.Standing {
	names := [3]onboarding.Stage{onboarding.StageSubmission, onboarding.StageReview, onboarding.StageActivation}
	s := views.Standing{
		Stage:                string(p.Stage),
		State:                string(p.State),
		CustomerStatus:       string(p.CustomerStatus),
		IdentificationStatus: string(p.IdentificationStatus),
		EDD:                  string(p.EDD),
		EDDMeaning:           string(p.EDDMeaning),
		Why:                  string(p.Why),
		Business:             p.Customer.Type == onboarding.Business,
	}
	if p.Stale {
		s.AsOf = stamp(p.ReadAt)
	}
	for i, step := range p.Steps {
		s.Steps = append(s.Steps, views.Step{Name: string(names[i]), Progress: string(step)})
	}
	return s
}

func comments(list []onboarding.Comment) []views.Comment {
	shown := make([]views.Comment, len(list))
	for i, comment := range list {
		shown[i] = views.Comment{Step: comment.Step, Text: comment.Text}
	}
	return shown
}

func missing(list []onboarding.Requirement) []views.Missing {
	shown := make([]views.Missing, len(list))
	for i, item := range list {
		shown[i] = views.Missing{
			Code: item.Code, Text: onboarding.CleanText(item.Description),
			Reasons: cleaned(item.Reasons), Questions: cleaned(item.Questions),
		}
	}
	return shown
}

// cleaned makes words from outside safe to show, and leaves out what is empty then.
func cleaned(list []string) []string {
	var shown []string
	for _, raw := range list {
		if text := onboarding.CleanText(raw); text != "" {
			shown = append(shown, text)
		}
	}
	return shown
}

// stagePage is what is around a stage page with this content: when it asks again, and
// a version by which its script can tell that something has changed.
func (v *visit) stagePage(content any) views.Page {
	page := v.page()
	if v.c.Request().Header.Get(pollHeader) == "" {
		// A poll's answer is looked at by a script, which would lose the notice.
		page.Notice = v.takeNotice()
		v.h.Meter.pages.WithLabelValues(string(v.progress.Stage), string(v.progress.State)).Inc()
	}
	page.Refresh, page.Live = renewal(v.progress)
	page.Receipts = v.progress.Customer.Signed > 0 || len(v.progress.Signings) > 0
	page.PutAway = page.Handoff && needsNothing(v.progress)
	page.Version = versionOf(page.Locale, content)
	return page
}

// renewal says how soon a page asks again by itself. One that is being filled in or
// holds a hosted page is never loaded anew under its reader, only renewed by the
// script, which leaves both alone.
func renewal(p onboarding.Progress) (refresh int, live bool) {
	switch p.State {
	case onboarding.StatePreparing, onboarding.StateFinishing, onboarding.StateActivating:
		return 10, true
	case onboarding.StateWaiting, onboarding.StateReviewing, onboarding.StateRailsPending, onboarding.StateUnknown:
		return 60, true
	case onboarding.StateSuspended, onboarding.StateUserRequired, onboarding.StateDeclined:
		return 300, true
	case onboarding.StateClosed:
		return 0, p.Stale
	}
	return 0, true
}

// needsNothing: the customer's part is done, for now or for good.
func needsNothing(p onboarding.Progress) bool {
	switch p.State {
	case onboarding.StateWaiting, onboarding.StateReviewing, onboarding.StateFinishing, onboarding.StateActivating,
		onboarding.StateReady, onboarding.StateRailsPending:
		return !p.ActionRequired
	}
	return false
}

// versionOf is the same for as long as a page says the same.
func versionOf(locale string, content any) string {
	text, err := json.Marshal(content)
	if err != nil {
		panic("handlers: content of a page: " + err.Error()) // structs of strings and bools
	}
	sum := sha256.Sum256(append([]byte(locale+"\n"), text...))
	return hex.EncodeToString(sum[:8])
}

// brand is how a partner's pages look, worked out once.
type brand struct {
	partner views.Partner
	css     string
	version string // of css
	images  string // the logo's origin, or ""
}

func brandsOf(partners *session.Partners) map[string]brand {
	brands := map[string]brand{}
	for _, p := range partners.All() {
		b := brand{css: views.BrandCSS(p.Brand.Accent), partner: views.Partner{
			ID: p.ID, Name: p.Name, SupportEmail: p.Support.Email, SupportURL: p.Support.URL,
		}}
		if b.images = originOf(p.Brand.Logo); b.images != "" {
			b.partner.Logo = p.Brand.Logo
		}
		if b.css != "" {
			b.version = versionOf("", b.css)
			b.partner.BrandCSS = "/p/" + url.PathEscape(p.ID) + "/brand.css?v=" + b.version
		}
		brands[p.ID] = b
	}
	return brands
}

// stamp writes a moment into a page; the zero time is "".
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
