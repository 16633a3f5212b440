package live_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/live"
	"portal/onboarding/simulator"
)

// rounds lets a Watch go on by one of its rounds at a time, on the world's clock.
type rounds struct {
	wants  chan time.Duration // how long until the next round
	begin  chan struct{}
	asleep bool
	paces  []time.Duration // of what was shorter than a round
	left   time.Duration   // while it is asleep
}

func (r *rounds) sleep(ctx context.Context, d time.Duration) bool {
	if d > 10*time.Second { // beats, which are none of this
		<-ctx.Done()
		return false
	}
	if d <= time.Second {
		r.paces = append(r.paces, d)
	}
	select {
	case r.wants <- d:
	case <-ctx.Done():
		return false
	}
	select {
	case <-r.begin:
		return true
	case <-ctx.Done():
		return false
	}
}

// pass lets all rounds come that begin within the time.
func pass(w *world, limit time.Duration, all ...*rounds) {
	for {
		next := limit
		for _, r := range all {
			if !r.asleep {
				r.left, r.asleep = <-r.wants, true
			}
			next = min(next, r.left)
		}
		w.clock.Advance(next)
		limit -= next
		for _, r := range all {
			if r.left -= next; r.left == 0 && limit > 0 {
				r.asleep = false
				r.begin <- struct{}{}
			}
		}
		if limit == 0 {
			return
		}
	}
}

// unhooked is a Watch whom no webhook reaches, and the replica that it is of.
func (w *world) unhooked() (*live.Watch, replica, *rounds) {
	r := &rounds{wants: make(chan time.Duration), begin: make(chan struct{})}
	watch := &live.Watch{Hub: live.NewHub(), Bus: live.NewLocal(), Log: silent(), Sleep: r.sleep, Now: w.clock.Now}
	reads := w.replica(watch.News)
	watch.Readers = map[string]*live.Reader{"acme": reads.Reader}
	ctx, stop := context.WithCancel(w.t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); watch.Run(ctx) }()
	w.t.Cleanup(func() { stop(); <-ended })
	return watch, reads, r
}

func TestWithoutWebhooksWhoeverWaitsIsToldWithinAMinute(t *testing.T) {
	w := newWorld(t)
	watch, reads, rounds := w.unhooked()
	var customers []string
	var pipes []*live.Pipe
	for range 10 {
		customer := w.scenario("processed")
		w.state(reads, t.Context(), customer)
		pipe, _ := seat(t, watch.Hub, live.Who{Partner: "acme", Customer: customer}, "s")
		customers, pipes = append(customers, customer), append(pipes, pipe)
	}
	for round := range 10 { // when each is asked about is up to chance
		change, state := w.sim.Suspend, `"state":"suspended"`
		if round%2 == 1 {
			change, state = w.sim.Reinstate, `"state":"waiting"`
		}
		for _, customer := range customers {
			must(t, change(customer))
		}
		before := w.calls.Load()
		pass(w, time.Minute, rounds)
		for i, pipe := range pipes {
			<-pipe.More // the test's own limit says when not
			if heard, _ := pipe.Take(); !strings.Contains(string(heard), state) {
				t.Errorf("round %d: customer %d was told %q", round, i, heard)
			}
		}
		// Once in half a minute each, give or take a round.
		if n := w.calls.Load() - before; n > int64(3*len(customers)) {
			t.Errorf("round %d: %d readings within a minute for %d customers", round, n, len(customers))
		}
	}
}

func TestHoweverManyReplicasWatchACustomerIronIsAskedAsIfTheyWereOne(t *testing.T) {
	for scenario, most := range map[string]int64{"processed": 3 * 10, "activating": 9 * 10} {
		w := newWorld(t)
		customer := w.scenario(scenario)
		var all []*rounds
		for range 3 {
			watch, reads, r := w.unhooked()
			w.state(reads, t.Context(), customer)
			seat(t, watch.Hub, live.Who{Partner: "acme", Customer: customer}, "s")
			all = append(all, r)
		}
		before := w.calls.Load()
		pass(w, 10*time.Minute, all...)
		if n := w.calls.Load() - before; n > most || n < most/2 {
			t.Errorf("%s: Iron was asked %d times in ten minutes, not %d at most", scenario, n, most)
		}
	}
}

func TestWhenIronAsksToWaitThePageShowsWhatItKnewAndNobodyAsks(t *testing.T) {
	w := newWorld(t)
	watch, reads, rounds := w.unhooked()
	customer := w.scenario("processed")
	w.state(reads, t.Context(), customer)
	read := w.clock.Now()
	seat(t, watch.Hub, live.Who{Partner: "acme", Customer: customer}, "s")
	w.clock.Advance(time.Minute)
	_, err := w.sim.SetFault(simulator.Fault{Kind: simulator.FaultRetryAfter, RetryAfter: time.Hour})
	must(t, err)
	show := func() {
		t.Helper()
		facts, err := reads.Facts(t.Context(), customer)
		must(t, err)
		if p := onboarding.Decide(facts); p.State != onboarding.StateWaiting || !p.Stale || p.ReadAt.Sub(read).Abs() > time.Second {
			t.Errorf("%s, stale %t, of %v", p.State, p.Stale, p.ReadAt)
		}
	}
	show()
	asked := len(w.sim.Exchanges(0))
	show()
	pass(w, 3*time.Minute, rounds)
	show()
	if n := len(w.sim.Exchanges(0)) - asked; n != 0 {
		t.Errorf("Iron was asked %d times within the hour that it wanted", n)
	}
}

func TestWhoeverAsksByItselfGoesSlowerWhileIronHasHadEnough(t *testing.T) {
	w := newWorld(t)
	watch, reads, rounds := w.unhooked()
	var first string
	for range 20 {
		customer := w.scenario("processed")
		w.state(reads, t.Context(), customer)
		seat(t, watch.Hub, live.Who{Partner: "acme", Customer: customer}, "s")
		first = customer
	}
	minutes := func(n time.Duration) (paces []time.Duration) {
		before := len(rounds.paces)
		pass(w, n*time.Minute, rounds)
		return rounds.paces[before:]
	}
	if paces := minutes(2); len(paces) > 0 {
		t.Errorf("while Iron answers each is kept waiting: %v", paces)
	}
	fault, err := w.sim.SetFault(simulator.Fault{Kind: simulator.FaultTooMany})
	must(t, err)
	paces := minutes(2)
	if len(paces) == 0 || slices.Max(paces) != time.Second {
		t.Errorf("while Iron refuses the pauses are %v", paces)
	}
	asked := int64(len(paces))
	w.sim.ClearFault(fault.ID)
	minutes(4)
	before := w.calls.Load()
	if paces := minutes(2); len(paces) > 0 {
		t.Errorf("minutes after Iron has begun to answer again each is still kept waiting: %v", paces)
	}
	if n := w.calls.Load() - before; n < 20*3 || asked > 200 {
		t.Errorf("%d askings while Iron refused, %d readings when all was well again", asked, n)
	}
	if state, stale := w.state(reads, t.Context(), first); state != onboarding.StateWaiting || stale {
		t.Errorf("%s, stale %t", state, stale)
	}
}
