package faults

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"portal/onboarding/store/realdb"
)

// refusal is what a form must be answered with where the database fails: a page that
// says so, with a code for support; and Iron has not been told.
func (s *signer) refusal(what string, a agreement) {
	s.w.t.Helper()
	began := time.Now()
	p, err := s.send(http.MethodPost, a.action, a.fields)
	if err != nil {
		s.w.t.Fatalf("%s: %v", what, err)
	}
	if p.status != http.StatusServiceUnavailable || !p.has("[data-support-code]") || p.has("[data-signed=true]") {
		s.w.t.Errorf("%s: a form is answered with %d: %s", what, p.status, p.body)
	}
	for _, asked := range s.w.iron.requests() {
		if asked.method == http.MethodPost && !asked.at.Before(began) {
			s.w.t.Errorf("%s: Iron was told all the same", what)
		}
	}
	if s.w.iron.signed(s.id, a.document) != 0 {
		s.w.t.Errorf("%s: Iron has a signing", what)
	}
	s.w.t.Logf("%s: refused after %v", what, p.took.Round(10*time.Millisecond))
}

// accepts: the same form works when the database is back, without a new start.
func (s *signer) accepts(what string, a agreement) {
	s.w.t.Helper()
	s.failures = map[int]int{}
	took := s.w.until(what+": forms work again", convergence, func() bool {
		s.agree(a)
		return s.answered[a.document]
	})
	s.w.t.Logf("%s: forms work again after %v", what, took.Round(10*time.Millisecond))
}

func TestAFailingPostgreSQLIsFoundOutBeforeIronIsTold(t *testing.T) {
	t.Parallel()
	server := realdb.StartPostgres(t, realdb.PostgresOptions{Fsync: true})
	network := newProxy(t, server.Address)
	direct := server.Database(t)
	w := newWorld(t, direct)
	p := w.start("PORTAL_DATABASE_URL", strings.Replace(direct, server.Address, network.address, 1))
	s := w.signer(p, true)
	ends := []struct {
		what       string
		begin, end func()
	}{
		{"the database hangs", server.Freeze, server.Thaw},
		{"the database is killed", server.Kill, func() { w.check(server.Start()) }},
		{"the network swallows everything", func() { network.turn(weather{blackhole: true}) }, func() { network.turn(weather{}); network.breakAll() }},
		{"the network resets everything", func() { network.turn(weather{reset: true}) }, func() { network.turn(weather{}) }},
		{"the database falls silent in the middle of an answer", func() { network.turn(weather{stall: 1}) }, func() { network.turn(weather{}); network.breakAll() }},
	}
	for _, x := range ends {
		s.terms()
		form := s.form()
		x.begin()
		s.refusal(x.what, form)
		if page, err := s.get("/p/acme/documents"); err != nil || page.status != http.StatusServiceUnavailable || !page.has("[data-support-code]") {
			t.Errorf("%s: a page answers %v, %v", x.what, page, err)
		}
		if status, _, err := fetch(p.base + "/healthz"); status != http.StatusOK {
			t.Errorf("%s: the process is said to be dead: %d, %v", x.what, status, err)
		}
		x.end()
		s.accepts(x.what, form)
	}
	// Here everything can be read, and only the consent can't be kept.
	s.terms()
	form := s.form()
	release := w.lockConsents()
	s.refusal("consents can't be written", form)
	release()
	s.accepts("consents can be written again", form)
	w.settled(convergence)
	s.wantWhole(w.iron.keys())
	w.wantEvidence(p)
	if !p.alive() {
		t.Error("the portal has ended")
	}
}

func TestAFullDiskIsFoundOutBeforeIronIsTold(t *testing.T) {
	t.Parallel()
	disk := t.TempDir()
	if said, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk).CombinedOutput(); err != nil {
		if os.Getenv("REQUIRE_DISK") != "" {
			t.Fatalf("a disk of its own is required and can't be made: %v %s", err, said)
		}
		t.Skipf("a disk of its own can't be made here, which takes root: %v %s", err, said)
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) })
	w := newWorld(t, "sqlite:"+filepath.Join(disk, "portal.db"))
	p := w.start()
	s := w.signer(p, true)
	form := s.form()
	ballast := filepath.Join(disk, "ballast")
	w.fill(ballast)
	s.refusal("the disk is full", form)
	if page := s.open("/p/acme/documents"); page.status != http.StatusOK && !page.has("[data-support-code]") {
		t.Errorf("a page answers %d", page.status)
	}
	w.check(os.Remove(ballast))
	s.accepts("the disk has room again", form)
	w.settled(convergence)
	s.wantWhole(w.iron.keys())
	w.wantEvidence(p)
}

// fill writes until nothing more fits.
func (w *world) fill(path string) {
	w.t.Helper()
	f, err := os.Create(path)
	w.check(err)
	defer func() { _ = f.Close() }()
	for size := 64 << 10; size > 0; {
		if n, err := f.Write(make([]byte, size)); err != nil && n == 0 {
			size /= 2
		}
	}
}

func TestADatabaseFileThatMayNotGrowIsFoundOutBeforeIronIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	p := w.start()
	s := w.signer(p, true)
	form := s.form()
	p.kill()
	// The write-ahead log may not become much longer than the file is. The shell's unit
	// is 512 bytes.
	info, err := os.Stat(strings.TrimPrefix(w.database, "sqlite:"))
	w.check(err)
	p.shell = fmt.Sprintf("trap '' XFSZ; ulimit -f %d", (info.Size()+(64<<10))/512)
	if err := p.begin(); err != nil {
		t.Fatal(err)
	}
	w.until("the portal answers", limit, func() bool { return dials(p.set["PORTAL_ADDR"]) })
	refused := 0
	for range 60 {
		before := len(w.iron.keys())
		page, err := s.send(http.MethodPost, form.action, form.fields)
		if err != nil {
			t.Fatal(err)
		}
		switch page.status {
		case http.StatusServiceUnavailable:
			refused++
			if len(w.iron.keys()) != before {
				t.Error("Iron was told all the same")
			}
		case http.StatusSeeOther: // the log had room for it
			s.answered[form.document] = true
			s.terms()
			if forms := s.open("/p/acme/documents").agreements(); len(forms) > 0 {
				form = forms[0]
			}
		default:
			t.Errorf("a form is answered with %d", page.status)
		}
	}
	if refused == 0 {
		t.Error("nothing was refused: the test means nothing")
	}
	p.kill()
	p.shell = ""
	p.start()
	s.accepts("without the limit", form)
	w.settled(convergence)
	s.wantWhole(w.iron.keys())
	w.wantEvidence(p)
}

func dials(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err == nil {
		_ = conn.Close()
	}
	return err == nil
}
