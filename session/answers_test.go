package session_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"portal/session"
)

func TestAnAnswerIsGivenAgainForADayToTheSameRequest(t *testing.T) {
	h := newHouse(t, true)
	a := &session.Answers{Store: h.store, Keys: keys(t, key(1)), Now: h.clock.Now}
	body := []byte(`{"customer_id":"0199"}`)
	recall := func(partner string, body []byte) (string, error) {
		answer, err := a.Recall(t.Context(), partner, "key", body)
		return string(answer), err
	}
	if answer, err := recall("acme", body); answer != "" || err != nil {
		t.Fatalf("before: %q, %v", answer, err)
	}
	if answer, err := a.Remember(t.Context(), "acme", "key", []byte("first answer")); string(answer) != "first answer" || err != nil {
		t.Fatalf("remembered: %q, %v", answer, err)
	}
	if answer, err := a.Remember(t.Context(), "acme", "key", []byte("second answer")); string(answer) != "first answer" || err != nil {
		t.Errorf("whoever comes second answers %q, %v", answer, err)
	}
	if answer, err := recall("acme", body); answer != "first answer" || err != nil {
		t.Errorf("again: %q, %v", answer, err)
	}
	if answer, err := recall("acme", []byte("{}")); answer != "" || !errors.Is(err, session.ErrOtherBody) {
		t.Errorf("another body: %q, %v", answer, err)
	}
	if answer, err := recall("globex", body); answer != "" || err != nil {
		t.Errorf("another partner: %q, %v", answer, err)
	}
	if strings.Contains(h.disk(), "first answer") {
		t.Error("the answer is readable on the disk")
	}
	a.Keys = keys(t, key(2), key(1))
	if answer, err := recall("acme", body); answer != "first answer" || err != nil {
		t.Errorf("after a new key: %q, %v", answer, err)
	}
	a.Keys = keys(t, key(2))
	if answer, err := recall("acme", body); answer != "" || !errors.Is(err, session.ErrSealed) {
		t.Errorf("without the key: %q, %v", answer, err)
	}
	h.clock.add(24 * time.Hour)
	if answer, err := recall("acme", []byte("{}")); answer != "" || err != nil {
		t.Errorf("after a day: %q, %v", answer, err)
	}
}
