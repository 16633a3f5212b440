package onboarding

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Platform is what the portal asks of Iron, with one partner's key.
//
// Errors wrap one of ErrNotFound, ErrRefused, ErrConflict, ErrTooMany,
// ErrUnavailable, ErrUncertain and ErrAccess.
type Platform interface {
	// Facts reads all that Decide needs. Whoever asks about the same customer at
	// the same moment may be given the same reading.
	Facts(ctx context.Context, customerID string) (Facts, error)
	// FactsAgain is Facts, and sooner where nothing has changed since last was read.
	FactsAgain(ctx context.Context, customerID string, last Facts) (Facts, error)
	// FactsNow is a reading that begins now, shared with nobody who asked before.
	FactsNow(ctx context.Context, customerID string) (Facts, error)
	Customer(ctx context.Context, customerID string) (Customer, error)
	CreateCustomer(ctx context.Context, c NewCustomer, key string) (Customer, error)
	CreateIdentification(ctx context.Context, customerID string, r CheckRequest, key string) (Identification, error)
	CreateSigning(ctx context.Context, customerID, documentID, key string) (Signing, error)
	Signings(ctx context.Context, customerID string) ([]Signing, error)
}

// NewCustomer is what Iron needs to make a customer record.
type NewCustomer struct {
	Name       string
	Email      string
	Type       CustomerType
	ExternalID string // the partner's own name for the customer, may be empty
}

// Method is how the customer's identity reaches Iron.
type Method string

// MethodLink sends the customer to Iron's hosted page. Iron's guide knows two
// more, SumSub token sharing and outsourcing; they become further methods here,
// each with its own part of CheckRequest.
const MethodLink Method = "Link"

// CheckRequest is what an identification is created from.
type CheckRequest struct {
	Method Method
	// WithEDD asks for Enhanced Due Diligence from the start (method Link).
	WithEDD bool
}

// Attempt is a request to Iron that must not be made twice: its idempotency key
// is kept before Iron is asked, so that a crash, a second tab or another machine
// repeats the same request instead of making another.
type Attempt struct {
	Key      string // IDEMPOTENCY-KEY, a UUID
	Partner  string
	Customer string // empty while the customer is being created
	Act      string // what is attempted; one open attempt at a time for each
	Detail   string // the request's own choices, kept so that a repetition is word for word
}

// Ledger is what must survive: attempts, and consents.
type Ledger interface {
	// Open returns the open attempt for the same partner, customer and act, or
	// keeps and returns the one given. Two callers at once are given the same.
	Open(ctx context.Context, a Attempt) (Attempt, error)
	// Close ends an attempt: Iron has answered, yes or no.
	Close(ctx context.Context, key string) error

	// Intend keeps a consent before Iron is told. It returns the consent already
	// under way for the same document, or one that was confirmed after since, in
	// place of a second one.
	Intend(ctx context.Context, c Consent, since time.Time) (Consent, error)
	// Confirm notes Iron's signing id on a consent.
	Confirm(ctx context.Context, key, signingID string, at time.Time) error
	// Refuse notes that Iron has definitely refused.
	Refuse(ctx context.Context, key, reason string, at time.Time) error
	// Rekey gives a consent that is under way a new idempotency key.
	Rekey(ctx context.Context, key, newKey string) error
	// Undelivered lists consents that Iron has not confirmed, older than before.
	Undelivered(ctx context.Context, partner string, before time.Time) ([]Consent, error)
	// Lease makes a customer's undelivered consents the caller's to deliver, for
	// DeliveryLease, and tells whether it did: not while any of them is another's.
	// Intend leases what it keeps.
	Lease(ctx context.Context, partner, customer string) (mine bool, err error)
	// Return gives up a lease before it runs out.
	Return(ctx context.Context, partner, customer string) error
}

// Journey is onboarding as one partner's customers walk it.
type Journey struct {
	Partner  string
	Platform Platform
	Ledger   Ledger
	Papers   Papers           // nil: documents' bytes are not read
	Origins  Origins          // hosted identity pages that may be shown
	Now      func() time.Time // our own clock
	NewKey   func() string    // a fresh UUID
	// Ahead is how far Iron's clock is ahead of ours, as far as that is known. Nil: not.
	Ahead func() time.Duration
}

// Progress reads the facts and decides. It is asked for on every request: a
// remembered stage would be wrong after a back button, on a second device, and
// whenever Iron changes its mind.
func (j *Journey) Progress(ctx context.Context, customerID string) (Progress, error) {
	facts, err := j.Platform.Facts(ctx, customerID)
	if err != nil {
		return Progress{}, err
	}
	return j.Decide(facts), nil
}

// Decide is the package's, for what this journey may show.
func (j *Journey) Decide(f Facts) Progress { return Decide(j.showable(f)) }

// showable takes out the hosted addresses that no page may frame or link: to the
// rules such an identification has none.
func (j *Journey) showable(f Facts) Facts {
	shown := make([]Identification, len(f.Identifications))
	for i, identification := range f.Identifications {
		identification.URL, _ = j.Origins.Allow(identification.URL)
		shown[i] = identification
	}
	f.Identifications = shown
	return f
}

// Enrol creates the customer. once names this very form or request: the same name
// again gives the same customer.
func (j *Journey) Enrol(ctx context.Context, c NewCustomer, once string) (Customer, error) {
	attempt, err := j.Ledger.Open(ctx, Attempt{
		Key: j.NewKey(), Partner: j.Partner, Act: "enrol " + once,
	})
	if err != nil {
		return Customer{}, err
	}
	ctx = context.WithoutCancel(ctx)
	customer, err := j.Platform.CreateCustomer(ctx, c, attempt.Key)
	if err != nil && answered(err) {
		// A success keeps its attempt: the same form sent again must find the same
		// customer through the same key, not make a second one.
		err = errors.Join(err, j.Ledger.Close(ctx, attempt.Key))
	}
	return customer, err
}

const actIdentify = "identify"

// BeginCheck makes sure that the customer has an identity check to go on with,
// and returns where they stand then. It creates an identification only where none
// is usable and none is in flight: Iron's newest record drives the status, so a
// second one would put the customer back. The attempt is opened before the facts
// are read; whoever comes later finds either the same key or the finished record.
func (j *Journey) BeginCheck(ctx context.Context, customerID string, r CheckRequest) (Progress, error) {
	// A key can turn out to be spent on a record that is long over; then, and only
	// then, a second key is tried.
	for range 2 {
		attempt, err := j.Ledger.Open(ctx, Attempt{
			Key: j.NewKey(), Partner: j.Partner, Customer: customerID, Act: actIdentify, Detail: encodeCheck(r),
		})
		if err != nil {
			return Progress{}, err
		}
		facts, err := j.Platform.FactsNow(ctx, customerID)
		if err != nil {
			return Progress{}, err
		}
		if progress := j.Decide(facts); !progress.CanBegin {
			return progress, j.Ledger.Close(ctx, attempt.Key)
		}
		progress, spent, err := j.create(ctx, customerID, attempt)
		if err != nil || !spent {
			return progress, err
		}
	}
	return Progress{}, fmt.Errorf("%w: new keys keep being answered with old identifications", ErrConflict)
}

// create asks Iron for the identification of this attempt. spent tells that the
// attempt's key had already been answered, with a record that is over by now.
func (j *Journey) create(ctx context.Context, customerID string, attempt Attempt) (p Progress, spent bool, err error) {
	// Whoever pressed the button may leave; a request cut off would leave its outcome
	// unknown. The client bounds the time that it takes.
	ctx = context.WithoutCancel(ctx)
	made, err := j.Platform.CreateIdentification(ctx, customerID, decodeCheck(attempt.Detail), attempt.Key)
	if answered(err) {
		if closeErr := j.Ledger.Close(ctx, attempt.Key); closeErr != nil {
			return Progress{}, false, closeErr
		}
	}
	if err != nil && !errors.Is(err, ErrConflict) {
		return Progress{}, false, err
	}
	facts, readErr := j.Platform.FactsNow(ctx, customerID)
	if readErr != nil {
		return Progress{}, false, readErr
	}
	known := slices.ContainsFunc(facts.Identifications, func(i Identification) bool { return i.ID == made.ID })
	if err == nil && !known {
		// Iron's lists can be a moment behind its own answer, which is a fact too.
		facts.Identifications = append(facts.Identifications, made)
	}
	progress := j.Decide(facts)
	return progress, err == nil && known && progress.CanBegin, nil
}

// definite: Iron has said no.
func definite(err error) bool {
	return errors.Is(err, ErrRefused) || errors.Is(err, ErrConflict) || errors.Is(err, ErrNotFound)
}

// answered: asking again needs a new key. A rate limit counts: nothing was done,
// and Iron could keep that answer as it keeps others.
func answered(err error) bool {
	return err == nil || definite(err) || errors.Is(err, ErrSpent) || errors.Is(err, ErrTooMany)
}

func encodeCheck(r CheckRequest) string {
	return fmt.Sprintf("%s edd=%t", r.Method, r.WithEDD)
}

func decodeCheck(detail string) CheckRequest {
	var r CheckRequest
	_, _ = fmt.Sscanf(detail, "%s edd=%t", (*string)(&r.Method), &r.WithEDD)
	return r
}
