package faults

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"portal/onboarding/simulator"
)

// iron is the simulator, and a diary of what it was asked.
type iron struct {
	*simulator.Simulator
	url string

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

func newIron(t *testing.T) *iron {
	t.Helper()
	i := &iron{Simulator: simulator.New(simulator.Options{APIKeys: []string{ironKey}})}
	public := i.Public(simulator.RoomOptions{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.note(r)
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
