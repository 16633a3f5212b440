package papers

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// In these tests 127.0.0.2 is a public place, and 127.0.0.1 is what it is: this machine.
const (
	publicPlace  = "127.0.0.2"
	privatePlace = "127.0.0.1"
)

// site is a document host with a name and a certificate for it.
type site struct {
	t      *testing.T
	port   string
	roots  *x509.CertPool
	server *httptest.Server

	mu    sync.Mutex
	asked []*http.Request
}

const siteName = "example.com" // what the test certificate is for

func startSite(t *testing.T, place string, handler http.HandlerFunc) *site {
	t.Helper()
	s := &site{t: t}
	listener, err := net.Listen("tcp", net.JoinHostPort(place, "0"))
	if err != nil {
		t.Fatal(err)
	}
	s.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r)
		s.mu.Unlock()
		handler(w, r)
	}))
	_ = s.server.Listener.Close()
	s.server.Listener = listener
	s.server.StartTLS()
	t.Cleanup(s.server.Close)
	_, s.port, _ = net.SplitHostPort(listener.Addr().String())
	s.roots = x509.NewCertPool()
	s.roots.AddCert(s.server.Certificate())
	return s
}

func (s *site) requests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

func (s *site) address(path string) string { return "https://" + siteName + ":" + s.port + path }

// fetcher finds every name at the places given, one look-up after the other; the last
// is for all that follow.
func (s *site) fetcher(places ...string) (*Fetcher, *nameServer) {
	names := startNames(s.t, places)
	f := NewFetcher(Config{})
	f.roots, f.resolver = s.roots, names.resolver()
	f.public = func(ip netip.Addr) bool { return ip.String() == publicPlace }
	return f, names
}

// nameServer answers each look-up of an IPv4 address with the next place.
type nameServer struct {
	conn   net.PacketConn
	mu     sync.Mutex
	places []string
	count  int
}

func startNames(t *testing.T, places []string) *nameServer {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &nameServer{conn: conn, places: places}
	ended := make(chan struct{})
	go func() { defer close(ended); n.serve() }()
	t.Cleanup(func() { _ = conn.Close(); <-ended })
	return n
}

func (n *nameServer) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", n.conn.LocalAddr().String())
	}}
}

func (n *nameServer) lookups() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.count
}

func (n *nameServer) next() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.count++
	return n.places[min(n.count, len(n.places))-1]
}

func (n *nameServer) serve() {
	packet := make([]byte, 1500)
	for {
		size, from, err := n.conn.ReadFrom(packet)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(packet[:size]) != nil || len(m.Questions) == 0 {
			continue
		}
		m.Response, m.Authoritative, m.Additionals = true, true, nil
		if q := m.Questions[0]; q.Type == dnsmessage.TypeA && strings.HasPrefix(q.Name.String(), siteName) {
			m.Answers = []dnsmessage.Resource{{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
				Body:   &dnsmessage.AResource{A: netip.MustParseAddr(n.next()).As4()},
			}}
		}
		if answer, err := m.Pack(); err == nil {
			_, _ = n.conn.WriteTo(answer, from)
		}
	}
}
