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

// schema is which migration the database is at, and the last that this program has.
type schema struct{ at, known int64 }

// migrate applies what is new. Processes that start at once all try; one that comes
// second finds the tables there, fails, and goes on from where the other one is. What a
// newer version has applied is left alone.
func migrate(ctx context.Context, e engine, db *sql.DB) (schema, error) {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return schema{}, err
	}
	dialect := map[engine]goose.Dialect{sqliteEngine: goose.DialectSQLite3, postgresEngine: goose.DialectPostgres}[e]
	for reached := int64(-1); ; {
		// A provider remembers what it has found, so each try has its own.
		provider, err := goose.NewProvider(dialect, db, dir, goose.WithDisableGlobalRegistry(true), goose.WithGoMigrations(
			goose.NewGoMigration(2, &goose.GoFunc{RunTx: startChains(e)}, nil),
			goose.NewGoMigration(8, &goose.GoFunc{RunTx: guardAll(e)}, nil)))
		if err != nil {
			return schema{}, err
		}
		_, err = provider.Up(ctx)
		version, versionErr := provider.GetDBVersion(ctx)
		if err == nil && versionErr == nil {
			sources := provider.ListSources()
			return schema{at: version, known: sources[len(sources)-1].Version}, nil
		}
		if versionErr != nil || version <= reached {
			return schema{}, errors.Join(err, versionErr)
		}
		reached = version
	}
}
