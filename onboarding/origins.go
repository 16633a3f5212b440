package onboarding

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// Origins is the list of web origins that may be framed, be given the camera, or
// be linked to. The zero value allows none.
type Origins struct{ patterns []originPattern }

type originPattern struct {
	scheme string
	host   string // without the leading "*."
	any    bool   // any host below host, but not host itself
	port   string
}

// ParseOrigins reads a list such as "https://verify.iron.xyz, https://*.sumsub.com".
// http is allowed for loopback hosts only. The error names the entry.
func ParseOrigins(list []string) (Origins, error) {
	var o Origins
	for _, entry := range list {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		p, err := parseOrigin(entry)
		if err != nil {
			return Origins{}, fmt.Errorf("origin %q: %w", entry, err)
		}
		o.patterns = append(o.patterns, p)
	}
	return o, nil
}

func parseOrigin(entry string) (originPattern, error) {
	scheme, rest, ok := strings.Cut(entry, "://")
	if !ok {
		return originPattern{}, fmt.Errorf("must begin with https://")
	}
	wildcard := strings.HasPrefix(rest, "*.")
	u, err := url.Parse(scheme + "://" + strings.TrimPrefix(rest, "*."))
	if err != nil || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return originPattern{}, fmt.Errorf("must be a scheme and a host, like https://verify.example")
	}
	p := originPattern{scheme: u.Scheme, host: strings.ToLower(u.Hostname()), any: wildcard, port: u.Port()}
	if strings.ContainsAny(p.host, "* ;,'\"") {
		return originPattern{}, fmt.Errorf("has characters that a host can't have")
	}
	if p.scheme != "https" && (p.scheme != "http" || !loopback(p.host)) {
		return originPattern{}, fmt.Errorf("must be https (http is for loopback hosts only)")
	}
	if p.any && !strings.Contains(p.host, ".") && !loopback(p.host) {
		return originPattern{}, fmt.Errorf("the wildcard covers a whole top-level domain")
	}
	return p, nil
}

// Allow returns the address in the form that may be put into a page, and whether
// it may: an absolute address of a listed origin, with no user name in it and no
// characters that browsers read differently than Go does.
func (o Origins) Allow(address string) (string, bool) {
	if address == "" || strings.ContainsFunc(address, unsafeInAddress) {
		return "", false
	}
	u, err := url.Parse(address)
	if err != nil || u.Opaque != "" || u.User != nil || !plainHost(u.Hostname()) {
		return "", false
	}
	u.Host = strings.ToLower(u.Host)
	for _, p := range o.patterns {
		if p.matches(u) {
			return u.String(), true
		}
	}
	return "", false
}

// unsafeInAddress: what no correctly written address has in it, and what browsers
// drop, turn round or could take for the end of an attribute.
func unsafeInAddress(r rune) bool {
	return r <= ' ' || r == 0x7f || strings.ContainsRune("\\\"<>`", r)
}

// plainHost: letters, digits, dots and hyphens, or an IPv6 address. Go's parser
// also takes quotes and brackets, which a page would have to escape.
func plainHost(host string) bool {
	return host != "" && !strings.ContainsFunc(host, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '-' && r != ':'
	})
}

func (p originPattern) matches(u *url.URL) bool {
	host := u.Hostname()
	if u.Scheme != p.scheme || defaultPort(u.Port(), u.Scheme) != defaultPort(p.port, p.scheme) {
		return false
	}
	if p.any {
		return strings.HasSuffix(host, "."+p.host)
	}
	return host == p.host
}

func defaultPort(port, scheme string) string {
	switch {
	case port != "":
		return port
	case scheme == "https":
		return "443"
	}
	return "80"
}

// Sources lists the origins as Content-Security-Policy and Permissions-Policy
// write them.
func (o Origins) Sources() []string {
	sources := make([]string, 0, len(o.patterns))
	for _, p := range o.patterns {
		host := p.host
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		if p.any {
			host = "*." + host
		}
		if p.port != "" {
			host += ":" + p.port
		}
		sources = append(sources, p.scheme+"://"+host)
	}
	return sources
}

// loopback: this machine's own names, where http is as private as https.
func loopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Loopback tells whether a host, without port, is this machine itself.
func Loopback(host string) bool { return loopback(strings.ToLower(host)) }
