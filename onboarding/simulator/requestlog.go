package simulator

import "time"

// Exchange is one request to the API and its answer. The API key is not in it.
type Exchange struct {
	ID             int // counts from 1; never used twice
	Time           time.Time
	Method         string
	Path           string // with the query
	Pattern        string // of the API document, empty where no endpoint matches
	Status         int    // 0 where the connection was closed without an answer
	Duration       time.Duration
	IdempotencyKey string
	Version        string
	RequestBody    string
	ResponseBody   string // at most keptBody bytes of it
	CustomerID     string
	Fault          FaultKind // what was done to it, if anything
	Replayed       bool      // the stored answer of an earlier request with the same key
}

const (
	keptExchanges = 500
	keptBody      = 64 << 10
)

// journal is a ring of the last exchanges, guarded by the simulator's lock.
type journal struct {
	last int
	kept []Exchange
}

func (j *journal) add(e Exchange) {
	j.last++
	e.ID = j.last
	if len(j.kept) >= keptExchanges {
		j.kept = append(j.kept[:0], j.kept[1:]...)
	}
	j.kept = append(j.kept, e)
}

// Exchanges are those after the one with this id, oldest first; the last 500 are
// kept.
func (s *Simulator) Exchanges(after int) []Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Exchange
	for _, e := range s.journal.kept {
		if e.ID > after {
			found = append(found, e)
		}
	}
	return found
}
