package faults

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"portal/onboarding/simulator"
	"portal/onboarding/store/realdb"

	"github.com/google/uuid"
)

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
	c := l.crowd(w, workers)
	for n := range deaths {
		victim := l.machines[n%2]
		c.goesOn("on both machines")
		victim.kill()
		// The other one has all of it for a while.
		c.goesOn("on one machine")
		victim.start()
	}
	signings, took := c.end()
	t.Logf("%d deaths, %d journeys, %d failed; %d requests moved to the other machine; %d signings, settled after %v",
		deaths, c.done.Load(), c.failed.Load(), l.moved.Load(), signings, took.Round(time.Millisecond))
	if l.moved.Load() == 0 {
		t.Error("no request met a dead machine: the test means nothing")
	}
}

// TestALinkWhoseMachineDiesBeforeItAnswersLeadsItsBrowserInAllTheSame has the machine
// killed when the link is used up and the session is not written yet.
func TestALinkWhoseMachineDiesBeforeItAnswersLeadsItsBrowserInAllTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t, realdb.PostgresDatabase(t))
	dying, other := w.start(), w.start()
	b := w.stranger(dying)
	id, err := w.iron.Build("signings", ironKey)
	w.check(err)
	b.id = id
	w.learn(id)
	link, err := b.link(dying, uuid.NewString())
	w.check(err)
	address, err := url.Parse(link)
	w.check(err)
	if page := b.open(address.Path); page.status != http.StatusOK {
		t.Fatalf("the page of the link answers %d", page.status)
	}
	release := w.lock("sessions")
	sent := make(chan error)
	go func() {
		_, err := b.send(http.MethodPost, address.Path, url.Values{})
		sent <- err
	}()
	token := address.Path[strings.LastIndex(address.Path, "/")+1:]
	w.until("the link is used up", limit, func() bool {
		_, _, used, _, err := w.books().FindLink(t.Context(), "acme", sum(token))
		w.check(err)
		return !used.IsZero()
	})
	dying.kill()
	if err := <-sent; err == nil {
		t.Fatal("the machine has answered: the test means nothing")
	}
	release()
	again := b.tab(other)
	for who, try := range map[string]*browser{"another browser": w.stranger(other), "another browser, with the page before it": nil} {
		if try == nil {
			try = w.stranger(other)
			if page := try.open(address.Path); page.status != http.StatusGone {
				t.Errorf("%s: the page answers %d", who, page.status)
			}
		}
		if page, err := try.send(http.MethodPost, address.Path, url.Values{}); err != nil || page.status != http.StatusGone {
			t.Errorf("%s comes in by the used link: %v, %v", who, page, err)
		}
	}
	if page, err := again.send(http.MethodPost, address.Path, url.Values{}); err != nil || page.status != http.StatusSeeOther {
		t.Fatalf("the same form again: %v, %v", page, err)
	}
	if page := again.open("/p/acme/documents"); page.mark("data-state") != "sign" {
		t.Errorf("whose answer got lost stands at %q (%d)", page.mark("data-state"), page.status)
	}
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
