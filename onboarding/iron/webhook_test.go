package iron_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/iron"
)

const (
	flat = `{"type":"customer_status","timestamp":"2026-11-23T12:00:00Z","data":{"customer_id":"c1","message":{"id":"c1","status":"Active"}}}`
	// wrapped has its message by its kind, as in Iron's examples.
	wrapped = `{"type":"identification_status","timestamp":"2026-11-23T12:00:00Z","data":{"customer_id":"c1","message":{"IdentificationStatus":{"id":"i1","status":"Approved"}}}}`
)

var webhookTime = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func mac(secret string, parts ...string) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	_, _ = h.Write([]byte(strings.Join(parts, "")))
	return h.Sum(nil)
}

// delivery is one message as it arrives.
type delivery struct{ id, timestamp, signature, body string }

func (d delivery) read(t *testing.T, secrets string) (onboarding.Hint, error) {
	t.Helper()
	w, err := iron.NewWebhooks(secrets, func() time.Time { return webhookTime })
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{}
	for name, value := range map[string]string{"webhook-id": d.id, "webhook-timestamp": d.timestamp, "webhook-signature": d.signature} {
		header.Set(name, value)
	}
	return w.Read(header, []byte(d.body))
}

// signedBy is a message in Iron's own form, this long after now.
func signedBy(secret, body string, after time.Duration) delivery {
	sent := strconv.FormatInt(webhookTime.Add(after).Unix(), 10)
	return delivery{"d1", sent, "v1=" + hex.EncodeToString(mac(secret, sent, body)), body}
}

func TestMessagesOfIronAreBelievedInEveryFormOfSignature(t *testing.T) {
	sent := strconv.FormatInt(webhookTime.Unix(), 10)
	raw := "a secret of thirty-two bytes, ok"
	dashed := "whsec_" + base64.StdEncoding.EncodeToString([]byte(raw))
	own := "v1=" + hex.EncodeToString(mac("plain", sent, flat))
	standard := func(secret string) string {
		return "v1," + base64.StdEncoding.EncodeToString(mac(secret, "d1", ".", sent, ".", flat))
	}
	for name, c := range map[string]struct{ signature, secrets string }{
		"Iron's own":                    {own, "plain"},
		"in capitals":                   {"v1=" + strings.ToUpper(own[3:]), "plain"},
		"the standard's":                {standard("plain"), "plain"},
		"a secret from the dashboard":   {standard(raw), dashed},
		"the same in Iron's own form":   {"v1=" + hex.EncodeToString(mac(raw, sent, flat)), dashed},
		"its letters themselves":        {"v1=" + hex.EncodeToString(mac(dashed, sent, flat)), dashed},
		"the older of two secrets":      {own, "new, plain"},
		"the second of two signatures":  {"v1=" + strings.Repeat("00", 32) + " " + own, "plain"},
		"two with a comma between":      {"v1=" + strings.Repeat("00", 32) + "," + own, "plain"},
		"after one that nobody knows":   {"v2=abc v1a,xyz " + own, "plain"},
		"the standard's behind another": {"v1,AAAA " + standard("plain"), "plain"},
	} {
		hint, err := delivery{"d1", sent, c.signature, flat}.read(t, c.secrets)
		want := 1
		if strings.HasPrefix(c.secrets, "new") {
			want = 2
		}
		if err != nil || hint.Secret != want || hint.Type != "customer_status" || hint.CustomerID != "c1" || len(hint.Digest) != 64 {
			t.Errorf("%s: %+v, %v", name, hint, err)
		}
	}
}

func TestWhatIronHasNotSignedIsNotBelieved(t *testing.T) {
	good := signedBy("plain", flat, 0)
	change := func(f func(*delivery)) delivery {
		d := good
		f(&d)
		return d
	}
	for name, d := range map[string]delivery{
		"no signature":          change(func(d *delivery) { d.signature = "" }),
		"an empty one":          change(func(d *delivery) { d.signature = "v1=" }),
		"an empty standard one": change(func(d *delivery) { d.signature = "v1," }),
		"another secret's":      signedBy("other", flat, 0),
		"another body":          change(func(d *delivery) { d.body = strings.Replace(flat, "Active", "Suspended", 1) }),
		"another time":          change(func(d *delivery) { d.timestamp = strconv.FormatInt(webhookTime.Unix()+1, 10) }),
		"no time":               change(func(d *delivery) { d.timestamp = "" }),
		"301 seconds old":       signedBy("plain", flat, -301*time.Second),
		"301 seconds ahead":     signedBy("plain", flat, 301*time.Second),
		"a digit moved":         change(func(d *delivery) { d.body, d.timestamp = d.timestamp[9:]+d.body, d.timestamp[:9] }),
		"a time with a sign":    change(func(d *delivery) { d.timestamp = "+" + d.timestamp[1:] }),
		"standard without an id": change(func(d *delivery) {
			d.id, d.signature = "", "v1,"+base64.StdEncoding.EncodeToString(mac("plain", "", ".", d.timestamp, ".", flat))
		}),
	} {
		if hint, err := d.read(t, "plain"); !errors.Is(err, onboarding.ErrNotSigned) {
			t.Errorf("%s: %+v, %v", name, hint, err)
		}
	}
	for _, within := range []time.Duration{-300 * time.Second, 300 * time.Second} {
		if _, err := signedBy("plain", flat, within).read(t, "plain"); err != nil {
			t.Errorf("%s: %v", within, err)
		}
	}
	if _, err := good.read(t, " , "); !errors.Is(err, onboarding.ErrNoSecrets) {
		t.Errorf("without secrets: %v", err)
	}
}

func TestASignedMessageIsReadInBothShapesAndOfTypesThatNobodyKnows(t *testing.T) {
	for body, want := range map[string]onboarding.Hint{
		flat:    {Type: "customer_status", CustomerID: "c1"},
		wrapped: {Type: "identification_status", CustomerID: "c1"},
		`{"type":"moon_phase","data":{"customer_id":"c1","message":[1,2]},"more":null}`: {Type: "moon_phase", CustomerID: "c1"},
		`{"type":"ping","data":{}}`: {Type: "ping"},
		// What nobody knows may have any form.
		`{"type":"moon_phase","data":[1,2]}`:                {Type: "moon_phase"},
		`{"type":"moon_phase","data":{"customer_id":7}}`:    {Type: "moon_phase"},
		`{"type":3,"data":{"customer_id":"c1"},"more":"x"}`: {CustomerID: "c1"},
		`{}`: {},
	} {
		hint, err := signedBy("plain", body, 0).read(t, "plain")
		hint.Digest, hint.Secret = "", 0
		if err != nil || hint != want {
			t.Errorf("%s: %+v, %v", body, hint, err)
		}
	}
	for _, body := range []string{"", "not json", flat + flat, `[1]`, `"text"`, `1` + flat, flat[1:], flat + "}"} {
		if _, err := signedBy("plain", body, 0).read(t, "plain"); !errors.Is(err, onboarding.ErrNoMessage) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestTheSameMessageHasTheSameDigestWhateverItsDelivery(t *testing.T) {
	first := signedBy("plain", flat, 0)
	again := first
	again.id = "d2"
	later := signedBy("plain", flat, time.Second)
	var digests []string
	for _, d := range []delivery{first, again, later} {
		hint, err := d.read(t, "plain")
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, hint.Digest)
	}
	if digests[0] != digests[1] || digests[0] == digests[2] {
		t.Error(digests)
	}
}

func TestASecretThatCannotBeReadIsNamedByItsPlaceAlone(t *testing.T) {
	_, err := iron.NewWebhooks("fine, whsec_%%%secret", time.Now)
	if err == nil || !strings.Contains(err.Error(), "secret 2") || strings.Contains(err.Error(), "%%%") {
		t.Error(err)
	}
}
