package server

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"portal/onboarding/live"
	"portal/onboarding/store"
	"portal/session"
	"portal/session/redisstore"
)

// What replicas share is in Redis where there is one, else in the database. With
// SQLite there is one replica, and what is only of the moment is in its memory.

func (p *portal) openRedis() (err error) {
	if p.config.RedisURL == "" {
		return nil
	}
	if p.redis, err = redisstore.Open(string(p.config.RedisURL)); err != nil {
		return fmt.Errorf("PORTAL_REDIS_URL: %w", err)
	}
	return nil
}

// joinBus connects the portal with the other replicas.
func (p *portal) joinBus(ctx context.Context) error {
	switch {
	case p.redis != nil:
		p.watch.Bus = live.Redis{Client: p.redis.Client}
	case !p.alone():
		bus, err := live.NewPostgres(ctx, string(p.config.DatabaseURL))
		if err != nil {
			return fmt.Errorf("PORTAL_DATABASE_URL: %w", err)
		}
		p.watch.Bus = bus
	}
	return nil
}

// alone: with this database there are no replicas.
func (p *portal) alone() bool { return strings.HasPrefix(string(p.config.DatabaseURL), "sqlite:") }

func (p *portal) sessions() session.SessionStore {
	if p.redis != nil {
		return p.redis.Sessions(session.IdleLimit)
	}
	return p.store.Sessions(session.IdleLimit)
}

func (p *portal) limits() session.Limits {
	factor := float64(p.config.RateLimit)
	switch {
	case p.redis != nil:
		return session.NewSharedLimits(p.redis, factor)
	case !p.alone():
		return session.NewSharedLimits(p.store, factor)
	}
	return session.NewMemoryLimits(factor, time.Now)
}

// records are the database's, and answer for Redis as well when they are asked
// whether they are there.
func (p *portal) records() records { return records{p.store, p.redis} }

type records struct {
	*store.Store
	redis *redisstore.Store // nil: none
}

// Ping asks all there is, side by side: whoever asks has little time.
func (r records) Ping(ctx context.Context) error {
	if r.redis == nil {
		return r.Store.Ping(ctx)
	}
	redis := make(chan error, 1)
	go func() { redis <- r.redis.Ping(ctx) }()
	return errors.Join(r.Store.Ping(ctx), <-redis)
}
