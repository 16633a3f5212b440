package session

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// AnswerLife is how long an answer of the partner API is given again.
const AnswerLife = 24 * time.Hour

// ErrOtherBody says that the idempotency key was used for another request.
var ErrOtherBody = errors.New("idempotency key was used with another body")

// AnswerStore keeps sealed answers. See RecallAnswer in the store for what "same"
// means, and for two that ask at once.
type AnswerStore interface {
	RecallAnswer(ctx context.Context, id, bodyHash string, now, expires time.Time) (answer []byte, same bool, err error)
	RememberAnswer(ctx context.Context, id string, answer []byte) (first []byte, err error)
}

// Answers gives a partner that repeats a request the answer that it was given
// before. An answer has a one-time link in it, so it is kept sealed.
type Answers struct {
	Store AnswerStore
	Keys  Keys
	Now   func() time.Time
}

const answerPurpose = "partner answer"

// Recall returns the answer to a request that was answered before, or nil where it
// is still to be done. ErrOtherBody: the same key came with another body.
func (a *Answers) Recall(ctx context.Context, partner, key string, body []byte) ([]byte, error) {
	id, now, sum := answerID(partner, key), a.Now(), sha256.Sum256(body)
	sealed, same, err := a.Store.RecallAnswer(ctx, id, hex.EncodeToString(sum[:]), now, now.Add(AnswerLife))
	switch {
	case err != nil:
		return nil, fmt.Errorf("session: recall answer: %w", err)
	case !same:
		return nil, ErrOtherBody
	case sealed == nil:
		return nil, nil
	}
	return a.Keys.Open(answerPurpose, sealed, []byte(id))
}

// Remember keeps the answer to a recalled request, and returns the one to give:
// where the same request was done twice at once, both give the first.
func (a *Answers) Remember(ctx context.Context, partner, key string, answer []byte) ([]byte, error) {
	id := answerID(partner, key)
	sealed, err := a.Store.RememberAnswer(ctx, id, a.Keys.Seal(answerPurpose, answer, []byte(id)))
	if err != nil {
		return nil, fmt.Errorf("session: remember answer: %w", err)
	}
	return a.Keys.Open(answerPurpose, sealed, []byte(id))
}

func answerID(partner, key string) string {
	sum := sha256.Sum256([]byte(partner + "\x00" + key))
	return hex.EncodeToString(sum[:])
}
