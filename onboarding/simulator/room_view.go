package simulator

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// roomFrame is what every page of the control room has around its middle.
type roomFrame struct {
	Title    string
	Place    string // home, customer, exchange, event, settings, help
	Back     string // this page, for forms to come back to
	Note     *roomNote
	Clock    clockView
	Faults   []faultView
	Partners []partnerView
	SignUp   string // address of the portal's sign-up, where the partner allows it
	Portal   string
	Bank     string // home page of the partner's demo site, if there is one
	Groups   []scenarioGroup
	Log      []logRow
	Events   []eventRow
	Only     string // the customer whose requests and events are listed, else empty
	OnlyHref string // to list only those of the page's customer
	AllHref  string
}

type clockView struct {
	Day, Time string
	Millis    string // since 1970, for the page to let it tick
	Ahead     string
	Frozen    bool
}

type partnerView struct {
	ID, Name string
	Chosen   bool
}

type scenarioGroup struct {
	Title string
	Open  bool
	Items []roomScenario
}

type faultView struct {
	ID            int
	Title, Detail string
}

type logRow struct {
	ID                      int
	Time, Method, Path      string
	Status, Tone, Took, Key string
	Fault                   string
	Replayed                bool
	Mine                    bool
}

type eventRow struct {
	ID                          int
	Time, Customer, What, Words string
	Tone                        string
	Hook                        bool // Iron would tell the partner
	Mine                        bool
}

// frame gathers what stands around the middle; customerID is the page's own
// customer, if it has one.
func (c *room) frame(r *http.Request, place, title, customerID string) roomFrame {
	query := r.URL.Query()
	f := roomFrame{
		Title: title, Place: place, Back: r.URL.Path, Clock: c.clockView(), Faults: c.faultViews(),
		Portal: c.options.PortalURL, Bank: c.bankHome(), Groups: scenarioGroups(),
	}
	if attempt := query.Get("attempt"); attempt != "" {
		f.Back += "?attempt=" + attempt
	}
	if n, err := strconv.Atoi(query.Get("note")); err == nil {
		if note, ok := c.noteOf(n); ok {
			f.Note = &note
		}
	}
	chosen := c.chosen()
	for _, p := range c.options.Partners {
		f.Partners = append(f.Partners, partnerView{p.ID, p.Name, p.ID == chosen.ID})
	}
	if chosen.SignUp && c.options.PortalURL != "" {
		f.SignUp = c.portalHome()
	}
	if customerID != "" {
		f.OnlyHref, f.AllHref = r.URL.Path+"?only=1", r.URL.Path
		if query.Get("only") != "" {
			f.Only = customerID
		}
	}
	f.Log = c.logRows(customerID, f.Only)
	f.Events = c.eventRows(customerID, f.Only)
	return f
}

func (c *room) clockView() clockView {
	now, frozen := c.simulator.Now(), c.simulator.frozen()
	view := clockView{
		Day: now.Format("Mon 2 Jan 2006"), Time: now.Format("15:04:05"),
		Millis: strconv.FormatInt(now.UnixMilli(), 10), Frozen: frozen,
	}
	if ahead := c.simulator.Offset().Round(time.Second); ahead > 0 {
		view.Ahead = spell(ahead) + " ahead"
	}
	return view
}

func (s *Simulator) frozen() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.clock.frozen != nil
}

func (c *room) faultViews() []faultView {
	var views []faultView
	for _, f := range c.simulator.Faults() {
		parts := []string{strings.TrimSpace(f.Method + " " + cmp.Or(f.Pattern, "every endpoint"))}
		if f.CustomerID != "" {
			parts = append(parts, "customer "+code(f.CustomerID))
		}
		if f.Delay > 0 {
			parts = append(parts, brief(f.Delay))
		}
		if f.Percent > 0 {
			parts = append(parts, fmt.Sprintf("%d %%", f.Percent))
		}
		if f.Count > 0 {
			parts = append(parts, fmt.Sprintf("%d of %d", f.Hits(), f.Count))
		} else {
			parts = append(parts, fmt.Sprintf("%d hits", f.Hits()))
		}
		if f.AfterEffect {
			parts = append(parts, "after it took effect")
		}
		views = append(views, faultView{f.ID, faultTitle(f.Kind), strings.Join(parts, " · ")})
	}
	return views
}

func scenarioGroups() []scenarioGroup {
	var groups []scenarioGroup
	for _, s := range Scenarios() {
		if len(groups) == 0 || groups[len(groups)-1].Title != s.Group {
			groups = append(groups, scenarioGroup{Title: s.Group, Open: len(groups) < 4})
		}
		last := &groups[len(groups)-1]
		last.Items = append(last.Items, roomScenario{s.ID, s.Group, s.Title, s.Row, s.Expect})
	}
	return groups
}

const shownRows = 150

// newest are the last rows, the newest first.
func newest[T any](all []T) []T {
	all = all[max(0, len(all)-shownRows):]
	slices.Reverse(all)
	return all
}

func (c *room) logRows(mine, only string) []logRow {
	now := c.simulator.Now()
	exchanges := slices.DeleteFunc(c.simulator.Exchanges(0), func(e Exchange) bool { return only != "" && e.CustomerID != only })
	var rows []logRow
	for _, e := range newest(exchanges) {
		row := logRow{
			ID: e.ID, Time: clockTime(e.Time, now), Method: e.Method, Path: shortPath(e.Path),
			Status: strconv.Itoa(e.Status), Tone: statusTone(e.Status), Took: took(e.Duration),
			Key: code(e.IdempotencyKey), Fault: string(e.Fault), Replayed: e.Replayed,
			Mine: mine != "" && e.CustomerID == mine,
		}
		if e.Status == 0 {
			row.Status = "cut"
		}
		rows = append(rows, row)
	}
	return rows
}

func (c *room) eventRows(mine, only string) []eventRow {
	now := c.simulator.Now()
	events := slices.DeleteFunc(c.simulator.Events(0), func(e Event) bool { return only != "" && e.CustomerID != only })
	var rows []eventRow
	for _, e := range newest(events) {
		row := eventRow{
			ID: e.ID, Time: clockTime(e.Time, now), Customer: code(e.CustomerID), What: e.Lever, Words: e.Detail,
			Mine: mine != "" && e.CustomerID == mine,
		}
		if e.Type != "" {
			row.What, row.Words, row.Hook, row.Tone = e.Type, e.Status, true, wordTone(e.Status)
		}
		row.Words = shortIDs(row.Words)
		rows = append(rows, row)
	}
	return rows
}

// clockTime leaves out the day where it is today's: stories are told of the past.
func clockTime(t, now time.Time) string {
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04:05")
	}
	return t.Format("2 Jan 15:04")
}

var uuidPattern = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// shortIDs writes ids as people compare them: by their ends.
func shortIDs(text string) string {
	return uuidPattern.ReplaceAllStringFunc(text, func(id string) string { return "…" + code(id) })
}

func shortPath(path string) string { return shortIDs(strings.TrimPrefix(path, basePath)) }

// code is the end of an id: its beginning is the time and the same for all that
// were made together.
func code(id string) string {
	return id[max(0, len(id)-5):]
}

func took(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "<1 ms"
	case d < 10*time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

func statusTone(status int) string {
	switch {
	case status == 0 || status >= 500:
		return "bad"
	case status >= 400:
		return "warn"
	}
	return "good"
}

// wordTone is the colour of one of Iron's words.
func wordTone(word string) string {
	switch word {
	case "Active", "Approved":
		return "good"
	case "Processed", "PendingReview", "Maintenance":
		return "wait"
	case "Pending", "IdentificationRequired", "SigningsRequired":
		return "turn"
	case "Declined", "Suspended", "Blocked":
		return "bad"
	case "UserRequired":
		return "warn"
	case "", "None", "Expired", "Archived", "Unavailable":
		return "calm"
	}
	return "odd"
}
