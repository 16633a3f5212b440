package onboarding

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

// combination is one point of the space over which Decide must be total.
type combination struct {
	customer       CustomerStatus
	identification IdentificationStatus
	more           [len(dimensions)]int // index into each dimension's values
}

// dimensions are all facts beside the two statuses that the table speaks of.
var dimensions = [...]struct {
	name   string
	values []string
	apply  func(f *Facts, i *Identification, value int)
}{
	{"edd", []string{"null", "false", "true"}, func(_ *Facts, i *Identification, v int) {
		if v > 0 {
			yes := v == 2
			i.WithEDD = &yes
		}
	}},
	{"url", []string{"no", "yes"}, func(_ *Facts, i *Identification, v int) {
		if v == 1 {
			i.URL = "https://verify.iron.xyz/start?token=t"
		}
	}},
	{"returning", []string{"no", "yes"}, func(f *Facts, _ *Identification, v int) { f.Customer.Signed = v * 2 }},
	{"reviewed", []string{"no", "yes"}, func(_ *Facts, i *Identification, v int) {
		result := []IdentificationStatus{IdentificationPending, IdentificationDeclined}[v]
		i.Steps = []Step{{Name: "selfie", Result: result}}
	}},
	{"retry", []string{"yes", "no"}, func(f *Facts, _ *Identification, v int) {
		if v == 1 {
			f.Requirements = &Requirements{Issues: []Requirement{{Code: "kyc_identity"}}}
		}
	}},
	{"changed", []string{"just-now", "long-ago"}, func(f *Facts, i *Identification, v int) {
		i.UpdatedAt = f.ReadAt.Add(-[]time.Duration{time.Minute, time.Hour}[v])
	}},
	{"documents", []string{"none", "to-sign"}, func(f *Facts, _ *Identification, v int) {
		if v == 1 {
			f.Documents = []Document{{ID: "d1", Title: "Terms"}}
		}
	}},
	{"rails", []string{"none", "pending", "active"}, func(f *Facts, _ *Identification, v int) {
		if v > 0 {
			f.Rails = []Rail{{Direction: Deposit, Status: []AbilityStatus{"", AbilityPending, AbilityActive}[v]}}
		}
	}},
}

var (
	someDay = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

	everyCustomerStatus = []CustomerStatus{
		IdentificationRequired, SigningsRequired, Active, Suspended, UserRequired, Archived, "Frozen",
	}
	everyIdentificationStatus = []IdentificationStatus{
		NoIdentification, IdentificationPending, IdentificationProcessed, IdentificationPendingReview,
		IdentificationApproved, IdentificationDeclined, IdentificationExpired, IdentificationArchived, "Rejected",
	}
)

func (c combination) facts() Facts {
	f := Facts{ReadAt: someDay, Customer: Customer{ID: "c", Status: c.customer}}
	i := Identification{ID: "i", Status: c.identification, CreatedAt: someDay.Add(-2 * time.Hour)}
	for d, value := range c.more {
		dimensions[d].apply(&f, &i, value)
	}
	if c.identification != NoIdentification {
		f.Identifications = []Identification{i}
	}
	return f
}

// eachMore calls yield with every choice of values of the dimensions.
func eachMore(yield func([len(dimensions)]int)) {
	var more [len(dimensions)]int
	for {
		yield(more)
		d := 0
		for ; d < len(more); d++ {
			if more[d]++; more[d] < len(dimensions[d].values) {
				break
			}
			more[d] = 0
		}
		if d == len(more) {
			return
		}
	}
}

// outcome is all that a decision says, on one line, but for EDD: that depends on
// the identification alone and has a table of its own.
func outcome(p Progress) string {
	marks := map[StepProgress]string{StepDone: "x", StepCurrent: ">", StepAttention: "!", StepUpcoming: "."}
	steps := ""
	for _, s := range p.Steps {
		steps += marks[s]
	}
	extras := []string{}
	for _, e := range []struct {
		holds bool
		name  string
	}{
		{p.ActionRequired, "customer acts"},
		{p.CanBegin, "may begin"},
		{p.HostedURL != "", "hosted page"},
		{p.StepUpNotice, "notice"},
		{p.Why != NotBack, "back: " + string(p.Why)},
	} {
		if e.holds {
			extras = append(extras, e.name)
		}
	}
	return strings.TrimRight(fmt.Sprintf("%-17s %-13s %s  %s", p.Stage, p.State, steps, strings.Join(extras, ", ")), " ")
}

type outcomes map[[len(dimensions)]int]string

// table prints the decisions for one pair of statuses as the shortest list of
// conditions under which each holds.
func table(customer CustomerStatus, identification IdentificationStatus) (lines []string, combinations int) {
	all := outcomes{}
	eachMore(func(more [len(dimensions)]int) {
		all[more] = outcome(Decide(combination{customer, identification, more}.facts()))
	})
	for _, leaf := range split(all, "") {
		condition, result, _ := strings.Cut(leaf, "→")
		lines = append(lines, fmt.Sprintf("%-56s → %s", strings.TrimSpace(condition), result))
	}
	return lines, len(all)
}

// split writes the outcomes as a decision tree, asking at each node the question
// that leaves the fewest lines.
func split(some outcomes, path string) []string {
	var first string
	same := true
	for _, o := range some {
		if first == "" {
			first = o
		}
		same = same && o == first
	}
	if same {
		return []string{path + "→" + first}
	}
	var best []string
	for d, dimension := range dimensions {
		parts := make([]outcomes, len(dimension.values))
		for more, o := range some {
			if parts[more[d]] == nil {
				parts[more[d]] = outcomes{}
			}
			parts[more[d]][more] = o
		}
		if slices.ContainsFunc(parts, func(p outcomes) bool { return p == nil }) || !matters(parts) {
			continue
		}
		var lines []string
		for v, part := range parts {
			lines = append(lines, split(part, fmt.Sprintf("%s %s=%s", path, dimension.name, dimension.values[v]))...)
		}
		if best == nil || len(lines) < len(best) {
			best = lines
		}
	}
	return best
}

// matters: the parts do not all hold the same set of outcomes.
func matters(parts []outcomes) bool {
	sets := make([]string, len(parts))
	for i, part := range parts {
		set := map[string]int{}
		for _, o := range part {
			set[o]++
		}
		sets[i] = fmt.Sprint(set)
	}
	return slices.ContainsFunc(sets, func(s string) bool { return s != sets[0] })
}

func TestDecideIsTheTableInTheGoldenFile(t *testing.T) {
	var b strings.Builder
	b.WriteString("Every customer status × identification status × further facts, and what the portal decides.\n" +
		"Facts that make no difference are left out of a line. Stepper: x done, > current, ! needs attention, . to come.\n")
	total := 0
	for _, customer := range everyCustomerStatus {
		for _, identification := range everyIdentificationStatus {
			lines, n := table(customer, identification)
			total += n
			fmt.Fprintf(&b, "\n%s + %s\n    %s\n", customer, identification, strings.Join(lines, "\n    "))
		}
	}
	fmt.Fprintf(&b, "\n%d combinations\n\nEnhanced due diligence: identification status + with_edd\n", total)
	for _, identification := range everyIdentificationStatus {
		for edd, value := range dimensions[0].values {
			p := Decide(combination{IdentificationRequired, identification, [len(dimensions)]int{edd}}.facts())
			fmt.Fprintf(&b, "    %-14s %-6s → %-8s %s\n", identification, value, p.EDD, p.EDDMeaning)
		}
	}
	golden(t, "decide.golden", b.String())
}

// golden compares with a file of testdata, or writes it where -update is given.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		g, w := at(gotLines, i), at(wantLines, i)
		if g != w {
			t.Fatalf("%s differs from line %d on:\n got %s\nwant %s\n(go test ./onboarding -update writes it anew)", path, i+1, g, w)
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

func TestEveryStateOfTheTableIsReachedAndNamedOnce(t *testing.T) {
	reached := map[State]bool{}
	for _, customer := range everyCustomerStatus {
		for _, identification := range everyIdentificationStatus {
			eachMore(func(more [len(dimensions)]int) {
				p := Decide(combination{customer, identification, more}.facts())
				reached[p.State] = true
				if p.Stage == StageUnknown && customer.Known() && (identification.Known() || customer != IdentificationRequired) {
					t.Errorf("%s + %s %v is unknown", customer, identification, more)
				}
				if want := MeaningOf(p.IdentificationStatus, p.EDD); p.EDDMeaning != want {
					t.Errorf("%s + %s %v means %q, want %q", customer, identification, more, p.EDDMeaning, want)
				}
				if p.ActionRequired && p.Stage == StageReview {
					t.Errorf("%s + %s %v asks the customer while Iron reviews", customer, identification, more)
				}
			})
		}
	}
	for _, r := range rules {
		if !reached[r.state] {
			t.Errorf("no facts lead to %s", r.state)
		}
	}
}
