package live

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"portal/onboarding"

	"golang.org/x/sync/singleflight"
)

// Polling is how old facts may be for a page that asks by itself, whose neighbours ask
// at the same time: it is told of what changes. Whoever loads a page is given facts
// that are read now, shared only with those who came while they were being read.
const Polling = 2 * time.Second

// Reader is one partner's onboarding.Platform with a memory.
type Reader struct {
	onboarding.Platform // Iron

	partner string
	copies  Copies
	seal    Sealer
	decide  func(onboarding.Facts) onboarding.Progress
	now     func() time.Time
	slow    func() <-chan time.Time
	news    func(Message)
	failed  func(error)
	known   *memory

	readings singleflight.Group
	begun    sync.Map // of readings under way, by their names: when they began
}

var _ onboarding.Platform = (*Reader)(nil)

// ReaderConfig is what a Reader needs.
type ReaderConfig struct {
	Partner  string
	Platform onboarding.Platform
	Copies   Copies
	Sealer   Sealer
	// Decide is that of the partner's journey: what changes a page is what counts.
	Decide func(onboarding.Facts) onboarding.Progress
	Now    func() time.Time
	// Slow gives a channel that tells when Iron has taken so long that what was known
	// before is shown meanwhile. Nil is after a little more than a second.
	Slow func() <-chan time.Time
	// News is called with each reading that says something else than the one before.
	News func(Message)
	// Failed is told of copies that could not be kept or read. Pages don't suffer.
	Failed func(error)
}

// NewReader makes a Reader.
func NewReader(c ReaderConfig) *Reader {
	if c.Slow == nil {
		c.Slow = func() <-chan time.Time { return time.After(slowReading) }
	}
	return &Reader{
		Platform: c.Platform, partner: c.Partner, copies: c.Copies, seal: c.Sealer, decide: c.Decide,
		now: c.Now, slow: c.Slow, news: c.News, failed: c.Failed, known: newMemory(),
	}
}

// slowReading is how long a page waits for Iron where there is something to be shown
// instead, so that it is there within a second and a half. The reading goes on, and the
// page is told of what it finds.
const slowReading = 1200 * time.Millisecond

// passed is for those who come to a reading that others have waited for already.
var passed = func() <-chan time.Time {
	c := make(chan time.Time)
	close(c)
	return c
}()

type patienceKey struct{}

// Patience marks a request that may be answered with facts of this age.
func Patience(ctx context.Context, age time.Duration) context.Context {
	return context.WithValue(ctx, patienceKey{}, age)
}

// Facts gives the facts as they are, or as old as the request has patience for; or,
// where Iron does not answer just now, the last that were read, marked as Stale.
func (r *Reader) Facts(ctx context.Context, customerID string) (onboarding.Facts, error) {
	limit, _ := ctx.Value(patienceKey{}).(time.Duration)
	if k := r.known.get(customerID); r.fresh(k, limit) {
		return k.facts.Clone(), nil
	}
	name := customerID + " " + limit.String()
	reading := r.readings.DoChan(name, func() (any, error) {
		r.begun.Store(name, r.now())
		defer r.begun.Delete(name)
		return r.read(context.WithoutCancel(ctx), customerID, limit)
	})
	slow := r.slow()
	// One page leads to the next: together they wait as long as one.
	if began, ok := r.begun.Load(name); ok && r.now().Sub(began.(time.Time)) >= slowReading { //nolint:forcetypeassert // see above
		slow = passed
	}
	select {
	case done := <-reading:
		facts, _ := done.Val.(onboarding.Facts)
		return facts.Clone(), done.Err
	case <-slow:
		if known := r.latest(ctx, customerID); known.found() {
			known.facts.Stale = true
			return known.facts.Clone(), nil
		}
		done := <-reading // it ends by itself, and there is nothing else to show
		facts, _ := done.Val.(onboarding.Facts)
		return facts.Clone(), done.Err
	case <-ctx.Done():
		return onboarding.Facts{}, fmt.Errorf("live: %w: %w", onboarding.ErrUnavailable, ctx.Err())
	}
}

// FactsNow is a reading that begins now. Its failure is a failure: what is decided
// by it must not be decided by what was true before.
func (r *Reader) FactsNow(ctx context.Context, customerID string) (onboarding.Facts, error) {
	before, began := r.latest(ctx, customerID), r.now()
	facts, err := r.Platform.FactsNow(ctx, customerID)
	if err != nil {
		return facts, err
	}
	r.learn(ctx, customerID, before, reading{facts: facts, at: began})
	return facts, nil
}

func (r *Reader) fresh(k reading, limit time.Duration) bool {
	return k.found() && !k.doubted() && r.now().Sub(k.at) < limit
}

// read asks the database whether another replica has read just now, then Iron.
func (r *Reader) read(ctx context.Context, customerID string, limit time.Duration) (onboarding.Facts, error) {
	before, began := r.latest(ctx, customerID), r.now()
	if r.fresh(before, limit) {
		r.known.put(customerID, before)
		return before.facts, nil
	}
	facts, err := r.ask(ctx, customerID, before, limit)
	switch {
	case err == nil:
		r.learn(ctx, customerID, before, reading{facts: facts, at: began})
		return facts, nil
	case before.found() && passing(err):
		before.facts.Stale = true
		return before.facts, nil
	}
	return onboarding.Facts{}, err
}

// ask asks Iron. Only for somebody who waits for a page is it asked for what was needed
// before as well: whoever asks by itself has time, and its calls would be in vain at
// just those moments at which it finds something new.
func (r *Reader) ask(ctx context.Context, customerID string, before reading, limit time.Duration) (onboarding.Facts, error) {
	switch {
	case before.doubted(): // a reading under way may have begun before the doubt
		return r.Platform.FactsNow(ctx, customerID)
	case before.found() && limit == 0:
		return r.Platform.FactsAgain(ctx, customerID, before.facts)
	}
	return r.Platform.Facts(ctx, customerID)
}

// passing: Iron has said nothing about the customer, and will another time.
func passing(err error) bool {
	return errors.Is(err, onboarding.ErrUnavailable) || errors.Is(err, onboarding.ErrTooMany) || errors.Is(err, onboarding.ErrAccess)
}

// Doubt has the next who asks read anew: something was done that Iron's facts show
// sooner or later.
func (r *Reader) Doubt(customerID string) { r.known.doubt(customerID, r.now()) }

// Heard is what a replica does with the news of another: the facts that it has are
// old, and those in the database are the ones to be read.
func (r *Reader) Heard(customerID, version string) {
	if k := r.known.get(customerID); k.version != version {
		r.known.drop(customerID)
	}
}

// Version names the facts that were last read, in this process or another; "" none.
func (r *Reader) Version(ctx context.Context, customerID string) string {
	return r.latest(ctx, customerID).version
}

// latest is the newest of what this process remembers and what the database has.
func (r *Reader) latest(ctx context.Context, customerID string) reading {
	k := r.known.get(customerID)
	sealed, at, kept, err := r.copies.RecallCopy(ctx, r.partner, customerID)
	if err != nil {
		if ctx.Err() == nil { // else nobody waits for it any more
			r.failed(err)
		}
		return k
	}
	if !kept || k.found() && !at.After(k.at) {
		return k
	}
	facts, err := r.open(customerID, sealed)
	if err != nil {
		r.failed(err)
		return k
	}
	return reading{
		facts: facts, version: r.version(facts), soon: soon(r.decide(facts).State), at: at, copied: at, doubt: k.doubt,
	}
}

// learn remembers a reading, and tells of it where it says something new.
func (r *Reader) learn(ctx context.Context, customerID string, before, k reading) {
	k.facts, k.version, k.copied = k.facts.Clone(), r.version(k.facts), before.copied
	p := r.decide(k.facts)
	k.soon = soon(p.State)
	isNew := before.version != k.version
	every := copyEvery
	if k.soon {
		every = askSoon / 2 // else each replica would ask for itself
	}
	if isNew || k.at.Sub(before.copied) >= every {
		r.copy(ctx, customerID, k)
		k.copied = k.at
	}
	r.known.put(customerID, k)
	if isNew && before.found() {
		r.news(Message{
			Who: Who{r.partner, customerID}, Version: k.version, Stage: string(p.Stage), State: string(p.State),
		})
	}
}

// soon: what these wait for comes within a minute, mostly, and Iron has no webhooks of
// it.
func soon(state onboarding.State) bool {
	switch state {
	case onboarding.StatePreparing, onboarding.StateFinishing, onboarding.StateActivating, onboarding.StateRailsPending:
		return true
	}
	return false
}

// version is the same for as long as the facts say the same. The state is in it since
// one of the rules goes by the time of day.
func (r *Reader) version(facts onboarding.Facts) string {
	state := r.decide(facts).State
	facts.ReadAt, facts.Stale = time.Time{}, false
	text, err := json.Marshal(facts)
	if err != nil {
		panic("live: facts: " + err.Error()) // they are plain values
	}
	sum := sha256.Sum256(append(text, state...))
	return hex.EncodeToString(sum[:12])
}

// CreateIdentification is Iron's; what was known before is in doubt from then on,
// whatever came of it.
func (r *Reader) CreateIdentification(ctx context.Context, customerID string, q onboarding.CheckRequest, key string) (onboarding.Identification, error) {
	defer r.Doubt(customerID)
	return r.Platform.CreateIdentification(ctx, customerID, q, key)
}

// CreateSigning is Iron's, with the same doubt.
func (r *Reader) CreateSigning(ctx context.Context, customerID, documentID, key string) (onboarding.Signing, error) {
	defer r.Doubt(customerID)
	return r.Platform.CreateSigning(ctx, customerID, documentID, key)
}
