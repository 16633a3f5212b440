package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Store is the portal's database. It is safe for use by many at once.
type Store struct {
	// Now is the clock for what the store stamps itself. Open sets time.Now; a test
	// sets its own before the first use.
	Now func() time.Time

	engine engine
	schema schema
	// write and read are the same pool where the engine has no need for two.
	write *sql.DB
	read  *sql.DB
	// patience bounds each act, however long its caller would wait: a database that
	// hangs must become an error, and a page that says so.
	patience time.Duration
}

// engine is what the SQL is read by, where that makes a difference.
type engine string

const (
	sqliteEngine   engine = "sqlite"
	postgresEngine engine = "postgres"
)

const defaultPatience = 5 * time.Second

// Open opens the database and brings its tables up to date. The address is
// "sqlite:PATH", where PATH is made if it does not exist, "sqlite::memory:", or
// "postgres://…" as PostgreSQL's own programs read it. Many may open the same
// database at once. No error repeats an address: it may have a password in it.
func Open(ctx context.Context, databaseURL string) (*Store, error) {
	scheme, rest, _ := strings.Cut(databaseURL, ":")
	switch scheme {
	case "sqlite":
		return openSQLite(ctx, rest)
	case "postgres", "postgresql":
		return openPostgres(ctx, databaseURL)
	}
	return nil, errors.New("store: the database address must be sqlite:PATH or postgres://…")
}

// Newer tells whether a newer version of the program has changed the tables of this
// database. It goes on with them: see the rule for migrations in the package's text.
func (s *Store) Newer() bool { return s.schema.at > s.schema.known }

// Ping tells whether the database answers, by reading a table.
func (s *Store) Ping(ctx context.Context) error {
	var n int
	if err := s.readRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM attempts LIMIT 1) AS one`, nil, &n); err != nil {
		return fmt.Errorf("store: ping: %w", err)
	}
	return nil
}

// Close ends all connections. Whatever is asked afterwards is answered with an error.
func (s *Store) Close() error {
	if s.read == s.write {
		return s.write.Close()
	}
	return errors.Join(s.read.Close(), s.write.Close())
}

// limit bounds one act.
func (s *Store) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, s.patience)
}

// transact runs f in a transaction, which is undone where f returns an error.
func (s *Store) transact(ctx context.Context, f func(context.Context, *sql.Tx) error) error {
	ctx, cancel := s.limit(ctx)
	defer cancel()
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := f(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

// exec runs one statement that writes, and tells how many rows it has changed.
func (s *Store) exec(ctx context.Context, statement string, args ...any) (int64, error) {
	ctx, cancel := s.limit(ctx)
	defer cancel()
	done, err := s.write.ExecContext(ctx, statement, args...)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

// readRow reads one row into the places given.
func (s *Store) readRow(ctx context.Context, query string, args []any, row ...any) error {
	ctx, cancel := s.limit(ctx)
	defer cancel()
	return s.read.QueryRowContext(ctx, query, args...).Scan(row...)
}

// writeReturning runs a statement that writes and returns one row. It is a
// transaction of its own because a commit that fails (a full disk) must be heard of:
// reading the row alone would end before the commit does.
func (s *Store) writeReturning(ctx context.Context, statement string, args []any, row ...any) error {
	return s.transact(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, statement, args...).Scan(row...)
	})
}

// millis is how moments are kept; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
