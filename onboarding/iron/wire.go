package iron

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"
)

// The types below read what Iron's documents promise and survive what they don't:
// a null, a missing field or a value of another type leaves them empty instead of
// losing the whole answer.

// word is a string. A number is read as it is written, so that an id or a cursor
// of another kind is not taken for none.
type word string

func (w *word) UnmarshalJSON(raw []byte) error {
	var s string
	switch {
	case json.Unmarshal(raw, &s) == nil:
		*w = word(s)
	case raw[0] == '-' || ('0' <= raw[0] && raw[0] <= '9'):
		*w = word(raw)
	}
	return nil
}

// moment is a timestamp; one that can't be read is the zero time.
type moment struct{ time.Time }

func (m *moment) UnmarshalJSON(raw []byte) error {
	var s word
	_ = s.UnmarshalJSON(raw)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if at, err := time.Parse(layout, string(s)); err == nil {
			m.Time = at.UTC()
			return nil
		}
	}
	return nil
}

// truth is a boolean that may be unknown.
type truth struct{ known *bool }

func (t *truth) UnmarshalJSON(raw []byte) error {
	var b *bool
	if json.Unmarshal(raw, &b) == nil {
		t.known = b
	}
	return nil
}

// many is a list inside a record; elements that are not a T are left out.
type many[T any] []T

func (m *many[T]) UnmarshalJSON(raw []byte) error {
	var elements []json.RawMessage
	_ = json.Unmarshal(raw, &elements)
	for _, element := range elements {
		var value T
		if !isNull(element) && json.Unmarshal(element, &value) == nil {
			*m = append(*m, value)
		}
	}
	return nil
}

// object is the members of a JSON object, none where it is something else.
func object(raw json.RawMessage) map[string]json.RawMessage {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(raw, &members)
	return members
}

// page is an answer that is a list: {items, cursor}, or a bare array. Here an
// element of the wrong type is an error: a list that leaves out an identification
// would show a stage that Iron's facts don't support.
type page[T any] struct {
	items  []T
	cursor string
}

var errNoList = errors.New("not a list")

func (p *page[T]) UnmarshalJSON(raw []byte) error {
	var elements []json.RawMessage
	switch {
	case isNull(raw):
	case raw[0] == '[':
		if err := json.Unmarshal(raw, &elements); err != nil {
			return err
		}
	default:
		members := object(raw)
		items, ok := members["items"]
		if !ok {
			return errNoList
		}
		if err := json.Unmarshal(items, &elements); err != nil {
			return err
		}
		if cursor, ok := members["cursor"]; ok {
			_ = (*word)(&p.cursor).UnmarshalJSON(cursor)
		}
	}
	for _, element := range elements {
		if isNull(element) {
			continue
		}
		var value T
		if err := json.Unmarshal(element, &value); err != nil {
			return err
		}
		p.items = append(p.items, value)
	}
	return nil
}

func isNull(raw []byte) bool { return bytes.Equal(bytes.TrimSpace(raw), []byte("null")) }
