package live

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/redis/go-redis/v9"
)

// Redis is a bus over publish and subscribe.
type Redis struct {
	Client redis.UniversalClient
	// Silence is what it is for Postgres; 0 is the usual.
	Silence time.Duration
}

// Publish sends a message to all who are subscribed now.
func (r Redis) Publish(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, publishTime)
	defer cancel()
	if err := r.Client.Publish(ctx, channel, m.encode()).Err(); err != nil {
		return fmt.Errorf("live: publish: %w", err)
	}
	return nil
}

// Run delivers until ctx ends. Redis keeps nothing for those who are away, so that
// there is a gap before each time that it is subscribed.
func (r Redis) Run(ctx context.Context, deliver func(Message), gap func(error)) {
	if r.Silence == 0 {
		r.Silence = silence
	}
	var lost error
	for ctx.Err() == nil {
		lost = r.listen(ctx, deliver, gap, lost)
		sleep(ctx, comeback)
	}
}

func (r Redis) listen(ctx context.Context, deliver func(Message), gap func(error), lost error) error {
	subscription := r.Client.Subscribe(ctx, channel)
	defer func() { _ = subscription.Close() }()
	// The library's reads end at their time limit, but not with ctx.
	defer context.AfterFunc(ctx, func() { _ = subscription.Close() })()
	// The first answer says that it is subscribed. Its failure ends this try, since the
	// library would connect again without a word, and nobody would know of the gap.
	if _, err := subscription.ReceiveTimeout(ctx, publishTime); err != nil {
		return err
	}
	gap(lost)
	for patience := r.Silence; ; {
		received, err := subscription.ReceiveTimeout(ctx, patience)
		var timeout net.Error
		switch {
		case err == nil:
			patience = r.Silence
		case ctx.Err() == nil && patience == r.Silence && errors.As(err, &timeout) && timeout.Timeout():
			patience = publishTime // for the answer
			if err := subscription.Ping(ctx); err != nil {
				return err
			}
		default:
			return err
		}
		if m, ok := received.(*redis.Message); ok {
			if message, ok := decodeMessage(m.Payload); ok {
				deliver(message)
			}
		}
	}
}
