package simulator

// hostedFrame is what every hosted page has around its own content.
type hostedFrame struct {
	Page  string // which page it is, for tests
	Title string
}

type welcomeView struct {
	hostedFrame
	StepUp    bool
	Comment   string // of the reviewer, on the whole check
	Steps     []welcomeStep
	Begin     string // address of the first step that is to do
	BeginWord string
}

type welcomeStep struct {
	Title, Brief, Comment string
	Done                  bool
}

type stepView struct {
	hostedFrame
	Step     string // Iron's name
	Lead     string
	Comment  string // of the reviewer, on this step
	Number   int
	Progress []progressMark
	Action   string
	Back     string
	Fields   []fieldView
	Problems []problemView
}

type progressMark struct{ Title, State string }

type problemView struct{ Field, Words string }

type fieldView struct {
	Name, Label, Hint string
	Kind              questionKind
	Value             string
	Problem           string
	Optional          bool
	Fill              string
	Sample            string // of a picture: the asset that stands for it
	Options           []optionView
}

type optionView struct {
	Value, Label string
	Chosen       bool
}

// DescribedBy names the hint and the error text of a field for screen readers.
func (f fieldView) DescribedBy() string {
	ids := ""
	if f.Problem != "" {
		ids = f.Name + "-problem "
	}
	if f.Hint != "" {
		ids += f.Name + "-hint"
	}
	return ids
}

type reviewView struct {
	hostedFrame
	Parts    []reviewPart
	Progress []progressMark
	Action   string
}

type reviewPart struct {
	Title, Change string
	Answers       []reviewAnswer
}

type reviewAnswer struct{ Question, Answer string }

type endView struct {
	hostedFrame
	Lead, Then string
	Good       bool
}

// endings are the pages after which there is nothing to do here.
var endings = map[string]endView{
	"done": {
		hostedFrame: hostedFrame{Page: "done", Title: "Thank you, that is all"}, Good: true,
		Lead: "We have received everything and are checking it now.",
		Then: "You can close this page, or go back to the page that you came from. You will hear there how it goes on.",
	},
	"submitted": {
		hostedFrame: hostedFrame{Page: "submitted", Title: "You have already sent this"}, Good: true,
		Lead: "We have your answers. There is nothing more to do here.",
		Then: "You can close this page, or go back to the page that you came from.",
	},
	"expired": {
		hostedFrame: hostedFrame{Page: "expired", Title: "This link has expired"},
		Lead:        "For your safety, links to an identity check only work for a while.",
		Then:        "Go back to the page that you came from. It gives you a new link if one is needed.",
	},
	"unknown": {
		hostedFrame: hostedFrame{Page: "unknown", Title: "We don’t know this link"},
		Lead:        "It may have been cut short when it was copied.",
		Then:        "Go back to the page that you came from and open the link there.",
	},
}

func welcomeViewOf(check Check, begin string) welcomeView {
	view := welcomeView{
		hostedFrame: hostedFrame{Page: "welcome", Title: "Confirm your identity"},
		StepUp:      check.StepUp, Comment: check.Review, Begin: begin, BeginWord: "Begin",
	}
	switch {
	case check.StepUp:
		view.Title = "We need a little more"
	case check.CustomerType == Business:
		view.Title = "Confirm your company"
	}
	for _, step := range check.Steps {
		page := stepPage(check.CustomerType, step.Name, check.WithEDD)
		view.Steps = append(view.Steps, welcomeStep{Title: page.title, Brief: page.brief, Comment: step.Comment, Done: step.Done})
		if step.Done {
			view.BeginWord = "Go on"
		}
	}
	return view
}

func stepViewOf(check Check, token string, page hostedStep, answers form) stepView {
	view := stepView{
		hostedFrame: hostedFrame{Page: "step", Title: page.title},
		Step:        page.name, Lead: page.lead, Action: at("/step/"+page.name, token), Back: at("/start", token),
	}
	for n, step := range check.Steps {
		if step.Name == page.name {
			view.Number, view.Comment = n+1, step.Comment
			if n > 0 {
				view.Back = at("/step/"+check.Steps[n-1].Name, token)
			}
		}
	}
	view.Progress = progressOf(check, page.name)
	for _, q := range page.questions {
		field := fieldView{
			Name: q.name, Label: q.label, Hint: q.hint, Kind: q.kind, Value: answers.values[q.name],
			Problem: answers.problems[q.name], Optional: q.optional, Fill: q.fill, Sample: q.sample,
		}
		for _, o := range q.options {
			field.Options = append(field.Options, optionView{o.value, o.label, o.value == field.Value})
		}
		if field.Problem != "" {
			view.Problems = append(view.Problems, problemView{q.name, field.Problem})
		}
		view.Fields = append(view.Fields, field)
	}
	return view
}

// progressOf marks the steps done, the one called current as current.
func progressOf(check Check, current string) []progressMark {
	var marks []progressMark
	for _, step := range check.Steps {
		mark := progressMark{Title: stepPage(check.CustomerType, step.Name, check.WithEDD).title, State: "upcoming"}
		switch {
		case step.Name == current:
			mark.State = "current"
		case step.Done:
			mark.State = "done"
		}
		marks = append(marks, mark)
	}
	return marks
}

func reviewViewOf(check Check, token string) reviewView {
	view := reviewView{
		hostedFrame: hostedFrame{Page: "review", Title: "Is everything right?"},
		Action:      at("/review", token), Progress: progressOf(check, ""),
	}
	for _, step := range check.Steps {
		page := stepPage(check.CustomerType, step.Name, check.WithEDD)
		part := reviewPart{Title: page.title, Change: at("/step/"+step.Name, token)}
		for _, q := range page.questions {
			answer := step.Answers[q.name]
			for _, o := range q.options {
				if o.value == answer {
					answer = o.label
				}
			}
			if answer != "" {
				part.Answers = append(part.Answers, reviewAnswer{q.label, answer})
			}
		}
		view.Parts = append(view.Parts, part)
	}
	return view
}
