package simulator

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestALinkIsPendingWithAHostedAddress(t *testing.T) {
	b := newBench(t)
	c := b.customer()
	made := b.link(c.ID)
	if made.Status != "Pending" || made.WithEDD == nil || *made.WithEDD || made.StepStatus != nil {
		t.Errorf("%+v", made)
	}
	if !strings.HasPrefix(made.URL, "https://identity.example/start?token=") || len(token(made.URL)) < 22 {
		t.Errorf("url %q does not carry a token of 128 bits or more", made.URL)
	}
	var got gotCustomer
	b.get("/customers/" + c.ID).into(&got)
	if got.IdentificationStatus != "Pending" || !slices.Equal(got.IdentificationIDs, []string{made.ID}) {
		t.Errorf("the customer does not know of it: %+v", got)
	}
}

func TestTheGuidesOtherMethodsAreRefusedPlainly(t *testing.T) {
	b := newBench(t)
	path := "/customers/" + b.customer().ID + "/identifications/v2"
	for _, kind := range []string{"Token", "Person", "Business"} {
		got := b.do(http.MethodPost, path, `{"type":"`+kind+`"}`).want(http.StatusBadRequest)
		if !strings.Contains(got.body, "Link only") {
			t.Errorf("%s: %s", kind, got.body)
		}
	}
	for _, body := range []string{`{}`, `{"type":"link"}`, `{"type":"Link","with_edd":"yes"}`, `x`} {
		b.do(http.MethodPost, path, body).want(http.StatusBadRequest)
	}
}

func TestEnhancedDueDiligenceIsForPeople(t *testing.T) {
	b := newBench(t)
	var company gotCustomer
	b.do(http.MethodPost, "/customers", `{"customer_type":"Business","email":"a@b.example"}`).into(&company)
	b.do(http.MethodPost, "/customers/"+company.ID+"/identifications/v2", `{"type":"Link","with_edd":true}`).want(http.StatusBadRequest)
	var made gotIdentification
	b.do(http.MethodPost, "/customers/"+b.customer().ID+"/identifications/v2", `{"type":"Link","with_edd":true}`).
		want(http.StatusCreated).into(&made)
	if made.WithEDD == nil || !*made.WithEDD {
		t.Errorf("%+v", made)
	}
}

func TestEnhancedDueDiligenceReusesAnApprovedCheck(t *testing.T) {
	b := newBench(t)
	c := b.build("active")
	var made gotIdentification
	b.do(http.MethodPost, "/customers/"+c+"/identifications/v2", `{"type":"Link","with_edd":true}`).want(http.StatusCreated).into(&made)
	todo, err := b.StepsToDo(token(made.URL))
	if err != nil || !slices.Equal(todo, []string{"questionnaire"}) {
		t.Errorf("asks for %v, %v", todo, err)
	}
	b.wantStatus(c, "IdentificationRequired")
}

func TestACheckInFlightIsAConflict(t *testing.T) {
	b := newBench(t)
	c := b.customer()
	i := b.link(c.ID)
	again := func() result {
		return b.do(http.MethodPost, "/customers/"+c.ID+"/identifications/v2", `{"type":"Link"}`)
	}
	if got := again().want(http.StatusConflict); !strings.Contains(got.body, "has pending identification") {
		t.Error(got.body)
	}
	b.pull(b.Submit(i.ID))
	again().want(http.StatusConflict)
	b.pull(b.BeginReview(i.ID))
	again().want(http.StatusConflict)
	b.pull(b.Decline(i.ID, Verdict{}))
	again().want(http.StatusCreated)
}

func TestAPendingCheckWithoutAddressIsNoConflict(t *testing.T) {
	b := newBench(t)
	c := b.customer()
	b.pull(b.LoseURL(b.link(c.ID).ID))
	b.link(c.ID)
}

func TestTheNewestIdentificationDrivesTheStatus(t *testing.T) {
	b := newBench(t)
	b.pull(b.Configure(Settings{DefaultScript: ManualScript, ParallelChecks: true}))
	c := b.customer()
	older := b.link(c.ID)
	newer := b.link(c.ID)
	b.pull(b.Approve(older.ID))
	b.wantStatus(c.ID, "IdentificationRequired")
	b.pull(b.Approve(newer.ID))
	b.wantStatus(c.ID, "SigningsRequired")
	b.link(c.ID)
	b.wantStatus(c.ID, "IdentificationRequired")
}

func TestAnArchivedIdentificationCountsForNothing(t *testing.T) {
	b := newBench(t)
	c := b.customer()
	b.pull(b.Approve(b.link(c.ID).ID))
	newest := b.link(c.ID)
	b.wantStatus(c.ID, "IdentificationRequired")
	b.pull(b.ArchiveIdentification(newest.ID))
	b.wantStatus(c.ID, "SigningsRequired")
}

func TestTheCreationLimitIs429AndLapses(t *testing.T) {
	b := newBench(t)
	b.pull(b.Configure(Settings{DefaultScript: ManualScript, CreationLimit: 2, CreationWindow: time.Hour}))
	c := b.customer()
	for range 2 {
		b.pull(b.Expire(b.link(c.ID).ID))
	}
	const key = "0196f0a0-0000-7000-8000-000000000001"
	path := "/customers/" + c.ID + "/identifications/v2"
	got := b.do(http.MethodPost, path, `{"type":"Link"}`, "IDEMPOTENCY-KEY", key).want(http.StatusTooManyRequests)
	if got.header.Get("Retry-After") != "" {
		t.Error("Iron promises no Retry-After here")
	}
	b.Advance(time.Hour)
	b.do(http.MethodPost, path, `{"type":"Link"}`, "IDEMPOTENCY-KEY", key).want(http.StatusCreated)
}

func TestTheAddressMayComeLater(t *testing.T) {
	b := newBench(t)
	b.pull(b.Configure(Settings{DefaultScript: ManualScript, LinkAfter: time.Minute}))
	i := b.link(b.customer().ID)
	if i.URL != "" {
		t.Fatalf("url %q at once", i.URL)
	}
	b.Advance(59 * time.Second)
	if got := b.check(i.ID); got.URL != "" {
		t.Error("url too early")
	}
	b.Advance(time.Second)
	if got := b.check(i.ID); got.URL == "" {
		t.Error("no url after its time")
	}
}

func TestAShuffledListStillHoldsEveryIdentificationOnce(t *testing.T) {
	b := newBench(t)
	c := b.build("many-identifications")
	var seen []string
	cursor, newest := "", ""
	for pages := 0; pages == 0 || cursor != ""; pages++ {
		var page gotPage[gotIdentification]
		path := "/customers/" + c + "/identifications"
		if cursor != "" {
			path += "?cursor=" + cursor
		}
		b.get(path).want(http.StatusOK).into(&page)
		for _, i := range page.Items {
			seen = append(seen, i.ID)
			if i.Status == "Pending" {
				newest = i.ID
			}
		}
		cursor = page.Cursor
		if pages == 0 && newest != "" {
			t.Error("the newest one is on the first page: a reader that stops there would pass")
		}
	}
	if slices.IsSorted(seen) || slices.IsSortedFunc(seen, func(a, b string) int { return strings.Compare(b, a) }) {
		t.Error("there is an order in it")
	}
	slices.Sort(seen)
	if len(seen) != 25 || len(slices.Compact(seen)) != 25 || newest == "" {
		t.Errorf("%d seen, newest %q", len(seen), newest)
	}
}
