package live_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"portal/onboarding/live"
)

// door stands before Iron and lets readings of customer records in one at a time.
type door struct {
	knocks chan string   // the customer whose record is asked for
	open   chan struct{} // lets one in
	mu     sync.Mutex
	inside int // waiting or being answered
	most   int
}

// doorTo puts a door before the world's Iron.
func (w *world) doorTo() *door {
	w.t.Helper()
	iron, err := url.Parse(strings.TrimSuffix(w.api, "/api"))
	must(w.t, err)
	d := &door{knocks: make(chan string, 1000), open: make(chan struct{})}
	behind := httputil.NewSingleHostReverseProxy(iron)
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if id, record := strings.CutPrefix(r.URL.Path, "/api/customers/"); record && !strings.Contains(id, "/") {
			d.count(1)
			defer d.count(-1)
			d.knocks <- id
			select {
			case <-d.open:
			case <-r.Context().Done():
			}
		}
		behind.ServeHTTP(rw, r)
	}))
	w.t.Cleanup(server.Close)
	w.api = server.URL + "/api"
	return d
}

// knock is who comes next.
func (d *door) knock(t *testing.T) string {
	t.Helper()
	select {
	case customer := <-d.knocks:
		return customer
	case <-time.After(10 * time.Second):
		t.Fatal("nobody knocks")
		return ""
	}
}

func (d *door) count(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.inside += n
	d.most = max(d.most, d.inside)
}

func TestHintsOfManyCustomersAtOnceAskIronAFewAtATime(t *testing.T) {
	w := newWorld(t)
	var customers []string
	for range 3 * live.FollowAtOnce {
		customers = append(customers, w.scenario("suspended"))
	}
	d := w.doorTo()
	watch, _ := w.watched(live.NewLocal(), newPauses())
	for _, customer := range customers {
		watch.Hint(live.Who{Partner: "acme", Customer: customer})
	}
	asked := map[string]bool{}
	for range live.FollowAtOnce {
		asked[d.knock(t)] = true // nobody has been let in yet: so many come by themselves
	}
	for range customers[live.FollowAtOnce:] {
		d.open <- struct{}{}
		asked[d.knock(t)] = true
	}
	close(d.open)
	if d.most != live.FollowAtOnce || len(asked) != len(customers) {
		t.Errorf("%d at a time, and %d of %d customers were asked about", d.most, len(asked), len(customers))
	}
}

func TestWhoeverLooksOnDoesNotWaitBehindThoseWhoDoNot(t *testing.T) {
	w := newWorld(t)
	var others []string
	for range live.FollowAtOnce {
		others = append(others, w.scenario("suspended"))
	}
	watched := live.Who{Partner: "acme", Customer: w.scenario("suspended")}
	d := w.doorTo()
	watch, _ := w.watched(live.NewLocal(), newPauses())
	seat(t, watch.Hub, watched, "s1")
	for _, customer := range others {
		watch.Hint(live.Who{Partner: "acme", Customer: customer})
	}
	for range others {
		d.knock(t) // and is not let in
	}
	watch.Hint(watched)
	if knocks := d.knock(t); knocks != watched.Customer {
		t.Errorf("%s knocks", knocks)
	}
	close(d.open)
}

func TestMoreHintsThanCanBeFollowedLeaveADoubt(t *testing.T) {
	w := newWorld(t)
	customer := w.scenario("processed")
	watch, r := w.watched(live.NewLocal(), newPauses())
	w.state(r, t.Context(), customer)
	for n := range live.MostFollowed + 100 { // faster than any pause between two readings ends
		watch.Hint(live.Who{Partner: "acme", Customer: "another-" + strconv.Itoa(n)})
	}
	if n := watch.Following(); n != live.MostFollowed {
		t.Errorf("%d customers are followed", n)
	}
	before := w.calls.Load()
	watch.Hint(live.Who{Partner: "acme", Customer: customer})
	// Whoever looks next is not given what was known before, fresh as it is.
	w.state(r, live.Patience(t.Context(), live.Polling), customer)
	if w.calls.Load() == before {
		t.Error("Iron was not asked")
	}
}
