package store

import (
	"database/sql"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portal/onboarding"
)

// audited visits all chains, wants each to be whole, and returns how long each is.
func audited(t *testing.T, s *Store) map[string]int {
	t.Helper()
	lengths := map[string]int{}
	ok(t, s.Chains(background(t), func(c Chain) error {
		if lengths[c.Partner+"/"+c.Customer] > 0 {
			t.Errorf("%s/%s is visited twice", c.Partner, c.Customer)
		}
		lengths[c.Partner+"/"+c.Customer] = len(c.Records)
		if err := onboarding.Audit(c.Partner, c.Customer, c.Records, c.Consents); err != nil {
			t.Error(err)
		}
		return nil
	}))
	return lengths
}

func everyStepIsARecord(t *testing.T, s *Store, c *clock) {
	ctx, l := background(t), s.Ledger()
	second := consent("k2")
	second.Document.ID, second.Agent = "d2", "Browser\x00\xff/1"
	first := must[onboarding.Consent](t)(l.Intend(ctx, consent("k1"), click))
	must[onboarding.Consent](t)(l.Intend(ctx, second, click))
	ok(t, l.Rekey(ctx, "k1", "k3"))
	ok(t, l.Rekey(ctx, "k1", "k4")) // another was quicker
	ok(t, l.Refuse(ctx, "k2", "no\x00", click))
	ok(t, l.Refuse(ctx, "k2", "never", click))
	ok(t, l.Confirm(ctx, "k2", "s2", c.Now()))
	ok(t, l.Confirm(ctx, "k3", "s1", c.Now()))
	ok(t, l.Confirm(ctx, "k3", "s3", c.Now()))
	must[onboarding.Consent](t)(l.Intend(ctx, consent("k5"), click)) // confirmed since: stands for it
	records := must[[]onboarding.Evidence](t)(s.Evidence(ctx, "acme", "c1"))
	var story []string
	for i, e := range records {
		story = append(story, string(e.Kind))
		if e.Sequence != int64(i)+1 {
			t.Errorf("record %d has sequence %d", i, e.Sequence)
		}
	}
	if diff := cmp.Diff([]string{"agreed", "agreed", "rekeyed", "refused", "confirmed", "confirmed"}, story); diff != "" {
		t.Fatal(diff)
	}
	if first.Sequence != 1 || first.Hash != records[0].Hash || records[1].Previous != first.Hash {
		t.Errorf("the consent is not told its place: %+v", first)
	}
	read := must[onboarding.Consent](t)(records[0].Consent())
	if diff := cmp.Diff(first, read); diff != "" {
		t.Errorf("the record does not tell the whole consent: %s", diff)
	}
	if diff := cmp.Diff(map[string]int{"acme/c1": 6}, audited(t, s)); diff != "" {
		t.Error(diff)
	}
}

func evidenceIsNeverChanged(t *testing.T, s *Store, _ *clock) {
	ctx, sum := background(t), sumOf([]byte("terms"))
	must[onboarding.Consent](t)(s.Ledger().Intend(ctx, consent("k1"), click))
	ok(t, s.KeepContent(ctx, sum, "text/plain", []byte("terms")))
	for _, statement := range []string{
		`UPDATE evidence SET body = '{}'`, `DELETE FROM evidence`, `TRUNCATE TABLE evidence`,
		`UPDATE contents SET body = 'other'`, `DELETE FROM contents`, `TRUNCATE TABLE contents`,
		`DELETE FROM consents`, `TRUNCATE TABLE consents`,
	} {
		if _, err := s.write.ExecContext(ctx, statement); err == nil {
			t.Errorf("done: %s", statement)
		}
	}
	// What SQLite can do beside; PostgreSQL has no such words.
	for _, statement := range []string{
		`INSERT OR REPLACE INTO evidence SELECT partner, customer, sequence, kind, '{}', previous, hash FROM evidence`,
		`INSERT OR REPLACE INTO contents SELECT sha256, media_type, size, 'other', kept_at FROM contents`,
	} {
		_, _ = s.write.ExecContext(ctx, statement)
	}
	audited(t, s)
	if body, found, err := s.Content(ctx, sum); !found || err != nil || string(body) != "terms" {
		t.Errorf("kept is %q, %t, %v", body, found, err)
	}
	if gone := must[[]string](t)(s.Unguarded(ctx)); len(gone) != 0 {
		t.Errorf("gone: %v", gone)
	}
}

func goneGuardIsSeen(t *testing.T, s *Store, _ *clock) {
	ctx := background(t)
	for _, g := range guards[s.engine] {
		drop := `DROP TRIGGER ` + g.name
		if s.engine == postgresEngine {
			drop = `ALTER TABLE ` + g.table + ` DISABLE TRIGGER ` + g.name
		}
		must[sql.Result](t)(s.write.ExecContext(ctx, drop))
		if gone := must[[]string](t)(s.Unguarded(ctx)); len(gone) == 0 || gone[len(gone)-1] != g.name {
			t.Errorf("without %s, gone is %v", g.name, gone)
		}
	}
}

func chainDoesNotFork(t *testing.T, s *Store, c *clock) {
	l := s.Ledger()
	atOnce(20, func(i int) {
		ctx, key := background(t), fmt.Sprintf("k%d", i)
		mine := consent(key)
		mine.Document.ID = key
		_, err := l.Intend(ctx, mine, click)
		if err == nil {
			err = l.Confirm(ctx, key, "s"+key, c.Now())
		}
		if err != nil {
			t.Error(err)
		}
	})
	if diff := cmp.Diff(map[string]int{"acme/c1": 40}, audited(t, s)); diff != "" {
		t.Error(diff)
	}
}

func everyChainIsVisited(t *testing.T, s *Store, _ *clock) {
	ctx := background(t)
	const customers = 2*chainBite + 1
	tx, err := s.write.BeginTx(ctx, nil)
	ok(t, err)
	for i := range customers {
		c := consent(fmt.Sprint(i))
		e := onboarding.Evidence{Partner: fmt.Sprint("p", i%3), Customer: fmt.Sprint("C", i)}.Next(onboarding.EvidenceAgreed, c.Agreement(""))
		if i%2 == 0 { // of every second one there is a consent and nothing else
			_, err = tx.ExecContext(ctx, `INSERT INTO evidence (partner, customer, sequence, kind, body, previous, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
				e.Partner, e.Customer, e.Sequence, string(e.Kind), e.Body, e.Previous, e.Hash)
		} else {
			_, err = tx.ExecContext(ctx, `
				INSERT INTO consents (key, partner, customer, document_id, sequence, agreed_at, state, signing_id, reason, settled_at, leased_until)
				VALUES ($1, $2, $3, 'd', 1, 0, 'pending', '', '', 0, 0)`, c.Key, e.Partner, e.Customer)
		}
		ok(t, err)
	}
	ok(t, tx.Commit())
	visited := map[string]int{}
	ok(t, s.Chains(ctx, func(c Chain) error {
		visited[c.Partner+"/"+c.Customer]++
		if len(c.Records)+len(c.Consents) != 1 {
			t.Errorf("%+v", c)
		}
		return nil
	}))
	for customer, times := range visited {
		if times != 1 {
			t.Errorf("%s is visited %d times", customer, times)
		}
	}
	if len(visited) != customers {
		t.Errorf("%d of %d are visited", len(visited), customers)
	}
}

func leaseIsOnes(t *testing.T, s *Store, c *clock) {
	ctx, l := background(t), s.Ledger()
	lease := func(want bool, when string) {
		t.Helper()
		if mine := must[bool](t)(l.Lease(ctx, "acme", "c1")); mine != want {
			t.Errorf("%s: leased %t", when, mine)
		}
	}
	lease(false, "without a consent")
	must[onboarding.Consent](t)(l.Intend(ctx, consent("k1"), click))
	lease(false, "while it is being delivered for the first time")
	c.add(onboarding.DeliveryLease - time.Millisecond)
	lease(false, "just before that lease runs out")
	c.add(time.Millisecond)
	lease(true, "when it has run out")
	lease(false, "while another has it")
	second := consent("k2")
	second.Document.ID = "d2"
	ok(t, l.Return(ctx, "acme", "c1"))
	must[onboarding.Consent](t)(l.Intend(ctx, second, click))
	lease(false, "while another consent of the same customer is being delivered")
	ok(t, l.Return(ctx, "acme", "c1"))
	var winners atomic.Int32
	atOnce(8, func(int) {
		mine, err := l.Lease(ctx, "acme", "c1")
		if err != nil {
			t.Error(err)
		}
		if mine {
			winners.Add(1)
		}
	})
	if winners.Load() != 1 {
		t.Errorf("%d of eight have the lease", winners.Load())
	}
	ok(t, l.Return(ctx, "acme", "c1"))
	ok(t, l.Confirm(ctx, "k1", "s", c.Now()))
	ok(t, l.Refuse(ctx, "k2", "no", c.Now()))
	lease(false, "with nothing left to deliver")
}
