package iron_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/iron"
)

// moments is an Iron whose customer changes while they are being read: each part is
// answered as of a moment of its own the first time, and as of a later one after that.
// Nobody is answered before all have asked who are to ask at first.
type moments struct {
	history []map[string]string // what each part says, moment by moment
	mu      sync.Mutex
	first   map[string]int
	then    int
	asked   map[string]bool
	atFirst int           // calls that are still to come
	all     chan struct{} // closed when they have
}

func (m *moments) RoundTrip(r *http.Request) (*http.Response, error) {
	part := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	m.mu.Lock()
	moment, again := m.then, m.asked[part]
	m.asked[part] = true
	if m.atFirst--; m.atFirst == 0 {
		close(m.all)
	}
	m.mu.Unlock()
	if !again {
		moment = m.first[part]
	}
	select {
	case <-m.all:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	body := m.history[moment][part]
	for body == "" { // as it was
		moment--
		body = m.history[moment][part]
	}
	return &http.Response{
		StatusCode: 200, Header: http.Header{"Date": {"Wed, 01 Jul 2026 12:00:00 GMT"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(body)),
	}, nil
}

var partNames = []string{mary, "identifications", "required-signings", "signings", "abilities", "requirements"}

// each calls f with every way to choose a moment for each part.
func (m *moments) each(f func(records int)) {
	m.first = map[string]int{}
	var choose func(parts []string)
	choose = func(parts []string) {
		if len(parts) == 0 {
			f(max(m.first[mary], m.first["identifications"]))
			return
		}
		for moment := range m.history {
			m.first[parts[0]] = moment
			choose(parts[1:])
		}
	}
	choose(partNames)
}

// read makes a reading in two rounds, or one that begins with as many calls.
func (m *moments) read(t *testing.T, last *onboarding.Facts, calls int) string {
	t.Helper()
	m.asked = map[string]bool{}
	m.atFirst, m.all = calls, make(chan struct{})
	c, err := iron.New(iron.Config{BaseURL: "https://iron.example/api", APIKey: "k", Transport: m, Backoff: func(int) time.Duration { return 0 }})
	if err != nil {
		t.Fatal(err)
	}
	var facts onboarding.Facts
	if last == nil {
		facts, err = c.Facts(t.Context(), mary)
	} else {
		facts, err = c.FactsAgain(t.Context(), mary, *last)
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(facts)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func record(status, day, more string) string {
	return `{"id":"` + mary + `","status":"` + status + `","updated_at":"2026-07-` + day + `T10:00:00Z"` + more + `}`
}

func TestNothingIsReadInOneRoundThatCouldNotHaveBeenReadInTwo(t *testing.T) {
	document := func(id string) string { return `{"id":"` + id + `","url":"https://docs.example/` + id + `"}` }
	signing := func(id string) string { return `{"id":"s-` + id + `","content_id":"` + id + `"}` }
	rails := func(status string) string { return `{"fiat_deposit":{"eur":{"sepa":"` + status + `"}}}` }
	histories := map[string][]map[string]string{
		"the last document is signed and the account switched on": {
			{
				mary: record("SigningsRequired", "01", `,"signing_ids":["s-d0"]`), "identifications": `[` + approvedBefore + `]`,
				"required-signings": `[` + document("d1") + `,` + document("d2") + `]`, "signings": `[` + signing("d0") + `]`,
				"abilities": rails("Pending"), "requirements": `{}`,
			},
			{"required-signings": `[` + document("d2") + `]`, "signings": `[` + signing("d0") + `,` + signing("d1") + `]`},
			{
				mary: record("Active", "02", `,"signing_ids":["s-d0","s-d1","s-d2"]`), "required-signings": `[]`,
				"signings": `[` + signing("d0") + `,` + signing("d1") + `,` + signing("d2") + `]`, "abilities": rails("Active"),
			},
		},
		"suspended for a moment, and as before again": {
			{
				mary: record("Active", "01", `,"signing_ids":["s-d0"]`), "identifications": `[` + approvedBefore + `]`,
				"required-signings": `[]`, "signings": `[` + signing("d0") + `]`, "abilities": rails("Active"), "requirements": `{}`,
			},
			{mary: record("Suspended", "02", `,"signing_ids":["s-d0"]`), "abilities": rails("Blocked")},
			{mary: record("Active", "03", `,"signing_ids":["s-d0"]`), "abilities": rails("Active")},
		},
		"asked for more, and refused for good": {
			{
				mary: record("Active", "01", `,"signing_ids":["s-d0"]`), "identifications": `[` + approvedBefore + `,` + pendingNow + `]`,
				"required-signings": `[]`, "signings": `[` + signing("d0") + `]`, "abilities": rails("Active"),
				"requirements": `{"missing":[{"code":"proof","retryable":true}]}`,
			},
			{mary: record("IdentificationRequired", "02", `,"signing_ids":["s-d0"]`), "abilities": rails("Blocked")},
			{"identifications": `[` + approvedBefore + `,` + declinedNow + `]`, "requirements": `{"issues":[{"code":"proof","retryable":false}]}`},
		},
	}
	for name, history := range histories {
		t.Run(name, func(t *testing.T) {
			m := &moments{history: history}
			possible := map[string]bool{}
			m.each(func(records int) {
				for _, part := range partNames[2:] {
					if m.first[part] < records {
						return // in two rounds these come after
					}
				}
				possible[m.read(t, nil, 2)] = true
			})
			m.first, m.then = map[string]int{}, 0
			var last onboarding.Facts
			if err := json.Unmarshal([]byte(m.read(t, nil, 2)), &last); err != nil {
				t.Fatal(err)
			}
			needed := len(m.asked)
			m.each(func(records int) {
				for m.then = records; m.then < len(history); m.then++ {
					if facts := m.read(t, &last, needed); !possible[facts] {
						t.Fatalf("at %v and then at %d it was %s", m.first, m.then, facts)
					}
				}
			})
		})
	}
}
