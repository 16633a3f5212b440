package faults

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

// balancer sends a browser to whichever machine answers, as a proxy before two
// replicas does: what got no answer from one is sent to the other.
type balancer struct {
	machines []*portal
	turn     atomic.Int64
	moved    atomic.Int64
	// rereads: a form of one version may be shown again by the other, whose words are
	// not the same, and is signed then.
	rereads bool
	reread  atomic.Int64
}

// try sends a request of this browser until somebody answers.
func (l *balancer) try(b *browser, method, path string, form url.Values) (p *page, err error) {
	first := l.turn.Add(1)
	for n := range int64(2 * len(l.machines)) {
		b.base = l.machines[(first+n)%int64(len(l.machines))].base
		if p, err = b.send(method, path, form); err == nil && p.status != http.StatusBadGateway {
			return p, nil
		}
		l.moved.Add(1)
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
	var p *page
	for range 8 {
		var err error
		if p == nil {
			p, err = l.open(s.browser, "/p/acme/documents")
		}
		switch {
		case err != nil:
			return err
		case p.status != http.StatusOK && p.status != http.StatusConflict:
			return fmt.Errorf("the documents answer %d", p.status)
		case p.mark("data-stage") == "complete":
			return nil
		}
		for _, document := range p.signed() {
			s.shown[document] = true
		}
		forms := p.agreements()
		if len(forms) == 0 {
			p = nil
			continue
		}
		s.sending.Store(true)
		p, err = l.try(s.browser, http.MethodPost, forms[0].action, forms[0].fields)
		s.sending.Store(false)
		switch {
		case err != nil:
			return err
		case p.status == http.StatusConflict && l.rereads:
			l.reread.Add(1)
			continue // with the page that is the answer
		case p.status != http.StatusSeeOther:
			return fmt.Errorf("the form answers %d", p.status)
		}
		s.answered[forms[0].document] = true
		p = nil
	}
	return fmt.Errorf("the documents don't end")
}

// crowd are customers who come one after the other, several at a time.
type crowd struct {
	l            *balancer
	w            *world
	stop         context.CancelFunc
	group        sync.WaitGroup
	done, failed atomic.Int64
	signers      [][]*signer // by worker
}

func (l *balancer) crowd(w *world, workers int) *crowd {
	ctx, stop := context.WithCancel(w.t.Context())
	w.t.Cleanup(stop)
	c := &crowd{l: l, w: w, stop: stop, signers: make([][]*signer, workers)}
	for n := range workers {
		c.group.Go(func() {
			for ctx.Err() == nil {
				s, err := l.arrive(w)
				if err == nil {
					c.signers[n] = append(c.signers[n], s)
					err = l.journey(s)
				}
				if c.done.Add(1); err != nil {
					c.failed.Add(1)
					w.t.Errorf("a journey has failed: %v", err)
				}
			}
		})
	}
	return c
}

// goesOn waits until everybody has made a journey more.
func (c *crowd) goesOn(where string) {
	c.w.t.Helper()
	before := c.done.Load()
	c.w.until("journeys are made "+where, limit, func() bool { return c.done.Load() >= before+int64(len(c.signers)) })
}

// end has nobody come any more, and compares all that was signed.
func (c *crowd) end() (signings int, took time.Duration) {
	c.w.t.Helper()
	c.stop()
	c.group.Wait()
	took = c.w.settled(convergence)
	keys := c.w.iron.keys()
	for _, worker := range c.signers {
		for _, s := range worker {
			s.base = c.l.machines[0].base
			signings += s.wantWhole(keys)
		}
	}
	c.w.wantEvidence(c.l.machines[0])
	return signings, took
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
	address, err := l.link(b)
	if err != nil {
		return nil, err
	}
	// As browsers do: the page of the link first, and then its form.
	if p, err := l.try(b, http.MethodGet, address, nil); err != nil || p.status != http.StatusOK {
		return nil, fmt.Errorf("the page of the link: %w, %v", err, p)
	}
	p, err := l.try(b, http.MethodPost, address, url.Values{})
	if err == nil && p.status != http.StatusSeeOther {
		err = fmt.Errorf("the link answers %d", p.status)
	}
	return s, err
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
