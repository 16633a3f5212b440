package simulator

import "time"

// scene tells a customer's story so far, act by act, each at its own moment. The
// first act that fails ends it.
type scene struct {
	world *world
	c     *customer
	i     *identification // the newest that the story made
	ago   time.Duration
	err   error
}

// firstAct is how long ago a story begins.
const firstAct = 30 * 24 * time.Hour

// act pulls a lever as of sc.ago, and lets follow what follows from it.
func (sc *scene) act(lever string, pull func(*world, *customer) error) {
	if sc.err != nil {
		return
	}
	w := sc.world
	w.clock.as(w.clock.present().Add(-sc.ago), func() { sc.err = w.onCustomer(sc.c.id, lever, "", pull) })
	w.settle()
}

func (sc *scene) check(lever string, pull func(*world, *identification) error) {
	sc.act(lever, func(w *world, _ *customer) error { return pull(w, sc.i) })
}

// at says how long ago the next acts were.
func (sc *scene) at(ago time.Duration) *scene {
	sc.ago = ago
	return sc
}

func (sc *scene) start(edd bool) *scene {
	sc.act("create identification", func(w *world, c *customer) (err error) {
		sc.i, err = w.createIdentification(c, &edd)
		return err
	})
	return sc
}

func (sc *scene) submit() *scene {
	sc.check("submit", (*world).submit)
	return sc
}

func (sc *scene) review() *scene {
	sc.check("begin review", (*world).beginReview)
	return sc
}

func (sc *scene) approve() *scene {
	sc.check("approve", (*world).approve)
	return sc
}

func (sc *scene) expire() *scene {
	sc.check("expire", (*world).expire)
	return sc
}

func (sc *scene) decline(verdict Verdict) *scene {
	sc.check("decline", func(w *world, i *identification) error { return w.decline(i, verdict) })
	return sc
}

func (sc *scene) ask(ask Ask) *scene {
	sc.check("ask for more", func(w *world, i *identification) error { return w.askForMore(i, ask) })
	return sc
}

func (sc *scene) limit() *scene {
	sc.act("reach limit", (*world).reachLimit)
	return sc
}

// sign signs the documents that are open, all but the last `leave`.
func (sc *scene) sign(leave int) *scene {
	open := sc.world.toSign(sc.c)
	for _, d := range open[:max(len(open)-leave, 0)] {
		sc.act("sign", func(w *world, c *customer) error {
			_, err := w.sign(c, d.ID)
			return err
		})
	}
	return sc
}

func (sc *scene) terms(title string) *scene {
	sc.act("new terms", func(w *world, c *customer) error {
		w.newTerms(c, title)
		return nil
	})
	return sc
}

// set pulls a lever that cannot fail.
func (sc *scene) set(lever string, change func(*customer)) *scene {
	sc.act(lever, func(_ *world, c *customer) error {
		change(c)
		return nil
	})
	return sc
}

// handedIn is a check that was handed in that long ago.
func (sc *scene) handedIn(ago time.Duration, edd bool) *scene {
	return sc.at(ago + time.Hour).start(edd).at(ago).submit()
}

// approved is a customer who passed the check that long ago.
func (sc *scene) approved(ago time.Duration, edd bool) *scene {
	return sc.handedIn(ago+24*time.Hour, edd).at(ago + time.Hour).review().at(ago).approve()
}

// active is a customer who was fully onboarded three weeks ago.
func (sc *scene) active() *scene {
	return sc.approved(21*24*time.Hour+time.Hour, false).at(21 * 24 * time.Hour).sign(0)
}
