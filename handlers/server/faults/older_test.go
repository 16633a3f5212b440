package faults

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"portal/onboarding/simulator"
)

// older is the last version that kept consents without evidence, in SQLite alone.
const older = "dcd1c4e914acf3fd76be4b749459b079ad4ed495"

func TestWhatAnOlderVersionHasLeftIsGoneOnWith(t *testing.T) {
	t.Parallel()
	binary := buildOlder(t, older)
	w := newWorld(t, sqlite(t))
	p := w.prepare()
	newer := p.binary
	p.binary = binary
	p.start()
	// Three customers: one who has signed, one whose consent has not reached Iron yet,
	// one who has a link and not used it.
	signed, pending, invited := w.signer(p, true), w.signer(p, false), w.stranger(p)
	signed.agree(signed.form())
	end := w.fault(simulator.Fault{Kind: simulator.FaultDown, Method: "POST"})
	open := pending.open("/p/acme/documents").agreements()
	pending.agree(open[0])
	id, err := w.iron.Build("signings", ironKey)
	w.check(err)
	invited.id = id
	link, err := invited.link(p, "older")
	w.check(err)
	p.kill()
	end()

	p.binary = newer
	p.start()
	for _, s := range []*signer{signed, pending} {
		page := s.open("/p/acme/documents")
		if page.mark("data-state") != "sign" {
			t.Fatalf("who was signed in stands at %q (%d)", page.mark("data-state"), page.status)
		}
	}
	// A form that the older version has written says nothing of the bytes that were shown:
	// the document is shown again, and signed then.
	if pending.agree(open[1]); pending.answered[open[1].document] || pending.failures[409] != 1 {
		t.Errorf("a form of the older version is answered with %v", pending.failures)
	}
	for _, form := range pending.open("/p/acme/documents").agreements() {
		pending.agree(form)
	}
	if !pending.answered[open[1].document] {
		t.Errorf("the form in its place is answered with %v", pending.failures)
	}
	if page, err := invited.send("POST", link, nil); err != nil || page.status != 303 {
		t.Errorf("a link of the older version: %v, %v", page, err)
	}
	if again, err := invited.link(p, "older"); err != nil || again != link {
		t.Errorf("the same question to the partner API has another answer: %v", err)
	}
	took := w.settled(convergence)
	if one, two := signed.wantWhole(w.iron.keys()), pending.wantWhole(w.iron.keys()); one != 1 || two != 2 {
		t.Errorf("%d and %d signings, want 1 and 2", one, two)
	}
	w.wantEvidence(p)
	t.Logf("everything was settled after %v", took.Round(time.Millisecond))
}

// buildOlder builds an older version from the history, where there is one.
func buildOlder(t *testing.T, commit string) string {
	t.Helper()
	dir := t.TempDir()
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "portal").Output()
	if err != nil {
		t.Fatal(err)
	}
	tree := filepath.Join(dir, "tree")
	if err := os.Mkdir(tree, 0o700); err != nil {
		t.Fatal(err)
	}
	take := exec.Command("/bin/sh", "-c", `git cat-file -e "$1^{commit}" && git archive "$1" | tar -x -C "$2"`, "sh", commit, tree)
	take.Dir = string(root[:len(root)-1])
	if said, err := take.CombinedOutput(); err != nil {
		t.Skipf("this checkout has no history with %s: %v %s", commit, err, said)
	}
	build := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(dir, "portal"), ".")
	build.Dir = tree
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return filepath.Join(dir, "portal")
}
