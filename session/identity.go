package session

import (
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"time"
)

// Identity is who a browser belongs to, for one partner.
type Identity struct {
	Partner    string // the partner's id
	CustomerID string // Iron's id of the customer
	WithEDD    bool   // the partner asked for Enhanced Due Diligence
	ReturnURL  string // where the journey leads back to, as the partner's file allows it, or empty
	Locale     string // the language that the partner asked for, or empty
	Beside     bool   // a frame in another tab follows what is done in this one

	// Handoff: the session was started with a link that the customer has made on
	// another device, which waits for this one to be done.
	Handoff bool

	// The rest is filled in by Start and Current.

	FormToken  string // goes into forms that sign something; see OwnsForm
	SignedInAt time.Time
	ExpiresAt  time.Time // 12 hours later; it can end earlier
	// SessionID names the session in limits and evidence. It is of no use as a
	// cookie, nor does it name the row in the store.
	SessionID string

	link string // the hash of the one-time link that started the session, or empty
}

// OwnsForm tells whether a form was made for this session. An empty token never was.
func (i Identity) OwnsForm(token string) bool {
	return token != "" && subtle.ConstantTimeCompare([]byte(token), []byte(i.FormToken)) == 1
}

// Means says how the session began: by "one-time-link" of the partner or of its support,
// by "link-to-phone" or "link-out-of-frame" of the customer's own from another session, or
// by "sign-up". The words are for good, as evidence has them.
func (i Identity) Means() string {
	switch {
	case i.Handoff:
		return "link-to-phone"
	case i.Beside:
		return "link-out-of-frame"
	case i.link != "":
		return "one-time-link"
	}
	return "sign-up"
}

// codec is how scs writes an identity down: lengths and bytes, newest fields last.
// gob would take longer over this than the database over the whole session.
type codec struct{}

// identityKey is the only value in a session.
const identityKey = "identity"

func (codec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	i, ok := values[identityKey].(Identity)
	if !ok {
		return nil, errors.New("session: there is no identity to keep")
	}
	b := make([]byte, 0, 256)
	b = binary.AppendVarint(b, deadline.UnixMilli())
	b = binary.AppendVarint(b, i.SignedInAt.UnixMilli())
	for _, s := range []string{
		i.Partner, i.CustomerID, i.FormToken, wordIf(i.WithEDD, "edd"), i.ReturnURL, i.Locale, i.link,
		wordIf(i.Handoff, "handoff"), wordIf(i.Beside, "beside"),
	} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b, nil
}

func wordIf(yes bool, word string) string {
	if yes {
		return word
	}
	return ""
}

// Decode leaves out the identity where the bytes make no sense: such a session is
// none, where an error would mean that the store is down and stay for as long as
// the browser keeps its cookie. Bytes behind the fields are a newer version's, and
// fields that are missing at the end are an older version's.
func (codec) Decode(b []byte) (deadline time.Time, values map[string]any, err error) {
	d := decoder{rest: string(b)} // the texts share it
	deadline = d.moment()
	i := Identity{SignedInAt: d.moment(), ExpiresAt: deadline}
	var withEDD, handoff, beside string
	for _, s := range []*string{&i.Partner, &i.CustomerID, &i.FormToken, &withEDD, &i.ReturnURL, &i.Locale, &i.link, &handoff, &beside} {
		*s = d.text()
	}
	i.WithEDD, i.Handoff, i.Beside = withEDD != "", handoff != "", beside != ""
	if d.broken || i.Partner == "" || i.CustomerID == "" || i.FormToken == "" {
		return time.Time{}, map[string]any{}, nil
	}
	return deadline, map[string]any{identityKey: i}, nil
}

type decoder struct {
	rest   string
	broken bool
}

// head is enough of the rest for a number.
func (d *decoder) head() []byte { return []byte(d.rest[:min(len(d.rest), binary.MaxVarintLen64)]) }

// skip takes n bytes off the rest; n is not positive where there was no number.
func (d *decoder) skip(n int) {
	if n <= 0 {
		d.broken, d.rest = true, ""
		return
	}
	d.rest = d.rest[n:]
}

func (d *decoder) moment() time.Time {
	ms, n := binary.Varint(d.head())
	d.skip(n)
	return time.UnixMilli(ms).UTC()
}

func (d *decoder) text() string {
	if d.rest == "" {
		return "" // an older version's, or broken already
	}
	size, n := binary.Uvarint(d.head())
	d.skip(n)
	if size > uint64(len(d.rest)) {
		d.broken, d.rest = true, ""
		return ""
	}
	s := d.rest[:size]
	d.rest = d.rest[size:]
	return s
}
