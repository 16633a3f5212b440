package faults

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"portal/onboarding/simulator"
	"portal/onboarding/store"
	"portal/onboarding/store/realdb"
)

func TestMain(m *testing.M) {
	// These tests wait for much longer than they work, so that more of them than
	// there are processors may be under way.
	_ = flag.Set("test.parallel", "12")
	code := realdb.Run(m)
	built.remove()
	os.Exit(code)
}

// Keys of these worlds, which nothing may ever repeat.
const (
	ironKey       = "iron-key-of-this-world"
	acmeKey       = "acme-key-of-this-world"
	webhookSecret = "webhook-secret-of-this-world"
	secretKeys    = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
)

// limit is how long anything may take that is waited for without a figure of its own.
const limit = 90 * time.Second

// soak: a long run is wanted.
func soak() bool { return os.Getenv("SOAK") != "" }

// world is one Iron, one database, and the portals before them.
type world struct {
	t        *testing.T
	iron     *iron
	database string
	set      map[string]string
	chance   *rand.Rand

	mu      sync.Mutex
	secrets map[string]string // what nothing may ever repeat, by what it is
	portals []*portal
	kept    *store.Store
}

// newWorld has a database at this address. Settings are in pairs.
func newWorld(t *testing.T, database string, settings ...string) *world {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if given, err := strconv.ParseUint(os.Getenv("SEED"), 10, 64); err == nil {
		seed = given
	}
	t.Logf("chance: SEED=%d", seed)
	dir := t.TempDir()
	w := &world{
		t: t, iron: newIron(t), database: database, chance: rand.New(rand.NewPCG(seed, 0)),
		secrets: map[string]string{
			"key for Iron": ironKey, "partner's key": acmeKey, "secret of webhooks": webhookSecret, "secret keys": secretKeys,
			"password of the database": "secret-of-the-database",
		},
	}
	partners := filepath.Join(dir, "partners.yaml")
	w.check(os.WriteFile(partners, []byte(fmt.Sprintf(partnersYAML, sum(acmeKey))), 0o600))
	w.set = map[string]string{
		"PATH": os.Getenv("PATH"), "PORTAL_IRON_URL": w.iron.url + "/api", "PORTAL_IRON_API_KEY": ironKey, "PORTAL_IDENTITY_ORIGINS": w.iron.url,
		"PORTAL_DATABASE_URL": database, "PORTAL_PARTNERS": partners, "PORTAL_SECRET_KEYS": secretKeys,
		"PORTAL_WEBHOOK_SECRETS": webhookSecret, "PORTAL_RATE_LIMIT": "0", "PORTAL_LOG_LEVEL": "debug",
	}
	for i := 0; i+1 < len(settings); i += 2 {
		w.set[settings[i]] = settings[i+1]
	}
	t.Cleanup(w.wantNothingPersonal)
	return w
}

const partnersYAML = `partners:
  - id: acme
    name: Acme Pay
    api_key_hashes: ["sha256:%s"]
    origins: []
    return_urls: []
    sign_up: true
    support: {email: help@acme.example}
`

func sqlite(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "data", "portal.db") }

func (w *world) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// fault puts a fault in force and returns what ends it.
func (w *world) fault(f simulator.Fault) (end func()) {
	w.t.Helper()
	set, err := w.iron.SetFault(f)
	w.check(err)
	return func() { w.iron.ClearFault(set.ID) }
}

// until waits for what must come true, and tells how long that took.
func (w *world) until(what string, within time.Duration, true func() bool) time.Duration {
	w.t.Helper()
	began := time.Now()
	for !true() {
		if time.Since(began) > within {
			w.t.Fatalf("after %v, still not: %s", within, what)
		}
		pause(20 * time.Millisecond)
	}
	return time.Since(began)
}

func pause(d time.Duration) { <-time.After(d) }

// secret is something that must not appear anywhere.
func (w *world) secret(what, value string) {
	if value != "" {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.secrets[what+" "+value] = value
	}
}

// books is the database, read beside the portals.
func (w *world) books() *store.Store {
	w.t.Helper()
	if w.kept == nil {
		var err error
		w.kept, err = store.Open(w.t.Context(), w.database)
		w.check(err)
		w.t.Cleanup(func() { _ = w.kept.Close() })
	}
	return w.kept
}

// settled waits until no consent is under way any more.
func (w *world) settled(within time.Duration) time.Duration {
	w.t.Helper()
	return w.until("every consent has been delivered", within, func() bool {
		left, err := w.books().Ledger().Undelivered(w.t.Context(), "acme", time.Now().Add(time.Hour))
		w.check(err)
		return len(left) == 0
	})
}

// address is all that the portal may ask Iron for: ids and pages of lists.
var address = regexp.MustCompile(`^/api/(customers|identifications)(/[0-9a-f-]{36}(/[a-z0-9-]+)*)?(\?(page_size|cursor)=[^&]*(&(page_size|cursor)=[^&]*)*)?$`)

// wantNothingPersonal looks for secrets in all that the portals have said, and in the
// addresses that Iron was asked for.
func (w *world) wantNothingPersonal() {
	said := map[string]string{}
	for _, p := range w.portals {
		said["metrics"] += p.metrics()
		p.kill()
		log, err := os.ReadFile(p.log)
		w.check(err)
		said["log"] += string(log)
	}
	for _, asked := range w.iron.requests() {
		said["address at Iron"] += asked.address + "\n"
		if !address.MatchString(asked.address) {
			w.t.Errorf("Iron is asked for an address with more in it than ids: %s", asked.address)
		}
	}
	if strings.Contains(said["log"], "panic") {
		w.t.Error("the log tells of a panic")
	}
	for what, secret := range w.secrets {
		for place, text := range said {
			if strings.Contains(text, secret) || strings.Contains(text, url.QueryEscape(secret)) {
				w.t.Errorf("%s: %s", place, what)
			}
		}
	}
	if w.t.Failed() {
		log := said["log"]
		w.t.Logf("the end of the log:\n%s", log[max(0, len(log)-2000):])
	}
}
