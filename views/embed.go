package views

import "github.com/a-h/templ"

// embedProblem marks a page that is itself what the host has to be told of.
func embedProblem(code string) templ.Attributes {
	if code == "" {
		return nil
	}
	return templ.Attributes{"data-embed-problem": code}
}

// sessionProblem: without a session it takes a new link to go on, except for whoever
// has just chosen to leave.
func sessionProblem(over bool) string {
	if over {
		return "session-expired"
	}
	return ""
}

func linkProblem(kind string) string {
	if kind == "link-gone" {
		return "link-expired"
	}
	return ""
}
