package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Sessions keeps sessions for scs, which hands it the hash of each token, and judges
// by the store's clock when one has been idle for too long. Redis deletes by its own
// clock what is over, so that nobody has to.
type Sessions struct {
	s    *Store
	idle time.Duration
}

// Sessions is the part of the store that keeps sessions. One that nobody has touched
// for the time of idle is not found any more.
func (s *Store) Sessions(idle time.Duration) Sessions { return Sessions{s, idle} }

// touchEvery is how stale the last-seen moment may get, as in the database.
const touchEvery = time.Minute

// The fields of a session's hash.
const (
	dataField    = "data"
	expiresField = "expires" // milliseconds since 1970, like seen
	seenField    = "seen"
)

func sessionKey(token string) string { return prefix + "session:" + token }

// FindCtx returns a session's data, unless it has expired or was idle for too long.
func (n Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	ctx, cancel := n.s.limit(ctx)
	defer cancel()
	fields, err := n.s.Client.HMGet(ctx, sessionKey(token), dataField, expiresField, seenField).Result()
	if err != nil {
		return nil, false, fmt.Errorf("redisstore: find session: %w", err)
	}
	text, _ := fields[0].(string)
	now := n.s.Now()
	if !moment(fields[1]).After(now) || !moment(fields[2]).After(now.Add(-n.idle)) {
		return nil, false, nil
	}
	return []byte(text), true, nil
}

// CommitCtx keeps a session, seen now. One that has expired already is kept by nobody.
func (n Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	ctx, cancel := n.s.limit(ctx)
	defer cancel()
	key, now := sessionKey(token), n.s.Now()
	_, err := n.s.Client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.HSet(ctx, key, dataField, data, expiresField, expiry.UnixMilli(), seenField, now.UnixMilli())
		p.PExpire(ctx, key, min(expiry.Sub(now), n.idle)) // not above zero: deleted at once
		return nil
	})
	if err != nil {
		return fmt.Errorf("redisstore: commit session: %w", err)
	}
	return nil
}

// DeleteCtx ends a session. One that is not there is no error.
func (n Sessions) DeleteCtx(ctx context.Context, token string) error {
	ctx, cancel := n.s.limit(ctx)
	defer cancel()
	if err := n.s.Client.Del(ctx, sessionKey(token)).Err(); err != nil {
		return fmt.Errorf("redisstore: delete session: %w", err)
	}
	return nil
}

// touch is one act for Redis, so that no session ends between its parts and comes back.
// Its arguments are now, the idle limit and touchEvery.
var touch = redis.NewScript(`
local seen, expires = unpack(redis.call('HMGET', KEYS[1], 'seen', 'expires'))
local now, idle, every = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if not seen or not expires then return 0 end
seen, expires = tonumber(seen), tonumber(expires)
if seen > now - every or seen <= now - idle or expires <= now then return 0 end
redis.call('HSET', KEYS[1], 'seen', ARGV[1])
redis.call('PEXPIRE', KEYS[1], math.min(expires - now, idle))
return 1`)

// Touch notes that a session was seen, at most once a minute. It never makes one: a
// request that was under way while its session ended must not bring it back.
func (n Sessions) Touch(ctx context.Context, token string) error {
	ctx, cancel := n.s.limit(ctx)
	defer cancel()
	err := touch.Run(ctx, n.s.Client, []string{sessionKey(token)},
		n.s.Now().UnixMilli(), n.idle.Milliseconds(), touchEvery.Milliseconds()).Err()
	if err != nil && !errors.Is(err, redis.Nil) {
		return fmt.Errorf("redisstore: touch session: %w", err)
	}
	return nil
}

// moment reads what HMGET gives; what is not there was in 1970.
func moment(field any) time.Time {
	text, _ := field.(string)
	ms, _ := strconv.ParseInt(text, 10, 64)
	return time.UnixMilli(ms)
}

// Find is FindCtx for whoever has no context.
func (n Sessions) Find(token string) (data []byte, found bool, err error) {
	return n.FindCtx(context.Background(), token)
}

// Commit is CommitCtx for whoever has no context.
func (n Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return n.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx for whoever has no context.
func (n Sessions) Delete(token string) error {
	return n.DeleteCtx(context.Background(), token)
}
