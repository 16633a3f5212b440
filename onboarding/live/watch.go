package live

import (
	"context"
	"log/slog"
	"maps"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// How often the Watch looks.
const (
	beatEvery = 25 * time.Second
	lookEvery = 2 * time.Second
	// askEvery is how long a watched customer is not asked about where no webhook
	// comes, and askSoon where a change is near of which Iron tells nobody.
	askEvery = 30 * time.Second
	askSoon  = 8 * time.Second
	// askAtOnce bounds the readings that the Watch has under way, so that many who
	// wait don't use up the rate limit of all who act.
	askAtOnce = 4
)

// Watch brings news to those who wait: from hints, from other replicas, and from
// asking Iron itself.
type Watch struct {
	Hub     *Hub
	Bus     Bus
	Readers map[string]*Reader // by the partner's id
	Log     *slog.Logger
	// Sleep waits, or returns false when ctx has ended. Nil is a timer.
	Sleep func(ctx context.Context, d time.Duration) bool
	// Now is the clock by which customers are due to be asked about. Nil is time.Now.
	Now func() time.Time

	mu      sync.Mutex
	hints   map[Who]bool // being followed; true: another came meanwhile
	due     map[Who]time.Time
	running context.Context
	pace    atomic.Int64  // nanoseconds between two askings
	gaps    chan struct{} // has something when everybody is to be looked after
	places  chan struct{} // of readings for hints
	front   chan struct{} // the same, of customers who are watched
	group   sync.WaitGroup
}

// Run goes on until ctx ends, and returns when nothing of it is left.
func (w *Watch) Run(ctx context.Context) {
	w.mu.Lock()
	w.running, w.hints, w.due = ctx, map[Who]bool{}, map[Who]time.Time{}
	w.gaps = make(chan struct{}, 1)
	w.places, w.front = make(chan struct{}, followAtOnce), make(chan struct{}, followAtOnce)
	if w.Sleep == nil {
		w.Sleep = sleep
	}
	if w.Now == nil {
		w.Now = time.Now
	}
	w.mu.Unlock()
	w.group.Go(func() { w.Bus.Run(ctx, w.deliver, w.gap) })
	w.group.Go(func() { w.refresh(ctx) })
	w.group.Go(func() {
		for w.Sleep(ctx, beatEvery) {
			w.Hub.Beat(w.Now())
		}
	})
	for w.Sleep(ctx, lookEvery*3/4+rand.N(lookEvery/2)) {
		w.ask(ctx)
	}
	w.group.Wait()
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// News sends a message to every replica.
func (w *Watch) News(m Message) {
	w.mu.Lock()
	ctx := w.running
	w.mu.Unlock()
	if ctx == nil {
		return // not running yet: nobody can wait
	}
	if err := w.Bus.Publish(ctx, m); err != nil && ctx.Err() == nil {
		w.Log.Warn("news did not reach the other replicas", "error", err)
		w.deliver(m) // those who wait here need no bus
	}
}

// End closes the streams of a session that is over, wherever they are.
func (w *Watch) End(session string) { w.News(Message{Ended: session}) }

// Stir has the pages that follow a customer look again, wherever they are.
func (w *Watch) Stir(who Who) { w.News(Message{Who: who, Look: true}) }

func (w *Watch) deliver(m Message) {
	switch {
	case m.Ended != "":
		w.Hub.End(m.Ended)
		return
	case m.Look:
		w.Hub.Tell(m.Who, look)
		return
	}
	if reader, ok := w.Readers[m.Partner]; ok {
		reader.Heard(m.Customer, m.Version)
		w.Hub.Tell(m.Who, Event(m.Stage, m.State))
	}
}

// gap is after messages may have been lost. The bus must not wait meanwhile: what it
// is sent piles up in a server that ends the connection of whoever does not read.
func (w *Watch) gap(err error) {
	if err != nil {
		w.Log.Warn("news of other replicas were lost, everybody who waits is refreshed", "error", err)
	}
	select {
	case w.gaps <- struct{}{}:
	default: // one is about to begin
	}
}

// refresh looks after everybody who waits, after each gap. Whoever has told news has
// put the facts into the database before, so that these are good enough however old:
// all replicas would ask Iron about all customers at once.
func (w *Watch) refresh(ctx context.Context) {
	for {
		select {
		case <-w.gaps:
		case <-ctx.Done():
			return
		}
		for _, who := range w.Hub.Watched() {
			if reader, ok := w.Readers[who.Partner]; ok {
				reader.Heard(who.Customer, "")
				w.remind(Patience(ctx, told), who)
			}
		}
	}
}

// told is how old facts may be of which others have told: as old as they keep.
const told = 24 * time.Hour

// Known names the facts of a customer that this process knows; "" none.
func (w *Watch) Known(who Who) string {
	if reader, ok := w.Readers[who.Partner]; ok {
		return reader.known.get(who.Customer).version
	}
	return ""
}

// Remind tells the streams of a customer how things stand.
func (w *Watch) Remind(ctx context.Context, who Who) { w.remind(Patience(ctx, Polling), who) }

func (w *Watch) remind(ctx context.Context, who Who) {
	reader, ok := w.Readers[who.Partner]
	if !ok {
		return
	}
	facts, err := reader.Facts(ctx, who.Customer)
	if err != nil {
		return // pages that can't be made are not asked for
	}
	p := reader.decide(facts)
	w.Hub.Tell(who, Event(string(p.Stage), string(p.State)))
}

// ask reads about those who are watched and of whom nothing was heard for a while.
func (w *Watch) ask(ctx context.Context) {
	var group sync.WaitGroup
	places := make(chan struct{}, askAtOnce)
	for who, pause := range w.dueNow(w.Now()) {
		if pace := time.Duration(w.pace.Load()); pace > 0 && !w.Sleep(ctx, pace) {
			break
		}
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			group.Wait()
			return
		}
		group.Go(func() {
			defer func() { <-places }()
			// Another replica may have asked; and where there is news, Facts tells of it.
			facts, err := w.Readers[who.Partner].Facts(Patience(ctx, pause*3/4), who.Customer)
			w.heed(err != nil || facts.Stale)
		})
	}
	group.Wait()
}

// The pause between two who are asked about, once Iron has not answered: nobody has told
// how much it takes, and pages that somebody waits for have the same limit.
const (
	firstPace   = 50 * time.Millisecond
	slowestPace = time.Second
)

// heed goes slower at once where Iron does not answer, and faster bit by bit where it does.
func (w *Watch) heed(refused bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	pace := time.Duration(w.pace.Load())
	switch {
	case refused:
		pace = min(max(2*pace, firstPace), slowestPace)
	case pace > firstPace/8:
		pace -= pace / 8
	default:
		pace = 0
	}
	w.pace.Store(int64(pace))
}

// dueNow tells whom to ask about, and after what time they are due again.
func (w *Watch) dueNow(now time.Time) map[Who]time.Duration {
	watched := w.Hub.Watched()
	w.mu.Lock()
	defer w.mu.Unlock()
	list := map[Who]time.Duration{}
	for _, who := range watched {
		reader, at := w.Readers[who.Partner], w.due[who]
		if reader == nil {
			continue
		}
		pause := askEvery
		if reader.known.get(who.Customer).soon {
			pause = askSoon
		}
		switch {
		case at.IsZero():
			at = now.Add(pause/2 + rand.N(pause/2)) // who has just opened a page has just been told
		case !now.Before(at):
			at = now.Add(pause)
			list[who] = pause
		}
		// What comes after a change may be near where the change was not.
		w.due[who] = earlier(at, now.Add(pause))
	}
	if len(w.due) > len(watched) {
		maps.DeleteFunc(w.due, func(who Who, _ time.Time) bool { return !w.Hub.Watches(who) })
	}
	return list
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
