package sessiontest

import (
	"testing"
	"time"

	"portal/session"
)

// Idle is the limit that a store under test is made with.
const Idle = 30 * time.Minute

// SessionStore is what is tested.
type SessionStore = session.SessionStore

// Sessions tests a store, which open makes to be judged by the clock it is given.
func Sessions(t *testing.T, open func(t *testing.T, now func() time.Time) SessionStore) {
	for name, test := range map[string]func(t *testing.T, n SessionStore, token string, c *clock){
		"a session is found until it expires":                expires,
		"a session is found until it was idle for too long":  idles,
		"a session is written at most once a minute":         touchIsRare,
		"a touch never brings a session back":                touchNeverRevives,
		"a session that has expired already is never found":  neverFound,
		"a session that is committed again lives as it says": committedAgain,
	} {
		t.Run(name, func(t *testing.T) {
			c := &clock{now: start}
			test(t, open(t, c.Now), "token of: "+name, c)
		})
	}
}

// content is no text.
const content = "\x00data\xff"

func found(t *testing.T, n SessionStore, token string) bool {
	t.Helper()
	data, found, err := n.FindCtx(t.Context(), token)
	ok(t, err)
	if found && string(data) != content {
		t.Fatalf("data came back as %q", data)
	}
	return found
}

func commit(t *testing.T, n SessionStore, token string, expires time.Time) {
	t.Helper()
	ok(t, n.CommitCtx(t.Context(), token, []byte(content), expires))
}

func expires(t *testing.T, n SessionStore, token string, c *clock) {
	if found(t, n, "nobody") {
		t.Error("a session was found that never was")
	}
	commit(t, n, token, c.Now().Add(time.Minute))
	if !found(t, n, token) {
		t.Fatal("not found after its commit")
	}
	if c.add(time.Minute); found(t, n, token) {
		t.Error("found at the moment at which it expires")
	}
	commit(t, n, token, c.Now().Add(time.Minute))
	if !found(t, n, token) {
		t.Error("a commit does not replace what was there")
	}
	ok(t, n.Delete(token))
	ok(t, n.Delete(token))
	if _, there, err := n.Find(token); there || err != nil {
		t.Errorf("after its deletion: found %v, error %v", there, err)
	}
	ok(t, n.Commit(token, []byte(content), c.Now().Add(time.Minute)))
	if !found(t, n, token) {
		t.Error("not found after a commit without a context")
	}
}

func idles(t *testing.T, n SessionStore, token string, c *clock) {
	commit(t, n, token, c.Now().Add(12*time.Hour))
	c.add(Idle - time.Second)
	if !found(t, n, token) {
		t.Fatal("gone before the limit")
	}
	ok(t, n.Touch(t.Context(), token))
	c.add(Idle - time.Second)
	if !found(t, n, token) {
		t.Fatal("the touch did not count")
	}
	if c.add(time.Second); found(t, n, token) {
		t.Error("found at the idle limit")
	}
	ok(t, n.Touch(t.Context(), token))
	if found(t, n, token) {
		t.Error("a touch brought back a session that was idle for too long")
	}
}

// touchIsRare: a touch that was not written does not prolong.
func touchIsRare(t *testing.T, n SessionStore, token string, c *clock) {
	commit(t, n, token, c.Now().Add(12*time.Hour))
	c.add(time.Minute - time.Millisecond)
	ok(t, n.Touch(t.Context(), token))
	if c.add(Idle - time.Minute + time.Millisecond); found(t, n, token) {
		t.Error("written after less than a minute")
	}
	commit(t, n, token, c.Now().Add(12*time.Hour))
	c.add(time.Minute)
	ok(t, n.Touch(t.Context(), token))
	if c.add(Idle - time.Millisecond); !found(t, n, token) {
		t.Error("not written after a minute")
	}
}

func touchNeverRevives(t *testing.T, n SessionStore, token string, c *clock) {
	commit(t, n, token, c.Now().Add(12*time.Hour))
	c.add(2 * time.Minute)
	// The other request of this browser signs out while this one is under way.
	ok(t, n.DeleteCtx(t.Context(), token))
	ok(t, n.Touch(t.Context(), token))
	if found(t, n, token) {
		t.Error("the session is back")
	}
	commit(t, n, token, c.Now().Add(5*time.Minute))
	c.add(5 * time.Minute)
	ok(t, n.Touch(t.Context(), token))
	if found(t, n, token) {
		t.Error("a touch brought back a session that has expired")
	}
}

func neverFound(t *testing.T, n SessionStore, token string, c *clock) {
	commit(t, n, token, c.Now().Add(time.Hour))
	commit(t, n, token, c.Now().Add(-time.Hour))
	if found(t, n, token) {
		t.Error("it was found")
	}
}

func committedAgain(t *testing.T, n SessionStore, token string, c *clock) {
	commit(t, n, token, c.Now().Add(time.Minute))
	commit(t, n, token, c.Now().Add(time.Hour))
	if c.add(2 * time.Minute); !found(t, n, token) {
		t.Error("it ended when it was first said to")
	}
}
