package iron

import (
	"net/http"
	"sync"
	"time"
)

// DriftLimit is how far Iron's clock and ours may be apart. Webhooks are believed for
// five minutes and consents are compared with signings by their times, so that an
// operator has to hear of it long before that.
const DriftLimit = 30 * time.Second

// Drift is what the answers tell of Iron's clock.
type Drift struct {
	Ahead time.Duration // of ours, give or take a second; below zero: behind
	Far   bool          // it is beyond DriftLimit for certain, or was and may still be
}

// Clocks compares Iron's clock with ours, by the Date of its answers. Iron has one
// clock, so that clients share a Clocks. It is safe for use by many at once.
type Clocks struct {
	// Told is called with each answer that tells something, one call at a time;
	// turned where Far is not what it was. May be nil.
	Told func(d Drift, turned bool)

	mu   sync.Mutex
	last Drift
}

// Drift is what the last answers have told; zero where none did.
func (c *Clocks) Drift() Drift {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// heed learns from an answer to a request that was sent and answered at these moments
// by our clock.
func (c *Clocks) heed(status int, header http.Header, sent, heard time.Time) {
	date, err := http.ParseTime(header.Get("Date"))
	// What a cache or a failing gateway says is the time of something else.
	if c == nil || err != nil || header.Get("Age") != "" || status >= http.StatusInternalServerError {
		return
	}
	// The answer was dated at some moment between sent and heard, and the header has cut
	// off up to a second: what it says is in the middle of that, and in doubt by half.
	way := heard.Sub(sent) / 2
	ahead, doubt := date.Add(time.Second/2).Sub(sent.Add(way)), way+time.Second/2
	c.mu.Lock()
	defer c.mu.Unlock()
	far := c.last.Far
	switch {
	case ahead.Abs() > DriftLimit+doubt:
		far = true
	case ahead.Abs() < DriftLimit-doubt:
		far = false
	}
	turned := far != c.last.Far
	c.last = Drift{Ahead: ahead, Far: far}
	if c.Told != nil {
		c.Told(c.last, turned)
	}
}
