package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate applies what is new. Processes that start at once all try; one that comes
// second finds the tables there, fails, and goes on from where the other one is.
func migrate(ctx context.Context, e engine, db *sql.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	dialect := map[engine]goose.Dialect{sqliteEngine: goose.DialectSQLite3, postgresEngine: goose.DialectPostgres}[e]
	for reached := int64(-1); ; {
		// A provider remembers what it has found, so each try has its own.
		provider, err := goose.NewProvider(dialect, db, dir, goose.WithDisableGlobalRegistry(true), goose.WithGoMigrations(
			goose.NewGoMigration(2, &goose.GoFunc{RunTx: startChains(e)}, nil)))
		if err != nil {
			return err
		}
		_, err = provider.Up(ctx)
		if err == nil {
			return nil
		}
		version, versionErr := provider.GetDBVersion(ctx)
		if versionErr != nil || version <= reached {
			return errors.Join(err, versionErr)
		}
		reached = version
	}
}
