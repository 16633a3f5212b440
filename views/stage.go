package views

import (
	"context"
	"slices"
	"strings"
)

// summaryLine is one line of an error summary: the words, and where to go.
type summaryLine struct{ id, field, text string }

func isCurrent(s Step) bool { return s.Progress == "current" || s.Progress == "attention" }

func allDone(steps []Step) bool {
	return !slices.ContainsFunc(steps, func(s Step) bool { return s.Progress != "done" })
}

func stepName(ctx context.Context, s Step, business bool) string {
	if id := "step." + s.Name + ".business"; business && has(ctx, id) {
		return T(ctx, id)
	}
	return T(ctx, "step."+s.Name)
}

// stepState says how far a step is. Where nobody can go on from a step, "needs
// attention" would ask for something that the customer can't give.
func stepState(ctx context.Context, s Standing, step Step) string {
	if step.Progress == "attention" && (s.Stage == "blocked" || s.State == "declined") {
		return T(ctx, "step-state.stopped")
	}
	return T(ctx, "step-state."+step.Progress)
}

// commentName names the part of the check that a comment is about. A part that
// the portal has no word for is shown by Iron's own name.
func commentName(ctx context.Context, step string) string {
	if id := "comment." + step; has(ctx, id) {
		return T(ctx, id)
	}
	return T(ctx, "comment.other", "Step", strings.ReplaceAll(step, "_", " "))
}

func missingName(ctx context.Context, code string) string {
	if id := "missing." + code; has(ctx, id) {
		return T(ctx, id)
	}
	return T(ctx, "missing.other")
}

// edd says which kind of check it is, where the guide's table speaks of it.
func edd(ctx context.Context, s Standing) string {
	if id := "edd." + s.EDDMeaning; has(ctx, id) {
		return T(ctx, id)
	}
	return ""
}

// nextWords says who acts next on a page beside the stages.
func nextWords(ctx context.Context, p Page, s Standing) string {
	if id := "next." + s.State; has(ctx, id) {
		return T(ctx, id, "Partner", p.Partner.Name)
	}
	return T(ctx, "next.unknown")
}

func hasSupport(partner Partner) bool {
	return partner.SupportEmail != "" || webAddress(partner.SupportURL) != ""
}
