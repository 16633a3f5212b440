package handlers_test

import (
	"bytes"
	"net"
	"net/http/httptest"
	"sync"
	"testing"

	"portal/onboarding"
	"portal/onboarding/live"
	"portal/session"
)

// gate keeps back the first event of the first stream until the test lets it go.
type gate struct {
	net.Listener
	once          sync.Once
	reached, open chan struct{}
}

func (g *gate) Accept() (net.Conn, error) {
	conn, err := g.Listener.Accept()
	return gated{conn, g}, err
}

type gated struct {
	net.Conn
	gate *gate
}

func (c gated) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte("event: progress")) {
		c.gate.once.Do(func() { close(c.gate.reached); <-c.gate.open })
	}
	return c.Conn.Write(b)
}

func TestWhatChangesWhileAStreamBeginsIsToldOnIt(t *testing.T) {
	g := &gate{reached: make(chan struct{}), open: make(chan struct{})}
	var reader *live.Reader
	w := newWorld(t, func(s *setup) {
		s.server = func(server *httptest.Server) { g.Listener, server.Listener = server.Listener, g }
		s.reader = func(w *world, journey *onboarding.Journey) *live.Reader {
			keys, err := session.ParseKeys("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
			must(t, err)
			reader = live.NewReader(live.ReaderConfig{
				Partner: "acme", Platform: journey.Platform, Copies: w.store, Sealer: keys, Decide: journey.Decide, Now: w.clock.Now,
				News:   func(live.Message) {}, // which finds nobody waiting yet
				Failed: func(err error) { t.Error(err) },
			})
			return reader
		}
	})
	b, _, customer := w.at("processed")
	go func() {
		<-g.reached
		defer close(g.open)
		if err := w.sim.Suspend(customer.ID); err != nil {
			t.Error(err)
		}
		if _, err := reader.FactsNow(t.Context(), customer.ID); err != nil {
			t.Error(err)
		}
	}()
	_, lines := b.stream(w.client)
	event(t, lines) // when to come back
	if first, then := event(t, lines), event(t, lines); first != waits || then != suspended {
		t.Errorf("at first %q, then %q", first, then)
	}
}
