package handlers

import (
	"portal/onboarding"

	"github.com/labstack/echo/v4"
)

// door says who may enter. Its error is errElsewhere where the hub knows better.
type door func(*visit) error

// page puts a door before a page.
func (h *handlers) page(enter door, show func(*visit) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		v, err := h.visit(c)
		if err != nil {
			return err
		}
		if err := enter(v); err != nil {
			return err
		}
		return show(v)
	}
}

// anyone may enter: the page itself asks who it is, where it matters.
func anyone(*visit) error { return nil }

// customer lets in whoever is signed in, at whatever stage.
func customer(v *visit) error {
	if err := v.identify(); err != nil {
		return err
	}
	if !v.signedIn {
		return errElsewhere
	}
	return v.touch()
}

// form lets in a signed-in customer who sends a form that was made for this very
// session. Where a browser came from is checked for every request; this also holds
// where a partner's page gets at our address.
func form(v *visit) error {
	if err := customer(v); err != nil {
		return err
	}
	if !v.who.OwnsForm(v.field("token")) {
		return errOldForm
	}
	return nil
}

// at lets in customers whose stage this is, by what Iron says now.
func at(stage onboarding.Stage) door {
	return func(v *visit) error {
		if err := v.identify(); err != nil {
			return err
		}
		if !v.signedIn {
			return errElsewhere
		}
		if err := v.proceed(); err != nil {
			return err
		}
		asksMore := stage == onboarding.StageSubmission && v.progress.StepUpNotice
		if v.progress.Stage != stage && !asksMore {
			return errElsewhere
		}
		return nil
	}
}

// formAt is form and at: for what may only be done at one stage.
func formAt(stage onboarding.Stage) door {
	return func(v *visit) error {
		if err := form(v); err != nil {
			return err
		}
		return at(stage)(v)
	}
}
