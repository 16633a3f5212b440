package live

import (
	"context"
	"time"
)

const (
	// followAtOnce bounds the readings that hints have under way, of customers who are
	// watched here, and as many of all others: Iron tells of
	// thousands of customers in the same second, when it asks all of them for new terms.
	followAtOnce = 6
	// mostFollowed bounds how many customers are being followed. Of any further, what
	// was known is in doubt, and whoever looks next reads.
	mostFollowed = 5000
)

// after are the pauses before each further reading, after a hint, where nothing has
// changed yet: at 1, 3 and 10 seconds. A webhook can be ahead of Iron's own answers.
var after = []time.Duration{0, time.Second, 2 * time.Second, 7 * time.Second}

// Hint says that something may have changed at Iron. It returns at once. Hints about
// a customer who is being followed already are joined.
func (w *Watch) Hint(who Who) {
	w.mu.Lock()
	defer w.mu.Unlock()
	reader, ok := w.Readers[who.Partner]
	if !ok || w.running == nil || w.running.Err() != nil {
		return
	}
	reader.Doubt(who.Customer)
	if _, followed := w.hints[who]; followed {
		w.hints[who] = true
		return
	}
	if len(w.hints) >= mostFollowed {
		return
	}
	w.hints[who] = false
	ctx := w.running
	w.group.Go(func() { w.follow(ctx, reader, who) })
}

// follow reads until something has changed, or is not going to.
func (w *Watch) follow(ctx context.Context, reader *Reader, who Who) {
	for {
		before := reader.Version(ctx, who.Customer)
		for _, pause := range after {
			if !w.Sleep(ctx, pause) {
				return
			}
			if !w.read(ctx, reader, who) {
				return
			}
			if reader.Version(ctx, who.Customer) != before {
				break
			}
		}
		w.mu.Lock()
		again := w.hints[who]
		w.hints[who] = false
		if !again {
			delete(w.hints, who)
		}
		w.mu.Unlock()
		if !again {
			return
		}
	}
}

// read reads once its turn has come, and returns false when ctx has ended before that.
func (w *Watch) read(ctx context.Context, reader *Reader, who Who) bool {
	places := w.places
	if w.Hub.Watches(who) {
		places = w.front // whoever looks on does not wait behind thousands who don't
	}
	select {
	case places <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	defer func() { <-places }()
	if _, err := reader.FactsNow(ctx, who.Customer); err != nil {
		w.Log.Info("a hint could not be followed up yet", "partner", who.Partner, "error", err)
	}
	return true
}
