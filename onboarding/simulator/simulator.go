package simulator

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Options say how a simulator starts. The zero value works but refuses every
// API key.
type Options struct {
	// APIKeys are the keys that the API takes. Each is a partner of Iron of its
	// own, with customers that no other key reaches.
	APIKeys []string
	// PublicURL is the origin that serves /api and /documents.
	PublicURL string
	// IdentityURL is the origin of the hosted identity pages.
	IdentityURL string
	// Now is real time; nil is time.Now.
	Now func() time.Time
	// RailsAfter is how long rails stay Pending once a customer is Active; zero
	// is 15 seconds.
	RailsAfter time.Duration
	// Logger gets what the simulator itself has to say; nil is silence.
	Logger *slog.Logger
}

// Simulator is one Iron. Its methods are safe for use by many at once.
type Simulator struct {
	mu       sync.Mutex
	world    *world
	options  Options
	journal  journal
	faults   faultBox
	answers  map[answerKey]*answer
	inFlight int
	watchers map[chan struct{}]bool
	log      *slog.Logger
}

// New makes a simulator with nobody in it.
func New(options Options) *Simulator {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.RailsAfter == 0 {
		options.RailsAfter = 15 * time.Second
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Simulator{
		options:  options,
		answers:  map[answerKey]*answer{},
		watchers: map[chan struct{}]bool{},
		log:      options.Logger,
	}
	s.world = newWorld(options)
	return s
}

// SetAddresses tells the simulator where it is served, for a listener whose port
// is only known once it listens. Addresses already handed out move along.
func (s *Simulator) SetAddresses(public, identity string) {
	_ = s.do(func(w *world) error {
		w.publicURL, w.identityURL = public, identity
		return nil
	})
}

// Addresses are the origins of the API and of the hosted pages.
func (s *Simulator) Addresses() (public, identity string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.publicURL, s.world.identityURL
}

// Run carries out what falls due on the clock while nobody asks, until ctx ends.
func (s *Simulator) Run(ctx context.Context) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_ = s.do(func(*world) error { return nil })
		}
	}
}

// Reset forgets every customer, event, stored answer and fault, and sets the
// clock right again. Keys and addresses stay.
func (s *Simulator) Reset() {
	s.mu.Lock()
	old := s.world
	s.world = newWorld(s.options)
	s.world.publicURL, s.world.identityURL = old.publicURL, old.identityURL
	s.world.lastEvent = old.lastEvent
	s.world.note("reset", "", "")
	s.answers = map[answerKey]*answer{}
	s.faults.clear()
	s.mu.Unlock()
	s.signal()
}

// Subscribe gives a channel that gets a signal after each change: an exchange,
// an event, a lever. Signals that nobody has taken yet are merged into one, so
// a slow reader misses none and holds up nobody: read Exchanges and Events
// again at each. cancel ends it.
func (s *Simulator) Subscribe() (changed <-chan struct{}, cancel func()) {
	watcher := make(chan struct{}, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watchers[watcher] = true
	return watcher, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watchers, watcher)
	}
}

// InFlight is how many API requests are being answered just now.
func (s *Simulator) InFlight() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.inFlight
}

// API serves Iron's API under /api.
func (s *Simulator) API() http.Handler {
	return s.api()
}

func (s *Simulator) signal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signalLocked()
}

func (s *Simulator) signalLocked() {
	for watcher := range s.watchers {
		select {
		case watcher <- struct{}{}:
		default:
		}
	}
}

// do runs f on the world with all that has fallen due already done, and what
// f makes due at once done after it.
func (s *Simulator) do(f func(*world) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.world.lastEvent
	s.world.settle()
	err := f(s.world)
	s.world.settle()
	if s.world.lastEvent != before {
		s.signalLocked()
	}
	return err
}

// keyHash is how API keys are kept and compared.
func keyHash(key string) [sha256.Size]byte { return sha256.Sum256([]byte(key)) }
