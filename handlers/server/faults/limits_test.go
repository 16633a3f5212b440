package faults

import (
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"portal/onboarding/simulator"
)

func TestSlowClientsAreEndedAndKeepNobodyElseWaiting(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	p := w.start()
	b := w.customer(p, "processed")
	quiet := b.pace("/p/acme/review")
	began := time.Now()
	var ended atomic.Int64
	var held [1000]time.Duration
	var group sync.WaitGroup
	for n := range held {
		// The first half dribbles headers, the other a body that they have announced.
		opening := "POST /p/acme/sign-up HTTP/1.1\r\nHost: portal.example\r\n"
		if n >= len(held)/2 {
			opening += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nname=A"
		}
		conn, err := net.Dial("tcp", p.set["PORTAL_ADDR"])
		w.check(err)
		_, err = io.WriteString(conn, opening)
		w.check(err)
		opened := time.Now()
		group.Go(func() {
			defer func() { _ = conn.Close() }()
			dribble(conn, began.Add(40*time.Second))
			ended.Add(1)
			held[n] = time.Since(opened)
		})
	}
	busy := b.pace("/p/acme/review")
	if ended.Load() == 1000 {
		t.Error("no slow client was left while others were served: the test means nothing")
	}
	group.Wait()
	headers, bodies := held[:len(held)/2], held[len(held)/2:]
	slices.Sort(headers)
	slices.Sort(bodies)
	// Five and fifteen seconds are the product's; the rest is the load of the machine.
	if median, longest := headers[len(headers)/2], headers[len(headers)-1]; median > 8*time.Second || longest > 30*time.Second {
		t.Errorf("who dribbles headers has held a connection for %v (median) and %v (longest)", median, longest)
	}
	if median, longest := bodies[len(bodies)/2], bodies[len(bodies)-1]; median > 20*time.Second || longest > 35*time.Second {
		t.Errorf("who dribbles a body has held a connection for %v (median) and %v (longest)", median, longest)
	}
	t.Logf("a page takes %v alone and %v beside 1,000 slow clients (medians); these were ended after %v in the headers and %v in the body (medians)",
		quiet, busy, headers[len(headers)/2].Round(time.Second/10), bodies[len(bodies)/2].Round(time.Second/10))
	if busy > quiet+250*time.Millisecond {
		t.Errorf("a page takes %v beside slow clients, %v without", busy, quiet)
	}
}

// dribble sends a byte each second until the other side ends it.
func dribble(conn net.Conn, deadline time.Time) {
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_ = conn.SetReadDeadline(deadline)
		_, _ = io.Copy(io.Discard, conn)
	}()
	for {
		select {
		case <-gone:
			return
		case <-time.After(time.Second):
			if _, err := io.WriteString(conn, "x"); err != nil {
				return
			}
		}
	}
}

// pace is the median time of a page.
func (b *browser) pace(path string) time.Duration {
	b.w.t.Helper()
	times := make([]time.Duration, 15)
	for n := range times {
		page := b.open(path)
		if page.status != http.StatusOK {
			b.w.t.Fatalf("%s answers %d", path, page.status)
		}
		times[n] = page.took
	}
	slices.Sort(times)
	return times[len(times)/2].Round(100 * time.Microsecond)
}

func TestStoppingInTheMiddleOfSigningsLosesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	p := w.start()
	// For longer than the portal goes on as if nothing was to happen.
	w.fault(simulator.Fault{Kind: simulator.FaultSlow, Method: "POST", Delay: 3 * time.Second})
	signers, forms := make([]*signer, 5), make([]agreement, 5)
	for n := range signers {
		signers[n] = w.signer(p, true)
		forms[n] = signers[n].form()
	}
	var group sync.WaitGroup
	for n, s := range signers {
		group.Go(func() { s.agree(forms[n]) })
	}
	w.until("all signings are on their way", limit, func() bool { return len(w.iron.keys()) == len(signers) })
	began := time.Now()
	p.signal(syscall.SIGTERM)
	took := time.Since(began)
	group.Wait()
	if p.ended != nil || took > 10*time.Second {
		t.Errorf("the portal ended after %v with %v", took, p.ended)
	}
	for n, s := range signers {
		if !s.answered[forms[n].document] {
			t.Errorf("a form that was on its way was not answered: %v", s.failures)
		}
	}
	p.start()
	w.settled(convergence)
	for _, s := range signers {
		if n := s.wantWhole(w.iron.keys()); n != 1 {
			t.Errorf("%d signings, want one", n)
		}
	}
	w.wantEvidence(p)
	t.Logf("stopped %v after SIGTERM, with %d signings on their way", took.Round(time.Millisecond), len(signers))
}

func TestTheDescriptorsOfTheProcessRunOutAndComeBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	p := w.prepare()
	p.shell = "ulimit -n 128"
	p.start()
	s := w.signer(p, true)
	form := s.form()
	var open []net.Conn
	for range 200 {
		conn, err := net.DialTimeout("tcp", p.set["PORTAL_ADDR"], time.Second)
		if err != nil {
			break // the queue is full as well
		}
		open = append(open, conn)
	}
	s.client.Timeout = 2 * time.Second
	s.agree(form) // whatever comes of it
	for _, conn := range open {
		_ = conn.Close()
	}
	if len(open) < 128 {
		t.Errorf("only %d connections: the test means nothing", len(open))
	}
	s.client.Timeout = patience
	s.accepts("with descriptors again", form)
	w.settled(convergence)
	s.wantWhole(w.iron.keys())
	w.wantEvidence(p)
	if !p.alive() {
		t.Error("the portal has ended")
	}
}
