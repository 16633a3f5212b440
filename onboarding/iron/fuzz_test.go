package iron_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/iron"
)

// canned is an Iron that gives the same bodies for ever, without a network.
type canned map[string][]byte

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	part := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	return &http.Response{
		StatusCode: 200, Header: http.Header{"Date": {"Wed, 01 Jul 2026 12:00:00 GMT"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(string(c[part]))),
	}, nil
}

// FuzzFacts: whatever Iron answers, reading it never panics and ends; what it
// yields is either one of the known errors or facts about the customer asked for,
// of which Decide makes something.
func FuzzFacts(f *testing.F) {
	seeds := [][5]string{
		{customerBody("IdentificationRequired"), `{"items":[]}`, `[]`, `{}`, `{}`},
		{
			`{"id":"` + mary + `","status":"IdentificationRequired","signing_ids":["s1"]}`,
			`{"items":[{"id":"i1","status":"Declined","with_edd":null,"url":"https://verify.example/s","review_comment":"x",
			"step_status":{"selfie":{"result":"Declined","retry":true,"comment":"dark"}},"created_at":"2026-07-01T10:00:00Z"}],"cursor":null}`,
			`[]`, `{}`, `{"missing":[{"code":"x","retryable":true,"reject_reasons":[{"description":"old"}]}],"issues":null}`,
		},
		{
			`{"id":"` + mary + `","status":"SigningsRequired","signing_ids":["s1",null]}`, `[{"id":"i1","status":"Approved"}]`,
			`[{"id":"d1","display_name":"Terms","url":"https://docs.example/1","type":"Text","text":"words"}]`,
			`{"fiat_deposit":{"eur":{"sepa":"Active","sepa_thirdparty":"Pending"}},"currencies":[]}`, `null`,
		},
		{customerBody("Active"), `{"items":[{"status":"Pending"}]}`, `{"items":[{"id":"s1","content_id":"d1"}]}`, `{"abilities":{"fiat_payout":{"status":"Active"}}}`, `[]`},
		{customerBody("Frozen"), `{"items":[{"id":1,"status":"Melting","created_at":"x"}],"cursor":"c"}`, `null`, `"Active"`, `<html>`},
		{`{"id":"` + mary + `","status":"Active","abilities":{"fiat_deposit":"Active"}}`, `{`, `[[[[`, `{"fiat_deposit":{"":{"":""}}}`, ``},
	}
	for _, s := range seeds {
		f.Add([]byte(s[0]), []byte(s[1]), []byte(s[2]), []byte(s[3]), []byte(s[4]))
	}
	f.Fuzz(func(t *testing.T, customer, identifications, signings, abilities, requirements []byte) {
		c, err := iron.New(iron.Config{
			BaseURL: "https://iron.example/api", APIKey: "k", Backoff: func(int) time.Duration { return 0 },
			Transport: canned{
				mary: customer, "identifications": identifications, "required-signings": signings, "signings": signings,
				"abilities": abilities, "requirements": requirements,
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		facts, err := c.Facts(t.Context(), mary)
		if err != nil {
			var e *iron.Error
			if !errors.As(err, &e) || !errors.Is(err, onboarding.ErrUnavailable) {
				t.Errorf("an error of another kind: %v", err)
			}
			return
		}
		if !strings.EqualFold(facts.Customer.ID, mary) || facts.Customer.Status == "" {
			t.Errorf("facts about %q, status %q", facts.Customer.ID, facts.Customer.Status)
		}
		p := onboarding.Decide(facts)
		now, errNow := c.FactsNow(t.Context(), mary)
		again, errAgain := c.FactsAgain(t.Context(), mary, facts)
		if err := errors.Join(errNow, errAgain); err != nil {
			t.Errorf("the same answers failed the second time: %v", err)
		}
		for _, q := range []onboarding.Progress{onboarding.Decide(now), onboarding.Decide(again)} {
			if p.Stage == "" || p.State == "" || p.State != q.State {
				t.Errorf("decided %q/%q, then %q", p.Stage, p.State, q.State)
			}
		}
		if p.State == onboarding.StateReady && !onboarding.AnyActive(facts.Rails) {
			t.Error("ready without a rail")
		}
	})
}
