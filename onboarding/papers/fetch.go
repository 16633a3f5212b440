package papers

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"portal/onboarding"
)

const (
	// Largest is how many bytes a document may have.
	Largest = 10 << 20
	// Patience is how long one reading may take in all.
	Patience = 10 * time.Second

	mostRedirects  = 3
	largestHeaders = 64 << 10
)

// Problems of the answer. A status other than 200 is "status-404", and so on.
const (
	redirected   problem = "redirected"
	tooLarge     problem = "too-large"
	tooSlow      problem = "timeout"
	packed       problem = "encoded"
	empty        problem = "empty"
	cutShort     problem = "cut-short"
	noSuchHost   problem = "no-such-host"
	noGoodProof  problem = "certificate"
	noConnection problem = "unreachable"
	crowded      problem = "too-many-at-once" // its host was not asked: others were being read
)

// Config is what a Fetcher may ask.
type Config struct {
	// Hosts are those that may be asked, exact or as *.host; empty: any public one.
	Hosts []string
	// Loopback: the portal itself is on this machine alone, for trying out. Only then
	// may documents be on this machine too, and on plain http there.
	Loopback bool
}

// Fetcher reads documents. It is safe for use by many at once.
type Fetcher struct {
	hosts    []string
	loopback bool

	// A test has its own.
	resolver *net.Resolver
	roots    *x509.CertPool
	public   func(netip.Addr) bool
	largest  int64
	patience time.Duration
}

// NewFetcher makes a Fetcher.
func NewFetcher(c Config) *Fetcher {
	f := &Fetcher{loopback: c.Loopback, public: public, largest: Largest, patience: Patience}
	for _, host := range c.Hosts {
		f.hosts = append(f.hosts, strings.TrimSuffix(strings.ToLower(host), "."))
	}
	return f
}

// Fetch reads what is behind an address. Where it can't, the Problem says why, in one
// short word for good: bad-address, not-https, refused-host, private-address,
// no-such-host, certificate, unreachable, timeout, redirected, status-404, encoded,
// empty, cut-short, too-large. Then there are no bytes.
func (f *Fetcher) Fetch(ctx context.Context, address string) (onboarding.DocumentBytes, []byte) {
	ctx, cancel := context.WithTimeout(ctx, f.patience)
	defer cancel()
	body, mediaType, err := f.fetch(ctx, address)
	if err != nil {
		return onboarding.DocumentBytes{Problem: string(problemOf(err))}, nil
	}
	described := Describe(body)
	described.MediaType = mediaType
	return described, body
}

// Describe is what the evidence keeps of bytes, but for what kind they are.
func Describe(body []byte) onboarding.DocumentBytes {
	sum := sha256.Sum256(body)
	return onboarding.DocumentBytes{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(body))}
}

func (f *Fetcher) fetch(ctx context.Context, address string) (body []byte, mediaType string, err error) {
	u, local, err := f.target(address)
	if err != nil {
		return nil, "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, "", badAddress
	}
	request.Header.Set("User-Agent", "onboarding-portal")
	// What is hashed is what the server has, and a small answer can't become a large one.
	request.Header.Set("Accept-Encoding", "identity")
	transport := f.transport(local)
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, CheckRedirect: f.follow}
	response, err := client.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode >= 300 && response.StatusCode < 400:
		return nil, "", redirected
	case response.StatusCode != http.StatusOK:
		return nil, "", problem(fmt.Sprintf("status-%d", response.StatusCode))
	case !plain(response.Header.Get("Content-Encoding")):
		return nil, "", packed
	case response.ContentLength > f.largest:
		return nil, "", tooLarge
	}
	body, err = io.ReadAll(io.LimitReader(response.Body, f.largest+1))
	switch {
	case err != nil && ctx.Err() == nil:
		return nil, "", errors.Join(cutShort, err)
	case err != nil:
		return nil, "", err
	case int64(len(body)) > f.largest:
		return nil, "", tooLarge
	case len(body) == 0:
		return nil, "", empty
	}
	return body, mediaTypeOf(response.Header.Get("Content-Type")), nil
}

// transport is good for one document. Connections are not kept: the next document has
// its own look-up and its own check.
func (f *Fetcher) transport(local bool) *http.Transport {
	dialer := &net.Dialer{Resolver: f.resolver, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		// After the look-up, with the very address that is about to be connected to:
		// whoever answers look-ups has no second chance to answer otherwise.
		at, err := netip.ParseAddrPort(address)
		if err == nil && (f.public(at.Addr()) || local && at.Addr().Unmap().IsLoopback()) {
			return nil
		}
		return privateAddress
	}}
	return &http.Transport{
		Proxy:                  nil, // not the environment's: it would look the name up itself
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: f.roots, MinVersion: tls.VersionTLS12},
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: largestHeaders,
	}
}

// follow lets a server name another place of its own. Another host is not what Iron
// has named, even one that is listed.
func (f *Fetcher) follow(next *http.Request, before []*http.Request) error {
	first := before[0].URL
	if next.URL.Scheme != first.Scheme || next.URL.Host != first.Host || next.URL.User != nil || len(before) > mostRedirects {
		return redirected
	}
	next.Header.Del("Referer") // an address may be a secret between Iron and the host
	return nil
}

func plain(encoding string) bool { return encoding == "" || strings.EqualFold(encoding, "identity") }

// longestMediaType bounds what a server can have kept for good.
const longestMediaType = 100

func mediaTypeOf(header string) string {
	kind, parameters, err := mime.ParseMediaType(header)
	if err != nil {
		return ""
	}
	if charset := parameters["charset"]; charset != "" {
		kind = mime.FormatMediaType(kind, map[string]string{"charset": strings.ToLower(charset)})
	}
	if len(kind) > longestMediaType {
		return ""
	}
	return kind
}

// problemOf finds the word for an error. The error itself has the address in it.
func problemOf(err error) problem {
	var p problem
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var network net.Error
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return tooSlow
	case errors.As(err, &dns):
		return noSuchHost
	case errors.As(err, &certificate):
		return noGoodProof
	}
	return noConnection
}
