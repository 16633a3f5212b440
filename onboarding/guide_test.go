package onboarding

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// person is a customer in the given statuses, with the usual facts beside them.
func person(customer CustomerStatus, identification IdentificationStatus, change ...func(*Facts, *Identification)) Facts {
	f := Facts{ReadAt: someDay, Customer: Customer{ID: "c", Status: customer}}
	i := Identification{ID: "i1", Status: identification, CreatedAt: someDay.Add(-time.Hour), UpdatedAt: someDay.Add(-time.Minute)}
	if identification == IdentificationPending {
		i.URL = "https://verify.iron.xyz/start?token=t"
	}
	for _, c := range change {
		c(&f, &i)
	}
	if identification != NoIdentification {
		f.Identifications = append(f.Identifications, i)
	}
	return f
}

func with(documents []Document, rails []Rail) func(*Facts, *Identification) {
	return func(f *Facts, _ *Identification) { f.Documents, f.Rails = documents, rails }
}

func edd(value bool) func(*Facts, *Identification) {
	return func(_ *Facts, i *Identification) { i.WithEDD = &value }
}

var (
	terms  = []Document{{ID: "d1", Title: "Terms", URL: "https://docs.iron.xyz/terms"}}
	sepaOn = []Rail{{Direction: Deposit, Currency: "eur", Scheme: "sepa", Status: AbilityActive}}
)

func TestTheEightRowsOfTheGuide(t *testing.T) {
	for _, row := range []struct {
		name  string
		facts Facts
		stage Stage
		state State
		acts  bool
	}{
		{"IdentificationRequired, None: prompt customer to start KYC", person(IdentificationRequired, NoIdentification), StageSubmission, StateStart, true},
		{"IdentificationRequired, Pending: prompt customer to complete KYC", person(IdentificationRequired, IdentificationPending), StageSubmission, StateContinue, true},
		{"IdentificationRequired, Expired: prompt to restart", person(IdentificationRequired, IdentificationExpired), StageSubmission, StateRestart, true},
		{"IdentificationRequired, Declined: show review_comment, prompt to retry", person(IdentificationRequired, IdentificationDeclined), StageSubmission, StateRetry, true},
		{"IdentificationRequired, Processed: waiting state, no customer action needed", person(IdentificationRequired, IdentificationProcessed), StageReview, StateWaiting, false},
		{"IdentificationRequired, PendingReview: waiting state, under active review", person(IdentificationRequired, IdentificationPendingReview), StageReview, StateReviewing, false},
		{"SigningsRequired, Approved: present required documents to sign", person(SigningsRequired, IdentificationApproved, with(terms, nil)), StageActivation, StateSign, true},
		{"Active, Approved: fully onboarded, customer can transact", person(Active, IdentificationApproved, with(nil, sepaOn)), StageComplete, StateReady, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := Decide(row.facts)
			if p.Stage != row.stage || p.State != row.state || p.ActionRequired != row.acts {
				t.Errorf("got %s/%s, customer acts: %t", p.Stage, p.State, p.ActionRequired)
			}
		})
	}
}

func TestTheEightRowsOfTheGuidesEDDTable(t *testing.T) {
	for _, row := range []struct {
		name   string
		status IdentificationStatus
		edd    []func(*Facts, *Identification) // none: null
		want   EDDMeaning
	}{
		{"Pending, null: standard KYC in progress", IdentificationPending, nil, StandardProgress},
		{"Pending, false: standard KYC in progress", IdentificationPending, []func(*Facts, *Identification){edd(false)}, StandardProgress},
		{"Pending, true: EDD flow in progress", IdentificationPending, []func(*Facts, *Identification){edd(true)}, EnhancedProgress},
		{"PendingReview, false: standard KYC under manual review", IdentificationPendingReview, []func(*Facts, *Identification){edd(false)}, StandardReview},
		{"PendingReview, true: EDD complete at the provider, awaiting compliance review", IdentificationPendingReview, []func(*Facts, *Identification){edd(true)}, EnhancedReview},
		{"Approved, null: standard KYC approved, no EDD", IdentificationApproved, nil, StandardApproved},
		{"Approved, true: approved through EDD", IdentificationApproved, []func(*Facts, *Identification){edd(true)}, EnhancedApproved},
		{"Declined, false: standard KYC rejected", IdentificationDeclined, []func(*Facts, *Identification){edd(false)}, StandardDeclined},
		{"Declined, true: rejected after EDD review", IdentificationDeclined, []func(*Facts, *Identification){edd(true)}, EnhancedDeclined},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Decide(person(IdentificationRequired, row.status, row.edd...)).EDDMeaning; got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
	if got := Decide(person(IdentificationRequired, IdentificationPending)).EDD; got != EDDUnknown {
		t.Errorf("with_edd null is %q: it must stay apart from false", got)
	}
}

func TestTheGuidesEdgeCases(t *testing.T) {
	for status, want := range map[CustomerStatus]State{Suspended: StateSuspended, UserRequired: StateUserRequired, Archived: StateClosed} {
		for _, identification := range everyIdentificationStatus {
			if p := Decide(person(status, identification)); p.State != want || p.Stage != StageBlocked || p.ActionRequired {
				t.Errorf("%s + %s: got %s/%s, customer acts: %t", status, identification, p.Stage, p.State, p.ActionRequired)
			}
		}
	}
}

func TestACustomerIsReadyOnlyOnceARailIsActive(t *testing.T) {
	for status, ready := range map[AbilityStatus]bool{
		AbilityActive: true, AbilityPending: false, AbilityUnavailable: false, AbilityBlocked: false, AbilityMaintenance: false, "Warming": false,
	} {
		rails := []Rail{{Direction: Payout, Status: status}}
		if got := Decide(person(Active, IdentificationApproved, with(nil, rails))).State == StateReady; got != ready {
			t.Errorf("a rail that is %s: ready is %t", status, got)
		}
	}
}

func TestAReversionIsExplainedFromTheFacts(t *testing.T) {
	signedBefore := func(f *Facts, _ *Identification) { f.Customer.Signed = 2 }
	oldApproval := func(f *Facts, _ *Identification) {
		f.Identifications = append(f.Identifications, Identification{ID: "i0", Status: IdentificationApproved, CreatedAt: someDay.Add(-48 * time.Hour)})
	}
	longAgo := func(_ *Facts, i *Identification) { i.UpdatedAt = someDay.Add(-24 * time.Hour) }
	for _, row := range []struct {
		name  string
		facts Facts
		state State
		why   Why
	}{
		{"new terms for a customer whose rails work", person(SigningsRequired, IdentificationApproved, signedBefore, with(terms, sepaOn)), StateSign, NewTerms},
		{"the second of two first documents is no reversion", person(SigningsRequired, IdentificationApproved, signedBefore, with(terms, nil)), StateSign, NotBack},
		{"a limit was reached: an enhanced check asks for more", person(IdentificationRequired, IdentificationPending, signedBefore, edd(true)), StateStepUp, MoreInformation},
		{"an older approval counts as having been further", person(IdentificationRequired, IdentificationPending, oldApproval), StateStepUp, MoreInformation},
		{"an approved check with an address asks for what is missing", person(IdentificationRequired, IdentificationApproved, func(_ *Facts, i *Identification) { i.URL = "https://verify.iron.xyz/x" }), StateStepUp, MoreInformation},
		{"an approval that no longer counts", person(IdentificationRequired, IdentificationApproved, longAgo), StateStartAgain, NewCheck},
		{"the first time round there is nothing to explain", person(IdentificationRequired, IdentificationPending), StateContinue, NotBack},
	} {
		t.Run(row.name, func(t *testing.T) {
			if p := Decide(row.facts); p.State != row.state || p.Why != row.why {
				t.Errorf("got %s, why %q; want %s, %q", p.State, p.Why, row.state, row.why)
			}
		})
	}
}

func TestTheCurrentIdentificationIsTheNewestThatIsNotArchived(t *testing.T) {
	at := func(id string, status IdentificationStatus, hour int) Identification {
		return Identification{ID: id, Status: status, CreatedAt: someDay.Add(time.Duration(hour) * time.Hour)}
	}
	all := []Identification{
		at("old", IdentificationApproved, 1), at("newest", IdentificationArchived, 9), at("current", IdentificationDeclined, 5), at("older", IdentificationExpired, 3),
	}
	for range len(all) {
		all = append(all[1:], all[0])
		if got, ok := Current(all); !ok || got.ID != "current" {
			t.Errorf("in the order %v: got %q", all, got.ID)
		}
	}
	if _, ok := Current([]Identification{at("a", IdentificationArchived, 1)}); ok {
		t.Error("an archived identification counts")
	}
	twins := []Identification{at("0002", IdentificationPending, 1), at("0001", IdentificationExpired, 1)}
	slices.Reverse(twins)
	if got, _ := Current(twins); got.ID != "0002" {
		t.Errorf("of two made at the same moment the later id counts; got %q", got.ID)
	}
}

func TestCommentsAreShownOnPendingAndDeclinedOnly(t *testing.T) {
	commented := func(_ *Facts, i *Identification) {
		i.ReviewComment = "Please send a sharper photo."
		i.Steps = []Step{{Name: "selfie", Comment: "Too dark."}, {Name: "shoe_size", Comment: "New kind of step."}, {Name: "identity", Comment: "Expired."}, {Name: "questionnaire"}}
	}
	for _, status := range everyIdentificationStatus[1:] {
		comments := Decide(person(IdentificationRequired, status, commented)).Comments
		shown := status == IdentificationPending || status == IdentificationDeclined
		if shown != (len(comments) > 0) {
			t.Errorf("%s: %d comments", status, len(comments))
		}
		if shown {
			var steps []string
			for _, c := range comments {
				steps = append(steps, c.Step)
			}
			if got := strings.Join(steps, " "); got != "review identity selfie shoe_size" {
				t.Errorf("%s: comments in the order %s", status, got)
			}
		}
	}
}

func TestWhatReviewersWroteIsNotRepeatedAmongWhatIsMissing(t *testing.T) {
	f := person(IdentificationRequired, IdentificationDeclined, func(f *Facts, i *Identification) {
		i.ReviewComment = "Almost there."
		i.Steps = []Step{{Name: "selfie", Comment: "Too dark.\nLook up."}}
		f.Requirements = &Requirements{Missing: []Requirement{
			{Code: "kyc_selfie", Description: "Almost there.\nToo dark.\nLook up.\nTake off your hat.", Reasons: []string{"The face can't be seen."}},
		}}
	})
	got := Decide(f).Missing
	if len(got) != 1 || got[0].Description != "Take off your hat." || len(got[0].Reasons) != 1 {
		t.Errorf("got %+v", got)
	}
	if kept := f.Requirements.Missing[0].Description; !strings.HasPrefix(kept, "Almost") {
		t.Errorf("the facts were changed: %q", kept)
	}
}

func TestReviewersTextKeepsItsWordsAndLosesWhatCouldMislead(t *testing.T) {
	for _, row := range []struct{ name, raw, want string }{
		{"lines stay", "First.\r\nSecond.\n\nThird.", "First.\nSecond.\n\nThird."},
		{"markup is only text", `<script>alert("x")</script>`, `<script>alert("x")</script>`},
		{"direction overrides go", "safe \u202Egnp.exe\u202C\u2067x\u2069", "safe gnp.exex"},
		{"control characters go", "a\x00b\x1b[31mc\u009bd\ufeff", "ab[31mcd"},
		{"other scripts and joined emoji stay", "שלום — 👩‍💻 नमस्ते", "שלום — 👩‍💻 नमस्ते"},
		{"broken bytes are marked", "caf\xe9", "caf\uFFFD"},
		{"nothing but space is nothing", " \n\t ", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := CleanText(row.raw); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
	long := CleanText(strings.Repeat("ä", 3*MaxComment))
	if n := utf8.RuneCountInString(long); n != MaxComment || !strings.HasSuffix(long, "ä…") {
		t.Errorf("a long comment has %d characters", n)
	}
}

func TestHandingInAgainIsNoUseOnlyWhereIronSaysSo(t *testing.T) {
	yes, no := true, false
	for _, row := range []struct {
		name string
		r    *Requirements
		want bool
	}{
		{"requirements could not be read", nil, false},
		{"nothing is said", &Requirements{}, false},
		{"a terminal issue", &Requirements{Issues: []Requirement{{Retryable: &no}}}, true},
		{"a terminal issue, silent on retrying", &Requirements{Issues: []Requirement{{}}}, true},
		{"an issue that may be retried", &Requirements{Issues: []Requirement{{Retryable: &no}, {Retryable: &yes}}}, false},
		{"something else can still be handed in", &Requirements{Issues: []Requirement{{}}, Missing: []Requirement{{}}}, false},
		{"only missing things", &Requirements{Missing: []Requirement{{Retryable: &no}}}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := row.r.NothingRetryable(); got != row.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestARailsKeyIsItsNameInPagesAndInThePartnerAPI(t *testing.T) {
	for want, rail := range map[string]Rail{
		"deposit.eur.sepa":          {Direction: Deposit, Currency: "eur", Scheme: "sepa"},
		"payout.usd.ach_thirdparty": {Direction: Payout, Currency: "usd", Scheme: "ach", ThirdParty: true},
		"deposit":                   {Direction: Deposit},
		"payout.brl":                {Direction: Payout, Currency: "brl"},
	} {
		if got := rail.Key(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func FuzzCleanText(f *testing.F) {
	for _, seed := range []string{"", "Too dark.", "a\u202Eb", "\xff\xfe", "\r\n\r\n", "<b>", strings.Repeat("x", 5000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		text := CleanText(raw)
		if !utf8.ValidString(text) || utf8.RuneCountInString(text) > MaxComment {
			t.Fatalf("%q became %q", raw, text)
		}
		if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && (r < ' ' || turnsDirection(r)) }) {
			t.Fatalf("%q kept a character that misleads: %q", raw, text)
		}
		if again := CleanText(text); again != text {
			t.Fatalf("cleaning twice changes %q to %q", text, again)
		}
	})
}
