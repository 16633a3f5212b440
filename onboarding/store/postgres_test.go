package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"portal/onboarding/store/realdb"
)

func TestMain(m *testing.M) { os.Exit(realdb.Run(m)) }

func TestPostgreSQL(t *testing.T) {
	Suite(t, func(t *testing.T) *Store { return openAt(t, realdb.Postgres(t)) })
}

func TestSixReplicasMayStartAtOnce(t *testing.T) {
	address := realdb.Postgres(t)
	atOnce(6, func(int) {
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

func TestPostgreSQLKeepsToTheLimitsThatThePortalSets(t *testing.T) {
	address := realdb.Postgres(t)
	for name, want := range map[string]string{
		"synchronous_commit": "on", "statement_timeout": "5s", "lock_timeout": "4s",
		"idle_in_transaction_session_timeout": "10s", "transaction_isolation": "read committed",
	} {
		var got string
		if err := openAt(t, address).write.QueryRowContext(background(t), "SHOW "+name).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", name, got, want, err)
		}
	}
	var got string
	s := openAt(t, address+"&statement_timeout=7s&pool_max_conns=3")
	if err := s.write.QueryRowContext(background(t), "SHOW statement_timeout").Scan(&got); err != nil || got != "7s" {
		t.Errorf("the address's own limit is not kept: %q, %v", got, err)
	}
	if size := s.write.Stats().MaxOpenConnections; size != 3 {
		t.Errorf("the pool has %d connections", size)
	}
}

func TestNoErrorRepeatsThePasswordOfTheDatabase(t *testing.T) {
	const password = "hunter2"
	good := realdb.Postgres(t)
	of := func(change func(u *url.URL)) string {
		u, err := url.Parse(good)
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.UserPassword("portal", password)
		change(u)
		return u.String()
	}
	for name, address := range map[string]string{
		"nobody there":       of(func(u *url.URL) { u.Host = "127.0.0.1:1" }),
		"no such database":   of(func(u *url.URL) { u.Path = "/none" }),
		"no such user":       of(func(u *url.URL) { u.User = url.UserPassword("nobody", password) }),
		"no such setting":    of(func(u *url.URL) { u.RawQuery += "&flavour=sweet" }),
		"commits may vanish": of(func(u *url.URL) { u.RawQuery += "&synchronous_commit=off" }),
		"a pool of none":     of(func(u *url.URL) { u.RawQuery += "&pool_max_conns=0" }),
		"not encoded":        "postgres://portal:hunter2/x@host/db",
		"no port":            "postgres://portal:hunter2@host:port/db",
		"bad escape":         "postgres://portal:hunter2%zz@host/db",
		"bad mode":           "postgres://portal:hunter2@host/db?sslmode=maybe",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		s, err := Open(ctx, address)
		cancel()
		if err == nil {
			_ = s.Close()
			t.Errorf("%s: it was opened", name)
		} else if strings.Contains(err.Error(), password) {
			t.Errorf("%s: the error has the password in it", name)
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: the error has several lines: %v", name, err)
		}
	}
}

func TestADatabaseOfAnotherEncodingIsRefused(t *testing.T) {
	db, err := sql.Open("pgx", realdb.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(background(t), `CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`); err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(realdb.Postgres(t))
	u.Path = "/latin"
	if _, err := Open(background(t), u.String()); err == nil || !strings.Contains(err.Error(), "UTF8") {
		t.Errorf("opened with %v", err)
	}
}

func TestAHungDatabaseHangsNobody(t *testing.T) {
	server := realdb.StartPostgres(t, realdb.PostgresOptions{})
	s := openAt(t, server.Database(t))
	commit(t, s.Sessions(idle), "t", s.Now().Add(time.Hour))
	server.Freeze()
	s.patience = 50 * time.Millisecond
	for name, call := range calls(s) {
		if err := call(t.Context()); !timedOut(err) {
			t.Errorf("%s, without a deadline of its own: %v", name, err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Open(ctx, server.URL("postgres")); !timedOut(err) {
		t.Errorf("Open: %v", err)
	}
	server.Thaw()
	s.patience = defaultPatience
	ok(t, s.Ping(background(t)))
}

func TestADatabaseThatCameBackIsUsedAgain(t *testing.T) {
	server := realdb.StartPostgres(t, realdb.PostgresOptions{})
	s := openAt(t, server.Database(t))
	ok(t, s.Ping(background(t)))
	server.Kill()
	if err := s.Ping(background(t)); err == nil {
		t.Error("a dead database answers")
	}
	ok(t, server.Start())
	ok(t, s.Ping(background(t)))
	if _, err := s.Ledger().Open(background(t), identify("k")); err != nil {
		t.Error(err)
	}
}

func TestWhoWaitsForALeaseDoesNotGetItAsWell(t *testing.T) {
	s := openAt(t, realdb.Postgres(t))
	ctx, l := background(t), s.Ledger()
	_, err := l.Intend(ctx, consent("k1"), click)
	ok(t, err)
	ok(t, l.Return(ctx, "acme", "c1"))
	first, err := s.write.BeginTx(ctx, nil)
	ok(t, err)
	defer func() { _ = first.Rollback() }()
	now := s.Now()
	_, err = first.ExecContext(ctx, takeLease, millis(now.Add(time.Minute)), "acme", "c1", millis(now))
	ok(t, err)
	second := make(chan bool, 1)
	go func() {
		mine, err := l.Lease(ctx, "acme", "c1")
		second <- mine || err != nil
	}()
	for waiting := 0; waiting == 0; {
		ok(t, s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM pg_locks WHERE NOT granted`).Scan(&waiting))
	}
	ok(t, first.Commit())
	if <-second {
		t.Error("two have the lease")
	}
}
