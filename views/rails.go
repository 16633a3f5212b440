package views

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// railGroup is the rails that mean the same to a customer now.
type railGroup struct {
	name   string // of the catalogue's rails.*
	folded bool   // closed at first: nothing there can be used or awaited
	rails  []Rail
}

// railGroups lists the groups in the order in which they matter, with Iron's word.
var railGroups = []struct {
	name, status string
	folded       bool
}{
	{"active", "Active", false},
	{"pending", "Pending", false},
	{"maintenance", "Maintenance", false},
	{"blocked", "Blocked", false},
	{"other", "", false},
	{"unavailable", "Unavailable", true},
}

// groupRails puts every rail into exactly one group, and leaves out empty groups.
// A word that Iron has not used before goes to "other".
func groupRails(rails []Rail) []railGroup {
	rails = slices.Clone(rails)
	slices.SortStableFunc(rails, byUse)
	var groups []railGroup
	for _, g := range railGroups {
		group := railGroup{name: g.name, folded: g.folded}
		for _, r := range rails {
			if groupOf(r.Status) == g.name {
				group.rails = append(group.rails, r)
			}
		}
		if len(group.rails) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}

// railLine is rails that do the same by different schemes: all that receive euros.
type railLine []Rail

// ways are the group's lines by direction, for a list each: what comes in beside what
// goes out.
func (g railGroup) ways() [][]railLine {
	var ways [][]railLine
	for i, r := range g.rails {
		if i == 0 || g.rails[i-1].Direction != r.Direction {
			ways = append(ways, nil)
		}
		way := &ways[len(ways)-1]
		if last := len(*way) - 1; last >= 0 && g.joins((*way)[last][0], r) {
			(*way)[last] = append((*way)[last], r)
		} else {
			*way = append(*way, railLine{r})
		}
	}
	return ways
}

// joins tells whether two rails fit into one line. Where each has a word of Iron's
// beside it, each has a line of its own.
func (g railGroup) joins(a, b Rail) bool {
	return g.name != "other" && a.Scheme != "" && b.Scheme != "" && a.Currency == b.Currency && a.ThirdParty == b.ThirdParty
}

func groupOf(status string) string {
	for _, g := range railGroups {
		if g.status != "" && g.status == status {
			return g.name
		}
	}
	return "other"
}

// byUse: in before out, euros before pounds before dollars before the rest, one's
// own accounts before other people's.
func byUse(a, b Rail) int {
	return cmp.Or(
		cmp.Compare(a.Direction, b.Direction),
		cmp.Compare(currencyRank(a.Currency), currencyRank(b.Currency)),
		cmp.Compare(a.Currency, b.Currency),
		cmp.Compare(third(a), third(b)),
	)
}

func currencyRank(currency string) int {
	if i := slices.Index([]string{"", "eur", "gbp", "usd"}, currency); i >= 0 {
		return i
	}
	return 4
}

func third(r Rail) int {
	if r.ThirdParty {
		return 1
	}
	return 0
}

// schemeNames are proper names, the same in every language.
var schemeNames = map[string]string{
	"sepa": "SEPA", "swift": "SWIFT", "fps": "Faster Payments", "chaps": "CHAPS",
	"ach": "ACH", "wire": "wire", "rtp": "RTP", "fednow": "FedNow",
}

func schemeName(scheme string) string {
	if name, ok := schemeNames[scheme]; ok {
		return name
	}
	return scheme
}

func moneyName(ctx context.Context, currency string) string {
	if id := "money." + currency; has(ctx, id) {
		return T(ctx, id)
	}
	return strings.ToUpper(currency)
}

// railWords says what can be done with a rail: "Receive euros by SEPA".
func railWords(ctx context.Context, r Rail) string {
	id := "rail." + r.Direction
	switch {
	case !has(ctx, id):
		return r.Key
	case r.Currency == "":
		return T(ctx, id)
	case r.Scheme == "":
		return T(ctx, id+"-money", "Money", moneyName(ctx, r.Currency))
	case r.ThirdParty:
		id += "-third"
	default:
		id += "-scheme"
	}
	return T(ctx, id, "Money", moneyName(ctx, r.Currency), "Scheme", schemeName(r.Scheme))
}

// words says what several rails do, whatever their scheme: "Receive euros".
func (l railLine) words(ctx context.Context) string {
	r := l[0]
	id := "rail." + r.Direction
	if !has(ctx, id) {
		return railWords(ctx, r)
	}
	if r.ThirdParty {
		return T(ctx, id+"-others", "Money", moneyName(ctx, r.Currency))
	}
	return T(ctx, id+"-money", "Money", moneyName(ctx, r.Currency))
}

func railIcon(r Rail) string {
	switch r.Status {
	case "Pending":
		return "clock"
	case "Maintenance":
		return "pause"
	case "Blocked", "Unavailable":
		return "off"
	case "Active":
		if r.Direction == "payout" {
			return "out"
		}
		return "in"
	}
	return "info"
}
