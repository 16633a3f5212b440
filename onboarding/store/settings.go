package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Setting reads what all replicas agree on under a name; nil where there is nothing.
func (s *Store) Setting(ctx context.Context, name string) (value []byte, err error) {
	err = s.readRow(ctx, `SELECT value FROM settings WHERE name = $1`, []any{name}, &value)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("store: setting: %w", err)
	}
	return value, nil
}

// FirstSetting keeps a value unless there is one, and returns the one that is kept.
func (s *Store) FirstSetting(ctx context.Context, name string, value []byte) (kept []byte, err error) {
	_, err = s.exec(ctx, `INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, name, value)
	if err != nil {
		return nil, fmt.Errorf("store: first setting: %w", err)
	}
	return s.Setting(ctx, name)
}

// ChangeSetting keeps another value.
func (s *Store) ChangeSetting(ctx context.Context, name string, value []byte) error {
	if _, err := s.exec(ctx, `UPDATE settings SET value = $1 WHERE name = $2`, value, name); err != nil {
		return fmt.Errorf("store: change setting: %w", err)
	}
	return nil
}
