package faults

import (
	"math"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"portal/onboarding/simulator"
)

func TestClocksThatAreApartHarmNobodyAndOperatorsHearOfIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	p := w.start()
	s := w.signer(p, true)
	for _, x := range []struct {
		ahead time.Duration
		says  string // portal check
		turns []int  // how often the log has said "apart" and "again"
	}{
		{0, "", []int{0, 0}},
		{301 * time.Second, "Iron's is 5m1s ahead of", []int{1, 0}},
		{-301 * time.Second, "Iron's is 5m1s behind", []int{1, 0}},
		{-time.Hour, "Iron's is 1h0m0s behind", []int{1, 0}},
		{time.Second, "", []int{1, 1}}, // a leap
	} {
		w.iron.ahead.Store(int64(x.ahead))
		s.terms()
		form, end := s.form(), func() {}
		if x.ahead == -time.Hour {
			// Iron has it, says that it has failed, and says that it had it an hour ago. It may
			// keep the failure under the key, so that another is made.
			end, s.rekeyed = w.fault(simulator.Fault{Kind: simulator.FaultError, Method: http.MethodPost, AfterEffect: true}), true
		}
		s.agree(form)
		end()
		w.settled(convergence)
		if !s.answered[form.document] {
			t.Errorf("at %v a form is answered with %v", x.ahead, s.failures)
		}
		if got := p.metric("portal_iron_clock_ahead_seconds"); math.Abs(got-x.ahead.Seconds()) > 2 {
			t.Errorf("at %v the metric is %v seconds", x.ahead, got)
		}
		said, err := p.run("check")
		if (err != nil) != (x.says != "") || !strings.Contains(said, x.says) {
			t.Errorf("at %v portal check says %v: %s", x.ahead, err, said)
		}
		log, err := os.ReadFile(p.log)
		w.check(err)
		for n, text := range []string{"are far apart", "agree again"} {
			if told := strings.Count(string(log), `"msg":"the clocks of iron and of this machine `+text); told != x.turns[n] {
				t.Errorf("at %v the log has said %d times that they %s, want %d", x.ahead, told, text, x.turns[n])
			}
		}
	}
	if n := s.wantWhole(w.iron.keys()); n != 5 {
		t.Errorf("%d signings, want 5", n)
	}
	w.wantEvidence(p)
}
