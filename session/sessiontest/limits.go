package sessiontest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portal/session"
)

// Limits tests limits, which open makes to be judged by the clock it is given, and
// multiplied by factor.
func Limits(t *testing.T, open func(t *testing.T, now func() time.Time, factor float64) session.Limits) {
	for name, test := range map[string]func(t *testing.T, open opener){
		"each rule allows its number a minute":      eachItsNumber,
		"fifty at once are allowed as often as one": allowedAtOnce,
		"limits can be switched off":                switchedOff,
	} {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
}

type opener = func(t *testing.T, now func() time.Time, factor float64) session.Limits

func eachItsNumber(t *testing.T, open opener) {
	c := &clock{now: start}
	for rule, n := range map[string]int{
		session.LimitLinkAddress: 10, session.LimitLink: 5, session.LimitSignUp: 5, session.LimitSign: 10,
		session.LimitHandoff: 6, session.LimitPartnerAPI: 120, session.LimitWatch: 60,
	} {
		for factor, want := range map[float64]int{1: n, 2: 2 * n, 0.001: 1} {
			limits := open(t, c.Now, factor)
			c.add(24 * time.Hour) // by now nothing is left of what was done before
			allow := func(key string) (bool, time.Duration) {
				t.Helper()
				ok, wait, err := limits.Allow(t.Context(), rule, key)
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
			c.add(wait - time.Millisecond)
			if ok, _ := allow("a"); ok {
				t.Errorf("%s: allowed before the wait was over", rule)
			}
			c.add(time.Millisecond)
			if ok, _ := allow("a"); !ok {
				t.Errorf("%s: refused after the wait", rule)
			}
		}
	}
}

func allowedAtOnce(t *testing.T, open opener) {
	c := &clock{now: start.Add(365 * 24 * time.Hour)}
	limits := open(t, c.Now, 1)
	var allowed atomic.Int64
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			ok, _, err := limits.Allow(t.Context(), session.LimitSign, "many")
			if err != nil {
				t.Error(err)
			}
			if ok {
				allowed.Add(1)
			}
		})
	}
	group.Wait()
	if n := allowed.Load(); n != 10 {
		t.Errorf("%d were allowed, not 10", n)
	}
}

func switchedOff(t *testing.T, open opener) {
	limits := open(t, time.Now, 0)
	for range 1000 {
		if ok, _, err := limits.Allow(t.Context(), session.LimitLink, "a"); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	if _, _, err := limits.Allow(t.Context(), "no such rule", "a"); err == nil {
		t.Error("a rule that is none was obeyed")
	}
}
