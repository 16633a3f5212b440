package simulator_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/iron"
	"portal/onboarding/simulator"
)

// arrival is a webhook at its target.
type arrival struct {
	hint onboarding.Hint
	err  error
	body string
	id   string
}

// hearing sends the simulator's webhooks to a target that answers as told, 200 where
// there is nothing left to tell.
func hearing(t *testing.T, s *simulator.Simulator, statuses ...int) <-chan arrival {
	t.Helper()
	reader, err := iron.NewWebhooks("the-secret", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	answers, arrived := make(chan int, len(statuses)), make(chan arrival, 100)
	for _, status := range statuses {
		answers <- status
	}
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		hint, err := reader.Read(r.Header, body)
		select {
		case status := <-answers:
			w.WriteHeader(status)
		default:
		}
		arrived <- arrival{hint, err, string(body), r.Header.Get("Webhook-Id")}
	}))
	t.Cleanup(target.Close)
	ctx, stop := context.WithCancel(t.Context())
	ended, begun := make(chan struct{}), s.Watching()
	go func() {
		defer close(ended)
		s.SendWebhooks(ctx, simulator.WebhookTarget{
			URL: target.URL, Secret: "the-secret", Client: target.Client(), Pause: func(int) time.Duration { return 0 },
		})
	}()
	t.Cleanup(func() { stop(); <-ended })
	for s.Watching() == begun {
		time.Sleep(time.Millisecond) // the goroutine is about to
	}
	return arrived
}

func next(t *testing.T, arrived <-chan arrival) arrival {
	t.Helper()
	select {
	case a := <-arrived:
		return a
	case <-t.Context().Done():
		t.Fatal("nothing comes")
		return arrival{}
	}
}

func TestEachChangeIsToldBySignedWebhooksInBothShapes(t *testing.T) {
	s, customer := newCustomer(t)
	arrived := hearing(t, s)
	for _, shape := range []simulator.MessageShape{simulator.MessageFlat, simulator.MessageWrapped} {
		configure(t, s, simulator.Settings{DefaultScript: simulator.ManualScript, MessageShape: shape})
		must(t, s.Suspend(customer))
		a := next(t, arrived)
		if a.err != nil || a.hint.Type != simulator.TypeCustomerStatus || a.hint.CustomerID != customer {
			t.Errorf("%s: %+v", shape, a)
		}
		if wrapped := strings.Contains(a.body, `"CustomerStatus"`); wrapped != (shape == simulator.MessageWrapped) {
			t.Errorf("%s: %s", shape, a.body)
		}
		must(t, s.Reinstate(customer))
		next(t, arrived)
	}
}

func TestAWebhookThatIsNotTakenComesAgainUnderAnotherID(t *testing.T) {
	s, customer := newCustomer(t)
	arrived := hearing(t, s, http.StatusServiceUnavailable, http.StatusInternalServerError)
	must(t, s.Suspend(customer))
	ids := map[string]bool{}
	for range 3 {
		a := next(t, arrived)
		ids[a.id] = true
		if a.err != nil || a.hint.CustomerID != customer {
			t.Errorf("%+v", a)
		}
	}
	if len(ids) != 3 {
		t.Errorf("%d ids", len(ids))
	}
}

func TestWebhooksCanBeDoubledForgedAndOutOfOrder(t *testing.T) {
	s, customer := newCustomer(t)
	arrived := hearing(t, s)
	with := func(mode simulator.WebhookMode) {
		configure(t, s, simulator.Settings{DefaultScript: simulator.ManualScript, Webhooks: mode})
	}
	with(simulator.WebhooksDoubled)
	must(t, s.Suspend(customer))
	if a, b := next(t, arrived), next(t, arrived); a.err != nil || b.err != nil || a.id == b.id || a.hint.Type != b.hint.Type {
		t.Errorf("doubled: %+v, %+v", a, b)
	}
	with(simulator.WebhooksForged)
	must(t, s.Reinstate(customer))
	if a := next(t, arrived); a.err == nil {
		t.Errorf("forged: %+v", a)
	}
	with(simulator.WebhooksDropped)
	must(t, s.Suspend(customer))
	with(simulator.WebhooksPlain)
	must(t, s.Reinstate(customer))
	if a := next(t, arrived); a.err != nil || strings.Contains(a.body, "Suspended") {
		t.Errorf("after one that was dropped: %+v", a)
	}
	if err := s.Configure(simulator.Settings{DefaultScript: simulator.ManualScript, Webhooks: "upside-down"}); err == nil {
		t.Error("a mode that is none was taken")
	}
}

func TestOutOfOrderTheLaterOfTwoComesFirst(t *testing.T) {
	s, customer := newCustomer(t)
	configure(t, s, simulator.Settings{DefaultScript: simulator.ManualScript, Webhooks: simulator.WebhooksReordered})
	check, err := s.CreateIdentification(customer, nil)
	must(t, err)
	must(t, s.Submit(check))
	arrived := hearing(t, s)
	must(t, s.Approve(check)) // of the identification and then of the customer
	var types []string
	for range 2 {
		types = append(types, next(t, arrived).hint.Type)
	}
	if got := fmt.Sprint(types); got != "[customer_status identification_status]" {
		t.Error(got)
	}
}

func newCustomer(t *testing.T) (*simulator.Simulator, string) {
	t.Helper()
	s := simulator.New(simulator.Options{APIKeys: []string{"key"}})
	configure(t, s, simulator.Settings{DefaultScript: simulator.ManualScript})
	customer, err := s.Build("none", "key")
	must(t, err)
	return s, customer
}

func configure(t *testing.T, s *simulator.Simulator, settings simulator.Settings) {
	t.Helper()
	must(t, s.Configure(settings))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
