package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
)

// ErrOtherBytes says that what is under a hash is not what was kept there. Somebody or
// something has changed the database behind the portal's back.
var ErrOtherBytes = errors.New("not what was kept")

// KeepContent keeps the bytes of a document, under their own SHA-256 in hex. The same
// bytes are kept once, however often they are signed and by whomever; what was said of
// them first stays. Nothing ever deletes them: they are part of the evidence.
func (s *Store) KeepContent(ctx context.Context, sum, mediaType string, body []byte) error {
	// The statement alone would carry all the bytes to the database to be told that
	// they are there.
	kept, err := s.HasContent(ctx, sum)
	if err != nil || kept {
		return err
	}
	_, err = s.exec(ctx, `
		INSERT INTO contents (sha256, media_type, size, body, kept_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (sha256) DO NOTHING`, sum, text(mediaType), len(body), body, millis(s.Now()))
	if err != nil {
		return fmt.Errorf("store: keep content: %w", err)
	}
	return nil
}

// Content gives back bytes that were kept. found is false where they were not. Bytes
// that are not what their name says are ErrOtherBytes, and are given to nobody.
func (s *Store) Content(ctx context.Context, sum string) (body []byte, found bool, err error) {
	err = s.readRow(ctx, `SELECT body FROM contents WHERE sha256 = $1`, []any{sum}, &body)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("store: read content: %w", err)
	}
	if is := sha256.Sum256(body); hex.EncodeToString(is[:]) != sum {
		return nil, false, fmt.Errorf("store: content %s: %w", sum, ErrOtherBytes)
	}
	return body, true, nil
}

// HasContent tells whether bytes are kept, without reading them.
func (s *Store) HasContent(ctx context.Context, sum string) (bool, error) {
	var there int
	err := s.readRow(ctx, `SELECT 1 FROM contents WHERE sha256 = $1`, []any{sum}, &there)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, fmt.Errorf("store: look for content: %w", err)
	}
	return err == nil, nil
}
