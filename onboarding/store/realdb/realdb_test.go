package realdb_test

import (
	"context"
	"net"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"portal/onboarding/store/realdb"
)

func TestMain(m *testing.M) { os.Exit(realdb.Run(m)) }

func count(t *testing.T, url string) (n int, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	return n, conn.QueryRow(ctx, "SELECT COUNT(*) FROM kept").Scan(&n)
}

func TestWhatPostgreSQLHasCommittedOutlivesItsDeath(t *testing.T) {
	s := realdb.StartPostgres(t, realdb.PostgresOptions{Fsync: true})
	url := s.Database(t)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "CREATE TABLE kept AS SELECT 1 AS one"); err != nil {
		t.Fatal(err)
	}
	for name, end := range map[string]func(){"stopped": s.Stop, "killed": s.Kill} {
		end()
		if _, err := count(t, url); err == nil {
			t.Errorf("%s, it answers", name)
		}
		if err := s.Start(); err != nil {
			t.Fatal(err)
		}
		if n, err := count(t, url); err != nil || n != 1 {
			t.Errorf("%s and started again: %d rows, %v", name, n, err)
		}
	}
}

func TestSchemasOfTheSharedServerAreEmptyAndApart(t *testing.T) {
	one, other := realdb.Postgres(t), realdb.Postgres(t)
	conn, err := pgx.Connect(t.Context(), one)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "CREATE TABLE kept (one INT)"); err != nil {
		t.Fatal(err)
	}
	if _, err := count(t, other); err == nil {
		t.Error("a table of one database is seen from another")
	}
}

func TestAFrozenServerTakesConnectionsAndAnswersNothing(t *testing.T) {
	for name, s := range map[string]*realdb.Server{
		"redis":    realdb.StartRedis(t),
		"postgres": realdb.StartPostgres(t, realdb.PostgresOptions{}),
	} {
		s.Freeze()
		conn, err := net.Dial("tcp", s.Address)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		hello := []byte("PING\r\n")
		if name == "postgres" {
			hello = []byte{0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f} // asks whether it speaks TLS
		}
		if _, err := conn.Write(hello); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		if n, err := conn.Read(make([]byte, 1)); n != 0 || !os.IsTimeout(err) {
			t.Errorf("%s: %d bytes, %v", name, n, err)
		}
		s.Thaw()
		_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
		if n, err := conn.Read(make([]byte, 1)); n != 1 || err != nil {
			t.Errorf("%s, thawed: %d bytes, %v", name, n, err)
		}
		_ = conn.Close()
	}
}
