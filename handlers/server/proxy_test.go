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
	"strings"
	"testing"
	"time"

	"portal/onboarding/store/realdb"
)

// publicHost is this machine itself, as the simulated documents are on plain http.
const publicHost = "localhost"

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

// program is where an installed one is, which the test can't do without.
func program(t *testing.T, name, debian string) string {
	t.Helper()
	for _, place := range []string{name, "/usr/sbin/" + name} { // which few have in their PATH
		if path, err := exec.LookPath(place); err == nil {
			return path
		}
	}
	if os.Getenv("REQUIRE_"+strings.ToUpper(name)) != "" {
		t.Fatalf("%s is required and not installed: apt-get install %s", name, debian)
	}
	t.Skipf("%s is not installed: apt-get install %s", name, debian)
	return ""
}

// front is a proxy before a fleet, at addresses of its own.
type front struct {
	dir               string // its temporary directory
	tls, plain        string // where it listens
	pool              *x509.CertPool
	certFile, keyFile string
}

func newFront(t *testing.T) *front {
	t.Helper()
	f := &front{dir: t.TempDir(), tls: freeAddress(t), plain: freeAddress(t)}
	f.pool, f.certFile, f.keyFile = certificate(t, f.dir)
	return f
}

// configure puts the test's own addresses into a text of the README.
func (f *front) configure(t *testing.T, config string, replicas []*replica, changes map[string]string) string {
	t.Helper()
	for i, r := range replicas {
		changes[fmt.Sprintf("10.0.0.1%d:8080", i+1)] = strings.TrimPrefix(r.base, "http://")
	}
	for old, changed := range changes {
		if !strings.Contains(config, old) {
			t.Fatalf("the configuration has no %q any more", old)
		}
		config = strings.ReplaceAll(config, old, changed)
	}
	return config
}

// run starts the proxy. What it returns is the transport of browsers who come to the
// public host.
func (f *front) run(t *testing.T, command *exec.Cmd) *http.Transport {
	t.Helper()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt) // it ends its workers
		_ = command.Wait()
	})
	to := func(ctx context.Context, _, address string) (net.Conn, error) {
		if strings.HasSuffix(address, ":80") {
			return new(net.Dialer).DialContext(ctx, "tcp", f.plain)
		}
		return new(net.Dialer).DialContext(ctx, "tcp", f.tls)
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
	return &http.Transport{DialContext: to, TLSClientConfig: &tls.Config{RootCAs: f.pool}, ForceAttemptHTTP2: true}
}

func nginx(t *testing.T, replicas []*replica) *http.Transport {
	t.Helper()
	path, f := program(t, "nginx", "nginx-light"), newFront(t)
	config := f.configure(t, fromREADME(t, "nginx"), replicas, map[string]string{
		"listen 443 ": "listen " + f.tls + " ", "listen 80;": "listen " + f.plain + ";",
		"/etc/nginx/onboarding.crt": f.certFile, "/etc/nginx/onboarding.key": f.keyFile,
		"server_name onboarding.example": "server_name " + publicHost,
	})
	file, user := filepath.Join(f.dir, "nginx.conf"), ""
	if os.Geteuid() == 0 {
		user = "user root;\n" // the temporary directory is the test's alone
	}
	temporary := ""
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temporary += kind + "_temp_path " + f.dir + "/" + kind + ";\n"
	}
	write(t, file, user+"pid "+f.dir+"/pid;\nerror_log "+f.dir+"/errors;\nevents {}\nhttp {\naccess_log off;\n"+temporary+config+"}\n")
	if said, err := exec.CommandContext(t.Context(), path, "-t", "-p", f.dir, "-c", file).CombinedOutput(); err != nil {
		t.Fatalf("nginx -t: %v: %s", err, said)
	}
	return f.run(t, exec.Command(path, "-p", f.dir, "-c", file, "-g", "daemon off;"))
}

// caddy runs a Caddyfile whose site is that of the README.
func caddy(t *testing.T, caddyfile string, replicas []*replica, changes map[string]string) *http.Transport {
	t.Helper()
	path, f := program(t, "caddy", "caddy"), newFront(t)
	changes["onboarding.example {"] = publicHost + " {\n\ttls " + f.certFile + " " + f.keyFile
	config := f.configure(t, caddyfile, replicas, changes)
	host, tlsPort, _ := net.SplitHostPort(f.tls)
	_, plainPort, _ := net.SplitHostPort(f.plain)
	file := filepath.Join(f.dir, "Caddyfile")
	write(t, file, "{\n\tadmin off\n\tdefault_bind "+host+"\n\thttps_port "+tlsPort+"\n\thttp_port "+plainPort+
		"\n\tskip_install_trust\n\tstorage file_system "+f.dir+"\n}\n"+config)
	command := exec.Command(path, "run", "--config", file, "--adapter", "caddyfile")
	command.Env = append(os.Environ(), "HOME="+f.dir, "XDG_CONFIG_HOME="+f.dir, "XDG_DATA_HOME="+f.dir)
	return f.run(t, command)
}

// behindEach runs a test behind each proxy that there is a configuration of.
func behindEach(t *testing.T, test func(t *testing.T, f *fleet, transport *http.Transport)) {
	for name, start := range map[string]func(*testing.T, []*replica) *http.Transport{
		"nginx": nginx,
		"Caddy": func(t *testing.T, replicas []*replica) *http.Transport {
			return caddy(t, fromREADME(t, "caddyfile"), replicas, map[string]string{})
		},
		"Caddy of compose.yaml": func(t *testing.T, replicas []*replica) *http.Transport {
			// There is nobody to ask where they are.
			found := "dynamic a {\n      name portal\n      port 8080\n      refresh 2s\n    }"
			return caddy(t, composition(t).caddyfile(), replicas[:0], map[string]string{found: "to " + addresses(replicas)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			program(t, strings.ToLower(name[:5]), map[string]string{"nginx": "nginx-light"}[name])
			f := newFleet(t, 3, map[string]string{
				"PORTAL_DATABASE_URL": realdb.PostgresDatabase(t), "PORTAL_BASE_URL": "https://" + publicHost,
			})
			test(t, f, start(t, f.replicas))
		})
	}
}

func addresses(replicas []*replica) string {
	var all []string
	for _, r := range replicas {
		all = append(all, strings.TrimPrefix(r.base, "http://"))
	}
	return strings.Join(all, " ")
}

func TestThreeReplicasBehindAProxyAsItIsWrittenDown(t *testing.T) {
	behindEach(t, func(t *testing.T, f *fleet, transport *http.Transport) {
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
	})
}
