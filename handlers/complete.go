package handlers

import (
	"cmp"
	"net/http"
	"slices"

	"portal/onboarding"
	"portal/views"
)

// complete is the end: which rails work, and the way back to the partner.
func (v *visit) complete() error {
	papers, err := v.papers()
	if err != nil {
		return err
	}
	content := views.Complete{
		Standing: standing(v.progress), Rails: rails(v.progress.Rails),
		Signed: papers.signed, StepUp: v.progress.StepUpNotice, Beside: v.who.Beside,
	}
	// The partners file may have changed since the session began.
	content.ReturnURL, _ = v.partner.AllowsReturn(v.who.ReturnURL)
	page := v.stagePage(content)
	return v.render(http.StatusOK, page, views.CompletePage(page, content))
}

// The order of Iron's API document; what is not in it comes after, by its name.
var (
	currencies = []string{"eur", "gbp", "usd"}
	schemes    = []string{"sepa", "fps", "chaps", "ach", "wire", "rtp", "fednow", "swift"}
)

// rails puts rails in an order that stays the same from one answer to the next.
func rails(list []onboarding.Rail) []views.Rail {
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b onboarding.Rail) int {
		return cmp.Or(
			cmp.Compare(a.Direction, b.Direction),
			cmp.Compare(rank(currencies, a.Currency), rank(currencies, b.Currency)),
			cmp.Compare(a.Currency, b.Currency),
			cmp.Compare(rank(schemes, a.Scheme), rank(schemes, b.Scheme)),
			cmp.Compare(a.Scheme, b.Scheme),
			cmp.Compare(a.Key(), b.Key()),
		)
	})
	shown := make([]views.Rail, len(sorted))
	for i, r := range sorted {
		shown[i] = views.Rail{
			Key: r.Key(), Direction: string(r.Direction), Currency: r.Currency, Scheme: r.Scheme,
			ThirdParty: r.ThirdParty, Status: string(r.Status),
		}
	}
	return shown
}

func rank(order []string, name string) int {
	if i := slices.Index(order, name); i >= 0 {
		return i
	}
	return len(order)
}
