package live

import (
	"sync"
	"time"

	"portal/onboarding"
)

// reading is what was read of one customer.
type reading struct {
	facts   onboarding.Facts
	version string    // of the facts; "" where nothing was read yet
	soon    bool      // something changes within the minute, and no webhook tells of it
	at      time.Time // when the reading began, by our own clock
	copied  time.Time // when the database was given a copy of it
	doubt   time.Time // when something was done that may have changed the facts; zero never
}

func (k reading) found() bool { return k.version != "" }

// doubted: something was done since the reading began, or in the same instant.
func (k reading) doubted() bool { return !k.doubt.IsZero() && !k.doubt.Before(k.at) }

// memory keeps the readings of late, in two generations: when the young one is full
// it becomes the old one, and the old one is forgotten, all but what was asked for
// meanwhile. The database remembers longer.
type memory struct {
	mu         sync.Mutex
	young, old map[string]reading
}

// memorySize bounds a generation: some five kilobytes each. Whoever is due to be asked
// about comes by again after much more than a memory could be of use, and ten thousand
// who wait must not cost more than the connections of theirs.
const memorySize = 1000

func newMemory() *memory { return &memory{young: map[string]reading{}} }

// get is empty for a customer of whom nothing is known.
func (m *memory) get(id string) reading {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.find(id)
}

func (m *memory) find(id string) reading {
	if k, ok := m.young[id]; ok {
		return k
	}
	k, ok := m.old[id]
	if ok {
		m.keep(id, k)
	}
	return k
}

func (m *memory) put(id string, k reading) {
	m.mu.Lock()
	defer m.mu.Unlock()
	other := m.find(id)
	// Of two that end at about the same time, the one that began later may come first.
	if other.at.After(k.at) {
		return
	}
	k.doubt = other.doubt
	m.keep(id, k)
}

func (m *memory) keep(id string, k reading) {
	if len(m.young) >= memorySize {
		m.young, m.old = map[string]reading{}, m.young
	}
	m.young[id] = k
}

// doubt also remembers a doubt about what is not known: a copy that another replica
// made before would be believed otherwise.
func (m *memory) doubt(id string, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.find(id)
	k.doubt = at
	m.keep(id, k)
}

// drop forgets what was read, but not that it was doubted: the copy in the database
// may be from before.
func (m *memory) drop(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.find(id)
	delete(m.young, id)
	delete(m.old, id)
	if !k.doubt.IsZero() {
		m.keep(id, reading{doubt: k.doubt})
	}
}
