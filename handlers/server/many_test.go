package server

import (
	"net/http"
	"strings"
	"testing"

	"portal/onboarding/store/realdb"
)

// onEachGround runs a test with three replicas over PostgreSQL alone, and over
// PostgreSQL and Redis.
func onEachGround(t *testing.T, test func(t *testing.T, f *fleet)) {
	for name, set := range map[string]func(t *testing.T) map[string]string{
		"PostgreSQL": func(t *testing.T) map[string]string { return map[string]string{} },
		"PostgreSQL and Redis": func(t *testing.T) map[string]string {
			return map[string]string{"PORTAL_REDIS_URL": realdb.StartRedis(t).RedisURL()}
		},
	} {
		t.Run(name, func(t *testing.T) {
			// What is notified is heard in the whole database.
			test(t, newFleet(t, 3, with(set(t), map[string]string{"PORTAL_DATABASE_URL": realdb.PostgresDatabase(t)})))
		})
	}
}

func TestThreeMachinesAreOnePortal(t *testing.T) {
	onEachGround(t, func(t *testing.T, f *fleet) {
		for _, part := range []struct {
			name string
			test func(t *testing.T, f *fleet, first, second, third *replica)
		}{
			{"signed in on one, signed on the second, told on the third", signedHereToldThere},
			{"a webhook to one is told by all, and Iron is asked once", webhookTold},
			{"signing out on one closes the streams on the others", signedOutEverywhere},
			{"a link and a request are good once everywhere", onceEverywhere},
			{"limits hold across them", limitsHold},
		} {
			part.test(t, f, f.replicas[0], f.replicas[1], f.replicas[2])
			if t.Failed() {
				t.Fatalf("this was: %s", part.name)
			}
		}
		for _, r := range f.replicas {
			if log := r.log.String(); strings.Contains(log, "secret") || strings.Contains(log, `"level":"ERROR"`) {
				t.Errorf("the log says %s", log)
			}
		}
	})
}

func signedHereToldThere(t *testing.T, f *fleet, first, second, third *replica) {
	customer := f.customer("signings")
	browser := f.browser(first, customer)
	waits := f.stream(browser, third, "sign")
	_, page := read(t, browser, second.base+"/p/acme/documents")
	for n := strings.Count(page, `data-signed="false"`); n > 0; n-- {
		action, fields := formOf(t, page, "/sign")
		fields.Set("consent", "yes")
		var status int
		if status, page = post(t, browser, second.base+action, fields); status != http.StatusOK {
			t.Fatalf("signing: %d, %s", status, page)
		}
		if left := strings.Count(page, `data-signed="false"`); left != n-1 {
			t.Fatalf("%d are left to sign, not %d", left, n-1)
		}
		if n > 1 {
			waits.hears("sign") // another number of them
		}
	}
	// Iron's lists are read side by side, so that one signing can be two pieces of news.
	heard := waits.next()
	for strings.Contains(heard, `"state":"sign"`) {
		heard = waits.next()
	}
	if heard == "" {
		t.Error("the third was told no more")
	}
	kept, err := f.sim.Customer(customer)
	if err != nil || len(kept.Signings) == 0 {
		t.Errorf("Iron has %d signings, %v", len(kept.Signings), err)
	}
}

func webhookTold(t *testing.T, f *fleet, first, _, _ *replica) {
	customer := f.customer("processed")
	f.hear(first)
	var waiting []*stream
	for i, r := range f.replicas {
		browser := f.browser(f.replicas[(i+1)%3], customer)
		for range 20 {
			waiting = append(waiting, f.stream(browser, r, "waiting"))
		}
	}
	before := f.readings.Load()
	if err := f.sim.Suspend(customer); err != nil {
		t.Fatal(err)
	}
	for _, s := range waiting {
		s.hears("suspended")
	}
	if n := f.readings.Load() - before; n != 1 {
		t.Errorf("Iron was asked %d times for the sake of %d streams", n, len(waiting))
	}
}

func signedOutEverywhere(t *testing.T, f *fleet, first, second, third *replica) {
	customer := f.customer("processed")
	leaves, stays := f.browser(first, customer), f.browser(first, customer)
	here, there, others := f.stream(leaves, second, "waiting"), f.stream(leaves, third, "waiting"), f.stream(stays, third, "waiting")
	_, page := read(t, leaves, first.base+"/p/acme/review")
	action, fields := formOf(t, page, "/sign-out")
	post(t, leaves, first.base+action, fields)
	if heard := here.next() + there.next(); heard != "" {
		t.Errorf("the streams go on with %q", heard)
	}
	if status, _ := read(t, leaves, third.base+"/p/acme/events"); status != http.StatusUnauthorized {
		t.Errorf("the session is still good: %d", status)
	}
	if err := f.sim.Suspend(customer); err != nil {
		t.Fatal(err)
	}
	others.hears("suspended")
}

func onceEverywhere(t *testing.T, f *fleet, first, second, third *replica) {
	body := `{"customer_id": "` + f.customer("processed") + `"}`
	status, answer := f.link(first, "the same", body)
	if again, same := f.link(second, "the same", body); status != http.StatusCreated || again != status || same != answer {
		t.Errorf("first %d %s, then %d %s", status, answer, again, same)
	}
	if status, _ := f.link(third, "the same", `{"customer_id": "`+f.customer("processed")+`"}`); status != http.StatusConflict {
		t.Errorf("the same key with another body is answered %d", status)
	}
	good := 0
	for _, r := range f.replicas {
		stranger := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		switch status, _ := post(t, stranger, r.base+startToken.FindString(answer), nil); status {
		case http.StatusSeeOther:
			good++
		case http.StatusGone:
		default:
			t.Errorf("the link is answered %d", status)
		}
	}
	if good != 1 {
		t.Errorf("the link was good %d times", good)
	}
}

// limitsHold: five a minute may sign up from one address, whoever they come to. Proxies
// that are trusted say whose address it is.
func limitsHold(t *testing.T, f *fleet, _, _, _ *replica) {
	for _, address := range []string{"203.0.113.7", "203.0.113.8"} {
		refused := 0
		for i := range 9 {
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, f.replicas[i%3].base+"/p/acme/sign-up", nil)
			r.Header.Set("X-Forwarded-For", address)
			status, body := do(t, http.DefaultClient, r)
			switch {
			case status == http.StatusTooManyRequests:
				refused++
			case status != http.StatusUnprocessableEntity:
				t.Fatalf("%d, %s", status, body)
			}
		}
		// One more may be allowed where the nine have taken long.
		if refused != 4 && refused != 3 {
			t.Errorf("%d of nine were refused", refused)
		}
	}
	for _, rule := range []struct {
		method, path, name string
		times              int // so many that each replica alone would refuse nobody
	}{
		{http.MethodPost, "/p/acme/start/" + strings.Repeat("A", 43), "a link", 12},
		{http.MethodGet, "/api/v1/customers/00000000-0000-4000-8000-000000000000/progress", "the partner API", 180},
	} {
		refused := 0
		for i := range rule.times {
			r, _ := http.NewRequestWithContext(t.Context(), rule.method, f.replicas[i%3].base+rule.path, nil)
			r.Header.Set("X-Forwarded-For", "203.0.113.9")
			r.Header.Set("Authorization", "Bearer "+partnerKey)
			if status, _ := do(t, http.DefaultClient, r); status == http.StatusTooManyRequests {
				refused++
			}
		}
		if refused == 0 || refused > rule.times/2+rule.times/4 {
			t.Errorf("%s: %d of %d were refused", rule.name, refused, rule.times)
		}
	}
}

func TestAReplicaWithoutTheKeysOfTheOthersDoesNotStart(t *testing.T) {
	f := newFleet(t, 1, map[string]string{"PORTAL_DATABASE_URL": realdb.Postgres(t)})
	other := "//////////////////////////////////////////8="
	for name, keys := range map[string]string{"other keys": other, "none": ""} {
		r := f.start(map[string]string{"PORTAL_SECRET_KEYS": keys})
		if err := r.ended(t); err == nil || !strings.Contains(r.log.String(), "PORTAL_SECRET_KEYS") {
			t.Errorf("%s: ended with %v: %s", name, err, r.log.String())
		}
	}
	// A new key goes in behind the old one first, then before it, then the old one goes.
	for step, keys := range []string{testKeys + "," + other, other + "," + testKeys, other} {
		if r := f.start(map[string]string{"PORTAL_SECRET_KEYS": keys}); r.base == "" {
			t.Errorf("step %d of a change of keys: %s", step+1, r.log.String())
		}
	}
	if r := f.start(nil); r.base != "" {
		t.Error("a replica with the key that was given up has started")
	}
}

func TestAStoreThatHangsIsAnHonestPage(t *testing.T) {
	redis := realdb.StartRedis(t)
	f := newFleet(t, 1, map[string]string{"PORTAL_DATABASE_URL": realdb.Postgres(t), "PORTAL_REDIS_URL": redis.RedisURL()})
	r := f.replicas[0]
	browser := f.browser(r, f.customer("signings"))
	_, page := read(t, browser, r.base+"/p/acme/documents")
	action, fields := formOf(t, page, "/sign")
	fields.Set("consent", "yes")
	if status, body := read(t, browser, r.base+"/readyz"); status != http.StatusOK {
		t.Errorf("before: %d %s", status, body)
	}
	redis.Freeze()
	before := f.readings.Load()
	t.Run("frozen", func(t *testing.T) {
		for what, ask := range map[string]func(t *testing.T) (int, string){
			"readyz":      func(t *testing.T) (int, string) { return read(t, browser, r.base+"/readyz") },
			"a page":      func(t *testing.T) (int, string) { return read(t, browser, r.base+"/p/acme/documents") },
			"signing":     func(t *testing.T) (int, string) { return post(t, browser, r.base+action, fields) },
			"sign-up":     func(t *testing.T) (int, string) { return post(t, http.DefaultClient, r.base+"/p/acme/sign-up", nil) },
			"partner API": func(*testing.T) (int, string) { return f.link(r, "frozen", `{"customer_id": "x"}`) },
		} {
			t.Run(what, func(t *testing.T) {
				t.Parallel()
				if status, body := ask(t); status != http.StatusServiceUnavailable || strings.Contains(body, "redis") {
					t.Errorf("%d, %s", status, body)
				}
			})
		}
	})
	if n := f.readings.Load() - before; n != 0 {
		t.Errorf("Iron was asked %d times", n)
	}
	if log := r.log.String(); !strings.Contains(log, "redisstore: find session") || strings.Contains(log, "database") {
		t.Errorf("the log does not name Redis, or something else: %s", log)
	}
	redis.Thaw()
	if status, body := post(t, browser, r.base+action, fields); status != http.StatusOK {
		t.Errorf("thawed: %d, %s", status, body)
	}
	if status, body := read(t, browser, r.base+"/readyz"); status != http.StatusOK {
		t.Errorf("after: %d %s", status, body)
	}
}
