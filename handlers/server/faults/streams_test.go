package faults

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
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
	var ended, heard atomic.Int64
	var back [6]int // how many are to come back in which second
	began := time.Now()
	for range streams {
		body := bufio.NewReader(w.stream(b))
		first, err := body.ReadString('\n')
		w.check(err)
		var pause int
		if _, err := fmt.Sscanf(first, "retry: %d", &pause); err != nil || pause < 1000 || pause >= 5000 {
			t.Fatalf("a stream begins with %q", first)
		}
		back[pause/1000]++
		go func() {
			for {
				line, err := body.ReadString('\n')
				if strings.Contains(line, `"state":"reviewing"`) {
					heard.Add(1)
				}
				if err != nil {
					ended.Add(1)
					return
				}
			}
		}()
	}
	for second, n := range back[1:5] {
		if n < streams/8 || n > streams/8*3 {
			t.Errorf("%d of %d are to come back in second %d: they don't spread", n, streams, second+1)
		}
	}
	// Answers to forms and pages may take half a minute. These are not among them, and
	// what comes later reaches all.
	for time.Since(began) < 32*time.Second {
		pause(100 * time.Millisecond)
	}
	check := w.iron.check(b.id)
	w.check(w.iron.BeginReview(check))
	if status := w.post(p, webhookSecret, message(b.id, "IdentificationRequired"), time.Now()); status != http.StatusOK {
		t.Errorf("the webhook is answered with %d", status)
	}
	told := w.until("all are told of what has changed", 10*time.Second, func() bool { return heard.Load() == streams })
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
	w.check(w.iron.Approve(check))
	p.start()
	x := w.watch(t.Context(), b, "sign", "")
	if told := x.all(); told[0] != "sign" {
		t.Errorf("who comes back is told %v first", told)
	}
	t.Logf("%d streams were told %v after the webhook; stopped %v after SIGTERM", streams, told.Round(time.Millisecond), took.Round(time.Millisecond))
}

// stream opens the customer's events.
func (w *world) stream(b *browser) io.Reader {
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
