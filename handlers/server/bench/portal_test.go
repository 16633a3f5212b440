package bench

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Keys of this world.
const (
	ironKey       = "iron-key-of-the-bench"
	acmeKey       = "acme-key-of-the-bench"
	webhookSecret = "webhook-secret-of-the-bench"
	secretKeys    = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
)

const partnersYAML = `partners:
  - id: acme
    name: Acme Pay
    api_key_hashes: ["sha256:%s"]
    origins: []
    return_urls: []
    sign_up: true
    support: {email: help@acme.example}
`

// build makes the product, as it is delivered where it is measured.
func (b *bench) build() {
	b.t.Helper()
	b.binary = filepath.Join(b.t.TempDir(), "portal")
	command := exec.Command("go", "build", "-o", b.binary, "portal")
	if os.Getenv("BENCH") != "" {
		command = exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", b.binary, "portal")
		command.Env = append(os.Environ(), "CGO_ENABLED=0")
	}
	if said, err := command.CombinedOutput(); err != nil {
		b.t.Fatalf("%v: %s", err, said)
	}
	hash := sha256.Sum256([]byte(acmeKey))
	b.partners = filepath.Join(b.t.TempDir(), "partners.yaml")
	b.check(os.WriteFile(b.partners, fmt.Appendf(nil, partnersYAML, hex.EncodeToString(hash[:])), 0o600))
}

// portal starts the product with a database.
func (b *bench) portal(database string) *process {
	b.t.Helper()
	base, ops := address(b.t), address(b.t)
	return start(b.t, "portal", base, ops, "/readyz", []string{
		"PORTAL_ADDR=" + base, "PORTAL_OPS_ADDR=" + ops, "PORTAL_BASE_URL=http://" + base,
		"PORTAL_IRON_URL=" + b.iron.url + "/api", "PORTAL_IRON_API_KEY=" + ironKey, "PORTAL_IDENTITY_ORIGINS=" + b.iron.url,
		"PORTAL_DATABASE_URL=" + database, "PORTAL_PARTNERS=" + b.partners, "PORTAL_SECRET_KEYS=" + secretKeys,
		"PORTAL_WEBHOOK_SECRETS=" + webhookSecret, "PORTAL_RATE_LIMIT=0",
	}, b.binary, "serve")
}

// sqlite is a database on the disk that has the system's temporary files.
func (b *bench) sqlite() string { return "sqlite:" + filepath.Join(b.t.TempDir(), "portal.db") }

// clients ask as many browsers do, whose connections are kept.
var clients = &http.Client{
	Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 512, DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// customer is one at a browser.
type customer struct {
	id     string // at Iron
	cookie string // of their session with the portal
}

// customers makes some at Iron.
func (b *bench) customers(scenario string, n int) []customer {
	b.t.Helper()
	all := make([]customer, n)
	for i := range all {
		id, err := b.iron.Build(scenario, ironKey)
		b.check(err)
		all[i].id = id
	}
	return all
}

// signIn signs customers in as a partner does: with a one-time link for each.
func (b *bench) signIn(p *process, all []customer) {
	b.t.Helper()
	b.each(len(all), 8, func(i int) error { return signIn(p, &all[i]) })
}

func signIn(p *process, c *customer) error {
	ask, _ := json.Marshal(map[string]string{"customer_id": c.id})
	status, body, _, err := send(http.MethodPost, p.base+"/api/v1/sessions", ask, http.Header{
		"Authorization": {"Bearer " + acmeKey}, "Content-Type": {"application/json"}, "Idempotency-Key": {uuid.NewString()},
	})
	var link struct{ URL string }
	if err != nil || status != http.StatusCreated || json.Unmarshal(body, &link) != nil {
		return fmt.Errorf("the partner API answers %d: %s (%w)", status, body, err)
	}
	status, body, header, err := send(http.MethodPost, link.URL, nil, http.Header{
		"Sec-Fetch-Site": {"same-origin"}, "Content-Type": {"application/x-www-form-urlencoded"},
	})
	if err != nil || status != http.StatusSeeOther {
		return fmt.Errorf("the link answers %d: %s (%w)", status, body, err)
	}
	for _, cookie := range (&http.Response{Header: header}).Cookies() {
		if cookie.MaxAge >= 0 && cookie.Value != "" {
			c.cookie += cookie.Name + "=" + cookie.Value + "; "
		}
	}
	return nil
}

// send makes one request and reads the answer to its end.
func send(method, address string, body []byte, header http.Header) (status int, said []byte, back http.Header, err error) {
	r, err := http.NewRequestWithContext(context.Background(), method, address, bytes.NewReader(body))
	if err != nil {
		return 0, nil, nil, err
	}
	r.Header = header
	response, err := clients.Do(r)
	if err != nil {
		return 0, nil, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	said, err = io.ReadAll(response.Body)
	return response.StatusCode, said, response.Header, err
}

// each does something n times, so many at once, and fails the test where one fails.
func (b *bench) each(n, atOnce int, do func(i int) error) {
	b.t.Helper()
	var group sync.WaitGroup
	next, failed := make(chan int), make(chan error, atOnce)
	for range atOnce {
		group.Go(func() {
			for i := range next {
				if err := do(i); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	var err error
	for i := 0; i < n && err == nil; i++ {
		select {
		case next <- i:
		case err = <-failed:
		}
	}
	close(next)
	group.Wait()
	if err == nil && len(failed) > 0 {
		err = <-failed
	}
	b.check(err)
}

// webhook is Iron's message that a customer has changed, signed.
func webhook(p *process, customer string) error {
	now := time.Now()
	body := fmt.Appendf(nil, `{"type":"customer_status","timestamp":%q,"data":{"customer_id":%q,"message":{"id":%q,"status":"Suspended"}}}`,
		now.UTC().Format(time.RFC3339Nano), customer, customer)
	stamp := strconv.FormatInt(now.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(webhookSecret))
	_, _ = mac.Write(append([]byte(stamp), body...))
	status, said, _, err := send(http.MethodPost, p.base+"/webhooks/iron", body, http.Header{
		"Content-Type": {"application/json"}, "Webhook-Id": {uuid.NewString()}, "Webhook-Timestamp": {stamp},
		"Webhook-Signature": {"v1=" + hex.EncodeToString(mac.Sum(nil))},
	})
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("the webhook is answered %d: %s", status, said)
	}
	return err
}
