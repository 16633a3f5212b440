package server

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"portal/onboarding/store/realdb"
)

// publicHost is this machine itself, as the simulated documents are on plain http.
const publicHost = "localhost"

// fromREADME is the first block of code in this language.
func fromREADME(t *testing.T, language string) string {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "```"+language+"\n")
	block, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatalf("README.md has no block of %s", language)
	}
	return block
}

// certificate is one for the public host, which signs itself.
func certificate(t *testing.T, dir string) (pool *x509.CertPool, certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: publicHost}, DNSNames: []string{publicHost},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "crt"), filepath.Join(dir, "key")
	text := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	write(t, certFile, text)
	write(t, keyFile, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(text))
	return pool, certFile, keyFile
}

// nginx runs the configuration that the README has, before the fleet. It is the
// transport of browsers who come to the public host.
func nginx(t *testing.T, f *fleet) *http.Transport {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		program, err = exec.LookPath("/usr/sbin/nginx") // which few have in their PATH
	}
	if err != nil {
		if os.Getenv("REQUIRE_NGINX") != "" {
			t.Fatal("nginx is required and not installed: apt-get install nginx-light")
		}
		t.Skip("nginx is not installed: apt-get install nginx-light")
	}
	dir := t.TempDir()
	pool, certFile, keyFile := certificate(t, dir)
	front, plain := freeAddress(t), freeAddress(t)
	config := fromREADME(t, "nginx")
	for i, r := range f.replicas {
		config = strings.Replace(config, fmt.Sprintf("10.0.0.1%d:8080", i+1), strings.TrimPrefix(r.base, "http://"), 1)
	}
	for old, changed := range map[string]string{
		"listen 443 ": "listen " + front + " ", "listen 80;": "listen " + plain + ";",
		"/etc/nginx/onboarding.crt": certFile, "/etc/nginx/onboarding.key": keyFile,
		"server_name onboarding.example": "server_name " + publicHost,
	} {
		if !strings.Contains(config, old) {
			t.Fatalf("the README has no %q any more", old)
		}
		config = strings.ReplaceAll(config, old, changed)
	}
	file := filepath.Join(dir, "nginx.conf")
	user := ""
	if os.Geteuid() == 0 {
		user = "user root;\n" // the temporary directory is the test's alone
	}
	write(t, file, user+"pid "+dir+"/pid;\nerror_log "+dir+"/errors;\nevents {}\nhttp {\naccess_log off;\n"+
		"client_body_temp_path "+dir+"/body;\nproxy_temp_path "+dir+"/proxy;\nfastcgi_temp_path "+dir+"/f;\nuwsgi_temp_path "+dir+"/u;\nscgi_temp_path "+dir+"/s;\n"+
		config+"}\n")
	if said, err := exec.CommandContext(t.Context(), program, "-t", "-p", dir, "-c", file).CombinedOutput(); err != nil {
		t.Fatalf("nginx -t: %v: %s", err, said)
	}
	command := exec.Command(program, "-p", dir, "-c", file, "-g", "daemon off;")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt) // it ends its workers
		_ = command.Wait()
	})
	to := func(ctx context.Context, _, address string) (net.Conn, error) {
		if strings.HasSuffix(address, ":80") {
			return new(net.Dialer).DialContext(ctx, "tcp", plain)
		}
		return new(net.Dialer).DialContext(ctx, "tcp", front)
	}
	for { // until it listens
		conn, err := to(t.Context(), "", "")
		if err == nil {
			_ = conn.Close()
			break
		}
		if t.Context().Err() != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond)
	}
	return &http.Transport{DialContext: to, TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
}

func TestThreeReplicasBehindNginxAsTheREADMEHasIt(t *testing.T) {
	f := newFleet(t, 3, map[string]string{
		"PORTAL_DATABASE_URL": realdb.PostgresDatabase(t), "PORTAL_BASE_URL": "https://" + publicHost,
	})
	transport := nginx(t, f)
	f.hear(f.replicas[0])
	public := &replica{base: "https://" + publicHost}
	customer := f.customer("signings")
	_, answer := f.link(f.replicas[0], "k", `{"customer_id": "`+customer+`"}`)
	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar, Transport: transport}
	post(t, browser, public.base+startToken.FindString(answer), nil)
	_, page := read(t, browser, public.base+"/p/acme/documents")
	waits := f.stream(browser, public, "sign")
	action, fields := formOf(t, page, "/sign")
	fields.Set("consent", "yes")
	if status, page := post(t, browser, public.base+action, fields); status != http.StatusOK {
		t.Fatalf("%d, %s", status, page)
	}
	waits.next() // had it been kept back, nothing would come
	if err := f.replicas[2].Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for range 9 {
		if status, page := read(t, browser, public.base+"/p/acme/"); status != http.StatusOK || !strings.Contains(page, "data-stage") {
			t.Errorf("with one of three killed: %d, %s", status, page)
		}
	}
	if response, err := browser.Get("http://" + publicHost + "/healthz"); err != nil || response.Request.URL.Scheme != "https" || response.ProtoMajor != 2 {
		t.Errorf("plain http leads to %v, %v", response, err)
	}
	refused := 0
	for i := range 9 { // who claims to be others is still one
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, public.base+"/p/acme/sign-up", nil)
		r.Header.Set("X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i))
		if status, _ := do(t, browser, r); status == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused < 3 {
		t.Errorf("%d of nine were refused", refused)
	}
}

func TestWhatTheREADMESaysOfSettingsIsSo(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	help, err := said(t, map[string]string{}, "--help")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range regexp.MustCompile(`PORTAL_[A-Z_]+`).FindAllString(string(readme), -1) {
		if !strings.Contains(help, strings.TrimSuffix(name, "_FILE")) {
			t.Errorf("%s is in the README, and is no setting", name)
		}
	}
	for _, name := range regexp.MustCompile(`PORTAL_[A-Z_]+`).FindAllString(help, -1) {
		if !strings.Contains(string(readme), name) {
			t.Errorf("%s is a setting, and not in the README", name)
		}
	}
}

func TestTheComposeFileOfTheREADMEMeansWhatItSays(t *testing.T) {
	var compose struct {
		Services map[string]struct {
			Secrets     []string
			Environment map[string]string
		}
		Secrets map[string]struct{ File string }
	}
	block := fromREADME(t, "yaml\nservices:")
	if err := yaml.Unmarshal([]byte("services:\n"+block), &compose); err != nil {
		t.Fatal(err)
	}
	if len(compose.Services) != 3 {
		t.Errorf("%d services", len(compose.Services))
	}
	for name, service := range compose.Services {
		for variable, value := range service.Environment {
			secret, is := strings.CutPrefix(value, "/run/secrets/")
			if !is {
				continue
			}
			if _, known := compose.Secrets[secret]; !known || !strings.Contains(strings.Join(service.Secrets, " "), secret) {
				t.Errorf("%s: %s names the secret %q, which it is not given", name, variable, secret)
			}
		}
	}
}
