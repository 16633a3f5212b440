package simulator

import (
	"crypto/sha256"
	"net/http"
	"time"

	"github.com/google/uuid"
)

// keptAnswers is how long Iron keeps the answer under an idempotency key.
const keptAnswers = 24 * time.Hour

// answerKey: keys of different partners never meet.
type answerKey struct {
	partnerID string
	key       uuid.UUID
}

// answer is what a key stands for: a request under way until done is closed,
// then its stored answer.
type answer struct {
	request [sha256.Size]byte // method, path and body
	at      time.Time
	done    chan struct{}
	stored  *reply
}

// once does the work for the first request with a key; every later one gets the
// stored answer, a stored error included. A request that comes while the first
// is under way waits for it.
func (s *Simulator) once(c *call, work func() reply) reply {
	key, err := uuid.Parse(c.request.Header.Get("Idempotency-Key"))
	if err != nil {
		return refuse(http.StatusBadRequest, "IDEMPOTENCY-KEY must be a UUID")
	}
	id := answerKey{c.partner.id, key}
	fingerprint := sha256.Sum256([]byte(c.request.Method + " " + c.request.URL.Path + "\n" + string(c.body)))
	for {
		mine, theirs := s.claim(id, fingerprint)
		switch {
		case mine != nil:
			return s.fulfil(id, mine, work)
		case theirs.request != fingerprint:
			return refuse(http.StatusConflict, "IDEMPOTENCY-KEY was used for another request")
		}
		select {
		case <-theirs.done:
		case <-c.request.Context().Done():
			return reply{closed: true}
		}
		if theirs.stored != nil {
			replay := *theirs.stored
			replay.replayed = true
			return replay
		}
		// The first came to nothing: its key is free again.
	}
}

// claim takes the key for a request, or tells who has it.
func (s *Simulator) claim(id answerKey, fingerprint [sha256.Size]byte) (mine, theirs *answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.world.clock.present()
	for other, a := range s.answers {
		if a.stored != nil && now.Sub(a.at) >= keptAnswers {
			delete(s.answers, other)
		}
	}
	if theirs = s.answers[id]; theirs != nil {
		return nil, theirs
	}
	mine = &answer{request: fingerprint, at: now, done: make(chan struct{})}
	s.answers[id] = mine
	return mine, nil
}

// fulfil does the work and keeps its answer. Not kept is a 429, which says that
// nothing was decided, and a request whose sender left before its turn.
func (s *Simulator) fulfil(id answerKey, mine *answer, work func() reply) (done reply) {
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if done.status == 0 || done.status == http.StatusTooManyRequests {
			if s.answers[id] == mine {
				delete(s.answers, id)
			}
		} else {
			mine.stored = &done
		}
		close(mine.done)
	}()
	return work()
}
