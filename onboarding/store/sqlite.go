package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"modernc.org/sqlite"
)

// synchronous(FULL): with NORMAL a power cut may lose the last commits in WAL mode,
// and one of them may be a consent that Iron has been told of.
const sqliteSettings = "_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
	"&_pragma=foreign_keys(1)&_txlock=immediate&_dqs=0"

func openSQLite(ctx context.Context, path string) (*Store, error) {
	if path == "" {
		return nil, errors.New("store: the path behind sqlite: is empty")
	}
	s := &Store{Now: time.Now, engine: sqliteEngine, patience: defaultPatience}
	var err error
	if path == ":memory:" {
		s.write, err = sqlitePool("file::memory:?"+sqliteSettings, 1)
		s.read = s.write // each connection would have an empty memory of its own
	} else {
		s.write, s.read, err = sqliteFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if s.schema, err = migrate(ctx, s.engine, s.write); err != nil {
		return nil, errors.Join(fmt.Errorf("store: migrate: %w", err), s.Close())
	}
	return s, nil
}

func sqliteFile(path string) (write, read *sql.DB, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, nil, err
	}
	if err := makeSQLiteFile(path); err != nil {
		return nil, nil, err
	}
	// POSIX locks fall off when anything in this process closes the file, a backup
	// for example. It can't be switched on a second time, and not everywhere.
	_, _ = sqlite.OFDLocking(true)
	file := (&url.URL{Scheme: "file", Path: path}).String()
	if write, err = sqlitePool(file+"?"+sqliteSettings, 1); err != nil {
		return nil, nil, err
	}
	if read, err = sqlitePool(file+"?mode=ro&"+sqliteSettings, max(4, runtime.NumCPU())); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	return write, read, nil
}

// makeSQLiteFile makes the file first, so that it is nobody else's to read: SQLite
// would make it by the umask, and gives the files beside it the same mode.
func makeSQLiteFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // the operator names the file
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil
	case err != nil:
		return err
	}
	return f.Close()
}

// sqlitePool keeps its connections: a database in memory lives in its only one.
func sqlitePool(dsn string, size int) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}
