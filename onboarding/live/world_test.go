package live_test

import (
	"context"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/iron"
	"portal/onboarding/live"
	"portal/onboarding/simulator"
	"portal/onboarding/store"
	"portal/session"

	"github.com/google/uuid"
)

const ironKey = "iron-key-of-this-world"

// world is a stand-in for Iron and one database, for any number of replicas.
type world struct {
	t     *testing.T
	sim   *simulator.Simulator
	api   string
	store *store.Store
	keys  session.Keys
	clock *clock
	slow  chan time.Time // has something when Iron is to be taken for slow
	// joined, where a test has made one, gets something from everybody who waits for Iron.
	joined chan struct{}
	calls  atomic.Int64 // readings of customer records at Iron
	asked  atomic.Int64 // calls to Iron, whatever they are about
	// transport is what replicas that are made from now on reach Iron by.
	transport http.RoundTripper
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, slow: make(chan time.Time), clock: &clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}}
	w.sim = simulator.New(simulator.Options{APIKeys: []string{ironKey}, Now: w.clock.Now})
	must(t, w.sim.Configure(simulator.Settings{DefaultScript: simulator.ManualScript}))
	server := httptest.NewServer(w.sim.Public(simulator.RoomOptions{}))
	t.Cleanup(server.Close)
	w.sim.SetAddresses(server.URL, server.URL)
	w.api = server.URL + "/api"
	var err error
	w.store, err = store.Open(t.Context(), "sqlite::memory:")
	must(t, err)
	t.Cleanup(func() { _ = w.store.Close() })
	w.store.Now = w.clock.Now
	w.keys, err = session.ParseKeys(base64.StdEncoding.EncodeToString(make([]byte, 32)))
	must(t, err)
	return w
}

// replica is one process: its own client for Iron, its own memory, the same database.
type replica struct {
	*live.Reader
	heard func() []live.Message
}

func (w *world) replica(tell ...func(live.Message)) replica {
	w.t.Helper()
	client, err := iron.New(iron.Config{
		BaseURL: w.api, APIKey: ironKey, Timeout: 2 * time.Second, Now: w.clock.Now, Transport: w.transport,
		Backoff: func(int) time.Duration { return 0 },
		Observe: func(c iron.Call) {
			w.asked.Add(1)
			if c.Path == "/customers/{id}" {
				w.calls.Add(1)
			}
		},
	})
	must(w.t, err)
	var mu sync.Mutex
	var messages []live.Message
	journey := &onboarding.Journey{Partner: "acme", Ledger: w.store.Ledger(), Now: w.clock.Now, NewKey: uuid.NewString}
	reader := live.NewReader(live.ReaderConfig{
		Partner: "acme", Platform: client, Copies: w.store, Sealer: w.keys, Decide: journey.Decide, Now: w.clock.Now,
		Slow: func() <-chan time.Time {
			if w.joined != nil {
				w.joined <- struct{}{}
			}
			return w.slow
		},
		News: func(m live.Message) {
			mu.Lock()
			defer mu.Unlock()
			messages = append(messages, m)
			for _, f := range tell {
				f(m)
			}
		},
		Failed: func(err error) { w.t.Error(err) },
	})
	return replica{reader, func() []live.Message {
		mu.Lock()
		defer mu.Unlock()
		return messages
	}}
}

func (w *world) scenario(id string) string {
	w.t.Helper()
	customer, err := w.sim.Build(id, ironKey)
	must(w.t, err)
	return customer
}

// state is what a page of the replica would show.
func (w *world) state(r replica, ctx context.Context, customer string) (state onboarding.State, stale bool) {
	w.t.Helper()
	facts, err := r.Facts(ctx, customer)
	must(w.t, err)
	return onboarding.Decide(facts).State, facts.Stale
}

// clock is moved by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func silent() *slog.Logger { return slog.New(slog.DiscardHandler) }
