package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func buildStandIn(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "portal")
	if out, err := exec.Command("go", "build", "-o", binary, "./testdata/portal").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return binary
}

func free(args ...string) []string {
	return append([]string{
		"-json", "-portal-addr", "127.0.0.1:0", "-simulator-addr", "127.0.0.1:0", "-identity-addr", "127.0.0.1:0", "-partner-addr", "127.0.0.1:0",
	}, args...)
}

func get(t *testing.T, address string) (status int, body []byte, err error) {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	body, err = io.ReadAll(response.Body)
	return response.StatusCode, body, err
}

func TestEverythingStartsIsAnnouncedAndEndsWithStandardInput(t *testing.T) {
	t.Setenv("PORTAL_WEBHOOK_SECRETS", "meant-for-another-portal")
	stdin, hangUp := io.Pipe()
	announced, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(t.Context(), free("-portal", buildStandIn(t), "-rate-limit", "0", "-origin", "http://127.0.0.1:1", "-origin", "http://127.0.0.1:2"), stdin, stdout, io.Discard)
		_ = stdout.Close()
	}()
	var at places
	if err := json.NewDecoder(announced).Decode(&at); err != nil {
		t.Fatal(err, <-ended)
	}
	for address, want := range map[string]int{
		at.ControlRoom + "/": http.StatusOK, at.API + "/customers": http.StatusUnauthorized,
		at.Identity + "/start": http.StatusNotFound, at.Bank + "/": http.StatusOK, at.Portal + "/readyz": http.StatusOK,
	} {
		if status, _, err := get(t, address); status != want {
			t.Errorf("%s answers %d, want %d (%v)", address, status, want, err)
		}
	}
	_, body, _ := get(t, at.Portal+"/told")
	var told struct{ Args, Env []string }
	if err := json.Unmarshal(body, &told); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(told.Args, []string{"serve"}) || slices.ContainsFunc(told.Env, func(v string) bool { return v == "PORTAL_WEBHOOK_SECRETS=meant-for-another-portal" }) {
		t.Errorf("the portal was told %v, %v", told.Args, told.Env)
	}
	for _, want := range []string{
		"PORTAL_BASE_URL=" + at.Portal, "PORTAL_IRON_URL=" + at.API, "PORTAL_IRON_API_KEY=" + at.IronKey, "PORTAL_RATE_LIMIT=0",
		"PORTAL_DATABASE_URL=sqlite:" + filepath.Join(at.Data, "portal.db"),
	} {
		if !slices.Contains(told.Env, want) {
			t.Errorf("the portal was not told %s", want)
		}
	}
	wantPartners(t, at)

	_ = hangUp.Close()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it goes on without standard input")
	}
	for _, address := range []string{at.Portal + "/readyz", at.ControlRoom + "/", at.Identity + "/", at.Bank + "/"} {
		if _, _, err := get(t, address); err == nil {
			t.Errorf("%s still answers", address)
		}
	}
	if _, err := os.Stat(at.Data); !os.IsNotExist(err) {
		t.Error("the data directory stays behind")
	}
}

// wantPartners: the keys that are announced are those whose hashes the portal has.
func wantPartners(t *testing.T, at places) {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(at.Data, "partners.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, partner := range at.Partners {
		sum := sha256.Sum256([]byte(partner.APIKey))
		if !bytes.Contains(file, []byte("sha256:"+hex.EncodeToString(sum[:]))) || !bytes.Contains(file, []byte("id: "+partner.ID)) {
			t.Errorf("%s is not in the partners file:\n%s", partner.ID, file)
		}
		// Only pages of another site show what a partner's pages show.
		if !strings.HasPrefix(at.Bank, "http://127.0.0.1:") || !bytes.Contains(file, []byte(`origins: ["`+at.Bank+`", `)) ||
			!bytes.Contains(file, []byte(`return_urls: ["`+partner.Bank+`onboarding/done", `)) {
			t.Errorf("the site of %s is not in the partners file:\n%s", partner.ID, file)
		}
		if bytes.Contains(file, []byte(partner.APIKey)) {
			t.Errorf("the key of %s is in the partners file", partner.ID)
		}
	}
	if n := bytes.Count(file, []byte(`, "http://127.0.0.1:1", "http://127.0.0.1:2"]`)); n != len(at.Partners) {
		t.Errorf("%d partners may be framed by the origins that were given:\n%s", n, file)
	}
}

func TestAPortalThatDoesNotStartEndsEverythingWithTheReason(t *testing.T) {
	t.Setenv("BROKEN", "yes")
	stdin, _ := io.Pipe()
	err := run(t.Context(), free("-portal", buildStandIn(t)), stdin, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "did not start: exit status 3") {
		t.Errorf("it says %v", err)
	}
}

func TestThePlacesAreAnnouncedToPeopleControlRoomFirst(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	announced, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, free("-without-portal", "-json=false", "-portal-addr", "127.0.0.1:8080"), strings.NewReader(""), stdout, io.Discard)
		_ = stdout.Close()
	}()
	var text strings.Builder
	buffer := make([]byte, 4096)
	for !strings.Contains(text.String(), "Ctrl-C") {
		n, err := announced.Read(buffer)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(buffer[:n])
	}
	room, signUp := strings.Index(text.String(), "Control room"), strings.Index(text.String(), "http://localhost:8080/p/acme/")
	if room < 0 || signUp < room || !strings.Contains(text.String(), demoPartners[0].apiKey) {
		t.Errorf("it says %s", text.String())
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
