package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// guard is a trigger that keeps programs, and people in a hurry, from changing what is
// kept for good. Whoever owns the database can take it away; Unguarded tells of it.
type guard struct{ name, table, create string }

// guards is all of them: those of the evidence itself are made with its table.
var guards = map[engine][]guard{
	sqliteEngine: {
		{"evidence_stays", "evidence", ""},
		{"evidence_remains", "evidence", ""},
		// INSERT OR REPLACE deletes without asking the triggers of deletions.
		{"evidence_is_first", "evidence", `CREATE TRIGGER evidence_is_first BEFORE INSERT ON evidence
			WHEN EXISTS (SELECT 1 FROM evidence WHERE partner = NEW.partner AND customer = NEW.customer AND sequence = NEW.sequence)
			BEGIN SELECT RAISE(IGNORE); END`},
		{"contents_stay", "contents", `CREATE TRIGGER contents_stay BEFORE UPDATE ON contents
			BEGIN SELECT RAISE(ABORT, 'what was signed is never changed'); END`},
		{"contents_remain", "contents", `CREATE TRIGGER contents_remain BEFORE DELETE ON contents
			BEGIN SELECT RAISE(ABORT, 'what was signed is never deleted'); END`},
		{"contents_are_first", "contents", `CREATE TRIGGER contents_are_first BEFORE INSERT ON contents
			WHEN EXISTS (SELECT 1 FROM contents WHERE sha256 = NEW.sha256)
			BEGIN SELECT RAISE(IGNORE); END`},
		{"consents_remain", "consents", `CREATE TRIGGER consents_remain BEFORE DELETE ON consents
			BEGIN SELECT RAISE(ABORT, 'consents are never deleted'); END`},
	},
	postgresEngine: {
		{"evidence_stays", "evidence", ""},
		{"contents_stay", "contents", `CREATE TRIGGER contents_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON contents
			FOR EACH STATEMENT EXECUTE FUNCTION evidence_stays()`},
		{"consents_remain", "consents", `CREATE TRIGGER consents_remain BEFORE DELETE OR TRUNCATE ON consents
			FOR EACH STATEMENT EXECUTE FUNCTION evidence_stays()`},
	},
}

// guardAll is a migration: the bytes of documents, and the list of consents, are as
// much for good as the evidence.
func guardAll(e engine) func(context.Context, *sql.Tx) error {
	return func(ctx context.Context, tx *sql.Tx) error {
		for _, g := range guards[e] {
			if g.create == "" {
				continue
			}
			if _, err := tx.ExecContext(ctx, g.create); err != nil {
				return err
			}
		}
		return nil
	}
}

// standing lists the triggers that are there, and not switched off.
var standing = map[engine]string{
	sqliteEngine: `SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = $1`,
	postgresEngine: `SELECT tgname FROM pg_trigger WHERE tgrelid = CAST($1 AS regclass)
		AND NOT tgisinternal AND tgenabled IN ('O', 'A')`,
}

// Unguarded names what would keep the database from changing what is kept for good,
// and is gone.
func (s *Store) Unguarded(ctx context.Context) (gone []string, err error) {
	err = s.snapshot(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, g := range guards[s.engine] {
			there, err := triggers(ctx, tx, standing[s.engine], g.table)
			if err != nil {
				return err
			}
			if !slices.Contains(there, g.name) {
				gone = append(gone, g.name)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("store: look for triggers: %w", err)
	}
	return gone, nil
}

func triggers(ctx context.Context, tx *sql.Tx, query, table string) (names []string, err error) {
	rows, err := tx.QueryContext(ctx, query, table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
