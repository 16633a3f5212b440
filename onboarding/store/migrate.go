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

// migrate applies what is new. Two processes that start at once (the portal and
// its command line) both try; the one that comes second finds the tables there,
// fails, and goes on from where the other one is.
func migrate(ctx context.Context, dialect goose.Dialect, db *sql.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	for reached := int64(-1); ; {
		// A provider remembers what it has found, so each try has its own.
		provider, err := goose.NewProvider(dialect, db, dir, goose.WithDisableGlobalRegistry(true))
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
