package views

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"
)

// Sample is one page as a customer may see it, for tests and the gallery.
type Sample struct {
	Name   string
	Status int
	Render func(Page) templ.Component
}

// hostedSample is where samples of the hosted page lead. The gallery serves it.
const hostedSample = "https://verify.example.test/start?token=sample"

// Samples is every state of the stage table, and every variant that looks different:
// long and hostile words, empty lists, many documents, all rails, errors.
func Samples() []Sample {
	all := identitySamples()
	all = append(all, adviceSamples()...)
	all = append(all, reviewSamples()...)
	all = append(all, documentSamples()...)
	all = append(all, completeSamples()...)
	all = append(all, receiptSamples()...)
	all = append(all, outsideSamples()...)
	all = append(all, arrivalSamples()...)
	all = append(all, phoneSamples()...)
	all = append(all, tabSamples()...)
	all = append(all, failureSamples()...)
	return append(all, doctorSamples()...)
}

// SamplePage is what is around every sample.
func SamplePage(locale, theme string) Page {
	return Page{
		Locale: locale, Theme: theme, Nonce: "c2FtcGxlLW5vbmNl", Path: "/p/acme/", SignedIn: true,
		FormToken: "sample-form-token", Version: "v1", Languages: Languages(locale),
		Partner: Partner{ID: "acme", Name: "Acme Pay", SupportEmail: "help@acme.example", SupportURL: "https://acme.example/help"},
	}
}

// standing is where a sample's customer stands.
func standing(stage, state, customer, identification string) Standing {
	return Standing{
		Stage: stage, State: state, CustomerStatus: customer, IdentificationStatus: identification,
		EDD: "unknown", Steps: steps(stage, state, identification),
	}
}

func steps(stage, state, identification string) []Step {
	progress := map[string][3]string{
		"submission":        {"current", "upcoming", "upcoming"},
		"compliance-review": {"done", "current", "upcoming"},
		"activation":        {"done", "done", "current"},
		"complete":          {"done", "done", "done"},
		"blocked":           {"done", "done", "attention"},
		"unknown":           {"upcoming", "upcoming", "upcoming"},
	}[stage]
	if stage == "submission" && slices.Contains([]string{"step-up", "restart", "retry", "declined", "start-again"}, state) {
		progress[0] = "attention"
	}
	if stage == "blocked" && identification == "None" {
		progress = [3]string{"attention", "upcoming", "upcoming"}
	}
	return []Step{{"submission", progress[0]}, {"compliance-review", progress[1]}, {"activation", progress[2]}}
}

func (s Standing) with(change func(*Standing)) Standing {
	change(&s)
	return s
}

func meaning(edd, row string) func(*Standing) {
	return func(s *Standing) { s.EDD, s.EDDMeaning = edd, row }
}

func business(s *Standing) { s.Business = true }

func because(why string) func(*Standing) {
	return func(s *Standing) { s.Why = why }
}

// hostileText is what a reviewer or a document's name could hold at worst.
const hostileText = "<script>alert(1)</script> & \"quotes\" 'too' </main>\n\nשלום עולם — مرحبا\n" +
	"AVeryLongWordWithoutAnyPlaceToBreakItWhichWouldMakeAPhoneScrollSidewaysIfNobodyTookCareOfIt"

func longText() string {
	return strings.Repeat("The photo of your document is too dark to read the date of birth, so please take it again in daylight. ", 12) + hostileText
}

func identitySample(name string, v Identity) Sample {
	return Sample{name, http.StatusOK, func(p Page) templ.Component {
		p.Live = v.HostedURL != "" || v.Standing.State == "preparing"
		if p.Live {
			p.Refresh = 60
		}
		return IdentityPage(p, v)
	}}
}

func hostedIdentity(s Standing, comments []Comment, missing []Missing) Identity {
	return Identity{
		Standing: s, Comments: comments, Missing: missing, HostedURL: hostedSample,
		Allow: "camera 'src'; microphone 'src'; geolocation 'src'; clipboard-write 'src'; fullscreen",
	}
}

func identitySamples() []Sample {
	submission := func(state, identification string) Standing {
		return standing("submission", state, "IdentificationRequired", identification)
	}
	comments := []Comment{
		{"review", "Please send two things again. The rest is fine, thank you!"},
		{"identity", "The photo of your passport is blurred.\nPlease take it in daylight, without flash."},
		{"selfie", "Your face is half in shadow."},
	}
	companyComments := []Comment{
		{"company_data", "The registration number has one digit too few."},
		{"company_beneficiaries", "Please add the second director."},
		{"company_documents", "The extract is older than three months."},
		{"articles_of_association", "A new kind of comment, which has no word of its own yet."},
	}
	missing := []Missing{
		{Code: "kyc_proof_of_residence", Text: "A bill or a bank letter, not older than three months.", Reasons: []string{"The document is older than three months", "The address can't be read"}},
		{Code: "kyc_questionnaire", Questions: []string{"Where does your money come from?", "What do you do for a living?"}},
		{Code: "something_new"},
	}
	worst := []Comment{{"review", longText()}, {"proof_of_residence", hostileText}, {"a_part_<b>nobody</b>_knows", "?"}}
	return []Sample{
		identitySample("start", Identity{Standing: submission("start", "None"), Begin: true}),
		identitySample("start-business", Identity{Standing: submission("start", "None").with(business), Begin: true}),
		identitySample("start-returning", Identity{Standing: submission("start", "None").with(because("new-check")), Begin: true}),
		identitySample("continue", hostedIdentity(submission("continue", "Pending").with(meaning("false", "standard-in-progress")), nil, nil)),
		identitySample("continue-comments", hostedIdentity(submission("continue", "Pending").with(meaning("unknown", "standard-in-progress")), comments, nil)),
		identitySample("continue-business", hostedIdentity(submission("continue", "Pending").with(business), companyComments, nil)),
		identitySample("continue-enhanced", hostedIdentity(submission("continue", "Pending").with(meaning("true", "enhanced-in-progress")), nil, nil)),
		identitySample("step-up", hostedIdentity(submission("step-up", "Pending").with(because("more-information")).with(meaning("true", "enhanced-in-progress")), comments[:1], missing)),
		identitySample("step-up-hostile", hostedIdentity(submission("step-up", "Pending"), worst, []Missing{{Code: "kyc_selfie", Text: hostileText, Reasons: []string{hostileText}, Questions: []string{hostileText}}})),
		identitySample("preparing", Identity{Standing: submission("preparing", "Pending")}),
		identitySample("restart", Identity{Standing: submission("restart", "Expired"), Begin: true}),
		identitySample("retry", Identity{Standing: submission("retry", "Declined").with(meaning("false", "standard-declined")), Comments: comments, Begin: true}),
		identitySample("retry-hosted", hostedIdentity(submission("retry", "Declined").with(meaning("true", "enhanced-declined")), comments, missing[:1])),
		identitySample("retry-business", Identity{Standing: submission("retry", "Declined").with(business), Comments: companyComments, Begin: true}),
		identitySample("declined", Identity{Standing: submission("declined", "Declined").with(meaning("true", "enhanced-declined")), Comments: comments[1:2]}),
		identitySample("start-again", Identity{Standing: submission("start-again", "Approved").with(because("new-check")), Begin: true}),
		identitySample("start-again-business", Identity{Standing: submission("start-again", "Approved").with(business).with(because("new-check")), Begin: true}),
		identitySample("forged-address", Identity{Standing: submission("continue", "Pending"), HostedURL: "javascript://verify.example.test/%0aalert(1)"}),
	}
}

func reviewSamples() []Sample {
	review := func(name string, s Standing, since string) Sample {
		return Sample{name, http.StatusOK, func(p Page) templ.Component {
			p.Live, p.Refresh = true, 60
			return ReviewPage(p, Review{Standing: s, Since: since})
		}}
	}
	at := func(state, identification string) Standing {
		return standing("compliance-review", state, "IdentificationRequired", identification)
	}
	const since = "2026-11-23T09:05:00Z"
	return []Sample{
		review("waiting", at("waiting", "Processed"), since),
		review("waiting-stale", at("waiting", "Processed").with(func(s *Standing) { s.AsOf = "2026-11-23T11:58:00Z" }), since),
		review("waiting-business", at("waiting", "Processed").with(business), ""),
		review("reviewing", at("reviewing", "PendingReview").with(meaning("false", "standard-in-review")), since),
		review("reviewing-enhanced", at("reviewing", "PendingReview").with(meaning("true", "enhanced-in-review")), since),
		review("finishing", at("finishing", "Approved").with(meaning("false", "standard-approved")), since),
		review("finishing-enhanced", at("finishing", "Approved").with(meaning("true", "enhanced-approved")), "not a time"),
	}
}

// sampleID makes the ids that documents bear in samples.
func sampleID(i int) string { return fmt.Sprintf("0190c1a4-7d2e-7000-8000-%012d", i) }
