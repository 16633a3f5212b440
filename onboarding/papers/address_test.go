package papers

import (
	"net/netip"
	"testing"
)

func TestOnlyAddressesThatEverybodyCanReachArePublic(t *testing.T) {
	for want, list := range map[bool][]string{
		true: {"93.184.215.14", "1.1.1.1", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "223.255.255.255", "2606:4700::1111", "64:ff9b::1.1.1.1", "::ffff:1.1.1.1"},
		false: {
			"127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "169.254.169.254",
			"172.16.0.1", "172.31.255.255", "192.168.1.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
			"224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
			"::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "fe80::1", "fe80::1%eth0", "2606:4700::1111%eth0",
			"fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1",
			"2002:7f00:1::", "2002:c0a8:101::1", "2001::1", "2001:10::1", "2001:db8::1", "3fff::1", "5f00::1", "100::1", "fd00:ec2::254",
		},
	} {
		for _, one := range list {
			if public(netip.MustParseAddr(one)) != want {
				t.Errorf("%s: public is %t", one, !want)
			}
		}
	}
	if public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

func TestAnAddressIsJudgedByItsFormBeforeAnybodyIsAsked(t *testing.T) {
	anywhere, here := NewFetcher(Config{}), NewFetcher(Config{Loopback: true})
	listed := NewFetcher(Config{Hosts: []string{"Docs.example", "*.terms.example"}})
	for _, c := range []struct {
		fetcher *Fetcher
		address string
		want    problem
	}{
		{anywhere, "https://docs.example/a?b=c#d", ""},
		{anywhere, "https://docs.example:8443/a", ""},
		{anywhere, "", badAddress},
		{anywhere, "docs.example/a", badAddress},
		{anywhere, "https:docs.example", badAddress},
		{anywhere, "https:///a", badAddress},
		{anywhere, "https://user@docs.example/", badAddress},
		{anywhere, "https://docs.example\\@127.0.0.1/", badAddress},
		{anywhere, "https://docs.example/\r\nX: y", badAddress},
		{anywhere, "https://dоcs.example/", badAddress}, // with a Cyrillic letter
		{anywhere, "http://docs.example/", notHTTPS},
		{anywhere, "http://localhost/", notHTTPS},
		{anywhere, "file:///etc/passwd", badAddress},
		{anywhere, "file://localhost/etc/passwd", notHTTPS},
		{anywhere, "gopher://docs.example/", notHTTPS},
		{anywhere, "javascript:alert(1)", badAddress},
		{anywhere, "https://2130706433/", refusedHost},
		{anywhere, "https://0x7f000001/", refusedHost},
		{anywhere, "https://0177.0.0.1/", refusedHost},
		{anywhere, "https://127.1/", refusedHost},
		{anywhere, "https://[fe80::1%25eth0]/", refusedHost},
		{anywhere, "https://127.0.0.1/", ""}, // its form is good; see what it is connected to
		{here, "http://localhost:8090/a", ""},
		{here, "http://127.0.0.1/a", ""},
		{here, "http://[::1]/a", ""},
		{here, "http://docs.example/", notHTTPS},
		{here, "http://localhost.docs.example/", notHTTPS},
		{listed, "https://docs.example/", ""},
		{listed, "https://DOCS.example./", ""},
		{listed, "https://a.terms.example/", ""},
		{listed, "https://a.b.terms.example/", ""},
		{listed, "https://terms.example/", refusedHost},
		{listed, "https://aterms.example/", refusedHost},
		{listed, "https://docs.example.evil.test/", refusedHost},
		{listed, "https://a.docs.example/", refusedHost},
	} {
		_, local, err := c.fetcher.target(c.address)
		got := problem("")
		if err != nil {
			got = problemOf(err)
		}
		if got != c.want {
			t.Errorf("%q: %v, want %q", c.address, err, c.want)
		}
		if local && c.fetcher != here {
			t.Errorf("%q is taken for a place on this machine", c.address)
		}
	}
}
