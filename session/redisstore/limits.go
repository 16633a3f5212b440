package redisstore

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// take decides as the database does: what is kept is the moment at which the key has
// everything again. Its arguments are now, the interval and the latest such moment at
// which there is still one to be taken, in microseconds, of which Lua's numbers hold
// some centuries exactly.
var take = redis.NewScript(`
local now, gain, latest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local free = tonumber(redis.call('GET', KEYS[1]) or 0)
if free > latest then return free - latest end
free = math.max(free, now) + gain
redis.call('SET', KEYS[1], string.format('%.0f', free), 'PX', math.ceil((free - now) / 1000))
return 0`)

// Take takes one of what a key has left, and tells how long to wait where nothing is
// left; 0 means that it was taken. A key has burst at most, and gains one in each
// interval. All replicas take from the same.
func (s *Store) Take(ctx context.Context, key string, interval time.Duration, burst int) (wait time.Duration, err error) {
	ctx, cancel := s.limit(ctx)
	defer cancel()
	now, gain := s.Now().UnixMicro(), interval.Microseconds()
	left, err := take.Run(ctx, s.Client, []string{prefix + "limit:" + key}, now, gain, now+int64(burst-1)*gain).Int64()
	if err != nil {
		return 0, fmt.Errorf("redisstore: take of a limit: %w", err)
	}
	return time.Duration(left) * time.Microsecond, nil
}
