package faults

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portal/onboarding/simulator"
	"portal/onboarding/store/realdb"

	"github.com/google/uuid"
)

// balancer sends a browser to whichever machine answers, as a proxy before two
// replicas does: what got no answer from one is sent to the other.
type balancer struct {
	machines []*portal
	turn     atomic.Int64
	moved    atomic.Int64
	relinked atomic.Int64
}

// try sends a request of this browser until somebody answers.
func (l *balancer) try(b *browser, method, path string, form url.Values) (p *page, err error) {
	b.again = false
	first := l.turn.Add(1)
	for n := range int64(2 * len(l.machines)) {
		b.base = l.machines[(first+n)%int64(len(l.machines))].base
		if p, err = b.send(method, path, form); err == nil && p.status != http.StatusBadGateway {
			return p, nil
		}
		l.moved.Add(1)
		b.again = true
		pause(50 * time.Millisecond)
	}
	return p, err
}

// open follows redirects, each to whichever machine.
func (l *balancer) open(b *browser, path string) (*page, error) {
	p, err := l.try(b, http.MethodGet, path, nil)
	for range 6 {
		if err != nil || p.status < 300 || p.status > 399 {
			return p, err
		}
		p, err = l.try(b, http.MethodGet, p.header.Get("Location"), nil)
	}
	return nil, fmt.Errorf("%s: redirects don't end", path)
}

// journey signs all that a customer has to sign. Any page but the right one fails it.
func (l *balancer) journey(s *signer) error {
	for range 8 {
		p, err := l.open(s.browser, "/p/acme/documents")
		switch {
		case err != nil:
			return err
		case p.status != http.StatusOK:
			return fmt.Errorf("the documents answer %d", p.status)
		case p.mark("data-stage") == "complete":
			return nil
		}
		for _, document := range p.signed() {
			s.shown[document] = true
		}
		forms := p.agreements()
		if len(forms) == 0 {
			continue
		}
		s.sending.Store(true)
		p, err = l.try(s.browser, http.MethodPost, forms[0].action, forms[0].fields)
		s.sending.Store(false)
		switch {
		case err != nil:
			return err
		case p.status != http.StatusSeeOther:
			return fmt.Errorf("the form answers %d", p.status)
		}
		s.answered[forms[0].document] = true
	}
	return fmt.Errorf("the documents don't end")
}

func TestNobodyNoticesThatOneOfTwoMachinesDies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, realdb.PostgresDatabase(t))
	l := &balancer{machines: []*portal{w.start(), w.start()}}
	deaths, workers := 3, 6
	if soak() {
		deaths = 30
	}
	for _, after := range []bool{false, true} {
		w.fault(simulator.Fault{Kind: simulator.FaultSlow, Method: "POST", Delay: 15 * time.Millisecond, AfterEffect: after})
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var done, failed atomic.Int64
	signers := make([][]*signer, workers)
	var group sync.WaitGroup
	for n := range workers {
		group.Go(func() {
			for ctx.Err() == nil {
				s, err := l.arrive(w)
				if err == nil {
					signers[n] = append(signers[n], s)
					err = l.journey(s)
				}
				if done.Add(1); err != nil {
					failed.Add(1)
					t.Errorf("a journey has failed: %v", err)
				}
			}
		})
	}
	for n := range deaths {
		before := done.Load()
		victim := l.machines[n%2]
		w.until("journeys are made", limit, func() bool { return done.Load() >= before+int64(workers) })
		victim.kill()
		// The other one has all of it for a while.
		before = done.Load()
		w.until("journeys are made on one machine", limit, func() bool { return done.Load() >= before+int64(workers) })
		victim.start()
	}
	stop()
	group.Wait()
	took := w.settled(convergence)
	keys, signings := w.iron.keys(), 0
	for _, worker := range signers {
		for _, s := range worker {
			s.base = l.machines[0].base
			signings += s.wantWhole(keys)
		}
	}
	w.wantEvidence(l.machines[0])
	t.Logf("%d deaths, %d journeys, %d failed; %d requests moved to the other machine, %d links asked for again; %d signings, settled after %v",
		deaths, done.Load(), failed.Load(), l.moved.Load(), l.relinked.Load(), signings, took.Round(time.Millisecond))
	if l.moved.Load() == 0 {
		t.Error("no request met a dead machine: the test means nothing")
	}
}

// arrive is a new customer, whose partner asks whichever machine answers for a link.
func (l *balancer) arrive(w *world) (*signer, error) {
	id, err := w.iron.Build("signings", ironKey)
	if err != nil {
		return nil, err
	}
	b := w.stranger(l.machines[0])
	b.id = id
	w.learn(id)
	s := w.signerOf(b)
	for {
		address, err := l.link(b)
		if err != nil {
			return nil, err
		}
		p, err := l.try(b, http.MethodPost, address, url.Values{})
		switch {
		case err != nil:
			return nil, err
		case p.status == http.StatusSeeOther:
			return s, nil
		case p.status != http.StatusGone || !b.again:
			return nil, fmt.Errorf("the link answers %d", p.status)
		}
		// The machine that died had used the link up and had not answered. A link is
		// good once: the partner's page is told that it is gone, and asks for another.
		l.relinked.Add(1)
	}
}

// link asks the machines in turn, with the same idempotency key.
func (l *balancer) link(b *browser) (path string, err error) {
	once, link := uuid.NewString(), ""
	first := l.turn.Add(1)
	for n := range int64(2 * len(l.machines)) {
		if link, err = b.link(l.machines[(first+n)%int64(len(l.machines))], once); err == nil {
			break
		}
		l.moved.Add(1)
		pause(50 * time.Millisecond)
	}
	if err != nil {
		return "", err
	}
	address, err := url.Parse(link)
	if err != nil {
		return "", err
	}
	return address.Path, nil
}

func TestTheSameFormOnBothMachinesAtOnceIsOneSigning(t *testing.T) {
	t.Parallel()
	w := newWorld(t, realdb.PostgresDatabase(t))
	machines := []*portal{w.start(), w.start()}
	for _, after := range []bool{false, true} {
		w.fault(simulator.Fault{Kind: simulator.FaultSlow, Method: "POST", Delay: 30 * time.Millisecond, AfterEffect: after})
	}
	signed := w.signer(machines[0], true)
	for range 15 {
		signed.terms()
		form := signed.form()
		tabs := []*signer{w.signerOf(signed.tab(machines[0])), w.signerOf(signed.tab(machines[1])), w.signerOf(signed.tab(machines[1]))}
		var group sync.WaitGroup
		for _, tab := range tabs {
			group.Go(func() { tab.agree(form) })
		}
		group.Wait()
		for _, tab := range tabs {
			if !tab.answered[form.document] {
				t.Errorf("one of three clicks was answered with %v", tab.failures)
			}
		}
	}
	w.settled(convergence)
	if n := signed.wantWhole(w.iron.keys()); n != 15 {
		t.Errorf("%d signings of 15 documents", n)
	}
	w.wantEvidence(machines[0])
}

// tab is the same browser before another machine.
func (b *browser) tab(p *portal) *browser {
	other := *b
	other.base = p.base
	return &other
}
