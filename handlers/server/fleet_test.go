package server

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"portal/onboarding/simulator"
)

const (
	partnerKey    = "key-of-the-partner"
	webhookSecret = "secret-of-the-webhooks"
	// processVariable makes the test's own program a portal: a process that can be sent
	// signals, with nothing to be built first.
	processVariable = "PORTAL_TEST_PROCESS"
)

// beProcess is what main does, until whoever has started it is gone.
func beProcess() int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(3)
	}()
	if err := Run(ctx, nil, os.LookupEnv, os.Stdout); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// fleet is several portals, each a process of its own, before one Iron.
type fleet struct {
	t        *testing.T
	set      map[string]string
	sim      *simulator.Simulator
	readings atomic.Int64 // of customers' records at Iron
	replicas []*replica
}

type replica struct {
	*exec.Cmd
	log  *logged
	base string
	gone chan error
}

// newFleet prepares a fleet over a database, and starts so many replicas.
func newFleet(t *testing.T, n int, more map[string]string) *fleet {
	t.Helper()
	f := &fleet{t: t, sim: simulator.New(simulator.Options{APIKeys: []string{ironKey}})}
	if err := f.sim.Configure(simulator.Settings{DefaultScript: simulator.ManualScript}); err != nil {
		t.Fatal(err)
	}
	record := regexp.MustCompile(`^/api/customers/[^/]+$`)
	public := f.sim.Public(simulator.RoomOptions{})
	iron := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && record.MatchString(r.URL.Path) {
			f.readings.Add(1)
		}
		public.ServeHTTP(w, r)
	}))
	t.Cleanup(iron.Close)
	f.sim.SetAddresses(iron.URL, iron.URL)
	sum := sha256.Sum256([]byte(partnerKey))
	file := t.TempDir() + "/partners.yaml"
	write(t, file, strings.Replace(partnersYAML, "sha256:"+strings.Repeat("0", 64), "sha256:"+hex.EncodeToString(sum[:]), 1)+"    sign_up: true\n")
	f.set = with(map[string]string{
		"PORTAL_ADDR": "127.0.0.1:0", "PORTAL_OPS_ADDR": "", "PORTAL_IRON_URL": iron.URL + "/api", "PORTAL_IRON_API_KEY": ironKey,
		"PORTAL_PARTNERS": file, "PORTAL_IDENTITY_ORIGINS": iron.URL, "PORTAL_SECRET_KEYS": testKeys,
		"PORTAL_WEBHOOK_SECRETS": webhookSecret, "PORTAL_BASE_URL": "http://127.0.0.1", "PORTAL_TRUSTED_PROXIES": "127.0.0.1",
	}, more)
	for range n {
		f.start(nil)
	}
	return f
}

// start starts one more replica, in which these settings are changed.
func (f *fleet) start(changed map[string]string) *replica {
	f.t.Helper()
	r := &replica{Cmd: exec.Command(os.Args[0]), log: &logged{found: make(chan string, 1)}, gone: make(chan error, 1)}
	r.Env = append(os.Environ(), processVariable+"=1")
	for name, value := range with(f.set, changed) {
		r.Env = append(r.Env, name+"="+value)
	}
	r.Stdout, r.Stderr = r.log, r.log
	life, err := r.StdinPipe() // which breaks when this process is gone
	if err == nil {
		err = r.Start()
	}
	if err != nil {
		f.t.Fatal(err)
	}
	go func() { r.gone <- r.Wait() }()
	f.t.Cleanup(func() {
		_ = life.Close()
		_ = r.Process.Kill()
	})
	select {
	case address := <-r.log.found:
		r.base = "http://" + address
	case err := <-r.gone:
		r.gone <- err
		return r // it says why in its log
	}
	f.replicas = append(f.replicas, r)
	return r
}

// ended waits until the replica's process is gone.
func (r *replica) ended(t *testing.T) error {
	t.Helper()
	select {
	case err := <-r.gone:
		r.gone <- err
		return err
	case <-t.Context().Done():
		t.Fatal("it goes on")
		return nil
	}
}

// hear lets Iron's webhooks go to one replica.
func (f *fleet) hear(r *replica) {
	go f.sim.SendWebhooks(f.t.Context(), simulator.WebhookTarget{URL: r.base + "/webhooks/iron", Secret: webhookSecret})
	for f.sim.Watching() == 0 {
		// until it has begun to follow
	}
}

func (f *fleet) customer(scenario string) string {
	f.t.Helper()
	customer, err := f.sim.Build(scenario, ironKey)
	if err != nil {
		f.t.Fatal(err)
	}
	return customer
}

// link asks one replica's partner API for a one-time link.
func (f *fleet) link(at *replica, key, body string) (status int, answer string) {
	f.t.Helper()
	r, _ := http.NewRequestWithContext(f.t.Context(), http.MethodPost, at.base+"/api/v1/sessions", strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+partnerKey)
	r.Header.Set("Idempotency-Key", key)
	r.Header.Set("Content-Type", "application/json")
	return do(f.t, http.DefaultClient, r)
}

var startToken = regexp.MustCompile(`/p/acme/start/[\w-]+`)

// browser is a new one, in which the customer is signed in at the replica.
func (f *fleet) browser(at *replica, customer string) *http.Client {
	f.t.Helper()
	status, answer := f.link(at, "for "+customer+fmt.Sprint(linkCount.Add(1)), `{"customer_id": "`+customer+`"}`)
	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar}
	if status != http.StatusCreated {
		f.t.Fatalf("no link: %d, %s", status, answer)
	}
	if status, body := post(f.t, browser, at.base+startToken.FindString(answer), nil); status != http.StatusOK {
		f.t.Fatalf("not signed in: %d, %s", status, body)
	}
	return browser
}

var linkCount atomic.Int64

func do(t *testing.T, client *http.Client, r *http.Request) (status int, body string) {
	t.Helper()
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	all, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(all)
}

func post(t *testing.T, client *http.Client, address string, form url.Values) (status int, body string) {
	t.Helper()
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return do(t, client, r)
}

func read(t *testing.T, client *http.Client, address string) (status int, body string) {
	t.Helper()
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	return do(t, client, r)
}

var (
	formPattern  = regexp.MustCompile(`(?s)<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>`)
	inputPattern = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
)

// formOf finds the first form of a page whose address ends so, and what is in it.
func formOf(t *testing.T, page, suffix string) (action string, fields url.Values) {
	t.Helper()
	for _, form := range formPattern.FindAllStringSubmatch(page, -1) {
		if !strings.HasSuffix(form[1], suffix) {
			continue
		}
		fields = url.Values{}
		for _, input := range inputPattern.FindAllStringSubmatch(form[2], -1) {
			fields.Set(input[1], html.UnescapeString(input[2]))
		}
		return form[1], fields
	}
	t.Fatalf("there is no form for %s: %s", suffix, page)
	return "", nil
}

// stream is one that a browser has open.
type stream struct {
	t     *testing.T
	lines *bufio.Reader
	retry string
	first string
}

// stream opens one at the replica, and reads its first event, whose state must begin so.
func (f *fleet) stream(browser *http.Client, at *replica, state string) *stream {
	f.t.Helper()
	r, _ := http.NewRequestWithContext(f.t.Context(), http.MethodGet, at.base+"/p/acme/events", nil)
	response, err := browser.Do(r)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { _ = response.Body.Close() })
	if response.StatusCode != http.StatusOK {
		f.t.Fatalf("no stream: %s", response.Status)
	}
	s := &stream{t: f.t, lines: bufio.NewReader(response.Body)}
	s.retry, s.first = s.next(), s.next()
	if !strings.Contains(s.first, `"state":"`+state) {
		f.t.Fatalf("it begins with %q, not %s", s.first, state)
	}
	return s
}

// next is the next event; empty when the stream has ended. Beats are passed over.
func (s *stream) next() string {
	for {
		var event strings.Builder
		for {
			line, err := s.lines.ReadString('\n')
			if err != nil {
				return ""
			}
			if line == "\n" {
				break
			}
			event.WriteString(line)
		}
		if event.String() != ":\n" {
			return event.String()
		}
	}
}

func (s *stream) hears(state string) {
	s.t.Helper()
	if got := s.next(); !strings.Contains(got, `"state":"`+state+`"`) {
		s.t.Fatalf("heard %q, not %s", got, state)
	}
}
