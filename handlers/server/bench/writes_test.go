package bench

import (
	"context"
	"time"

	"portal/onboarding/store/realdb"

	"github.com/jackc/pgx/v5"
)

// writes are rows written for each session and minute.
type writes struct {
	pages float64            // that were loaded meanwhile, for each session and minute
	rows  map[string]float64 // by table
}

// countWrites lets sessions load pages for a minute, over PostgreSQL, which counts rows.
func (b *bench) countWrites() writes {
	b.t.Helper()
	const sessions, pause = 50, 2 * time.Second
	database := realdb.StartPostgres(b.t, realdb.PostgresOptions{}).Database(b.t)
	p := b.portal(database)
	all := b.customers("processed", sessions)
	b.signIn(p, all)
	p.stop()
	before := b.rows(database)
	p = b.portal(database)
	w, began, rounds := writes{rows: map[string]float64{}}, time.Now(), 0
	// Who has signed in was seen then: a little longer than the minute after which the
	// portal notes it again.
	for ; time.Since(began) < time.Minute+pause; rounds++ {
		b.each(sessions, 4, func(i int) error { _, _, err := p.load(reviewPage, all[i], false); return err })
		time.Sleep(time.Until(began.Add(time.Duration(rounds+1) * pause)))
	}
	minutes := time.Since(began).Minutes()
	p.stop()
	for table, n := range b.rows(database) {
		if n > before[table] {
			w.rows[table] = float64(n-before[table]) / sessions / minutes
		}
	}
	w.pages = float64(rounds) / minutes
	b.t.Logf("rows written: %v", w.rows)
	return w
}

// rows counts rows that were ever written, by table. The portal has ended: PostgreSQL's
// processes count for themselves, and say so when they end.
func (b *bench) rows(database string) map[string]int64 {
	b.t.Helper()
	conn, err := pgx.Connect(b.t.Context(), database)
	b.check(err)
	defer func() { _ = conn.Close(context.Background()) }()
	for others := 1; others > 0; time.Sleep(100 * time.Millisecond) {
		b.check(conn.QueryRow(b.t.Context(), "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()").Scan(&others))
	}
	list, err := conn.Query(b.t.Context(), "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables")
	b.check(err)
	counted := map[string]int64{}
	for list.Next() {
		var table string
		var n int64
		b.check(list.Scan(&table, &n))
		counted[table] = n
	}
	b.check(list.Err())
	return counted
}
