package onboarding

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// arrows lists, for each package of the project, which others it may import. A new
// arrow is a change to the house: it belongs here, with a reason, before the code.
var arrows = map[string][]string{
	"portal":                               {"portal/handlers/server"},
	"portal/handlers/server/bench":         {},
	"portal/handlers/server/faults":        {},
	"portal/handlers/server":               {"portal/handlers", "portal/onboarding", "portal/onboarding/iron", "portal/onboarding/live", "portal/onboarding/papers", "portal/onboarding/store", "portal/session", "portal/session/redisstore"},
	"portal/handlers":                      {"portal/onboarding", "portal/onboarding/live", "portal/session", "portal/static", "portal/views"},
	"portal/views":                         {"portal/static"},
	"portal/views/gallery":                 {"portal/static", "portal/views"},
	"portal/static":                        {},
	"portal/session":                       {},
	"portal/session/redisstore":            {}, // not in session, which knows no server
	"portal/session/sessiontest":           {"portal/session"},
	"portal/onboarding":                    {},
	"portal/onboarding/iron":               {"portal/onboarding"},
	"portal/onboarding/live":               {"portal/onboarding"},
	"portal/onboarding/papers":             {"portal/onboarding"},
	"portal/onboarding/store":              {"portal/onboarding"},
	"portal/onboarding/store/realdb":       {"portal/onboarding/simulator/port"},
	"portal/onboarding/simulator":          {},
	"portal/onboarding/simulator/bank":     {},
	"portal/onboarding/simulator/contract": {},
	"portal/onboarding/simulator/dev":      {"portal/onboarding/simulator", "portal/onboarding/simulator/bank", "portal/onboarding/simulator/port"},
	"portal/onboarding/simulator/port":     {},
}

func TestPackagesImportOnlyWhatTheHouseAllows(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "portal/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) < len(arrows) {
		t.Errorf("%d packages are listed, %d are in the map: the map names one that is gone", len(lines), len(arrows))
	}
	for _, line := range lines {
		fields := strings.Fields(line)
		allowed, known := arrows[fields[0]]
		if !known {
			t.Errorf("%s is not in the map", fields[0])
		}
		for _, imported := range fields[1:] {
			ours := imported == "portal" || strings.HasPrefix(imported, "portal/")
			if ours && !slices.Contains(allowed, imported) {
				t.Errorf("%s imports %s", fields[0], imported)
			}
			if strings.HasPrefix(imported, "github.com/labstack/echo") && fields[0] != "portal/handlers" {
				t.Errorf("%s imports echo, which is the web face's business alone", fields[0])
			}
			if fields[0] == "portal/onboarding" && (strings.Contains(imported, ".") || imported == "net/http" || imported == "database/sql" || strings.HasPrefix(imported, "log")) {
				t.Errorf("the domain imports %s", imported)
			}
		}
	}
}

func TestTheProductContainsNothingThatIsForTests(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "portal").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(strings.Fields(string(out)), "portal/onboarding") {
		t.Fatal("the list of the product's packages is not what this test takes it for")
	}
	for _, path := range strings.Fields(string(out)) {
		if strings.Contains(path, "simulator") || strings.Contains(path, "gallery") || strings.Contains(path, "realdb") || strings.Contains(path, "sessiontest") || strings.Contains(path, "libopenapi") {
			t.Errorf("the product contains %s", path)
		}
	}
}
