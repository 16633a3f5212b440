package views

import (
	"context"
	"strings"

	"github.com/a-h/templ"
)

// Doctor is the page that tests the frame it is in, for a partner's developer.
type Doctor struct {
	Base    string   // the portal's own address, without a slash at its end
	Address string   // of this very page
	Origins []string // pages that may frame this partner's
	Probe   string   // path where a cookie is set by POST and looked for by GET; empty: not tested
	Now     int64    // the server's clock when it answers, in Unix milliseconds
}

// DoctorPage tests, by its script, the frame that it is in.
func DoctorPage(p Page, v Doctor) templ.Component {
	p.Scripts = append(p.Scripts, "doctor.js")
	return whole(p, doctor(p, v))
}

// doctorCheck is one thing that is tested, and what may be found.
type doctorCheck struct {
	id    string
	words string // of the catalogue: doctor.WORDS.FINDING
	title string // likewise
	found []doctorFinding
}

// doctorFinding is what is said of a result, and the line to change, if there is one.
type doctorFinding struct {
	id  string
	fix string // a name of doctorLines
}

// findings reads "wrong-header:header" as the finding wrong-header with the line
// header.
func findings(list ...string) []doctorFinding {
	found := make([]doctorFinding, len(list))
	for i, entry := range list {
		found[i].id, found[i].fix, _ = strings.Cut(entry, ":")
	}
	return found
}

func power(feature string) doctorCheck {
	return doctorCheck{
		"allow-" + feature, "doctor.allow.", "doctor.allow-" + feature,
		findings("right", "wrong:allow", "wrong-header:header", "unknown:allow", "refused:allow", "alone"),
	}
}

func check(id string, list ...string) doctorCheck {
	return doctorCheck{id, "doctor." + id + ".", "doctor." + id, findings(list...)}
}

// doctorChecks are all that there are, in the order in which somebody would look for
// a cause. static/js/doctor.js finds out which finding it is.
var doctorChecks = []doctorCheck{
	check("frame", "right", "wrong:origins", "alone"),
	check("sandbox", "right", "wrong-origin:sandbox", "wrong-forms:sandbox", "unknown:sandbox", "alone"),
	power("camera"), power("microphone"), power("geolocation"), power("clipboard-write"), power("fullscreen"),
	check("permissions-policy", "right", "wrong:header", "unknown:header", "browser:header", "alone"),
	check("cookies", "right", "wrong", "wrong-sandbox:sandbox", "unknown"),
	check("storage", "right", "wrong", "wrong-sandbox:sandbox"),
	check("handshake", "right", "wrong:origins", "unknown:element", "alone"),
	check("isolation", "right", "wrong:credentialless", "alone"),
	check("https", "right", "local", "wrong:base"),
	check("secure-context", "right", "wrong"),
	check("mixed-content", "right", "wrong", "unknown", "alone"),
	check("referrer", "right", "hidden", "other", "alone"),
	check("clock", "right", "wrong", "unknown"),
}

// doctorPowers are what the frame has to be given for the identity check.
var doctorPowers = []string{"camera", "microphone", "geolocation", "clipboard-write", "fullscreen"}

// line is what to write, exactly.
func (v Doctor) line(name string) string {
	allow := `allow="` + strings.Join(doctorPowers, "; ") + `"`
	switch name {
	case "allow":
		return allow
	case "header":
		var features []string
		for _, power := range doctorPowers {
			features = append(features, power+`=(self "`+v.Base+`")`)
		}
		return "Permissions-Policy: " + strings.Join(features, ", ")
	case "sandbox":
		return `sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads"`
	case "origins":
		return `origins: ["https://your-page.example"]`
	case "element":
		return `<script type="module" src="` + v.Base + `/embed.js"></script>` + "\n" + `<onboarding-portal src="` + v.Address + `"></onboarding-portal>`
	case "frame":
		return `<iframe src="` + v.Address + `" title="Onboarding" width="100%" height="900"` + "\n  " + allow + `></iframe>`
	case "credentialless":
		return "<iframe credentialless>"
	case "base":
		return "PORTAL_BASE_URL=https://" + strings.TrimPrefix(v.Base, "http://")
	}
	return ""
}

// doctorWords: that there is no frame is said of every test in the same words.
func doctorWords(ctx context.Context, c doctorCheck, found doctorFinding) string {
	if found.id == "alone" {
		return T(ctx, "doctor.alone")
	}
	return T(ctx, c.words+found.id)
}
