package live_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"portal/onboarding/live"
)

// pauses stands for time: whoever sleeps waits for the test to let them go on.
type pauses struct {
	mu      sync.Mutex
	waiting map[time.Duration]chan bool
	came    chan time.Duration
}

func newPauses() *pauses {
	return &pauses{waiting: map[time.Duration]chan bool{}, came: make(chan time.Duration, 16)}
}

func (p *pauses) sleep(ctx context.Context, d time.Duration) bool {
	if d == 0 {
		return ctx.Err() == nil
	}
	if d != time.Second && d != 2*time.Second && d != 7*time.Second { // the Watch's own rounds, of which these tests are not
		<-ctx.Done()
		return false
	}
	p.mu.Lock()
	gate := make(chan bool)
	p.waiting[d] = gate
	p.mu.Unlock()
	select {
	case p.came <- d:
	case <-ctx.Done():
		return false
	}
	select {
	case <-gate:
		return true
	case <-ctx.Done():
		return false
	}
}

// next lets the next sleeper go on and tells how long it would have slept.
func (p *pauses) next(t *testing.T) time.Duration {
	t.Helper()
	select {
	case d := <-p.came:
		p.mu.Lock()
		defer p.mu.Unlock()
		close(p.waiting[d])
		return d
	case <-t.Context().Done():
		t.Fatal("nobody sleeps")
		return 0
	}
}

// watched is a Watch that runs, over one replica's reader.
func (w *world) watched(bus live.Bus, p *pauses) (*live.Watch, replica) {
	w.t.Helper()
	r := w.replica()
	watch := &live.Watch{Hub: live.NewHub(), Bus: bus, Readers: map[string]*live.Reader{"acme": r.Reader}, Log: silent(), Sleep: p.sleep}
	ctx, stop := context.WithCancel(w.t.Context())
	running, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		close(running)
		watch.Run(ctx)
	}()
	<-running
	w.t.Cleanup(func() { stop(); <-ended })
	for !watch.Running() {
		time.Sleep(time.Millisecond) // a goroutine that has begun is about to say so
	}
	return watch, r
}

func TestAHintIsFollowedUntilIronShowsTheChange(t *testing.T) {
	w, p := newWorld(t), newPauses()
	customer := w.scenario("processed")
	watch, r := w.watched(live.NewLocal(), p)
	w.state(r, t.Context(), customer)
	before := w.calls.Load()
	watch.Hint(live.Who{Partner: "acme", Customer: customer})
	watch.Hint(live.Who{Partner: "nobody", Customer: customer})
	first := p.next(t) // has read at once, and seen nothing new
	must(t, w.sim.Suspend(customer))
	watch.Hint(live.Who{Partner: "acme", Customer: customer}) // doubled: joined to the first
	second := p.next(t)                                       // the second round, after the first has seen the change
	third := p.next(t)
	fourth := p.next(t)
	if got := []time.Duration{first, second, third, fourth}; !slices.Equal(got, []time.Duration{time.Second, time.Second, 2 * time.Second, 7 * time.Second}) {
		t.Errorf("slept %v", got)
	}
	for watch.Following() > 0 {
		time.Sleep(time.Millisecond)
	}
	if n := w.calls.Load() - before; n != 6 {
		t.Errorf("%d readings, not 2 until the change and 4 for the hint that came meanwhile", n)
	}
	if n := len(r.heard()); n != 1 {
		t.Errorf("told %d times", n)
	}
}

// broken is a bus whose messages get lost.
type broken struct {
	live.Bus
	gaps chan error
}

func (b broken) Publish(context.Context, live.Message) error { return errors.New("no bus") }

func (b broken) Run(ctx context.Context, _ func(live.Message), gap func(error)) {
	for {
		select {
		case err := <-b.gaps:
			gap(err)
		case <-ctx.Done():
			return
		}
	}
}

func TestWhenTheBusWasBrokenEverybodyWhoWaitsIsRefreshed(t *testing.T) {
	w := newWorld(t)
	customer, bus := w.scenario("processed"), broken{gaps: make(chan error)}
	watch, r := w.watched(bus, newPauses())
	w.state(r, t.Context(), customer)
	who := live.Who{Partner: "acme", Customer: customer}
	pipe, _ := seat(t, watch.Hub, who, "s1")

	watch.News(live.Message{Who: who, Version: "v", Stage: "blocked", State: "suspended"})
	wantHeard(t, pipe, "event: progress\ndata: {\"stage\":\"blocked\",\"state\":\"suspended\"}\n\n", true)

	// Another replica has read the change; its news are lost.
	must(t, w.sim.Suspend(customer))
	w.clock.Advance(time.Minute)
	w.state(w.replica(), t.Context(), customer)
	before := w.calls.Load()
	bus.gaps <- errors.New("connection lost")
	var heard []byte
	for len(heard) == 0 {
		<-pipe.More
		heard, _ = pipe.Take()
	}
	if !strings.Contains(string(heard), `"state":"suspended"`) || w.calls.Load() != before {
		t.Errorf("heard %q after %d readings", heard, w.calls.Load()-before)
	}
}

func TestMessagesReachEveryReplica(t *testing.T) {
	w := newWorld(t)
	customer := w.scenario("processed")
	a, _ := w.watched(live.NewLocal(), newPauses())
	who := live.Who{Partner: "acme", Customer: customer}
	pipe, _ := seat(t, a.Hub, who, "s1")
	other, _ := seat(t, a.Hub, grace, "s2")
	a.News(live.Message{Who: who, Version: "v", Stage: "activation", State: "sign"})
	<-pipe.More
	wantHeard(t, pipe, "event: progress\ndata: {\"stage\":\"activation\",\"state\":\"sign\"}\n\n", true)
	a.Stir(who)
	<-pipe.More
	wantHeard(t, pipe, "event: look\n\n", true)
	a.End("s1")
	<-pipe.More
	wantHeard(t, pipe, "", false)
	wantHeard(t, other, "", true)
}
