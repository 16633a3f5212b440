package faults

import (
	"context"
	"database/sql"
	"strings"
	"sync"
	"testing"
	"time"

	"portal/onboarding/simulator"
	"portal/onboarding/store/realdb"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

// convergence is how soon after the last start everything must be with Iron.
const convergence = 30 * time.Second

func TestNoKillLosesOrDoublesAConsentOnSQLite(t *testing.T) {
	t.Parallel()
	killing(t, sqlite(t))
}

func TestNoKillLosesOrDoublesAConsentOnPostgreSQL(t *testing.T) {
	t.Parallel()
	killing(t, realdb.PostgresDatabase(t))
}

// killing kills the portal at each point of a signing, then at any moment while
// customers sign, and has all of it settled at the end.
func killing(t *testing.T, database string) {
	w := newWorld(t, database)
	network := newProxy(t, strings.TrimPrefix(w.iron.url, "http://"))
	p := w.start("PORTAL_IRON_URL", "http://"+network.address+"/api")
	var all []*signer
	for _, point := range points {
		all = append(all, point(w, p, network))
	}
	s, held := whileIronHasNotBegun(w, p)
	all = append(append(all, s), killAnywhen(w, p)...)
	restarted := time.Now()
	took := w.settled(convergence)
	held.end() // Iron does what it was first asked for, which has been done by now
	keys, signings := w.iron.keys(), 0
	for _, s := range all {
		signings += s.wantWhole(keys)
	}
	w.wantEvidence(p)
	t.Logf("%d signings; everything was settled %v after the last start (asked for %v)", signings, took.Round(time.Millisecond), time.Since(restarted).Round(time.Second))
}

// points are those of a signing at which the portal can be held from outside. Behind
// each, the customer never comes back.
var points = []func(*world, *portal, *proxy) *signer{beforeTheConsent, beforeIron, beforeTheAnswer, beforeTheNote}

// clickAndLeave sends a form and does not wait for what becomes of it.
func (w *world) clickAndLeave(p *portal, hold func(document string)) (s *signer, document string, done chan struct{}) {
	w.t.Helper()
	s = w.signer(p, false)
	form := s.form()
	hold(form.document)
	done = make(chan struct{})
	go func() {
		defer close(done)
		s.agree(form)
	}()
	return s, form.document, done
}

// die kills the portal and starts it again.
func die(p *portal, done chan struct{}) {
	p.t.Helper()
	p.kill()
	<-done
	p.start()
}

// beforeTheConsent: nothing is kept yet, so nothing must come of it.
func beforeTheConsent(w *world, p *portal, _ *proxy) *signer {
	var release func()
	asked := 0
	s, document, done := w.clickAndLeave(p, func(string) { asked = len(w.iron.requests()); release = w.lockConsents() })
	w.until("Iron was asked what is to be signed", limit, func() bool { return len(w.iron.requests()) >= asked+5 })
	pause(100 * time.Millisecond) // for the portal to reach the lock
	p.kill()
	release()
	<-done
	p.start()
	if kept, _ := w.books().CustomerConsents(w.t.Context(), "acme", s.id); len(kept) != 0 || w.iron.signed(s.id, document) != 0 {
		w.t.Errorf("killed before the consent was kept: %d consents, %d signings", len(kept), w.iron.signed(s.id, document))
	}
	return s
}

// beforeIron: the consent is kept, and not a byte has reached Iron.
func beforeIron(w *world, p *portal, network *proxy) *signer {
	s, document, done := w.clickAndLeave(p, func(string) { network.turn(weather{holdAt: []byte("POST ")}) })
	w.until("the call to Iron is held", limit, func() bool { return network.stopped() == 1 })
	w.wantPending(s, document, 0)
	die(p, done)
	network.turn(weather{})
	return s
}

// whileIronHasNotBegun: Iron has the request, does nothing for as long as the portal
// goes on with it after the start, and then does it all the same.
func whileIronHasNotBegun(w *world, p *portal) (*signer, *queue) {
	var held *queue
	s, document, done := w.clickAndLeave(p, func(string) { held = w.iron.holdNextSigning() })
	w.until("Iron has the request", limit, func() bool { return held.taken.Load() })
	w.wantPending(s, document, 0)
	die(p, done)
	return s, held
}

// beforeTheAnswer: Iron has the signing, and the portal does not know.
func beforeTheAnswer(w *world, p *portal, _ *proxy) *signer {
	var end func()
	s, document, done := w.clickAndLeave(p, func(string) {
		end = w.fault(simulator.Fault{Kind: simulator.FaultSlow, Method: "POST", Pattern: "/customers/{id}/signings", Delay: limit, AfterEffect: true})
	})
	w.until("Iron has the signing", limit, func() bool { return w.iron.signed(s.id, document) == 1 })
	w.wantPending(s, document, 1)
	die(p, done)
	end()
	return s
}

// beforeTheNote: the portal has Iron's answer, and can't write it down.
func beforeTheNote(w *world, p *portal, _ *proxy) *signer {
	var end func()
	s, document, done := w.clickAndLeave(p, func(string) {
		end = w.fault(simulator.Fault{Kind: simulator.FaultSlow, Method: "POST", Pattern: "/customers/{id}/signings", Delay: limit, AfterEffect: true})
	})
	w.until("Iron has the signing", limit, func() bool { return w.iron.signed(s.id, document) == 1 })
	release := w.lockConsents()
	end()
	w.until("Iron has answered", limit, func() bool { return w.iron.InFlight() == 0 })
	w.wantPending(s, document, 1)
	p.kill()
	release()
	<-done
	p.start()
	w.wantPending(s, document, 1)
	return s
}

// wantPending: the consent is kept and not confirmed, and Iron has so many signings.
func (w *world) wantPending(s *signer, document string, signings int) {
	w.t.Helper()
	kept, err := w.books().CustomerConsents(w.t.Context(), "acme", s.id)
	w.check(err)
	if len(kept) != 1 || kept[0].State != "pending" || w.iron.signed(s.id, document) != signings {
		w.t.Errorf("the portal is not where it was to be held: %d consents, %d signings at Iron", len(kept), w.iron.signed(s.id, document))
	}
}

// lockConsents keeps everybody from writing consents until release.
func (w *world) lockConsents() (release func()) { return w.lock("consents") }

// lock keeps everybody from writing to a table; in SQLite, to any.
func (w *world) lock(table string) (release func()) {
	w.t.Helper()
	db, postgres := w.raw()
	tx, err := db.BeginTx(context.Background(), nil)
	w.check(err)
	lock := "SELECT 1" // a transaction alone keeps out all who write
	if postgres {
		lock = "LOCK TABLE " + table + " IN SHARE MODE"
	}
	_, err = tx.Exec(lock)
	w.check(err)
	return func() {
		_ = tx.Rollback()
		_ = db.Close()
	}
}

// raw is the database without the product's code before it.
func (w *world) raw() (db *sql.DB, postgres bool) {
	w.t.Helper()
	driver, address := "pgx", w.database
	path, found := strings.CutPrefix(w.database, "sqlite:")
	if found {
		driver, address = "sqlite", "file:"+path+"?_txlock=immediate&_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, address)
	w.check(err)
	return db, !found
}

// killAnywhen kills the portal again and again while customers sign. Every second one
// of them does not come back to what has failed.
func killAnywhen(w *world, p *portal) (all []*signer) {
	kills, people := 25, 6
	if soak() {
		kills = 220
	}
	for n := range people {
		all = append(all, w.signer(p, n%2 == 0))
	}
	// Iron is slow enough for a kill to hit what is on its way there and back.
	for _, after := range []bool{false, true} {
		defer w.fault(simulator.Fault{Kind: simulator.FaultSlow, Method: "POST", Delay: 20 * time.Millisecond, AfterEffect: after})()
	}
	ctx, stop := context.WithCancel(w.t.Context())
	var group sync.WaitGroup
	for _, s := range all {
		group.Go(func() { s.run(ctx) })
	}
	hit := 0
	for n := range kills {
		if before := done(all); n%2 == 0 { // so that there is something to lose
			w.until("a form is answered", limit, func() bool { return done(all) > before })
		}
		w.until("somebody signs", limit, func() bool { return sending(all) > 0 })
		pause(time.Duration(w.chance.IntN(150)) * time.Millisecond)
		if sending(all) > 0 {
			hit++
		}
		p.kill()
		p.start()
	}
	stop()
	group.Wait()
	failures := map[int]int{}
	for _, s := range all {
		for status, n := range s.failures {
			failures[status] += n
		}
	}
	w.t.Logf("%d kills, %d of them while a form was on its way; %d forms answered; pages that told of a failure, by status: %v", kills, hit, done(all), failures)
	if hit < kills/4 {
		w.t.Error("too little was under way for this test to mean anything")
	}
	return all
}

func sending(all []*signer) (n int) {
	for _, s := range all {
		if s.sending.Load() {
			n++
		}
	}
	return n
}

// done counts the forms that were answered.
func done(all []*signer) (n int64) {
	for _, s := range all {
		n += s.done.Load()
	}
	return n
}
