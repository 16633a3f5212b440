package faults

import (
	"context"
	"net/http"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

func TestStoppingWithFiveHundredWhoWaitIsSwiftAndNothingIsMissed(t *testing.T) {
	t.Parallel()
	const streams = 500
	w := newWorld(t, sqlite(t))
	p := w.start()
	b := w.customer(p, "processed")
	b.open("/p/acme/review")
	var ended atomic.Int64
	began := time.Now()
	for range streams {
		body := w.stream(b)
		go func() {
			for chunk := make([]byte, 4<<10); ; {
				if _, err := body.Read(chunk); err != nil {
					ended.Add(1)
					return
				}
			}
		}()
	}
	// Answers to forms and pages may take half a minute. These are not among them.
	for time.Since(began) < 32*time.Second {
		pause(100 * time.Millisecond)
	}
	if n := ended.Load(); n > 0 {
		t.Errorf("%d of %d streams were cut after half a minute", n, streams)
	}
	stopping := time.Now()
	p.signal(syscall.SIGTERM)
	took := time.Since(stopping)
	if p.ended != nil || took > 10*time.Second {
		t.Errorf("the portal ended after %v with %v", took, p.ended)
	}
	w.until("all streams have ended", 10*time.Second, func() bool { return ended.Load() == streams })
	check := w.iron.check(b.id)
	w.check(w.iron.BeginReview(check))
	w.check(w.iron.Approve(check))
	p.start()
	x := w.watch(t.Context(), b, "sign", "")
	if told := x.all(); told[0] != "sign" {
		t.Errorf("who comes back is told %v first", told)
	}
	t.Logf("stopped %v after SIGTERM, with %d streams", took.Round(time.Millisecond), streams)
}

// stream opens the customer's events.
func (w *world) stream(b *browser) interface{ Read([]byte) (int, error) } {
	w.t.Helper()
	r, err := http.NewRequestWithContext(context.WithoutCancel(w.t.Context()), http.MethodGet, b.base+"/p/acme/events", nil)
	w.check(err)
	client := &http.Client{Jar: b.client.Jar, Transport: b.client.Transport} // without a limit
	response, err := client.Do(r)
	w.check(err)
	w.t.Cleanup(func() { _ = response.Body.Close() })
	if response.StatusCode != http.StatusOK {
		w.t.Fatalf("events answer %d", response.StatusCode)
	}
	return response.Body
}
