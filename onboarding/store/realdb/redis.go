package realdb

import (
	"bufio"
	"context"
	"errors"
	"net"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// StartRedis starts a server for this test alone, which takes a moment. It keeps
// nothing on the disk, and is empty after a Start.
func StartRedis(t testing.TB) *Server {
	t.Helper()
	path, err := program("redis-server")
	need(t, err, "REQUIRE_REDIS", "apt-get install redis-server")
	s, err := newServer("redis")
	if err != nil {
		return own(t, s, err)
	}
	s.death, s.gentle = syscall.SIGKILL, syscall.SIGTERM
	s.command = func(s *Server) *exec.Cmd {
		host, port, _ := net.SplitHostPort(s.Address)
		command := exec.Command(path, "--bind", host, "--port", port, "--save", "", "--appendonly", "no", "--dir", s.dir)
		command.Dir = s.dir
		return command
	}
	s.ready = redisReady
	return own(t, s, s.Start())
}

// RedisURL is the address of a Redis server.
func (s *Server) RedisURL() string { return "redis://" + s.Address + "/0" }

func redisReady(ctx context.Context, s *Server) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.Address)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err == nil && !strings.HasPrefix(answer, "+PONG") {
		err = errors.New(answer)
	}
	return err
}
