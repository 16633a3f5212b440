package handlers_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"portal/onboarding/simulator"
)

const webhookSecret = "webhook-secret-of-this-world"

// deliver posts a body as Iron would, signed with the secret.
func (w *world) deliver(secret, body string, sent time.Time, headers ...string) int {
	w.t.Helper()
	stamp := strconv.FormatInt(sent.Unix(), 10)
	h := hmac.New(sha256.New, []byte(secret))
	_, _ = h.Write([]byte(stamp + body))
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.base+"/webhooks/iron", bytes.NewReader([]byte(body)))
	must(w.t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Webhook-Id", "delivery")
	r.Header.Set("Webhook-Timestamp", stamp)
	r.Header.Set("Webhook-Signature", "v1="+hex.EncodeToString(h.Sum(nil)))
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	response, err := w.client.Do(r)
	must(w.t, err)
	must(w.t, response.Body.Close())
	return response.StatusCode
}

// lastEvent is the body of the last webhook that the simulator would send.
func (w *world) lastEvent(shape simulator.MessageShape) string {
	w.t.Helper()
	events := w.sim.Events(0)
	for i := len(events) - 1; i >= 0; i-- {
		if body := events[i].WebhookBody(shape, w.clock.Now()); body != nil {
			return string(body)
		}
	}
	w.t.Fatal("nothing to tell of")
	return ""
}

func (w *world) webhookCount(outcome string) int {
	w.t.Helper()
	return w.counted("portal_webhooks_total", outcome)
}

// counted is what a counter says whose only label is this.
func (w *world) counted(name, label string) int {
	w.t.Helper()
	families, err := w.registry.Gather()
	must(w.t, err)
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, metric := range family.GetMetric() {
			if metric.GetLabel()[0].GetValue() == label {
				return int(metric.GetCounter().GetValue())
			}
		}
	}
	return 0
}

func TestAWebhookIsFollowedOnceHoweverOftenItComes(t *testing.T) {
	w := newWorld(t)
	_, _, customer := w.at("processed")
	must(t, w.sim.Suspend(customer.ID))
	for _, shape := range []simulator.MessageShape{simulator.MessageFlat, simulator.MessageWrapped} {
		for range 3 {
			if status := w.deliver(webhookSecret, w.lastEvent(shape), w.clock.Now()); status != http.StatusOK {
				t.Errorf("%s: status %d", shape, status)
			}
		}
	}
	if followed, repeated := w.webhookCount("followed"), w.webhookCount("repeated"); followed != 2 || repeated != 4 {
		t.Errorf("%d followed, %d repeated", followed, repeated)
	}
}

func TestWebhooksThatAreNotIronsAreRefused(t *testing.T) {
	w := newWorld(t)
	_, _, customer := w.at("processed")
	must(t, w.sim.Suspend(customer.ID))
	body, now := w.lastEvent(simulator.MessageFlat), w.clock.Now()
	for name, c := range map[string]struct {
		secret, body string
		sent         time.Time
		want         int
	}{
		"forged":          {"another-secret", body, now, http.StatusUnauthorized},
		"old":             {webhookSecret, body, now.Add(-301 * time.Second), http.StatusUnauthorized},
		"from the future": {webhookSecret, body, now.Add(301 * time.Second), http.StatusUnauthorized},
		"no JSON":         {webhookSecret, "hello", now, http.StatusBadRequest},
		"too large":       {webhookSecret, `{"type":"` + strings.Repeat("x", 64<<10) + `"}`, now, http.StatusRequestEntityTooLarge},
		"unknown type":    {webhookSecret, `{"type":"moon_phase","data":{"customer_id":"` + customer.ID + `"}}`, now, http.StatusOK},
		"unknown form":    {webhookSecret, `{"type":"moon_phase","data":["` + customer.ID + `"]}`, now, http.StatusOK},
		"about nobody":    {webhookSecret, `{"type":"ping","data":{}}`, now, http.StatusOK},
	} {
		if status := w.deliver(c.secret, c.body, c.sent); status != c.want {
			t.Errorf("%s: status %d, want %d", name, status, c.want)
		}
	}
	for outcome, want := range map[string]int{"not-signed": 3, "unreadable": 2, "followed": 1, "nobody's": 2} {
		if got := w.webhookCount(outcome); got != want {
			t.Errorf("%s: %d, want %d", outcome, got, want)
		}
	}
	if log := w.log.String(); strings.Contains(log, customer.ID) || strings.Contains(log, webhookSecret) {
		t.Error("the log names the customer or the secret")
	}
}

func TestAWebhookIsReadWhateverKindOfBodyItsHeadersClaim(t *testing.T) {
	w := newWorld(t)
	_, _, customer := w.at("processed")
	for n, header := range []string{
		"Content-Type: application/x-www-form-urlencoded", "Content-Type: application/json; charset", "Content-Type: ",
		"Origin: https://api.iron.example", "Sec-Fetch-Site: cross-site",
	} {
		body := fmt.Sprintf(`{"type":"customer_status","timestamp":"%d","data":{"customer_id":"%s"}}`, n, customer.ID)
		if status := w.deliver(webhookSecret, body, w.clock.Now(), header); status != http.StatusOK {
			t.Errorf("%s: status %d", header, status)
		}
	}
	if n := w.webhookCount("followed"); n != 5 {
		t.Errorf("%d are followed", n)
	}
}

func TestItIsCountedWhichSecretIsStillUsed(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.secrets = "new, " + webhookSecret })
	for n, secret := range []string{webhookSecret, "new", webhookSecret, "neither"} {
		w.deliver(secret, fmt.Sprintf(`{"type":"ping","timestamp":"%d","data":{}}`, n), w.clock.Now())
	}
	const name = "portal_webhook_secrets_total"
	if first, second := w.counted(name, "1"), w.counted(name, "2"); first != 1 || second != 2 {
		t.Errorf("the first %d times, the second %d times", first, second)
	}
}

func TestWithoutASecretNoWebhookIsBelieved(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.secrets = "" })
	if status := w.deliver("", `{"type":"ping","data":{}}`, w.clock.Now()); status != http.StatusServiceUnavailable {
		t.Errorf("status %d", status)
	}
}

func TestAWebhookThatCannotBeKeptIsSentAgain(t *testing.T) {
	w := newWorld(t)
	must(t, w.store.Close())
	if status := w.deliver(webhookSecret, `{"type":"ping","data":{}}`, w.clock.Now()); status != http.StatusServiceUnavailable {
		t.Errorf("status %d", status)
	}
}
