package iron_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"portal/onboarding"

	"github.com/google/go-cmp/cmp"
)

// stand is a customer as Iron has it.
type stand struct {
	status, more, items string
	day                 int // of its last change
}

// at scripts a customer of whom every answer takes a round, which is a second.
func (f *fakeIron) at(s stand) {
	answers := map[string]string{
		"":                   fmt.Sprintf(`{"id":%q,"status":%q,"updated_at":"2026-07-%02dT10:00:00Z"%s}`, mary, s.status, s.day, s.more),
		"/identifications":   `{"items":[` + s.items + `]}`,
		"/required-signings": `[{"id":"d1","display_name":"Terms","url":"https://docs.example/1"}]`,
		"/signings":          `{"items":[{"id":"s1","content_id":"d0"}]}`,
		"/abilities":         `{"fiat_deposit":{"eur":{"sepa":"Active"}}}`,
		"/requirements":      `{"missing":[{"code":"proof"}]}`,
	}
	for part, body := range answers {
		f.handle("GET /api/customers/"+mary+part, func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-time.After(time.Second):
			case <-r.Context().Done():
			}
			reply(w, 200, body)
		})
	}
}

// changed is the same on another day; the 0th is none, which Iron's answer then lacks.
func (s stand) changed(day int) stand {
	s.day = day
	return s
}

// parts are the calls made so far, beside those that every reading begins with.
func (f *fakeIron) parts() []string {
	var parts []string
	for _, a := range f.requests("") {
		part := strings.TrimPrefix(strings.TrimPrefix(a.path, "/api/customers/"+mary), "/")
		if part != "" && part != "identifications" {
			parts = append(parts, part)
		}
	}
	slices.Sort(parts)
	return parts
}

const (
	approvedBefore = `{"id":"i0","status":"Approved","created_at":"2026-01-01T00:00:00Z"}`
	pendingNow     = `{"id":"i1","status":"Pending","url":"https://verify.example/s","created_at":"2026-02-01T00:00:00Z"}`
	declinedNow    = `{"id":"i1","status":"Declined","created_at":"2026-02-01T00:00:00Z"}`
	hasSigned      = `,"signing_ids":["s1"]`
)

var (
	isNew          = stand{"IdentificationRequired", "", "", 2}
	isReviewed     = stand{"IdentificationRequired", "", `{"id":"i1","status":"PendingReview"}`, 2}
	isBack         = stand{"IdentificationRequired", hasSigned, pendingNow, 2}
	isDeclined     = stand{"IdentificationRequired", "", declinedNow, 2}
	signsFirst     = stand{"SigningsRequired", "", approvedBefore, 2}
	signsAnew      = stand{"SigningsRequired", hasSigned, approvedBefore, 2}
	isActive       = stand{"Active", hasSigned, approvedBefore, 2}
	isAskedAnew    = stand{"Active", hasSigned, approvedBefore + "," + pendingNow, 2}
	isSuspended    = stand{"Suspended", hasSigned, approvedBefore, 2}
	neverThoughtOf = stand{"Frozen", hasSigned, declinedNow, 2}
)

func TestWhoeverWasReadBeforeIsReadInOneRoundWithNoMoreCalls(t *testing.T) {
	rows := map[string]struct {
		stand
		first int // rounds of the first reading
		calls int
	}{
		"new": {isNew, 1, 2}, "under review": {isReviewed, 1, 2}, "back": {isBack, 2, 3}, "declined": {isDeclined, 2, 3},
		"signs for the first time": {signsFirst, 2, 4}, "signs new terms": {signsAnew, 2, 5},
		"active": {isActive, 2, 4}, "active and asked for more": {isAskedAnew, 2, 5},
		"suspended": {isSuspended, 1, 2}, "of a new status": {neverThoughtOf, 1, 2},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
				f.at(row.stand)
				c := f.client(over(transport))
				read := func(rounds int, read func() (onboarding.Facts, error)) onboarding.Facts {
					t.Helper()
					began, before := time.Now(), len(f.requests(""))
					facts, err := read()
					if took, calls := time.Since(began), len(f.requests(""))-before; err != nil || took != time.Duration(rounds)*time.Second || calls != row.calls {
						t.Errorf("%v and %d calls, not %d rounds and %d calls; %v", took, calls, rounds, row.calls, err)
					}
					facts.ReadAt = time.Time{}
					return facts
				}
				first := read(row.first, func() (onboarding.Facts, error) { return c.Facts(t.Context(), mary) })
				again := read(1, func() (onboarding.Facts, error) { return c.FactsAgain(t.Context(), mary, first) })
				now := read(row.first, func() (onboarding.Facts, error) { return c.FactsNow(t.Context(), mary) })
				if diff := cmp.Diff(first, again) + cmp.Diff(first, now); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// recordsOf is what is remembered of somebody who stood so.
func recordsOf(t *testing.T, s stand) (last onboarding.Facts) {
	t.Helper()
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		f.at(s)
		var err error
		if last, err = f.client(over(transport)).Facts(t.Context(), mary); err != nil {
			t.Error(err)
		}
	})
	return last
}

func TestWhereTheStatusIsNotWhatItWasWhatItNeedsIsReadAfterIt(t *testing.T) {
	rows := map[string]struct {
		last, now stand
		parts     string
		rounds    int
	}{
		"activated":      {signsAnew, isActive, "abilities abilities required-signings signings signings", 2},
		"reverted":       {isActive, isBack, "abilities requirements signings", 2},
		"suspended":      {isActive, isSuspended, "abilities signings", 1},
		"approved":       {isReviewed, signsFirst, "required-signings signings", 2},
		"signed":         {signsFirst, signsAnew, "abilities required-signings required-signings signings signings", 2},
		"asked for more": {isActive, isAskedAnew, "abilities abilities requirements signings signings", 2},
		"of another day": {isActive, isActive.changed(3), "abilities abilities signings signings", 2},
		"of no day":      {isActive.changed(0), isActive.changed(0), "abilities abilities signings signings", 2},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			last, want := recordsOf(t, row.last), recordsOf(t, row.now)
			inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
				f.at(row.now)
				began := time.Now()
				facts, err := f.client(over(transport)).FactsAgain(t.Context(), mary, last)
				if took := time.Since(began); err != nil || took != time.Duration(row.rounds)*time.Second {
					t.Errorf("took %v, %v", took, err)
				}
				if got := strings.Join(f.parts(), " "); got != row.parts {
					t.Errorf("read %s, not %s", got, row.parts)
				}
				want.ReadAt = facts.ReadAt
				if diff := cmp.Diff(want, facts); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestACallThatTurnsOutToBeInVainCannotHurt(t *testing.T) {
	last := recordsOf(t, isActive)
	for name, broken := range map[string]http.HandlerFunc{
		"fails":       func(w http.ResponseWriter, _ *http.Request) { reply(w, 503, ``) },
		"never ends":  func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"is nonsense": func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"items":[{}]}`) },
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
				f.handle("GET /api/customers/"+mary+"/signings", broken)
				f.handle("GET /api/customers/"+mary+"/abilities", broken)
				f.handle("GET /api/customers/"+mary, func(w http.ResponseWriter, _ *http.Request) {
					time.Sleep(time.Second)
					reply(w, 200, customerBody("Suspended"))
				})
				f.list(mary, "identifications")
				began := time.Now()
				facts, err := f.client(over(transport)).FactsAgain(t.Context(), mary, last)
				if err != nil || facts.Customer.Status != onboarding.Suspended || time.Since(began) != time.Second {
					t.Errorf("%s after %v, %v", facts.Customer.Status, time.Since(began), err)
				}
				if len(f.parts()) == 0 {
					t.Error("nothing was in vain")
				}
			})
		})
	}
}

func TestWhatCouldNotBeReadAheadIsReadAsPatientlyAsEver(t *testing.T) {
	last := recordsOf(t, isActive)
	for failures, fatal := range map[int]bool{1: false, 3: false, 4: true} {
		t.Run(fmt.Sprint(failures, " failures"), func(t *testing.T) {
			inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
				f.handle("GET /api/customers/"+mary+"/abilities", func(w http.ResponseWriter, _ *http.Request) {
					status := 200
					if len(f.requests("/abilities")) <= failures {
						status = 503
					}
					reply(w, status, `{"fiat_deposit":{"eur":{"sepa":"Active"}}}`)
				})
				f.says("GET /api/customers/"+mary, 200, `{"id":"`+mary+`","status":"Active","updated_at":"2026-07-02T10:00:00Z"`+hasSigned+`}`)
				f.list(mary, "identifications", approvedBefore)
				f.list(mary, "signings", `{"id":"s1","content_id":"d0"}`)
				facts, err := f.client(over(transport)).FactsAgain(t.Context(), mary, last)
				if fatal {
					wantErr(t, err, onboarding.ErrUnavailable)
				} else if err != nil || !onboarding.AnyActive(facts.Rails) || len(facts.Signings) != 1 {
					t.Errorf("%+v, %v", facts, err)
				}
				if n := len(f.requests("/abilities")); n != min(failures+1, 4) {
					t.Errorf("%d attempts", n)
				}
			})
		})
	}
}

func TestACustomerWhoIsGoneIsNotLookedForInParts(t *testing.T) {
	last := recordsOf(t, isActive)
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		f.says("GET /api/customers/"+mary, 404, `"no"`)
		f.handle("/", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		began := time.Now()
		_, err := f.client(over(transport)).FactsAgain(t.Context(), mary, last)
		wantErr(t, err, onboarding.ErrNotFound)
		if d := time.Since(began); d != 0 {
			t.Errorf("it took %v", d)
		}
	})
}

func TestTabsThatKnowHowThingsStoodAndTabsThatDoNotAreOneReading(t *testing.T) {
	last := recordsOf(t, signsAnew)
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		f.at(signsAnew)
		c := f.client(over(transport))
		var wait sync.WaitGroup
		for i := range 200 {
			wait.Go(func() {
				read := func(ctx context.Context, id string) (onboarding.Facts, error) { return c.FactsAgain(ctx, id, last) }
				if i%2 == 1 {
					read = c.Facts
				}
				facts, err := read(t.Context(), mary)
				if err != nil || facts.Documents[0].ID != "d1" {
					t.Errorf("%+v, %v", facts, err)
					return
				}
				facts.Documents[0].ID = "mine"
			})
		}
		wait.Wait()
		if n := len(f.requests("")); n != 5 {
			t.Errorf("%d calls", n)
		}
	})
}
