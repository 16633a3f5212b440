package iron

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"portal/onboarding"

	"golang.org/x/sync/errgroup"
)

// Facts reads all that onboarding.Decide needs. Those who ask about the same
// customer at the same moment are given the same reading: a page open in many tabs
// must not use up a rate limit that all customers share.
//
// Errors: ErrNotFound, ErrAccess, ErrTooMany, ErrUnavailable, ErrRefused.
func (c *Client) Facts(ctx context.Context, customerID string) (onboarding.Facts, error) {
	return c.facts(ctx, customerID, nil, false)
}

// FactsAgain is Facts of a customer who was read before. What the status needed then is
// asked for beside the status; where that is not the same any more it is asked for after
// it, as by Facts, and these calls were in vain.
func (c *Client) FactsAgain(ctx context.Context, customerID string, last onboarding.Facts) (onboarding.Facts, error) {
	return c.facts(ctx, customerID, &last, false)
}

// FactsNow is Facts, but never a reading that began before the call, nor one that reads
// anything ahead.
func (c *Client) FactsNow(ctx context.Context, customerID string) (onboarding.Facts, error) {
	return c.facts(ctx, customerID, nil, true)
}

// facts joins the reading that is under way, or begins one. anew begins one.
func (c *Client) facts(ctx context.Context, customerID string, last *onboarding.Facts, anew bool) (onboarding.Facts, error) {
	c.joining.Lock()
	if anew {
		c.readings.Forget(customerID)
	}
	// The reading belongs to all who wait for it, so it neither ends with the first
	// of them nor takes longer than any of them would alone.
	reading := c.readings.DoChan(customerID, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*c.timeout)
		defer cancel()
		return c.readAll(ctx, customerID, last)
	})
	c.joining.Unlock()
	select {
	case done := <-reading:
		facts, _ := done.Val.(onboarding.Facts)
		return facts.Clone(), done.Err // one caller's changes are not the others'
	case <-ctx.Done():
		e := customerCall(customerID).fail(0, "given up by the caller", onboarding.ErrUnavailable)
		e.cause = ctx.Err()
		return onboarding.Facts{}, e
	}
}

func (c *Client) readAll(ctx context.Context, customerID string, last *onboarding.Facts) (onboarding.Facts, error) {
	aheadCtx, drop := context.WithCancel(ctx)
	guess := c.readAhead(aheadCtx, customerID, last)
	// Not as soon as it is known to be of no use: a call that is cut off costs its
	// connection, and most of these end before the others do.
	defer func() { drop(); <-guess.done }()
	facts, onRecord, err := c.readBase(ctx, customerID)
	if err != nil {
		return onboarding.Facts{}, err
	}
	if !guess.complete(&facts) {
		if err := c.readDetails(ctx, customerID, &facts, false); err != nil {
			return onboarding.Facts{}, err
		}
	}
	if facts.Customer.Status == onboarding.Active && len(facts.Rails) == 0 {
		facts.Rails = onRecord
	}
	return facts, nil
}

// readBase reads what every decision needs, side by side. The customer's own
// failure is the one reported, as it explains the other.
func (c *Client) readBase(ctx context.Context, customerID string) (onboarding.Facts, abilities, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		facts   onboarding.Facts
		listErr error
		listed  = make(chan struct{})
	)
	go func() {
		defer close(listed)
		facts.Identifications, listErr = readList(ctx, c, partOf(customerID, "/identifications"), identificationRecord.identification)
	}()
	record, date, err := fetch[customerRecord](ctx, c, customerCall(customerID))
	if err != nil {
		cancel()
	}
	<-listed
	if err == nil {
		err = listErr
	}
	if err != nil {
		return onboarding.Facts{}, nil, err
	}
	var onRecord abilities
	_ = json.Unmarshal(record.Abilities, &onRecord) // mostly absent, which is no failure
	facts.Customer, facts.ReadAt = record.customer(), date
	return facts, onRecord, nil
}

// readDetails reads what the customer's status needs beside, side by side; with one
// attempt for each call where once is set.
func (c *Client) readDetails(ctx context.Context, customerID string, f *onboarding.Facts, once bool) error {
	// Before anything writes into f beside it.
	requirementsWanted := wantsRequirements(*f)
	group, ctx := errgroup.WithContext(ctx)
	signings := func() (err error) {
		q := partOf(customerID, "/signings")
		q.once = once
		f.Signings, err = readList(ctx, c, q, signingRecord.signing)
		return err
	}
	switch f.Customer.Status {
	case onboarding.SigningsRequired:
		group.Go(signings)
		group.Go(func() (err error) {
			f.Documents, err = c.readDocuments(ctx, customerID, once)
			return err
		})
		if f.Customer.Signed > 0 {
			// Working rails tell new terms from a first signing. Not knowing costs a
			// sentence on the page, not the page.
			group.Go(func() error {
				f.Rails, _ = c.readRails(ctx, customerID, true)
				return nil
			})
		}
	case onboarding.Active:
		group.Go(signings)
		group.Go(func() (err error) {
			f.Rails, err = c.readRails(ctx, customerID, once)
			return err
		})
	default:
		// The identifications say all that there is to say.
	}
	if requirementsWanted {
		group.Go(func() error {
			f.Requirements = c.readRequirements(ctx, customerID)
			return nil
		})
	}
	return group.Wait()
}

// wantsRequirements: where the page may have to say what is missing, or that
// trying again is no use.
func wantsRequirements(f onboarding.Facts) bool {
	current, found := onboarding.Current(f.Identifications)
	switch f.Customer.Status {
	case onboarding.IdentificationRequired, onboarding.SigningsRequired, onboarding.Active:
	default:
		return false
	}
	switch {
	case !found:
		return false
	case current.Status == onboarding.IdentificationDeclined:
		return true
	case current.Status != onboarding.IdentificationPending:
		return false
	}
	judged := func(s onboarding.Step) bool {
		return s.Result == onboarding.IdentificationApproved || s.Result == onboarding.IdentificationDeclined
	}
	approved := func(i onboarding.Identification) bool { return i.Status == onboarding.IdentificationApproved }
	return f.Customer.Signed > 0 || slices.ContainsFunc(current.Steps, judged) ||
		slices.ContainsFunc(f.Identifications, approved)
}

func customerCall(customerID string) call {
	return call{method: http.MethodGet, pattern: "/customers/{id}", id: customerID}
}

// partOf reads a part of a customer who is known to be there.
func partOf(customerID, part string) call {
	return call{method: http.MethodGet, pattern: "/customers/{id}" + part, id: customerID, part: true}
}

// Customer reads one customer record.
func (c *Client) Customer(ctx context.Context, customerID string) (onboarding.Customer, error) {
	record, _, err := fetch[customerRecord](ctx, c, customerCall(customerID))
	if err != nil {
		return onboarding.Customer{}, err
	}
	return record.customer(), nil
}

// Signings lists all that the customer has signed.
func (c *Client) Signings(ctx context.Context, customerID string) ([]onboarding.Signing, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*c.timeout) // for all pages together
	defer cancel()
	q := partOf(customerID, "/signings")
	q.part = false
	return readList(ctx, c, q, signingRecord.signing)
}

func (c *Client) readDocuments(ctx context.Context, customerID string, once bool) ([]onboarding.Document, error) {
	q := partOf(customerID, "/required-signings")
	q.once = once
	records, _, err := fetch[page[documentRecord]](ctx, c, q)
	if err != nil {
		return nil, err
	}
	return documentsOf(records.items), nil
}

func (c *Client) readRails(ctx context.Context, customerID string, once bool) ([]onboarding.Rail, error) {
	q := partOf(customerID, "/abilities")
	q.once = once
	rails, _, err := fetch[abilities](ctx, c, q)
	return rails, err
}

// readRequirements is nil where they can't be read: a page can do without.
func (c *Client) readRequirements(ctx context.Context, customerID string) *onboarding.Requirements {
	q := partOf(customerID, "/requirements")
	q.once = true
	record, _, err := fetch[requirementsRecord](ctx, c, q)
	if err != nil {
		return nil
	}
	return record.requirements()
}

const (
	pageSize = "100" // the most that Iron gives at once
	maxPages = 50
)

// readList follows a list to its end. A list without one is a failure: half of a
// customer's identifications may say something else than all of them.
func readList[R, T any](ctx context.Context, c *Client, q call, convert func(R) T) ([]T, error) {
	var list []T
	seen := map[string]bool{}
	for cursor := ""; len(seen) < maxPages; {
		q.query = url.Values{"page_size": {pageSize}}
		if cursor != "" {
			q.query.Set("cursor", cursor)
		}
		got, _, err := fetch[page[R]](ctx, c, q)
		if err != nil {
			return nil, err
		}
		for _, record := range got.items {
			list = append(list, convert(record))
		}
		if got.cursor == "" {
			return list, nil
		}
		if seen[got.cursor] {
			break
		}
		seen[got.cursor] = true
		cursor = got.cursor
	}
	return nil, q.lost(http.StatusOK, "a list without end")
}
