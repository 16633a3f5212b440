package realdb

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// PostgresOptions are how a server differs from the quick one.
type PostgresOptions struct {
	// Fsync makes commits wait for the disk, for tests that cut the power.
	Fsync bool
	// Settings are further lines of its configuration, like "max_connections=20".
	Settings []string
}

const postgresHint = "apt-get install postgresql"

// Debian keeps the server's programs out of PATH.
const postgresPrograms = "/usr/lib/postgresql/*/bin"

// shared is the server that the tests of one binary have in common.
var shared struct {
	start  sync.Once
	server *Server
	err    error
	count  atomic.Int64
}

// Run runs a binary's tests and ends the server that they have shared, if any.
func Run(m *testing.M) int {
	code := m.Run()
	if shared.server != nil {
		shared.server.remove()
	}
	return code
}

// Postgres returns the address of an empty schema on the shared server, which is made
// in a moment. What is notified is heard in the other schemas too: tests that listen
// use a database of their own.
func Postgres(t testing.TB) string {
	t.Helper()
	_, err := program("initdb", postgresPrograms)
	need(t, err, "REQUIRE_POSTGRES", postgresHint)
	shared.start.Do(func() { shared.server, shared.err = startPostgres(PostgresOptions{}) })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	name := fmt.Sprintf("test%d", shared.count.Add(1))
	shared.server.run(t, "CREATE SCHEMA "+name)
	return shared.server.URL("postgres") + "&search_path=" + name
}

// PostgresDatabase returns the address of an empty database on the shared server. It
// takes PostgreSQL up to a second to make one.
func PostgresDatabase(t testing.TB) string {
	t.Helper()
	Postgres(t)
	return shared.server.Database(t)
}

// StartPostgres starts a server for this test alone.
func StartPostgres(t testing.TB, o PostgresOptions) *Server {
	t.Helper()
	_, err := program("initdb", postgresPrograms)
	need(t, err, "REQUIRE_POSTGRES", postgresHint)
	s, err := startPostgres(o)
	return own(t, s, err)
}

func startPostgres(o PostgresOptions) (*Server, error) {
	initdb, err := program("initdb", postgresPrograms)
	if err != nil {
		return nil, err
	}
	s, err := newServer("postgres")
	if err != nil {
		return s, err
	}
	data := filepath.Join(s.dir, "data")
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	initialise := exec.CommandContext(ctx, initdb, "-D", data, "-U", "portal", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	initialise.Dir, initialise.SysProcAttr = s.dir, &syscall.SysProcAttr{Credential: credential()}
	if said, err := initialise.CombinedOutput(); err != nil {
		return s, fmt.Errorf("initdb: %w: %s", err, said)
	}
	s.death, s.gentle = syscall.SIGQUIT, syscall.SIGINT
	s.command = func(s *Server) *exec.Cmd {
		host, port, _ := net.SplitHostPort(s.Address)
		args := []string{"-D", data}
		for _, setting := range append([]string{
			"listen_addresses=" + host, "port=" + port, "unix_socket_directories=", "shared_buffers=16MB", "max_connections=100",
			"fsync=" + onOff(o.Fsync), "full_page_writes=" + onOff(o.Fsync),
		}, o.Settings...) {
			args = append(args, "-c", setting)
		}
		command := exec.Command(filepath.Join(filepath.Dir(initdb), "postgres"), args...)
		command.Dir = s.dir
		return command
	}
	s.ready = func(ctx context.Context, s *Server) error {
		conn, err := pgx.Connect(ctx, s.URL("postgres"))
		if err != nil {
			return err
		}
		return conn.Close(ctx)
	}
	return s, s.Start()
}

// Database returns the address of a new and empty database. It is left behind: it
// goes with the server.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test%d", shared.count.Add(1))
	s.run(t, "CREATE DATABASE "+name)
	return s.URL(name)
}

func (s *Server) run(t testing.TB, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), startLimit)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatal(err)
	}
}

// URL is the address of a database of a PostgreSQL server.
func (s *Server) URL(database string) string {
	return "postgres://portal:secret-of-the-database@" + s.Address + "/" + database + "?sslmode=disable"
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
