package simulator

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

func (s *stand) step(customerID, name string) string {
	return strings.Replace(s.hosted(customerID), "/start", "/step/"+name, 1)
}

func TestWhatIsMissingIsNamedBesideItsFieldAndTheRestIsKept(t *testing.T) {
	s := newStand(t, RoomOptions{})
	id := s.make("pending")
	got := s.visit(http.MethodPost, s.step(id, "proof_of_residence"), "application/x-www-form-urlencoded",
		[]byte("street=Side+street+4&proof_type=utility_bill&residence_country=XX&proof-sample=yes"))
	got.want(http.StatusUnprocessableEntity)
	alert := got.find("div", "role", "alert")
	if len(alert) != 1 {
		t.Fatal("no summary of what is missing")
	}
	for _, field := range []string{"postcode", "city", "residence_country"} {
		if len(got.find("a", "href", "#"+field)) != 1 || len(got.find("span", "id", field+"-problem")) != 1 {
			t.Errorf("%s is not named in the summary and beside its field", field)
		}
	}
	for _, field := range []string{"street", "proof"} {
		if len(got.find("span", "id", field+"-problem")) != 0 {
			t.Errorf("%s is called wrong", field)
		}
	}
	if len(got.find("input", "value", "Side street 4")) != 1 || len(got.find("input", "name", "proof-kept")) != 1 {
		t.Error("what was entered is gone")
	}
	view, _ := s.Customer(id)
	for _, step := range view.Identifications[0].Steps {
		if step.Done {
			t.Errorf("%s counts as done", step.Name)
		}
	}
	kept := s.fill(got, map[string]string{"proof-sample": ""})
	if kept.status != http.StatusOK {
		t.Errorf("the second try, with the picture of the first, answers %d", kept.status)
	}
}

func TestUploadsAreTakenByWhatIsInThem(t *testing.T) {
	s := newStand(t, RoomOptions{})
	png := "\x89PNG\r\n\x1a\n" + strings.Repeat("x", 3000)
	for name, row := range map[string]struct {
		file, content string
		status        int
		kept          string
	}{
		"a picture":                   {"me.png", png, http.StatusSeeOther, "me.png (image/png, 2 kB)"},
		"a PDF":                       {`C:\scans\me.pdf`, "%PDF-1.4 …", http.StatusSeeOther, "me.pdf (application/pdf, 1 kB)"},
		"a page that calls itself so": {"me.png", "<!doctype html><script>", http.StatusUnprocessableEntity, ""},
		"an empty file":               {"me.png", "", http.StatusUnprocessableEntity, ""},
		"a picture of 11 MB":          {"me.png", png + strings.Repeat("x", 11<<20), http.StatusUnprocessableEntity, ""},
		"more than a form may hold":   {"me.png", png + strings.Repeat("x", maxForm), http.StatusUnprocessableEntity, ""},
	} {
		t.Run(name, func(t *testing.T) {
			id := s.make("pending")
			var body bytes.Buffer
			parts := multipart.NewWriter(&body)
			file, _ := parts.CreateFormFile("selfie", row.file)
			_, _ = file.Write([]byte(row.content))
			_ = parts.Close()
			s.send(http.MethodPost, s.step(id, "selfie"), parts.FormDataContentType(), body.Bytes()).want(row.status)
			view, _ := s.Customer(id)
			if got := view.Identifications[0].Steps[1].Answers["selfie"]; got != row.kept {
				t.Errorf("kept %q, want %q", got, row.kept)
			}
		})
	}
}

func TestTestersCanAnswerAnyPageWithSamples(t *testing.T) {
	s := newStand(t, RoomOptions{})
	for kind, pages := range map[string][]hostedStep{"edd-pending-enhanced": personPages, "business-pending": businessPages} {
		id := s.make(kind)
		for _, step := range pages {
			s.send(http.MethodPost, s.step(id, step.name), "application/x-www-form-urlencoded", []byte("sample=all")).want(http.StatusSeeOther)
		}
		view, _ := s.Customer(id)
		for _, step := range view.Identifications[0].Steps {
			for _, q := range stepPage(view.Type, step.Name, kind != "business-pending").questions {
				if step.Answers[q.name] == "" {
					t.Errorf("%s: no sample for %s of %s", kind, q.name, step.Name)
				}
			}
		}
	}
}

func TestEverySampleAnswerIsOneThatThePageOffers(t *testing.T) {
	for _, pages := range [][]hostedStep{personPages, businessPages, {{questions: sourceOfFunds}}} {
		for _, page := range pages {
			for _, q := range page.questions {
				offered := len(q.options) == 0
				for _, o := range q.options {
					offered = offered || o.value == q.sample
				}
				if !offered {
					t.Errorf("%s: %s is not offered", q.name, q.sample)
				}
				if q.kind == askPicture || q.kind == askSelfie {
					if _, err := assets.Open("assets/" + q.sample); err != nil {
						t.Errorf("%s: %v", q.name, err)
					}
				}
			}
		}
	}
}
