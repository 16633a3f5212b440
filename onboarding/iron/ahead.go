package iron

import (
	"bytes"
	"context"
	"encoding/json"

	"portal/onboarding"
)

// ahead is what a customer's status needs beside the records, read before the records
// have said what that is: by those that were read last. A page then waits for one round
// of Iron's answers in place of two.
type ahead struct {
	last  *onboarding.Facts // the records as they were, or nil
	facts onboarding.Facts  // with what these need, as it is now
	err   error
	done  chan struct{} // closed when facts and err may be looked at
}

// readAhead begins to read; it asks for nothing where last is nil or needs nothing. One
// attempt is enough: what can't be had this way is read after the records, as patiently
// as always.
func (c *Client) readAhead(ctx context.Context, customerID string, last *onboarding.Facts) *ahead {
	a := &ahead{last: last, done: make(chan struct{})}
	if last == nil {
		close(a.done)
		return a
	}
	a.facts.Customer, a.facts.Identifications = last.Customer, last.Identifications
	go func() {
		defer close(a.done)
		a.err = c.readDetails(ctx, customerID, &a.facts, true)
	}()
	return a
}

// complete adds to the records what was read ahead for them, and tells whether it could.
//
// It can only where the records have not changed: then they were the same before the
// reading began, and all this is what a reading in two rounds could have found. What
// goes with records of before could be older than the status that it would stand beside.
func (a *ahead) complete(records *onboarding.Facts) bool {
	if a.last == nil || !sameRecords(*a.last, *records) {
		return false
	}
	<-a.done
	if a.err != nil {
		return false
	}
	records.Documents, records.Signings = a.facts.Documents, a.facts.Signings
	records.Requirements, records.Rails = a.facts.Requirements, a.facts.Rails
	return true
}

// sameRecords compares word for word: a status that has gone and come back in between
// has moved the time of the last change.
func sameRecords(a, b onboarding.Facts) bool {
	if a.Customer.UpdatedAt.IsZero() {
		return false
	}
	return bytes.Equal(recordsOf(a), recordsOf(b))
}

func recordsOf(f onboarding.Facts) []byte {
	text, err := json.Marshal(struct {
		Customer        onboarding.Customer
		Identifications []onboarding.Identification
	}{f.Customer, f.Identifications})
	if err != nil {
		panic("iron: records: " + err.Error()) // they are plain values
	}
	return text
}
