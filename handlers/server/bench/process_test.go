package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"portal/onboarding/simulator/port"
)

// process is a server that is measured.
type process struct {
	t    testing.TB
	name string
	base string // its address for customers
	ops  string // and that of its profiles

	process *os.Process
	exited  chan struct{}
}

// address is a free one, kept until the test ends.
func address(t testing.TB) string {
	t.Helper()
	held, release, err := port.Hold("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = release() })
	return held
}

// start starts a server, and waits until it answers at the path.
func start(t testing.TB, name, base, ops, ready string, environment []string, command ...string) *process {
	t.Helper()
	p := &process{t: t, name: name, base: "http://" + base, ops: "http://" + ops, exited: make(chan struct{})}
	if pinned {
		command = append([]string{"taskset", "-c", "0"}, command...)
	}
	cmd := exec.Command(command[0], command[1:]...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if name == "portal" {
		cmd.Stdout, cmd.Stderr = nil, os.Stderr // its log is long, and on stdout
	}
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}, environment...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error, 1)
	go func() {
		// The signal comes when the thread dies that has started the process.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
			close(p.exited)
		}
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	p.process = cmd.Process
	t.Cleanup(p.stop)
	for deadline := time.After(time.Minute); ; {
		if status, _, err := get(p.base + ready); err == nil && status == http.StatusOK {
			return p
		}
		select {
		case <-p.exited:
			t.Fatalf("%s has not started: %s", name, said.String())
		case <-deadline:
			t.Fatalf("%s does not become ready", name)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (p *process) stop() {
	_ = p.process.Kill()
	<-p.exited
}

// pinned: servers and clients have processors of their own.
var pinned = pin()

func pin() bool {
	if runtime.NumCPU() < 2 || os.Getenv("BENCH") == "" {
		return false
	}
	others := fmt.Sprintf("1-%d", runtime.NumCPU()-1)
	return exec.Command("taskset", "-a", "-c", "-p", others, strconv.Itoa(os.Getpid())).Run() == nil
}

// settle collects its garbage, and waits until the system has back what it gives back.
func (p *process) settle(rest time.Duration) (resident int64) {
	p.t.Helper()
	for range 15 {
		status, _, err := get(p.ops + "/debug/pprof/heap?gc=1&debug=1")
		if err != nil || status != http.StatusOK {
			p.t.Fatalf("%s does not collect its garbage: %d %v", p.name, status, err)
		}
		time.Sleep(rest)
		before := resident
		resident = p.resident()
		if before > 0 && before-resident < resident/500 {
			break
		}
	}
	return resident
}

// resident is the process's memory as the system counts it: Rss in smaps_rollup.
func (p *process) resident() int64 {
	p.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", p.process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); fields[0] == "Rss:" {
			kB, _ := strconv.ParseInt(fields[1], 10, 64)
			return kB << 10
		}
	}
	p.t.Fatal("smaps_rollup has no Rss")
	return 0
}

// goroutines is how many it has; -1 where it has none because it is not Go's.
func (p *process) goroutines() int {
	_, said, _ := get(p.ops + "/debug/pprof/goroutine?debug=1")
	n := -1
	_, _ = fmt.Sscanf(said, "goroutine profile: total %d", &n)
	return n
}

// cpu is the processor time that it has used.
func (p *process) cpu() (used time.Duration) {
	p.t.Helper()
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.process.Pid))
	for _, task := range tasks {
		text, _ := os.ReadFile(task)
		first, _, _ := strings.Cut(string(text), " ")
		ns, _ := strconv.ParseInt(first, 10, 64)
		used += time.Duration(ns)
	}
	return used
}

// side has connections of its own for what is asked beside the measurements.
var side = &http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true}}

func get(address string) (status int, body string, err error) {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
	if err != nil {
		return 0, "", err
	}
	response, err := side.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	said, err := io.ReadAll(response.Body)
	return response.StatusCode, string(said), err
}
