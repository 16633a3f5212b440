package bank

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
)

const (
	secret     = "the-partners-key"
	someone    = "0a1b2c3d-0000-4000-8000-000000000001"
	supportHas = "K7-42"
)

// reception is the part of a portal that partners' servers talk to, and can be made
// to say no. That the real one says the same is tested beside make dev.
type reception struct {
	*httptest.Server

	mu     sync.Mutex
	at     Progress
	status int // of every answer, instead of the right one
	body   string
	keys   []string // idempotency keys
	asked  []SessionRequest
}

func newReception(t *testing.T) *reception {
	r := &reception{at: Progress{"submission", "start"}}
	r.Server = httptest.NewServer(http.HandlerFunc(r.answer))
	t.Cleanup(r.Close)
	return r
}

func (p *reception) answer(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case r.Header.Get("Authorization") != "Bearer "+secret:
		w.WriteHeader(http.StatusUnauthorized)
	case p.status != 0:
		w.WriteHeader(p.status)
		_, _ = io.WriteString(w, p.body)
	case r.Method == http.MethodPost && r.URL.Path == "/api/v1/sessions":
		var ask SessionRequest
		_ = json.NewDecoder(r.Body).Decode(&ask)
		p.keys, p.asked = append(p.keys, r.Header.Get("Idempotency-Key")), append(p.asked, ask)
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(Session{CustomerID: someone, URL: p.URL + "/p/acme/start/token-" + r.Header.Get("Idempotency-Key")})
	case r.URL.Path == "/api/v1/customers/"+someone+"/progress":
		_ = json.NewEncoder(w).Encode(p.at)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (p *reception) says(status int, body string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status, p.body = status, body
}

func (p *reception) stands(stage, state string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = Progress{stage, state}
}

// visitor is one person's browser at the bank.
type visitor struct {
	t      *testing.T
	bank   string
	client *http.Client
}

type reply struct {
	status int
	header http.Header
	body   string
	to     string // Location
}

// visit opens both banks in front of a portal.
func visit(t *testing.T, portal *reception) *visitor {
	t.Helper()
	server := httptest.NewServer(nil)
	t.Cleanup(server.Close)
	server.Config.Handler = New(Options{URL: server.URL, PortalURL: portal.URL, ControlRoomURL: "http://room.example", Houses: []House{
		{ID: "acme", Name: "Acme Pay", Key: secret, Locale: "en"}, {ID: "northwind", Name: "Northwind", Key: secret, Locale: "de"},
	}})
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, bank: server.URL, client: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (v *visitor) send(method, path string, form url.Values, headers ...string) reply {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), method, v.bank+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := v.client.Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, string(body), response.Header.Get("Location")}
}

func (v *visitor) get(path string) reply { return v.send(http.MethodGet, path, nil) }

func (v *visitor) post(path string) reply { return v.send(http.MethodPost, path, nil) }

// comeAs lets in a customer whom the control room has made.
func (v *visitor) comeAs(house string) {
	v.t.Helper()
	if r := v.get("/" + house + "/?customer=" + someone); r.status != http.StatusSeeOther || r.to != "/"+house+"/account" {
		v.t.Fatalf("answered %d to %s", r.status, r.to)
	}
}
