package server

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"portal/onboarding/simulator"
)

func TestCheckFindsEverythingThatIsWrongAtOnce(t *testing.T) {
	set, _ := settings(t)
	out, err := said(t, with(set, map[string]string{
		"PORTAL_ADDR": "nowhere", "PORTAL_BASE_URL": "ftp://x", "PORTAL_IRON_TIMEOUT": "soon", "PORTAL_TRUSTED_PROXIES": "10.0.0.0/99",
		"PORTAL_RATE_LIMIT": "-1", "PORTAL_LOG_LEVEL": "loud", "PORTAL_LOG_FORMAT": "xml", "PORTAL_IDENTITY_ORIGINS": "javascript:alert(1)",
		"PORTAL_OPS_ADDR": "0.0.0.0:9090", "PORTAL_SECRET_KEYS": "c2hvcnQ=", "PORTAL_PARTNERS": "/no/such/file", "PORTAL_REDIS_URL": "redis://:hunter2@127.0.0.1:1",
		"PORTAL_DATABASE_URL": "postgres://portal:hunter2@db/portal", "PORTAL_DOCUMENT_HOSTS": "https://x/y",
	}), "check")
	if err == nil {
		t.Fatal("all is said to be well")
	}
	for _, name := range []string{
		"PORTAL_ADDR", "PORTAL_BASE_URL", "PORTAL_IRON_TIMEOUT", "PORTAL_TRUSTED_PROXIES", "PORTAL_RATE_LIMIT", "PORTAL_LOG_LEVEL", "PORTAL_LOG_FORMAT",
		"PORTAL_IDENTITY_ORIGINS", "PORTAL_OPS_ADDR", "PORTAL_SECRET_KEYS", "PORTAL_PARTNERS", "PORTAL_REDIS_URL", "PORTAL_DATABASE_URL", "PORTAL_DOCUMENT_HOSTS",
	} {
		if !strings.Contains(out, "wrong: "+name+": ") {
			t.Errorf("%s is not named:\n%s", name, out)
		}
	}
	if strings.Contains(out, "hunter2") || strings.Contains(err.Error(), "hunter2") {
		t.Error("a password is printed")
	}
	_, err = said(t, with(set, map[string]string{"PORTAL_IRON_TIMEOUT": "soon", "PORTAL_RATE_LIMIT": "x"}))
	if err == nil || !strings.Contains(err.Error(), "PORTAL_IRON_TIMEOUT") || !strings.Contains(err.Error(), "PORTAL_RATE_LIMIT") {
		t.Errorf("serve says %v", err)
	}
}

func TestCheckTellsAWrongKeyFromAnIronThatCanNotBeReached(t *testing.T) {
	set, sim := settings(t)
	out, err := said(t, set, "check")
	if err != nil || !strings.Contains(out, "all is well") {
		t.Errorf("a portal that is well: %v, %s", err, out)
	}
	out, err = said(t, with(set, map[string]string{"PORTAL_IRON_API_KEY": "wrong"}), "check")
	if err == nil || !strings.Contains(out, "partner acme: Iron refuses the key") {
		t.Errorf("a wrong key: %v, %s", err, out)
	}
	if _, err := sim.SetFault(simulator.Fault{Kind: simulator.FaultDown}); err != nil {
		t.Fatal(err)
	}
	out, err = said(t, set, "check")
	if err == nil || !strings.Contains(out, "partner acme: Iron can't be reached at "+set["PORTAL_IRON_URL"]) {
		t.Errorf("Iron down: %v, %s", err, out)
	}
	sim.ClearFaults()
	if _, err := sim.SetFault(simulator.Fault{Kind: simulator.FaultSlow, Delay: time.Second}); err != nil {
		t.Fatal(err)
	}
	out, err = said(t, with(set, map[string]string{"PORTAL_IRON_TIMEOUT": "50ms"}), "check")
	if err == nil || !strings.Contains(out, "no answer within 50ms") {
		t.Errorf("Iron slow: %v, %s", err, out)
	}
	sim.ClearFaults()
	delete(set, "PORTAL_IRON_API_KEY")
	out, err = said(t, set, "check")
	if err == nil || !strings.Contains(out, "PORTAL_IRON_API_KEY: required") {
		t.Errorf("no key: %v, %s", err, out)
	}
}

func TestSecretsAreReadFromFiles(t *testing.T) {
	set, _ := settings(t)
	file := filepath.Join(t.TempDir(), "key")
	write(t, file, ironKey+"\n")
	delete(set, "PORTAL_IRON_API_KEY")
	if out, err := said(t, with(set, map[string]string{"PORTAL_IRON_API_KEY_FILE": file}), "check"); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	out, err := said(t, with(set, map[string]string{"PORTAL_IRON_API_KEY_FILE": file, "PORTAL_IRON_API_KEY": ironKey}), "check")
	if err == nil || !strings.Contains(out, "set either") {
		t.Errorf("both: %v, %s", err, out)
	}
	out, err = said(t, with(set, map[string]string{"PORTAL_IRON_API_KEY_FILE": file + "x"}), "check")
	if err == nil || !strings.Contains(out, "PORTAL_IRON_API_KEY_FILE") {
		t.Errorf("no such file: %v, %s", err, out)
	}
	write(t, set["PORTAL_PARTNERS"], partnersYAML+"    iron_api_key_env: ACME_IRON_KEY\n")
	if out, err := said(t, with(set, map[string]string{"ACME_IRON_KEY_FILE": file}), "check"); err != nil {
		t.Errorf("a partner's own key: %v: %s", err, out)
	}
}

func TestAFlagWinsOverItsVariable(t *testing.T) {
	set, _ := settings(t)
	if out, err := said(t, with(set, map[string]string{"PORTAL_IRON_API_KEY": "wrong"}), "check", "--iron-api-key="+ironKey); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func TestHelpNamesEverySettingAndNoSecret(t *testing.T) {
	set, _ := settings(t)
	out, err := said(t, set, "--help")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"PORTAL_ADDR", "PORTAL_OPS_ADDR", "PORTAL_BASE_URL", "PORTAL_IRON_URL", "PORTAL_IRON_API_KEY", "PORTAL_IRON_API_VERSION", "PORTAL_IRON_TIMEOUT",
		"PORTAL_WEBHOOK_SECRETS", "PORTAL_DATABASE_URL", "PORTAL_REDIS_URL", "PORTAL_SECRET_KEYS", "PORTAL_PARTNERS", "PORTAL_IDENTITY_ORIGINS",
		"PORTAL_DOCUMENT_HOSTS", "PORTAL_TRUSTED_PROXIES", "PORTAL_RATE_LIMIT", "PORTAL_LOG_LEVEL", "PORTAL_LOG_FORMAT",
		"serve", "link", "check", "audit", "health",
	} {
		if !strings.Contains(out, name) {
			t.Errorf("%s is not in the help", name)
		}
	}
	if strings.Contains(out, ironKey) {
		t.Error("the help prints a secret")
	}
}
