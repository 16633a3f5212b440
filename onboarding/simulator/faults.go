package simulator

import (
	"fmt"
	"slices"
	"time"
)

// FaultKind names a way in which the API misbehaves.
type FaultKind string

// The faults.
const (
	FaultSlow       FaultKind = "slow"         // answers late
	FaultDown       FaultKind = "down"         // closes the connection
	FaultError      FaultKind = "error"        // 500 with a trace_id
	FaultStored     FaultKind = "stored-error" // 500 that is kept under the idempotency key
	FaultGateway    FaultKind = "gateway"      // 502 with a page of HTML
	FaultRetryAfter FaultKind = "retry-after"  // 429 with Retry-After
	FaultTooMany    FaultKind = "too-many"     // 429 without
	FaultHTML       FaultKind = "html"         // 200 with a page of HTML
	FaultBroken     FaultKind = "broken"       // 200 with JSON that does not parse
	FaultCut        FaultKind = "cut"          // the answer stops half way
	FaultUnknown    FaultKind = "unknown"      // statuses and fields that nobody knows
	FaultNulls      FaultKind = "nulls"        // null for every field that Iron may leave out
	FaultHuge       FaultKind = "huge"         // the answer, after 16 MB of blanks
)

// FaultInfo describes a kind of fault, for menus.
type FaultInfo struct {
	Kind  FaultKind
	Title string
	Help  string
	// Chosen: Fault.AfterEffect chooses whether the request does what it asks for.
	// Of the other kinds it always does, but for FaultStored, of which it never does.
	Chosen bool
}

// FaultKinds are all of them.
func FaultKinds() []FaultInfo {
	return []FaultInfo{
		{FaultSlow, "Slow", "Answers after a delay.", true},
		{FaultDown, "Down", "Closes the connection without an answer.", true},
		{FaultError, "500", "Internal error with a trace_id, not kept under the idempotency key.", true},
		{FaultStored, "500, kept", "Internal error of the work itself: the same idempotency key gets it again.", false},
		{FaultGateway, "502", "A gateway's page of HTML.", true},
		{FaultRetryAfter, "429 with Retry-After", "Too many requests, and when to come back.", true},
		{FaultTooMany, "429", "Too many requests, and not a word about when to come back.", true},
		{FaultHTML, "HTML", "200 with a page of HTML.", true},
		{FaultBroken, "Broken JSON", "200 with JSON that does not parse.", true},
		{FaultCut, "Cut", "The answer stops half way.", false},
		{FaultUnknown, "Unknown values", "Statuses and fields that nobody knows.", false},
		{FaultNulls, "Nulls", "null for every field that Iron may leave out.", false},
		{FaultHuge, "Huge", "The answer, after 16 MB of blanks.", false},
	}
}

// Fault is a fault in force.
type Fault struct {
	ID   int // given by SetFault
	Kind FaultKind
	// Which requests: an empty field matches all. Pattern is written as in the
	// API document, for example /customers/{id}/signings.
	Method     string
	Pattern    string
	CustomerID string
	// Percent of the matching requests, spread evenly rather than by chance, so
	// that a test can count on it; zero is all of them.
	Percent int
	// Count ends the fault after so many requests; zero does not.
	Count int
	// For ends it after so much simulated time; zero does not.
	For time.Duration
	// Delay is for FaultSlow, in real time. It ends when the fault is cleared.
	Delay time.Duration
	// RetryAfter is for FaultRetryAfter, in whole seconds; zero is 5 seconds.
	RetryAfter time.Duration
	// AfterEffect lets the request do what it asks for before the answer is lost.
	AfterEffect bool

	until   time.Time
	share   int
	hits    int
	cleared chan struct{}
}

// Hits is how many requests it has hit.
func (f Fault) Hits() int { return f.hits }

// faultBox holds the faults in force, guarded by the simulator's lock.
type faultBox struct {
	last  int
	force []*Fault
}

// SetFault puts a fault in force beside those that are, and returns it with its ID.
func (s *Simulator) SetFault(f Fault) (Fault, error) {
	if !slices.ContainsFunc(FaultKinds(), func(info FaultInfo) bool { return info.Kind == f.Kind }) {
		return Fault{}, fmt.Errorf("simulator: no such fault: %q", f.Kind)
	}
	if f.Percent < 0 || f.Percent > 100 || f.Count < 0 || f.For < 0 || f.Delay < 0 || f.RetryAfter < 0 {
		return Fault{}, fmt.Errorf("simulator: fault %s: a number is out of range", f.Kind)
	}
	err := s.do(func(w *world) error {
		s.faults.last++
		f.ID, f.hits, f.share = s.faults.last, 0, 0
		f.cleared = make(chan struct{})
		f.until = time.Time{}
		if f.For > 0 {
			f.until = w.clock.now().Add(f.For)
		}
		kept := f
		s.faults.force = append(s.faults.force, &kept)
		w.note("fault", f.CustomerID, string(f.Kind)+" "+f.Method+" "+f.Pattern)
		return nil
	})
	return f, err
}

// ClearFault ends one fault; requests that it holds up go on.
func (s *Simulator) ClearFault(id int) {
	_ = s.do(func(w *world) error {
		s.faults.drop(func(f *Fault) bool { return f.ID == id })
		w.note("fault cleared", "", "")
		return nil
	})
}

// ClearFaults ends all faults.
func (s *Simulator) ClearFaults() {
	_ = s.do(func(w *world) error {
		s.faults.clear()
		w.note("faults cleared", "", "")
		return nil
	})
}

// Faults are those in force.
func (s *Simulator) Faults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.lapse(s.world.clock.present())
	var all []Fault
	for _, f := range s.faults.force {
		all = append(all, *f)
	}
	return all
}

func (b *faultBox) clear() { b.drop(func(*Fault) bool { return true }) }

func (b *faultBox) lapse(now time.Time) {
	b.drop(func(f *Fault) bool { return !f.until.IsZero() && !now.Before(f.until) })
}

func (b *faultBox) drop(gone func(*Fault) bool) {
	b.force = slices.DeleteFunc(b.force, func(f *Fault) bool {
		if gone(f) {
			close(f.cleared)
			return true
		}
		return false
	})
}

// hit takes the faults for one request: every slow one, and the first other.
func (b *faultBox) hit(method, pattern, customerID string, now time.Time) (slow []Fault, other *Fault) {
	b.lapse(now)
	for _, f := range b.force {
		if f.Kind != FaultSlow && other != nil || !f.matches(method, pattern, customerID) || !f.due() {
			continue
		}
		f.hits++
		taken := *f
		if f.Kind == FaultSlow {
			slow = append(slow, taken)
		} else {
			other = &taken
		}
	}
	return slow, other
}

func (f *Fault) matches(method, pattern, customerID string) bool {
	return (f.Method == "" || f.Method == method) &&
		(f.Pattern == "" || f.Pattern == pattern) &&
		(f.CustomerID == "" || f.CustomerID == customerID) &&
		(f.Count == 0 || f.hits < f.Count)
}

// due spreads Percent evenly: 25 hits every fourth request.
func (f *Fault) due() bool {
	if f.Percent == 0 {
		return true
	}
	f.share += f.Percent
	if f.share < 100 {
		return false
	}
	f.share -= 100
	return true
}
