package live

import (
	"context"
	"encoding/json"
)

// Who is one customer, as one partner's.
type Who struct {
	Partner  string `json:"partner"`
	Customer string `json:"customer"` // Iron's id
}

// Message is what replicas tell each other. It names no person, and its size is
// bounded by that of the ids in it.
type Message struct {
	Who
	Version string `json:"version,omitempty"` // of the facts that were read
	Stage   string `json:"stage,omitempty"`
	State   string `json:"state,omitempty"`
	// Look is for pages that follow the customer: something has changed that is not
	// Iron's, and so in no version of facts.
	Look bool `json:"look,omitempty"`
	// Ended names a session that is over, whose streams are to be closed; then the
	// rest is empty.
	Ended string `json:"ended,omitempty"`
}

func (m Message) encode() string {
	text, err := json.Marshal(m)
	if err != nil {
		panic("live: " + err.Error()) // strings alone
	}
	return string(text)
}

// decodeMessage reads what another replica, maybe of another version, has sent.
func decodeMessage(text string) (m Message, ok bool) {
	err := json.Unmarshal([]byte(text), &m)
	return m, err == nil && (m.Ended != "" || m.Partner != "" && m.Customer != "")
}

// Bus carries messages to every replica, the sender's own included.
type Bus interface {
	// Publish sends a message. An error means that some may not hear of it; they find
	// out by asking, or by the gap that follows.
	Publish(ctx context.Context, m Message) error
	// Run delivers until ctx ends. gap is called when messages may have been lost,
	// before any that come after; with nil when it is the first time that the bus
	// listens at all. Neither function may keep it waiting.
	Run(ctx context.Context, deliver func(Message), gap func(error))
}

// Local is the bus of a portal that is one process.
type Local struct{ messages chan Message }

// NewLocal makes a Local.
func NewLocal() *Local { return &Local{make(chan Message, 1024)} }

// Publish never fails but for a ctx that has ended.
func (l *Local) Publish(ctx context.Context, m Message) error {
	select {
	case l.messages <- m:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Run delivers until ctx ends. There is never a gap.
func (l *Local) Run(ctx context.Context, deliver func(Message), _ func(error)) {
	for {
		select {
		case m := <-l.messages:
			deliver(m)
		case <-ctx.Done():
			return
		}
	}
}
