package live

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// Stream is one browser's connection. Send must not wait for the browser: an error
// means that it is slow or gone, and the stream is closed.
type Stream interface {
	Send(event []byte) error
	Close()
}

// Waiter is a stream, and for whom it waits. It is one link of its customer's ring.
type Waiter struct {
	stream     Stream
	who        Who
	session    string
	until      time.Time
	prev, next *Waiter
}

// Hub is who waits for whom in this process.
type Hub struct {
	mu     sync.Mutex
	rings  map[Who]*Waiter // any one of the ring
	closed bool
	count  atomic.Int64
}

// NewHub makes a Hub.
func NewHub() *Hub { return &Hub{rings: map[Who]*Waiter{}} }

// Seat is what a stream needs to wait.
type Seat struct {
	Stream  Stream
	Who     Who
	Session string    // the name of the session that it belongs to
	Until   time.Time // when that session ends at the latest
}

// Wait adds a stream, and returns what Leave takes. ok is false once the hub is
// closed; then the stream has been closed as well.
func (h *Hub) Wait(s Seat) (w *Waiter, ok bool) {
	w = &Waiter{stream: s.Stream, who: s.Who, session: s.Session, until: s.Until}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		s.Stream.Close()
		return nil, false
	}
	if first, others := h.rings[s.Who]; others {
		w.prev, w.next = first.prev, first
		first.prev.next, first.prev = w, w
	} else {
		w.prev, w.next = w, w
		h.rings[s.Who] = w
	}
	h.count.Add(1)
	return w, true
}

// Leave takes a stream out and closes it. A second time does nothing.
func (h *Hub) Leave(w *Waiter) {
	h.mu.Lock()
	there := w.next != nil
	if there {
		if w.next == w {
			delete(h.rings, w.who)
		} else {
			w.prev.next, w.next.prev = w.next, w.prev
			h.rings[w.who] = w.next
		}
		w.prev, w.next = nil, nil
		h.count.Add(-1)
	}
	h.mu.Unlock()
	if there {
		w.stream.Close()
	}
}

// Waiting is how many streams wait.
func (h *Hub) Waiting() int { return int(h.count.Load()) }

// Watched lists the customers whom somebody waits for.
func (h *Hub) Watched() []Who {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]Who, 0, len(h.rings))
	for who := range h.rings {
		all = append(all, who)
	}
	return all
}

// Watches tells whether anybody waits for the customer.
func (h *Hub) Watches(who Who) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rings[who] != nil
}

// Tell sends an event to all who wait for the customer.
func (h *Hub) Tell(who Who, event []byte) { h.send(h.ring(who), event) }

// send writes outside the lock: one that is slow must not keep others from coming.
func (h *Hub) send(to []*Waiter, event []byte) {
	for _, w := range to {
		if w.stream.Send(event) != nil {
			h.Leave(w)
		}
	}
}

func (h *Hub) ring(who Who) []*Waiter {
	h.mu.Lock()
	defer h.mu.Unlock()
	return ringFrom(nil, h.rings[who])
}

func ringFrom(list []*Waiter, first *Waiter) []*Waiter {
	if first == nil {
		return list
	}
	list = append(list, first)
	for w := first.next; w != first; w = w.next {
		list = append(list, w)
	}
	return list
}

func (h *Hub) everybody() []*Waiter {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := make([]*Waiter, 0, h.Waiting())
	for _, first := range h.rings {
		list = ringFrom(list, first)
	}
	return list
}

// Beat writes a comment to every stream, which keeps proxies from closing it and
// finds those whose browser has gone, and closes those whose session is over.
func (h *Hub) Beat(now time.Time) {
	for _, w := range h.everybody() {
		if !now.Before(w.until) || w.stream.Send(beat) != nil {
			h.Leave(w)
		}
	}
}

// End closes the streams of a session that has ended.
func (h *Hub) End(session string) {
	for _, w := range h.everybody() {
		if w.session == session {
			h.Leave(w)
		}
	}
}

// Close closes every stream, and whatever comes later. Browsers come back by
// themselves, each after the time that Hello gave it.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	for _, w := range h.everybody() {
		h.Leave(w)
	}
}

var (
	beat = []byte(":\n\n")
	// look has no data, so that it is no event to whoever has an EventSource.
	look = []byte("event: look\n\n")
)

// Hello is the beginning of a stream. Each browser is told another time to wait
// before it comes back, so that those of a replica that stops don't all come at once.
func Hello() []byte {
	return fmt.Appendf(nil, "retry: %d\n\n", 1000+rand.IntN(4000)) //nolint:gosec // only spreads them
}

// Event is the news that a stream gets. Stage and state are words of the portal's own.
func Event(stage, state string) []byte {
	return fmt.Appendf(nil, "event: progress\ndata: {\"stage\":%q,\"state\":%q}\n\n", stage, state)
}
