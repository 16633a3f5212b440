package simulator

import (
	"encoding/json"
	"time"
)

// Event is something that happened in the world: a lever that was pulled, or a
// change that Iron would tell a partner of by webhook.
type Event struct {
	ID         int // counts from 1; never used twice, not even after Reset
	Time       time.Time
	PartnerID  string
	CustomerID string
	// Lever is what was done and Detail to what; empty for a change of status.
	Lever  string
	Detail string
	// Type is Iron's webhook type; empty for a lever.
	Type string
	// SubjectID is the customer or identification whose Status changed.
	SubjectID string
	Status    string

	settings Settings // as they were, for the webhook that tells of it
}

// Iron's webhook types that matter to onboarding.
const (
	TypeCustomerCreated      = "customer_created"
	TypeCustomerStatus       = "customer_status"
	TypeIdentificationStatus = "identification_status"
	TypePing                 = "ping"
)

// MessageShape is how a webhook's message is written: Iron's API document has it
// flat, Iron's examples wrap it by its kind.
type MessageShape string

// The shapes of a message.
const (
	MessageFlat    MessageShape = "flat"
	MessageWrapped MessageShape = "wrapped"
)

// keptEvents bounds memory on a long day of testing.
const keptEvents = 5000

// Events are those after the one with this id, oldest first.
func (s *Simulator) Events(after int) []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.world.settle()
	var found []Event
	for _, e := range s.world.events {
		if e.ID > after {
			found = append(found, e)
		}
	}
	return found
}

// Ping records the test message that Iron's dashboard sends to a webhook.
func (s *Simulator) Ping(apiKey string) error {
	return s.do(func(w *world) error {
		partner, ok := w.partners[keyHash(apiKey)]
		if !ok {
			return ErrNoKey
		}
		w.append(Event{Type: TypePing, PartnerID: partner.id, SubjectID: newID()})
		return nil
	})
}

// WebhookBody is the body that Iron would post for this event; nil for a lever.
// sent is when it is sent, which for a late or repeated delivery is not when it
// happened.
func (e Event) WebhookBody(shape MessageShape, sent time.Time) []byte {
	kind, ok := map[string]string{
		TypeCustomerCreated: "Event", TypeCustomerStatus: "CustomerStatus",
		TypeIdentificationStatus: "IdentificationStatus", TypePing: "Ping",
	}[e.Type]
	if !ok {
		return nil
	}
	message := wireMessage{ID: e.SubjectID, Status: e.Status}
	if e.Type == TypeCustomerCreated {
		message = wireMessage{ID: e.SubjectID, Kind: "CustomerCreated"}
	}
	customerID := e.CustomerID
	if customerID == "" {
		customerID = "00000000-0000-0000-0000-000000000000" // a ping is about nobody
	}
	var written any = message
	if shape == MessageWrapped {
		written = map[string]wireMessage{kind: message}
	}
	body, err := json.Marshal(wireWebhook{
		Type: e.Type, Timestamp: wireTime(sent),
		Data: wireNotification{CustomerID: customerID, Message: written},
	})
	if err != nil {
		panic(err) // strings only
	}
	return body
}

// note records a lever, and returns what dropEvent takes it back with.
func (w *world) note(lever, customerID, detail string) int {
	event := Event{Lever: lever, CustomerID: customerID, Detail: detail}
	if c, ok := w.customers[customerID]; ok {
		event.PartnerID = c.partnerID
	}
	return w.append(event)
}

// dropEvent takes back a lever that turned out not to be possible.
func (w *world) dropEvent(id int) {
	if n := len(w.events); n > 0 && w.events[n-1].ID == id {
		w.events = w.events[:n-1]
		w.lastEvent--
	}
}

func (w *world) createdEvent(c *customer) {
	w.append(Event{Type: TypeCustomerCreated, PartnerID: c.partnerID, CustomerID: c.id, SubjectID: c.id})
}

func (w *world) customerEvent(c *customer) {
	w.append(Event{
		Type: TypeCustomerStatus, PartnerID: c.partnerID, CustomerID: c.id, SubjectID: c.id, Status: string(c.status),
	})
}

func (w *world) identificationEvent(i *identification) {
	w.append(Event{
		Type: TypeIdentificationStatus, PartnerID: w.customers[i.customerID].partnerID,
		CustomerID: i.customerID, SubjectID: i.id, Status: string(i.status),
	})
}

func (w *world) append(e Event) int {
	w.lastEvent++
	e.ID, e.Time, e.settings = w.lastEvent, w.clock.now(), w.settings
	if len(w.events) >= keptEvents {
		w.events = append([]Event(nil), w.events[keptEvents/10:]...)
	}
	w.events = append(w.events, e)
	return e.ID
}
