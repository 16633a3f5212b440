package faults

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"portal/onboarding/simulator/port"
)

// built is the product, made once for all tests.
var built program

type program struct {
	once sync.Once
	dir  string
	err  error
}

func (b *program) path(t testing.TB) string {
	t.Helper()
	b.once.Do(func() {
		if b.dir, b.err = os.MkdirTemp("", "portal-faults-"); b.err != nil {
			return
		}
		if said, err := exec.Command("go", "build", "-o", filepath.Join(b.dir, "portal"), "portal").CombinedOutput(); err != nil {
			b.err = fmt.Errorf("%w: %s", err, said)
		}
	})
	if b.err != nil {
		t.Fatal(b.err)
	}
	return filepath.Join(b.dir, "portal")
}

func (b *program) remove() {
	if b.dir != "" {
		_ = os.RemoveAll(b.dir)
	}
}

// portal is the product as a process of its own, again and again at the same address.
type portal struct {
	t    testing.TB
	set  map[string]string
	base string
	ops  string
	log  string // a file: all that it has ever said
	// shell is run before the program, in the process that becomes it: limits.
	shell  string
	binary string

	process *os.Process
	exited  chan struct{}
	ended   error // how it has ended, once exited is closed
}

// prepare is a portal that is not started yet. Settings are in pairs.
func (w *world) prepare(settings ...string) *portal {
	w.t.Helper()
	address, ops := freeAddress(w.t), freeAddress(w.t)
	p := &portal{
		t: w.t, set: maps.Clone(w.set), base: "http://" + address, ops: "http://" + ops,
		log: filepath.Join(w.t.TempDir(), "log"), binary: built.path(w.t),
	}
	p.set["PORTAL_ADDR"], p.set["PORTAL_OPS_ADDR"], p.set["PORTAL_BASE_URL"] = address, ops, p.base
	for i := 0; i+1 < len(settings); i += 2 {
		p.set[settings[i]] = settings[i+1]
	}
	w.portals = append(w.portals, p)
	w.t.Cleanup(p.kill)
	return p
}

// start is a portal that serves.
func (w *world) start(settings ...string) *portal {
	w.t.Helper()
	p := w.prepare(settings...)
	p.start()
	return p
}

func (p *portal) command(args ...string) *exec.Cmd {
	shell := append([]string{"-c", p.shell + "\nexec \"$0\" \"$@\"", p.binary}, args...)
	command := exec.Command("/bin/sh", shell...)
	for name, value := range p.set {
		command.Env = append(command.Env, name+"="+value)
	}
	return command
}

// start starts it, and waits until it can serve.
func (p *portal) start() {
	p.t.Helper()
	if err := p.begin(); err != nil {
		p.t.Fatal(err)
	}
	deadline := time.After(limit)
	for !p.ready() {
		select {
		case <-p.exited:
			said, _ := os.ReadFile(p.log)
			p.t.Fatalf("the portal has not started: %v\n%s", p.ended, said)
		case <-deadline:
			p.t.Fatal("the portal does not become ready")
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (p *portal) begin() error {
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	command := p.command("serve")
	command.Stdout, command.Stderr = log, log
	// It must not outlive the tests, whatever ends them.
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	exited, started := make(chan struct{}), make(chan error, 1)
	go func() {
		// The signal comes when the thread dies that has started the process.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		started <- err
		if err == nil {
			p.ended = command.Wait()
			close(exited)
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	p.process, p.exited = command.Process, exited
	return nil
}

func (p *portal) ready() bool {
	status, _, err := fetch(p.base + "/readyz")
	return err == nil && status == http.StatusOK
}

// kill is kill -9.
func (p *portal) kill() { p.signal(syscall.SIGKILL) }

// signal ends it and waits until it is gone.
func (p *portal) signal(s syscall.Signal) {
	if p.process == nil {
		return
	}
	_ = p.process.Signal(s)
	<-p.exited
	p.process = nil
}

// alive tells whether the process is the one that was started.
func (p *portal) alive() bool {
	select {
	case <-p.exited:
		return false
	default:
		return p.process != nil
	}
}

func (p *portal) metrics() string {
	_, said, _ := fetch(p.ops + "/metrics")
	return said
}

// metric is the value of the line of the metrics that begins so; 0 where there is none.
func (p *portal) metric(line string) (value float64) {
	for text := range strings.Lines(p.metrics()) {
		if rest, found := strings.CutPrefix(text, line+" "); found {
			_, _ = fmt.Sscan(rest, &value)
		}
	}
	return value
}

// run runs one of the program's other commands.
func (p *portal) run(args ...string) (said string, err error) {
	command := p.command(args...)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	err = command.Run()
	return out.String(), err
}

// inquiries are the tests' own, which have no business with the customers' connections.
var inquiries = &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

func fetch(address string) (status int, body string, err error) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
	if err != nil {
		return 0, "", err
	}
	response, err := inquiries.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	said, err := io.ReadAll(response.Body)
	return response.StatusCode, string(said), err
}

// freeAddress is the test's until it ends, whether or not somebody listens there.
func freeAddress(t testing.TB) string {
	t.Helper()
	address, release, err := port.Hold("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = release() })
	return address
}

func sum(text string) string {
	hash := sha256.Sum256([]byte(text))
	return hex.EncodeToString(hash[:])
}

// peek reads a request's body, shows it, and gives it on.
func peek(body io.ReadCloser, show func([]byte)) io.ReadCloser {
	read, err := io.ReadAll(body)
	_ = body.Close()
	show(read)
	return io.NopCloser(io.MultiReader(bytes.NewReader(read), failing{err}))
}

type failing struct{ error }

func (f failing) Read([]byte) (int, error) {
	if f.error == nil {
		return 0, io.EOF
	}
	return 0, f.error
}
