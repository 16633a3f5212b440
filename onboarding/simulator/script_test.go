package simulator

import (
	"errors"
	"testing"
	"time"
)

// scripted is a customer with a script and a check in hand.
func (b *bench) scripted(script string) (customerID, identificationID string) {
	b.t.Helper()
	b.pull(b.Configure(Settings{DefaultScript: script}))
	c := b.customer()
	return c.ID, b.link(c.ID).ID
}

// wantAfter moves the clock and says where the check has to stand then.
func (b *bench) wantAfter(d time.Duration, identificationID, want string) {
	b.t.Helper()
	b.Advance(d)
	if got := b.check(identificationID); got.Status != want {
		b.t.Fatalf("%s later the check is %s, want %s", d, got.Status, want)
	}
}

func (b *bench) signAll(customerID string) {
	b.t.Helper()
	for _, d := range b.toSign(customerID) {
		b.sign(customerID, d.ID).want(201)
	}
}

func TestScriptApprove(t *testing.T) {
	b := newBench(t)
	_, i := b.scripted("approve")
	b.wantAfter(time.Hour, i, "Pending")
	b.pull(b.Submit(i))
	b.wantAfter(9*time.Second, i, "Processed")
	b.wantAfter(time.Second, i, "PendingReview")
	b.wantAfter(19*time.Second, i, "PendingReview")
	b.wantAfter(time.Second, i, "Approved")
}

func TestScriptApproveAtOnce(t *testing.T) {
	b := newBench(t)
	c, i := b.scripted("approve-at-once")
	b.pull(b.Submit(i))
	b.wantAfter(0, i, "Approved")
	b.wantStatus(c, "SigningsRequired")
}

func TestScriptDeclineThenApproveTheRetry(t *testing.T) {
	b := newBench(t)
	c, i := b.scripted("decline-then-approve")
	b.pull(b.Submit(i))
	b.wantAfter(20*time.Second, i, "Declined")
	if got := b.check(i); got.StepStatus["selfie"].Comment == "" || !got.StepStatus["selfie"].Retry {
		t.Errorf("%+v", got)
	}
	retry := b.link(c).ID
	b.pull(b.Submit(retry))
	b.wantAfter(20*time.Second, retry, "Approved")
}

func TestScriptDeclineForGood(t *testing.T) {
	b := newBench(t)
	_, i := b.scripted("decline-for-good")
	b.pull(b.Submit(i))
	b.wantAfter(20*time.Second, i, "Declined")
	if got := b.check(i); got.StepStatus["selfie"].Retry {
		t.Error("can be retried")
	}
}

func TestScriptStepUp(t *testing.T) {
	b := newBench(t)
	c, i := b.scripted("step-up")
	b.pull(b.Submit(i))
	b.wantAfter(20*time.Second, i, "Pending")
	b.pull(b.Submit(i))
	b.wantAfter(20*time.Second, i, "Approved")
	b.wantStatus(c, "SigningsRequired")
}

func TestScriptEDD(t *testing.T) {
	b := newBench(t)
	_, i := b.scripted("edd")
	b.pull(b.Submit(i))
	b.wantAfter(20*time.Second, i, "Pending")
	if got := b.check(i); got.WithEDD == nil || !*got.WithEDD {
		t.Errorf("%+v", got)
	}
	b.pull(b.Submit(i))
	b.wantAfter(20*time.Second, i, "Approved")
}

func TestScriptExpire(t *testing.T) {
	b := newBench(t)
	c, i := b.scripted("expire")
	b.wantAfter(59*time.Second, i, "Pending")
	b.wantAfter(time.Second, i, "Expired")
	next := b.link(c).ID
	b.pull(b.Submit(next))
	b.wantAfter(time.Hour, next, "Approved")
}

func TestScriptsOfRails(t *testing.T) {
	for script, want := range map[string]struct{ sepa, ach string }{
		"one-rail-fails": {"Active", "Blocked"},
		"no-rails":       {"Pending", "Pending"},
	} {
		b := newBench(t)
		c, i := b.scripted(script)
		b.pull(b.Submit(i))
		b.wantAfter(5*time.Second, i, "Approved")
		b.signAll(c)
		b.Advance(time.Hour)
		if sepa, ach := b.rail(c, "fiat_deposit", "eur", "sepa"), b.rail(c, "fiat_deposit", "usd", "ach"); sepa != want.sepa || ach != want.ach {
			t.Errorf("%s: sepa %s, ach %s", script, sepa, ach)
		}
	}
}

func TestScriptsThatComeBackLater(t *testing.T) {
	for script, want := range map[string]string{"new-terms": "SigningsRequired", "suspend": "Suspended"} {
		b := newBench(t)
		c, i := b.scripted(script)
		b.pull(b.Submit(i))
		b.wantAfter(5*time.Second, i, "Approved")
		b.signAll(c)
		b.Advance(59 * time.Second)
		b.wantStatus(c, "Active")
		b.Advance(time.Second)
		b.wantStatus(c, want)
	}
}

func TestAScriptStepsBackFromACheckThatSomebodyDecided(t *testing.T) {
	b := newBench(t)
	_, i := b.scripted("decline-then-approve")
	b.pull(b.Submit(i))
	b.Advance(5 * time.Second)
	b.pull(b.Approve(i))
	b.wantAfter(time.Hour, i, "Approved")
}

func TestAScriptStartsAnewWhereACheckIsHandedInAgain(t *testing.T) {
	b := newBench(t)
	_, i := b.scripted("approve")
	b.pull(b.Submit(i))
	b.Advance(20 * time.Second)
	b.pull(b.AskForMore(i, Ask{Comments: map[string]string{"selfie": "again"}}))
	b.Advance(5 * time.Second)
	b.pull(b.Submit(i))
	b.wantAfter(5*time.Second, i, "Processed") // the first handing in would be approved now
	b.wantAfter(25*time.Second, i, "Approved")
}

func TestScriptsRunForBusinessesToo(t *testing.T) {
	for _, script := range Scripts() {
		b := newBench(t)
		c := b.build("business-pending")
		b.pull(b.SetScript(c, script.Name))
		i := b.first(c).ID
		b.pull(b.Submit(i))
		b.Advance(time.Hour)
		got := b.check(i).Status
		// Enhanced due diligence is for people: a business goes on waiting.
		waits := script.Name == ManualScript || script.Name == "edd"
		if (got == "Processed" || got == "PendingReview") != waits {
			t.Errorf("%s leaves a business at %s", script.Name, got)
		}
	}
}

func TestUnknownScriptsAreRefused(t *testing.T) {
	b := newBench(t)
	if err := b.SetScript(b.build("none"), "sing"); !errors.Is(err, ErrNoScript) {
		t.Error(err)
	}
	if err := b.Configure(Settings{DefaultScript: "dance"}); !errors.Is(err, ErrNoScript) {
		t.Error(err)
	}
}
