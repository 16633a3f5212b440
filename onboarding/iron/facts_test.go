package iron_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"portal/onboarding"

	"github.com/google/go-cmp/cmp"
)

func TestAReadingOfANewCustomerIsTwoCalls(t *testing.T) {
	f := newIron(t)
	f.handle("GET /api/customers/"+mary, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", "Wed, 01 Jul 2026 12:00:00 GMT")
		reply(w, 200, `{"id":"`+mary+`","status":"IdentificationRequired","customer_type":"Business","name":"Major Ltd",
			"email":"m@example.test","external_id":"x1","signing_ids":[],"identification_ids":[],
			"created_at":"2026-07-01T10:00:00Z","updated_at":"2026-07-01T10:00:00Z","invented_field":{"a":[1]}}`)
	})
	f.list(mary, "identifications")
	facts, err := f.client().Facts(t.Context(), mary)
	if err != nil {
		t.Fatal(err)
	}
	want := onboarding.Facts{
		ReadAt: time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC),
		Customer: onboarding.Customer{
			ID: mary, Type: onboarding.Business, Name: "Major Ltd", Email: "m@example.test", ExternalID: "x1",
			Status:    onboarding.IdentificationRequired,
			CreatedAt: time.Date(2026, 7, 1, 10, 0, 0, 0, time.UTC),
			UpdatedAt: time.Date(2026, 7, 1, 10, 0, 0, 0, time.UTC),
		},
	}
	if diff := cmp.Diff(want, facts); diff != "" {
		t.Error(diff)
	}
	if n := len(f.requests("")); n != 2 {
		t.Errorf("%d requests", n)
	}
	for _, a := range f.requests("") {
		if a.header.Get("X-API-Key") != secretKey || a.header.Get("X-API-Version") != "2026-07-01" {
			t.Errorf("%s bears %v", a.path, a.header)
		}
		if _, sent := a.header["X-Sub-Partner-Id"]; sent {
			t.Error("an empty sub-partner was sent")
		}
	}
}

func TestOurOwnClockIsUsedOnlyWhereIronSendsNone(t *testing.T) {
	f := newIron(t)
	f.handle("GET /api/customers/"+mary, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = nil
		reply(w, 200, `{"id":"`+mary+`","status":"Archived"}`)
	})
	f.list(mary, "identifications")
	noon := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	facts, err := f.client(func(c *config) { c.Now = func() time.Time { return noon } }).Facts(t.Context(), mary)
	if err != nil || !facts.ReadAt.Equal(noon) {
		t.Errorf("read at %v, %v", facts.ReadAt, err)
	}
}

func TestEveryPageOfIdentificationsIsRead(t *testing.T) {
	f := newIron(t)
	f.customer(mary, "IdentificationRequired", "")
	f.handle("GET /api/customers/"+mary+"/identifications", func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Query().Get("cursor") {
		case "":
			reply(w, 200, `{"items":[{"id":"i1","status":"Expired","created_at":"2026-01-01T00:00:00Z"}],"cursor":"c/1"}`)
		case "c/1":
			reply(w, 200, `{"items":[{"id":"i3","status":"Processed","created_at":"2026-03-01T00:00:00Z"}],"cursor":"c2","prev_cursor":"x"}`)
		default:
			reply(w, 200, `{"items":[{"id":"i2","status":"Declined","created_at":"2026-02-01T00:00:00Z"}],"cursor":null}`)
		}
	})
	facts, err := f.client().Facts(t.Context(), mary)
	if err != nil {
		t.Fatal(err)
	}
	if current, _ := onboarding.Current(facts.Identifications); current.ID != "i3" || len(facts.Identifications) != 3 {
		t.Errorf("current is %q of %d: the newest is on the second page", current.ID, len(facts.Identifications))
	}
	for _, a := range f.requests("/identifications") {
		if q, _ := url.ParseQuery(a.query); q.Get("page_size") != "100" {
			t.Errorf("asked with %q", a.query)
		}
	}
}

func TestAListThatDoesNotEndFailsTheReadingInsteadOfHidingWhatIsBehind(t *testing.T) {
	for name, next := range map[string]func(n int) string{
		"in a circle": func(n int) string { return fmt.Sprint("c", n%2) },
		"for ever":    func(n int) string { return fmt.Sprint("c", n) },
	} {
		t.Run(name, func(t *testing.T) {
			f := newIron(t)
			f.customer(mary, "IdentificationRequired", "")
			pages := 0
			f.handle("GET /api/customers/"+mary+"/identifications", func(w http.ResponseWriter, _ *http.Request) {
				pages++
				reply(w, 200, `{"items":[{"id":"i1","status":"Pending"}],"cursor":"`+next(pages)+`"}`)
			})
			_, err := f.client().Facts(t.Context(), mary)
			wantErr(t, err, onboarding.ErrUnavailable)
			if pages > 60 {
				t.Errorf("%d pages were read", pages)
			}
		})
	}
}

func TestWhatIsReadDependsOnTheStatus(t *testing.T) {
	pending := `{"id":"i1","status":"Pending","url":"https://verify.example/s?t=1","created_at":"2026-02-01T00:00:00Z"}`
	reviewed := `{"id":"i1","status":"Pending","step_status":{"selfie":{"result":"Declined","retry":true}}}`
	declined := `{"id":"i1","status":"Declined"}`
	approved := `{"id":"i0","status":"Approved","created_at":"2026-01-01T00:00:00Z"}`
	signed := `,"signing_ids":["s1"]`
	rows := []struct {
		status, more string
		items        []string
		want         string
		because      string
	}{
		{"IdentificationRequired", "", nil, "", "there is nothing else to decide on"},
		{"IdentificationRequired", "", []string{pending}, "", "a first check has nothing missing yet"},
		{"IdentificationRequired", "", []string{reviewed}, "requirements", "something was looked at"},
		{"IdentificationRequired", "", []string{approved, pending}, "requirements", "the customer is back"},
		{"IdentificationRequired", signed, []string{pending}, "requirements", "the customer is back"},
		{"IdentificationRequired", "", []string{declined}, "requirements", "it may not be retryable"},
		{"IdentificationRequired", "", []string{approved}, "", "nothing is asked of the customer"},
		{"SigningsRequired", "", []string{approved}, "required-signings signings", "a first signing needs no rails"},
		{"SigningsRequired", signed, []string{approved}, "abilities required-signings signings", "working rails tell new terms"},
		{"Active", signed, []string{approved}, "abilities signings", "ready is when a rail is Active"},
		{"Suspended", signed, []string{declined}, "", "only support can help"},
		{"Frozen", signed, []string{declined}, "", "nobody knows what it means"},
	}
	for _, row := range rows {
		t.Run(row.status+" because "+row.because, func(t *testing.T) {
			f := newIron(t)
			f.customer(mary, row.status, row.more)
			f.list(mary, "identifications", row.items...)
			f.says("GET /api/customers/"+mary+"/required-signings", 200, `[]`)
			f.list(mary, "signings")
			f.says("GET /api/customers/"+mary+"/abilities", 200, `{}`)
			f.says("GET /api/customers/"+mary+"/requirements", 200, `{}`)
			facts, err := f.client().Facts(t.Context(), mary)
			if err != nil {
				t.Fatal(err)
			}
			var read []string
			for _, part := range []string{"abilities", "required-signings", "requirements", "signings"} {
				if len(f.requests("/"+part)) == 1 {
					read = append(read, part)
				}
			}
			if got := strings.Join(read, " "); got != row.want {
				t.Errorf("read %q, want %q", got, row.want)
			}
			if known := facts.Requirements != nil; known != (row.want == "requirements") {
				t.Errorf("requirements known: %t", known)
			}
		})
	}
}

func TestSideCallsCostASentenceAndTheOthersThePage(t *testing.T) {
	rows := []struct {
		status, broken string
		fatal          bool
	}{
		{"SigningsRequired", "abilities", false},
		{"IdentificationRequired", "requirements", false},
		{"SigningsRequired", "required-signings", true},
		{"SigningsRequired", "signings", true},
		{"Active", "abilities", true},
		{"Active", "signings", true},
		{"IdentificationRequired", "identifications", true},
	}
	for _, row := range rows {
		t.Run(row.broken+" of "+row.status, func(t *testing.T) {
			f := newIron(t)
			f.customer(mary, row.status, `,"signing_ids":["s1"]`)
			for _, part := range []string{"identifications", "required-signings", "signings", "abilities", "requirements"} {
				switch part {
				case row.broken:
					f.says("GET /api/customers/"+mary+"/"+part, 503, `{"message":"x","trace_id":"t1"}`)
				case "identifications":
					f.list(mary, part, `{"id":"i1","status":"Declined"}`)
				default:
					f.list(mary, part)
				}
			}
			facts, err := f.client().Facts(t.Context(), mary)
			if row.fatal {
				wantErr(t, err, onboarding.ErrUnavailable)
				if onboarding.TraceID(err) != "t1" {
					t.Errorf("trace %q", onboarding.TraceID(err))
				}
				return
			}
			if err != nil || facts.Customer.ID != mary || facts.Requirements != nil && row.broken == "requirements" {
				t.Errorf("facts %+v, %v", facts, err)
			}
		})
	}
}

func TestACustomerIronDoesNotKnowIsNotFoundWhateverTheListSays(t *testing.T) {
	f := newIron(t)
	f.says("GET /api/customers/{id}", 404, `"customer not found"`)
	f.says("GET /api/customers/{id}/identifications", 503, ``)
	_, err := f.client().Facts(t.Context(), mary)
	wantErr(t, err, onboarding.ErrNotFound)

	f = newIron(t)
	f.customer(mary, "Active", "")
	f.list(mary, "identifications")
	_, err = f.client().Facts(t.Context(), mary) // the rest of the customer is 404 here
	wantErr(t, err, onboarding.ErrUnavailable)
	notErr(t, err, onboarding.ErrNotFound)
}

func TestSigningsOfACustomerIronDoesNotKnowAreNotFound(t *testing.T) {
	f := newIron(t)
	f.says("GET /api/customers/{id}/signings", 404, `"customer not found"`)
	_, err := f.client().Signings(t.Context(), mary)
	wantErr(t, err, onboarding.ErrNotFound)
}

func TestAnIdThatCouldNameAnotherAddressIsNeverAsked(t *testing.T) {
	f := newIron(t)
	client := f.client()
	for _, id := range []string{"", ".", "..", "a/b", "../customers", "a?b", "a%2fb", "a b", strings.Repeat("a", 65)} {
		_, err := client.Facts(t.Context(), id)
		wantErr(t, err, onboarding.ErrNotFound)
		_, err = client.CreateSigning(t.Context(), id, "d1", key)
		wantErr(t, err, onboarding.ErrNotFound)
	}
	if n := len(f.requests("")); n != 0 {
		t.Errorf("%d requests", n)
	}
}
