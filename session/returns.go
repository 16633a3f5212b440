package session

import (
	"errors"
	"net"
	"net/url"
	"strings"
	"unicode"
)

// returnPattern is one line of return_urls.
type returnPattern struct {
	origin string // scheme and host as browsers write them
	path   string // escaped; for a prefix with the slash at its end
	query  string // with its question mark
	prefix bool
}

// AllowsReturn tells whether a browser may be sent to an address, and gives it back
// in the form that may be used: what is compared and what is used are the same, as
// an address that two programs read differently leads somewhere else.
func (p *Partner) AllowsReturn(address string) (string, bool) {
	u, err := parseReturnAddress(address)
	if err != nil {
		return "", false
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	query := ""
	if u.RawQuery != "" || u.ForceQuery {
		query = "?" + u.RawQuery
	}
	for _, allowed := range p.returns {
		if allowed.matches(originOf(u), path, query) {
			return allowed.origin + path + query, true
		}
	}
	return "", false
}

func (r returnPattern) matches(origin, path, query string) bool {
	if origin != r.origin {
		return false
	}
	if r.prefix {
		return strings.HasPrefix(path, r.path)
	}
	return path == r.path && query == r.query
}

func parseReturn(entry string) (returnPattern, error) {
	u, err := parseReturnAddress(strings.TrimSuffix(entry, "*"))
	if err != nil {
		return returnPattern{}, err
	}
	r := returnPattern{origin: originOf(u), path: u.EscapedPath(), prefix: strings.HasSuffix(entry, "/*")}
	if r.path == "" {
		r.path = "/"
	}
	if u.RawQuery != "" {
		r.query = "?" + u.RawQuery
	}
	switch {
	case strings.HasSuffix(entry, "*") && (!r.prefix || r.query != ""):
		return returnPattern{}, errors.New("a prefix must end in /*")
	case strings.Contains(r.path+r.query, "*"):
		return returnPattern{}, errors.New("a star may only be the last character, behind a slash")
	}
	return r, nil
}

// parseReturnAddress is parseWeb without what has no place in a return address: a
// fragment, or a path that leads upwards in disguise.
func parseReturnAddress(address string) (*url.URL, error) {
	u, err := parseWeb(address)
	switch {
	case err != nil:
		return nil, err
	case strings.Contains(address, "#"):
		return nil, errors.New("must not have a fragment")
	case strings.Contains(u.Path, "//") || strings.ContainsFunc(u.Path, unicode.IsControl) || ambiguous(u.EscapedPath()):
		return nil, errors.New("has a path that programs read differently")
	}
	return u, nil
}

// parseWeb parses an absolute https address, or an http one of this machine, that
// all programs read alike: of the characters that an address is made of and no
// others, and without a user name.
func parseWeb(address string) (*url.URL, error) {
	if strings.ContainsFunc(address, notForURLs) {
		return nil, errors.New("has a character that an address can't have")
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("is not an address")
	}
	switch host := strings.ToLower(u.Hostname()); {
	case u.Opaque != "" || host == "":
		return nil, errors.New("must be a whole address, like https://app.example/done")
	case u.User != nil:
		return nil, errors.New("must not have a user name")
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(host)):
		return nil, errors.New("must be https (http is for loopback hosts only)")
	case strings.HasSuffix(host, ".") || strings.ContainsAny(host, "%*") || strings.HasSuffix(u.Host, ":"):
		return nil, errors.New("has a host that programs read differently")
	}
	return u, nil
}

// notForURLs: everything but the characters of RFC 3986. Browsers turn a backslash
// into a slash, and drop tabs and line ends, before they look at an address.
func notForURLs(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return false
	}
	return !strings.ContainsRune("-._~:/?#[]@!$&'()*+,;=%", r)
}

// ambiguous: dots that lead upwards, and escapes of a dot, a slash or a backslash,
// which some servers undo before they look at the path.
func ambiguous(escapedPath string) bool {
	lower := strings.ToLower(escapedPath)
	for _, hidden := range []string{"%2e", "%2f", "%5c", "%00", "%25"} {
		if strings.Contains(lower, hidden) {
			return true
		}
	}
	for segment := range strings.SplitSeq(strings.ReplaceAll(lower, "%3b", ";"), "/") {
		// Some servers take what is behind a semicolon for a parameter, and leave it off.
		name, _, _ := strings.Cut(segment, ";")
		if strings.Trim(name, ".") == "" && segment != "" {
			return true
		}
	}
	return false
}

// originOf writes an origin as browsers do: lower case, without the default port.
func originOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	switch u.Scheme + u.Port() {
	case "https443":
		host = strings.TrimSuffix(host, ":443")
	case "http80":
		host = strings.TrimSuffix(host, ":80")
	}
	return u.Scheme + "://" + host
}

// loopback: this machine's own names, where http is as private as https.
func loopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
