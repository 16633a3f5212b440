// Package sessiontest is what a store has to pass to keep the portal's sessions, or to
// count for its limits. It is for tests alone.
package sessiontest

import (
	"sync"
	"testing"
	"time"
)

// clock stands still until a test moves it. It begins now, as some stores delete what
// is over by a clock of their own, and never goes back.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

var start = time.Now().UTC().Truncate(time.Second)

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
