package papers

import (
	"net/netip"
	"net/url"
	"strings"

	"portal/onboarding"
)

// problem is why a document could not be read, as the evidence has it.
type problem string

// Error is the word itself. What caused it may have an address in it.
func (p problem) Error() string { return string(p) }

// Problems that are found before anybody is asked, or on the way there.
const (
	badAddress     problem = "bad-address"
	notHTTPS       problem = "not-https"
	refusedHost    problem = "refused-host"
	privateAddress problem = "private-address"
)

// target checks the form of an address and whether its host may be asked at all. local
// tells that it is this machine by name, which only a portal on the same machine asks.
func (f *Fetcher) target(raw string) (u *url.URL, local bool, err error) {
	odd := func(r rune) bool { return r <= ' ' || r == '\\' || r >= 0x7f }
	if strings.ContainsFunc(raw, odd) {
		return nil, false, badAddress
	}
	u, err = url.Parse(raw)
	if err != nil || u.Opaque != "" || u.User != nil || u.Hostname() == "" {
		return nil, false, badAddress
	}
	u.Fragment, u.RawFragment = "", ""
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	local = f.loopback && onboarding.Loopback(host)
	switch {
	case u.Scheme != "https" && (u.Scheme != "http" || !local):
		return nil, false, notHTTPS
	case disguised(host), !f.listed(host):
		return nil, false, refusedHost
	}
	return u, local, nil
}

// listed: an empty list is for every host, since where Iron's documents lie is Iron's
// choice.
func (f *Fetcher) listed(host string) bool {
	for _, entry := range f.hosts {
		if below, wildcard := strings.CutPrefix(entry, "*"); entry == host || wildcard && strings.HasSuffix(host, below) {
			return true
		}
	}
	return len(f.hosts) == 0
}

// disguised: a number that some resolvers take for an address (0x7f.1, 2130706433,
// 0177.0.0.1) and that others look up as a name, or one that names an interface. No
// public name ends in a number.
func disguised(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Zone() != ""
	}
	last := host[strings.LastIndex(host, ".")+1:]
	if last == "" || last[0] >= '0' && last[0] <= '9' {
		return true
	}
	return strings.ContainsAny(host, "%:[]")
}

// special are the networks inside of what is called global unicast that nobody's
// documents are in: those of private use, of tests and manuals, and of machinery.
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/3",
	"2001::/23",     // Teredo and ORCHID among them
	"2001:db8::/32", // for manuals
	"2002::/16",     // 6to4: an IPv4 address inside, private ones too
	"3fff::/20",     // for manuals
)

var (
	publicIPv6 = netip.MustParsePrefix("2000::/3")
	nat64      = netip.MustParsePrefix("64:ff9b::/96")
)

func prefixes(list ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(list))
	for i, one := range list {
		all[i] = netip.MustParsePrefix(one)
	}
	return all
}

// public tells whether an address is one that everybody can reach.
func public(ip netip.Addr) bool {
	ip = ip.Unmap()
	if ip.Zone() != "" {
		return false
	}
	if nat64.Contains(ip) {
		// The way to an IPv4 address from a network that has none.
		b := ip.As16()
		return public(netip.AddrFrom4([4]byte(b[12:])))
	}
	if ip.Is6() && !publicIPv6.Contains(ip) {
		return false
	}
	for _, network := range special {
		if network.Contains(ip) {
			return false
		}
	}
	return ip.IsValid()
}
