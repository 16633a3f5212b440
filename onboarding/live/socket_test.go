package live_test

import (
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"portal/onboarding/live"
)

// connection is both ends of a TCP connection.
func connection(t *testing.T) (server, browser net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	browser, err = net.Dial("tcp", l.Addr().String())
	must(t, err)
	t.Cleanup(func() { browser.Close() })
	server, err = l.Accept()
	must(t, err)
	return server, browser
}

func TestADetachedConnectionCarriesEventsUntilItIsClosed(t *testing.T) {
	server, browser := connection(t)
	s := live.Detach(server)
	if _, err := server.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
		t.Fatalf("Go's part of the connection is still there: %v", err)
	}
	must(t, s.Send([]byte("one,")))
	must(t, s.Send([]byte("two")))
	s.Close()
	s.Close()
	// Whoever comes next is given the same descriptor.
	next, other := connection(t)
	later := live.Detach(next)
	defer later.Close()
	if err := s.Send([]byte("news for somebody else")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("a closed stream is written to: %v", err)
	}
	must(t, later.Send([]byte("mine")))
	later.Close()
	for conn, want := range map[net.Conn]string{browser: "one,two", other: "mine"} {
		if heard, err := io.ReadAll(conn); err != nil || string(heard) != want {
			t.Errorf("heard %q (%v), not %q", heard, err, want)
		}
	}
}

func TestADetachedConnectionOfWhichNobodyReadsIsNotWaitedFor(t *testing.T) {
	server, _ := connection(t)
	s := live.Detach(server)
	defer s.Close()
	event, began := make([]byte, 1<<10), time.Now()
	for s.Send(event) == nil {
		if time.Since(began) > time.Minute {
			t.Fatal("there is always room")
		}
	}
}

func TestABrowserThatHasGoneIsNoticed(t *testing.T) {
	server, browser := connection(t)
	s := live.Detach(server)
	defer s.Close()
	must(t, browser.Close())
	for began := time.Now(); s.Send([]byte(":\n\n")) == nil; {
		if time.Since(began) > time.Minute {
			t.Fatal("it takes whatever is sent")
		}
	}
}
