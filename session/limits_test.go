package session

import (
	"fmt"
	"testing"
	"time"
)

func TestLimitsAreBoundedAndRememberWhoIsBusy(t *testing.T) {
	now := time.Now()
	l := NewMemoryLimits(1, func() time.Time { return now })
	busy := func() (ok bool) {
		ok, _, err := l.Allow(t.Context(), LimitSignUp, "busy")
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	for busy() {
	}
	for i := range 5 * limitKeys {
		_, _, _ = l.Allow(t.Context(), LimitSignUp, fmt.Sprint(i))
		if i%(limitKeys/2) == 0 && busy() {
			t.Fatalf("after %d other keys, a busy one was forgotten", i)
		}
	}
	rule := l.rules[LimitSignUp]
	if kept := len(rule.young) + len(rule.old); kept > 2*limitKeys {
		t.Errorf("%d keys are kept", kept)
	}
}

func TestANetworksAddressesAreOne(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1":            "192.0.2.1",
		"::ffff:192.0.2.1":     "192.0.2.1",
		"2001:db8:1:2::1":      "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::9": "2001:db8:1:2::/64",
		"2001:db8:1:3::1":      "2001:db8:1:3::/64",
		"fe80::1%eth0":         "fe80::/64",
		"unknown":              "unknown",
	} {
		if got := AddressKey(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
