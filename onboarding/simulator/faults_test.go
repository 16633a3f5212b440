package simulator

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// fault puts a fault in force.
func (b *bench) fault(f Fault) {
	b.t.Helper()
	if _, err := b.SetFault(f); err != nil {
		b.t.Fatal(err)
	}
}

func TestFaultsThatAnswerInsteadOfIron(t *testing.T) {
	for kind, want := range map[FaultKind]struct {
		status int
		kind   string
		body   string
	}{
		FaultError:      {500, "application/json; charset=utf-8", `"trace_id"`},
		FaultStored:     {500, "application/json; charset=utf-8", `"trace_id"`},
		FaultGateway:    {502, "text/html; charset=utf-8", "<html>"},
		FaultRetryAfter: {429, "text/plain; charset=utf-8", "Too Many"},
		FaultTooMany:    {429, "text/plain; charset=utf-8", "Too Many"},
		FaultHTML:       {200, "text/html; charset=utf-8", "<html>"},
		FaultBroken:     {200, "application/json; charset=utf-8", "{"},
	} {
		t.Run(string(kind), func(t *testing.T) {
			b := newBench(t)
			b.fault(Fault{Kind: kind, RetryAfter: 7 * time.Second})
			got := b.do(http.MethodPost, "/customers", someone).want(want.status)
			if got.header.Get("Content-Type") != want.kind || !strings.Contains(got.body, want.body) {
				t.Errorf("%s: %s", got.header.Get("Content-Type"), got.body)
			}
			if after := got.header.Get("Retry-After"); (after == "7") != (kind == FaultRetryAfter) {
				t.Errorf("Retry-After %q", after)
			}
			if len(b.Customers()) != 0 {
				t.Error("the request had its effect")
			}
			if log := b.Exchanges(0); log[0].Fault != kind || log[0].Status != want.status {
				t.Errorf("logged as %+v", log[0])
			}
		})
	}
}

func TestBrokenJSONDoesNotParse(t *testing.T) {
	b := newBench(t)
	b.fault(Fault{Kind: FaultBroken})
	if got := b.get("/customers"); json.Valid([]byte(got.body)) {
		t.Error(got.body)
	}
}

func TestDownClosesTheConnection(t *testing.T) {
	b := newBench(t)
	b.fault(Fault{Kind: FaultDown})
	if _, err := b.send(http.MethodPost, "/customers", someone); !errors.Is(err, io.EOF) {
		t.Errorf("%v, want a connection that ends", err)
	}
	b.ClearFaults()
	b.get("/customers").want(http.StatusOK)
	if log := b.Exchanges(0); len(log) != 2 || log[0].Status != 0 || log[0].Fault != FaultDown {
		t.Errorf("log %+v", log)
	}
}

func TestAnAnswerLostAfterItsEffectIsStoredForTheRetry(t *testing.T) {
	for _, kind := range []FaultKind{FaultDown, FaultError, FaultGateway, FaultRetryAfter, FaultTooMany, FaultHTML, FaultBroken} {
		b := newBench(t)
		b.fault(Fault{Kind: kind, AfterEffect: true, Count: 1})
		if got, err := b.send(http.MethodPost, "/customers", someone, "IDEMPOTENCY-KEY", someKey); err == nil && got.status == http.StatusCreated {
			t.Errorf("%s: the answer was not lost", kind)
		}
		made := b.Customers()
		if len(made) != 1 {
			t.Fatalf("%s: %d customers", kind, len(made))
		}
		got := b.do(http.MethodPost, "/customers", someone, "IDEMPOTENCY-KEY", someKey).want(http.StatusCreated)
		if !strings.Contains(got.body, made[0].ID) || len(b.Customers()) != 1 {
			t.Errorf("%s: the retry got %s", kind, got.body)
		}
	}
}

func TestACutAnswerStopsHalfWay(t *testing.T) {
	b := newBench(t)
	c := b.customer()
	whole := b.get("/customers/" + c.ID).body
	b.fault(Fault{Kind: FaultCut})
	got, err := b.send(http.MethodGet, "/customers/"+c.ID, "")
	if !errors.Is(err, io.ErrUnexpectedEOF) || got.body != whole[:len(whole)/2] {
		t.Errorf("%v with %d of %d bytes", err, len(got.body), len(whole))
	}
}

func TestAHugeAnswerIsStillJSON(t *testing.T) {
	b := newBench(t)
	b.fault(Fault{Kind: FaultHuge})
	got := b.get("/customers").want(http.StatusOK)
	if len(got.body) < 16<<20 || !json.Valid([]byte(got.body)) {
		t.Errorf("%d bytes", len(got.body))
	}
	if log := b.Exchanges(0); len(log[0].ResponseBody) > keptBody {
		t.Error("the log keeps all of it")
	}
}

func TestNullsStandForEveryFieldThatMayBeLeftOut(t *testing.T) {
	b := newBench(t)
	c := b.build("declined")
	b.fault(Fault{Kind: FaultNulls})
	for path, fields := range map[string][]string{
		"/customers/" + c:                        {"active_email", "spending_limit_euro"},
		"/customers/" + c + "/identifications":   {"url", "cursor", "prev_cursor", "partner_id", "residence_country", "comment"},
		"/customers/" + c + "/requirements":      {"description", "retryable"},
		"/customers/" + c + "/required-signings": {"type"},
	} {
		got := b.get(path).want(http.StatusOK)
		for _, field := range fields {
			if !strings.Contains(got.body, `"`+field+`":null`) {
				t.Errorf("%s: no null for %s in %s", path, field, got.body)
			}
		}
	}
	if got := b.get("/customers/" + c); !strings.Contains(got.body, `"external_id":"declined-1"`) {
		t.Errorf("a field that has a value lost it: %s", got.body)
	}
}

func TestUnknownValuesAreInEveryAnswer(t *testing.T) {
	b := newBench(t)
	c := b.build("declined")
	b.fault(Fault{Kind: FaultUnknown})
	var customer struct {
		Status string `json:"status"`
		Later  any    `json:"added_later"`
	}
	b.get("/customers/" + c).want(http.StatusOK).into(&customer)
	if customer.Status != unknownWord || customer.Later == nil {
		t.Errorf("%+v", customer)
	}
	i := b.first(c)
	if _, strange := i.StepStatus["voice_print"]; !strange || i.StepStatus["selfie"].Result != unknownWord {
		t.Errorf("%+v", i.StepStatus)
	}
	if rail := b.rail(c, "fiat_payout", "usd", "ach_thirdparty"); rail != unknownWord {
		t.Errorf("rail %s", rail)
	}
}

func TestSlowHoldsUpBeforeOrAfterTheEffect(t *testing.T) {
	for _, after := range []bool{false, true} {
		b := newBench(t)
		b.fault(Fault{Kind: FaultSlow, Delay: time.Hour, AfterEffect: after})
		changed, cancel := b.Subscribe()
		defer cancel()
		answered := make(chan result)
		go func() {
			got, err := b.send(http.MethodPost, "/customers", someone)
			if err != nil {
				t.Error(err)
			}
			answered <- got
		}()
		for b.InFlight() == 0 || after && len(b.Customers()) == 0 {
			<-changed
		}
		if !after && len(b.Customers()) != 0 {
			t.Error("the effect came before the delay")
		}
		b.ClearFaults() // ends the delay
		if got := <-answered; got.status != http.StatusCreated {
			t.Errorf("status %d", got.status)
		}
	}
}

func TestFaultsHitWhatTheyAreToldTo(t *testing.T) {
	b := newBench(t)
	c, other := b.customer().ID, b.customer().ID
	i := b.link(c)
	b.fault(Fault{Kind: FaultError, Method: http.MethodGet, Pattern: "/customers/{id}", CustomerID: c})
	b.get("/customers/" + c).want(500)
	b.get("/customers/" + other).want(200)
	b.get("/customers/" + c + "/abilities").want(200)
	b.do(http.MethodPost, "/customers", someone).want(201)
	b.ClearFaults()
	b.fault(Fault{Kind: FaultError, CustomerID: c})
	b.get("/identifications/" + i.ID).want(500)
	b.get("/customers/" + other).want(200)
}

func TestFaultsEndByCountByTimeAndByHand(t *testing.T) {
	b := newBench(t)
	b.fault(Fault{Kind: FaultError, Count: 2})
	for _, want := range []int{500, 500, 200} {
		b.get("/customers").want(want)
	}
	b.ClearFaults()
	b.fault(Fault{Kind: FaultError, For: time.Minute})
	b.get("/customers").want(500)
	b.Advance(time.Minute)
	b.get("/customers").want(200)
	if n := len(b.Faults()); n != 0 {
		t.Errorf("%d faults in force", n)
	}
	one, err := b.SetFault(Fault{Kind: FaultError})
	b.pull(err)
	b.fault(Fault{Kind: FaultGateway})
	b.get("/customers").want(500)
	b.ClearFault(one.ID)
	b.get("/customers").want(502)
	if left := b.Faults(); len(left) != 1 || left[0].Hits() != 1 {
		t.Errorf("%+v", left)
	}
}

func TestPercentIsSpreadEvenly(t *testing.T) {
	b := newBench(t)
	b.fault(Fault{Kind: FaultError, Percent: 25})
	var got []int
	for range 8 {
		got = append(got, b.get("/customers").status)
	}
	for n, status := range got {
		if (status == 500) != (n%4 == 3) {
			t.Fatalf("%v", got)
		}
	}
}

func TestFaultsThatMakeNoSenseAreRefused(t *testing.T) {
	b := newBench(t)
	for _, f := range []Fault{{}, {Kind: "gremlin"}, {Kind: FaultSlow, Delay: -1}, {Kind: FaultError, Percent: 101}} {
		if _, err := b.SetFault(f); err == nil {
			t.Errorf("%+v was taken", f)
		}
	}
	for _, info := range FaultKinds() {
		b.fault(Fault{Kind: info.Kind})
	}
}
