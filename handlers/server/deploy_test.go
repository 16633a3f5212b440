package server

import (
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"portal/session"

	"github.com/goccy/go-yaml"
)

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

// compose is what matters here of a compose file.
type compose struct {
	text     string
	Services map[string]struct {
		Build, Image, User string
		Environment        map[string]string
		Secrets            []string
		Healthcheck        struct{ Test []string }
		ReadOnly           bool   `yaml:"read_only"`
		StopGracePeriod    string `yaml:"stop_grace_period"`
	}
	Secrets  map[string]struct{ File string }
	Configs  map[string]struct{ Content string }
	Networks map[string]struct {
		IPAM struct{ Config []struct{ Subnet string } }
	}
}

func composition(t *testing.T) compose {
	t.Helper()
	text, err := os.ReadFile("../../compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c := compose{text: string(text)}
	if err := yaml.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// caddyfile is the configuration in it, for the public name of the README.
func (c compose) caddyfile() string {
	return strings.ReplaceAll(c.Configs["caddy"].Content, "${ONBOARDING_HOST}", "onboarding.example")
}

// commands are those that it tells to prepare the secrets by.
func (c compose) commands() (all []string) {
	for _, line := range regexp.MustCompile(`(?m)^#   (.+)$`).FindAllStringSubmatch(c.text, -1) {
		if !strings.Contains(line[1], "docker") {
			all = append(all, line[1])
		}
	}
	return all
}

// fromDockerfile is what the image sets in the portal's environment.
func fromDockerfile(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	set := map[string]string{}
	for _, pair := range regexp.MustCompile(`(PORTAL_[A-Z_]+)=(\S+)`).FindAllStringSubmatch(string(text), -1) {
		set[pair[1]] = pair[2]
	}
	if !strings.Contains(string(text), `ENTRYPOINT ["/portal"]`) || len(set) == 0 {
		t.Fatalf("the Dockerfile is another: %v", set)
	}
	return set
}

func TestThePortalsOfTheComposeFileStartWithTheSecretsThatItTellsToMake(t *testing.T) {
	c, dir := composition(t), t.TempDir()
	for _, command := range c.commands() {
		run := exec.CommandContext(t.Context(), "sh", "-c", command)
		run.Dir = dir
		if said, err := run.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", command, err, said)
		}
	}
	write(t, dir+"/secrets/iron", "key-for-iron")
	write(t, dir+"/secrets/webhooks", "secret")
	set, portal := fromDockerfile(t), c.Services["portal"]
	for name, value := range portal.Environment {
		secret, is := strings.CutPrefix(value, "/run/secrets/")
		if is && slices.Contains(portal.Secrets, secret) {
			value = filepath.Join(dir, c.Secrets[secret].File)
		}
		set[name] = regexp.MustCompile(`\$\{ONBOARDING_HOST:[^}]+\}`).ReplaceAllString(value, "onboarding.example")
	}
	parsed, _, err := parse(nil, env(set), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := session.ParseKeys(string(parsed.SecretKeys)); err != nil {
		t.Error(err)
	}
	if parsed.IronAPIKey != "key-for-iron" || parsed.WebhookSecrets != "secret" || parsed.BaseURL.String() != "https://onboarding.example" {
		t.Errorf("read %+v", parsed.config)
	}
	database, err := url.Parse(string(parsed.DatabaseURL))
	if err != nil {
		t.Fatal(err)
	}
	password, _ := database.User.Password()
	made, _ := os.ReadFile(dir + "/secrets/password")
	of := c.Services["postgres"].Environment
	if password == "" || password != strings.TrimSpace(string(made)) || database.Host != "postgres" ||
		database.User.Username() != of["POSTGRES_USER"] || strings.Trim(database.Path, "/") != of["POSTGRES_DB"] {
		t.Errorf("the portal looks for %s, and the database is %v", database.Redacted(), of)
	}
	if net := c.Networks["default"].IPAM.Config; len(net) != 1 || len(parsed.TrustedProxies) != 1 || parsed.TrustedProxies[0].String() != net[0].Subnet {
		t.Errorf("proxies %v are trusted on the network %v", parsed.TrustedProxies, net)
	}
	if _, port, _ := strings.Cut(string(parsed.Addr), ":"); !strings.Contains(c.caddyfile(), "name portal\n      port "+port+"\n") {
		t.Errorf("Caddy does not come to port %s: %s", port, c.caddyfile())
	}
}

func TestTheComposeFileMeansWhatItSays(t *testing.T) {
	c := composition(t)
	help, err := said(t, map[string]string{}, "--help")
	if err != nil {
		t.Fatal(err)
	}
	pinned := regexp.MustCompile(`^[a-z]+:\d+(\.\d+)*-[a-z]+$`)
	for name, service := range c.Services {
		if service.Build == "" && !pinned.MatchString(service.Image) {
			t.Errorf("%s: the image %q is of no certain version", name, service.Image)
		}
		for variable, value := range service.Environment {
			if strings.HasPrefix(variable, "PORTAL_") && !strings.Contains(help, strings.TrimSuffix(variable, "_FILE")) {
				t.Errorf("%s: %s is no setting", name, variable)
			}
			secret, is := strings.CutPrefix(value, "/run/secrets/")
			if is && (c.Secrets[secret].File == "" || !slices.Contains(service.Secrets, secret)) {
				t.Errorf("%s: %s names the secret %q, which it is not given", name, variable, secret)
			}
		}
	}
	portal := c.Services["portal"]
	if _, command, err := parse([]string{"health"}, env(nil), io.Discard); err != nil || !slices.Equal(portal.Healthcheck.Test, []string{"CMD", "/portal", command}) {
		t.Errorf("the portal's health is asked for by %v, %v", portal.Healthcheck.Test, err)
	}
	if grace, err := time.ParseDuration(portal.StopGracePeriod); err != nil || grace <= noticeTime+drainTime+2*time.Second {
		t.Errorf("the portal is killed after %s, %v", portal.StopGracePeriod, err)
	}
	for _, list := range []string{".dockerignore", ".gitignore"} {
		text, err := os.ReadFile("../../" + list)
		if err != nil || !regexp.MustCompile(`(?m)^/?secrets/?$`).Match(text) {
			t.Errorf("%s lets the secrets through, %v", list, err)
		}
	}
}
