package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"portal/onboarding/simulator"
	"portal/onboarding/simulator/port"
)

const partnersYAML = `partners:
  - id: acme
    name: Acme Pay
    api_key_hashes: ["sha256:0000000000000000000000000000000000000000000000000000000000000000"]
    origins: []
    return_urls: []
    support: {email: help@acme.example}
`

const ironKey = "iron-key-of-this-test"

// simulated is an Iron that tells when it is asked something.
type simulated struct {
	*simulator.Simulator
	asked chan struct{}
}

// settings are those of a portal on this machine, before a simulated Iron.
func settings(t *testing.T) (map[string]string, *simulated) {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "partners.yaml"), partnersYAML)
	sim := &simulated{Simulator: simulator.New(simulator.Options{APIKeys: []string{ironKey}}), asked: make(chan struct{}, 100)}
	api := sim.API()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sim.asked <- struct{}{}
		api.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	sim.SetAddresses(server.URL, server.URL)
	return map[string]string{
		"PORTAL_ADDR": "127.0.0.1:0", "PORTAL_OPS_ADDR": "", "PORTAL_IRON_URL": server.URL + "/api", "PORTAL_IRON_API_KEY": ironKey,
		"PORTAL_DATABASE_URL": "sqlite:" + filepath.Join(dir, "data", "portal.db"), "PORTAL_PARTNERS": filepath.Join(dir, "partners.yaml"),
		"PORTAL_IDENTITY_ORIGINS": server.URL,
	}, sim
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func env(set map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := set[name]
		return value, ok
	}
}

func with(set map[string]string, changed map[string]string) map[string]string {
	all := maps.Clone(set)
	maps.Copy(all, changed)
	return all
}

// said runs a command to its end.
func said(t *testing.T, set map[string]string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err := Run(ctx, args, env(set), &out)
	return out.String(), err
}

// running is a portal that serves.
type running struct {
	t    *testing.T
	log  *logged
	stop context.CancelFunc
	done chan error
	base string
}

func serving(t *testing.T, set map[string]string) *running {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r := &running{t: t, log: &logged{found: make(chan string, 1)}, stop: stop, done: make(chan error, 1)}
	go func() { r.done <- Run(ctx, nil, env(set), r.log) }()
	t.Cleanup(func() { stop() })
	select {
	case address := <-r.log.found:
		r.base = "http://" + address
	case err := <-r.done:
		t.Fatalf("the portal did not start: %v\n%s", err, r.log.String())
	}
	return r
}

// logged is what a portal logs; found gets the address that it serves at.
type logged struct {
	mu    sync.Mutex
	b     bytes.Buffer
	found chan string
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var line struct{ Msg, Address string }
	if json.Unmarshal(p, &line) == nil && line.Msg == "serving" {
		l.found <- line.Address
	}
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func get(t *testing.T, address string) (int, string) {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(body)
}

// freeAddress is the test's until it ends, whether or not somebody listens there.
func freeAddress(t *testing.T) string {
	t.Helper()
	address, release, err := port.Hold("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = release() })
	return address
}

func TestLinkPrintsALinkThatLeadsIntoTheRunningPortal(t *testing.T) {
	set, sim := settings(t)
	set["PORTAL_ADDR"] = freeAddress(t)
	set["PORTAL_BASE_URL"] = "http://" + set["PORTAL_ADDR"]
	serving(t, set)
	customer, err := sim.Build("processed", ironKey)
	if err != nil {
		t.Fatal(err)
	}
	out, err := said(t, set, "link", "--partner", "acme", "--customer", customer, "--ttl", "2m")
	if err != nil {
		t.Fatal(err)
	}
	link := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(set["PORTAL_BASE_URL"]) + `/p/acme/start/\S+$`).FindString(out)
	jar, _ := cookiejar.New(nil)
	response, err := (&http.Client{Jar: jar}).Post(link, "application/x-www-form-urlencoded", nil)
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusOK || !strings.Contains(string(body), `data-state="waiting"`) {
		t.Errorf("the link leads to %d: %s", response.StatusCode, body)
	}
	for _, wrong := range [][]string{
		{"--partner", "nobody", "--customer", customer},
		{"--partner", "acme", "--customer", "00000000-0000-0000-0000-000000000000"},
		{"--partner", "acme"},
		{"--partner", "acme", "--customer", customer, "--ttl", "1s"},
		{"--partner", "acme", "--customer", customer, "--ttl", "x"},
	} {
		if out, err := said(t, set, append([]string{"link"}, wrong...)...); err == nil || strings.Contains(out, "/start/") {
			t.Errorf("%v: %v, %s", wrong, err, out)
		}
	}
}

func TestStoppingTurnsReadinessFirstAndLetsRequestsEnd(t *testing.T) {
	set, sim := settings(t)
	set["PORTAL_ADDR"] = freeAddress(t)
	set["PORTAL_BASE_URL"] = "http://" + set["PORTAL_ADDR"]
	r := serving(t, set)
	if _, err := said(t, set, "health"); err != nil {
		t.Errorf("health says %v", err)
	}
	customer, err := sim.Build("processed", ironKey)
	if err != nil {
		t.Fatal(err)
	}
	out, err := said(t, set, "link", "--partner", "acme", "--customer", customer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sim.SetFault(simulator.Fault{Kind: simulator.FaultSlow, Delay: 2 * time.Second}); err != nil {
		t.Fatal(err)
	}
	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	link, _, _ := strings.Cut(out, "\n")
	if _, err := browser.Post(link, "application/x-www-form-urlencoded", nil); err != nil {
		t.Fatal(err)
	}
	for len(sim.asked) > 0 {
		<-sim.asked
	}
	answered := make(chan error, 1)
	go func() {
		response, err := browser.Get(r.base + "/p/acme/review")
		if err == nil && response.StatusCode != http.StatusOK {
			err = errors.New(response.Status)
		}
		answered <- err
	}()
	<-sim.asked
	r.stop()
	for ready := true; ready; { // until the signal has arrived
		status, _ := get(t, r.base+"/readyz")
		ready = status == http.StatusOK
	}
	if err := <-answered; err != nil {
		t.Errorf("the request under way ended with %v", err)
	}
	if err := <-r.done; err != nil {
		t.Errorf("the portal ended with %v", err)
	}
	if _, err := said(t, set, "health"); err == nil {
		t.Error("health says that all is well")
	}
}

func TestTheKeysAreMadeBesideTheDatabaseForItsOwnerAlone(t *testing.T) {
	set, _ := settings(t)
	serving(t, set)
	info, err := os.Stat(strings.TrimPrefix(set["PORTAL_DATABASE_URL"], "sqlite:") + ".keys")
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestMetricsAreOnAListenerOfTheirOwn(t *testing.T) {
	set, _ := settings(t)
	set["PORTAL_OPS_ADDR"] = freeAddress(t)
	r := serving(t, set)
	get(t, r.base+"/p/acme/")
	if status, body := get(t, "http://"+set["PORTAL_OPS_ADDR"]+"/metrics"); status != http.StatusOK ||
		!strings.Contains(body, `portal_http_request_seconds_count{method="GET",route="/p/:partner/",status="2xx"} 1`) {
		t.Errorf("status %d: %s", status, body)
	}
	for _, path := range []string{"/metrics", "/debug/pprof/"} {
		if status, _ := get(t, r.base+path); status != http.StatusNotFound {
			t.Errorf("%s is public: %d", path, status)
		}
	}
}

func TestAnAddressThatIsTakenIsNamed(t *testing.T) {
	set, _ := settings(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	set["PORTAL_ADDR"] = l.Addr().String()
	if _, err := said(t, set); err == nil || !strings.Contains(err.Error(), "PORTAL_ADDR") {
		t.Errorf("said %v", err)
	}
}
