package faults

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"portal/onboarding/simulator"

	"github.com/google/uuid"
)

// post delivers a message of one's own making.
func (w *world) post(p *portal, secret, body string, at time.Time) int {
	w.t.Helper()
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write([]byte(stamp + body))
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, p.base+"/webhooks/iron", bytes.NewReader([]byte(body)))
	w.check(err)
	r.Header = http.Header{
		"Content-Type": {"application/json"}, "Webhook-Id": {uuid.NewString()}, "Webhook-Timestamp": {stamp},
		"Webhook-Signature": {"v1=" + hex.EncodeToString(mac.Sum(nil))},
	}
	response, err := inquiries.Do(r)
	w.check(err)
	_ = response.Body.Close()
	return response.StatusCode
}

// message is what Iron sends of a customer.
func message(customer, status string) string {
	return fmt.Sprintf(`{"type":"customer_status","timestamp":%q,"data":{"customer_id":%q,"message":{"id":%q,"status":%q}}}`,
		time.Now().UTC().Format(time.RFC3339), customer, customer, status)
}

func (p *portal) webhooks(outcome string) int {
	return int(p.metric(`portal_webhooks_total{outcome="` + outcome + `"}`))
}

// readings counts how often Iron was asked for a customer since a moment.
func (i *iron) readings(customer string, since time.Time) (n int) {
	for _, a := range i.requests() {
		if a.method == http.MethodGet && a.address == "/api/customers/"+customer && !a.at.Before(since) {
			n++
		}
	}
	return n
}

func TestWhateverBecomesOfWebhooksWhoWaitsIsToldWhatIronSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	p := w.start()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go w.iron.SendWebhooks(ctx, simulator.WebhookTarget{
		URL: p.base + "/webhooks/iron", Secret: webhookSecret, Pause: func(int) time.Duration { return 200 * time.Millisecond },
	})
	w.until("the simulator sends", limit, func() bool { return w.iron.Watching() > 0 })
	// One customer for each way, since hints about the same one are followed together.
	var all []*watcher
	for _, mode := range simulator.WebhookModes() {
		x := w.watch(ctx, w.customer(p, "processed"), "waiting", mode.Mode)
		w.check(w.iron.Configure(simulator.Settings{DefaultScript: simulator.ManualScript, Webhooks: mode.Mode}))
		// Two changes, so that there is an order: what is told last must be the second.
		check := w.iron.check(x.id)
		x.since = time.Now()
		w.check(w.iron.BeginReview(check))
		w.check(w.iron.Approve(check))
		all = append(all, x)
	}
	for _, x := range all {
		// Without a webhook the portal asks by itself.
		took := w.until("who waits is told, webhooks "+string(x.mode), 60*time.Second, func() bool { return x.last() == "sign" })
		if x.mode == simulator.WebhooksPlain && took > 10*time.Second {
			t.Errorf("with webhooks it takes %v", took)
		}
	}
	pause(2 * time.Second) // for whatever might bring an older state back
	stop()
	for _, x := range all {
		n, told := w.iron.readings(x.id, x.since), x.all()
		t.Logf("webhooks %q: told %v, %d readings", x.mode, told, n)
		if n > 12 {
			t.Errorf("webhooks %s: %d readings for two changes", x.mode, n)
		}
		if order := slices.Compact(told); !slices.IsSortedFunc(order, func(a, b string) int { return rank[a] - rank[b] }) {
			t.Errorf("webhooks %s: told %v, which goes back", x.mode, told)
		}
	}
	if p.webhooks("not-signed") == 0 {
		t.Error("no forged message has come: the test means nothing")
	}
}

// rank is the order of the states that these customers go through.
var rank = map[string]int{"waiting": 0, "reviewing": 1, "finishing": 2, "sign": 3}

// watcher is a customer who waits on their page.
type watcher struct {
	*browser
	mode  simulator.WebhookMode
	since time.Time

	mu   sync.Mutex
	told []string // the states, as they came
}

// watch opens the customer's events, and waits until they say this.
func (w *world) watch(ctx context.Context, b *browser, state string, mode simulator.WebhookMode) *watcher {
	w.t.Helper()
	x := &watcher{browser: b, mode: mode}
	b.open("/p/acme/")
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.base+"/p/acme/events", nil)
	w.check(err)
	stream := &http.Client{Jar: b.client.Jar, Transport: b.client.Transport} // without a limit
	response, err := stream.Do(r)
	w.check(err)
	if response.StatusCode != http.StatusOK {
		w.t.Fatalf("events answer %d", response.StatusCode)
	}
	go func() {
		defer func() { _ = response.Body.Close() }()
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			var progress struct{ State string }
			if data, found := strings.CutPrefix(lines.Text(), "data:"); found && json.Unmarshal([]byte(data), &progress) == nil {
				x.mu.Lock()
				x.told = append(x.told, progress.State)
				x.mu.Unlock()
			}
		}
	}()
	w.until("the stream says how things stand", limit, func() bool { return x.last() == state })
	return x
}

func (x *watcher) all() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.told)
}

func (x *watcher) last() string {
	told := x.all()
	if len(told) == 0 {
		return ""
	}
	return told[len(told)-1]
}

// check is the customer's newest identity check.
func (i *iron) check(customer string) string {
	c, err := i.Customer(customer)
	if err != nil || len(c.Identifications) == 0 {
		return ""
	}
	return c.Identifications[0].ID
}

func TestAMessageHasOneEffectAndOnlyIfItIsIrons(t *testing.T) {
	t.Parallel()
	const newer = "newer-secret-of-this-world"
	w := newWorld(t, sqlite(t), "PORTAL_WEBHOOK_SECRETS", newer+","+webhookSecret)
	w.secret("secret of webhooks", newer)
	p := w.start()
	b := w.customer(p, "processed")
	b.open("/p/acme/review")
	now, body := time.Now(), message(b.id, "Active")
	for what, send := range map[string]func() (status, want int){
		"forged":            func() (int, int) { return w.post(p, "another secret", body, now), 401 },
		"301 seconds old":   func() (int, int) { return w.post(p, webhookSecret, body, now.Add(-302*time.Second)), 401 },
		"301 seconds ahead": func() (int, int) { return w.post(p, webhookSecret, body, now.Add(303*time.Second)), 401 },
		"no message":        func() (int, int) { return w.post(p, webhookSecret, `{"type":`, now), 400 },
		"far too long":      func() (int, int) { return w.post(p, webhookSecret, strings.Repeat(" ", 65<<10)+body, now), 413 },
		"of a type nobody knows": func() (int, int) {
			return w.post(p, webhookSecret, `{"type":"moon_phase","timestamp":"","data":{}}`, now), 200
		},
		"signed with the newer secret": func() (int, int) { return w.post(p, newer, message(uuid.NewString(), "Active"), now), 200 },
		"about nobody's customer":      func() (int, int) { return w.post(p, webhookSecret, message(uuid.NewString(), "Active"), now), 200 },
	} {
		before := w.iron.readings(b.id, now)
		if got, want := send(); got != want {
			t.Errorf("%s: answered %d, want %d", what, got, want)
		}
		if n := w.iron.readings(b.id, now) - before; n > 0 {
			t.Errorf("%s: Iron was asked %d times", what, n)
		}
	}
	// A hundred times the very same message, each under an id of its own.
	began := time.Now()
	for range 100 {
		if status := w.post(p, webhookSecret, body, now); status != http.StatusOK {
			t.Fatalf("answered %d", status)
		}
	}
	if followed, repeated := p.webhooks("followed"), p.webhooks("repeated"); followed != 1 || repeated != 99 {
		t.Errorf("of a hundred, %d were followed and %d were known", followed, repeated)
	}
	// What it says is not believed: the page is what Iron answers.
	if state := b.open("/p/acme/review").mark("data-state"); state != "waiting" {
		t.Errorf("a message alone has brought the customer to %s", state)
	}
	w.until("the message is followed up to the end", 30*time.Second, func() bool { return w.iron.readings(b.id, began) >= 4 })
	if n := w.iron.readings(b.id, began); n > 6 {
		t.Errorf("%d readings for one message and one page", n)
	}
}
