package handlers_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/simulator"
)

// told is what the partner API says of consents.
type told struct {
	Consents []struct {
		State          string
		SigningID      string `json:"signing_id"`
		Reason, Words  string
		Locale         string
		IdempotencyKey string `json:"idempotency_key"`
		Document       struct{ ID, Title, URL string }
		Shown, Signed  struct {
			SHA256  string
			Problem string
		}
		Circumstances struct {
			CameBy     string `json:"came_by"`
			Framed     bool
			FramedBy   []string  `json:"framed_by"`
			SignedInAt time.Time `json:"signed_in_at"`
		}
		Sequence       int64
		Previous, Hash string
	}
	Evidence []struct {
		Sequence       int64
		Kind, Body     string
		Previous, Hash string
	}
}

func (w *world) consents(key, id string) told {
	w.t.Helper()
	answer, _ := w.api(key, http.MethodGet, "/api/v1/customers/"+id+"/consents", nil)
	answer.is(http.StatusOK)
	var all told
	must(w.t, json.Unmarshal([]byte(answer.body), &all))
	return all
}

func TestAPartnerReadsEveryConsentAndCanVerifyTheChainByItself(t *testing.T) {
	w := newWorld(t)
	b, p, c := w.at("signings")
	documents := p.all("[data-document][data-signed=false]")
	first, second := attr(documents[0], "data-document"), attr(documents[1], "data-document")
	p.post("form[action$='"+first+"/sign']", "consent", "yes").leadsTo("/p/acme/documents")
	w.clock.Advance(time.Second)
	w.fault(simulator.Fault{Kind: simulator.FaultGateway, Method: http.MethodPost, Pattern: signings})
	b.get("/p/acme/documents").post("form[action$='"+second+"/sign']", "consent", "yes").leadsTo("/p/acme/documents")
	said := w.consents(acmeKey, c.ID)
	if len(said.Consents) != 2 {
		t.Fatalf("%d consents are told of", len(said.Consents))
	}
	pending, signed := said.Consents[0], said.Consents[1]
	if pending.State != "pending" || pending.SigningID != "" || pending.Document.ID != second || pending.Signed.SHA256 == "" {
		t.Errorf("the newest is %+v", pending)
	}
	if signed.State != "confirmed" || signed.SigningID != w.customer(c.ID).Signings[0].ID || signed.Document.ID != first ||
		!strings.Contains(signed.Words, signed.Document.Title) || signed.Shown.SHA256 != signed.Signed.SHA256 {
		t.Errorf("the oldest is %+v", signed)
	}
	var chain []onboarding.Evidence
	for _, e := range said.Evidence {
		chain = append(chain, onboarding.Evidence{
			Partner: "acme", Customer: c.ID, Sequence: e.Sequence, Kind: onboarding.EvidenceKind(e.Kind), Body: []byte(e.Body), Previous: e.Previous, Hash: e.Hash,
		})
	}
	if err := onboarding.Verify(chain); err != nil || len(chain) != 3 {
		t.Errorf("%d records: %v", len(chain), err)
	}
	for _, consent := range said.Consents {
		i := slices.IndexFunc(chain, func(e onboarding.Evidence) bool { return e.Sequence == consent.Sequence })
		if chain[i].Hash != consent.Hash || chain[i].Previous != consent.Previous || !strings.Contains(string(chain[i].Body), consent.IdempotencyKey) {
			t.Errorf("record %d is %+v, and not that of %+v", consent.Sequence, chain[i], consent)
		}
	}
}

func TestARefusedConsentIsToldOfWithIronsWords(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.transport = refusing("/signings") })
	_, p, c := w.at("signings")
	form, _ := firstForm(p)
	p.post(form, "consent", "yes").is(http.StatusUnprocessableEntity)
	if said := w.consents(acmeKey, c.ID).Consents; len(said) != 1 || said[0].State != "refused" || said[0].Reason != "Not <b>today</b>" || said[0].SigningID != "" {
		t.Errorf("told %+v", said)
	}
}

func TestNobodyReadsTheConsentsOfAnothersCustomer(t *testing.T) {
	w := newWorld(t)
	_, p, c := w.at("signings")
	form, _ := firstForm(p)
	p.submit(form, "consent", "yes").says("Signed")
	answer, _ := w.api(otherKey, http.MethodGet, "/api/v1/customers/"+c.ID+"/consents", nil)
	if answer.is(http.StatusNotFound); strings.Contains(answer.body, "Terms") {
		t.Error("the other partner is told something")
	}
}

func TestEvidenceIsThereWhenIronIsNot(t *testing.T) {
	w := newWorld(t)
	id := signer(w)
	w.fault(simulator.Fault{Kind: simulator.FaultDown})
	if said := w.consents(acmeKey, id); len(said.Consents) != 1 || said.Consents[0].State != "confirmed" {
		t.Errorf("told %+v", said.Consents)
	}
}
