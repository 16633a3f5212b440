package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSQLiteFile(t *testing.T) {
	Suite(t, func(t *testing.T) *Store {
		return openAt(t, "sqlite:"+filepath.Join(t.TempDir(), "portal.db"))
	})
}

func TestSQLiteMemory(t *testing.T) {
	Suite(t, func(t *testing.T) *Store { return openAt(t, "sqlite::memory:") })
}

func openAt(t *testing.T, address string) *Store {
	t.Helper()
	s, err := Open(background(t), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestOpenSaysWhatItCannotOpen(t *testing.T) {
	for address, want := range map[string]string{
		"postgres://user:hidden/db/portal": "percent-encoded",
		"mysql://user:hidden@db/portal":    "must be sqlite:PATH",
		"data/portal.db":                   "must be sqlite:PATH",
		"":                                 "must be sqlite:PATH",
		"sqlite:":                          "path",
		"sqlite:/dev/null/portal.db":       "not a directory",
	} {
		s, err := Open(background(t), address)
		if err == nil {
			_ = s.Close()
			t.Errorf("%q was opened", address)
		} else if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestTheFileAndItsDirectoryAreMadeForTheOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "strange 100% name?#", "portal.db")
	s := openAt(t, "sqlite:"+path)
	if _, err := s.ClaimCustomer(background(t), "acme", "c1"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{path: 0o600, path + "-wal": 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		if err != nil {
			t.Error(err)
		} else if info.Mode().Perm() != want {
			t.Errorf("%s: mode %o, want %o", filepath.Base(name), info.Mode().Perm(), want)
		}
	}
}

func TestWhatWasKeptIsThereAfterOpeningAgain(t *testing.T) {
	address := "sqlite:" + filepath.Join(t.TempDir(), "portal.db")
	s := openAt(t, address)
	if _, err := s.Ledger().Intend(background(t), consent("k1"), click); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	kept, err := openAt(t, address).Ledger().Undelivered(background(t), "acme", click.Add(time.Second))
	if err != nil || len(kept) != 1 || kept[0].Key != "k1" {
		t.Errorf("kept %+v, %v", kept, err)
	}
}

func TestEightProcessesMayStartAtOnce(t *testing.T) {
	for range 2 {
		address := "sqlite:" + filepath.Join(t.TempDir(), "portal.db")
		atOnce(8, func(int) {
			s, err := Open(background(t), address)
			if err != nil {
				t.Error(err)
				return
			}
			if err := errors.Join(s.Ping(background(t)), s.Close()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestADeadlineHoldsWhileAnotherProcessWrites(t *testing.T) {
	address := "sqlite:" + filepath.Join(t.TempDir(), "portal.db")
	here, there := openAt(t, address), openAt(t, address)
	tx, err := there.write.BeginTx(background(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := here.ClaimCustomer(ctx, "acme", "c1"); err == nil || ctx.Err() == nil {
		t.Errorf("the claim was answered with %v before its deadline", err)
	}
	if _, err := here.OwnsCustomer(background(t), "acme", "c1"); err != nil {
		t.Errorf("readers wait for a writer: %v", err)
	}
}

func TestATouchThatIsNotDueDoesNotWaitForTheWriter(t *testing.T) {
	s := openAt(t, "sqlite:"+filepath.Join(t.TempDir(), "portal.db"))
	n := s.Sessions(idle)
	commit(t, n, "t", s.Now().Add(time.Hour))
	tx, err := s.write.BeginTx(background(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := n.Touch(ctx, "t"); err != nil {
		t.Error(err)
	}
}

func TestCommitsReachTheDisk(t *testing.T) {
	s := openAt(t, "sqlite:"+filepath.Join(t.TempDir(), "portal.db"))
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "busy_timeout": "5000"} {
		var got string
		if err := s.write.QueryRowContext(background(t), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", pragma, got, want, err)
		}
	}
}

func TestTheReadersCannotWrite(t *testing.T) {
	s := openAt(t, "sqlite:"+filepath.Join(t.TempDir(), "portal.db"))
	if _, err := s.read.ExecContext(background(t), `DELETE FROM consents`); err == nil {
		t.Error("a reader wrote")
	}
}
