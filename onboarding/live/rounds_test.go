package live_test

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/iron"
	"portal/onboarding/live"
)

// inStep lets requests go to Iron by so many at once: none before the last of its round
// has come. None of the next round may come before the last of this one was answered.
type inStep struct {
	http.RoundTripper
	mu         sync.Mutex
	rounds     []int
	all        chan struct{}
	come       int // of the round that is next
	unanswered int // of the one before
	early      bool
}

// expect says how many requests each of the rounds to come has.
func (s *inStep) expect(rounds ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rounds, s.all, s.come, s.unanswered, s.early = slices.Clone(rounds), make(chan struct{}), 0, 0, false
}

// over tells whether all rounds have been, one after the other.
func (s *inStep) over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.rounds) == 0 && !s.early
}

// let makes one of a round's requests be one that nobody sends.
func (s *inStep) let() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count()
}

func (s *inStep) count() {
	if len(s.rounds) == 0 {
		return
	}
	s.come++
	if s.come == s.rounds[0] {
		close(s.all)
		s.unanswered, s.come = s.come, 0
		s.rounds, s.all = s.rounds[1:], make(chan struct{})
	}
}

func (s *inStep) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	all := s.all
	s.early = s.early || s.unanswered > 0
	s.count()
	s.mu.Unlock()
	select {
	case <-all:
		response, err := s.RoundTripper.RoundTrip(r)
		s.mu.Lock()
		s.unanswered--
		s.mu.Unlock()
		return response, err
	case <-r.Context().Done(): // the round is smaller than was expected
		return nil, r.Context().Err()
	}
}

func TestAPageOfSomebodyKnownWaitsForIronOnce(t *testing.T) {
	rows := []struct {
		scenario      string
		first, second int // how many calls each round of a first reading has
	}{
		{"none", 2, 0},
		{"processed", 2, 0},
		{"declined", 2, 1},
		{"signings", 2, 2},
		{"new-terms", 2, 3},
		{"active", 2, 2},
		{"suspended", 2, 0},
	}
	rounds := func(calls ...int) []int { return slices.DeleteFunc(calls, func(n int) bool { return n == 0 }) }
	for _, row := range rows {
		t.Run(row.scenario, func(t *testing.T) {
			w := newWorld(t)
			steps := &inStep{RoundTripper: iron.NewTransport()}
			w.transport = steps
			customer, a := w.scenario(row.scenario), w.replica()
			page := func(r replica, calls ...int) onboarding.State {
				t.Helper()
				steps.expect(rounds(calls...)...)
				state, stale := w.state(r, t.Context(), customer)
				if stale || !steps.over() {
					t.Errorf("stale %t, all rounds over %t", stale, steps.over())
				}
				return state
			}
			state := page(a, row.first, row.second)
			for name, again := range map[string]replica{"the same replica": a, "one that has only the copy": w.replica()} {
				if got := page(again, row.first+row.second); got != state {
					t.Errorf("%s: %s, not %s", name, got, state)
				}
			}
			a.Doubt(customer)
			if got := page(a, row.first, row.second); got != state {
				t.Errorf("after a doubt: %s, not %s", got, state)
			}
			steps.expect(rounds(row.first, row.second)...)
			if _, err := a.FactsNow(t.Context(), customer); err != nil || !steps.over() {
				t.Errorf("to act on: %v, all rounds over %t", err, steps.over())
			}
		})
	}
}

func TestOnlyAPageThatFindsAChangeByItselfHasAskedInVain(t *testing.T) {
	rows := map[string]struct {
		read  func(context.Context, replica, string) (onboarding.Facts, error)
		calls int64
	}{
		"a message of Iron's": {func(ctx context.Context, r replica, id string) (onboarding.Facts, error) { return r.FactsNow(ctx, id) }, 2},
		"a page that asks by itself": {func(ctx context.Context, r replica, id string) (onboarding.Facts, error) {
			return r.Facts(live.Patience(ctx, live.Polling), id)
		}, 2},
		"a page that is loaded": {func(ctx context.Context, r replica, id string) (onboarding.Facts, error) { return r.Facts(ctx, id) }, 4},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			customer, a := w.scenario("active"), w.replica()
			w.state(a, t.Context(), customer)
			must(t, w.sim.Suspend(customer))
			w.clock.Advance(time.Minute)
			before := w.asked.Load()
			facts, err := row.read(t.Context(), a, customer)
			must(t, err)
			if n := w.asked.Load() - before; n != row.calls || facts.Customer.Status != onboarding.Suspended || len(facts.Rails) != 0 {
				t.Errorf("%d calls, %s with %d rails", n, facts.Customer.Status, len(facts.Rails))
			}
		})
	}
}

// Each caller looks at the clock for slowness once it has joined a reading, so that the
// test knows when all of them have.
func TestTwoHundredPagesLoadedAtOnceAreOneReadingForEachReplica(t *testing.T) {
	for scenario, reading := range map[string]int{"processed": 2, "declined": 3, "signings": 4, "active": 4, "new-terms": 5} {
		for replicas := 1; replicas <= 2; replicas++ {
			w := newWorld(t)
			w.joined = make(chan struct{}, 200)
			customer := w.scenario(scenario)
			w.state(w.replica(), t.Context(), customer)
			<-w.joined
			steps := &inStep{RoundTripper: iron.NewTransport()}
			w.transport = steps
			all := []replica{w.replica(), w.replica()}[:replicas]
			before := w.asked.Load()
			var group sync.WaitGroup
			steps.expect(reading*replicas + 1) // the last is the test's own
			for i := range 200 {
				group.Go(func() { w.state(all[i%replicas], t.Context(), customer) })
			}
			for range 200 {
				<-w.joined
			}
			steps.let()
			group.Wait()
			if n := w.asked.Load() - before; n != int64(reading*replicas) {
				t.Errorf("%s, %d replicas: %d calls for 200 pages", scenario, replicas, n)
			}
		}
	}
}
