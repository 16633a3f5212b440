package store

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"
	"time"
)

func sumOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

func contentIsKept(t *testing.T, s *Store, c *clock) {
	ctx := background(t)
	large := make([]byte, 10<<20) // as large as a document may be
	_, _ = rand.Read(large)
	small := []byte("\x00terms\xff")
	for _, body := range [][]byte{small, large} {
		sum := sumOf(body)
		if got, found, err := s.Content(ctx, sum); found || got != nil || err != nil {
			t.Fatalf("before: %d bytes, %t, %v", len(got), found, err)
		}
		if there := must[bool](t)(s.HasContent(ctx, sum)); there {
			t.Error("it is there before it is kept")
		}
		ok(t, s.KeepContent(ctx, sum, "text/plain", body))
		ok(t, s.KeepContent(ctx, sum, "text/\x00html", body))
		got, found, err := s.Content(ctx, sum)
		if !found || err != nil || !bytes.Equal(got, body) {
			t.Errorf("after: %d bytes, %t, %v", len(got), found, err)
		}
		if there := must[bool](t)(s.HasContent(ctx, sum)); !there {
			t.Error("it is not there")
		}
	}
	// Nothing that ends by itself ends this.
	c.add(50 * 365 * 24 * time.Hour)
	if _, err := s.Sweep(ctx, c.Now()); err != nil {
		t.Fatal(err)
	}
	if there := must[bool](t)(s.HasContent(ctx, sumOf(small))); !there {
		t.Error("the sweep has taken it")
	}
	// Somebody has put other bytes in the place.
	unguard(t, s, "contents")
	_, err := s.exec(ctx, `UPDATE contents SET body = $1 WHERE sha256 = $2`, []byte("other"), sumOf(small))
	ok(t, err)
	if got, _, err := s.Content(ctx, sumOf(small)); got != nil || !errors.Is(err, ErrOtherBytes) {
		t.Errorf("other bytes are given as %q, %v", got, err)
	}
}

func contentIsKeptOnce(t *testing.T, s *Store, _ *clock) {
	body := []byte("terms")
	atOnce(20, func(int) {
		if err := s.KeepContent(background(t), sumOf(body), "text/plain", body); err != nil {
			t.Error(err)
		}
	})
	var rows, size int
	ok(t, s.readRow(background(t), `SELECT COUNT(*), SUM(size) FROM contents`, nil, &rows, &size))
	if rows != 1 || size != len(body) {
		t.Errorf("%d rows of %d bytes", rows, size)
	}
}

// unguard does what somebody does first who means to change what is kept.
func unguard(t *testing.T, s *Store, table string) {
	t.Helper()
	for _, g := range guards[s.engine] {
		if g.table != table {
			continue
		}
		drop := `DROP TRIGGER ` + g.name
		if s.engine == postgresEngine {
			drop += ` ON ` + table
		}
		_, err := s.exec(background(t), drop)
		ok(t, err)
	}
}
