package redisstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Store is a Redis server. It is safe for use by many at once.
type Store struct {
	// Now is the clock that sessions and limits are judged by, as with the database.
	// Open sets time.Now; a test sets its own before the first use.
	Now func() time.Time
	// Client is the connection, for the bus between replicas.
	Client *redis.Client
	// Patience bounds each act, however long its caller would wait.
	Patience time.Duration
}

const (
	defaultPatience = 2 * time.Second
	// prefix is before every key, as operators may keep other things there too.
	prefix = "portal:"
)

// errAddress does not say what is wrong: the parser repeats the address, and there may
// be a password in it.
var errAddress = errors.New("redisstore: the address can't be read as redis://user:password@host:port/number or rediss://…" +
	" (special characters of the password must be percent-encoded)")

// Open reads the address and connects when it is first needed. No error repeats the
// address.
func Open(address string) (*Store, error) {
	options, err := redis.ParseURL(address)
	if err != nil {
		return nil, errAddress
	}
	logging.Disable() // what matters comes back as an error, and the rest has addresses in it
	options.ClientName = "portal"
	options.ContextTimeoutEnabled = true // else a server that hangs hangs everybody
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout = defaultPatience, defaultPatience, defaultPatience
	options.MaxRetries, options.DialerRetries = 1, 1 // a page that says so soon is better than one that comes late
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return &Store{Now: time.Now, Client: redis.NewClient(options), Patience: defaultPatience}, nil
}

// Ping tells whether Redis answers, and takes what it is given: one that is full, or
// only reads, is of no use.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := s.limit(ctx)
	defer cancel()
	if err := s.Client.Set(ctx, prefix+"ping", 1, time.Minute).Err(); err != nil {
		return fmt.Errorf("redisstore: ping: %w", err)
	}
	return nil
}

// Close ends all connections. Whatever is asked afterwards is answered with an error.
func (s *Store) Close() error { return s.Client.Close() }

func (s *Store) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, s.Patience)
}
