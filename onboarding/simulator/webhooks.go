package simulator

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// WebhookMode is how the simulator's webhooks arrive.
type WebhookMode string

// The modes. Iron promises nothing of order, number or time.
const (
	WebhooksPlain     WebhookMode = ""          // once, soon, in order
	WebhooksDoubled   WebhookMode = "doubled"   // each twice, under two ids
	WebhooksDelayed   WebhookMode = "delayed"   // ten seconds late
	WebhooksReordered WebhookMode = "reordered" // the later of two first
	WebhooksForged    WebhookMode = "forged"    // signed with another secret
	WebhooksDropped   WebhookMode = "dropped"   // never
)

// WebhookModeInfo describes a mode, for menus.
type WebhookModeInfo struct {
	Mode        WebhookMode
	Title, Help string
}

// WebhookModes are all of them.
func WebhookModes() []WebhookModeInfo {
	return []WebhookModeInfo{
		{WebhooksPlain, "As they should be", "once, soon, in order"},
		{WebhooksDoubled, "Doubled", "each comes twice, under two ids"},
		{WebhooksDelayed, "Delayed", "each comes ten seconds late"},
		{WebhooksReordered, "Out of order", "of two, the later comes first"},
		{WebhooksForged, "Forged", "signed with another secret"},
		{WebhooksDropped, "Dropped", "none comes"},
	}
}

func (s Settings) checkWebhooks() error {
	known := slices.ContainsFunc(WebhookModes(), func(m WebhookModeInfo) bool { return m.Mode == s.Webhooks })
	if !known || !slices.Contains([]MessageShape{"", MessageFlat, MessageWrapped}, s.MessageShape) {
		return fmt.Errorf("%w: there are no such webhooks", errInput)
	}
	return nil
}

// WebhookTarget is where webhooks go.
type WebhookTarget struct {
	URL    string
	Secret string
	Client *http.Client // nil: one with a limit of ten seconds
	// Pause is how long to wait before the nth attempt, n from 1. Nil is exponential
	// from a second on.
	Pause func(n int) time.Duration
}

const (
	webhookAttempts = 6
	webhookDelay    = 10 * time.Second
	// webhookTogether is how long one is held back for another to overtake it.
	webhookTogether = 300 * time.Millisecond
)

// SendWebhooks tells the target of every change from now on, until ctx ends. What is
// not answered with 2xx is sent again, as Iron does.
func (s *Simulator) SendWebhooks(ctx context.Context, target WebhookTarget) {
	if target.Client == nil {
		target.Client = &http.Client{Timeout: 10 * time.Second}
	}
	if target.Pause == nil {
		target.Pause = func(n int) time.Duration { return time.Second << (n - 1) }
	}
	changed, cancel := s.Subscribe()
	defer cancel()
	last := s.lastEvent()
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
		events := s.Events(last)
		for i, event := range events {
			last = event.ID
			if event.Type != "" {
				s.dispatch(ctx, target, event, i)
			}
		}
	}
}

func (s *Simulator) lastEvent() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.lastEvent
}

// dispatch sends one event as the settings say. Earlier ones are held back longer
// where the order is to be wrong.
func (s *Simulator) dispatch(ctx context.Context, target WebhookTarget, event Event, place int) {
	settings := event.settings
	send := func(wait time.Duration) {
		go func() {
			if pause(ctx, wait) {
				s.deliver(ctx, target, event, settings.MessageShape)
			}
		}()
	}
	switch settings.Webhooks {
	case WebhooksDropped:
	case WebhooksDoubled:
		send(0)
		send(0)
	case WebhooksDelayed:
		send(webhookDelay)
	case WebhooksReordered:
		send(max(0, webhookTogether-time.Duration(place)*webhookTogether/4))
	case WebhooksForged:
		target.Secret = "not-" + target.Secret
		send(0)
	default:
		s.deliver(ctx, target, event, settings.MessageShape)
	}
}

func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// deliver sends an event once, and again in the background where it was not taken.
func (s *Simulator) deliver(ctx context.Context, target WebhookTarget, event Event, shape MessageShape) {
	if s.attempt(ctx, target, event, shape) {
		return
	}
	go func() {
		for n := 1; n < webhookAttempts; n++ {
			if !pause(ctx, target.Pause(n)) || s.attempt(ctx, target, event, shape) {
				return
			}
		}
	}()
}

// attempt is one delivery, which has an id and a time of its own.
func (s *Simulator) attempt(ctx context.Context, target WebhookTarget, event Event, shape MessageShape) bool {
	now := s.options.Now()
	stamp, body := strconv.FormatInt(now.Unix(), 10), event.WebhookBody(shape, now)
	mac := hmac.New(sha256.New, []byte(target.Secret))
	_, _ = mac.Write(append([]byte(stamp), body...))
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target.URL, bytes.NewReader(body))
	if err != nil {
		return false
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Webhook-Id", newID())
	r.Header.Set("Webhook-Timestamp", stamp)
	r.Header.Set("Webhook-Signature", "v1="+hex.EncodeToString(mac.Sum(nil)))
	outcome := "no answer"
	response, err := target.Client.Do(r)
	taken := false
	if err == nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<10))
		_ = response.Body.Close()
		outcome, taken = response.Status, response.StatusCode/100 == 2
	}
	_ = s.do(func(w *world) error {
		w.note("webhook", event.CustomerID, fmt.Sprintf("%s: %s", event.Type, outcome))
		return nil
	})
	return taken
}

// Watching is how many follow what changes, by Subscribe.
func (s *Simulator) Watching() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.watchers)
}
