package onboarding

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// ConsentState is how far a consent has come on its way to Iron.
type ConsentState string

// The three states. A consent is only ever shown as signed once Iron has it.
const (
	ConsentPending   ConsentState = "pending"   // kept here; Iron has not confirmed yet
	ConsentConfirmed ConsentState = "confirmed" // Iron has it, under SigningID
	ConsentRefused   ConsentState = "refused"   // Iron has definitely said no
)

// Consent is the record of one agreement: what was shown, the words agreed to,
// who agreed and when. Iron keeps only ids and times, so this is the evidence.
type Consent struct {
	Key      string // the IDEMPOTENCY-KEY under which Iron is told
	Partner  string
	Customer string
	Document Document
	Words    string // the sentence agreed to, as it was shown
	Locale   string
	ShownAt  time.Time // UTC, as all times here; zero where it is not known
	OpenedAt time.Time // when the document itself was opened; zero where it is not known
	AgreedAt time.Time
	Address  string // network address of the browser
	Agent    string // its User-Agent
	How      Circumstances
	// What was behind the document's address when it was shown and when it was signed.
	Shown  DocumentBytes
	Signed DocumentBytes

	// The place of its first record in the customer's evidence, the hash of the record
	// before that, and its own. Whoever keeps it sets them.
	Sequence int64
	Previous string
	Hash     string

	State     ConsentState
	SigningID string // Iron's, once confirmed
	Reason    string // Iron's words, where it refused
	SettledAt time.Time
}

// Circumstances are what else speaks for it that this customer has meant to sign. All
// of it is empty where it is not known, as for what was signed before it was kept.
type Circumstances struct {
	// Wording names the words on the page, whatever the document: the sentence agreed
	// to, what the page says of signing electronically, and the button.
	Wording    string `json:"wording,omitempty"`
	Disclosure string `json:"disclosure,omitempty"` // what the page says of signing electronically
	Button     string `json:"button,omitempty"`     // that was pressed
	// Session names the session, and is of no use to get into it.
	Session    string    `json:"session,omitempty"`
	SignedInAt time.Time `json:"signed_in_at,omitzero"`
	CameBy     string    `json:"came_by,omitempty"` // how the session began: session.Identity.Means has the words
	// Framed: the page was in a frame of a page of one of these origins.
	Framed   bool   `json:"framed,omitempty"`
	FramedBy string `json:"framed_by,omitempty"` // with spaces between
}

// Fingerprint names a document as it was shown. The form that signs carries it,
// so that a document that changed in between is shown again instead of signed.
func (d Document) Fingerprint() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{d.ID, d.Title, d.URL, d.Text}, "\x00")))
	return hex.EncodeToString(sum[:])
}

// SignRequest is what a customer's click on "Agree and sign" says.
type SignRequest struct {
	CustomerID  string
	DocumentID  string
	Fingerprint string // of the document that was on the page
	Words       string
	Locale      string
	ShownAt     time.Time
	OpenedAt    time.Time
	Shown       DocumentBytes // what the document was made of when it was on the page
	Address     string
	Agent       string
	How         Circumstances
}

// Sign keeps the consent, tells Iron, and notes its answer, in this order: what
// is kept first can't be lost, and what has a key can't count twice.
//
// Errors: ErrNotNow where the document is not one to be signed now,
// ErrDocumentChanged where it is not the one that was shown, ErrUncertain and
// ErrUnavailable where the consent is kept and will be delivered later.
func (j *Journey) Sign(ctx context.Context, r SignRequest) (Consent, error) {
	began := j.Now()
	facts, i, err := j.documentNow(ctx, r)
	if err != nil {
		return Consent{}, err
	}
	progress := j.Decide(facts)
	switch {
	case signedBefore(facts, r.DocumentID, i >= 0):
		return Consent{State: ConsentConfirmed, Document: Document{ID: r.DocumentID}}, nil
	case progress.State != StateSign || i < 0:
		return Consent{}, fmt.Errorf("sign: %w: state %s", ErrNotNow, progress.State)
	case facts.Documents[i].Fingerprint() != r.Fingerprint:
		return Consent{}, fmt.Errorf("sign: %w", ErrDocumentChanged)
	}
	document := facts.Documents[i]
	signed, err := j.read(ctx, document, r.Shown)
	if err != nil {
		return Consent{}, fmt.Errorf("sign: %w", err)
	}
	if signed.differs(r.Shown) {
		return Consent{}, fmt.Errorf("sign: its bytes: %w", ErrDocumentChanged)
	}
	consent, err := j.Ledger.Intend(ctx, Consent{
		Key: j.NewKey(), Partner: j.Partner, Customer: r.CustomerID, Document: document,
		Words: r.Words, Locale: r.Locale, ShownAt: r.ShownAt, OpenedAt: r.OpenedAt, AgreedAt: began,
		Address: r.Address, Agent: r.Agent, How: r.How, State: ConsentPending,
		Shown: r.Shown, Signed: signed,
	}, began)
	if err != nil || consent.State == ConsentConfirmed {
		return consent, err
	}
	if consent, err = j.deliver(ctx, consent); consent.State == ConsentPending {
		// Nobody is at it any more: whoever settles next may have it at once.
		err = errors.Join(err, j.Ledger.Return(context.WithoutCancel(ctx), consent.Partner, consent.Customer))
	}
	return consent, err
}

// documentNow reads the facts and finds the document among those to be signed; i is
// -1 where it is not one. Iron's lists are read side by side, so a document signed in
// between may be in neither: then a second reading has it among the signings.
func (j *Journey) documentNow(ctx context.Context, r SignRequest) (facts Facts, i int, err error) {
	for range 2 {
		if facts, err = j.Platform.FactsNow(ctx, r.CustomerID); err != nil {
			return Facts{}, -1, err
		}
		i = slices.IndexFunc(facts.Documents, func(d Document) bool { return d.ID == r.DocumentID })
		if i >= 0 || signedBefore(facts, r.DocumentID, false) {
			break
		}
	}
	return facts, i, nil
}

// signedBefore: Iron has the signing and does not ask for the document any more,
// which is what a second click, a second tab or a reloaded form finds.
func signedBefore(f Facts, documentID string, stillRequired bool) bool {
	return !stillRequired && slices.ContainsFunc(f.Signings, func(s Signing) bool { return s.DocumentID == documentID })
}

// deliver tells Iron of a consent that is kept, and notes the answer.
func (j *Journey) deliver(ctx context.Context, c Consent) (Consent, error) {
	// Whoever pressed the button may be gone by now; the note must be made anyway.
	ctx = context.WithoutCancel(ctx)
	signing, err := j.Platform.CreateSigning(ctx, c.Customer, c.Document.ID, c.Key)
	switch {
	case err == nil:
		c.State, c.SigningID, c.SettledAt = ConsentConfirmed, signing.ID, j.Now()
		return c, j.Ledger.Confirm(ctx, c.Key, c.SigningID, c.SettledAt)
	case definite(err):
		c.State, c.Reason, c.SettledAt = ConsentRefused, Refusal(err), j.Now()
		return c, errors.Join(err, j.Ledger.Refuse(ctx, c.Key, c.Reason, c.SettledAt))
	case errors.Is(err, ErrSpent):
		// Nobody has said no. Settle looks among Iron's signings before the new key
		// is used.
		return c, errors.Join(err, j.Ledger.Rekey(ctx, c.Key, j.NewKey()))
	}
	return c, err
}

// DeliveryLease is how long a consent is one machine's to deliver. It is longer than a
// client for Iron tries by itself, and short enough for another machine to take over
// what a killed one has left within half a minute.
const DeliveryLease = 15 * time.Second

// Settle finishes what was cut off: each consent that Iron has not confirmed is
// looked for among Iron's signings and, if it is not there, sent again with its
// own key. What another machine is delivering at this moment is left to it. It returns
// how many are still under way.
func (j *Journey) Settle(ctx context.Context, olderThan time.Duration) (left int, err error) {
	consents, err := j.Ledger.Undelivered(ctx, j.Partner, j.Now().Add(-olderThan))
	if err != nil {
		return 0, err
	}
	customers := byCustomer(consents)
	problems, failed := make([]error, len(customers)), make([]int, len(customers))
	places := make(chan struct{}, settleAtOnce)
	var all sync.WaitGroup
	for i, theirs := range customers {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			failed[i], problems[i] = j.settleCustomer(ctx, theirs)
		})
	}
	all.Wait()
	for _, n := range failed {
		left += n
	}
	return left, errors.Join(problems...)
}

// settleAtOnce is how many customers' consents are delivered side by side: after an
// outage there are many, and those who act now have Iron's rate limit to share with them.
const settleAtOnce = 4

// byCustomer puts consents of the same customer together, and leaves the order.
func byCustomer(consents []Consent) [][]Consent {
	var groups [][]Consent
	places := map[string]int{}
	for _, c := range consents {
		i, known := places[c.Customer]
		if !known {
			i = len(groups)
			places[c.Customer], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], c)
	}
	return groups
}

// settleCustomer settles the consents of one customer, unless another machine is at
// it, and returns how many are still under way.
func (j *Journey) settleCustomer(ctx context.Context, consents []Consent) (left int, err error) {
	customer := consents[0].Customer
	mine, err := j.Ledger.Lease(ctx, j.Partner, customer)
	if err != nil || !mine {
		return len(consents), err
	}
	var problems []error
	for _, c := range consents {
		if err := j.settle(ctx, c); err != nil {
			problems = append(problems, err)
		}
	}
	if left = len(problems); left > 0 {
		problems = append(problems, j.Ledger.Return(context.WithoutCancel(ctx), j.Partner, customer))
	}
	return left, errors.Join(problems...)
}

func (j *Journey) settle(ctx context.Context, c Consent) error {
	signings, err := j.Platform.Signings(ctx, c.Customer)
	if err != nil {
		return err
	}
	since := c.AgreedAt.Add(-clockSkew)
	if j.Ahead != nil {
		since = since.Add(j.Ahead())
	}
	for _, s := range signings {
		// A document can be required again; an older signing is not this consent's.
		if s.DocumentID == c.Document.ID && !s.CreatedAt.Before(since) {
			return j.Ledger.Confirm(ctx, c.Key, s.ID, j.Now())
		}
	}
	_, err = j.deliver(ctx, c)
	if definite(err) {
		return nil
	}
	return err
}

// clockSkew is how far our clock and Iron's may be apart, beyond what is known of that,
// before a signing is taken for an older one.
const clockSkew = 5 * time.Minute
