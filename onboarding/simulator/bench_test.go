package simulator

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

const (
	keyOne = "key-of-the-first-partner"
	keyTwo = "key-of-the-second-partner"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// bench is a simulator behind a real server, whose clock only Advance moves.
type bench struct {
	*Simulator
	t      *testing.T
	server *httptest.Server
	client *http.Client
	key    string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	s := New(Options{APIKeys: []string{keyOne, keyTwo}, Now: func() time.Time { return noon }})
	server := httptest.NewServer(s.API())
	t.Cleanup(server.Close)
	s.SetAddresses(server.URL, "https://identity.example")
	return &bench{Simulator: s, t: t, server: server, client: server.Client(), key: keyOne}
}

// result is an answer, read to its end.
type result struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

// send makes a request; headers are pairs, and replace those it would have.
func (b *bench) send(method, path, body string, headers ...string) (result, error) {
	request, err := http.NewRequestWithContext(context.Background(), method, b.server.URL+"/api"+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	request.Header.Set("X-API-Key", b.key)
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("IDEMPOTENCY-KEY", uuid.NewString())
	}
	for n := 0; n < len(headers); n += 2 {
		request.Header.Del(headers[n])
		if headers[n+1] != "" {
			request.Header.Set(headers[n], headers[n+1])
		}
	}
	response, err := b.client.Do(request)
	if err != nil {
		return result{}, err
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	return result{b.t, response.StatusCode, response.Header, string(read)}, err
}

func (b *bench) do(method, path, body string, headers ...string) result {
	b.t.Helper()
	got, err := b.send(method, path, body, headers...)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	return got
}

func (b *bench) get(path string) result { b.t.Helper(); return b.do(http.MethodGet, path, "") }

// want fails the test unless the answer has this status.
func (r result) want(status int) result {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("status %d, want %d: %s", r.status, status, r.body)
	}
	return r
}

func (r result) into(v any) {
	r.t.Helper()
	if err := json.Unmarshal([]byte(r.body), v); err != nil {
		r.t.Fatalf("%v in %s", err, r.body)
	}
}

// What tests read of answers, spelt once more and apart from the simulator's structs.
type gotCustomer struct {
	ID                   string   `json:"id"`
	PartnerID            string   `json:"partner_id"`
	Name                 string   `json:"name"`
	Email                string   `json:"email"`
	Status               string   `json:"status"`
	IdentificationStatus string   `json:"identification_status"`
	IdentificationIDs    []string `json:"identification_ids"`
	SigningIDs           []string `json:"signing_ids"`
	CreatedAt            string   `json:"created_at"`
	UpdatedAt            string   `json:"updated_at"`
}

type gotIdentification struct {
	ID            string `json:"id"`
	Status        string `json:"status"`
	URL           string `json:"url"`
	WithEDD       *bool  `json:"with_edd"`
	ReviewComment string `json:"review_comment"`
	StepStatus    map[string]struct {
		Result  string `json:"result"`
		Retry   bool   `json:"retry"`
		Comment string `json:"comment"`
	} `json:"step_status"`
	UpdatedAt string `json:"updated_at"`
}

type gotPage[T any] struct {
	Items      []T    `json:"items"`
	Cursor     string `json:"cursor"`
	PrevCursor string `json:"prev_cursor"`
}

type gotDocument struct {
	ID   string `json:"id"`
	Name string `json:"display_name"`
	URL  string `json:"url"`
	Type string `json:"type"`
	Text string `json:"text"`
}

func (b *bench) customer() gotCustomer {
	b.t.Helper()
	var made gotCustomer
	b.do(http.MethodPost, "/customers", `{"customer_type":"Person","name":"Ada","email":"ada@example.com"}`).
		want(http.StatusCreated).into(&made)
	return made
}

func (b *bench) link(customerID string) gotIdentification {
	b.t.Helper()
	var made gotIdentification
	b.do(http.MethodPost, "/customers/"+customerID+"/identifications/v2", `{"type":"Link"}`).
		want(http.StatusCreated).into(&made)
	return made
}

func (b *bench) status(customerID string) string {
	b.t.Helper()
	var got gotCustomer
	b.get("/customers/" + customerID).want(http.StatusOK).into(&got)
	return got.Status
}

func (b *bench) check(id string) gotIdentification {
	b.t.Helper()
	var got gotIdentification
	b.get("/identifications/" + id).want(http.StatusOK).into(&got)
	return got
}

func (b *bench) toSign(customerID string) []gotDocument {
	b.t.Helper()
	var got []gotDocument
	b.get("/customers/" + customerID + "/required-signings").want(http.StatusOK).into(&got)
	return got
}

func (b *bench) sign(customerID, documentID string) result {
	b.t.Helper()
	return b.do(http.MethodPost, "/customers/"+customerID+"/signings",
		`{"content_id":"`+documentID+`","content_type":"Url","signed":true}`)
}

// build makes a scenario's customer.
func (b *bench) build(scenario string) string {
	b.t.Helper()
	id, err := b.Build(scenario, b.key)
	if err != nil {
		b.t.Fatal(err)
	}
	return id
}

// pull fails the test where a lever is refused.
func (b *bench) pull(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) wantStatus(customerID, want string) {
	b.t.Helper()
	if got := b.status(customerID); got != want {
		b.t.Fatalf("customer status %s, want %s", got, want)
	}
}

// token is the part of a hosted address that stands for the check.
func token(address string) string {
	_, token, _ := strings.Cut(address, "token=")
	return token
}
