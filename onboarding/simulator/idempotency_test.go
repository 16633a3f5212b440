package simulator

import (
	"net/http"
	"sync"
	"testing"
	"time"
)

const someKey = "0196f0a0-0000-7000-8000-00000000000a"

const someone = `{"customer_type":"Person","name":"Ada","email":"ada@example.com"}`

func TestAPostNeedsAnIdempotencyKey(t *testing.T) {
	b := newBench(t)
	for _, key := range []string{"", "1", "not-a-uuid"} {
		b.do(http.MethodPost, "/customers", someone, "IDEMPOTENCY-KEY", key).want(http.StatusBadRequest)
	}
	if n := len(b.Customers()); n != 0 {
		t.Errorf("%d customers were made", n)
	}
}

func TestTheSameKeyGetsTheStoredAnswer(t *testing.T) {
	b := newBench(t)
	first := b.do(http.MethodPost, "/customers", someone, "IDEMPOTENCY-KEY", someKey).want(http.StatusCreated)
	again := b.do(http.MethodPost, "/customers", someone, "IDEMPOTENCY-KEY", someKey).want(http.StatusCreated)
	if again.body != first.body || len(b.Customers()) != 1 {
		t.Errorf("%s then %s", first.body, again.body)
	}
	log := b.Exchanges(0)
	if log[0].Replayed || !log[1].Replayed {
		t.Error("the log does not tell which was a replay")
	}
}

func TestTheSameKeyWithAnotherBodyIsAConflict(t *testing.T) {
	b := newBench(t)
	b.do(http.MethodPost, "/customers", someone, "IDEMPOTENCY-KEY", someKey).want(http.StatusCreated)
	b.do(http.MethodPost, "/customers", someone+" ", "IDEMPOTENCY-KEY", someKey).want(http.StatusConflict)
	b.do(http.MethodPost, "/sandbox/reset", someone, "IDEMPOTENCY-KEY", someKey).want(http.StatusConflict)
}

func TestAStoredErrorIsAnsweredAgain(t *testing.T) {
	b := newBench(t)
	c := b.customer()
	i := b.link(c.ID)
	path := "/customers/" + c.ID + "/identifications/v2"
	b.do(http.MethodPost, path, `{"type":"Link"}`, "IDEMPOTENCY-KEY", someKey).want(http.StatusConflict)
	b.pull(b.Expire(i.ID))
	b.do(http.MethodPost, path, `{"type":"Link"}`, "IDEMPOTENCY-KEY", someKey).want(http.StatusConflict)
	b.do(http.MethodPost, path, `{"type":"Link"}`).want(http.StatusCreated)
}

func TestAnInternalErrorOfTheWorkIsStoredToo(t *testing.T) {
	b := newBench(t)
	_, err := b.SetFault(Fault{Kind: FaultStored, Count: 1})
	b.pull(err)
	first := b.do(http.MethodPost, "/customers", someone, "IDEMPOTENCY-KEY", someKey).want(http.StatusInternalServerError)
	again := b.do(http.MethodPost, "/customers", someone, "IDEMPOTENCY-KEY", someKey).want(http.StatusInternalServerError)
	if first.body != again.body {
		t.Error("another trace_id: the answer was made anew")
	}
	b.do(http.MethodPost, "/customers", someone).want(http.StatusCreated)
}

func TestAWrongAPIKeyIsNotStored(t *testing.T) {
	b := newBench(t)
	b.do(http.MethodPost, "/customers", someone, "IDEMPOTENCY-KEY", someKey, "X-API-Key", "wrong").want(http.StatusUnauthorized)
	b.do(http.MethodPost, "/customers", someone, "IDEMPOTENCY-KEY", someKey).want(http.StatusCreated)
}

func TestKeysOfTwoPartnersNeverMeet(t *testing.T) {
	b := newBench(t)
	first := b.do(http.MethodPost, "/customers", someone, "IDEMPOTENCY-KEY", someKey).want(http.StatusCreated)
	b.key = keyTwo
	second := b.do(http.MethodPost, "/customers", someone, "IDEMPOTENCY-KEY", someKey).want(http.StatusCreated)
	if first.body == second.body {
		t.Error("one partner got the other's customer")
	}
}

func TestKeysLiveForADay(t *testing.T) {
	b := newBench(t)
	post := func() result { return b.do(http.MethodPost, "/customers", someone, "IDEMPOTENCY-KEY", someKey) }
	first := post()
	b.Advance(24*time.Hour - time.Second)
	if again := post(); again.body != first.body {
		t.Error("forgotten within the day")
	}
	b.Advance(time.Second)
	if later := post(); later.body == first.body {
		t.Error("kept for more than a day")
	}
}

func TestTheSecondOfTwoAtOnceWaitsForTheFirst(t *testing.T) {
	b := newBench(t)
	_, err := b.SetFault(Fault{Kind: FaultSlow, Delay: time.Hour, Count: 1})
	b.pull(err)
	changed, cancel := b.Subscribe()
	defer cancel()

	answers := make(chan result, 2)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			got, err := b.send(http.MethodPost, "/customers", someone, "IDEMPOTENCY-KEY", someKey)
			if err != nil {
				t.Error(err)
			}
			answers <- got
		})
	}
	for b.InFlight() < 2 {
		<-changed
	}
	b.ClearFaults()
	wg.Wait()
	first, second := <-answers, <-answers
	if first.status != http.StatusCreated || first.body != second.body || len(b.Customers()) != 1 {
		t.Errorf("%d %s and %s, %d customers", first.status, first.body, second.body, len(b.Customers()))
	}
}
