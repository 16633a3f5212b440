package live_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"portal/onboarding/live"
	"portal/onboarding/store/realdb"
	"portal/session/redisstore"

	"github.com/jackc/pgx/v5"
)

func TestMain(m *testing.M) { os.Exit(realdb.Run(m)) }

// ears are one replica's end of a bus.
type ears struct {
	t        *testing.T
	bus      live.Bus
	messages chan live.Message
	gaps     chan error
}

// onBus is a replica that listens, and has begun to.
func onBus(t *testing.T, bus live.Bus) *ears {
	t.Helper()
	e := &ears{t: t, bus: bus, messages: make(chan live.Message, 100), gaps: make(chan error, 100)}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		bus.Run(ctx, func(m live.Message) { e.messages <- m }, func(err error) { e.gaps <- err })
	}()
	t.Cleanup(func() { stop(); <-ended })
	if err := e.gap(); err != nil {
		t.Fatalf("the first time that it listens, it says %v", err)
	}
	return e
}

func (e *ears) gap() error {
	e.t.Helper()
	select {
	case err := <-e.gaps:
		return err
	case <-e.t.Context().Done():
	case <-time.After(30 * time.Second):
	}
	e.t.Fatal("no gap is reported")
	return nil
}

// hears says something, and wants it to be the next that the other hears.
func (e *ears) hears(from *ears, stage string) {
	e.t.Helper()
	m := live.Message{Who: ada, Version: "v", Stage: stage, State: "s", Look: true}
	if err := from.bus.Publish(e.t.Context(), m); err != nil {
		e.t.Fatal(err)
	}
	select {
	case got := <-e.messages:
		if got != m {
			e.t.Fatalf("heard %+v, not %+v", got, m)
		}
	case <-time.After(30 * time.Second):
		e.t.Fatalf("nobody heard of %s", stage)
	}
}

// network is a real server with buses over it.
type network struct {
	*realdb.Server
	bus     func() live.Bus
	garbage func(payload string) error // sends what no replica would
	cut     func() error               // ends all connections, from the server's side
}

func overPostgres(t *testing.T) network {
	t.Helper()
	server := realdb.StartPostgres(t, realdb.PostgresOptions{})
	address := server.Database(t)
	exec := func(statement string, args ...any) error {
		conn, err := pgx.Connect(t.Context(), address)
		if err != nil {
			return err
		}
		defer conn.Close(t.Context())
		_, err = conn.Exec(t.Context(), statement, args...)
		return err
	}
	return network{
		Server: server,
		bus: func() live.Bus {
			bus, err := live.NewPostgres(t.Context(), address)
			must(t, err)
			bus.Silence = 50 * time.Millisecond
			return bus
		},
		garbage: func(payload string) error { return exec(`SELECT pg_notify('portal_live', $1)`, payload) },
		cut: func() error {
			return exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'portal live'`)
		},
	}
}

func overRedis(t *testing.T) network {
	t.Helper()
	server := realdb.StartRedis(t)
	connect := func() *redisstore.Store {
		s, err := redisstore.Open(server.RedisURL())
		must(t, err)
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	by := connect()
	return network{
		Server:  server,
		bus:     func() live.Bus { return live.Redis{Client: connect().Client, Silence: 50 * time.Millisecond} },
		garbage: func(payload string) error { return by.Client.Publish(t.Context(), "portal_live", payload).Err() },
		cut: func() error {
			for _, kind := range []string{"normal", "pubsub"} {
				if err := by.Client.ClientKillByFilter(t.Context(), "TYPE", kind, "SKIPME", "yes").Err(); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func onEachBus(t *testing.T, test func(t *testing.T, n network)) {
	for name, start := range map[string]func(t *testing.T) network{"PostgreSQL": overPostgres, "Redis": overRedis} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, start(t))
		})
	}
}

func TestWhatOneReplicaSaysIsHeardByAll(t *testing.T) {
	onEachBus(t, func(t *testing.T, n network) {
		a, b := onBus(t, n.bus()), onBus(t, n.bus())
		b.hears(a, "first")
		for _, payload := range []string{"", "not json", "{", "null", "[]", `{"stage":"x"}`, `{"partner":"acme"}`, "\x01" + strings.Repeat("x", 7000)} {
			must(t, n.garbage(payload))
		}
		b.hears(a, "second")
		if m := <-a.messages; m.Stage != "first" {
			t.Errorf("the sender heard %+v", m)
		}
		if m := <-a.messages; m.Stage != "second" {
			t.Errorf("the sender heard %+v", m)
		}
	})
}

func TestAfterALostConnectionAGapIsReportedAndLaterNewsAreHeard(t *testing.T) {
	onEachBus(t, func(t *testing.T, n network) {
		a, b := onBus(t, n.bus()), onBus(t, n.bus())
		b.hears(a, "before")
		<-a.messages
		for name, hurt := range map[string]func() error{
			"cut": n.cut,
			"restarted": func() error {
				n.Kill()
				return n.Start()
			},
			"hung": func() error {
				n.Freeze()
				defer n.Thaw()
				for range 2 { // each waits for as long as an answer may take
					if err := b.bus.Publish(t.Context(), live.Message{Ended: "s"}); err == nil {
						t.Error("a server that hangs took a message")
					}
				}
				return nil
			},
		} {
			must(t, hurt())
			for _, replica := range []*ears{a, b} {
				if err := replica.gap(); err == nil {
					t.Errorf("%s: the gap has no reason", name)
				}
			}
			for len(a.messages)+len(b.messages) > 0 { // those of the server that hung, when it woke
				select {
				case <-a.messages:
				case <-b.messages:
				}
			}
			b.hears(a, "after it was "+name)
			<-a.messages
		}
	})
}

func TestABusEndsAtOnceThoughItsServerHangs(t *testing.T) {
	onEachBus(t, func(t *testing.T, n network) {
		for _, bus := range []live.Bus{n.bus(), n.bus()} {
			ctx, stop := context.WithCancel(t.Context())
			heard, ended := make(chan error, 10), make(chan struct{})
			go func() {
				defer close(ended)
				bus.Run(ctx, func(live.Message) {}, func(err error) { heard <- err })
			}()
			<-heard
			n.Freeze()
			stop()
			<-ended // the test's own limit says when not
			n.Thaw()
		}
	})
}
