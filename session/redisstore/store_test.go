package redisstore_test

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"portal/onboarding/store/realdb"
	"portal/session"
	"portal/session/redisstore"
	"portal/session/sessiontest"
)

func TestMain(m *testing.M) { os.Exit(realdb.Run(m)) }

func open(t *testing.T, server *realdb.Server) *redisstore.Store {
	t.Helper()
	s, err := redisstore.Open(server.RedisURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestSessionsInRedis(t *testing.T) {
	server := realdb.StartRedis(t)
	sessiontest.Sessions(t, func(t *testing.T, now func() time.Time) sessiontest.SessionStore {
		s := open(t, server)
		s.Now = now
		return s.Sessions(sessiontest.Idle)
	})
}

func TestLimitsInRedis(t *testing.T) {
	server := realdb.StartRedis(t)
	sessiontest.Limits(t, func(t *testing.T, now func() time.Time, factor float64) session.Limits {
		s := open(t, server)
		s.Now = now
		return session.NewSharedLimits(s, factor)
	})
}

// Redis itself deletes what is over: nothing may stay for ever.
func TestEverythingHasAnEndThatRedisKnows(t *testing.T) {
	s := open(t, realdb.StartRedis(t))
	n, now := s.Sessions(30*time.Minute), time.Now()
	for token, expiry := range map[string]time.Duration{"long": 12 * time.Hour, "short": time.Minute, "over": -time.Hour} {
		must(t, n.CommitCtx(t.Context(), token, []byte("x"), now.Add(expiry)))
	}
	_, err := s.Take(t.Context(), "k", time.Minute, 5)
	must(t, err)
	must(t, s.Ping(t.Context()))
	for key, most := range map[string]time.Duration{
		"portal:session:long": 30 * time.Minute, "portal:session:short": time.Minute, "portal:limit:k": time.Minute, "portal:ping": time.Minute,
	} {
		if ttl := s.Client.PTTL(t.Context(), key).Val(); ttl <= 0 || ttl > most {
			t.Errorf("%s ends in %v", key, ttl)
		}
	}
	s.Now = func() time.Time { return now.Add(11*time.Hour + 50*time.Minute) }
	must(t, n.CommitCtx(t.Context(), "long", []byte("x"), now.Add(12*time.Hour)))
	s.Now = func() time.Time { return now.Add(11*time.Hour + 55*time.Minute) }
	must(t, n.Touch(t.Context(), "long"))
	if ttl := s.Client.PTTL(t.Context(), "portal:session:long").Val(); ttl <= 0 || ttl > 5*time.Minute {
		t.Errorf("a touch lets a session outlive its end by %v", ttl-5*time.Minute)
	}
	if left := s.Client.DBSize(t.Context()).Val(); left != 4 {
		t.Errorf("%d keys are kept", left)
	}
}

func calls(s *redisstore.Store) map[string]func(context.Context) error {
	n := s.Sessions(time.Hour)
	return map[string]func(context.Context) error{
		"Ping":      s.Ping,
		"FindCtx":   func(ctx context.Context) error { _, _, err := n.FindCtx(ctx, "t"); return err },
		"CommitCtx": func(ctx context.Context) error { return n.CommitCtx(ctx, "t", nil, s.Now().Add(time.Hour)) },
		"DeleteCtx": func(ctx context.Context) error { return n.DeleteCtx(ctx, "t") },
		"Touch":     func(ctx context.Context) error { return n.Touch(ctx, "t") },
		"Take":      func(ctx context.Context) error { _, err := s.Take(ctx, "k", time.Second, 1); return err },
	}
}

// timedOut: a new connection's deadline is the network's to tell of, in its own words.
func timedOut(err error) bool {
	var network net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network) && network.Timeout()
}

func TestARedisThatHangsHangsNobodyAndIsUsedAgainWhenItWakes(t *testing.T) {
	server := realdb.StartRedis(t)
	s := open(t, server)
	must(t, s.Ping(t.Context()))
	server.Freeze()
	s.Patience = 50 * time.Millisecond
	for name, call := range calls(s) {
		if err := call(t.Context()); !timedOut(err) {
			t.Errorf("%s, without a deadline of its own: %v", name, err)
		}
	}
	s.Patience = time.Hour
	for name, call := range calls(s) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if err := call(ctx); !timedOut(err) {
			t.Errorf("%s: %v", name, err)
		}
		cancel()
	}
	server.Thaw()
	s.Patience = 20 * time.Second
	for name, call := range calls(s) {
		if err := call(t.Context()); err != nil {
			t.Errorf("%s, when it has woken: %v", name, err)
		}
	}
	server.Kill()
	for name, call := range calls(s) {
		if err := call(t.Context()); err == nil {
			t.Errorf("%s, without a server: no error", name)
		}
	}
	must(t, server.Start())
	for s.Ping(t.Context()) != nil { // the library looks once a second whether it is back
		time.Sleep(10 * time.Millisecond)
	}
	for name, call := range calls(s) {
		if err := call(t.Context()); err != nil {
			t.Errorf("%s, started again: %v", name, err)
		}
	}
}

func TestNoErrorRepeatsThePasswordOfRedis(t *testing.T) {
	server := realdb.StartRedis(t)
	for name, address := range map[string]string{
		"nobody there":     "redis://:hunter2@127.0.0.1:1",
		"a wrong password": "redis://portal:hunter2@" + server.Address,
		"no such number":   "redis://:hunter2@" + server.Address + "/x",
		"not encoded":      "redis://:hunter2/x@" + server.Address,
		"another scheme":   "https://:hunter2@" + server.Address,
		"no such setting":  "redis://:hunter2@" + server.Address + "?flavour=sweet",
	} {
		s, err := redisstore.Open(address)
		if err == nil {
			err = s.Ping(t.Context())
			_ = s.Close()
		}
		if err == nil || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
