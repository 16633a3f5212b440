package store

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portal/onboarding"
)

func webhookIsKeptOnce(t *testing.T, s *Store, c *clock) {
	ctx := background(t)
	var firsts atomic.Int64
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			first, err := s.KeepHint(ctx, onboarding.Hint{Digest: "d1", Type: "customer_status", CustomerID: "c1"}, []byte("{}"))
			if err != nil {
				t.Error(err)
			}
			if first {
				firsts.Add(1)
			}
		})
	}
	group.Wait()
	if n := firsts.Load(); n != 1 {
		t.Errorf("%d of twenty were the first", n)
	}
	if first, err := s.KeepHint(ctx, onboarding.Hint{Digest: "d2", Type: "moon_phase"}, []byte("{}")); err != nil || !first {
		t.Errorf("another: %t, %v", first, err)
	}
	bodies := map[string]string{}
	rows, err := s.read.QueryContext(ctx, `SELECT digest, body FROM webhooks`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var digest, body string
		if err := rows.Scan(&digest, &body); err != nil {
			t.Fatal(err)
		}
		bodies[digest] = body
	}
	if bodies["d1"] != "" || bodies["d2"] != "{}" || rows.Err() != nil {
		t.Errorf("kept %q, %v", bodies, rows.Err())
	}
	if _, err := s.Sweep(ctx, c.Now().Add(WebhookLife+time.Second)); err != nil {
		t.Fatal(err)
	}
	if first, err := s.KeepHint(ctx, onboarding.Hint{Digest: "d1"}, nil); err != nil || !first {
		t.Errorf("after its time: %t, %v", first, err)
	}
}

func partnerOfCustomer(t *testing.T, s *Store, _ *clock) {
	ctx := background(t)
	if _, err := s.ClaimCustomer(ctx, "acme", "c1"); err != nil {
		t.Fatal(err)
	}
	for customer, want := range map[string]string{"c1": "acme", "c2": ""} {
		if got, err := s.PartnerOf(ctx, customer); err != nil || got != want {
			t.Errorf("%s is %q's, %v", customer, got, err)
		}
	}
}
