package iron_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"portal/onboarding/iron"
)

type config = iron.Config

// silent keeps the test servers' complaints about bad clients out of the output.
var silent = log.New(io.Discard, "", 0)

const (
	mary      = "01990000-0000-7000-8000-00000000aaaa"
	john      = "01990000-0000-7000-8000-00000000bbbb"
	key       = "5f1c2a9e-0b1d-4c53-9a77-2f3e0a6c1d44"
	secretKey = "sk-test-do-not-tell"
)

// fakeIron is Iron's side of the wire: what a test scripts, and what was asked.
type fakeIron struct {
	t      *testing.T
	server *httptest.Server
	mux    *http.ServeMux

	mu       sync.Mutex
	asked    []asked
	observed []iron.Call
}

type asked struct {
	method, path, query, body string
	header                    http.Header
	at                        time.Time
}

// newIron listens on loopback.
func newIron(t *testing.T) *fakeIron {
	f := &fakeIron{t: t, mux: http.NewServeMux()}
	f.server = httptest.NewServer(f)
	t.Cleanup(f.server.Close)
	return f
}

// inFakeTime runs a test whose clock moves only when everybody waits, with a
// network made of pipes, for real sockets would hold the clock still.
func inFakeTime(t *testing.T, test func(t *testing.T, f *fakeIron, transport *http.Transport)) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeIron{t: t, mux: http.NewServeMux()}
		pipes := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
		f.server = &httptest.Server{Listener: pipes, Config: &http.Server{Handler: f}}
		f.server.Start()
		transport := iron.NewTransport()
		transport.DialContext = pipes.dial
		defer f.server.Close()
		defer transport.CloseIdleConnections()
		test(t, f, transport)
	})
}

func (f *fakeIron) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	f.asked = append(f.asked, asked{r.Method, r.URL.Path, r.URL.RawQuery, string(body), r.Header.Clone(), time.Now()})
	f.mu.Unlock()
	f.mux.ServeHTTP(w, r)
}

// handle scripts the answer to a pattern such as "GET /api/customers/{id}".
func (f *fakeIron) handle(pattern string, answer http.HandlerFunc) { f.mux.HandleFunc(pattern, answer) }

func (f *fakeIron) says(pattern string, status int, body string) {
	f.handle(pattern, func(w http.ResponseWriter, _ *http.Request) { reply(w, status, body) })
}

func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// requests are those made so far whose path ends so.
func (f *fakeIron) requests(suffix string) []asked {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []asked
	for _, a := range f.asked {
		if strings.HasSuffix(a.path, suffix) {
			found = append(found, a)
		}
	}
	return found
}

func (f *fakeIron) calls() []iron.Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]iron.Call(nil), f.observed...)
}

// client has no pauses between attempts unless the test sets some.
func (f *fakeIron) client(set ...func(*config)) *iron.Client {
	config := iron.Config{
		BaseURL: f.server.URL + "/api/", APIKey: secretKey, APIVersion: "2026-07-01",
		Backoff: func(int) time.Duration { return 0 },
		Observe: func(c iron.Call) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.observed = append(f.observed, c)
		},
	}
	for _, s := range set {
		s(&config)
	}
	client, err := iron.New(config)
	if err != nil {
		f.t.Fatal(err)
	}
	return client
}

// customer scripts a customer record with no identifications; lists can be given
// other answers before.
func (f *fakeIron) customer(id, status, more string) {
	f.says("GET /api/customers/"+id, 200, fmt.Sprintf(
		`{"id":%q,"status":%q,"customer_type":"Person","name":"Mary Major","email":"mary@example.test",
		"created_at":"2026-07-01T10:00:00Z","updated_at":"2026-07-02T10:00:00.123456Z"%s}`, id, status, more))
}

func (f *fakeIron) list(id, part string, items ...string) {
	f.says("GET /api/customers/"+id+"/"+part, 200, `{"items":[`+strings.Join(items, ",")+`]}`)
}

func wantErr(t *testing.T, err error, want ...error) {
	t.Helper()
	for _, w := range want {
		if !errors.Is(err, w) {
			t.Errorf("error %v is not %v", err, w)
		}
	}
}

func notErr(t *testing.T, err error, not ...error) {
	t.Helper()
	for _, n := range not {
		if errors.Is(err, n) {
			t.Errorf("error %v must not be %v", err, n)
		}
	}
}

type pipeListener struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case l.conns <- theirs:
		return ours, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
