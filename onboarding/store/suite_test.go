package store

import (
	"context"
	"sync"
	"testing"
	"time"
)

// Suite is what an engine has to pass to be one of the portal's. open returns an
// empty store that the test closes.
func Suite(t *testing.T, open func(t *testing.T) *Store) {
	for _, part := range []struct {
		name string
		test func(t *testing.T, s *Store, c *clock)
	}{
		{"an attempt is opened once and shared", attemptIsShared},
		{"a closed attempt gives way to a new one", closedAttemptGivesWay},
		{"twenty who open the same attempt at once are given one key", attemptIsAtomic},
		{"a consent comes back as it was kept", consentComesBack},
		{"a consent under way stands for a second one", consentUnderWay},
		{"a consent confirmed since the click stands for a second one", consentConfirmedSince},
		{"twenty consents at once are one", consentIsAtomic},
		{"evidence is not rewritten", evidenceStays},
		{"each step of a consent is a record of its customer's evidence", everyStepIsARecord},
		{"evidence is never changed or deleted", evidenceIsNeverChanged},
		{"what guards the evidence is missed when it is gone", goneGuardIsSeen},
		{"twenty who write to one chain at once leave it whole", chainDoesNotFork},
		{"every customer's chain is visited once", everyChainIsVisited},
		{"undelivered consents are one's at a time to deliver", leaseIsOnes},
		{"only a consent under way is given a new key", rekeyPending},
		{"undelivered consents come oldest first and only the partner's own", undeliveredInOrder},
		{"a customer's consents are listed in whatever state", customersConsents},
		{"a name that is no text does not cost a consent", strangeAgent},
		{"the first partner keeps a customer", firstPartnerKeeps},
		{"a link is good once", linkIsGoodOnce},
		{"a link forgives its browser a double click and a lost answer", linkForgivesItsBrowser},
		{"twenty who use a link at once are one", linkIsAtomic},
		{"a link is known to its maker until long after its use", linkIsRemembered},
		{"a link that is dropped was never used", linkIsDropped},
		{"sessions are kept", keepsSessions},
		{"limits are counted", takesLimits},
		{"all agree on a setting", settingIsAgreed},
		{"an answer is given again to the same body", answerAgain},
		{"two who do the same request at once answer alike", answersAgree},
		{"an answer's key is free again when it has expired", answerExpires},
		{"a copy comes back, the latest reading's", copyComesBack},
		{"bytes are kept once, and given back as they were", contentIsKept},
		{"twenty who keep the same bytes at once keep them once", contentIsKeptOnce},
		{"when a document was opened is known for a while", openingIsNoted},
		{"of the same message twenty times one is the first", webhookIsKeptOnce},
		{"a customer's partner is found", partnerOfCustomer},
		{"the sweep takes what is over and leaves the rest", sweepTakes},
		{"the sweep goes on past its first bite", sweepInBites},
		{"a closed store answers everything with an error", closedStore},
		{"a deadline holds while another writes", deadlineHolds},
	} {
		t.Run(part.name, func(t *testing.T) {
			s, c := open(t), &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
			s.Now = c.Now
			defer func() { _ = s.Close() }()
			part.test(t, s, c)
		})
	}
}

// clock stands still until a test moves it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// atOnce runs f n times side by side, all let go at the same moment.
func atOnce(n int, f func(i int)) {
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			<-start
			f(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
}

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func background(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}
