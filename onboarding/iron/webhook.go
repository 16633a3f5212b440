package iron

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"portal/onboarding"
)

// Webhooks reads Iron's messages.
type Webhooks struct {
	secrets [][]byte
	now     func() time.Time
}

// NewWebhooks takes the secrets, newest first, separated by commas. One that begins
// with whsec_ is base64 behind that, as dashboards show them; any other is taken as
// it is. While a secret is being changed, list both.
func NewWebhooks(secrets string, now func() time.Time) (*Webhooks, error) {
	w := &Webhooks{now: now}
	for _, secret := range strings.Split(secrets, ",") {
		secret = strings.TrimSpace(secret)
		if secret == "" {
			continue
		}
		encoded, dashed := strings.CutPrefix(secret, "whsec_")
		if !dashed {
			w.secrets = append(w.secrets, []byte(secret))
			continue
		}
		decoded, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil || len(decoded) == 0 {
			return nil, fmt.Errorf("iron: webhook secret %d begins with whsec_ and is not base64 behind it", len(w.secrets)+1)
		}
		w.secrets = append(w.secrets, decoded)
	}
	return w, nil
}

// webhookWindow is how far a message's own time may be from ours, either way.
const webhookWindow = 300 * time.Second

// unixSeconds: of a number of another length, a digit could be moved between it and
// the body, which are signed without anything in between.
var unixSeconds = regexp.MustCompile(`^[0-9]{10}$`)

// Read checks who has sent a message and reads it.
//
// Errors: ErrNoSecrets, ErrNotSigned, ErrNoMessage.
func (w *Webhooks) Read(header http.Header, body []byte) (onboarding.Hint, error) {
	if len(w.secrets) == 0 {
		return onboarding.Hint{}, onboarding.ErrNoSecrets
	}
	sent := header.Get("Webhook-Timestamp")
	if !unixSeconds.MatchString(sent) {
		return onboarding.Hint{}, fmt.Errorf("iron: webhook: %w: the timestamp is not one", onboarding.ErrNotSigned)
	}
	seconds, _ := strconv.ParseInt(sent, 10, 64)
	if d := w.now().Sub(time.Unix(seconds, 0)).Abs(); d > webhookWindow {
		return onboarding.Hint{}, fmt.Errorf("iron: webhook: %w: its time is %s from ours", onboarding.ErrNotSigned, d.Round(time.Second))
	}
	if !w.signed(header, sent, body) {
		return onboarding.Hint{}, fmt.Errorf("iron: webhook: %w: no signature fits", onboarding.ErrNotSigned)
	}
	hint, err := readHint(body)
	if err != nil {
		return onboarding.Hint{}, fmt.Errorf("iron: webhook: %w: %w", onboarding.ErrNoMessage, err)
	}
	sum := sha256.Sum256(append([]byte(sent), body...))
	hint.Digest = hex.EncodeToString(sum[:])
	return hint, nil
}

// signed looks for one signature that one secret has made. Iron's own form is v1=
// and hex over timestamp and body; its document also names a standard whose form is
// v1, and base64 over id, timestamp and body with dots between.
func (w *Webhooks) signed(header http.Header, sent string, body []byte) bool {
	var own, standard [][]byte
	for _, field := range strings.Fields(strings.Join(header.Values("Webhook-Signature"), " ")) {
		if encoded, ok := strings.CutPrefix(field, "v1,"); ok {
			if mac, err := base64.StdEncoding.DecodeString(encoded); err == nil {
				standard = append(standard, mac)
			}
			continue
		}
		for part := range strings.SplitSeq(field, ",") {
			encoded, ok := strings.CutPrefix(part, "v1=")
			if mac, err := hex.DecodeString(encoded); ok && err == nil {
				own = append(own, mac)
			}
		}
	}
	id := header.Get("Webhook-Id")
	for _, secret := range w.secrets {
		if signedWith(own, secret, []byte(sent), body) ||
			id != "" && signedWith(standard, secret, []byte(id+"."+sent+"."), body) {
			return true
		}
	}
	return false
}

// signedWith compares in constant time.
func signedWith(macs [][]byte, secret []byte, parts ...[]byte) bool {
	if len(macs) == 0 {
		return false
	}
	h := hmac.New(sha256.New, secret)
	for _, part := range parts {
		_, _ = h.Write(part) // never fails
	}
	want, found := h.Sum(nil), false
	for _, mac := range macs {
		found = hmac.Equal(mac, want) || found
	}
	return found
}

// readHint reads what is the same in both shapes of a message: what it is about. The
// statuses in it are not read, since they may be old.
func readHint(body []byte) (onboarding.Hint, error) {
	var message struct {
		Type string `json:"type"`
		Data struct {
			CustomerID string `json:"customer_id"`
		} `json:"data"`
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	if err := decoder.Decode(&message); err != nil {
		return onboarding.Hint{}, errors.New("not JSON of the known form") // the decoder's words may quote it
	}
	if decoder.More() {
		return onboarding.Hint{}, errors.New("something follows the JSON")
	}
	return onboarding.Hint{Type: keepable(message.Type), CustomerID: keepable(message.Data.CustomerID)}, nil
}

// longestWord is more than any type or id of Iron's.
const longestWord = 100

// keepable makes a text safe to be kept: not every database takes every character.
func keepable(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError {
			return -1
		}
		return r
	}, text)
	return text[:min(len(text), longestWord)]
}
