package onboarding

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

func mustOrigins(t testing.TB, list ...string) Origins {
	t.Helper()
	o, err := ParseOrigins(list)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestOnlyListedOriginsAreShown(t *testing.T) {
	o := mustOrigins(t, "https://verify.iron.xyz", "https://*.sumsub.com", "http://localhost:8091")
	for _, address := range []string{
		"https://verify.iron.xyz/start?token=abc", "https://VERIFY.iron.xyz/x", "https://verify.iron.xyz:443/x",
		"https://in.sumsub.com/idensic", "https://a.b.sumsub.com/", "http://localhost:8091/start?token=t",
	} {
		if shown, ok := o.Allow(address); !ok || shown == "" {
			t.Errorf("%s is refused", address)
		}
	}
	for _, address := range []string{
		"", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "blob:https://verify.iron.xyz/x",
		"//verify.iron.xyz/x", "/start", "http://verify.iron.xyz/x", "https://verify.iron.xyz:8443/x",
		"https://verify.iron.xyz@evil.test/", "https://user@verify.iron.xyz/", "https://verify.iron.xyz.evil.test/", "https://evil.test/https://verify.iron.xyz/",
		"https://verify.iron.xyz\\@evil.test/", "https:\\\\verify.iron.xyz/", " https://verify.iron.xyz/", "https://verify.iron.xyz/\n", "https:verify.iron.xyz/x",
		"https://sumsub.com/", "https://evilsumsub.com/", "https://[::1]/", "https://xn--verify-iron.xyz/", "https://verify.iron.xyz\u3002evil.test/", "https://",
		"http://localhost:8092/", "http://127.0.0.1:8091/", "ftp://verify.iron.xyz/",
	} {
		if shown, ok := o.Allow(address); ok {
			t.Errorf("%q is shown as %q", address, shown)
		}
	}
	if _, ok := (Origins{}).Allow("https://verify.iron.xyz/"); ok {
		t.Error("an empty list allows something")
	}
}

func TestOriginsAreRefusedWithAReason(t *testing.T) {
	for entry, reason := range map[string]string{
		"verify.iron.xyz": "https://", "http://verify.iron.xyz": "loopback", "https://x.test/path": "scheme and a host", "https://u@x.test": "scheme and a host",
		"https://*": "host", "https://*.xyz": "top-level", "https://a.*.test": "characters", "https://x.test; script-src *": "", "javascript://x": "https",
	} {
		if _, err := ParseOrigins([]string{"https://ok.test", entry}); err == nil || !strings.Contains(err.Error(), reason) || !strings.Contains(err.Error(), entry) {
			t.Errorf("%q: %v", entry, err)
		}
	}
}

func TestOriginsAreWrittenAsPolicySources(t *testing.T) {
	got := mustOrigins(t, "https://verify.iron.xyz", " https://*.sumsub.com ", "", "http://[::1]:8091").Sources()
	if want := []string{"https://verify.iron.xyz", "https://*.sumsub.com", "http://[::1]:8091"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func FuzzIdentificationAddress(f *testing.F) {
	o := mustOrigins(f, "https://verify.iron.xyz", "https://*.sumsub.com", "http://localhost:8091")
	for _, seed := range []string{
		"https://verify.iron.xyz/start?token=t", "https://in.sumsub.com/", "http://localhost:8091/start", "javascript:alert(1)", "https://verify.iron.xyz@evil.test/",
		"https://verify.iron.xyz\\.evil.test", "https://verify.iron.xyz:443", "https://verify.iron.xyz%2eevil.test/", "https://\u202Everify.iron.xyz",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		shown, ok := o.Allow(address)
		if !ok {
			if shown != "" {
				t.Fatalf("%q was refused and given as %q", address, shown)
			}
			return
		}
		u, err := url.Parse(shown)
		if err != nil {
			t.Fatalf("%q was shown as %q: %v", address, shown, err)
		}
		host := strings.ToLower(u.Hostname())
		listed := u.Scheme == "https" && (host == "verify.iron.xyz" || strings.HasSuffix(host, ".sumsub.com")) ||
			u.Scheme == "http" && u.Host == "localhost:8091"
		if !listed || u.User != nil || strings.ContainsAny(shown, " \\\t\r\n\"<>`") {
			t.Fatalf("%q was shown as %q", address, shown)
		}
		for _, r := range host {
			if r > 126 || strings.ContainsRune("%@/?#", r) {
				t.Fatalf("%q has the host %q", address, host)
			}
		}
	})
}
