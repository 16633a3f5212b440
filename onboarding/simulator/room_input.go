package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// errInput is for a field that makes no sense.
var errInput = errors.New("simulator: not understood")

// input is what a form or a JSON body says, flat: {"comments":{"selfie":"…"}} and
// the form field comments.selfie are the same, and a list is one item a line.
type input map[string]string

const maxInput = 1 << 20

func readInput(w http.ResponseWriter, r *http.Request) (input, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxInput)
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/json" {
		return readJSON(r.Body)
	}
	if err := r.ParseForm(); err != nil {
		return nil, fmt.Errorf("%w: %w", errInput, err)
	}
	in := input{}
	for name, values := range r.PostForm {
		in[name] = strings.TrimSpace(strings.ReplaceAll(strings.Join(values, "\n"), "\r\n", "\n"))
	}
	return in, nil
}

func readJSON(body io.Reader) (input, error) {
	in := input{}
	decoder := json.NewDecoder(body)
	decoder.UseNumber()
	var fields map[string]any
	if err := decoder.Decode(&fields); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: %w", errInput, err)
	}
	in.flatten("", fields)
	return in, nil
}

func (in input) flatten(prefix string, fields map[string]any) {
	for name, value := range fields {
		switch value := value.(type) {
		case nil:
		case map[string]any:
			in.flatten(prefix+name+".", value)
		case []any:
			lines := make([]string, 0, len(value))
			for _, item := range value {
				lines = append(lines, fmt.Sprint(item))
			}
			in[prefix+name] = strings.Join(lines, "\n")
		default:
			in[prefix+name] = fmt.Sprint(value)
		}
	}
}

func (in input) yes(name string) bool {
	switch strings.ToLower(in[name]) {
	case "true", "yes", "on", "1":
		return true
	}
	return false
}

// number of a field that may be left out.
func (in input) number(name string) (int, error) {
	if in[name] == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(in[name])
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%w: %s is not a number", errInput, name)
	}
	return n, nil
}

// duration of a field that may be left out, as 90s, 10m, 48h or 2d.
func (in input) duration(name string) (time.Duration, error) {
	value := strings.ReplaceAll(in[name], " ", "")
	if value == "" {
		return 0, nil
	}
	if days, ok := strings.CutSuffix(value, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil {
			value = strconv.Itoa(24*n) + "h"
		}
	}
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%w: %s is not a duration such as 90s, 10m, 48h or 2d", errInput, name)
	}
	return d, nil
}

func (in input) lines(name string) []string {
	var lines []string
	for _, line := range strings.Split(in[name], "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// under gives the fields below a name: comments.selfie is selfie under comments.
func (in input) under(name string) map[string]string {
	found := map[string]string{}
	for field, value := range in {
		if rest, ok := strings.CutPrefix(field, name+"."); ok {
			found[rest] = value
		}
	}
	return found
}

// comments are the reviewer's words by step. In the control room's form each step
// has a box to tick beside its words; a script names just the steps it means.
func (in input) comments() map[string]string {
	comments := in.under("comments")
	if in["picked"] == "" {
		return comments
	}
	ticked := in.under("step")
	for step := range comments {
		if _, ok := ticked[step]; !ok {
			delete(comments, step)
		}
	}
	return comments
}

// optionalBool is true, false, or neither.
func (in input) optionalBool(name string) (*bool, error) {
	switch strings.ToLower(in[name]) {
	case "", "none", "null":
		return nil, nil
	case "true", "yes", "on", "1":
		yes := true
		return &yes, nil
	case "false", "no", "off", "0":
		no := false
		return &no, nil
	}
	return nil, fmt.Errorf("%w: %s is neither true, false nor none", errInput, name)
}
