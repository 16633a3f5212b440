package onboarding

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Comment is what a reviewer wrote to the customer, ready to be shown as text.
type Comment struct {
	Step string // "review" for the whole check, else Iron's name of the step
	Text string
}

// ReviewStep names the comment on the whole check.
const ReviewStep = "review"

// MaxComment is the longest comment shown, in characters.
const MaxComment = 4000

// stepOrder is the order of the hosted pages, first for people, then for
// businesses; steps not known yet come last by their names.
var stepOrder = []string{
	ReviewStep, "identity", "selfie", "proof_of_residence",
	"company_data", "company_beneficiaries", "company_documents", "questionnaire",
}

// CommentsOn collects all that reviewers wrote on an identification. Iron's
// onboarding guide: they are shown while it is Pending or Declined, in one box.
func CommentsOn(identification Identification) []Comment {
	if identification.Status != IdentificationPending && identification.Status != IdentificationDeclined {
		return nil
	}
	var comments []Comment
	add := func(step, raw string) {
		if text := CleanText(raw); text != "" {
			comments = append(comments, Comment{Step: step, Text: text})
		}
	}
	add(ReviewStep, identification.ReviewComment)
	for _, step := range identification.Steps {
		add(step.Name, step.Comment)
	}
	slices.SortStableFunc(comments, func(a, b Comment) int {
		if d := stepRank(a.Step) - stepRank(b.Step); d != 0 {
			return d
		}
		return strings.Compare(a.Step, b.Step)
	})
	return comments
}

// missingBeside is what Iron still asks for, less the sentences that stand among the
// comments already: Iron's descriptions repeat them.
func missingBeside(r *Requirements, comments []Comment) []Requirement {
	if r == nil {
		return nil
	}
	said := map[string]bool{}
	for _, c := range comments {
		for line := range strings.Lines(c.Text) {
			said[strings.TrimSpace(line)] = true
		}
	}
	missing := slices.Clone(r.Missing)
	for i, item := range missing {
		var fresh []string
		for line := range strings.Lines(item.Description) {
			if line = strings.TrimSpace(line); !said[line] {
				fresh = append(fresh, line)
			}
		}
		missing[i].Description = strings.TrimSpace(strings.Join(fresh, "\n"))
	}
	return missing
}

func stepRank(step string) int {
	if i := slices.Index(stepOrder, step); i >= 0 {
		return i
	}
	return len(stepOrder)
}

// CleanText makes words from outside safe to show as plain text, and changes
// nothing else about them: control characters and those that turn the direction
// of what follows are dropped (they can make a sentence read as its opposite),
// line breaks stay, and what is longer than MaxComment ends in "…".
func CleanText(raw string) string {
	raw = strings.ReplaceAll(strings.ToValidUTF8(raw, "\uFFFD"), "\r\n", "\n")
	var b strings.Builder
	for _, r := range raw {
		switch {
		case r == '\n' || r == '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			b.WriteByte('\n')
		case r == '\t':
			b.WriteByte(' ')
		case unicode.IsControl(r) || turnsDirection(r):
		default:
			b.WriteRune(r)
		}
	}
	text := strings.TrimSpace(b.String())
	if utf8.RuneCountInString(text) <= MaxComment {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:MaxComment-1])) + "…"
}

// turnsDirection: the bidirectional controls of Unicode, and the byte order mark.
func turnsDirection(r rune) bool {
	return r == '\u061C' || r == '\u200E' || r == '\u200F' || r == '\uFEFF' ||
		('\u202A' <= r && r <= '\u202E') || ('\u2066' <= r && r <= '\u2069')
}
