package store

import (
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"portal/onboarding"
	"portal/onboarding/store/realdb"
)

// engines are addresses of databases that several processes can have at once.
var engines = map[string]func(t *testing.T) string{
	"SQLite":     func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "portal.db") },
	"PostgreSQL": func(t *testing.T) string { return realdb.Postgres(t) },
}

func onEachEngine(t *testing.T, test func(t *testing.T, address string)) {
	for name, address := range engines {
		t.Run(name, func(t *testing.T) { test(t, address(t)) })
	}
}

func TestTwentyClicksOnTwoReplicasAreOneConsent(t *testing.T) {
	onEachEngine(t, func(t *testing.T, address string) {
		replicas := []*Store{openAt(t, address), openAt(t, address)}
		keys := make([]string, 20)
		atOnce(len(keys), func(i int) {
			kept, err := replicas[i%2].Ledger().Intend(background(t), consent(fmt.Sprintf("k%d", i)), click)
			if err != nil {
				t.Error(err)
			}
			keys[i] = kept.Key
		})
		for _, key := range keys {
			if key == "" || key != keys[0] {
				t.Fatalf("keys differ: %v", keys)
			}
		}
		atOnce(len(keys), func(i int) {
			if err := replicas[i%2].Ledger().Confirm(background(t), keys[0], fmt.Sprintf("s%d", i), click); err != nil {
				t.Error(err)
			}
		})
		if diff := cmp.Diff(map[string]int{"acme/c1": 2}, audited(t, replicas[0])); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTwoReplicasDoNotForkAChain(t *testing.T) {
	onEachEngine(t, func(t *testing.T, address string) {
		replicas := []*Store{openAt(t, address), openAt(t, address)}
		atOnce(20, func(i int) {
			c := consent(fmt.Sprintf("k%d", i))
			c.Document.ID = c.Key
			if _, err := replicas[i%2].Ledger().Intend(background(t), c, click); err != nil {
				t.Error(err)
			}
		})
		if diff := cmp.Diff(map[string]int{"acme/c1": 20}, audited(t, replicas[1])); diff != "" {
			t.Error(diff)
		}
	})
}

// firstTables makes a database as the first release left it.
func firstTables(t *testing.T, address string) *sql.DB {
	t.Helper()
	driver, dsn, dialect := "pgx", address, goose.DialectPostgres
	if path, sqlite := strings.CutPrefix(address, "sqlite:"); sqlite {
		driver, dsn, dialect = "sqlite", "file:"+path, goose.DialectSQLite3
	}
	db := must[*sql.DB](t)(sql.Open(driver, dsn))
	t.Cleanup(func() { _ = db.Close() })
	dir := must[fs.FS](t)(fs.Sub(migrations, "migrations"))
	provider := must[*goose.Provider](t)(goose.NewProvider(dialect, db, dir, goose.WithDisableGlobalRegistry(true)))
	if _, err := provider.UpTo(background(t), 1); err != nil {
		t.Fatal(err)
	}
	return db
}

func TestConsentsOfTheFirstReleaseBecomeEvidence(t *testing.T) {
	onEachEngine(t, func(t *testing.T, address string) {
		old := firstTables(t, address)
		later := click.Add(time.Minute)
		var want []onboarding.Consent
		for i, row := range []struct {
			customer, state, signing, reason string
			settled                          time.Time
		}{
			{"c1", "pending", "", "", time.Time{}},
			{"c1", "confirmed", "s1", "", later},
			{"c1", "refused", "", "no", later},
			{"c1", "confirmed", "s2", "no at first", later},
			{"c1", "confirmed", "s3", "", click.Add(-time.Hour)}, // the clock was set back
			{"c2", "confirmed", "s4", "", later},
			{"C2", "refused", "", "", later},
		} {
			c := consent(fmt.Sprint("k", i))
			c.Customer, c.Document.ID, c.AgreedAt, c.OpenedAt = row.customer, fmt.Sprint("d", i), click.Add(time.Duration(i)*time.Second), time.Time{}
			c.State, c.SigningID, c.Reason, c.SettledAt = onboarding.ConsentState(row.state), row.signing, row.reason, row.settled
			c.Shown, c.Signed = onboarding.DocumentBytes{Problem: "not-fetched"}, onboarding.DocumentBytes{Problem: "not-fetched"}
			_, err := old.ExecContext(background(t), `
				INSERT INTO consents (key, partner, customer, document_id, document_title, document_url, document_text,
					words, locale, shown_at, agreed_at, address, agent, state, signing_id, reason, settled_at)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
				c.Key, c.Partner, c.Customer, c.Document.ID, c.Document.Title, c.Document.URL, c.Document.Text, c.Words, c.Locale,
				millis(c.ShownAt), millis(c.AgreedAt), c.Address, c.Agent, string(c.State), c.SigningID, c.Reason, millis(c.SettledAt))
			ok(t, err)
			want = append(want, c)
		}
		s := openAt(t, address)
		var kept []onboarding.Consent
		for _, customer := range []string{"c1", "c2", "C2"} {
			kept = append(kept, must[[]onboarding.Consent](t)(s.CustomerConsents(background(t), "acme", customer))...)
		}
		if diff := cmp.Diff(want, kept, placeInChain); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(map[string]int{"acme/c1": 10, "acme/c2": 2, "acme/C2": 2}, audited(t, s)); diff != "" {
			t.Error(diff)
		}
		if mine := must[bool](t)(s.Ledger().Lease(background(t), "acme", "c1")); !mine {
			t.Error("what was pending can't be delivered")
		}
	})
}
