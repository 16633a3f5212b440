package iron_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"portal/onboarding"
	"portal/onboarding/iron"
)

var sentinels = []error{
	onboarding.ErrNotFound, onboarding.ErrRefused, onboarding.ErrConflict, onboarding.ErrTooMany,
	onboarding.ErrUnavailable, onboarding.ErrUncertain, onboarding.ErrSpent, onboarding.ErrAccess,
}

func TestEachStatusMeansOneThing(t *testing.T) {
	reading := write{"GET /api/customers/{id}", func(ctx context.Context, c *iron.Client) error {
		_, err := c.Customer(ctx, mary)
		return err
	}}
	const (
		notFound, refused, conflict, tooMany = "not found", "refused", "conflict", "too many requests"
		unavailable, uncertain, access       = "unavailable", "outcome unknown", "access refused"
	)
	rows := []struct {
		status                                     int
		read, customer, identification, itsSigning string
	}{
		{301, unavailable, uncertain, uncertain, uncertain},
		{307, unavailable, uncertain, uncertain, uncertain},
		{400, refused, refused, refused, refused},
		{401, access, access, access, access},
		{403, access, access, refused, refused},
		{404, notFound, notFound, notFound, notFound},
		{408, unavailable, uncertain, uncertain, uncertain},
		{409, unavailable, conflict, conflict, conflict},
		{413, refused, refused, refused, refused},
		{422, refused, refused, refused, refused},
		{429, tooMany, tooMany, tooMany, tooMany},
		{500, unavailable, "unavailable and idempotency key spent", "unavailable and idempotency key spent", "unavailable and idempotency key spent"},
		{501, unavailable, uncertain, uncertain, uncertain},
		{502, unavailable, uncertain, uncertain, uncertain},
		{503, unavailable, uncertain, uncertain, uncertain},
		{504, unavailable, uncertain, uncertain, uncertain},
		{524, unavailable, uncertain, uncertain, uncertain},
	}
	for _, row := range rows {
		for act, want := range map[string]string{
			"read": row.read, "customer": row.customer, "identification": row.identification, "signing": row.itsSigning,
		} {
			t.Run(fmt.Sprintf("%d on %s", row.status, act), func(t *testing.T) {
				call, ok := writes[act]
				if !ok {
					call = reading
				}
				f := newIron(t)
				f.says(call.pattern, row.status, `"x"`)
				err := call.do(t.Context(), f.client())
				for _, sentinel := range sentinels {
					wanted := slices.Contains(strings.Split(want, " and "), sentinel.Error())
					if got := errors.Is(err, sentinel); got != wanted {
						t.Errorf("is %q: %t; want %q", sentinel, got, want)
					}
				}
			})
		}
	}
}

func TestAnErrorTellsOperatorsEnoughAndNothingOfThePerson(t *testing.T) {
	f := newIron(t)
	f.says("POST /api/customers", 400, `"email mary@example.test is taken"`)
	f.says("GET /api/customers/{id}", 500, `{"message":"mary@example.test broke it","trace_id":"0af7-651_X"}`)
	f.says("GET /api/customers/{id}/signings", 503, `{"trace_id":"t?key=`+secretKey+`"}`)
	f.says("POST /api/customers/{id}/signings", 200, `{"id":1`)
	c := f.client(func(c *config) { c.APIKey = secretKey })
	_, read := c.Customer(t.Context(), mary)
	_, list := c.Signings(t.Context(), mary)
	dead := f.client(func(c *config) { c.BaseURL = "http://127.0.0.1:1/api/" })
	_, unreachable := dead.Customer(t.Context(), mary)
	errs := map[string]error{
		"iron: GET /customers/{id}: status 500: unavailable (trace 0af7-651_X)":                               read,
		"iron: GET /customers/{id}/signings: status 503: unavailable":                                         list,
		"iron: POST /customers: status 400: refused":                                                          writes["customer"].do(t.Context(), c),
		"iron: POST /customers/{id}/signings: status 200: not the answer that was asked for: outcome unknown": writes["signing"].do(t.Context(), c),
		"iron: GET /customers/{id}: cannot connect: connect: connection refused: unavailable":                 unreachable,
	}
	for want, err := range errs {
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		for _, secret := range []string{secretKey, mary, "mary@", key, "page_size", "127.0.0.1"} {
			if strings.Contains(fmt.Sprintf("%v %+v", err, err), secret) {
				t.Errorf("%v tells %q", err, secret)
			}
		}
	}
	if got := onboarding.TraceID(read); got != "0af7-651_X" {
		t.Errorf("trace %q", got)
	}
	if got := onboarding.TraceID(list); got != "" {
		t.Errorf("a trace id that can't be one was kept: %q", got)
	}
	for _, call := range f.calls() {
		if text := fmt.Sprintf("%+v", call); strings.Contains(text, mary) || strings.Contains(text, secretKey) {
			t.Errorf("observed %s", text)
		}
	}
}

func TestIronsWordsAreKeptWhereItRefusesAndOnlyThere(t *testing.T) {
	long := strings.Repeat("ä", 2000)
	rows := []struct {
		name, body string
		status     int
		want       string
	}{
		{"a JSON string", `"Document is not \u202erequired"`, 422, "Document is not required"},
		{"plain text", "Has pending identification\n", 409, "Has pending identification"},
		{"bad request", `"email is not valid"`, 400, "email is not valid"},
		{"long", `"` + long + `"`, 422, strings.Repeat("ä", 500)},
		{"a web page", `<html><body>nginx</body></html>`, 400, ""},
		{"an object", `{"message":"internal"}`, 422, ""},
		{"nothing", ``, 422, ""},
		{"a failure", `"stack trace"`, 500, ""},
		{"a wrong key", `"invalid key"`, 401, ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			f := newIron(t)
			f.says("POST /api/customers/{id}/signings", row.status, row.body)
			err := writes["signing"].do(t.Context(), f.client())
			if got := onboarding.Refusal(err); got != row.want {
				t.Errorf("words %q, want %q", got, row.want)
			}
		})
	}
}

func TestCheckTellsAWrongKeyFromAnIronThatIsNotThere(t *testing.T) {
	rows := []struct {
		name   string
		status int
		body   string
		want   error
	}{
		{"good", 200, `{"items":[]}`, nil},
		{"wrong key", 401, `unauthorized`, onboarding.ErrAccess},
		{"key without rights", 403, `forbidden`, onboarding.ErrAccess},
		{"down", 503, ``, onboarding.ErrUnavailable},
		{"some other server", 200, `<html>welcome</html>`, onboarding.ErrUnavailable},
		{"an address that has moved", 301, ``, onboarding.ErrUnavailable},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			f := newIron(t)
			f.says("GET /api/customers", row.status, row.body)
			err := f.client().Check(t.Context())
			if row.want == nil && err != nil {
				t.Error(err)
			} else if row.want != nil {
				wantErr(t, err, row.want)
			}
			if all := f.requests(""); len(all) != 1 || all[0].query != "page_size=1" {
				t.Errorf("asked %v", all)
			}
		})
	}
}

func TestAConfigurationThatCannotWorkIsRefusedAllAtOnce(t *testing.T) {
	_, err := iron.New(iron.Config{BaseURL: "https://user:" + secretKey + "@api.example", APIVersion: "2026 07"})
	for _, want := range []string{"base URL", "X-API-Key is empty", "X-API-Version holds"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not mention %q", err, want)
		}
	}
	for _, base := range []string{"", "api.example/api", "ftp://api.example", "https://", "https://api.example/?x=1", "https://api.example/#x", "://"} {
		if _, err := iron.New(iron.Config{BaseURL: base, APIKey: "k"}); err == nil {
			t.Errorf("base %q was taken", base)
		}
	}
	_, bad := iron.New(iron.Config{BaseURL: "https://api.example", APIKey: secretKey + "\nX-Evil: 1"})
	if bad == nil || strings.Contains(err.Error()+bad.Error(), secretKey) {
		t.Errorf("errors %v, %v", err, bad)
	}
}
