package handlers

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"portal/onboarding"
	"portal/session"
	"portal/views"
)

// newOnce names one form, so that sending it twice makes one customer.
func newOnce() string { return rand.Text() }

// once is the name in a form that was sent, or a new one where it is none of ours.
func once(sent string) string {
	plain := func(r rune) bool { return 'A' <= r && r <= 'Z' || '2' <= r && r <= '7' }
	if len(sent) != 26 || strings.ContainsFunc(sent, func(r rune) bool { return !plain(r) }) {
		return newOnce()
	}
	return sent
}

// signUp makes a customer of whoever fills in the form, where the partner allows it.
func (v *visit) signUp() error {
	if !v.partner.SignUp {
		return errNoPage
	}
	if err := v.allow(session.LimitSignUp, session.AddressKey(v.h.address(v.c.Request()))); err != nil {
		return err
	}
	asked := onboarding.NewCustomer{
		Name:  strings.Join(strings.Fields(v.field("name")), " "),
		Email: strings.TrimSpace(v.field("email")),
		Type:  onboarding.CustomerType(v.field("customer_type")),
	}
	content := views.SignUp{
		Name: asked.Name, Email: asked.Email, CustomerType: string(asked.Type),
		Once: once(v.field("once")), Problems: problemsOf(asked),
	}
	if len(content.Problems) > 0 {
		return v.signUpAgain(http.StatusUnprocessableEntity, content)
	}
	customer, err := v.journey.Enrol(v.c.Request().Context(), asked, content.Once)
	switch {
	case errors.Is(err, onboarding.ErrUnavailable):
		return fromJourney(err)
	case errors.Is(err, onboarding.ErrRefused), errors.Is(err, onboarding.ErrConflict):
		// A conflict is the same form with other words in it: a new one is on the page.
		content.Once = newOnce()
		content.Problems = []views.Problem{{Field: "name", ID: "refused"}}
		noteOf(v.c).err = err
		return v.signUpAgain(http.StatusUnprocessableEntity, content)
	case err != nil:
		return fromJourney(err)
	}
	if err := v.h.claim(v.c.Request().Context(), v.partner.ID, customer.ID); err != nil {
		return err
	}
	return v.comeIn(
		session.LinkSpec{Partner: v.partner.ID, CustomerID: customer.ID},
		session.Identity{Partner: v.partner.ID, CustomerID: customer.ID},
	)
}

func (v *visit) signUpAgain(status int, content views.SignUp) error {
	page := v.page()
	page.Path = v.path("") // a GET of this address is not this page
	return v.render(status, page, views.SignUpPage(page, content))
}

// The longest name and email address that Iron's API document allows, in characters.
const (
	longestName  = 140
	longestEmail = 254
)

// problemsOf is what is wrong with what a customer wrote, field by field.
func problemsOf(c onboarding.NewCustomer) []views.Problem {
	var problems []views.Problem
	add := func(field, id string) {
		if id != "" {
			problems = append(problems, views.Problem{Field: field, ID: id})
		}
	}
	if c.Type != onboarding.Person && c.Type != onboarding.Business {
		add("customer_type", "missing")
	}
	add("name", nameProblem(c.Name))
	add("email", emailProblem(c.Email))
	return problems
}

func nameProblem(name string) string {
	odd := func(r rune) bool {
		return !unicode.IsPrint(r) || r == utf8.RuneError || strings.ContainsRune("<>{}", r)
	}
	switch {
	case name == "":
		return "missing"
	case utf8.RuneCountInString(name) > longestName:
		return "long"
	case strings.ContainsFunc(name, odd), !strings.ContainsFunc(name, unicode.IsLetter):
		return "invalid"
	}
	return ""
}

func emailProblem(email string) string {
	if email == "" {
		return "missing"
	}
	if len(email) > longestEmail {
		return "long"
	}
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email {
		return "invalid"
	}
	domain := email[strings.LastIndexByte(email, '@')+1:]
	labels := strings.Split(domain, ".")
	if len(labels) < 2 || strings.ContainsAny(domain, "[] ") {
		return "invalid"
	}
	for _, label := range labels {
		if label == "" {
			return "invalid"
		}
	}
	return ""
}
