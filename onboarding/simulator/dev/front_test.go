package main

import (
	"encoding/json"
	"io"
	"slices"
	"testing"
)

func TestBehindAFrontThePortalIsToldThePublicAddresses(t *testing.T) {
	stdin, hangUp := io.Pipe()
	announced, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(t.Context(), free("-portal", buildStandIn(t), "-portal-url", "https://portal.test/", "-documents-url", "https://documents.test",
			"-identity-url", "https://identity.test", "-identity-url", "https://detour.test"), stdin, stdout, io.Discard)
		_ = stdout.Close()
	}()
	var at places
	if err := json.NewDecoder(announced).Decode(&at); err != nil {
		t.Fatal(err, <-ended)
	}
	_, body, err := get(t, "http://"+at.PortalAddr+"/told")
	if err != nil {
		t.Fatal(err)
	}
	var told struct{ Env []string }
	if err := json.Unmarshal(body, &told); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"PORTAL_BASE_URL=https://portal.test", "PORTAL_IDENTITY_ORIGINS=https://identity.test,https://detour.test",
		// Programs on this machine go on without the front.
		"PORTAL_IRON_URL=http://" + "localhost" + at.SimulatorAddr[len("127.0.0.1"):] + "/api",
	} {
		if !slices.Contains(told.Env, want) {
			t.Errorf("the portal was not told %s", want)
		}
	}
	if want := "https://portal.test/p/acme/"; at.Partners[0].URL != want {
		t.Errorf("the partner's page is at %s, want %s", at.Partners[0].URL, want)
	}
	_ = hangUp.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
