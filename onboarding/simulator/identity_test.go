package simulator

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func standsAtNoon() time.Time { return noon }

// walk goes from the first page to the review of the answers, and returns the
// steps on the way.
func (s *stand) walk(address string) (review page, steps []string) {
	s.t.Helper()
	at := s.open(address)
	at.want(http.StatusOK)
	if at.place() != "welcome" {
		s.t.Fatalf("the first page is %s", at.place())
	}
	begin, _ := attr(at.find("a", "data-begin", "")[0], "href")
	at = s.open(s.identity.URL + begin)
	for at.place() == "step" && len(steps) < 10 {
		step, _ := attr(at.find("div", "data-step", "")[0], "data-step")
		steps = append(steps, step)
		at = s.fill(at, nil)
		at.want(http.StatusOK)
	}
	return at, steps
}

func TestAPersonHandsTheCheckInWithoutScripts(t *testing.T) {
	s := newStand(t, RoomOptions{})
	id := s.make("pending")
	address := s.hosted(id)
	review, steps := s.walk(address)
	if want := []string{"identity", "selfie", "proof_of_residence", "questionnaire"}; !slices.Equal(steps, want) {
		t.Errorf("steps %v, want %v", steps, want)
	}
	if review.place() != "review" || !strings.Contains(review.body, "Austria") {
		t.Errorf("the review does not show the answers: %s", review.body)
	}
	done := s.fill(review, nil)
	done.want(http.StatusOK)
	view, _ := s.Customer(id)
	if done.place() != "done" || view.Identifications[0].Status != Processed {
		t.Errorf("on page %s the check is %s", done.place(), view.Identifications[0].Status)
	}
	if again := s.open(address); again.status != http.StatusOK || again.place() != "submitted" {
		t.Errorf("the used address answers %d, page %s", again.status, again.place())
	}
}

func TestABusinessHandsTheCheckInWithoutScripts(t *testing.T) {
	s := newStand(t, RoomOptions{})
	id := s.make("business-pending")
	review, steps := s.walk(s.hosted(id))
	if want := []string{"company_data", "company_beneficiaries", "company_documents", "questionnaire"}; !slices.Equal(steps, want) {
		t.Errorf("steps %v, want %v", steps, want)
	}
	s.fill(review, nil)
	if view, _ := s.Customer(id); view.Identifications[0].Status != Processed {
		t.Errorf("the check is %s", view.Identifications[0].Status)
	}
}

func TestEnhancedDueDiligenceAsksForTheSourceOfFunds(t *testing.T) {
	s := newStand(t, RoomOptions{})
	for scenario, want := range map[string]int{"edd-pending-enhanced": 1, "edd-pending-standard": 0} {
		address := strings.Replace(s.hosted(s.make(scenario)), "/start", "/step/questionnaire", 1)
		if got := len(s.open(address).find("input", "name", "source_of_funds_proof")); got != want {
			t.Errorf("%s asks %d times for a proof of the source of funds, want %d", scenario, got, want)
		}
	}
}

func TestAStepUpAsksOnlyForWhatIsMissingAndSaysWhy(t *testing.T) {
	s := newStand(t, RoomOptions{})
	id := s.make("step-up")
	address := s.hosted(id)
	if first := s.open(address); !strings.Contains(first.body, "Please send a bill or bank statement") {
		t.Error("the first page does not say what the reviewer wrote")
	}
	if other := s.open(strings.Replace(address, "/start", "/step/selfie", 1)); other.place() != "welcome" {
		t.Errorf("a step that is not asked for shows %s", other.place())
	}
	review, steps := s.walk(address)
	if !slices.Equal(steps, []string{"proof_of_residence"}) {
		t.Errorf("steps %v", steps)
	}
	s.fill(review, nil)
	if view, _ := s.Customer(id); view.Identifications[0].Status != Processed {
		t.Errorf("the check is %s", view.Identifications[0].Status)
	}
}

func TestAPageThatIsOverSaysSo(t *testing.T) {
	s := newStand(t, RoomOptions{})
	lapsed, renewed := s.make("pending"), s.make("pending")
	addresses := []string{s.hosted(lapsed), s.hosted(renewed)}
	check := func(id string, lever func(string) error) {
		view, _ := s.Customer(id)
		if err := lever(view.Identifications[0].ID); err != nil {
			t.Fatal(err)
		}
	}
	check(lapsed, s.Expire)
	check(renewed, s.OfferURL)
	for _, address := range addresses {
		for _, path := range []string{"/start", "/step/identity", "/review"} {
			if got := s.open(strings.Replace(address, "/start", path, 1)); got.status != http.StatusGone || got.place() != "expired" {
				t.Errorf("%s answers %d, page %s", path, got.status, got.place())
			}
		}
		for _, path := range []string{"/step/identity", "/review"} {
			got := s.visit(http.MethodPost, strings.Replace(address, "/start", path, 1), "application/x-www-form-urlencoded", []byte("sample=all"))
			if got.status != http.StatusGone {
				t.Errorf("POST %s answers %d", path, got.status)
			}
		}
	}
	for _, address := range []string{"/start", "/start?token=never-was", "/elsewhere"} {
		if got := s.open(s.identity.URL + address); got.status != http.StatusNotFound || got.place() != "unknown" {
			t.Errorf("%s answers %d, page %s", address, got.status, got.place())
		}
	}
}

func TestNothingIsHandedInBeforeEveryStepIsDone(t *testing.T) {
	s := newStand(t, RoomOptions{})
	id := s.make("pending")
	address := strings.Replace(s.hosted(id), "/start", "/review", 1)
	if got := s.open(address); got.place() != "step" {
		t.Errorf("the review shows %s while steps are to do", got.place())
	}
	if got := s.visit(http.MethodPost, address, "application/x-www-form-urlencoded", nil); got.place() != "welcome" {
		t.Errorf("handing in shows %s while steps are to do", got.place())
	}
	if view, _ := s.Customer(id); view.Identifications[0].Status != Pending {
		t.Errorf("the check is %s", view.Identifications[0].Status)
	}
}
