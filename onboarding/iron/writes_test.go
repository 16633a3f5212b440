package iron_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/iron"

	"github.com/google/go-cmp/cmp"
)

// sent is the one request that was made, its body decoded.
func sent(t *testing.T, f *fakeIron) (asked, map[string]any) {
	t.Helper()
	all := f.requests("")
	if len(all) != 1 {
		t.Fatalf("%d requests", len(all))
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(all[0].body), &body); err != nil {
		t.Fatal(err)
	}
	if got := all[0].header.Get("IDEMPOTENCY-KEY"); got != key {
		t.Errorf("sent with the key %q", got)
	}
	if got := all[0].header.Get("Content-Type"); got != "application/json" {
		t.Errorf("sent as %q", got)
	}
	return all[0], body
}

func TestACustomerIsCreatedFromWhatIsKnown(t *testing.T) {
	f := newIron(t)
	f.says("POST /api/customers", 201, `{"id":"`+mary+`","status":"IdentificationRequired","name":"Mary","email":"mary@example.test","customer_type":"Person"}`)
	c := f.client(func(c *config) { c.SubPartnerID = "sub-1" })
	made, err := c.CreateCustomer(t.Context(), onboarding.NewCustomer{Name: "Mary", Email: "mary@example.test", Type: onboarding.Person}, key)
	if err != nil || made.ID != mary || made.Status != onboarding.IdentificationRequired || made.Email != "mary@example.test" {
		t.Errorf("made %+v, %v", made, err)
	}
	a, body := sent(t, f)
	want := map[string]any{"name": "Mary", "email": "mary@example.test", "customer_type": "Person"}
	if diff := cmp.Diff(want, body); diff != "" {
		t.Error(diff)
	}
	if a.header.Get("X-SUB-PARTNER-ID") != "sub-1" {
		t.Error("the sub-partner was not named")
	}
}

func TestAnIdentificationNamesEDDOnlyWhereItIsAskedFor(t *testing.T) {
	for edd, want := range map[bool]map[string]any{
		false: {"type": "Link"},
		true:  {"type": "Link", "with_edd": true},
	} {
		f := newIron(t)
		f.says("POST /api/customers/"+mary+"/identifications/v2", 201, `{"id":"i1","status":"Pending","url":"https://verify.example/s"}`)
		made, err := f.client().CreateIdentification(t.Context(), mary, onboarding.CheckRequest{Method: onboarding.MethodLink, WithEDD: edd}, key)
		if err != nil || made.ID != "i1" || made.URL != "https://verify.example/s" {
			t.Errorf("made %+v, %v", made, err)
		}
		_, body := sent(t, f)
		if diff := cmp.Diff(want, body); diff != "" {
			t.Error(diff)
		}
	}
}

func TestASigningIsAlwaysOfContentTypeUrl(t *testing.T) {
	f := newIron(t)
	f.says("POST /api/customers/"+mary+"/signings", 201, `{"id":"s1","customer_id":"`+mary+`","created_at":"2026-07-01T10:00:00Z","updated_at":"2026-07-01T10:00:00Z"}`)
	made, err := f.client().CreateSigning(t.Context(), mary, "d1", key)
	want := onboarding.Signing{ID: "s1", DocumentID: "d1", CreatedAt: time.Date(2026, 7, 1, 10, 0, 0, 0, time.UTC)}
	if diff := cmp.Diff(want, made); diff != "" || err != nil {
		t.Error(diff, err)
	}
	_, body := sent(t, f)
	if diff := cmp.Diff(map[string]any{"content_id": "d1", "content_type": "Url", "signed": true}, body); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIronCouldOnlyRefuseIsNotSent(t *testing.T) {
	f := newIron(t)
	c := f.client()
	_, err := c.CreateSigning(t.Context(), mary, "", key)
	wantErr(t, err, onboarding.ErrRefused)
	_, err = c.CreateSigning(t.Context(), mary, "d1", "")
	wantErr(t, err, onboarding.ErrRefused)
	_, err = c.CreateIdentification(t.Context(), mary, onboarding.CheckRequest{Method: "Token"}, key)
	wantErr(t, err, onboarding.ErrRefused)
	if n := len(f.requests("")); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// write is one write by name, and the address that it goes to.
type write struct {
	pattern string
	do      func(context.Context, *iron.Client) error
}

var writes = map[string]write{
	"customer": {"POST /api/customers", func(ctx context.Context, c *iron.Client) error {
		_, err := c.CreateCustomer(ctx, onboarding.NewCustomer{Email: "mary@example.test", Type: onboarding.Person}, key)
		return err
	}},
	"identification": {"POST /api/customers/{id}/identifications/v2", func(ctx context.Context, c *iron.Client) error {
		_, err := c.CreateIdentification(ctx, mary, onboarding.CheckRequest{Method: onboarding.MethodLink}, key)
		return err
	}},
	"signing": {"POST /api/customers/{id}/signings", func(ctx context.Context, c *iron.Client) error {
		_, err := c.CreateSigning(ctx, mary, "d1", key)
		return err
	}},
}

func TestAWriteIsRepeatedOnlyWhereItsAnswerGotLostAndThenWithItsOwnKey(t *testing.T) {
	done := `{"id":"` + mary + `","status":"Pending"}`
	broken := func(w http.ResponseWriter) { panic(http.ErrAbortHandler) }
	cut := func(w http.ResponseWriter) {
		w.Header().Set("Content-Length", "1000")
		reply(w, 201, done[:20])
		panic(http.ErrAbortHandler)
	}
	status := func(code int) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { reply(w, code, `"no"`) }
	}
	rows := []struct {
		name   string
		answer func(http.ResponseWriter)
		asked  int
	}{
		{"broken connection", broken, 3},
		{"answer cut off", cut, 3},
		{"502", status(502), 3},
		{"503", status(503), 3},
		{"504", status(504), 3},
		{"500", status(500), 1},
		{"501", status(501), 1},
		{"400", status(400), 1},
		{"401", status(401), 1},
		{"403", status(403), 1},
		{"404", status(404), 1},
		{"409", status(409), 1},
		{"422", status(422), 1},
		{"429", status(429), 1},
		{"302", status(302), 1},
		{"success", func(w http.ResponseWriter) { reply(w, 201, done) }, 1},
		{"success that can't be read", func(w http.ResponseWriter) { reply(w, 200, `ok`) }, 1},
	}
	for name, write := range writes {
		for _, row := range rows {
			t.Run(name+", "+row.name, func(t *testing.T) {
				f := newIron(t)
				f.handle(write.pattern, func(w http.ResponseWriter, _ *http.Request) { row.answer(w) })
				_ = write.do(t.Context(), f.client())
				all := f.requests("")
				if len(all) != row.asked {
					t.Errorf("asked %d times, want %d", len(all), row.asked)
				}
				for _, a := range all {
					if a.header.Get("IDEMPOTENCY-KEY") != key || a.body != all[0].body {
						t.Errorf("asked with key %q and %s", a.header.Get("IDEMPOTENCY-KEY"), a.body)
					}
				}
			})
		}
	}
}

func TestOnceAWritesOutcomeIsUnknownItStaysSoUntilIronAnswersForIt(t *testing.T) {
	rows := []struct {
		second string
		answer func(http.ResponseWriter)
		want   error
	}{
		{"done", func(w http.ResponseWriter) { reply(w, 201, `{"id":"s1"}`) }, nil},
		{"refused", func(w http.ResponseWriter) { reply(w, 422, `"no"`) }, onboarding.ErrRefused},
		{"not found", func(w http.ResponseWriter) { reply(w, 404, `"no"`) }, onboarding.ErrNotFound},
		{"stored failure", func(w http.ResponseWriter) { reply(w, 500, `{}`) }, onboarding.ErrSpent},
		{"in the way of itself", func(w http.ResponseWriter) { reply(w, 409, `"in progress"`) }, onboarding.ErrUncertain},
		{"too many", func(w http.ResponseWriter) { reply(w, 429, `"slow down"`) }, onboarding.ErrUncertain},
		{"key withdrawn", func(w http.ResponseWriter) { reply(w, 401, `no`) }, onboarding.ErrUncertain},
	}
	for _, row := range rows {
		t.Run("then "+row.second, func(t *testing.T) {
			f := newIron(t)
			f.handle("POST /api/customers/{id}/signings", func(w http.ResponseWriter, _ *http.Request) {
				if len(f.requests("/signings")) == 1 {
					panic(http.ErrAbortHandler)
				}
				row.answer(w)
			})
			err := writes["signing"].do(t.Context(), f.client())
			if row.want == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantErr(t, err, row.want)
			notErr(t, err, onboarding.ErrConflict, onboarding.ErrTooMany, onboarding.ErrAccess)
		})
	}
}

func TestAWriteThatNeverLeftIsUnavailableAndOneThatMayHaveIsUncertain(t *testing.T) {
	f := newIron(t)
	address := f.server.URL
	f.server.Close()
	c := f.client(func(c *config) { c.BaseURL = address })
	err := writes["signing"].do(t.Context(), c)
	wantErr(t, err, onboarding.ErrUnavailable)
	notErr(t, err, onboarding.ErrUncertain)
	if !strings.Contains(err.Error(), "cannot connect") {
		t.Errorf("%v does not say what is wrong", err)
	}

	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		f.handle("/", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		err := writes["signing"].do(t.Context(), f.client(over(transport)))
		wantErr(t, err, onboarding.ErrUncertain)
		notErr(t, err, onboarding.ErrUnavailable, onboarding.ErrRefused)

		ctx, leave := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, leave)
		err = writes["signing"].do(ctx, f.client(over(transport)))
		wantErr(t, err, onboarding.ErrUncertain, context.Canceled)

		err = writes["signing"].do(ctx, f.client(over(transport)))
		wantErr(t, err, onboarding.ErrUnavailable, context.Canceled)
	})
}

func TestASuccessThatNamesNothingIsUncertain(t *testing.T) {
	for name, write := range writes {
		for _, body := range []string{``, `{}`, `null`, `[]`, `{"id":null,"status":"Pending"}`, `<html>`} {
			f := newIron(t)
			f.says(write.pattern, 201, body)
			err := write.do(t.Context(), f.client())
			wantErr(t, err, onboarding.ErrUncertain)
			if err == nil {
				t.Errorf("%s: %q was taken for one", name, body)
			}
		}
	}
}

func TestASuccessCountsEvenWhereTheCallerLeftInTheSameInstant(t *testing.T) {
	f := newIron(t)
	f.says("POST /api/customers/{id}/signings", 201, `{"id":"s1"}`)
	ctx, leave := context.WithCancel(t.Context())
	c := f.client(func(c *config) { c.Observe = func(iron.Call) { leave() } })
	if made, err := c.CreateSigning(ctx, mary, "d1", key); err != nil || made.ID != "s1" {
		t.Errorf("made %+v, %v", made, fmt.Sprint(err))
	}
}
