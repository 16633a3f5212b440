package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgresSettings are what each connection begins with, unless the address says
// otherwise. The limits are for a database that hangs where the network does not:
// whoever waits here has given up by then, and what they have begun must not go on.
var postgresSettings = map[string]string{
	"application_name":                    "portal",
	"statement_timeout":                   "5s",
	"lock_timeout":                        "4s",
	"idle_in_transaction_session_timeout": "10s",
	// A server may be set to lose the last commits in a crash. One of them may be a
	// consent that Iron has been told of.
	"synchronous_commit": "on",
	// The statements are written for it: what was waited for is seen.
	"default_transaction_isolation": "read committed",
}

const (
	// poolSize is for ten replicas on a server as it comes, with 100 connections.
	// pool_max_conns in the address is another size.
	poolSize = 8
	// connectTime is how long the server may take to take a connection.
	connectTime = 5 * time.Second
	// connectionLife is for servers that move: a new connection looks for the name anew.
	connectionLife = 30 * time.Minute
	// migrateTime is how long all migrations may take, others' included.
	migrateTime = 10 * time.Minute
)

// errAddress does not say what is wrong: the parser takes the rest of a password
// with a slash in it for a port, and repeats it.
var errAddress = errors.New("store: the database address can't be read as postgres://user:password@host:port/name?setting=value" +
	" (special characters of the password must be percent-encoded)")

func openPostgres(ctx context.Context, databaseURL string) (*Store, error) {
	config, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		return nil, errAddress
	}
	size, err := poolSizeOf(config)
	if err != nil {
		return nil, err
	}
	for name, value := range postgresSettings {
		if config.RuntimeParams[name] == "" {
			config.RuntimeParams[name] = value
		}
	}
	if config.RuntimeParams["synchronous_commit"] == "off" {
		return nil, errors.New("store: synchronous_commit=off may lose a consent: leave it out of the database address")
	}
	config.ConnectTimeout = connectTime
	at, err := preparePostgres(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("store: %w", oneLine{err})
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	db.SetConnMaxLifetime(connectionLife)
	return &Store{Now: time.Now, engine: postgresEngine, write: db, read: db, patience: defaultPatience, schema: at}, nil
}

func poolSizeOf(config *pgx.ConnConfig) (int, error) {
	const name = "pool_max_conns"
	value, set := config.RuntimeParams[name]
	if !set {
		return poolSize, nil
	}
	delete(config.RuntimeParams, name) // not the server's business
	size, err := strconv.Atoi(value)
	if err != nil || size < 2 {
		return 0, errors.New("store: pool_max_conns in the database address must be a number from 2 up")
	}
	return size, nil
}

// preparePostgres checks the server and brings the tables up to date. Its connections
// are its own: a migration may take longer than a page may.
func preparePostgres(ctx context.Context, config *pgx.ConnConfig) (at schema, err error) {
	ctx, cancel := context.WithTimeout(ctx, migrateTime)
	defer cancel()
	config = config.Copy()
	for _, name := range []string{"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"} {
		config.RuntimeParams[name] = "0"
	}
	db := stdlib.OpenDB(*config)
	defer func() { err = errors.Join(err, db.Close()) }()
	var encoding string
	if err := db.QueryRowContext(ctx, `SHOW server_encoding`).Scan(&encoding); err != nil {
		return at, err
	}
	if encoding != "UTF8" {
		return at, fmt.Errorf("the database's encoding is %s, and must be UTF8", encoding)
	}
	err = alone(ctx, db, func() (err error) {
		if at, err = migrate(ctx, postgresEngine, db); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		return nil
	})
	return at, err
}

// oneLine is an error for lists that have one line for each: the driver's own has one
// for each address that it has tried.
type oneLine struct{ error }

func (e oneLine) Unwrap() error { return e.error }

func (e oneLine) Error() string {
	return strings.Join(strings.Fields(e.error.Error()), " ")
}

// migrationLock is the advisory lock that whoever changes the tables holds.
const migrationLock = 0x706f7274616c // "portal"

// alone runs f while no other replica runs it. The lock is a transaction's, so that
// it goes with its connection, and holds behind poolers too.
func alone(ctx context.Context, db *sql.DB, f func() error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(migrationLock)); err != nil {
		return err
	}
	return f()
}
