package simulator

import (
	"strings"
	"time"
)

// The control room's JSON. Its words are Iron's where Iron has one.

type roomCustomer struct {
	ID                   string            `json:"id"`
	Name                 string            `json:"name"`
	Email                string            `json:"email"`
	Type                 string            `json:"customer_type"`
	ExternalID           string            `json:"external_id,omitempty"`
	Status               string            `json:"status"`
	IdentificationID     string            `json:"identification_id,omitempty"`
	IdentificationStatus string            `json:"identification_status"`
	WithEDD              *bool             `json:"with_edd"`
	Stage                string            `json:"stage"`
	State                string            `json:"state"`
	Turn                 string            `json:"turn"`
	Scenario             string            `json:"scenario,omitempty"`
	Script               string            `json:"script"`
	CreatedAt            time.Time         `json:"created_at"`
	UpdatedAt            time.Time         `json:"updated_at"`
	Attempts             []roomAttempt     `json:"identifications"`
	Required             []roomDocument    `json:"required_signings"`
	Signings             []roomSigning     `json:"signings"`
	Rails                map[string]string `json:"rails"`
	AbilitiesShape       string            `json:"abilities_shape"`
	OlderSignings        bool              `json:"older_signings"`
	SignsFirst           bool              `json:"sign_first"`
	Shuffled             bool              `json:"shuffle"`
	Lag                  string            `json:"lag"`
}

type roomAttempt struct {
	ID            string     `json:"id"`
	Status        string     `json:"status"`
	URL           string     `json:"url,omitempty"`
	WithEDD       *bool      `json:"with_edd"`
	ReviewComment string     `json:"review_comment,omitempty"`
	Steps         []roomStep `json:"steps"`
	Submissions   int        `json:"submissions"`
	CreatedAt     time.Time  `json:"created_at"`
	UpdatedAt     time.Time  `json:"updated_at"`
}

type roomStep struct {
	Name    string            `json:"name"`
	Result  string            `json:"result,omitempty"`
	Retry   bool              `json:"retry"`
	Comment string            `json:"comment,omitempty"`
	ToDo    bool              `json:"to_do"`
	Done    bool              `json:"done"`
	Answers map[string]string `json:"answers,omitempty"`
}

type roomDocument struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Kind     string `json:"kind"`
	Revision int    `json:"revision"`
	URL      string `json:"url"`
}

type roomSigning struct {
	ID        string    `json:"id"`
	Document  string    `json:"content_id"`
	CreatedAt time.Time `json:"created_at"`
}

type roomExchange struct {
	ID             int       `json:"id"`
	Time           time.Time `json:"time"`
	Method         string    `json:"method"`
	Path           string    `json:"path"`
	Pattern        string    `json:"pattern,omitempty"`
	Status         int       `json:"status"`
	Milliseconds   float64   `json:"ms"`
	IdempotencyKey string    `json:"idempotency_key,omitempty"`
	Version        string    `json:"api_version,omitempty"`
	RequestBody    string    `json:"request_body,omitempty"`
	ResponseBody   string    `json:"response_body,omitempty"`
	CustomerID     string    `json:"customer_id,omitempty"`
	Fault          string    `json:"fault,omitempty"`
	Replayed       bool      `json:"replayed"`
}

type roomEvent struct {
	ID         int       `json:"id"`
	Time       time.Time `json:"time"`
	CustomerID string    `json:"customer_id,omitempty"`
	Lever      string    `json:"lever,omitempty"`
	Detail     string    `json:"detail,omitempty"`
	Type       string    `json:"type,omitempty"`
	SubjectID  string    `json:"subject_id,omitempty"`
	Status     string    `json:"status,omitempty"`
}

type roomFault struct {
	ID          int    `json:"id"`
	Kind        string `json:"kind"`
	Method      string `json:"method,omitempty"`
	Pattern     string `json:"pattern,omitempty"`
	CustomerID  string `json:"customer_id,omitempty"`
	Percent     int    `json:"percent,omitempty"`
	Count       int    `json:"count,omitempty"`
	For         string `json:"for,omitempty"`
	Delay       string `json:"delay,omitempty"`
	RetryAfter  string `json:"retry_after,omitempty"`
	AfterEffect bool   `json:"after_effect,omitempty"`
	Hits        int    `json:"hits"`
}

type roomSettings struct {
	DefaultScript  string `json:"default_script"`
	ParallelChecks bool   `json:"parallel_checks"`
	LinkAfter      string `json:"link_after"`
	CreationLimit  int    `json:"creation_limit"`
	CreationWindow string `json:"creation_window"`
	RefuseFraming  bool   `json:"refuse_framing"`
	RedirectStart  string `json:"redirect_start"`
	Webhooks       string `json:"webhooks"`
	MessageShape   string `json:"message_shape"`
}

type roomState struct {
	Now      time.Time    `json:"now"`
	Ahead    string       `json:"ahead"`
	Portal   string       `json:"portal"`
	Partner  string       `json:"partner"`
	InFlight int          `json:"in_flight"`
	Faults   []roomFault  `json:"faults"`
	Settings roomSettings `json:"settings"`
}

type roomScenario struct {
	ID     string `json:"id"`
	Group  string `json:"group"`
	Title  string `json:"title"`
	Row    string `json:"row"`
	Expect string `json:"expect"`
}

func (c *room) wireCustomer(view Customer) roomCustomer {
	expected := c.expect(view)
	current, any := currentOf(view)
	wire := roomCustomer{
		ID: view.ID, Name: view.Name, Email: view.Email, Type: string(view.Type), ExternalID: view.ExternalID,
		Status: string(view.Status), IdentificationID: current.ID, IdentificationStatus: "None", WithEDD: current.WithEDD,
		Stage: expected.Stage, State: expected.State, Turn: expected.Turn,
		Scenario: view.Scenario, Script: view.Script, CreatedAt: view.CreatedAt, UpdatedAt: view.UpdatedAt,
		Attempts: []roomAttempt{}, Required: []roomDocument{}, Signings: []roomSigning{}, Rails: map[string]string{},
		AbilitiesShape: string(view.AbilitiesShape), OlderSignings: view.OlderSignings,
		SignsFirst: view.SignsFirst, Shuffled: view.Shuffled, Lag: brief(view.Lag),
	}
	if any {
		wire.IdentificationStatus = string(current.Status)
	}
	for _, i := range view.Identifications {
		wire.Attempts = append(wire.Attempts, wireAttempt(i))
	}
	for _, d := range view.Required {
		wire.Required = append(wire.Required, roomDocument{d.ID, d.Title, string(d.Kind), d.Revision, d.URL})
	}
	for _, s := range view.Signings {
		wire.Signings = append(wire.Signings, roomSigning{s.ID, s.DocumentID, s.CreatedAt})
	}
	for _, r := range view.Rails {
		wire.Rails[r.name()] = string(r.Status)
	}
	return wire
}

func wireAttempt(i Identification) roomAttempt {
	wire := roomAttempt{
		ID: i.ID, Status: string(i.Status), URL: i.URL, WithEDD: i.WithEDD, ReviewComment: i.ReviewComment,
		Steps: []roomStep{}, Submissions: i.Submissions, CreatedAt: i.CreatedAt, UpdatedAt: i.UpdatedAt,
	}
	for _, s := range i.Steps {
		wire.Steps = append(wire.Steps, roomStep{s.Name, string(s.Result), s.Retry, s.Comment, s.ToDo, s.Done, s.Answers})
	}
	return wire
}

func wireExchange(e Exchange) roomExchange {
	return roomExchange{
		ID: e.ID, Time: e.Time, Method: e.Method, Path: e.Path, Pattern: e.Pattern, Status: e.Status,
		Milliseconds: float64(e.Duration.Microseconds()) / 1000, IdempotencyKey: e.IdempotencyKey, Version: e.Version,
		RequestBody: e.RequestBody, ResponseBody: e.ResponseBody, CustomerID: e.CustomerID,
		Fault: string(e.Fault), Replayed: e.Replayed,
	}
}

func wireEvent(e Event) roomEvent {
	return roomEvent{e.ID, e.Time, e.CustomerID, e.Lever, e.Detail, e.Type, e.SubjectID, e.Status}
}

func wireFault(f Fault) roomFault {
	return roomFault{
		ID: f.ID, Kind: string(f.Kind), Method: f.Method, Pattern: f.Pattern, CustomerID: f.CustomerID,
		Percent: f.Percent, Count: f.Count, For: short(f.For), Delay: short(f.Delay), RetryAfter: short(f.RetryAfter),
		AfterEffect: f.AfterEffect, Hits: f.Hits(),
	}
}

func short(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return brief(d)
}

// brief is 48h where Go says 48h0m0s.
func brief(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

func wireSettings(s Settings) roomSettings {
	return roomSettings{
		s.DefaultScript, s.ParallelChecks, brief(s.LinkAfter), s.CreationLimit, brief(s.CreationWindow),
		s.RefuseFraming, s.RedirectStart, string(s.Webhooks), string(s.MessageShape),
	}
}
