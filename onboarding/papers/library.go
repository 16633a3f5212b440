package papers

import (
	"context"
	"sync"
	"time"

	"portal/onboarding"

	"golang.org/x/sync/singleflight"
)

const (
	// Glance is how long a page waits for a document's host before it is shown.
	Glance = 1500 * time.Millisecond

	// grace is how much longer a signature waits than a reading may take.
	grace = 500 * time.Millisecond

	// fresh is how long a reading is good for pages, and failed one that failed.
	fresh  = time.Minute
	failed = 15 * time.Second
	// mostAtOnce bounds what is in memory: so many documents, 10 MB each.
	mostAtOnce = 6
	// mostKnown bounds how many readings are remembered; each is a few hundred bytes.
	mostKnown = 1000
	// restless is after how many changes in a row the bytes of a document are not kept
	// any more for being shown: a page that is never twice the same would fill the
	// database.
	restless = 3
)

// Keeper keeps bytes for good, each content once.
type Keeper interface {
	KeepContent(ctx context.Context, sha256, mediaType string, body []byte) error
}

// Library reads documents for pages and signatures. Many who are shown the same
// document at once, or within a minute, cost one reading. It is safe for use by many.
type Library struct {
	fetcher *Fetcher
	keeper  Keeper
	now     func() time.Time
	glance  time.Duration
	warn    func(error)

	merged singleflight.Group
	places chan struct{}

	mu    sync.Mutex
	known map[string]reading // by address
}

var _ onboarding.Papers = (*Library)(nil)

// LibraryConfig is what a Library needs.
type LibraryConfig struct {
	Fetcher *Fetcher
	Keeper  Keeper
	Now     func() time.Time
	Glance  time.Duration // how long a page waits; 0: Glance
	// Failed hears of bytes that could not be kept when they were shown.
	Failed func(error)
}

// NewLibrary makes a Library.
func NewLibrary(c LibraryConfig) *Library {
	l := &Library{
		fetcher: c.Fetcher, keeper: c.Keeper, now: c.Now, glance: c.Glance, warn: c.Failed,
		places: make(chan struct{}, mostAtOnce), known: map[string]reading{},
	}
	if l.glance == 0 {
		l.glance = Glance
	}
	if l.warn == nil {
		l.warn = func(error) {}
	}
	return l
}

// reading is what was found behind an address, and when.
type reading struct {
	found   onboarding.DocumentBytes
	at      time.Time
	kept    bool
	keeping error // why not
	changes int   // in a row, until now
}

// Shown answers from a reading of the last minute where there is one. Otherwise it
// waits a moment; the reading goes on after that, for whoever asks next.
func (l *Library) Shown(ctx context.Context, d onboarding.Document) onboarding.DocumentBytes {
	if d.URL == "" {
		return describeText(d)
	}
	before, known := l.recall(d.URL)
	if known && before.good(l.now()) {
		return before.found
	}
	glance := l.glance
	if before.found.Problem == string(tooSlow) {
		glance = 0 // a host that hangs makes nobody wait twice
	}
	soon, cancel := context.WithTimeout(ctx, glance)
	defer cancel()
	r, ok := l.wait(soon, "shown ", d.URL)
	if !ok {
		return onboarding.DocumentBytes{Problem: onboarding.NotInTime}
	}
	return r.found
}

// Signed reads the document anew. Where it is not what was shown, it is read once more:
// a page with the time of day in it is a new one each time, and could never be signed
// if that counted as a change.
func (l *Library) Signed(ctx context.Context, d onboarding.Document, shown onboarding.DocumentBytes) (onboarding.DocumentBytes, error) {
	if d.URL == "" {
		found := describeText(d)
		return found, l.keeper.KeepContent(ctx, found.SHA256, found.MediaType, []byte(d.Text))
	}
	// A reading ends by itself, and knows why.
	ctx, cancel := context.WithTimeout(ctx, l.fetcher.patience+grace)
	defer cancel()
	r, ok := l.wait(ctx, "signed ", d.URL)
	if ok && r.found.Problem == "" && shown.SHA256 != "" && r.found.SHA256 != shown.SHA256 {
		if again, ok := l.wait(ctx, "signed ", d.URL); ok && again.found.Problem == "" && again.found.SHA256 != r.found.SHA256 {
			again.found.Problem = onboarding.NeverTheSame
			r = again
		}
	}
	if !ok {
		return onboarding.DocumentBytes{Problem: string(tooSlow)}, nil
	}
	return r.found, r.keeping
}

// textMediaType is what documents are that Iron sends as words.
const textMediaType = "text/plain; charset=utf-8"

func describeText(d onboarding.Document) onboarding.DocumentBytes {
	if d.Text == "" {
		return onboarding.DocumentBytes{Problem: string(empty)}
	}
	found := Describe([]byte(d.Text))
	found.MediaType = textMediaType
	return found
}

// wait joins a reading that is under way for the same purpose, or begins one.
func (l *Library) wait(ctx context.Context, purpose, address string) (r reading, ok bool) {
	// A signature never joins a page's reading: that may have begun before the change.
	result := l.merged.DoChan(purpose+address, func() (any, error) {
		return l.read(address, purpose == "signed "), nil
	})
	select {
	case r := <-result:
		read, ok := r.Val.(reading)
		return read, ok
	case <-ctx.Done():
		return reading{}, false
	}
}

// read is on nobody's behalf alone, so that nobody's leaving ends it.
func (l *Library) read(address string, signing bool) reading {
	ctx, cancel := context.WithTimeout(context.Background(), l.fetcher.patience)
	defer cancel()
	select {
	case l.places <- struct{}{}:
		defer func() { <-l.places }()
	case <-ctx.Done():
		return reading{found: onboarding.DocumentBytes{Problem: string(crowded)}} // says nothing of the host
	}
	before, known := l.recall(address)
	if known && !signing && before.good(l.now()) {
		return before // it has just been found out, by whoever asked at the same moment
	}
	found, body := l.fetcher.Fetch(ctx, address)
	r := reading{found: found, at: l.now()}
	same := before.found.SHA256 == found.SHA256
	switch {
	case found.Problem != "":
		r.changes = before.changes
	case same:
		r.kept = before.kept
	case before.found.SHA256 != "":
		r.changes = before.changes + 1
	}
	if found.Problem == "" && !r.kept && (signing || r.changes < restless) {
		r.keeping = l.keeper.KeepContent(context.Background(), found.SHA256, found.MediaType, body)
		r.kept = r.keeping == nil
	}
	if r.keeping != nil {
		l.warn(r.keeping)
	}
	l.remember(address, r)
	return r
}

func (l *Library) recall(address string) (reading, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r, ok := l.known[address]
	return r, ok
}

// good tells whether a reading may still be shown.
func (r reading) good(now time.Time) bool {
	life := fresh
	if r.found.Problem != "" {
		life = failed
	}
	return now.Before(r.at.Add(life))
}

// remember makes room by forgetting what is old, and where all is new, whatever comes.
func (l *Library) remember(address string, r reading) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.known[address]; !known && len(l.known) >= mostKnown {
		for other, old := range l.known {
			if !old.good(r.at) || len(l.known) >= mostKnown {
				delete(l.known, other)
			}
		}
	}
	l.known[address] = r
}
