package faults

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"portal/onboarding/simulator"
)

// quarter is the most memory that the process may ever be in, in kB.
const quarter = 256 << 10

func TestAQuarterOfAGigabyteOfMemoryIsEnough(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t), "PORTAL_IRON_TIMEOUT", "2s")
	p := w.prepare()
	// What is reserved and never used counts here, so that it has to be more; beyond it
	// the kernel refuses, and a Go program ends.
	p.shell = fmt.Sprintf("ulimit -d %d", 2*quarter)
	p.start()
	people := make([]*signer, 20)
	for n := range people {
		people[n] = w.signer(p, true)
	}
	read := func(people []*signer, forms bool) {
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
	read(people, false)
	end := w.fault(simulator.Fault{Kind: simulator.FaultHuge})
	for range 3 {
		read(people, false)
	}
	end()
	w.until("pages are fresh again", 10*time.Second, func() bool { return !people[0].open("/p/acme/documents").has("[data-as-of]") })
	// Then documents as large as any may be, read for the page and again for the
	// signature, and kept; and answers of Iron's that are larger, all at once.
	w.iron.heavy.Store(10 << 20)
	heavy := people[:8]
	for _, s := range heavy {
		s.terms()
	}
	end = w.fault(simulator.Fault{Kind: simulator.FaultHuge, Percent: 20})
	read(heavy, true)
	end()
	for _, s := range heavy {
		w.until("what is left is signed", convergence, func() bool {
			forms := s.open("/p/acme/documents").agreements()
			if len(forms) > 0 {
				s.agree(forms[0])
			}
			return len(forms) == 0
		})
	}
	w.iron.heavy.Store(0)
	read(people[8:], true)
	w.settled(convergence)
	if !p.alive() {
		t.Fatal("the process has ended")
	}
	most := p.peak()
	t.Logf("%d MiB at most, with answers of 16 MB for %d customers at once, and documents of 10 MB for %d", most>>10, len(people), len(heavy))
	if most > quarter {
		t.Errorf("%d kB were in use", most)
	}
	if large := w.signedBytes(heavy); large < len(heavy)/2 {
		t.Errorf("%d documents of 10 MB were read: the test means nothing", large)
	}
	for _, s := range people {
		s.wantWhole(w.iron.keys())
	}
	w.wantEvidence(p)
}

// peak is the most memory that the process has been in, in kB.
func (p *portal) peak() (most int) {
	p.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.process.Pid))
	if err != nil {
		p.t.Skipf("this system does not tell what a process has used: %v", err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	if _, err := fmt.Sscan(rest, &most); err != nil {
		p.t.Fatal(err)
	}
	return most
}

// signedBytes counts consents to documents of 10 MB whose bytes were read.
func (w *world) signedBytes(people []*signer) (n int) {
	for _, s := range people {
		kept, err := w.books().CustomerConsents(w.t.Context(), "acme", s.id)
		w.check(err)
		for _, c := range kept {
			if c.Signed.Size == 10<<20 && c.Signed.SHA256 != "" {
				n++
			}
		}
	}
	return n
}
