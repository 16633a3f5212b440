package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

var errNoPartner = errors.New("simulator: the control room knows no such partner")

// outcome is what an action came to: for a script as JSON, for a person as words
// on the page that the action leads to.
type outcome struct {
	status int // for JSON; 200 where it is 0
	body   any
	words  string
	to     string // where a browser goes: the page of the form where it is empty
	away   bool   // to is another site's
}

// act makes a handler of an action. A browser is always sent on with 303, with
// the reason where something was refused; a script gets the status that fits.
func (c *room) act(action func(*http.Request, input) (outcome, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		in, err := readInput(w, r)
		var out outcome
		if err == nil {
			out, err = action(r, in)
		}
		if wantsJSON(r) {
			c.answerJSON(w, out, err)
			return
		}
		if err == nil && out.away {
			http.Redirect(w, r, out.to, http.StatusSeeOther)
			return
		}
		words := out.words
		if err != nil {
			words = inWords(err)
		}
		note := c.note(words, err != nil)
		http.Redirect(w, r, back(out.to, in["back"], note), http.StatusSeeOther)
	}
}

func (c *room) answerJSON(w http.ResponseWriter, out outcome, err error) {
	if err != nil {
		writeJSON(w, statusOf(err), map[string]string{"error": inWords(err)})
		return
	}
	if out.status == 0 {
		out.status = http.StatusOK
	}
	if out.body == nil {
		out.body = map[string]string{"done": out.words}
	}
	writeJSON(w, out.status, out.body)
}

func wantsJSON(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "application/json") ||
		strings.HasPrefix(r.Header.Get("Content-Type"), "application/json")
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(body)
}

func statusOf(err error) int {
	for status, causes := range map[int][]error{
		http.StatusNotFound:            {ErrNoCustomer, ErrNoIdentification, ErrNoDocument, ErrNoScenario, errNothing},
		http.StatusConflict:            {ErrNotNow, errPending},
		http.StatusTooManyRequests:     {errTooMany},
		http.StatusUnprocessableEntity: {errInput, errNoPartner, ErrNoStep, ErrNoScript, ErrNoKey},
		http.StatusBadGateway:          {errPortal},
	} {
		for _, cause := range causes {
			if errors.Is(err, cause) {
				return status
			}
		}
	}
	return http.StatusBadRequest
}

// inWords is an error in words for testers.
func inWords(err error) string {
	words := strings.TrimPrefix(err.Error(), "simulator: ")
	return strings.ToUpper(words[:1]) + words[1:]
}

// back is the page that an action leads to: a path here and nowhere else, with
// the note to show on it.
func back(to, asked string, note int) string {
	if to == "" {
		to = asked
	}
	u, err := url.Parse(to)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(u.Path, "//") || strings.Contains(to, `\`) {
		u = &url.URL{Path: "/"}
	}
	query := u.Query()
	query.Set("note", strconv.Itoa(note))
	u.RawQuery = query.Encode()
	return u.String()
}

var errNothing = errors.New("simulator: no such thing")

// numbered reads the number at the end of a path.
func numbered(r *http.Request) (int, error) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return 0, fmt.Errorf("%w: %s", errNothing, r.PathValue("id"))
	}
	return id, nil
}
