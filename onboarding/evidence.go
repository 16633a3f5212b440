package onboarding

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// EvidenceKind is what a record of the evidence tells of.
type EvidenceKind string

// What happens to a consent. Each is a record of its own; none is ever changed.
const (
	EvidenceAgreed    EvidenceKind = "agreed"    // the customer agreed; the whole consent
	EvidenceConfirmed EvidenceKind = "confirmed" // Iron has it, under its signing id
	EvidenceRefused   EvidenceKind = "refused"   // Iron has said no, in these words
	EvidenceRekeyed   EvidenceKind = "rekeyed"   // Iron will be told under another key
)

// Evidence is one record of a customer's chain. Each record holds the hash of the one
// before it, so that none can be changed, taken out or put in between without all
// that follow telling of it.
type Evidence struct {
	Partner  string
	Customer string
	Sequence int64 // 1 is the customer's first
	Kind     EvidenceKind
	Body     []byte // JSON; the very bytes count, so it is never written anew
	Previous string // Hash of the record before, "" for the first
	Hash     string // in hex
}

// Sum is the hash that the record must have: SHA-256, in hex, over previous hash,
// sequence, partner, customer, kind and body, each as "length:bytes,", so that no two
// records have the same bytes under it.
func (e Evidence) Sum() string {
	sum := sha256.New()
	for _, field := range []string{e.Previous, strconv.FormatInt(e.Sequence, 10), e.Partner, e.Customer, string(e.Kind), string(e.Body)} {
		_, _ = fmt.Fprintf(sum, "%d:%s,", len(field), field)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Next is the record that follows this one in its customer's chain. What comes before
// the first is an Evidence with nothing but partner and customer.
func (e Evidence) Next(kind EvidenceKind, body []byte) Evidence {
	next := Evidence{
		Partner: e.Partner, Customer: e.Customer, Sequence: e.Sequence + 1, Kind: kind, Body: body, Previous: e.Hash,
	}
	next.Hash = next.Sum()
	return next
}

// DocumentBytes is what was behind a document's address at a moment. Where it could
// not be read, Problem says why, and the rest is empty (but see NeverTheSame).
type DocumentBytes struct {
	SHA256    string `json:"sha256,omitempty"` // in hex
	Size      int64  `json:"size,omitempty"`   // in bytes
	MediaType string `json:"media_type,omitempty"`
	Problem   string `json:"problem,omitempty"` // short-and-in-kebab-case
}

// agreement is the body of an "agreed" record. Names of fields are for good: records
// of years are read by them.
type agreement struct {
	Version  int               `json:"version,omitempty"` // none is 1, in which nothing was known of the circumstances
	Key      string            `json:"key"`
	Document agreementDocument `json:"document"`
	Words    string            `json:"words"`
	Locale   string            `json:"locale"`
	ShownAt  *time.Time        `json:"shown_at,omitempty"`
	OpenedAt *time.Time        `json:"opened_at,omitempty"`
	AgreedAt time.Time         `json:"agreed_at"`
	Address  string            `json:"address"`
	Agent    string            `json:"agent"`
	Shown    DocumentBytes     `json:"shown"`
	Signed   DocumentBytes     `json:"signed"`
	Note     string            `json:"note,omitempty"`
	Circumstances
}

// agreementVersion is what is written. All that ever were are read.
const agreementVersion = 2

type agreementDocument struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	URL   string `json:"url"`
	Text  string `json:"text"`
}

// Agreement is the body of the record of a consent being given. The note is for what
// the fields can't tell.
func (c Consent) Agreement(note string) []byte {
	return encode(agreement{
		Version: agreementVersion, Circumstances: c.How,
		Key: c.Key, Document: agreementDocument(c.Document), Words: c.Words, Locale: c.Locale,
		ShownAt: known(c.ShownAt), OpenedAt: known(c.OpenedAt), AgreedAt: c.AgreedAt.UTC(),
		Address: c.Address, Agent: c.Agent, Shown: c.Shown, Signed: c.Signed, Note: note,
	})
}

// Consent reads the record of a consent being given. It is pending, as it was then.
func (e Evidence) Consent() (Consent, error) {
	var a agreement
	if err := json.Unmarshal(e.Body, &a); err != nil {
		return Consent{}, fmt.Errorf("the body can't be read: %w", err)
	}
	c := Consent{
		Key: a.Key, Partner: e.Partner, Customer: e.Customer, Document: Document(a.Document), Words: a.Words, Locale: a.Locale,
		AgreedAt: a.AgreedAt, Address: a.Address, Agent: a.Agent, How: a.Circumstances, Shown: a.Shown, Signed: a.Signed,
		Sequence: e.Sequence, Previous: e.Previous, Hash: e.Hash, State: ConsentPending,
	}
	if a.ShownAt != nil {
		c.ShownAt = *a.ShownAt
	}
	if a.OpenedAt != nil {
		c.OpenedAt = *a.OpenedAt
	}
	return c, nil
}

// Outcome is what became of a consent: the body of every record but the first.
type Outcome struct {
	Key       string    `json:"key"` // of the consent, as it was until then
	SigningID string    `json:"signing_id,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	NewKey    string    `json:"new_key,omitempty"`
	At        time.Time `json:"at"`
}

// Encode is the outcome as the body of a record.
func (o Outcome) Encode() []byte {
	o.At = o.At.UTC()
	return encode(o)
}

// known is nil for a moment that nobody knows.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func encode(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic("onboarding: evidence: " + err.Error()) // only for years beyond 9999
	}
	return body
}
