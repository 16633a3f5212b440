package faults

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portal/onboarding/simulator"
)

// iron is the simulator, and a diary of what it was asked.
type iron struct {
	*simulator.Simulator
	url   string
	ahead atomic.Int64 // how far its clock is ahead of ours, a time.Duration
	// papers is how late the bytes of documents are, a time.Duration.
	papers atomic.Int64
	// heavy is how many bytes each document has, another content each; 0: as many as
	// the simulator's.
	heavy atomic.Int64
	// gateway is what answers in its place; nil: nothing does.
	gateway atomic.Pointer[gateway]
	// queue holds the next signing back, whatever becomes of who has sent it; nil: none.
	queue atomic.Pointer[queue]

	mu    sync.Mutex
	diary []asked
}

// asked is one request that has reached Iron.
type asked struct {
	at       time.Time
	method   string
	address  string
	key      string // its idempotency key
	document string // of a signing
}

// queue is one signing that Iron has taken and not begun with.
type queue struct {
	taken    atomic.Bool
	begin    chan struct{}
	finished chan struct{}
	release  func() // closes begin, once
}

func (i *iron) holdNextSigning() *queue {
	q := &queue{begin: make(chan struct{}), finished: make(chan struct{})}
	q.release = sync.OnceFunc(func() { close(q.begin) })
	i.queue.Store(q)
	return q
}

// carryOut does it in the end, though nobody waits for the answer any more.
func (q *queue) carryOut(iron http.Handler, r *http.Request) {
	defer close(q.finished)
	later := r.Clone(context.Background())
	body, _ := io.ReadAll(r.Body)
	later.Body = io.NopCloser(bytes.NewReader(body))
	<-q.begin
	iron.ServeHTTP(httptest.NewRecorder(), later)
}

// end has it carried out.
func (q *queue) end() {
	q.release()
	<-q.finished
}

// endless says the same again and again.
type endless string

func (e endless) Read(p []byte) (n int, err error) {
	for n < len(p) {
		n += copy(p[n:], e)
	}
	return n, nil
}

// gateway answers for Iron: it can't be reached, or was too slow.
type gateway struct {
	status int
	method string // only such requests; "": all
	suffix string // of their addresses
	after  bool   // Iron has done what it was asked for
	media  string // of what it says
	says   string // again and again, up to the size
	size   int64  // in bytes
}

func (g *gateway) takes(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/") && (g.method == "" || g.method == r.Method) && strings.HasSuffix(r.URL.Path, g.suffix)
}

func newIron(t *testing.T) *iron {
	t.Helper()
	i := &iron{}
	i.Simulator = simulator.New(simulator.Options{
		APIKeys: []string{ironKey}, Now: func() time.Time { return time.Now().Add(time.Duration(i.ahead.Load())) },
	})
	public := i.Public(simulator.RoomOptions{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.note(r)
		if strings.HasPrefix(r.URL.Path, "/documents/") {
			select {
			case <-time.After(time.Duration(i.papers.Load())):
			case <-r.Context().Done():
			}
			if size := i.heavy.Load(); size > 0 {
				w.Header().Set("Content-Type", "application/pdf")
				_, _ = io.CopyN(w, endless(r.URL.Path), size)
				return
			}
		}
		if g := i.gateway.Load(); g != nil && g.takes(r) {
			if g.after {
				public.ServeHTTP(httptest.NewRecorder(), r)
			}
			w.Header().Set("Content-Type", cmp.Or(g.media, "text/html"))
			w.WriteHeader(g.status)
			_, _ = io.CopyN(w, endless(cmp.Or(g.says, "<html>upstream</html>")), max(g.size, 30))
			return
		}
		if q := i.queue.Load(); q != nil && r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/signings") && q.taken.CompareAndSwap(false, true) {
			q.carryOut(public, r)
			return
		}
		public.ServeHTTP(w, r)
	}))
	i.url = server.URL
	i.SetAddresses(server.URL, server.URL)
	if err := i.Configure(simulator.Settings{DefaultScript: simulator.ManualScript}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	go i.Run(ctx)
	t.Cleanup(func() {
		i.ClearFaults()
		if q := i.queue.Load(); q != nil {
			q.release()
		}
		stop()
		server.CloseClientConnections()
		server.Close()
	})
	return i
}

func (i *iron) note(r *http.Request) {
	a := asked{at: time.Now(), method: r.Method, address: r.URL.RequestURI(), key: r.Header.Get("Idempotency-Key")}
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/signings") {
		var signing struct {
			ID string `json:"content_id"`
		}
		r.Body = peek(r.Body, func(body []byte) { _ = json.Unmarshal(body, &signing) })
		a.document = signing.ID
	}
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.diary = append(i.diary, a)
}

func (i *iron) requests() []asked {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]asked(nil), i.diary...)
}

// since counts requests from a moment on.
func (i *iron) since(moment time.Time) (n int) {
	for _, a := range i.requests() {
		if !a.at.Before(moment) {
			n++
		}
	}
	return n
}

// signed tells how often Iron has a signing for a customer's document.
func (i *iron) signed(customer, document string) (n int) {
	c, err := i.Customer(customer)
	if err != nil {
		return -1
	}
	for _, s := range c.Signings {
		if s.DocumentID == document {
			n++
		}
	}
	return n
}
