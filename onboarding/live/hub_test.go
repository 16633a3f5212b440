package live_test

import (
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"portal/onboarding/live"
)

var (
	ada   = live.Who{Partner: "acme", Customer: "ada"}
	grace = live.Who{Partner: "acme", Customer: "grace"}
	far   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// seat takes a place for a pipe.
func seat(t *testing.T, h *live.Hub, who live.Who, session string) (*live.Pipe, *live.Waiter) {
	t.Helper()
	pipe := live.NewPipe()
	waiter, ok := h.Wait(live.Seat{Stream: pipe, Who: who, Session: session, Until: far})
	if !ok {
		t.Fatal("the hub is closed")
	}
	return pipe, waiter
}

func wantHeard(t *testing.T, p *live.Pipe, want string, open bool) {
	t.Helper()
	if got, isOpen := p.Take(); string(got) != want || isOpen != open {
		t.Errorf("heard %q, open %t; not %q, %t", got, isOpen, want, open)
	}
}

func TestNewsReachAllWhoWaitForTheCustomerAndNobodyElse(t *testing.T) {
	h := live.NewHub()
	a, first := seat(t, h, ada, "s1")
	b, _ := seat(t, h, ada, "s2")
	c, _ := seat(t, h, live.Who{Partner: "other", Customer: "ada"}, "s3")
	d, _ := seat(t, h, grace, "s4")
	h.Tell(ada, []byte("news"))
	wantHeard(t, a, "news", true)
	wantHeard(t, b, "news", true)
	wantHeard(t, c, "", true)
	wantHeard(t, d, "", true)
	h.Leave(first)
	h.Leave(first)
	h.Tell(ada, []byte("more"))
	wantHeard(t, a, "", false)
	wantHeard(t, b, "more", true)
	if n, watched := h.Waiting(), len(h.Watched()); n != 3 || watched != 3 {
		t.Errorf("%d wait, for %d", n, watched)
	}
}

func TestASessionThatEndsTakesItsStreamsAlong(t *testing.T) {
	h := live.NewHub()
	a, _ := seat(t, h, ada, "s1")
	b, _ := seat(t, h, ada, "s2")
	h.End("s1")
	wantHeard(t, a, "", false)
	wantHeard(t, b, "", true)
	h.Beat(far)
	wantHeard(t, b, "", false)
	if h.Waiting() != 0 || len(h.Watched()) != 0 {
		t.Errorf("%d still wait", h.Waiting())
	}
}

func TestABeatKeepsStreamsOpen(t *testing.T) {
	h := live.NewHub()
	a, _ := seat(t, h, ada, "s1")
	h.Beat(time.Now())
	wantHeard(t, a, ":\n\n", true)
}

func TestAClosedHubTakesNobody(t *testing.T) {
	h := live.NewHub()
	a, _ := seat(t, h, ada, "s1")
	h.Close()
	wantHeard(t, a, "", false)
	late := live.NewPipe()
	if _, ok := h.Wait(live.Seat{Stream: late, Who: ada, Until: far}); ok || h.Waiting() != 0 {
		t.Error("somebody sat down")
	}
	wantHeard(t, late, "", false)
}

func TestWhoDoesNotReadIsSentAwayAndTheOthersHear(t *testing.T) {
	h := live.NewHub()
	deaf, ears := net.Pipe() // has no buffer: a write waits for a reader
	defer func() { _ = ears.Close() }()
	if _, ok := h.Wait(live.Seat{Stream: live.Conn{Conn: deaf}, Who: ada, Until: far}); !ok {
		t.Fatal("the hub is closed")
	}
	slow, _ := seat(t, h, ada, "s1")
	other, _ := seat(t, h, ada, "s2")
	h.Tell(ada, []byte("news"))
	wantHeard(t, other, "news", true)
	if h.Waiting() != 2 {
		t.Errorf("%d wait", h.Waiting())
	}
	for range 1000 {
		h.Tell(ada, []byte("more news"))
		other.Take()
	}
	if _, open := slow.Take(); open || h.Waiting() != 1 {
		t.Errorf("a browser that never reads is still there, %d wait", h.Waiting())
	}
}

func TestComingGoingAndTellingAtOnceLosesNobody(t *testing.T) {
	h := live.NewHub()
	stays, _ := seat(t, h, ada, "stays")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 200 {
				_, waiter := seat(t, h, ada, "s")
				h.Tell(grace, []byte("x"))
				h.Beat(time.Time{})
				stays.Take()
				h.Leave(waiter)
			}
		})
	}
	group.Wait()
	h.Tell(ada, []byte("last"))
	heard, open := stays.Take()
	if !strings.HasSuffix(string(heard), "last") || !open || h.Waiting() != 1 {
		t.Errorf("heard %q, open %t, %d wait", heard, open, h.Waiting())
	}
}
