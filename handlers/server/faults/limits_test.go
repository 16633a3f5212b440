package faults

import (
	"fmt"
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
	var ended, longest atomic.Int64
	var group sync.WaitGroup
	for n := range 1000 {
		// Half of them dribble headers, half a body that they have announced.
		opening := "POST /p/acme/sign-up HTTP/1.1\r\nHost: portal.example\r\n"
		if n%2 == 0 {
			opening += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nname=A"
		}
		conn, err := net.Dial("tcp", p.set["PORTAL_ADDR"])
		w.check(err)
		_, err = io.WriteString(conn, opening)
		w.check(err)
		group.Go(func() {
			defer func() { _ = conn.Close() }()
			dribble(conn, began.Add(40*time.Second))
			ended.Add(1)
			longest.Store(max(longest.Load(), int64(time.Since(began))))
		})
	}
	busy := b.pace("/p/acme/review")
	if ended.Load() == 1000 {
		t.Error("no slow client was left while others were served: the test means nothing")
	}
	group.Wait()
	if took := time.Duration(longest.Load()); took > 35*time.Second {
		t.Errorf("a slow client has held its connection for %v", took)
	}
	t.Logf("a page takes %v alone and %v beside 1,000 slow clients (medians); the last of these was ended after %v",
		quiet, busy, time.Duration(longest.Load()).Round(time.Second))
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
	w.fault(simulator.Fault{Kind: simulator.FaultSlow, Method: "POST", Delay: 500 * time.Millisecond})
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

func TestAQuarterOfAGigabyteOfMemoryIsEnough(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t), "GOMEMLIMIT", "200MiB", "PORTAL_IRON_TIMEOUT", "2s")
	p := w.start()
	people := make([]*signer, 20)
	for n := range people {
		people[n] = w.signer(p, true)
	}
	read := func(forms bool) {
		var group sync.WaitGroup
		for _, s := range people {
			group.Go(func() {
				page, err := s.get("/p/acme/documents")
				if err == nil && page.status != http.StatusOK {
					err = fmt.Errorf("status %d", page.status)
				}
				if err != nil {
					t.Error(err)
				} else if forms {
					s.agree(page.agreements()[0])
				}
			})
		}
		group.Wait()
	}
	read(false)
	end := w.fault(simulator.Fault{Kind: simulator.FaultHuge})
	for range 3 {
		read(false)
	}
	end()
	w.until("pages are fresh again", 10*time.Second, func() bool { return !people[0].open("/p/acme/documents").has("[data-as-of]") })
	read(true)
	w.settled(convergence)
	memory := p.metric("process_resident_memory_bytes") / (1 << 20)
	t.Logf("%.0f MiB after answers of 16 MB for %d customers at once", memory, len(people))
	if memory > 256 || !p.alive() {
		t.Errorf("%.0f MiB are in use", memory)
	}
	for _, s := range people {
		s.wantWhole(w.iron.keys())
	}
}
