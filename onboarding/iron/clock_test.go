package iron_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"portal/onboarding/iron"
)

// dated scripts a customer whose answers take so long, and are dated in the middle of
// that by a clock which is *ahead; header is added to them.
func (f *fakeIron) dated(status int, takes time.Duration, ahead *time.Duration, header map[string]string) {
	f.handle("GET /api/customers/{id}", func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(takes / 2)
		w.Header().Set("Date", time.Now().Add(*ahead).UTC().Format(http.TimeFormat))
		for name, value := range header {
			w.Header().Set(name, value)
			if value == "" {
				w.Header()[name] = nil
			}
		}
		time.Sleep(takes - takes/2)
		reply(w, status, customerBody("Active"))
	})
}

// told is what a Clocks has told.
type told struct {
	last  iron.Drift
	count int
	turns []bool
}

func (x *told) clocks() *iron.Clocks {
	return &iron.Clocks{Told: func(d iron.Drift, turned bool) {
		x.last = d
		x.count++
		if turned {
			x.turns = append(x.turns, d.Far)
		}
	}}
}

func TestTwoClocksThatAreFarApartAreToldOfOnceAndOnceWhenTheyAgreeAgain(t *testing.T) {
	for _, side := range []time.Duration{1, -1} {
		inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
			var ahead time.Duration
			f.dated(200, 40*time.Millisecond, &ahead, nil)
			var x told
			clocks := x.clocks()
			clients := []*iron.Client{}
			for range 2 { // of two partners
				clients = append(clients, f.client(over(transport), func(c *config) { c.Clocks = clocks }))
			}
			ask := func(by time.Duration) {
				ahead = by * side
				for range 10 {
					for _, c := range clients {
						if _, err := c.Customer(t.Context(), mary); err != nil {
							t.Fatal(err)
						}
						if off := (x.last.Ahead - ahead).Abs(); off > time.Second {
							t.Errorf("%v ahead is taken for %v", ahead, x.last.Ahead)
						}
					}
					time.Sleep(137 * time.Millisecond) // another part of a second
				}
			}
			for _, by := range []time.Duration{0, 28 * time.Second, 32 * time.Second, time.Hour, 32 * time.Second} {
				ask(by)
			}
			if !slices.Equal(x.turns, []bool{true}) || !clocks.Drift().Far {
				t.Errorf("far apart: told %v", x.turns)
			}
			ask(28 * time.Second)
			if !slices.Equal(x.turns, []bool{true, false}) || clocks.Drift().Far || x.count != 120 {
				t.Errorf("near again: told %v in %d answers", x.turns, x.count)
			}
		})
	}
}

func TestNeitherSlowAnswersNorOthersClocksAreTakenForIronsDrift(t *testing.T) {
	hour, near, edge := time.Hour, 28*time.Second, 31*time.Second
	for name, row := range map[string]struct {
		status int
		takes  time.Duration
		ahead  *time.Duration
		header map[string]string
		told   int
	}{
		"an answer that takes four seconds":               {200, 4 * time.Second, &near, nil, 1},
		"a slow answer of a clock just beyond the limit":  {200, 4 * time.Second, &edge, nil, 1},
		"an answer that a cache has kept for an hour":     {200, 0, &hour, map[string]string{"Age": "3600"}, 0},
		"an answer without a date":                        {200, 0, &hour, map[string]string{"Date": ""}, 0},
		"a date that is none":                             {200, 0, &hour, map[string]string{"Date": "yesterday"}, 0},
		"a gateway that answers for an Iron that is away": {502, 0, &hour, nil, 0},
	} {
		inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
			f.dated(row.status, row.takes, row.ahead, row.header)
			var x told
			c := f.client(over(transport), func(c *config) { c.Clocks = x.clocks() })
			_, _ = c.Customer(t.Context(), mary)
			if len(x.turns) != 0 || x.count != row.told {
				t.Errorf("%s: told %d times, turned %v", name, x.count, x.turns)
			}
		})
	}
}

func TestManyAnswersAtOnceAreOneTurn(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		ahead := time.Minute
		f.dated(200, 10*time.Millisecond, &ahead, nil)
		var x told
		c := f.client(over(transport), func(c *config) { c.Clocks = x.clocks() })
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() { _, _ = c.Customer(t.Context(), mary) })
		}
		all.Wait()
		synctest.Wait()
		if x.count != 50 || len(x.turns) != 1 {
			t.Errorf("told %d times, turned %v", x.count, x.turns)
		}
	})
}
