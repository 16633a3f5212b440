package store

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

// renew does to a SQLite file what the rule allows to a newer version: each table has
// another column, there is another table, and the database says so.
func renew(t *testing.T, path string) {
	t.Helper()
	db := must[*sql.DB](t)(sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"))
	defer func() { _ = db.Close() }()
	var tables string
	ok(t, db.QueryRowContext(background(t), `
		SELECT group_concat(name, ' ') FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'goose_db_version'`).Scan(&tables))
	var statements []string
	for name := range strings.FieldsSeq(tables) {
		statements = append(statements, `ALTER TABLE `+name+` ADD COLUMN later TEXT NOT NULL DEFAULT 'x'`)
	}
	if len(statements) < 10 {
		t.Fatalf("%d tables: the test means nothing", len(statements))
	}
	for _, statement := range append(statements, `CREATE TABLE later (id TEXT PRIMARY KEY)`, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (1000, 1)`) {
		if _, err := db.ExecContext(background(t), statement); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnOlderVersionGoesOnWithTheTablesOfANewerOne(t *testing.T) {
	Suite(t, func(t *testing.T) *Store {
		path := filepath.Join(t.TempDir(), "portal.db")
		running := openAt(t, "sqlite:"+path)
		if running.Newer() {
			t.Error("its own tables are said to be a newer version's")
		}
		renew(t, path)
		if err := running.Ping(background(t)); err != nil {
			t.Errorf("who was there before: %v", err)
		}
		started := openAt(t, "sqlite:"+path)
		if !started.Newer() {
			t.Error("it does not notice")
		}
		return started
	})
}
