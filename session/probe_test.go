package session_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestAProbeIsKeptJustAsASessionIs(t *testing.T) {
	for dest, inFrame := range map[string]bool{page: false, frame: true} {
		h, b := newHouse(t, true), browser{}
		w := httptest.NewRecorder()
		h.cookies.SetProbe(w, "acme", inFrame)
		probe := b.take(w)[0]
		h.start(b, dest, alice)
		for _, session := range b {
			if session.Name == probe.Name {
				continue
			}
			if probe.Path != session.Path || probe.Secure != session.Secure || probe.HttpOnly != session.HttpOnly ||
				probe.SameSite != session.SameSite || probe.Partitioned != session.Partitioned {
				t.Errorf("asked from a %s, the probe is %v and the session %v", dest, probe, session)
			}
		}
		if probe.MaxAge != 60 || len(b) != 2 {
			t.Errorf("the probe is kept for %d s, among %d cookies", probe.MaxAge, len(b))
		}
		if !h.cookies.HasProbe(b.request(fetch), "acme") || h.cookies.HasProbe(b.request(fetch), "globex") {
			t.Error("it is another partner's, or nobody's")
		}
	}
	if newHouse(t, true).cookies.HasProbe(httptest.NewRequest(http.MethodGet, "/", nil), "acme") {
		t.Error("a browser that keeps nothing has a probe")
	}
}
