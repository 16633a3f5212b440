package simulator

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

func TestDocumentsToSignHaveAnAddressOfTheirOwn(t *testing.T) {
	b := newBench(t)
	documents := b.toSign(b.build("signings"))
	if len(documents) != 2 {
		t.Fatalf("%d documents", len(documents))
	}
	for _, d := range documents {
		if !strings.HasPrefix(d.URL, b.server.URL+"/documents/"+d.ID) || d.Name == "" || d.Type != "" {
			t.Errorf("%+v", d)
		}
	}
	if !strings.HasSuffix(documents[1].URL, ".pdf") {
		t.Errorf("no PDF among them: %s", documents[1].URL)
	}
}

func TestASigningIsRecordedAndAnswered(t *testing.T) {
	b := newBench(t)
	c := b.build("signings")
	d := b.toSign(c)[0]
	var made struct {
		ID         string `json:"id"`
		CustomerID string `json:"customer_id"`
		ContentID  string `json:"content_id"`
		CreatedAt  string `json:"created_at"`
	}
	b.sign(c, d.ID).want(http.StatusCreated).into(&made)
	if made.CustomerID != c || made.ContentID != d.ID || made.CreatedAt != "2026-11-23T12:00:00.000000Z" {
		t.Errorf("%+v", made)
	}
	var page gotPage[struct{ ID string }]
	b.get("/customers/" + c + "/signings").want(http.StatusOK).into(&page)
	var got gotCustomer
	b.get("/customers/" + c).into(&got)
	if len(page.Items) != 1 || page.Items[0].ID != made.ID || len(got.SigningIDs) != 1 || got.SigningIDs[0] != made.ID {
		t.Errorf("list %+v, customer %+v", page, got.SigningIDs)
	}
}

func TestSigningsThatIronRefuses(t *testing.T) {
	b := newBench(t)
	c := b.build("signings")
	open := b.toSign(c)[0].ID
	path := "/customers/" + c + "/signings"
	for _, body := range []string{
		`{"content_id":"` + open + `","signed":false}`, `{"content_id":"` + open + `"}`, `{"signed":true}`,
		`{"content_id":"` + uuid.NewString() + `","signed":true}`, `{"content_id":"terms","signed":true}`,
		`{"content_id":"` + open + `","content_type":"Image","signed":true}`,
	} {
		got := b.do(http.MethodPost, path, body).want(http.StatusUnprocessableEntity)
		if !strings.HasPrefix(got.body, `"`) {
			t.Errorf("%s: a refusal is a JSON string, not %s", body, got.body)
		}
	}
	if open := b.toSign(c); len(open) != 2 {
		t.Errorf("a refused signing signed something: %d left", len(open))
	}
	b.sign(c, open).want(http.StatusCreated)
	b.sign(c, open).want(http.StatusUnprocessableEntity)
	b.pull(b.Suspend(c))
	b.sign(c, b.toSign(c)[0].ID).want(http.StatusForbidden)
}

func TestTheListOfDocumentsChangesUnderTheCustomersFeet(t *testing.T) {
	b := newBench(t)
	c := b.build("signings")
	before := b.toSign(c)
	b.pull(b.ReplaceDocuments(c, "New one", "New two", "New three"))
	after := b.toSign(c)
	if len(after) != 3 || after[0].Name != "New one" {
		t.Fatalf("%+v", after)
	}
	b.sign(c, before[0].ID).want(http.StatusUnprocessableEntity)
	for _, d := range after {
		b.pull(b.RemoveDocument(c, d.ID))
	}
	b.wantStatus(c, "Active")
}

func TestARevisedDocumentKeepsItsAddress(t *testing.T) {
	b := newBench(t)
	d := b.toSign(b.build("signings"))[0]
	b.pull(b.ReviseDocument(d.ID))
	got, err := b.Document(d.ID)
	if err != nil || got.Revision != 2 || got.URL != d.URL {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestTheOlderShapeNamesATypeAndGivesWords(t *testing.T) {
	b := newBench(t)
	documents := b.toSign(b.build("older-signings"))
	if documents[0].Type != "Url" || documents[0].URL == "" {
		t.Errorf("%+v", documents[0])
	}
	if documents[1].Type != "Text" || documents[1].URL != "" || documents[1].Text == "" {
		t.Errorf("%+v", documents[1])
	}
}

func TestDocumentsMayBeSignedBeforeTheCheck(t *testing.T) {
	b := newBench(t)
	c := b.build("sign-first")
	for _, d := range b.toSign(c) {
		b.sign(c, d.ID).want(http.StatusCreated)
	}
	b.wantStatus(c, "IdentificationRequired")
	b.pull(b.Approve(b.first(c).ID))
	b.wantStatus(c, "Active")
}
