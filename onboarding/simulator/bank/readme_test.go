package bank

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var fence = regexp.MustCompile("(?s)```(go|html|js)\n(.*?)```")

// TestTheReadmesExampleIsThisBanksSource keeps the example from rotting.
func TestTheReadmesExampleIsThisBanksSource(t *testing.T) {
	readme := read(t, "../../../README.md")
	_, section, found := strings.Cut(readme, "\n## Embed it\n")
	if !found {
		t.Fatal("the README has no section Embed it")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	session := read(t, "session.go")
	_, session, _ = strings.Cut(session, "// README: begin\n\n")
	session, _, found = strings.Cut(session, "\n// README: end")
	if !found {
		t.Fatal("session.go has no marks")
	}
	want := map[string]string{"go": session, "html": read(t, "templates/onboarding.html"), "js": read(t, "assets/onboarding.js")}
	for _, block := range fence.FindAllStringSubmatch(section, -1) {
		language, code := block[1], block[2]
		if source, first := want[language]; !first || code != source {
			t.Errorf("the README's %s is not this package's:\n%s\nbut\n%s", language, code, source)
		}
		delete(want, language)
	}
	for language := range want {
		t.Errorf("the README shows no %s", language)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(file)
}
