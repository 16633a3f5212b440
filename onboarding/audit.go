package onboarding

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// BrokenChain says where a customer's evidence stops being believable, and why.
type BrokenChain struct {
	Partner  string
	Customer string
	Sequence int64 // of the first record that can't be believed, or that is missing
	Why      string
}

// Error names the customer by Iron's id, and nothing else of theirs.
func (b *BrokenChain) Error() string {
	return fmt.Sprintf("partner %s, customer %s, record %d: %s", b.Partner, b.Customer, b.Sequence, b.Why)
}

// Verify follows a customer's chain from its first record, and says by *BrokenChain
// where it breaks: a record that was changed, that is missing, that comes from
// elsewhere, or that tells what can't have happened. What is missing at the end
// can't be seen here; Audit sees it.
func Verify(records []Evidence) error {
	_, err := replay(records)
	return err
}

// Audit verifies a customer's chain, and that the consents kept beside it, by which
// the portal acts, say the same as the chain does.
func Audit(partner, customer string, records []Evidence, kept []Consent) error {
	told, err := replay(records)
	if err != nil {
		return err
	}
	broken := func(sequence int64, why string, args ...any) error {
		return &BrokenChain{Partner: partner, Customer: customer, Sequence: sequence, Why: fmt.Sprintf(why, args...)}
	}
	if len(records) > 0 && (records[0].Partner != partner || records[0].Customer != customer) {
		return broken(1, "it is of another customer")
	}
	next := int64(len(records)) + 1
	bySequence := func(a, b Consent) int { return cmp.Compare(a.Sequence, b.Sequence) }
	slices.SortFunc(told, bySequence)
	kept = slices.SortedFunc(slices.Values(kept), bySequence)
	for i, c := range kept {
		if i >= len(told) || c.Sequence != told[i].Sequence {
			if c.Sequence >= next {
				return broken(next, "it is missing: the consent to document %s has its place there or later", c.Document.ID)
			}
			return broken(c.Sequence, "it is not where the consent to document %s was given", c.Document.ID)
		}
		if field := told[i].differs(c); field != "" {
			return broken(told[i].Sequence, "the consent that is acted on has another %s than the evidence: it was changed, or records from %d on are missing", field, next)
		}
	}
	if len(told) > len(kept) {
		return broken(told[len(kept)].Sequence, "the consent that it tells of is not acted on")
	}
	return nil
}

// differs names the first field in which two accounts of a consent are not alike.
func (c Consent) differs(kept Consent) string {
	for _, field := range []struct {
		name string
		same bool
	}{
		{"key", c.Key == kept.Key},
		{"document", c.Document.ID == kept.Document.ID},
		{"time of agreement", c.AgreedAt.Equal(kept.AgreedAt)},
		{"state", c.State == kept.State},
		{"signing id", c.SigningID == kept.SigningID},
		{"reason", c.Reason == kept.Reason},
		{"time of settlement", c.SettledAt.Equal(kept.SettledAt)},
	} {
		if !field.same {
			return field.name
		}
	}
	return ""
}

// replay follows a chain and returns the consents as they are at its end, in the order
// in which they were given.
func replay(records []Evidence) ([]Consent, error) {
	var consents []Consent
	var last Evidence
	for i, e := range records {
		if i == 0 {
			last.Partner, last.Customer = e.Partner, e.Customer
		}
		why := last.broken(e)
		if why == "" {
			var err error
			if consents, err = tell(consents, e); err != nil {
				why = err.Error()
			}
		}
		if why != "" {
			return nil, &BrokenChain{Partner: last.Partner, Customer: last.Customer, Sequence: last.Sequence + 1, Why: why}
		}
		last = e
	}
	return consents, nil
}

// broken says why a record is not the next in the chain, or "".
func (e Evidence) broken(next Evidence) string {
	switch {
	case next.Partner != e.Partner || next.Customer != e.Customer:
		return "it is of another customer"
	case next.Sequence != e.Sequence+1:
		return fmt.Sprintf("it is missing: record %d comes next", next.Sequence)
	case next.Previous != e.Hash:
		return "it does not follow the record before it"
	case next.Hash != next.Sum():
		return "its content is not what was hashed"
	}
	return ""
}

// tell goes on with the story by one record.
func tell(consents []Consent, e Evidence) ([]Consent, error) {
	if e.Kind == EvidenceAgreed {
		c, err := e.Consent()
		if err == nil && slices.ContainsFunc(consents, func(o Consent) bool { return o.Key == c.Key }) {
			err = errors.New("its key is that of an earlier consent")
		}
		return append(consents, c), err
	}
	var o Outcome
	if err := json.Unmarshal(e.Body, &o); err != nil {
		return nil, fmt.Errorf("the body can't be read: %w", err)
	}
	i := slices.IndexFunc(consents, func(c Consent) bool { return c.Key == o.Key })
	if i < 0 {
		return nil, errors.New("there is no consent with its key")
	}
	c := &consents[i]
	switch {
	case e.Kind == EvidenceConfirmed && c.State != ConsentConfirmed:
		// One that was refused may turn out to be among Iron's signings all the same.
		c.State, c.SigningID, c.SettledAt = ConsentConfirmed, o.SigningID, o.At
	case e.Kind == EvidenceRefused && c.State == ConsentPending:
		c.State, c.Reason, c.SettledAt = ConsentRefused, o.Reason, o.At
	case e.Kind == EvidenceRekeyed && c.State == ConsentPending:
		c.Key = o.NewKey
	default:
		return nil, fmt.Errorf("a %s consent can't be %q", c.State, e.Kind)
	}
	return consents, nil
}
