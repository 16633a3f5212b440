package simulator

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// setClock moves simulated time: {"advance": "24h"}, or {"do": "freeze"|"thaw"}.
func (c *room) setClock(_ *http.Request, in input) (outcome, error) {
	words := ""
	switch in["do"] {
	case "freeze":
		c.simulator.Freeze()
		words = "Simulated time stands still."
	case "thaw":
		c.simulator.Thaw()
		words = "Simulated time runs again."
	case "":
		d, err := in.duration("advance")
		if err != nil {
			return outcome{}, err
		}
		if d == 0 {
			return outcome{}, fmt.Errorf("%w: say by how much to advance, as 10m or 48h", errInput)
		}
		c.simulator.Advance(d)
		words = "Simulated time is " + spell(d) + " further."
	default:
		return outcome{}, fmt.Errorf("%w: do is freeze or thaw", errInput)
	}
	return outcome{body: c.state(), words: words}, nil
}

func (c *room) setFault(_ *http.Request, in input) (outcome, error) {
	fault := Fault{
		Kind: FaultKind(in["kind"]), Method: strings.ToUpper(in["method"]), Pattern: in["pattern"],
		CustomerID: in["customer_id"], AfterEffect: in.yes("after_effect"),
	}
	// The form's list of endpoints names method and pattern at once.
	if method, pattern, ok := strings.Cut(in["endpoint"], " "); ok {
		fault.Method, fault.Pattern = method, pattern
	}
	var err error
	for name, field := range map[string]*int{"percent": &fault.Percent, "count": &fault.Count} {
		if *field, err = in.number(name); err != nil {
			return outcome{}, err
		}
	}
	for name, field := range map[string]*time.Duration{"for": &fault.For, "delay": &fault.Delay, "retry_after": &fault.RetryAfter} {
		if *field, err = in.duration(name); err != nil {
			return outcome{}, err
		}
	}
	if fault.Kind == FaultSlow && fault.Delay == 0 {
		fault.Delay = 2 * time.Second
	}
	fault, err = c.simulator.SetFault(fault)
	if err != nil {
		return outcome{}, fmt.Errorf("%w: %w", errInput, err)
	}
	return outcome{status: http.StatusCreated, body: wireFault(fault), words: "In force: " + faultTitle(fault.Kind) + "."}, nil
}

func (c *room) clearFault(r *http.Request, _ input) (outcome, error) {
	id, err := numbered(r)
	if err != nil {
		return outcome{}, err
	}
	c.simulator.ClearFault(id)
	return outcome{body: c.state(), words: "That fault is over."}, nil
}

func (c *room) clearFaults(*http.Request, input) (outcome, error) {
	c.simulator.ClearFaults()
	return outcome{body: c.state(), words: "No fault is in force."}, nil
}

// configure changes what is named and leaves the rest. A form names with "fields"
// what it holds, since a box that is not ticked is not sent.
func (c *room) configure(_ *http.Request, in input) (outcome, error) {
	settings := c.simulator.Settings()
	for _, field := range strings.Fields(in["fields"]) {
		if _, ok := in[field]; !ok {
			in[field] = ""
		}
	}
	if script := in["default_script"]; script != "" {
		settings.DefaultScript = script
	}
	for name, field := range map[string]*bool{"parallel_checks": &settings.ParallelChecks, "refuse_framing": &settings.RefuseFraming} {
		if _, ok := in[name]; ok {
			*field = in.yes(name)
		}
	}
	var err error
	for name, field := range map[string]*time.Duration{"link_after": &settings.LinkAfter, "creation_window": &settings.CreationWindow} {
		if _, ok := in[name]; ok {
			if *field, err = in.duration(name); err != nil {
				return outcome{}, err
			}
		}
	}
	if _, ok := in["creation_limit"]; ok {
		if settings.CreationLimit, err = in.number("creation_limit"); err != nil {
			return outcome{}, err
		}
	}
	if origin, ok := in["redirect_start"]; ok {
		if settings.RedirectStart, err = originOf(origin); err != nil {
			return outcome{}, err
		}
	}
	if mode, ok := in["webhooks"]; ok {
		settings.Webhooks = WebhookMode(mode)
	}
	if shape, ok := in["message_shape"]; ok {
		settings.MessageShape = MessageShape(shape)
	}
	if err := c.simulator.Configure(settings); err != nil {
		return outcome{}, err
	}
	return outcome{body: wireSettings(settings), words: "The settings are in force."}, nil
}

func originOf(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	u, err := url.Parse(strings.TrimSuffix(text, "/"))
	if err != nil || u.Host == "" || u.Path != "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", fmt.Errorf("%w: redirect_start is an origin such as http://127.0.0.1:8091", errInput)
	}
	return u.Scheme + "://" + u.Host, nil
}

func faultTitle(kind FaultKind) string {
	for _, info := range FaultKinds() {
		if info.Kind == kind {
			return info.Title
		}
	}
	return string(kind)
}

// spell is a duration as testers say it: 2 days 3 h, not 51h0m0s.
func spell(d time.Duration) string {
	if d < time.Second {
		return "0 s"
	}
	var words []string
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}} {
		if n := d / unit.size; n > 0 && len(words) < 2 {
			words = append(words, fmt.Sprintf("%d %s", n, unit.name))
		}
		d %= unit.size
	}
	return strings.Join(words, " ")
}
