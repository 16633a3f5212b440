package iron

import (
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
	secrets [][][]byte // each as all the keys that it may stand for
	now     func() time.Time
}

// NewWebhooks takes the secrets, newest first, separated by commas. One that begins
// with whsec_ is base64 behind that, as dashboards show them, unless Iron takes its
// letters themselves, which nothing says; any other is taken as it is. While a secret is being changed, list both.
func NewWebhooks(secrets string, now func() time.Time) (*Webhooks, error) {
	w := &Webhooks{now: now}
	for _, secret := range strings.Split(secrets, ",") {
		secret = strings.TrimSpace(secret)
		if secret == "" {
			continue
		}
		encoded, dashed := strings.CutPrefix(secret, "whsec_")
		if !dashed {
			w.secrets = append(w.secrets, [][]byte{[]byte(secret)})
			continue
		}
		decoded, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil || len(decoded) == 0 {
			return nil, fmt.Errorf("iron: webhook secret %d begins with whsec_ and is not base64 behind it", len(w.secrets)+1)
		}
		w.secrets = append(w.secrets, [][]byte{decoded, []byte(secret)})
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
	secret := w.signedBy(header, sent, body)
	if secret == 0 {
		return onboarding.Hint{}, fmt.Errorf("iron: webhook: %w: no signature fits", onboarding.ErrNotSigned)
	}
	hint, err := readHint(body)
	if err != nil {
		return onboarding.Hint{}, fmt.Errorf("iron: webhook: %w: %w", onboarding.ErrNoMessage, err)
	}
	sum := sha256.Sum256(append([]byte(sent), body...))
	hint.Secret, hint.Digest = secret, hex.EncodeToString(sum[:])
	return hint, nil
}

// signedBy looks for one signature that one secret has made, and tells which, counted
// from 1; 0 is none. Iron's own form is v1=
// and hex over timestamp and body; its document also names a standard whose form is
// v1, and base64 over id, timestamp and body with dots between.
func (w *Webhooks) signedBy(header http.Header, sent string, body []byte) int {
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
	for i, keys := range w.secrets {
		for _, key := range keys {
			if signedWith(own, key, []byte(sent), body) ||
				id != "" && signedWith(standard, key, []byte(id+"."+sent+"."), body) {
				return i + 1
			}
		}
	}
	return 0
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
// statuses in it are not read, since they may be old. What has another form, in a
// message of a type that is yet to come, is none of it: Iron would send the message
// again and again if it were refused.
func readHint(body []byte) (onboarding.Hint, error) {
	var message struct {
		Type any `json:"type"`
		Data any `json:"data"`
	}
	if err := json.Unmarshal(body, &message); err != nil {
		return onboarding.Hint{}, errors.New("not a JSON object") // its own words may quote it
	}
	kind, _ := message.Type.(string)
	data, _ := message.Data.(map[string]any)
	customer, _ := data["customer_id"].(string)
	return onboarding.Hint{Type: keepable(kind), CustomerID: keepable(customer)}, nil
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
