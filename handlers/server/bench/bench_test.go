package bench

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"portal/onboarding/store/realdb"
)

func TestMain(m *testing.M) {
	if peer := os.Getenv("BENCH_PEER"); peer != "" {
		servePeer(peer)
		return
	}
	os.Exit(realdb.Run(m))
}

// bench is one run.
type bench struct {
	t        *testing.T
	size     size
	iron     *iron
	binary   string // the product
	partners string
	body     string // a file: one of the portal's pages, for who is to give the same

	suspended map[string]bool // who is, at Iron
}

// size is how much is measured.
type size struct {
	waiting []int         // how many wait
	singles int           // how often one is told
	rounds  int           // how often all are told, and all tabs are loaded at once
	tabs    int           // of one customer
	cold    int           // pages of customers of whom nothing is known
	work    int           // pages whose processor time is one measurement
	rest    time.Duration // in which a server gives back memory
}

// Of the small one only what is counted means anything: it keeps the large one working.
var (
	large = size{waiting: []int{1000, 10000}, singles: 500, rounds: 5, tabs: 200, cold: 200, work: 2000, rest: time.Second}
	small = size{waiting: []int{20, 100}, singles: 5, rounds: 2, tabs: 50, cold: 3, work: 50, rest: 10 * time.Millisecond}
)

func (b *bench) check(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// turn changes what Iron says of a customer.
func (b *bench) turn(customer string) {
	b.t.Helper()
	change := b.iron.Suspend
	if b.suspended[customer] {
		change = b.iron.Reinstate
	}
	b.check(change(customer))
	b.suspended[customer] = !b.suspended[customer]
}

func newBench(t *testing.T, size size) *bench {
	t.Helper()
	b := &bench{t: t, size: size, iron: newIron(t), suspended: map[string]bool{}}
	b.build()
	return b
}

func TestWhoWaitsIsToldOnceAndHasNoGoroutineAndIronIsReadOnceForAll(t *testing.T) {
	b := newBench(t, small)
	_, err := exec.LookPath("node")
	waiting := b.compareWaiting(err == nil)
	storms, _ := b.comparePages()
	b.judge(waiting, storms[0])
}

func TestWhatItCosts(t *testing.T) {
	if os.Getenv("BENCH") == "" {
		t.Skip("measures for minutes, with BENCH=1")
	}
	began, b := time.Now(), newBench(t, large)
	waiting := b.compareWaiting(true)
	storms, colds := b.comparePages()
	written := b.countWrites()
	b.judge(waiting, storms[0])
	if n := written.rows["sessions"]; n == 0 || n > 1.05 {
		t.Errorf("a session is written %.2f times a minute", n)
	}
	out := os.Stdout
	_, _ = fmt.Fprintf(out, "\n%s; in %v\n\n", machine(), time.Since(began).Round(time.Second))
	b.printWaiting(out, waiting)
	_, _ = io.WriteString(out, "\n")
	b.printStorms(out, storms)
	_, _ = io.WriteString(out, "\n")
	printColds(out, colds)
	_, _ = io.WriteString(out, "\n")
	printWrites(out, written)
}

// compareWaiting measures the portal with all who wait for one customer, and with one who
// waits for each customer, beside others.
func (b *bench) compareWaiting(node bool) (all []waiting) {
	b.t.Helper()
	some, peers := b.customers("processed", b.size.singles+1), []string{plainPeer, hijackPeer}
	if node {
		peers = append(peers, nodePeer)
	}
	for _, name := range peers {
		p := b.startPeer(name, true)
		all = append(all, b.wait(p, name, some[0], some[1:]))
		p.stop()
	}
	p := b.portal(b.sqlite())
	mine := b.customers("processed", b.size.singles+1)
	b.signIn(p, mine)
	all = append(all, b.wait(p, "**the portal**, all for one customer", mine[0], mine[1:]))
	p.stop()

	p = b.portal(b.memory())
	many := b.customers("processed", b.size.waiting[len(b.size.waiting)-1])
	b.signIn(p, many)
	all = append(all, b.wait(p, "**the portal**, each for a customer of their own", customer{}, many))
	p.stop()
	return all
}

// memory is a database that waits for no disk, where thousands sign in that have nothing
// to do with what is measured.
func (b *bench) memory() string {
	dir, err := os.MkdirTemp("/dev/shm", "portal-bench-")
	if err != nil {
		return b.sqlite()
	}
	b.t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return "sqlite:" + filepath.Join(dir, "portal.db")
}

// judge fails the run where the portal does not keep what is promised of it, whatever
// the machine.
func (b *bench) judge(waiting []waiting, storm storm) {
	b.t.Helper()
	for _, w := range waiting {
		if !strings.Contains(w.name, "portal") {
			continue
		}
		if w.missed+w.doubled+w.lost > 0 {
			b.t.Errorf("%s: %d news missed, %d doubled, %d streams lost", w.name, w.missed, w.doubled, w.lost)
		}
		if w.threads > 0.5 {
			b.t.Errorf("%s: %.2f goroutines each", w.name, w.threads)
		}
		if slices.ContainsFunc(w.calls, func(n int) bool { return n == 0 || n > 8 }) {
			b.t.Errorf("%s: calls to Iron for one change: %v", w.name, w.calls)
		}
	}
	// Those who come while Iron is being read are given that reading; a slow machine
	// may need a few for all of them to come.
	if n := storm.calls; n == 0 || n > 0.5 {
		b.t.Errorf("%.3f calls to Iron per page, with %d tabs at once", n, b.size.tabs)
	}
}
