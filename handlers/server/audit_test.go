package server

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/papers"
	"portal/onboarding/store"
	"portal/onboarding/store/realdb"
)

// signedDatabase is one with the evidence of two customers: c1 has agreed to three
// documents, of which Iron has one, has refused one, and is to be told of one under
// another key; c2 has agreed to one.
func signedDatabase(t *testing.T, address string) {
	t.Helper()
	s, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	l := s.Ledger()
	step := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{"k1", "k2", "k3", "other"} {
		c := onboarding.Consent{Key: key, Partner: "acme", Customer: "c1", Words: "I agree", AgreedAt: at, State: onboarding.ConsentPending}
		c.Document.ID = "document of " + key
		switch key {
		case "other":
			c.Customer = "c2"
		case "k1":
			c.Signed, c.Shown = papers.Describe([]byte("terms")), papers.Describe([]byte("shown"))
			step(s.KeepContent(t.Context(), c.Shown.SHA256, "text/plain", []byte("shown")))
			step(s.KeepContent(t.Context(), c.Signed.SHA256, "text/plain", []byte("terms")))
		}
		_, err := l.Intend(t.Context(), c, at)
		step(err)
	}
	step(l.Confirm(t.Context(), "k1", "signing", at))
	step(l.Refuse(t.Context(), "k2", "no", at))
	step(l.Rekey(t.Context(), "k3", "k4"))
}

// rawDatabase is the same database without the portal's manners.
func rawDatabase(t *testing.T, address string) *sql.DB {
	t.Helper()
	driver, dsn := "pgx", address
	drop := []string{`DROP TRIGGER evidence_stays ON evidence`, `DROP TRIGGER contents_stay ON contents`, `DROP TRIGGER consents_remain ON consents`}
	if path, sqlite := strings.CutPrefix(address, "sqlite:"); sqlite {
		driver, dsn = "sqlite", "file:"+path
		drop = []string{
			`DROP TRIGGER evidence_stays`, `DROP TRIGGER evidence_remains`, `DROP TRIGGER contents_stay`, `DROP TRIGGER contents_remain`,
			`DROP TRIGGER consents_remain`,
		}
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for _, statement := range drop {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

const ofC1 = ` WHERE partner = 'acme' AND customer = 'c1' AND sequence `

// tampering is what can be done to a database behind the portal's back, and what the
// audit says of it. c1's records are agreed, agreed, agreed, confirmed, refused, rekeyed.
var tampering = []struct {
	name, want string
	statements []string
}{
	{"a changed body", "customer c1, record 2: its content is not what was hashed", []string{`UPDATE evidence SET body = $1` + ofC1 + `= 2`}},
	{"a changed kind", "customer c1, record 5: its content is not what was hashed", []string{`UPDATE evidence SET kind = 'confirmed'` + ofC1 + `= 5`}},
	{"a changed hash", "customer c1, record 3: its content is not what was hashed", []string{`UPDATE evidence SET hash = 'x'` + ofC1 + `= 3`}},
	{"a first record removed", "customer c1, record 1: it is missing", []string{`DELETE FROM evidence` + ofC1 + `= 1`}},
	{"a middle record removed", "customer c1, record 3: it is missing", []string{`DELETE FROM evidence` + ofC1 + `= 3`}},
	{"a middle record removed and the rest moved up", "customer c1, record 4: it does not follow", []string{
		`DELETE FROM evidence` + ofC1 + `= 4`, `UPDATE evidence SET sequence = 4` + ofC1 + `= 5`, `UPDATE evidence SET sequence = 5` + ofC1 + `= 6`,
	}},
	{"the last record removed", "customer c1, record 3: the consent that is acted on has another key", []string{`DELETE FROM evidence` + ofC1 + `= 6`}},
	{"the last outcomes removed", "customer c1, record 1: the consent that is acted on has another state", []string{`DELETE FROM evidence` + ofC1 + `> 3`}},
	{"the last agreement removed", "customer c2, record 1: it is missing", []string{`DELETE FROM evidence WHERE customer = 'c2'`}},
	{"two records swapped", "customer c1, record 4: it does not follow", []string{
		`UPDATE evidence SET sequence = 99` + ofC1 + `= 4`, `UPDATE evidence SET sequence = 4` + ofC1 + `= 5`, `UPDATE evidence SET sequence = 5` + ofC1 + `= 99`,
	}},
	{"two bodies swapped", "customer c1, record 1: its content is not what was hashed", []string{
		`UPDATE evidence SET body = (SELECT o.body FROM evidence o WHERE o.customer = 'c1' AND o.sequence = 2)` + ofC1 + `= 1`,
	}},
	{"a record put in", "customer c1, record 7: its content is not what was hashed", []string{`
		INSERT INTO evidence (partner, customer, sequence, kind, body, previous, hash)
		SELECT partner, customer, 7, 'confirmed', body, hash, hash FROM evidence` + ofC1 + `= 6`}},
	{"a chain of another customer", "customer c2, record 1: its content is not what was hashed", []string{
		`DELETE FROM evidence WHERE customer = 'c2'`,
		`INSERT INTO evidence SELECT partner, 'c2', sequence, kind, body, previous, hash FROM evidence` + ofC1 + `= 1`,
	}},
	{"a consent confirmed behind the evidence's back", "customer c1, record 2: the consent that is acted on has another state", []string{`UPDATE consents SET state = 'confirmed' WHERE key = 'k2'`}},
	{"another signing id", "customer c1, record 1: the consent that is acted on has another signing id", []string{`UPDATE consents SET signing_id = 'x' WHERE key = 'k1'`}},
	{"another reason", "customer c1, record 2: the consent that is acted on has another reason", []string{`UPDATE consents SET reason = 'x' WHERE key = 'k2'`}},
	{"another document", "customer c1, record 3: the consent that is acted on has another document", []string{`UPDATE consents SET document_id = 'x' WHERE key = 'k4'`}},
	{"another time", "customer c1, record 1: the consent that is acted on has another time of agreement", []string{`UPDATE consents SET agreed_at = agreed_at - 1 WHERE key = 'k1'`}},
	{"a consent removed", "customer c1, record 3: the consent that it tells of is not acted on", []string{`DELETE FROM consents WHERE key = 'k4'`}},
	{"a consent moved to the place of another", "customer c1, record 2: it is not where", []string{`UPDATE consents SET sequence = 2 WHERE key = 'k1'`}},
	{"a document's bytes removed", "customer c1, record 1: the bytes that were signed", []string{`DELETE FROM contents`}},
	{"a document's bytes changed", "customer c1, record 1: the bytes that were signed", []string{`UPDATE contents SET body = $1`}},
	{"the bytes that were shown changed", "customer c1, record 1: the bytes that were shown", []string{
		`UPDATE contents SET body = $1 WHERE sha256 = '` + papers.Describe([]byte("shown")).SHA256 + `'`,
	}},
	{"a consent without evidence", "customer c3, record 1: it is missing", []string{`
		INSERT INTO consents (key, partner, customer, document_id, sequence, agreed_at, state, signing_id, reason, settled_at, leased_until)
		VALUES ('k9', 'acme', 'c3', 'd', 1, 1, 'confirmed', 's', '', 1, 0)`}},
}

func TestAuditFindsWhateverWasDoneToTheEvidence(t *testing.T) {
	for engine, address := range map[string]func(t *testing.T) string{
		"SQLite":     func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "portal.db") },
		"PostgreSQL": func(t *testing.T) string { return realdb.Postgres(t) },
	} {
		set := map[string]string{"PORTAL_DATABASE_URL": address(t)}
		signedDatabase(t, set["PORTAL_DATABASE_URL"])
		if out, err := said(t, set, "audit"); err != nil || !strings.Contains(out, "all evidence is whole: 2 customers, 7 records") {
			t.Fatalf("%s, untouched: %v, %s", engine, err, out)
		}
		for _, how := range tampering {
			t.Run(engine+"/"+how.name, func(t *testing.T) {
				set := map[string]string{"PORTAL_DATABASE_URL": address(t)}
				signedDatabase(t, set["PORTAL_DATABASE_URL"])
				tamper(t, rawDatabase(t, set["PORTAL_DATABASE_URL"]), how.statements)
				out, err := said(t, set, "audit")
				if err == nil || !strings.Contains(err.Error(), "1 of ") || strings.Count(out, "broken:") != 1 || !strings.Contains(out, "broken: partner acme, "+how.want) {
					t.Errorf("said %v\n%s", err, out)
				}
			})
		}
	}
}

// unseen is what can be done so that all that is left fits together.
var unseen = []struct {
	name, want string
	statements []string
}{
	{"a chain removed with its consents", "customer c2, record 1: the whole chain is missing", []string{
		`DELETE FROM evidence WHERE customer = 'c2'`, `DELETE FROM consents WHERE customer = 'c2'`,
	}},
	{"the end of a chain removed, and the consent made to fit", "customer c1, record 6: it is missing", []string{
		`DELETE FROM evidence` + ofC1 + `= 6`, `UPDATE consents SET key = 'k3' WHERE key = 'k4'`,
	}},
	{"the end of a chain written anew", "customer c1, record 6: it is another one", []string{
		`UPDATE evidence SET body = $1, hash = $2` + ofC1 + `= 6`, `UPDATE consents SET key = 'k5' WHERE key = 'k4'`,
	}},
}

func TestAnAuditThatRemembersTheLastOneMissesWhatIsGoneSince(t *testing.T) {
	for engine, address := range map[string]func(t *testing.T) string{
		"SQLite":     func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "portal.db") },
		"PostgreSQL": func(t *testing.T) string { return realdb.Postgres(t) },
	} {
		for _, how := range unseen {
			t.Run(engine+"/"+how.name, func(t *testing.T) {
				set, heads := map[string]string{"PORTAL_DATABASE_URL": address(t)}, filepath.Join(t.TempDir(), "heads")
				signedDatabase(t, set["PORTAL_DATABASE_URL"])
				for range 2 { // the second finds all that the first has seen
					if out, err := said(t, set, "audit", "--heads", heads); err != nil {
						t.Fatalf("untouched: %v, %s", err, out)
					}
				}
				remembered, err := os.ReadFile(heads)
				if err != nil {
					t.Fatal(err)
				}
				tamper(t, rawDatabase(t, set["PORTAL_DATABASE_URL"]), how.statements)
				if out, _ := said(t, set, "audit"); strings.Contains(out, "broken:") {
					t.Errorf("it is seen without a memory: %s", out)
				}
				out, err := said(t, set, "audit", "--heads", heads)
				if err == nil || !strings.Contains(err.Error(), "1 of 2 customers") || !strings.Contains(out, "broken: partner acme, "+how.want) {
					t.Errorf("said %v\n%s", err, out)
				}
				if still, err := os.ReadFile(heads); err != nil || string(still) != string(remembered) {
					t.Error("what was there is forgotten")
				}
			})
		}
	}
}

func TestAuditTellsOfADatabaseThatLetsEvidenceBeChanged(t *testing.T) {
	set := map[string]string{"PORTAL_DATABASE_URL": "sqlite:" + filepath.Join(t.TempDir(), "portal.db")}
	signedDatabase(t, set["PORTAL_DATABASE_URL"])
	rawDatabase(t, set["PORTAL_DATABASE_URL"])
	out, err := said(t, set, "audit")
	if err == nil || !strings.Contains(out, "unguarded: the trigger evidence_stays is gone") || strings.Contains(out, "broken:") {
		t.Errorf("said %v\n%s", err, out)
	}
}

func TestAuditDoesNotBelieveAnyFileToBeItsMemory(t *testing.T) {
	set, heads := map[string]string{"PORTAL_DATABASE_URL": "sqlite:" + filepath.Join(t.TempDir(), "portal.db")}, filepath.Join(t.TempDir(), "heads")
	signedDatabase(t, set["PORTAL_DATABASE_URL"])
	for _, text := range []string{"{", "[]", `{"partner":"acme"}`} {
		if err := os.WriteFile(heads, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := said(t, set, "audit", "--heads", heads); err == nil {
			t.Errorf("%s: said %s", text, out)
		}
	}
}

func TestAuditDoesNotTakeAMissingDatabaseForAWholeOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "portal.db")
	if out, err := said(t, map[string]string{"PORTAL_DATABASE_URL": "sqlite:" + path}, "audit"); err == nil {
		t.Errorf("said %s", out)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the file was made")
	}
}

func tamper(t *testing.T, db *sql.DB, statements []string) {
	t.Helper()
	for _, statement := range statements {
		var args []any
		if strings.Contains(statement, "$1") {
			args = append(args, []byte(`{"key":"k2"}`))
		}
		if strings.Contains(statement, "$2") { // by somebody who knows how records are hashed
			last := forged(t, db)
			args = []any{last.Body, last.Hash}
		}
		done, err := db.ExecContext(t.Context(), statement, args...)
		if err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
		if n, _ := done.RowsAffected(); n == 0 {
			t.Fatalf("nothing was tampered with: %s", statement)
		}
	}
}

// forged is another sixth record for c1, which fits behind the fifth.
func forged(t *testing.T, db *sql.DB) onboarding.Evidence {
	t.Helper()
	fifth := onboarding.Evidence{Partner: "acme", Customer: "c1", Sequence: 5}
	if err := db.QueryRowContext(t.Context(), `SELECT hash FROM evidence`+ofC1+`= 5`).Scan(&fifth.Hash); err != nil {
		t.Fatal(err)
	}
	return fifth.Next(onboarding.EvidenceRekeyed, onboarding.Outcome{Key: "k3", NewKey: "k5"}.Encode())
}
