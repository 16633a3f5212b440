package bench

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Where a server has pages.
const (
	reviewPage    = "/p/acme/review"
	documentsPage = "/p/acme/documents"
	completePage  = "/p/acme/complete"
	peersPage     = "/page?customer="
	samePage      = "/same" // as long as the portal's, always the same
)

// Iron's latency where it matters: always the same, or never.
const (
	latency  = 100 * time.Millisecond
	shortest = 50 * time.Millisecond
	longest  = 200 * time.Millisecond
)

func always() time.Duration { return latency }
func never() time.Duration  { return shortest + rand.N(longest-shortest) }

// storm is what it costs a server that all tabs are loaded at once.
type storm struct {
	name  string
	calls float64         // to Iron for each page
	known []time.Duration // how long a page takes, where the facts are known
	cpu   []time.Duration // the server's for such a page, by itself
}

// cold is how long pages take for which Iron is asked, in slowest calls that they took:
// of somebody who has never been here, and of the same people again; where each call to
// Iron takes the same, and where it does not.
type cold struct {
	name                     string
	first, later             []float64
	unevenFirst, unevenLater []float64
}

// load loads a page, as a person does or as the page's script does.
func (p *process) load(path string, c customer, script bool) (took time.Duration, body []byte, err error) {
	header := http.Header{"Cookie": {c.cookie}, "Accept": {"text/html"}, "Sec-Fetch-Site": {"same-origin"}}
	if script {
		header.Set("X-Portal-Poll", "1")
	}
	if path == peersPage {
		path += c.id
	}
	began := time.Now()
	status, body, _, err := send(http.MethodGet, p.base+path, nil, header)
	took = time.Since(began)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s: %s answers %d", p.name, path, status)
	}
	return took, body, err
}

// comparePages measures the portal beside a server that asks Iron for each page, and one
// that asks nobody.
func (b *bench) comparePages() (storms []storm, colds []cold) {
	b.t.Helper()
	portal := b.portal(b.sqlite())
	one := b.customers("processed", 1)
	b.signIn(portal, one)
	_, body, err := portal.load(reviewPage, one[0], false)
	b.check(err)
	b.body = filepath.Join(b.t.TempDir(), "page.html")
	b.check(os.WriteFile(b.body, body, 0o600))
	peer := b.startPeer(plainPeer, true)

	ours, asking := storm{name: "**the portal**"}, storm{name: "net/http, asks Iron for each page"}
	same := storm{name: "net/http, always the same page"}
	b.late(always)
	ours.calls = b.refresh(portal, reviewPage, one[0])
	asking.calls = b.refresh(peer, peersPage, one[0])
	b.late(nil)
	for range 3 {
		ours.known = append(ours.known, b.ask(portal, reviewPage, one[0])...)
		same.known = append(same.known, b.ask(peer, samePage, one[0])...)
		ours.cpu = append(ours.cpu, b.work(portal, reviewPage, one[0]))
		same.cpu = append(same.cpu, b.work(peer, samePage, one[0]))
	}
	for _, kind := range []struct{ name, scenario, path string }{
		{"**the portal**, waiting", "processed", reviewPage},
		{"**the portal**, documents to sign", "signings", documentsPage},
		{"**the portal**, ready", "active", completePage},
		{"net/http, two calls side by side", "processed", peersPage},
	} {
		c, p := cold{name: kind.name}, portal
		if kind.path == peersPage {
			p = peer
		}
		c.first, c.later = b.cold(p, kind.path, kind.scenario, always)
		c.unevenFirst, c.unevenLater = b.cold(p, kind.path, kind.scenario, never)
		colds = append(colds, c)
		b.t.Logf("%s: first %s, %s; later %s, %s", c.name, ratios(c.first), ratios(c.unevenFirst), ratios(c.later), ratios(c.unevenLater))
	}
	portal.stop()
	peer.stop()
	return []storm{ours, asking, same}, colds
}

// together lets all tabs of a customer load a page at the same moment.
func (b *bench) together(p *process, path string, c customer, script bool) (took []time.Duration) {
	b.t.Helper()
	var mu sync.Mutex
	b.each(b.size.tabs, b.size.tabs, func(int) error {
		one, _, err := p.load(path, c, script)
		mu.Lock()
		defer mu.Unlock()
		took = append(took, one)
		return err
	})
	return took
}

// refresh has the calls to Iron for each page where people load it in all tabs at once.
func (b *bench) refresh(p *process, path string, c customer) (calls float64) {
	b.t.Helper()
	b.together(p, path, c, false) // makes the connections
	b.iron.forget()
	for range b.size.rounds {
		b.together(p, path, c, false)
	}
	return float64(b.iron.about(c.id).calls) / float64(b.size.tabs*b.size.rounds)
}

// ask has how long pages take that scripts ask for in all tabs at once, which have just
// been told of news, as the portal has too.
func (b *bench) ask(p *process, path string, c customer) (took []time.Duration) {
	b.t.Helper()
	b.together(p, path, c, true)
	for range b.size.rounds {
		_, _, err := p.load(path, c, false)
		b.check(err)
		b.quiet(func() { took = append(took, b.together(p, path, c, true)...) })
	}
	return took
}

// cold loads a page of each of some new customers, and once more.
func (b *bench) cold(p *process, path, scenario string, late func() time.Duration) (first, later []float64) {
	b.t.Helper()
	all := b.customers(scenario, b.size.cold)
	if path != peersPage {
		b.signIn(p, all)
	}
	b.late(late)
	defer b.late(nil)
	return b.unhurried(p, path, all), b.unhurried(p, path, all)
}

// unhurried loads a page of each customer, a few at once.
func (b *bench) unhurried(p *process, path string, all []customer) (ratios []float64) {
	b.t.Helper()
	b.iron.forget()
	var mu sync.Mutex
	b.each(len(all), 10, func(i int) error {
		took, body, err := p.load(path, all[i], false)
		if err == nil && path != peersPage && !strings.Contains(string(body), "data-state=") {
			err = fmt.Errorf("%s is no page of a stage", path)
		}
		mu.Lock()
		defer mu.Unlock()
		ratios = append(ratios, float64(took)/float64(b.iron.about(all[i].id).slowest))
		return err
	})
	return ratios
}

// work is the processor time of one of many.
func (b *bench) work(p *process, path string, c customer) time.Duration {
	b.t.Helper()
	load := func(int) error { _, _, err := p.load(path, c, true); return err }
	b.each(b.size.work/10, 8, load)
	before := p.cpu()
	b.each(b.size.work, 8, load)
	return (p.cpu() - before) / time.Duration(b.size.work)
}
