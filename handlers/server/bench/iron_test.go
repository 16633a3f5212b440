package bench

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"portal/onboarding/simulator"
)

// iron is the simulator, with a clock at its door and as late as one wants it.
type iron struct {
	*simulator.Simulator
	url string

	mu   sync.Mutex
	late func() time.Duration // how long each call takes at least; nil: as it comes
	of   map[string]*asked    // by customer, since forget
}

// asked is what Iron was asked about one customer.
type asked struct {
	calls   int
	last    time.Time // when the last one was answered
	slowest time.Duration
}

func newIron(t testing.TB) *iron {
	t.Helper()
	i := &iron{Simulator: simulator.New(simulator.Options{APIKeys: []string{ironKey}}), of: map[string]*asked{}}
	public := i.Public(simulator.RoomOptions{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		if strings.HasPrefix(r.URL.Path, "/api/") { // documents come from elsewhere
			time.Sleep(i.lateness())
		}
		public.ServeHTTP(w, r)
		i.note(r, began)
	}))
	i.url = server.URL
	i.SetAddresses(server.URL, server.URL)
	if err := i.Configure(simulator.Settings{DefaultScript: simulator.ManualScript}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	go i.Run(ctx)
	t.Cleanup(func() {
		stop()
		server.CloseClientConnections()
		server.Close()
	})
	return i
}

func (i *iron) lateness() time.Duration {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.late == nil {
		return 0
	}
	return i.late()
}

func (i *iron) note(r *http.Request, began time.Time) {
	rest, found := strings.CutPrefix(r.URL.Path, "/api/customers/")
	if !found || r.Method != http.MethodGet {
		return
	}
	customer, _, _ := strings.Cut(rest, "/")
	i.mu.Lock()
	defer i.mu.Unlock()
	a := i.of[customer]
	if a == nil {
		a = new(asked)
		i.of[customer] = a
	}
	a.calls++
	a.last = time.Now()
	a.slowest = max(a.slowest, a.last.Sub(began))
}

// forget begins to count anew.
func (i *iron) forget() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.of = map[string]*asked{}
}

// about is what was asked about a customer since forget.
func (i *iron) about(customer string) asked {
	i.mu.Lock()
	defer i.mu.Unlock()
	if a := i.of[customer]; a != nil {
		return *a
	}
	return asked{}
}

// late makes each call to Iron take as long as it says, and no time of its own if nil.
func (b *bench) late(by func() time.Duration) {
	b.iron.mu.Lock()
	defer b.iron.mu.Unlock()
	b.iron.late = by
}
