package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestANewCustomerHasToBeIdentified(t *testing.T) {
	b := newBench(t)
	made := b.customer()
	if made.Status != "IdentificationRequired" || made.Name != "Ada" || made.Email != "ada@example.com" {
		t.Errorf("%+v", made)
	}
	if made.IdentificationStatus != "" || len(made.IdentificationIDs) != 0 || len(made.SigningIDs) != 0 {
		t.Errorf("a new customer has a history: %+v", made)
	}
	if made.CreatedAt != "2026-11-23T12:00:00.000000Z" {
		t.Errorf("created_at %s is not simulated time", made.CreatedAt)
	}
}

func TestOptionalFieldsAreLeftOutRatherThanNull(t *testing.T) {
	b := newBench(t)
	c := b.customer()
	b.link(c.ID)
	for _, path := range []string{"/customers/" + c.ID, "/customers/" + c.ID + "/identifications", "/customers/" + c.ID + "/requirements"} {
		if got := b.get(path); strings.Contains(got.body, "null") {
			t.Errorf("%s: %s", path, got.body)
		}
	}
}

func TestCustomersThatIronRefuses(t *testing.T) {
	b := newBench(t)
	for _, body := range []string{
		``, `[]`, `{"email":"a@b.example"}`, `{"customer_type":"Person"}`, `{"customer_type":"person","email":"a@b.example"}`,
		`{"customer_type":"Person","email":"nobody"}`, `{"customer_type":"Person","email":1}`,
	} {
		got := b.do(http.MethodPost, "/customers", body).want(http.StatusBadRequest)
		if !strings.HasPrefix(got.body, `"`) {
			t.Errorf("%s: a refusal is a JSON string, not %s", body, got.body)
		}
	}
}

func TestListsArePagedNewestFirst(t *testing.T) {
	b := newBench(t)
	var made []string
	for range 25 {
		made = append(made, b.customer().ID)
		b.Advance(time.Second)
	}
	slices.Reverse(made)
	var seen, sizes []string
	var page gotPage[gotCustomer]
	for path := "/customers"; ; path = "/customers?cursor=" + page.Cursor {
		page = gotPage[gotCustomer]{}
		b.get(path).want(http.StatusOK).into(&page)
		for _, c := range page.Items {
			seen = append(seen, c.ID)
		}
		sizes = append(sizes, fmt.Sprint(len(page.Items)))
		if page.Cursor == "" {
			break
		}
	}
	if !slices.Equal(seen, made) {
		t.Error("paging through the list does not give it whole and newest first")
	}
	if got := strings.Join(sizes, " "); got != "10 10 5" {
		t.Errorf("pages of %s", got)
	}
	b.get("/customers?prev_cursor=" + page.PrevCursor).want(http.StatusOK).into(&page)
	if len(page.Items) != 10 || page.Items[0].ID != made[10] {
		t.Error("prev_cursor does not lead to the page before")
	}
	b.get("/customers?sort_order=asc").want(http.StatusOK).into(&page)
	if page.Items[0].ID != made[24] {
		t.Error("sort_order=asc is not oldest first")
	}
}

func TestPageSizes(t *testing.T) {
	b := newBench(t)
	for range 3 {
		b.customer()
	}
	var page gotPage[gotCustomer]
	b.get("/customers?page_size=2").want(http.StatusOK).into(&page)
	if len(page.Items) != 2 || page.Cursor == "" {
		t.Errorf("%d items, cursor %q", len(page.Items), page.Cursor)
	}
	b.get("/customers?page_size=100").want(http.StatusOK)
	for _, query := range []string{"page_size=0", "page_size=101", "page_size=ten", "cursor=ten", "cursor=0196f0a0-0000-7000-8000-000000000000"} {
		b.get("/customers?" + query).want(http.StatusBadRequest)
	}
}

func TestCustomersAreFilteredAndSearched(t *testing.T) {
	b := newBench(t)
	b.build("active")
	b.build("business-pending")
	suspended := b.build("suspended")
	for query, want := range map[string]int{
		"": 3, "?status=Active": 1, "?status=Active,Suspended": 2, "?status=Active&status=Suspended": 2, "?customer_type=Business": 1,
		"?identification_status=Approved": 2, "?search_term=EXAMPLE%20trading": 1, "?search_term=" + suspended: 1, "?search_term=nobody": 0,
	} {
		var page gotPage[gotCustomer]
		b.get("/customers" + query).want(http.StatusOK).into(&page)
		if len(page.Items) != want {
			t.Errorf("%s: %d customers, want %d", query, len(page.Items), want)
		}
	}
}
