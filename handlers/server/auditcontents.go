package server

import (
	"context"
	"errors"

	"portal/onboarding"
	"portal/onboarding/store"
)

// contents are the bytes of documents. Many customers have signed the same, so what was
// found out of each is remembered.
type contents struct {
	store  *store.Store
	states map[string]contentState
}

type contentState int

const (
	contentWhole contentState = iota + 1
	contentGone
	contentOther
)

// audit says by *onboarding.BrokenChain which record names bytes that are gone or others.
func (k contents) audit(ctx context.Context, records []onboarding.Evidence) error {
	for _, e := range records {
		if e.Kind != onboarding.EvidenceAgreed {
			continue
		}
		c, err := e.Consent()
		if err != nil {
			return err
		}
		signed, err := k.state(ctx, c.Signed.SHA256)
		if err != nil {
			return err
		}
		shown, err := k.state(ctx, c.Shown.SHA256)
		if err != nil {
			return err
		}
		why := ""
		switch {
		case signed != contentWhole:
			why = "the bytes that were signed are not kept, or are others"
		case shown == contentOther: // not all that is shown is kept
			why = "the bytes that were shown are others"
		default:
			continue
		}
		return &onboarding.BrokenChain{Partner: e.Partner, Customer: e.Customer, Sequence: e.Sequence, Why: why}
	}
	return nil
}

// state is what is under a hash. Nothing is what there should be under none.
func (k contents) state(ctx context.Context, sum string) (contentState, error) {
	if sum == "" {
		return contentWhole, nil
	}
	if state := k.states[sum]; state != 0 {
		return state, nil
	}
	_, found, err := k.store.Content(ctx, sum)
	state := contentWhole
	switch {
	case errors.Is(err, store.ErrOtherBytes):
		state = contentOther
	case err != nil:
		return 0, err
	case !found:
		state = contentGone
	}
	k.states[sum] = state
	return state, nil
}
