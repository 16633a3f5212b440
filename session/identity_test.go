package session

import (
	"reflect"
	"testing"
	"time"
)

var written = Identity{
	Partner: "acme", CustomerID: "0199", WithEDD: true, ReturnURL: "https://app.acme.example/ü", Locale: "de",
	FormToken: "form", SignedInAt: time.UnixMilli(1_700_000_000_123).UTC(), ExpiresAt: time.UnixMilli(1_700_043_200_123).UTC(),
	Handoff: true, Beside: true, link: "hash",
}

func encoded(t *testing.T, i Identity) []byte {
	t.Helper()
	b, err := codec{}.Encode(i.ExpiresAt, map[string]any{identityKey: i})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAnIdentityIsReadAsItWasWritten(t *testing.T) {
	plain := written
	plain.WithEDD, plain.ReturnURL, plain.Locale, plain.link, plain.Handoff, plain.Beside = false, "", "", "", false, false
	for _, want := range []Identity{written, plain} {
		deadline, values, err := codec{}.Decode(encoded(t, want))
		if err != nil || !deadline.Equal(want.ExpiresAt) || !reflect.DeepEqual(values[identityKey], want) {
			t.Errorf("got %+v until %v, %v", values, deadline, err)
		}
	}
	if _, err := (codec{}).Encode(time.Now(), map[string]any{}); err == nil {
		t.Error("nobody was written down")
	}
}

func TestAnIdentityOfAnOlderOrNewerVersionIsRead(t *testing.T) {
	short := written
	short.link, short.Handoff, short.Beside = "", false, false
	b := encoded(t, short)
	_, values, err := codec{}.Decode(b[:len(b)-3]) // written before there were links in it, or phones, or tabs
	if err != nil || !reflect.DeepEqual(values[identityKey], short) {
		t.Errorf("older: %+v, %v", values, err)
	}
	_, values, err = codec{}.Decode(append(encoded(t, written), "\x03new"...))
	if err != nil || !reflect.DeepEqual(values[identityKey], written) {
		t.Errorf("newer: %+v, %v", values, err)
	}
}

func TestAnIdentityThatIsCutOffIsNobody(t *testing.T) {
	short := written
	short.link, short.Handoff, short.Beside = "", false, false
	b := encoded(t, short)
	b[len(b)-1] = 0x80 // the beginning of a number
	if _, values, err := (codec{}).Decode(b); err != nil || len(values) != 0 {
		t.Errorf("%+v, %v", values, err)
	}
}

func FuzzWhatIsNoIdentityIsNobody(f *testing.F) {
	b, _ := codec{}.Encode(written.ExpiresAt, map[string]any{identityKey: written})
	for n := range b {
		f.Add(b[:n])
	}
	nobody := written
	nobody.CustomerID = ""
	b, _ = codec{}.Encode(written.ExpiresAt, map[string]any{identityKey: nobody})
	f.Add(b)
	f.Add([]byte("\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, values, err := codec{}.Decode(b)
		if err != nil {
			t.Errorf("an error, which would be taken for a store that is down: %v", err)
		}
		if i, ok := values[identityKey].(Identity); ok && (i.Partner == "" || i.CustomerID == "" || i.FormToken == "") {
			t.Errorf("half an identity: %+v", i)
		}
	})
}

func BenchmarkReadIdentity(b *testing.B) {
	data, err := codec{}.Encode(written.ExpiresAt, map[string]any{identityKey: written})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		_, _, _ = codec{}.Decode(data)
	}
}

func TestASessionWithoutALinkIsThatOfWhoHasSignedUp(t *testing.T) {
	for want, i := range map[string]Identity{
		"sign-up": {}, "one-time-link": {link: "hash"}, "link-to-phone": {link: "hash", Handoff: true}, "link-out-of-frame": {link: "hash", Beside: true},
	} {
		if got := i.Means(); got != want {
			t.Errorf("%+v: %s", i, got)
		}
	}
}
