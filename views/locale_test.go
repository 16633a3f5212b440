package views

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// catalogue is a locale's file: id to words, or to words by plural form.
func catalogue(t *testing.T, tag string) map[string]string {
	t.Helper()
	files, err := filepath.Glob("locales/" + tag + ".*json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no catalogue, %v", tag, err)
	}
	flat := map[string]string{}
	keep := func(id, words string) {
		if _, twice := flat[id]; twice {
			t.Errorf("%s says %s in two files", tag, id)
		}
		flat[id] = words
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var raw map[string]any
		if err := json.Unmarshal(data, &raw); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for id, value := range raw {
			switch value := value.(type) {
			case string:
				keep(id, value)
			case map[string]any:
				for form, words := range value {
					keep(id+"#"+form, words.(string))
				}
			}
		}
	}
	return flat
}

var gap = regexp.MustCompile(`\{\{\.\w+\}\}`)

func gaps(words string) []string {
	found := gap.FindAllString(words, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestEveryLocaleHasTheSameWordsWithTheSameGaps(t *testing.T) {
	files, err := filepath.Glob("locales/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		tag, _, _ := strings.Cut(filepath.Base(file), ".")
		if !slices.Contains(tags, tag) {
			t.Errorf("%s is of no language that the portal speaks", file)
		}
	}
	english := catalogue(t, "en")
	for _, tag := range tags {
		other := catalogue(t, tag)
		for id, words := range english {
			if strings.TrimSpace(other[id]) == "" {
				t.Errorf("%s lacks %s", tag, id)
			} else if !slices.Equal(gaps(other[id]), gaps(words)) {
				t.Errorf("%s: %s has the gaps %v, not %v", tag, id, gaps(other[id]), gaps(words))
			}
		}
		for id := range other {
			if _, ok := english[id]; !ok {
				t.Errorf("%s has %s, which English lacks", tag, id)
			}
		}
	}
}

// families are ids that are put together at run time: a prefix and what may follow.
var families = map[string][]string{
	"step.":       {"submission", "compliance-review", "activation", "submission.business"},
	"step-state.": {"done", "current", "upcoming", "attention", "stopped"},
	"why.":        {"new-terms", "more-information", "new-check"},
	"edd.": {
		"standard-in-progress", "enhanced-in-progress", "standard-in-review", "enhanced-in-review",
		"standard-approved", "enhanced-approved", "standard-declined", "enhanced-declined",
	},
	"comment.": {"review", "identity", "selfie", "proof_of_residence", "questionnaire", "company_data", "company_beneficiaries", "company_documents"},
	"missing.": {
		"kyc_selfie", "kyc_identity", "kyc_proof_of_residence", "kyc_questionnaire", "kyb_company_data", "kyb_company_beneficiaries",
		"kyb_company_documents", "kyb_questionnaire", "identification_kyc", "identification_kyb", "kyc_data_missing", "kyc_data_invalid",
		"kyb_data_missing", "kyb_data_invalid",
	},
	"notice.": {
		"begun", "signed", "signed-before", "signed-later", "document-changed", "document-refused", "consent-missing", "moved",
		"nothing-new", "phone-done", "saved", "signed-out",
	},
	"next.":             {"suspended", "user-required", "closed"},
	"document.problem-": {"consent", "changed", "refused"},
	"receipt.unread-":   {"not-fetched", "timeout", "too-large", "changes-every-time"},
	"rails.":            {"active", "pending", "maintenance", "blocked", "unavailable", "other", "pending-more", "maintenance-more", "blocked-more", "other-more"},
	"rail.": {
		"deposit", "payout", "deposit-money", "payout-money", "deposit-scheme", "payout-scheme", "deposit-third", "payout-third", "deposit-others", "payout-others",
	},
	"money.":   {"eur", "gbp", "usd"},
	"prompt.":  {"document-more", "camera-more", "time-more", "company-more", "owners-more"},
	"problem.": {"customer_type.missing", "name.missing", "name.long", "name.invalid", "email.missing", "email.long", "email.invalid", "refused"},
	"sign-up.": {"name", "name-hint", "email", "email-hint"},
	"entry.":   {"title", "lead", "expired-title", "expired-lead"},
	"failure.": {
		"forbidden.title", "not-found.title", "link-gone.title", "invalid.title", "too-many.title", "broken.title", "bad-gateway.title",
		"unavailable.title", "partner-unknown.title", "forbidden.lead", "not-found.lead", "link-gone.lead", "invalid.lead",
		"too-many.lead", "broken.lead", "bad-gateway.lead", "unavailable.lead", "partner-unknown.lead",
	},
	"preflight.":         preflightIDs(),
	"tab.":               {"title", "lead", "opens", "opens-more", "there", "there-more", "follows", "follows-more", "beside-title", "beside-lead"},
	"ended.":             {"watch-title", "watch-lead"},
	"preferences.theme-": {"auto", "light", "dark"},
	"state.":             stateWords(),
}

func preflightIDs() []string {
	list := []string{"policy.other-before", "no-media.other-before", "in-app.ios", "way-desktop", "way-mobile", "way-in-app"}
	for _, kind := range preflights {
		list = append(list, kind+".title", kind+".other")
	}
	for _, device := range preflightDevices {
		list = append(list, "denied."+device)
	}
	return list
}

func stateWords() []string {
	var list []string
	for state := range states {
		list = append(list, state+".title", state+".lead")
	}
	for _, state := range []string{"start", "restart", "retry", "start-again"} {
		list = append(list, state+".button")
	}
	return append(list,
		"start.business-title", "start.business-lead", "start.business-button",
		"continue.business-title", "continue.business-lead",
		"start-again.business-title", "start-again.business-lead",
	)
}

func TestEveryIdInTheCodeHasWordsAndEveryWordIsUsed(t *testing.T) {
	used := map[string]bool{}
	for prefix, list := range families {
		for _, rest := range list {
			used[prefix+rest] = true
		}
	}
	for _, id := range literals(t) {
		used[id] = true
	}
	known := map[string]bool{}
	for id := range catalogue(t, "en") {
		id, _, _ = strings.Cut(id, "#")
		known[id] = true
		if !used[id] {
			t.Errorf("nothing uses %s", id)
		}
	}
	for id := range used {
		if !known[id] {
			t.Errorf("there are no words for %s", id)
		}
	}
}

var literal = regexp.MustCompile(`(?:T\(ctx, |has\(ctx, |\.say\()"([a-z][a-z0-9_.-]*[a-z0-9])"[,)]|\{"[a-z]+", "(prompt\.[a-z-]+)"\}|, "(document\.sign[a-z-]*)", `)

// literals are the ids that are spelt out in the package's sources.
func literals(t *testing.T) []string {
	t.Helper()
	var ids []string
	for _, pattern := range []string{"*.templ", "*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "_templ.go") {
				continue
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range literal.FindAllStringSubmatch(string(source), -1) {
				ids = append(ids, match[1]+match[2]+match[3])
			}
		}
	}
	return ids
}

func TestALanguageIsChosenByWishThenByBrowserThenEnglish(t *testing.T) {
	for _, c := range []struct {
		accept    string
		preferred []string
		want      string
	}{
		{"", nil, "en"},
		{"de", nil, "de"},
		{"de-AT,en;q=0.5", nil, "de"},
		{"en-GB,de;q=0.9", nil, "en"},
		{"fr,ja", nil, "en"},
		{"fr,de;q=0.001", nil, "de"},
		{"en", []string{"", "de"}, "de"},
		{"de", []string{"en"}, "en"},
		{"de", []string{"xx", ""}, "de"},
		{"de;;q=,\x00", []string{"<script>"}, "en"},
	} {
		if got := Match(c.accept, c.preferred...); got != c.want {
			t.Errorf("%q, preferring %q: %s, not %s", c.accept, c.preferred, got, c.want)
		}
	}
}

func TestWordsInALanguageWithoutACatalogueAreEnglish(t *testing.T) {
	for _, tag := range []string{"", "ar", "xx-not-a-tag"} {
		if got := T(WithLocale(t.Context(), tag), "document.signed"); got != "Signed" {
			t.Errorf("%s: %s", tag, got)
		}
	}
	if got := T(t.Context(), "nobody.wrote-this"); got != "nobody.wrote-this" {
		t.Errorf("an unknown id became %q", got)
	}
}

func TestLanguagesAreListedInTheirOwnNames(t *testing.T) {
	want := []Language{{"en", "English", false}, {"de", "Deutsch", true}}
	if got := Languages("de"); !slices.Equal(got, want) {
		t.Error(got)
	}
}

func TestTimesAndCountsReadAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct{ locale, at, one, many string }{
		{"en", "3 March 2026, 08:05 UTC", "1 document to sign", "25 documents to sign"},
		{"de", "3. März 2026, 08:05 Uhr (UTC)", "1 Dokument zu unterschreiben", "25 Dokumente zu unterschreiben"},
	} {
		ctx := WithLocale(t.Context(), c.locale)
		if got := momentWords(ctx, "2026-03-03T10:05:59+02:00"); got != c.at {
			t.Errorf("%s: %s", c.locale, got)
		}
		if one, many := T(ctx, "document.list", "Count", 1), T(ctx, "document.list", "Count", 25); one != c.one || many != c.many {
			t.Errorf("%s: %s, %s", c.locale, one, many)
		}
	}
	if got := momentWords(t.Context(), "yesterday"); got != "" {
		t.Errorf("what is no time became %q", got)
	}
}

func TestAWaitIsGivenInTheUnitThatPeopleWouldUse(t *testing.T) {
	for seconds, want := range map[int]string{
		1: "Please wait 1 second, then try again.", 90: "Please wait 90 seconds, then try again.",
		91: "Please wait 2 minutes, then try again.", 900: "Please wait 15 minutes, then try again.",
	} {
		if got := waitWords(t.Context(), seconds); got != want {
			t.Errorf("%d: %s", seconds, got)
		}
	}
}
