package live

import (
	"bytes"
	"errors"
	"net"
	"sync"
	"time"
)

// stuck is how long a connection may take to accept an event. It waits in the
// kernel's buffer for the browser; where there is no room in there either, nobody
// has read for a long time, and the others must not wait.
const stuck = 5 * time.Millisecond

// Conn is a stream over a connection of any kind that was taken off the HTTP server; of
// one over TCP Detach leaves less. Nobody reads from it: a browser that has gone is
// noticed at a later write.
type Conn struct{ net.Conn }

// Send writes an event, whole or not at all as far as the browser can tell.
func (c Conn) Send(event []byte) error {
	if err := c.SetWriteDeadline(time.Now().Add(stuck)); err != nil {
		return err
	}
	_, err := c.Write(event)
	return err
}

// Close ends the connection.
func (c Conn) Close() { _ = c.Conn.Close() }

// Pipe is a stream for a connection that can't be taken off the server (HTTP/2): its
// handler waits on More and writes what Take gives. Events that it has not taken yet
// are joined, up to a bound.
type Pipe struct {
	More chan struct{} // has something when there is something to take, or the end
	mu   sync.Mutex
	held []byte
	over bool
}

// pipeRoom is more than a handler falls behind whose browser reads.
const pipeRoom = 4 << 10

var errSlow = errors.New("live: the browser does not read")

// NewPipe makes a Pipe.
func NewPipe() *Pipe { return &Pipe{More: make(chan struct{}, 1)} }

// Send leaves an event to be taken.
func (p *Pipe) Send(event []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over || len(p.held)+len(event) > pipeRoom {
		return errSlow
	}
	p.held = append(p.held, event...)
	p.wake()
	return nil
}

// Take gives what was sent since the last time, and whether there will be more.
func (p *Pipe) Take() (events []byte, open bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	events = bytes.Clone(p.held)
	p.held = p.held[:0]
	return events, !p.over
}

// Close wakes the handler for the last time.
func (p *Pipe) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	p.wake()
}

func (p *Pipe) wake() {
	select {
	case p.More <- struct{}{}:
	default:
	}
}
