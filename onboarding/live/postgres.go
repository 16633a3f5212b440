package live

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// channel is the name under which replicas find each other, on any bus.
const channel = "portal_live"

// comeback is how long a bus waits before it tries its server again.
const comeback = 500 * time.Millisecond

// Postgres is a bus over LISTEN and NOTIFY of the database that the replicas share.
type Postgres struct {
	// Silence is how long the bus may say nothing before it is asked whether it is
	// there: a machine that has vanished does not close its connections.
	Silence time.Duration
	pool    *pgxpool.Pool
}

// silence is the usual Silence.
const silence = 15 * time.Second

// NewPostgres makes a Postgres bus. It does not connect yet.
func NewPostgres(ctx context.Context, databaseURL string) (*Postgres, error) {
	config, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		// pgx repeats the address in its error, less the password as far as it finds one.
		return nil, errors.New("live: the database address can't be read")
	}
	config.MaxConns = 3 // one listens for as long as the portal runs
	config.MinConns = 0
	config.ConnConfig.ConnectTimeout = publishTime
	config.ConnConfig.RuntimeParams["application_name"] = "portal live"
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("live: postgres: %w", err)
	}
	return &Postgres{Silence: silence, pool: pool}, nil
}

// publishTime bounds what a page waits for the bus.
const publishTime = 2 * time.Second

// Publish sends a message to all who listen now. It tries again once, as a connection
// of the pool may have been dead for a while, and to be told twice hurts nobody.
func (p *Postgres) Publish(ctx context.Context, m Message) (err error) {
	ctx, cancel := context.WithTimeout(ctx, publishTime)
	defer cancel()
	for range 2 {
		if _, err = p.pool.Exec(ctx, `SELECT pg_notify($1, $2)`, channel, m.encode()); err == nil {
			return nil
		}
	}
	return fmt.Errorf("live: notify: %w", err)
}

// Run listens until ctx ends. Whenever the connection was lost it connects again.
// PostgreSQL keeps nothing for those who don't listen, so that there is a gap before
// each time that it begins to.
func (p *Postgres) Run(ctx context.Context, deliver func(Message), gap func(error)) {
	defer p.pool.Close()
	var lost error
	for ctx.Err() == nil {
		lost = p.listen(ctx, deliver, gap, lost)
		sleep(ctx, comeback)
	}
}

func (p *Postgres) listen(ctx context.Context, deliver func(Message), gap func(error), lost error) error {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	// A connection that goes back to the pool must not go on listening.
	defer func() { _ = conn.Conn().Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	gap(lost)
	for {
		n, err := p.wait(ctx, conn.Conn())
		switch {
		case err != nil:
			return err
		case n == nil:
			continue
		}
		if m, ok := decodeMessage(n.Payload); ok {
			deliver(m)
		}
	}
}

// wait gives the next notification, or nil where there was none for a while.
func (p *Postgres) wait(ctx context.Context, conn *pgx.Conn) (*pgconn.Notification, error) {
	quiet, cancel := context.WithTimeout(ctx, p.Silence)
	defer cancel()
	n, err := conn.WaitForNotification(quiet)
	if err == nil || ctx.Err() != nil || !pgconn.Timeout(err) {
		return n, err
	}
	alive, cancel := context.WithTimeout(ctx, publishTime)
	defer cancel()
	return nil, conn.Ping(alive)
}
