package server

import (
	"net/http"
	"strings"
	"syscall"
	"testing"

	"portal/onboarding/store/realdb"
)

func TestAStopSignalEndsFiveHundredStreamsAndNobodyMissesAnything(t *testing.T) {
	const streams = 500
	f := newFleet(t, 2, map[string]string{"PORTAL_DATABASE_URL": realdb.PostgresDatabase(t)})
	customer := f.customer("processed")
	stops, stays := f.replicas[0], f.replicas[1]
	f.hear(stays)
	browser := f.browser(stops, customer)
	browser.Transport = &http.Transport{MaxConnsPerHost: 0}
	waiting := make([]*stream, streams)
	retries := map[string]bool{}
	for i := range waiting {
		waiting[i] = f.stream(browser, stops, "waiting")
		retries[waiting[i].retry] = true
	}
	if len(retries) < streams/4 {
		t.Errorf("%d are told only %d different times to come back after", streams, len(retries))
	}
	if err := stops.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for i, s := range waiting {
		if heard := s.next(); heard != "" {
			t.Fatalf("stream %d goes on with %q", i, heard)
		}
	}
	if err := f.sim.Suspend(customer); err != nil {
		t.Fatal(err)
	}
	if err := stops.ended(t); err != nil {
		t.Errorf("it ended with %v: %s", err, stops.log.String())
	}
	if log := stops.log.String(); !strings.Contains(log, `"msg":"stopped"`) || strings.Contains(log, "deadline") {
		t.Errorf("it did not stop in order: %s", log)
	}
	// Whoever comes back is told at first, or at once after.
	back := f.stream(browser, stays, "")
	for !strings.Contains(back.first, `"state":"suspended"`) {
		if back.first = back.next(); back.first == "" {
			t.Fatal("the stream has ended")
		}
	}
	if status, body := read(t, browser, stays.base+"/p/acme/"); status != http.StatusOK || !strings.Contains(body, `data-state="suspended"`) {
		t.Errorf("%d, %s", status, body)
	}
}

func TestAReplicaThatIsKilledTakesNobodysSessionAlong(t *testing.T) {
	f := newFleet(t, 3, map[string]string{"PORTAL_DATABASE_URL": realdb.PostgresDatabase(t)})
	dies, hears, stays := f.replicas[0], f.replicas[1], f.replicas[2]
	f.hear(hears)
	customer := f.customer("processed")
	browser := f.browser(dies, customer)
	cut, waits := f.stream(browser, dies, "waiting"), f.stream(browser, stays, "waiting")
	if err := dies.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if heard := cut.next(); heard != "" {
		t.Errorf("the dead say %q", heard)
	}
	for i := range 5 {
		if status, body := read(t, browser, f.replicas[1+i%2].base+"/p/acme/review"); status != http.StatusOK {
			t.Errorf("%d, %s", status, body)
		}
	}
	if err := f.sim.Suspend(customer); err != nil {
		t.Fatal(err)
	}
	waits.hears("suspended")
}

func TestStoppingEndsStreamsThatWaitThoughTheProcessLivesOn(t *testing.T) {
	set, sim := settings(t)
	set["PORTAL_ADDR"] = freeAddress(t)
	set["PORTAL_BASE_URL"] = "http://" + set["PORTAL_ADDR"]
	r := serving(t, set)
	f := &fleet{t: t}
	waits := f.stream(signedIn(t, set, sim, "processed"), &replica{base: r.base}, "waiting")
	r.stop()
	if heard := waits.next(); heard != "" {
		t.Errorf("it goes on with %q", heard)
	}
	if err := <-r.done; err != nil {
		t.Errorf("the portal ended with %v", err)
	}
}
