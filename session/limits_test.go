package session

import (
	"fmt"
	"testing"
	"time"
)

func TestEachLimitAllowsItsNumberAMinute(t *testing.T) {
	for rule, n := range map[string]int{"link-address": 10, "link": 5, "sign-up": 5, "sign": 10, "hand-off": 6, "partner-api": 120} {
		for factor, want := range map[float64]int{1: n, 2: 2 * n, 0.001: 1} {
			now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
			l := NewMemoryLimits(factor, func() time.Time { return now })
			allow := func(key string) (bool, time.Duration) {
				t.Helper()
				ok, wait, err := l.Allow(t.Context(), rule, key)
				if err != nil {
					t.Fatal(err)
				}
				return ok, wait
			}
			allowed := 0
			for ; allowed < 1000; allowed++ {
				if ok, _ := allow("a"); !ok {
					break
				}
			}
			if allowed != want {
				t.Errorf("%s × %v: %d allowed at once, want %d", rule, factor, allowed, want)
			}
			if ok, _ := allow("b"); !ok {
				t.Errorf("%s: another key was refused", rule)
			}
			_, wait := allow("a")
			if exact := time.Minute.Seconds() / (float64(n) * factor); wait.Seconds() < exact || wait.Seconds() > exact+0.001 {
				t.Errorf("%s × %v: wait %s, want %vs", rule, factor, wait, exact)
			}
			now = now.Add(wait - time.Millisecond)
			if ok, _ := allow("a"); ok {
				t.Errorf("%s: allowed before the wait was over", rule)
			}
			now = now.Add(time.Millisecond)
			if ok, _ := allow("a"); !ok {
				t.Errorf("%s: refused after the wait", rule)
			}
		}
	}
}

func TestLimitsCanBeSwitchedOff(t *testing.T) {
	l := NewMemoryLimits(0, time.Now)
	for range 1000 {
		if ok, _, err := l.Allow(t.Context(), LimitLink, "a"); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	if _, _, err := l.Allow(t.Context(), "no such rule", "a"); err == nil {
		t.Error("a rule that is none was obeyed")
	}
}

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
