package simulator

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestEachChangeOfStatusIsAnEventWithIronsType(t *testing.T) {
	b := newBench(t)
	c := b.customer()
	i := b.link(c.ID)
	b.pull(b.Submit(i.ID))
	b.pull(b.BeginReview(i.ID))
	b.pull(b.Approve(i.ID))
	b.signAll(c.ID)
	b.pull(b.Suspend(c.ID))
	var got []string
	for _, e := range b.Events(0) {
		if e.Type == "" {
			continue
		}
		got = append(got, e.Type+" "+e.Status)
		if e.CustomerID != c.ID || e.PartnerID != c.PartnerID || !e.Time.Equal(noon) {
			t.Errorf("%+v", e)
		}
		subject := c.ID
		if e.Type == TypeIdentificationStatus {
			subject = i.ID
		}
		if e.SubjectID != subject {
			t.Errorf("%s is about %s", e.Type, e.SubjectID)
		}
	}
	want := []string{
		"customer_created ", "customer_status IdentificationRequired", "identification_status Pending",
		"identification_status Processed", "identification_status PendingReview", "identification_status Approved",
		"customer_status SigningsRequired", "customer_status Active", "customer_status Suspended",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestAWebhookBodyInBothShapes(t *testing.T) {
	e := Event{Type: TypeIdentificationStatus, CustomerID: "c", SubjectID: "i", Status: "Approved"}
	for shape, message := range map[MessageShape]string{
		MessageFlat:    `{"id":"i","status":"Approved"}`,
		MessageWrapped: `{"IdentificationStatus":{"id":"i","status":"Approved"}}`,
	} {
		want := fmt.Sprintf(`{"type":"identification_status","timestamp":"2026-11-23T12:00:01.000000Z",`+
			`"data":{"customer_id":"c","message":%s}}`, message)
		if got := string(e.WebhookBody(shape, noon.Add(time.Second))); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if body := (Event{Lever: "approve"}).WebhookBody(MessageFlat, noon); body != nil {
		t.Errorf("a lever is no webhook: %s", body)
	}
}

func TestEventsAreListedAfterTheOneThatIsKnown(t *testing.T) {
	b := newBench(t)
	b.customer()
	all := b.Events(0)
	if rest := b.Events(all[0].ID); len(rest) != len(all)-1 || rest[0].ID != all[1].ID {
		t.Errorf("%d of %d", len(rest), len(all))
	}
	b.pull(b.Ping(keyTwo))
	news := b.Events(all[len(all)-1].ID)
	if len(news) != 1 || news[0].Type != TypePing || news[0].CustomerID != "" {
		t.Errorf("%+v", news)
	}
}

func TestOldEventsMakeRoom(t *testing.T) {
	b := newBench(t)
	c := b.build("none")
	for range keptEvents/2 + 10 {
		b.pull(b.Suspend(c))
		b.pull(b.Reinstate(c))
	}
	events := b.Events(0)
	if len(events) > keptEvents || events[len(events)-1].Status != "IdentificationRequired" {
		t.Errorf("%d kept, the last %+v", len(events), events[len(events)-1])
	}
}

func TestTheLogOfExchangesTellsAllButTheKey(t *testing.T) {
	b := newBench(t)
	c := b.customer()
	b.do("GET", "/customers/"+c.ID+"/signings?page_size=5", "", "X-API-Version", "2026-07-01")
	log := b.Exchanges(0)
	if len(log) != 2 {
		t.Fatalf("%d exchanges", len(log))
	}
	post, get := log[0], log[1]
	if post.Method != "POST" || post.Pattern != "/customers" || post.Status != 201 || post.CustomerID != c.ID ||
		post.IdempotencyKey == "" || !strings.Contains(post.RequestBody, "ada@") || !strings.Contains(post.ResponseBody, c.ID) {
		t.Errorf("%+v", post)
	}
	if get.Path != "/api/customers/"+c.ID+"/signings?page_size=5" || get.Pattern != "/customers/{id}/signings" ||
		get.Version != "2026-07-01" || get.CustomerID != c.ID || !get.Time.Equal(noon) {
		t.Errorf("%+v", get)
	}
	if strings.Contains(fmt.Sprintf("%+v", log), keyOne) {
		t.Error("the API key is in the log")
	}
	if rest := b.Exchanges(post.ID); len(rest) != 1 || rest[0].ID != get.ID {
		t.Errorf("%+v", rest)
	}
}

func TestTheLogKeepsTheLast500(t *testing.T) {
	b := newBench(t)
	for range keptExchanges + 3 {
		b.get("/customers")
	}
	log := b.Exchanges(0)
	if len(log) != keptExchanges || log[0].ID != 4 || log[len(log)-1].ID != keptExchanges+3 {
		t.Errorf("%d from %d to %d", len(log), log[0].ID, log[len(log)-1].ID)
	}
}
