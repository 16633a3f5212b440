package onboarding

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"
)

// What is kept is read for years, by this program and by others: neither the names in
// a body nor the way to its hash may change.
func TestARecordIsWrittenAsItAlwaysWas(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 5e6, time.FixedZone("", 3600))
	c := Consent{
		Key: "k", Document: Document{ID: "d", Title: "T", URL: "https://x/y", Text: "t"}, Words: "I agree", Locale: "en",
		ShownAt: at, AgreedAt: at, Address: "192.0.2.1", Agent: "B",
		Shown: DocumentBytes{SHA256: "ab", Size: 3, MediaType: "text/plain"}, Signed: DocumentBytes{Problem: NotFetched},
	}
	body := c.Agreement("")
	want := `{"version":2,"key":"k","document":{"id":"d","title":"T","url":"https://x/y","text":"t"},"words":"I agree","locale":"en",` +
		`"shown_at":"2026-03-01T11:00:00.005Z","agreed_at":"2026-03-01T11:00:00.005Z","address":"192.0.2.1","agent":"B",` +
		`"shown":{"sha256":"ab","size":3,"media_type":"text/plain"},"signed":{"problem":"not-fetched"}}`
	if string(body) != want {
		t.Errorf("agreed:\n got %s\nwant %s", body, want)
	}
	c.How = Circumstances{
		Wording: "en-1", Disclosure: "This is signing.", Button: "Sign", Session: "s", SignedInAt: at.UTC(), CameBy: "sign-up", Framed: true, FramedBy: "https://a",
	}
	want = strings.TrimSuffix(want, "}") + `,"wording":"en-1","disclosure":"This is signing.","button":"Sign","session":"s",` +
		`"signed_in_at":"2026-03-01T11:00:00.005Z","came_by":"sign-up","framed":true,"framed_by":"https://a"}`
	if body := c.Agreement(""); string(body) != want {
		t.Errorf("agreed, with its circumstances:\n got %s\nwant %s", body, want)
	}
	outcome := Outcome{Key: "k", SigningID: "s", At: at}.Encode()
	if want := `{"key":"k","signing_id":"s","at":"2026-03-01T11:00:00.005Z"}`; string(outcome) != want {
		t.Errorf("confirmed:\n got %s\nwant %s", outcome, want)
	}
	first := Evidence{Partner: "acme", Customer: "c1"}.Next(EvidenceAgreed, []byte("body"))
	second := first.Next(EvidenceConfirmed, outcome)
	sum := sha256.Sum256([]byte("0:,1:1,4:acme,2:c1,6:agreed,4:body,"))
	if first.Hash != hex.EncodeToString(sum[:]) || first.Previous != "" || first.Sequence != 1 {
		t.Errorf("the first record is %+v", first)
	}
	if second.Previous != first.Hash || second.Sequence != 2 || second.Hash != second.Sum() {
		t.Errorf("the second record is %+v", second)
	}
}

func TestRecordsOfBeforeThereWereCircumstancesAreBelieved(t *testing.T) {
	e := Evidence{
		Partner: "acme", Customer: "c1", Sequence: 1, Kind: EvidenceAgreed,
		Body: []byte(`{"key":"k","document":{"id":"d","title":"T","url":"https://x/y","text":""},"words":"I agree","locale":"en",` +
			`"agreed_at":"2026-03-01T11:00:00Z","address":"192.0.2.1","agent":"B","shown":{},"signed":{"problem":"not-fetched"}}`),
		Hash: "7c4176b7a8a7df8af1123007476a631bd966bb2dd0ec8ed855abdd4a0d07afe4",
	}
	c, err := e.Consent()
	if err != nil || c.Words != "I agree" || c.Document.Title != "T" || c.How != (Circumstances{}) {
		t.Errorf("read as %+v: %v", c, err)
	}
	if err := Verify([]Evidence{e}); err != nil {
		t.Error(err)
	}
}

// story is the chain of a customer who agreed to two documents. Iron has confirmed one,
// after having refused it, and the other goes by its second key.
func story() ([]Evidence, []Consent) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	last := Evidence{Partner: "acme", Customer: "c1"}
	var records []Evidence
	for _, step := range []struct {
		kind EvidenceKind
		body []byte
	}{
		{EvidenceAgreed, Consent{Key: "k1", Document: Document{ID: "d1"}, AgreedAt: at}.Agreement("")},
		{EvidenceRefused, Outcome{Key: "k1", Reason: "no", At: at}.Encode()},
		{EvidenceAgreed, Consent{Key: "k2", Document: Document{ID: "d2"}, AgreedAt: at}.Agreement("")},
		{EvidenceConfirmed, Outcome{Key: "k1", SigningID: "s", At: at}.Encode()},
		{EvidenceRekeyed, Outcome{Key: "k2", NewKey: "k3", At: at}.Encode()},
	} {
		last = last.Next(step.kind, step.body)
		records = append(records, last)
	}
	return records, []Consent{
		{Key: "k3", Document: Document{ID: "d2"}, AgreedAt: at, Sequence: 3, State: ConsentPending},
		{Key: "k1", Document: Document{ID: "d1"}, AgreedAt: at, Sequence: 1, State: ConsentConfirmed, SigningID: "s", Reason: "no", SettledAt: at},
	}
}

func TestAWholeChainIsBelieved(t *testing.T) {
	records, kept := story()
	if err := errors.Join(Verify(records), Verify(nil), Audit("acme", "c1", records, kept), Audit("acme", "c1", nil, nil)); err != nil {
		t.Error(err)
	}
}

func TestABrokenChainNamesItsPlace(t *testing.T) {
	// again makes the hashes good again from a record on, as somebody would who knows
	// how: then the story must give it away.
	again := func(records []Evidence, from int) {
		for i := from; i < len(records); i++ {
			if i > 0 {
				records[i].Previous = records[i-1].Hash
			}
			records[i].Hash = records[i].Sum()
		}
	}
	for name, c := range map[string]struct {
		spoil    func(records []Evidence)
		sequence int64
		why      string
	}{
		"another body":    {func(r []Evidence) { r[2].Body = []byte("{}") }, 3, "not what was hashed"},
		"another partner": {func(r []Evidence) { r[2].Partner = "globex" }, 3, "another customer"},
		"another partner throughout": {func(r []Evidence) {
			for i := range r {
				r[i].Partner = "globex"
			}
		}, 1, "not what was hashed"},
		"a gap":                     {func(r []Evidence) { r[3].Sequence = 9 }, 4, "missing"},
		"twice the same":            {func(r []Evidence) { r[3] = r[2] }, 4, "missing"},
		"not the one before":        {func(r []Evidence) { r[3].Previous = r[1].Hash }, 4, "does not follow"},
		"a key used twice":          {func(r []Evidence) { r[2].Body = r[0].Body; again(r, 2) }, 3, "earlier consent"},
		"an outcome of nothing":     {func(r []Evidence) { r[1].Body = Outcome{Key: "x"}.Encode(); again(r, 1) }, 2, "no consent with its key"},
		"a kind from elsewhere":     {func(r []Evidence) { r[4].Kind = "forgotten"; again(r, 4) }, 5, "can't be"},
		"confirmed, then refused":   {func(r []Evidence) { r[1].Kind, r[3].Kind = r[3].Kind, r[1].Kind; again(r, 1) }, 4, "can't be"},
		"refused, then another key": {func(r []Evidence) { r[3].Kind = EvidenceRekeyed; again(r, 3) }, 4, "can't be"},
		"a body that is none":       {func(r []Evidence) { r[1].Body = []byte("{"); again(r, 1) }, 2, "can't be read"},
		"an agreement that is none": {func(r []Evidence) { r[0].Body = []byte("{"); again(r, 0) }, 1, "can't be read"},
	} {
		records, _ := story()
		c.spoil(records)
		var broken *BrokenChain
		if err := Verify(records); !errors.As(err, &broken) || broken.Sequence != c.sequence || !strings.Contains(broken.Why, c.why) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
