package realdb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"portal/onboarding/simulator/port"
)

// Server is a database server of this test's own.
type Server struct {
	// Address is host:port, the same after each Restart.
	Address string

	dir     string // all that it has on the disk
	command func(s *Server) *exec.Cmd
	ready   func(ctx context.Context, s *Server) error
	death   syscall.Signal // what it gets when the test's process dies
	gentle  syscall.Signal // what makes it stop at once and in order

	process *os.Process
	exited  chan struct{}
	settled bool         // on its address
	release func() error // of the address
}

// startLimit is for a machine that has a lot to do besides.
const startLimit = 60 * time.Second

func newServer(name string) (*Server, error) {
	// Not the test's own directory: nobody but its owner may enter that, and the
	// server runs as somebody else where the test runs as root.
	dir, err := os.MkdirTemp("", "portal-"+name+"-")
	if err != nil {
		return nil, err
	}
	if c := credential(); c != nil {
		err = os.Chown(dir, int(c.Uid), int(c.Gid))
	}
	return &Server{dir: dir}, err
}

// Start starts a server that was stopped or killed, and waits until it answers.
func (s *Server) Start() error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	var err error
	for range 5 { // somebody may have taken the port, or what was killed is not all gone
		if !s.settled {
			if err = s.settle(); err != nil {
				return err
			}
		}
		if err = s.start(ctx); err == nil || ctx.Err() != nil {
			s.settled = err == nil
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

func (s *Server) start(ctx context.Context) error {
	// A file: a pipe would be waited for until the last child has let go of it.
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	s.exited = make(chan struct{})
	command := s.command(s)
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{Credential: credential(), Pdeathsig: s.death, Setpgid: true}
	started := make(chan error, 1)
	go func() {
		// The signal of the parent's death comes when the thread dies that has
		// started the server: this one lives as long as the server does.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		s.process = command.Process
		started <- err
		if err == nil {
			_ = command.Wait()
			close(s.exited)
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	for {
		err := s.ready(ctx, s)
		if err == nil {
			return nil
		}
		select {
		case <-s.exited:
			said, _ := os.ReadFile(log.Name())
			s.process = nil
			return fmt.Errorf("the server has ended: %s", bytes.TrimSpace(said))
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop ends the server in order. What was committed is there after the next Start.
func (s *Server) Stop() {
	s.Thaw()
	s.end(s.gentle)
}

// Kill ends the server as a power cut would: without a word to anybody.
func (s *Server) Kill() { s.end(syscall.SIGKILL) }

func (s *Server) end(signal syscall.Signal) {
	if s.process == nil {
		return
	}
	if signal == syscall.SIGKILL {
		s.Freeze()
		send(s.family(), signal)
	} else {
		_ = s.process.Signal(signal)
	}
	<-s.exited
	s.process = nil
}

// Freeze lets the server hang: connections are taken and never answered.
func (s *Server) Freeze() {
	if s.process != nil {
		_ = s.process.Signal(syscall.SIGSTOP) // first, so that it has no more children
	}
	send(s.family(), syscall.SIGSTOP)
}

// Thaw ends Freeze.
func (s *Server) Thaw() { send(s.family(), syscall.SIGCONT) }

// family is the server's process and its children: PostgreSQL has one for each
// connection, in a process group of its own.
func (s *Server) family() []int {
	if s.process == nil {
		return nil
	}
	family := []int{s.process.Pid}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // gone by now
		}
		// pid (name) state ppid …, and a name may have any character.
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if len(fields) > 1 && fields[1] == strconv.Itoa(s.process.Pid) {
			family = append(family, pid)
		}
	}
	return family
}

func send(pids []int, signal syscall.Signal) {
	for _, pid := range pids {
		_ = syscall.Kill(pid, signal)
	}
}

func (s *Server) remove() {
	s.Kill()
	if s.release != nil {
		_ = s.release()
	}
	_ = os.RemoveAll(s.dir)
}

// own hands a server to a test, which ends it.
func own(t testing.TB, s *Server, err error) *Server {
	t.Helper()
	if s != nil {
		t.Cleanup(s.remove)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// program finds a program in PATH or in one of the further directories, newest first.
func program(name string, directories ...string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	for _, pattern := range directories {
		found, _ := filepath.Glob(filepath.Join(pattern, name))
		if len(found) > 0 {
			return slices.Max(found), nil
		}
	}
	return "", fmt.Errorf("%s is not installed", name)
}

// need skips the test where err says that a program is not there, or fails it where
// the variable says that it must be.
func need(t testing.TB, err error, variable, hint string) {
	t.Helper()
	switch {
	case err == nil:
	case os.Getenv(variable) != "":
		t.Fatalf("%v, and %s is set: %s", err, variable, hint)
	default:
		t.Skipf("%v: %s", err, hint)
	}
}

// credential is who runs the servers where the test runs as root, for whom
// PostgreSQL refuses to work.
func credential() *syscall.Credential {
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, _ := strconv.ParseUint(u.Uid, 10, 32)
			gid, _ := strconv.ParseUint(u.Gid, 10, 32)
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	return nil
}

// settle takes an address that the server keeps, whether or not it runs.
func (s *Server) settle() (err error) {
	if s.release != nil {
		_ = s.release()
	}
	s.Address, s.release, err = port.Hold("127.0.0.1")
	return err
}
