package bench

import (
	"runtime"
	"runtime/debug"
	"slices"
	"time"
)

// waiting is what it costs a server that many wait there.
type waiting struct {
	name    string
	memory  []float64       // bytes for each who waits, at each size
	threads float64         // goroutines for each who waits, at the last size; below 0: it is not Go
	one     []time.Duration // from the webhook until the one who waits is told
	told    []time.Duration // of that, from Iron's last answer on
	all     []time.Duration // from the webhook until the last of all is told
	cpu     []time.Duration // the server's, for each of them
	calls   []int           // to Iron, for each change that all wait for
	missed  int             // news that have not come
	doubled int             // and news that have come more than once
	lost    int             // streams that have ended by themselves
}

// wait measures one server. everyone is whom all wait for, if it is one; others are those
// of whom one is told at a time, or for whom one waits each.
func (b *bench) wait(p *process, name string, everyone customer, others []customer) waiting {
	b.t.Helper()
	w := waiting{name: name}
	// What a server makes once, it has made before anything is counted.
	c := b.crowd(p)
	c.join(20, func(i int) customer { return others[i%len(others)] })
	_, w.missed = c.change(others[0].id, c.count(others[0].id))
	c.close()
	c = b.crowd(p)
	idle, threads, joined := p.settle(b.size.rest), p.goroutines(), 0
	for _, n := range b.size.waiting {
		began := time.Now()
		c.join(n-joined, func(i int) customer {
			if everyone.id == "" {
				return others[joined+i]
			}
			return everyone
		})
		joined = n
		b.t.Logf("%s: %d wait after %v", name, n, time.Since(began).Round(time.Millisecond))
		// Who waits is asked about now and then, as fast as Iron answers.
		b.late(always)
		w.memory = append(w.memory, float64(p.settle(b.size.rest)-idle)/float64(n))
		b.late(nil)
		w.threads = float64(p.goroutines()-threads) / float64(n)
	}
	told := others[:b.size.singles]
	if everyone.id != "" {
		c.join(len(told), func(i int) customer { return told[i] })
		b.quiet(func() { w.tellOne(c, told) })
		b.quiet(func() { w.tellAll(c, everyone, joined) })
	} else {
		// Of so many the portal would ask an Iron without any latency all the time, so
		// this one has some, and only what comes after its answer means anything.
		b.late(always)
		b.quiet(func() { w.tellOne(c, told[:len(told)/2]) })
		b.late(nil)
		w.one = nil
	}
	w.lost = int(c.lost.Load())
	c.close()
	b.t.Logf("%s: %.0f bytes, %.3f goroutines; one after %v; all after %v", name, w.memory, w.threads, spread(w.one), w.all)
	return w
}

// quiet keeps the clients' own garbage out of the measurement.
func (b *bench) quiet(measure func()) {
	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	measure()
}

func (w *waiting) tellOne(c *crowd, told []customer) {
	of := map[string]*stream{}
	for _, s := range c.streams {
		of[s.customer] = s
	}
	for _, who := range told {
		sent, missed := c.change(who.id, 1)
		w.missed += missed
		if missed == 0 {
			at := time.Unix(0, of[who.id].at.Load())
			w.one = append(w.one, at.Sub(sent))
			w.told = append(w.told, at.Sub(c.b.iron.about(who.id).last))
		}
	}
}

func (w *waiting) tellAll(c *crowd, everyone customer, n int) {
	streams := slices.DeleteFunc(slices.Clone(c.streams), func(s *stream) bool { return s.customer != everyone.id })
	for range c.b.size.rounds {
		runtime.GC()
		cpu := c.p.cpu()
		sent, missed := c.change(everyone.id, n)
		w.missed += missed
		var last int64
		for _, s := range streams {
			last = max(last, s.at.Load())
		}
		w.all = append(w.all, time.Unix(0, last).Sub(sent))
		w.cpu = append(w.cpu, (c.p.cpu()-cpu)/time.Duration(n))
		w.calls = append(w.calls, c.b.iron.about(everyone.id).calls)
	}
	for _, s := range streams {
		w.doubled += max(0, int(s.events.Load())-c.b.size.rounds)
	}
}

// count is how many wait for a customer.
func (c *crowd) count(customer string) (n int) {
	for _, s := range c.streams {
		if s.customer == customer {
			n++
		}
	}
	return n
}
