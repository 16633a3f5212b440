package faults

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// weather is what the network does to connections.
type weather struct {
	late      time.Duration // each piece of an answer comes later by this
	reset     bool          // connections end with RST as soon as somebody speaks
	blackhole bool          // what is sent is swallowed, and never answered
	cut       int           // connections end after so many bytes of answers; 0: they don't
	stall     int           // no more of an answer comes after so many bytes; 0: all of it
	holdAt    []byte        // what begins so is not passed on, for as long as this weather lasts
}

// proxy is a network between the portal and somebody else.
type proxy struct {
	address string
	target  string

	mu      sync.Mutex
	now     weather
	changed chan struct{} // closed at the next change
	held    int           // requests that holdAt has stopped
	open    map[net.Conn]bool
}

// newProxy is a network to the target, host:port, in fair weather.
func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{address: l.Addr().String(), target: target, changed: make(chan struct{}), open: map[net.Conn]bool{}}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go p.carry(conn)
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		p.turn(weather{})
		p.breakAll()
	})
	return p
}

// turn changes the weather for connections that are open, too.
func (p *proxy) turn(w weather) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = w
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *proxy) weather() (weather, chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now, p.changed
}

// stopped is how many requests are held.
func (p *proxy) stopped() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.held
}

// breakAll ends all connections as a router does that is switched off and on.
func (p *proxy) breakAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.open {
		_ = conn.Close()
	}
}

func (p *proxy) carry(client net.Conn) {
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		_ = client.Close()
		return
	}
	p.mu.Lock()
	p.open[client], p.open[server] = true, true
	p.mu.Unlock()
	end := sync.OnceFunc(func() {
		_ = client.Close()
		_ = server.Close()
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.open, client)
		delete(p.open, server)
	})
	defer end()
	go func() {
		defer end()
		p.requests(client, server)
	}()
	p.answers(server, client)
}

// requests carries what the portal says.
func (p *proxy) requests(from, to net.Conn) {
	piece := make([]byte, 32<<10)
	for {
		n, err := from.Read(piece)
		now, changed := p.weather()
		if n > 0 && now.holdAt != nil && bytes.HasPrefix(piece[:n], now.holdAt) {
			p.mu.Lock()
			p.held++
			p.mu.Unlock()
			<-changed
			return // what was stopped is lost
		}
		if now.reset {
			abort(from)
			return
		}
		if n > 0 && !now.blackhole {
			if _, err := to.Write(piece[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// answers carries what the other side says.
func (p *proxy) answers(from, to net.Conn) {
	piece := make([]byte, 32<<10)
	for said := 0; ; {
		n, err := from.Read(piece)
		now, changed := p.weather()
		if now.late > 0 {
			pause(now.late)
		}
		if now.blackhole {
			<-changed
			return
		}
		for bound, act := range map[int]func(){now.cut: func() { abort(to) }, now.stall: func() { <-changed }} {
			if bound > 0 && said+n >= bound {
				_, _ = to.Write(piece[:max(0, bound-said)])
				act()
				return
			}
		}
		said += n
		if _, werr := to.Write(piece[:n]); err != nil || werr != nil {
			if !errors.Is(err, io.EOF) {
				abort(to)
			}
			return
		}
	}
}

// abort ends a connection with RST.
func abort(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
