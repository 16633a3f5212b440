package session_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"portal/session"
)

func key(fill byte) string {
	return base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{fill}, 32))
}

func keys(t *testing.T, list ...string) session.Keys {
	t.Helper()
	k, err := session.ParseKeys(strings.Join(list, ","))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKeysAreParsedAndTheirProblemsNamedByPlace(t *testing.T) {
	for list, want := range map[string]string{
		"":                            "there is no secret key",
		" , \n":                       "there is no secret key",
		key(1) + ",hidden!":           "secret key 2 is not base64",
		key(1)[:40] + "," + key(2):    "secret key 1 has 30 bytes, not 32",
		"hidden!," + key(1) + ",AAAA": "secret key 1 is not base64\nsecret key 3 has 3 bytes, not 32",
	} {
		_, err := session.ParseKeys(list)
		if err == nil || err.Error() != want {
			t.Errorf("%q: %v", list, err)
		}
	}
	keys(t, " "+key(1)+" ", "\n"+key(2)+"\n")
}

func TestWhatIsSealedOpensForItsPurposeAndPlaceAlone(t *testing.T) {
	k := keys(t, key(1))
	sealed := k.Seal("answers", []byte("plain"), []byte("row 1"))
	if bytes.Contains(sealed, []byte("plain")) || bytes.Equal(sealed, k.Seal("answers", []byte("plain"), []byte("row 1"))) {
		t.Error("it is not encrypted, or always alike")
	}
	if plain, err := k.Open("answers", sealed, []byte("row 1")); err != nil || string(plain) != "plain" {
		t.Errorf("%q, %v", plain, err)
	}
	bent := bytes.Clone(sealed)
	bent[len(bent)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"another purpose": func() ([]byte, error) { return k.Open("notices", sealed, []byte("row 1")) },
		"another row":     func() ([]byte, error) { return k.Open("answers", sealed, []byte("row 2")) },
		"another key":     func() ([]byte, error) { return keys(t, key(2)).Open("answers", sealed, []byte("row 1")) },
		"a changed byte":  func() ([]byte, error) { return k.Open("answers", bent, []byte("row 1")) },
		"nothing":         func() ([]byte, error) { return k.Open("answers", nil, []byte("row 1")) },
	} {
		if _, err := open(); !errors.Is(err, session.ErrSealed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeysRotate(t *testing.T) {
	old, both, fresh := keys(t, key(1)), keys(t, key(2), key(1)), keys(t, key(2))
	before := old.Seal("answers", []byte("before"), nil)
	if plain, err := both.Open("answers", before, nil); err != nil || string(plain) != "before" {
		t.Errorf("the older key does not read any more: %v", err)
	}
	after := both.Seal("answers", []byte("after"), nil)
	if plain, err := fresh.Open("answers", after, nil); err != nil || string(plain) != "after" {
		t.Errorf("not sealed with the newest key: %v", err)
	}
	if _, err := fresh.Open("answers", before, nil); !errors.Is(err, session.ErrSealed) {
		t.Errorf("a key that was taken away still reads: %v", err)
	}
}

func TestTheKeyFileIsMadeOnceForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "portal.keys")
	sealed := make([][]byte, 20)
	var done sync.WaitGroup
	for i := range sealed {
		done.Go(func() {
			k, err := session.LoadOrCreateKeys(path)
			if err != nil {
				t.Error(err)
				return
			}
			sealed[i] = k.Seal("answers", []byte("plain"), nil)
		})
	}
	done.Wait()
	k, err := session.LoadOrCreateKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range sealed {
		if _, err := k.Open("answers", sealed[i], nil); err != nil {
			t.Fatalf("process %d has a key of its own: %v", i, err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("files left behind: %v", left)
	}
}

func TestAKeyFileThatCannotBeReadIsNotReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "portal.keys")
	if err := os.WriteFile(path, []byte("hidden!\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := session.LoadOrCreateKeys(path); err == nil || !strings.Contains(err.Error(), "secret key 1") || strings.Contains(err.Error(), "hidden") {
		t.Errorf("%v", err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "hidden!\n" {
		t.Errorf("the file is now %q, %v", b, err)
	}
	if _, err := session.LoadOrCreateKeys(filepath.Join(path, "below")); err == nil {
		t.Error("made below a file")
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	type config struct {
		Key  session.Secret
		Keys session.Keys
	}
	c := config{"hidden", keys(t, key('h'))}
	asJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), c.Key.String(), string(asJSON)} {
		if strings.Contains(text, "hidden") || strings.Contains(text, "104") || strings.Contains(text, "hhhh") {
			t.Error(text)
		}
	}
}
