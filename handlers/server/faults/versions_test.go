package faults

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"portal/onboarding/simulator"
	"portal/onboarding/store/realdb"
)

// previous is the version that replicas are replaced from, and go back to.
const previous = "efa964c61bf52543a73874dbff3f3804778c8f7c"

// TestNobodyNoticesThatVersionsAreReplacedAndTakenBack replaces one machine after the
// other while customers go through, lets a version that does not exist yet change the
// tables, and puts the previous version back.
func TestNobodyNoticesThatVersionsAreReplacedAndTakenBack(t *testing.T) {
	t.Parallel()
	before := buildOlder(t, previous)
	w := newWorld(t, realdb.PostgresDatabase(t))
	l := &balancer{machines: []*portal{w.prepare(), w.prepare()}, rereads: true}
	now := l.machines[0].binary
	for _, p := range l.machines {
		p.binary = before
		p.start()
	}
	c := l.crowd(w, 4)
	c.goesOn("with the previous version")
	for _, binary := range []string{now, before} {
		for _, p := range l.machines {
			p.signal(syscall.SIGTERM)
			p.binary = binary
			p.start()
			c.goesOn("with two versions, or one")
		}
		if binary == now {
			w.renew()
			c.goesOn("with the tables of a newer version")
		}
	}
	signings, took := c.end()
	t.Logf("%d journeys, %d failed, over four replacements; %d forms shown again; %d signings, settled after %v",
		c.done.Load(), c.failed.Load(), l.reread.Load(), signings, took.Round(time.Millisecond))
}

func TestTheTablesOfANewerVersionStopNeitherWhoRunsNorWhoStarts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	p := w.start()
	said := func() int {
		log, err := os.ReadFile(p.log)
		w.check(err)
		return strings.Count(string(log), "a newer version has changed the tables")
	}
	s := w.signer(p, true)
	s.agree(s.form())
	form := s.form() // from before, and sent afterwards
	w.renew()
	s.agree(form)
	s.terms()
	form = s.form()
	if n := said(); n != 0 {
		t.Errorf("who runs has said %d times that the tables are newer, before they were", n)
	}
	end := w.fault(simulator.Fault{Kind: simulator.FaultDown, Method: "POST"})
	s.agree(form) // kept, and delivered by who comes next
	p.kill()
	end()
	p.start()
	if n := said(); n != 1 {
		t.Errorf("who has started has said %d times that the tables are newer", n)
	}
	if out, err := p.run("check"); err != nil || !strings.Contains(out, "a newer version has changed the tables") {
		t.Errorf("portal check: %v: %s", err, out)
	}
	s.terms()
	s.agree(s.form())
	w.settled(convergence)
	if n := s.wantWhole(w.iron.keys()); n != 4 {
		t.Errorf("%d signings, want 4: %v", n, s.failures)
	}
	w.wantEvidence(p)
}

// renew changes the tables as a newer version may: each has another column, there is
// another table, and the database says that it was brought up to date.
func (w *world) renew() {
	w.t.Helper()
	db, postgres := w.raw()
	defer func() { _ = db.Close() }()
	list, applied := `SELECT group_concat(name, ' ') FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`, "1"
	if postgres {
		list, applied = `SELECT string_agg(tablename, ' ') FROM pg_tables WHERE schemaname = current_schema()`, "true"
	}
	var tables string
	w.check(db.QueryRow(list).Scan(&tables))
	statements := []string{
		`CREATE TABLE later (id TEXT PRIMARY KEY)`, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (1000, ` + applied + `)`,
	}
	for name := range strings.FieldsSeq(tables) {
		if name != "goose_db_version" {
			statements = append(statements, `ALTER TABLE `+name+` ADD COLUMN later TEXT NOT NULL DEFAULT 'x'`)
		}
	}
	if len(statements) < 12 {
		w.t.Fatalf("%d tables: the test means nothing", len(statements)-2)
	}
	for _, statement := range statements {
		_, err := db.Exec(statement)
		w.check(err)
	}
}
