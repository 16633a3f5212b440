package bench

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// crowd are those who wait at one server.
type crowd struct {
	b       *bench
	p       *process
	streams []*stream

	told atomic.Pointer[string] // the customer of whom there is news
	left atomic.Int64           // how many are still to be told
	all  chan struct{}          // has something once none is
	lost atomic.Int64           // streams that have ended by themselves
	over atomic.Bool
}

// stream is one who waits.
type stream struct {
	crowd    *crowd
	conn     net.Conn
	customer string
	events   atomic.Int64
	at       atomic.Int64 // when the last byte of the last event was there: UnixNano
}

func (b *bench) crowd(p *process) *crowd {
	c := &crowd{b: b, p: p, all: make(chan struct{}, 1)}
	c.told.Store(new(string))
	b.t.Cleanup(c.close)
	return c
}

// path is where a customer's events are.
func (c *crowd) path(who customer) string {
	if who.cookie != "" {
		return "/p/acme/events"
	}
	return "/events?customer=" + who.id
}

// join lets n more wait, the ith of them for the customer that who gives, and returns
// once each has been told how things stand.
func (c *crowd) join(n int, who func(i int) customer) {
	c.b.t.Helper()
	streams := make([]*stream, n)
	c.b.each(n, 16, func(i int) (err error) {
		streams[i], err = c.open(who(i))
		return err
	})
	c.streams = append(c.streams, streams...)
	for _, s := range streams {
		go s.follow()
	}
}

func (c *crowd) open(who customer) (*stream, error) {
	host := strings.TrimPrefix(c.p.base, "http://")
	conn, err := net.DialTimeout("tcp", host, time.Minute)
	if err != nil {
		return nil, err
	}
	s := &stream{crowd: c, conn: conn, customer: who.id}
	// A browser's request, with what browsers say of themselves.
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\nCookie: %s\r\n"+
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"+
		"Accept-Language: en-US,en;q=0.5\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nCache-Control: no-cache\r\n\r\n",
		c.path(who), host, who.cookie)
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
	var read []byte
	// Chunked answers have an end of line behind each chunk.
	for chunk := make([]byte, 4<<10); !bytes.Contains(read, eventStart) || !bytes.HasSuffix(bytes.TrimSuffix(read, []byte("\r\n")), eventEnd); {
		n, err := conn.Read(chunk)
		if err != nil {
			return nil, fmt.Errorf("%s: %w: %s", c.p.name, err, read)
		}
		read = append(read, chunk[:n]...)
	}
	_ = conn.SetReadDeadline(time.Time{})
	return s, nil
}

var eventStart, eventEnd = []byte("event:"), []byte("\n\n")

// follow reads until the stream ends. Events are short and written at once, so that
// the part of one that comes in a piece of its own is the exception.
func (s *stream) follow() {
	var held []byte
	for chunk := make([]byte, 512); ; {
		n, err := s.conn.Read(chunk)
		now := time.Now().UnixNano()
		if err != nil {
			if !s.crowd.over.Load() {
				s.crowd.lost.Add(1)
			}
			return
		}
		held = append(held, chunk[:n]...)
		for {
			end := bytes.Index(held, eventEnd)
			if end < 0 {
				break
			}
			if bytes.Contains(held[:end], eventStart) {
				s.at.Store(now)
				s.events.Add(1)
				if s.customer == *s.crowd.told.Load() && s.crowd.left.Add(-1) == 0 {
					s.crowd.all <- struct{}{}
				}
			}
			held = held[end+len(eventEnd):]
		}
		if len(held) == 0 {
			held = nil
		}
	}
}

// change is one change at Iron, and the webhook that says so: it returns when that was
// sent, and how many who wait for the customer have not been told in time.
func (c *crowd) change(customer string, streams int) (sent time.Time, missed int) {
	c.b.t.Helper()
	c.b.turn(customer)
	c.b.iron.forget()
	c.left.Store(int64(streams))
	c.told.Store(&customer)
	sent = time.Now()
	c.b.check(webhook(c.p, customer))
	select {
	case <-c.all:
	case <-time.After(15 * time.Second):
	}
	return sent, int(max(0, c.left.Load()))
}

// close ends all.
func (c *crowd) close() {
	c.over.Store(true)
	var group sync.WaitGroup
	for part := range 4 {
		group.Go(func() {
			for i := part; i < len(c.streams); i += 4 {
				// No FIN-WAIT for each: the next server's clients need the ports.
				_ = c.streams[i].conn.(*net.TCPConn).SetLinger(0)
				_ = c.streams[i].conn.Close()
			}
		})
	}
	group.Wait()
	c.streams = nil
}
