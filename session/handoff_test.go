package session_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portal/session"
)

const (
	oldKey = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
	newKey = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU="
)

func (h *house) handoffs(keys string) *session.Handoffs {
	h.t.Helper()
	k, err := session.ParseKeys(keys)
	if err != nil {
		h.t.Fatal(err)
	}
	return &session.Handoffs{Links: h.links, Keys: k}
}

func (h *house) handOff(handoffs *session.Handoffs, who session.Identity) (name string, made session.Handoff) {
	h.t.Helper()
	name, err := handoffs.Make(h.t.Context(), who, "here")
	if err != nil {
		h.t.Fatal(err)
	}
	made, err = handoffs.Look(h.t.Context(), who, name)
	if err != nil || made.From != "here" || made.Opened || made.Token == "" {
		h.t.Fatalf("just made: %+v, %v", made, err)
	}
	return name, made
}

func TestALinkForAPhoneBringsTheCustomerInAsTheyAre(t *testing.T) {
	h, computer, phone := newHouse(t, true), browser{}, browser{}
	handoffs := h.handoffs(newKey)
	who := h.start(computer, page, alice)
	name, made := h.handOff(handoffs, who)
	spec, err := h.links.Use(phone.request(page), "acme", made.Token)
	want := aliceLink
	want.Handoff, want.From = true, "here"
	if diff := cmp.Diff(want, spec); err != nil || diff != "" {
		t.Fatalf("%v %s", err, diff)
	}
	h.start(phone, page, spec.Identify(made.Token))
	for b, onPhone := range map[*browser]bool{&phone: true, &computer: false} {
		if current, ok, err := h.customers.Current(b.request(page), "acme"); err != nil || !ok || current.Handoff != onPhone || current.CustomerID != who.CustomerID {
			t.Errorf("%+v, %v, %v", current, ok, err)
		}
	}
	h.clock.add(time.Hour)
	if seen, err := handoffs.Look(t.Context(), who, name); err != nil || !seen.Opened || seen.Token != "" || seen.From != "here" {
		t.Errorf("an hour after its use: %+v, %v", seen, err)
	}
}

func TestALinkForAPhoneIsKnownToItsSessionAlone(t *testing.T) {
	h := newHouse(t, true)
	handoffs := h.handoffs(newKey)
	who := h.start(browser{}, page, alice)
	name, _ := h.handOff(handoffs, who)
	for what, change := range map[string]func(*session.Identity){
		"partner":  func(i *session.Identity) { i.Partner = "globex" },
		"customer": func(i *session.Identity) { i.CustomerID = "0199-bob" },
		"session":  func(i *session.Identity) { i.SessionID = h.start(browser{}, page, alice).SessionID },
	} {
		other := who
		change(&other)
		if seen, err := handoffs.Look(t.Context(), other, name); !errors.Is(err, session.ErrHandoffGone) {
			t.Errorf("another %s sees %+v, %v", what, seen, err)
		}
		if err := handoffs.Drop(t.Context(), other, name); err != nil {
			t.Error(err)
		}
	}
	if _, err := handoffs.Look(t.Context(), who, name); err != nil {
		t.Errorf("somebody else has dropped it: %v", err)
	}
}

func TestALinkForAPhoneIsOverAfterTenMinutesOrWhenItIsDropped(t *testing.T) {
	h := newHouse(t, true)
	handoffs := h.handoffs(newKey)
	who := h.start(browser{}, page, alice)
	_, dropped := h.handOff(handoffs, who)
	name, late := h.handOff(handoffs, who)
	if dropped.Token == late.Token {
		t.Fatal("two links are one")
	}
	h.clock.add(session.HandoffTTL - time.Millisecond)
	if _, err := handoffs.Look(t.Context(), who, name); err != nil {
		t.Errorf("in its last moment: %v", err)
	}
	h.clock.add(time.Millisecond)
	if _, err := handoffs.Look(t.Context(), who, name); !errors.Is(err, session.ErrHandoffGone) {
		t.Errorf("after ten minutes: %v", err)
	}
	name, made := h.handOff(handoffs, who)
	if err := handoffs.Drop(t.Context(), who, name); err != nil {
		t.Fatal(err)
	}
	if _, err := handoffs.Look(t.Context(), who, name); !errors.Is(err, session.ErrHandoffGone) {
		t.Errorf("dropped: %v", err)
	}
	if _, err := h.links.Use(browser{}.request(page), "acme", made.Token); !errors.Is(err, session.ErrLinkGone) {
		t.Errorf("a dropped link was used: %v", err)
	}
}

func TestALinkForAPhoneOutlivesAChangeOfKeys(t *testing.T) {
	h := newHouse(t, true)
	who := h.start(browser{}, page, alice)
	name, made := h.handOff(h.handoffs(oldKey), who)
	both := h.handoffs(newKey + "," + oldKey)
	if seen, err := both.Look(t.Context(), who, name); err != nil || seen != made {
		t.Errorf("%+v, %v", seen, err)
	}
	if _, err := h.handoffs(newKey).Look(t.Context(), who, name); !errors.Is(err, session.ErrHandoffGone) {
		t.Errorf("without the key: %v", err)
	}
	if err := both.Drop(t.Context(), who, name); err != nil {
		t.Fatal(err)
	}
	if _, err := both.Look(t.Context(), who, name); !errors.Is(err, session.ErrHandoffGone) {
		t.Errorf("dropped: %v", err)
	}
}

func TestNeitherTheStoreNorTheNameGivesALinkForAPhoneAway(t *testing.T) {
	h := newHouse(t, true)
	name, made := h.handOff(h.handoffs(newKey), h.start(browser{}, page, alice))
	if disk := h.disk(); strings.Contains(disk, made.Token) || strings.Contains(disk, name) || !strings.Contains(disk, `"handoff":true`) {
		t.Error("the token or the name is on the disk, or the link is not")
	}
	if strings.Contains(made.Token, name) {
		t.Error("the name is part of the token")
	}
}

func TestADatabaseThatIsDownDoesNotMakeALinkForAPhoneGone(t *testing.T) {
	h := newHouse(t, true)
	handoffs := h.handoffs(newKey)
	who := h.start(browser{}, page, alice)
	name, _ := h.handOff(handoffs, who)
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	_, made := handoffs.Make(t.Context(), who, "")
	_, look := handoffs.Look(t.Context(), who, name)
	for _, err := range []error{made, look, handoffs.Drop(t.Context(), who, name)} {
		if err == nil || errors.Is(err, session.ErrHandoffGone) {
			t.Errorf("answered with %v", err)
		}
	}
}
