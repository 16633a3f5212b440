package session_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"portal/session"
)

func hashOf(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// wholeFile has every field, and a second partner with as few as can be.
var wholeFile = `
partners:
  - id: acme
    name: Acme Pay
    api_key_hashes: ["` + hashOf("acme key 1") + `", "sha256:` + strings.ToUpper(hashOf("acme key 2")[7:]) + `"]
    origins: ["https://app.acme.example", "https://APP2.acme.example:443/", "http://localhost:3000"]
    return_urls: ["https://app.acme.example/onboarding/done", "https://app.acme.example/back/*"]
    iron_api_key_env: ACME_IRON_API_KEY
    iron_sub_partner_id: "sub-1"
    sign_up: true
    support: {email: help@acme.example, url: "https://acme.example/help#identity"}
    brand: {accent: "#0b5fff", logo: "https://acme.example/logo.svg", theme: dark}
    locale: pt-br
  - id: globex-2
    name: Globex
    api_key_hashes: ["` + hashOf("globex key") + `"]
`

func environment(name string) string {
	return map[string]string{"ACME_IRON_API_KEY": " iron key\n", "EMPTY": ""}[name]
}

func parse(t *testing.T, file string) *session.Partners {
	t.Helper()
	ps, err := session.ParsePartners("partners.yaml", []byte(file), environment)
	if err != nil {
		t.Fatal(err)
	}
	return ps
}

func TestThePartnersFileIsReadWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "partners.yaml")
	if err := os.WriteFile(path, []byte(wholeFile), 0o600); err != nil {
		t.Fatal(err)
	}
	ps, err := session.ReadPartners(path, environment)
	if err != nil {
		t.Fatal(err)
	}
	want := []*session.Partner{
		{
			ID: "acme", Name: "Acme Pay", SignUp: true, Locale: "pt-BR", IronKey: "iron key", IronSubPartnerID: "sub-1",
			Origins: []string{"https://app.acme.example", "https://app2.acme.example", "http://localhost:3000"},
			Support: session.Support{Email: "help@acme.example", URL: "https://acme.example/help#identity"},
			Brand:   session.Brand{Accent: "#0b5fff", Logo: "https://acme.example/logo.svg", Theme: "dark"},
		},
		{ID: "globex-2", Name: "Globex", Locale: "en", Brand: session.Brand{Theme: "auto"}},
	}
	if diff := cmp.Diff(want, ps.All(), cmpopts.IgnoreUnexported(session.Partner{})); diff != "" {
		t.Error(diff)
	}
	if p, ok := ps.ByID("globex-2"); !ok || p.Name != "Globex" {
		t.Errorf("ByID: %v, %v", p, ok)
	}
	if p, ok := ps.ByID("nobody"); ok || p != nil {
		t.Errorf("ByID finds %v", p)
	}
	if _, err := session.ReadPartners(filepath.Join(t.TempDir(), "none.yaml"), environment); err == nil || !strings.Contains(err.Error(), "none.yaml") {
		t.Errorf("no file: %v", err)
	}
}

func TestAKeyOpensItsPartnerAlone(t *testing.T) {
	ps := parse(t, wholeFile)
	for key, want := range map[string]string{
		"acme key 1": "acme", "acme key 2": "acme", "globex key": "globex-2",
		"": "", "acme key": "", hashOf("acme key 1"): "",
	} {
		got := ""
		if p, ok := ps.ByKey(key); ok {
			got = p.ID
		}
		if got != want {
			t.Errorf("%q opens %q, want %q", key, got, want)
		}
		for _, p := range ps.All() {
			if p.VerifyKey(key) != (p.ID == want) {
				t.Errorf("%s: %q is verified: %v", p.ID, key, p.VerifyKey(key))
			}
		}
	}
}

// broken has a problem for each field, and each is to be found at once.
var broken = `partners:
  - id: Acme_Pay
    name: "  "
    api_key_hashes: ["` + hashOf("k")[7:] + `", "sha256:xyz", "` + hashOf("shared") + `"]
    origins: ["http://app.acme.example", "https://app.acme.example/path", "https://*.acme.example", "https://a@app.example", "https://app.example.", "https://app.example:"]
    return_urls: ["https://app.acme.example/done*", "https://app.acme.example/a/../b", "/done", "https://app.acme.example/#x", "https://app.acme.example/*/x"]
    iron_api_key_env: NOT_SET
    iron_sub_partner_id: "two words"
    support: {email: "Help <help@acme.example>", url: "javascript:alert(1)"}
    brand: {accent: blue, logo: "http://acme.example/logo.svg", theme: neon}
    locale: klingon-language
  - id: globex
    name: Globex
    api_key_hashes: ["` + hashOf("shared") + `"]
    iron_api_key_env: EMPTY
  - id: globex
    name: Globex again
`

func TestEveryProblemOfThePartnersFileIsToldAtOnce(t *testing.T) {
	_, err := session.ParsePartners("partners.yaml", []byte(broken), environment)
	if err == nil {
		t.Fatal("no problems")
	}
	want := `partners.yaml:2: partner "Acme_Pay": id: must be 1 to 32 of a-z, 0-9 and -
partners.yaml:3: partner "Acme_Pay": name: must be a name
partners.yaml:8: partner "Acme_Pay": iron_sub_partner_id: has a character that a header can't have
partners.yaml:7: partner "Acme_Pay": iron_api_key_env: names the variable NOT_SET, which is not set
partners.yaml:4: partner "Acme_Pay": api_key_hashes[0]: must be sha256: and the 64 hex digits of the key's SHA-256
partners.yaml:4: partner "Acme_Pay": api_key_hashes[1]: must be sha256: and the 64 hex digits of the key's SHA-256
partners.yaml:5: partner "Acme_Pay": origins[0]: must be https (http is for loopback hosts only)
partners.yaml:5: partner "Acme_Pay": origins[1]: must be a scheme and a host alone, like https://app.example
partners.yaml:5: partner "Acme_Pay": origins[2]: has a host that programs read differently
partners.yaml:5: partner "Acme_Pay": origins[3]: must not have a user name
partners.yaml:5: partner "Acme_Pay": origins[4]: has a host that programs read differently
partners.yaml:5: partner "Acme_Pay": origins[5]: has a host that programs read differently
partners.yaml:6: partner "Acme_Pay": return_urls[0]: a prefix must end in /*
partners.yaml:6: partner "Acme_Pay": return_urls[1]: has a path that programs read differently
partners.yaml:6: partner "Acme_Pay": return_urls[2]: must be a whole address, like https://app.example/done
partners.yaml:6: partner "Acme_Pay": return_urls[3]: must not have a fragment
partners.yaml:6: partner "Acme_Pay": return_urls[4]: a star may only be the last character, behind a slash
partners.yaml:9: partner "Acme_Pay": support.email: must be an address like help@app.example
partners.yaml:9: partner "Acme_Pay": support.url: must be a whole address, like https://app.example/done
partners.yaml:10: partner "Acme_Pay": brand.logo: must be https (http is for loopback hosts only)
partners.yaml:10: partner "Acme_Pay": brand.accent: must be a colour like #0b5fff
partners.yaml:10: partner "Acme_Pay": brand.theme: must be one of auto, light, dark
partners.yaml:11: partner "Acme_Pay": locale: must be a language like en or pt-BR
partners.yaml:15: partner "globex": iron_api_key_env: names the variable EMPTY, which is not set
partners.yaml:14: partner "globex": api_key_hashes[0]: is listed for partner "Acme_Pay" already
partners.yaml:16: partner "globex": id: is another partner's too`
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(err.Error(), "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestAFileOfTheWrongShapeIsToldLineByLine(t *testing.T) {
	for file, want := range map[string]string{
		"":                                       "p: there are no partners",
		"# nothing\n":                            "p: there are no partners",
		"partners: []\n":                         "p:1: there are no partners",
		"partners: {}\n":                         "p:1: partners must be a list",
		"- 1\n":                                  "p: [1:1] sequence was used where mapping is expected",
		"partners:\n- id: a\n  id: b\n":          `p: [3:3] mapping key "id" already defined at [2:3]`,
		"partners:\n- {id: a, name: A}\n---\n{}": "p: there is more than one document",
		"partners:\n- id: a\n  name: A\n  logo: x\n  sing_up: true\n- {id: b, name: B, sign_up: maybe, origins: x, brand: red, support: {phone: 1}}\nother: 1\n": `p:4: partner 1: unknown field "logo"
p:5: partner 1: unknown field "sing_up"
p:6: partner 2: sign_up: must be true or false
p:6: partner 2: origins: must be a list
p:6: partner 2: brand: must be fields with values
p:6: partner 2: support: unknown field "phone"
p:7: unknown field "other"`,
		"partners:\n- {id: a, name: A, sing_up: true}\n": `p:2: partner 1: unknown field "sing_up"`,
		"partners:\n- 5\n": `p:2: partner 1: must be fields with values
p:2: partner 1: id: must be 1 to 32 of a-z, 0-9 and -
p:2: partner 1: name: must be a name`,
	} {
		_, err := session.ParsePartners("p", []byte(file), environment)
		if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
			t.Errorf("%q:\n%s", file, diff)
		}
	}
}
