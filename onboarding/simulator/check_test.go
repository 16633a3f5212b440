package simulator

import (
	"errors"
	"testing"
)

func TestAHostedPageKnowsWhatItIsFor(t *testing.T) {
	b := newBench(t)
	i := b.link(b.customer().ID)
	check, err := b.IdentificationByToken(token(i.URL))
	if err != nil {
		t.Fatal(err)
	}
	if check.State != CheckOpen || check.StepUp || check.CustomerName != "Ada" || len(check.Steps) != 4 || check.Identification.ID != i.ID {
		t.Errorf("%+v", check)
	}
}

func TestAnswersAreKeptAndMayBeCorrectedUntilTheyAreHandedIn(t *testing.T) {
	b := newBench(t)
	i := b.link(b.customer().ID)
	for _, country := range []string{"DE", "FR"} {
		b.pull(b.CompleteStep(token(i.URL), "identity", map[string]string{"country": country}))
	}
	todo, err := b.StepsToDo(token(i.URL))
	if err != nil || len(todo) != 3 || todo[0] != "selfie" {
		t.Errorf("%v, %v", todo, err)
	}
	view, err := b.Identification(i.ID)
	if err != nil || view.Steps[0].Answers["country"] != "FR" || !view.Steps[0].Done {
		t.Errorf("%+v, %v", view.Steps[0], err)
	}
	if err := b.CompleteStep(token(i.URL), "company_data", nil); !errors.Is(err, ErrNoStep) {
		t.Errorf("a step of another kind of check: %v", err)
	}
}

func TestAHostedPageThatIsOverSaysWhy(t *testing.T) {
	b := newBench(t)
	for name, c := range map[string]struct {
		end   func(id string) error
		state CheckState
		err   error
	}{
		"handed in":            {b.Submit, CheckSubmitted, ErrSubmitted},
		"approved":             {b.Approve, CheckSubmitted, ErrSubmitted},
		"expired":              {b.Expire, CheckExpired, ErrExpired},
		"archived":             {b.ArchiveIdentification, CheckExpired, ErrExpired},
		"lost its address":     {b.LoseURL, CheckExpired, ErrExpired},
		"got a newer address":  {b.OfferURL, CheckExpired, ErrExpired},
		"is asked for more at": {func(id string) error { return b.AskForMore(id, Ask{}) }, CheckExpired, ErrExpired},
	} {
		i := b.link(b.customer().ID)
		b.pull(c.end(i.ID))
		check, err := b.IdentificationByToken(token(i.URL))
		if err != nil || check.State != c.state {
			t.Errorf("%s: %s, %v", name, check.State, err)
		}
		if err := b.SubmitCheck(token(i.URL)); !errors.Is(err, c.err) {
			t.Errorf("%s: handing in: %v", name, err)
		}
		if _, err := b.StepsToDo(token(i.URL)); !errors.Is(err, c.err) {
			t.Errorf("%s: steps: %v", name, err)
		}
		if err := b.CompleteStep(token(i.URL), "identity", nil); !errors.Is(err, c.err) {
			t.Errorf("%s: a step: %v", name, err)
		}
	}
	for _, token := range []string{"", "guess"} {
		if _, err := b.IdentificationByToken(token); !errors.Is(err, ErrUnknownToken) {
			t.Errorf("token %q: %v", token, err)
		}
	}
}

func TestAStepUpWithNothingNamedAsksForEverything(t *testing.T) {
	b := newBench(t)
	c := b.build("active")
	b.pull(b.AskForMore(b.first(c).ID, Ask{Review: "again, please"}))
	todo, err := b.StepsToDo(token(b.first(c).URL))
	if err != nil || len(todo) != 4 {
		t.Errorf("%v, %v", todo, err)
	}
}

func TestViewsAreCopies(t *testing.T) {
	b := newBench(t)
	c := b.build("declined")
	view, err := b.Customer(c)
	b.pull(err)
	view.Rails[0].Status = "Broken"
	view.Identifications[0].Steps[0].Comment = "scribble"
	*view.Identifications[0].WithEDD = true
	again, err := b.Customer(c)
	b.pull(err)
	if again.Rails[0].Status == "Broken" || again.Identifications[0].Steps[0].Comment == "scribble" || *again.Identifications[0].WithEDD {
		t.Error("what a reader does to a view reaches the world")
	}
}
