package server

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"strings"
	"testing"

	"portal/onboarding/store/realdb"
)

func TestMain(m *testing.M) {
	if os.Getenv(processVariable) != "" {
		os.Exit(beProcess())
	}
	os.Exit(realdb.Run(m))
}

// testKeys is what all replicas of a test share.
const testKeys = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

func TestWhoIsSignedInOnOneReplicaIsKnownOnTheOther(t *testing.T) {
	set, sim := settings(t)
	set["PORTAL_DATABASE_URL"], set["PORTAL_SECRET_KEYS"] = realdb.Postgres(t), testKeys
	set["PORTAL_ADDR"] = freeAddress(t)
	set["PORTAL_BASE_URL"] = "http://" + set["PORTAL_ADDR"]
	first, second := serving(t, set), serving(t, with(set, map[string]string{"PORTAL_ADDR": "127.0.0.1:0"}))
	if out, err := said(t, set, "check"); err != nil || !strings.Contains(out, "all is well") {
		t.Errorf("check: %v, %s", err, out)
	}
	browser := signedIn(t, set, sim, "processed")
	for _, replica := range []*running{first, second} {
		response, err := browser.Get(replica.base + "/p/acme/review")
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK || !strings.Contains(string(body), `data-state="waiting"`) {
			t.Errorf("status %d: %s", response.StatusCode, body)
		}
		if log := replica.log.String(); strings.Contains(log, "secret-of-the-database") {
			t.Error("the log has the database's password in it")
		}
	}
}

func TestManyReplicasNeedKeysThatTheyShare(t *testing.T) {
	set, _ := settings(t)
	set["PORTAL_DATABASE_URL"] = realdb.Postgres(t)
	if out, err := said(t, set, "check"); err == nil || !strings.Contains(out, "wrong: PORTAL_SECRET_KEYS: required") {
		t.Errorf("said %v: %s", err, out)
	}
	if _, err := said(t, set); err == nil || !strings.Contains(err.Error(), "PORTAL_SECRET_KEYS") {
		t.Errorf("served without keys: %v", err)
	}
}

// signedIn is a browser in which a customer of the given scenario is signed in.
func signedIn(t *testing.T, set map[string]string, sim *simulated, scenario string) *http.Client {
	t.Helper()
	customer, err := sim.Build(scenario, ironKey)
	if err != nil {
		t.Fatal(err)
	}
	out, err := said(t, set, "link", "--partner", "acme", "--customer", customer)
	if err != nil {
		t.Fatal(err)
	}
	link, _, _ := strings.Cut(out, "\n")
	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar}
	response, err := browser.Post(link, "application/x-www-form-urlencoded", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return browser
}

func TestAHungDatabaseIsAnHonestPageAndNothingIsAskedOfIron(t *testing.T) {
	server := realdb.StartPostgres(t, realdb.PostgresOptions{})
	set, sim := settings(t)
	set["PORTAL_DATABASE_URL"], set["PORTAL_SECRET_KEYS"] = server.Database(t), testKeys
	set["PORTAL_ADDR"] = freeAddress(t)
	set["PORTAL_BASE_URL"] = "http://" + set["PORTAL_ADDR"]
	r := serving(t, set)
	browser := signedIn(t, set, sim, "signings")
	page := func() (int, string) {
		t.Helper()
		response, err := browser.Get(r.base + "/p/acme/documents")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		return response.StatusCode, string(body)
	}
	if status, body := page(); status != http.StatusOK {
		t.Fatalf("before: %d, %s", status, body)
	}
	for len(sim.asked) > 0 {
		<-sim.asked
	}
	server.Freeze()
	status, body := page()
	if status != http.StatusServiceUnavailable || !strings.Contains(body, "data-support-code") || strings.Contains(body, "postgres") {
		t.Errorf("frozen: %d, %s", status, body)
	}
	if len(sim.asked) > 0 {
		t.Error("Iron was asked")
	}
	server.Thaw()
	if status, body := page(); status != http.StatusOK {
		t.Errorf("thawed: %d, %s", status, body)
	}
}
