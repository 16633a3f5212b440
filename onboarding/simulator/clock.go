package simulator

import "time"

// clock is simulated time: the real one moved by an offset, or standing still.
// It is guarded by the simulator's lock.
type clock struct {
	real   func() time.Time
	offset time.Duration
	frozen *time.Time
	// acting is the moment at which something happens that is carried out later
	// (a script's move that was due an hour ago) or told of the past (a scenario),
	// so that records bear the time at which Iron would have written them.
	acting *time.Time
}

// now is the moment to write into records, to the microsecond like Iron's.
func (c *clock) now() time.Time {
	if c.acting != nil {
		return *c.acting
	}
	return c.present()
}

func (c *clock) present() time.Time {
	base := c.frozen
	if base == nil {
		now := c.real()
		base = &now
	}
	return base.Add(c.offset).UTC().Truncate(time.Microsecond)
}

// as runs f at another moment.
func (c *clock) as(moment time.Time, f func()) {
	before := c.acting
	c.acting = &moment
	defer func() { c.acting = before }()
	f()
}

// Now is simulated time, the Date of every answer.
func (s *Simulator) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.clock.now()
}

// Offset is how far simulated time is ahead of real time.
func (s *Simulator) Offset() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.clock.offset
}

// Advance moves simulated time forward and carries out at once whatever falls
// due on the way, each thing at its own moment. It never moves back: records
// would be younger than the answers that carry them.
func (s *Simulator) Advance(d time.Duration) {
	_ = s.do(func(w *world) error {
		w.clock.offset += max(d, 0)
		w.note("advance", "", d.String())
		return nil
	})
}

// Freeze stops simulated time where it is; Advance still moves it. Thaw lets it
// run on from there.
func (s *Simulator) Freeze() {
	_ = s.do(func(w *world) error {
		if w.clock.frozen == nil {
			now := w.clock.real()
			w.clock.frozen = &now
			w.note("freeze", "", "")
		}
		return nil
	})
}

// Thaw ends Freeze without a jump.
func (s *Simulator) Thaw() {
	_ = s.do(func(w *world) error {
		if w.clock.frozen != nil {
			w.clock.offset -= w.clock.real().Sub(*w.clock.frozen)
			w.clock.frozen = nil
			w.note("thaw", "", "")
		}
		return nil
	})
}

// timer is something that happens when simulated time passes a moment.
type timer struct {
	at  time.Time
	run func()
}

// after schedules run; it happens on the first access after the moment, or by
// the ticker of Run, whichever is sooner.
func (w *world) after(d time.Duration, run func()) {
	w.timers = append(w.timers, timer{at: w.clock.now().Add(d), run: run})
}

// settle carries out what has fallen due, the earliest first, so that one move
// may schedule another that is due as well.
func (w *world) settle() {
	for {
		now, next := w.clock.present(), -1
		for i, t := range w.timers {
			if !t.at.After(now) && (next < 0 || t.at.Before(w.timers[next].at)) {
				next = i
			}
		}
		if next < 0 {
			return
		}
		due := w.timers[next]
		w.timers = append(w.timers[:next:next], w.timers[next+1:]...)
		w.clock.as(due.at, due.run)
	}
}
