package simulator

import (
	"net/http"
	"strings"
	"testing"
)

func TestHostedPagesMayBeFramedUnlessATesterForbidsIt(t *testing.T) {
	s := newStand(t, RoomOptions{})
	address := s.hosted(s.make("pending"))
	got := s.open(address)
	policy := got.header.Get("Content-Security-Policy")
	if strings.Contains(policy, "frame-ancestors") || got.header.Get("X-Frame-Options") != "" {
		t.Errorf("framing is forbidden from the start: %s", policy)
	}
	if strings.Contains(policy, "unsafe") || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("policy %s", policy)
	}
	if err := s.Configure(Settings{DefaultScript: ManualScript, RefuseFraming: true}); err != nil {
		t.Fatal(err)
	}
	got = s.open(address)
	if !strings.Contains(got.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") || got.header.Get("X-Frame-Options") != "DENY" {
		t.Errorf("framing is not forbidden: %v", got.header)
	}
}

func TestStartGoesThroughAnotherOriginWhereATesterAsksForIt(t *testing.T) {
	s := newStand(t, RoomOptions{})
	address := s.hosted(s.make("pending"))
	other := strings.Replace(s.identity.URL, "127.0.0.1", "localhost", 1)
	if err := s.Configure(Settings{DefaultScript: ManualScript, RedirectStart: other}); err != nil {
		t.Fatal(err)
	}
	got := s.send(http.MethodGet, address, "", nil)
	if want := strings.Replace(address, s.identity.URL, other, 1); got.status != http.StatusFound || got.header.Get("Location") != want {
		t.Fatalf("answered %d to %q, want %q", got.status, got.header.Get("Location"), want)
	}
	// The same server by its other name has been redirected to already.
	there := s.send(http.MethodGet, got.header.Get("Location"), "", nil)
	if there.status != http.StatusOK || there.place() != "welcome" {
		t.Errorf("the other origin answers %d", there.status)
	}
}

func TestHostedPagesHaveNothingThatTheirPolicyForbids(t *testing.T) {
	s := newStand(t, RoomOptions{})
	address := s.hosted(s.make("pending"))
	for _, path := range []string{"/start", "/step/identity", "/step/selfie", "/step/proof_of_residence", "/step/questionnaire"} {
		got := s.open(strings.Replace(address, "/start", path, 1))
		for _, script := range got.find("script", "", "") {
			if src, _ := attr(script, "src"); !strings.HasPrefix(src, "/assets/") {
				t.Errorf("%s has a script of its own: %q", path, src)
			}
		}
		if len(got.find("style", "", "")) > 0 || strings.Contains(got.body, " style=") {
			t.Errorf("%s has styles of its own", path)
		}
		if got.header.Get("Cache-Control") != "no-store" || got.header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", path, got.header)
		}
	}
}

func TestAnotherSiteCanNotAnswerForTheCustomer(t *testing.T) {
	s := newStand(t, RoomOptions{})
	id := s.make("pending")
	got := s.send(http.MethodPost, s.step(id, "identity"), "application/x-www-form-urlencoded", []byte("sample=all"),
		"Sec-Fetch-Site", "cross-site", "Origin", "https://elsewhere.example")
	if got.status != http.StatusForbidden {
		t.Errorf("answered %d", got.status)
	}
	if view, _ := s.Customer(id); view.Identifications[0].Steps[0].Done {
		t.Error("the step was done all the same")
	}
}

func TestTheSelfieStepHasItsCameraHiddenUntilAScriptShowsIt(t *testing.T) {
	s := newStand(t, RoomOptions{})
	got := s.open(s.step(s.make("pending"), "selfie"))
	cameras := got.find("div", "data-camera", "")
	if len(cameras) != 1 {
		t.Fatalf("%d cameras", len(cameras))
	}
	if _, hidden := attr(cameras[0], "hidden"); !hidden {
		t.Error("without a script the page shows a camera that can't work")
	}
	field, _ := attr(cameras[0], "data-for")
	if len(got.find("input", "id", field)) != 1 {
		t.Errorf("the camera's picture has nowhere to go: %q", field)
	}
	for _, asset := range []string{"identity.js", "identity.css", "identity-icon.svg"} {
		s.open(s.identity.URL + "/assets/" + asset).want(http.StatusOK)
	}
}
