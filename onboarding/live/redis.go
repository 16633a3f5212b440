package live

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/redis/go-redis/v9"
)

// Redis is a bus over publish and subscribe.
type Redis struct{ Client redis.UniversalClient }

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
// there is a gap whenever the connection was lost.
func (r Redis) Run(ctx context.Context, deliver func(Message), gap func(error)) {
	var lost error
	for ctx.Err() == nil {
		lost = r.listen(ctx, deliver, gap, lost)
		sleep(ctx, comeback)
	}
}

func (r Redis) listen(ctx context.Context, deliver func(Message), gap func(error), lost error) error {
	subscription := r.Client.Subscribe(ctx, channel)
	defer func() { _ = subscription.Close() }()
	// The first answer says that it is subscribed. Its failure ends this try, since the
	// library would connect again without a word, and nobody would know of the gap.
	if _, err := subscription.ReceiveTimeout(ctx, publishTime); err != nil {
		return err
	}
	if lost != nil {
		gap(lost)
	}
	for asked := false; ; {
		received, err := subscription.ReceiveTimeout(ctx, silence)
		var timeout net.Error
		switch {
		case err == nil:
			asked = false
		case ctx.Err() == nil && !asked && errors.As(err, &timeout) && timeout.Timeout():
			asked = true
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
