// Package port keeps ports for programs that are started later: a port that is only
// found free may be anybody's by the time the program listens there.
package port

import "net"

// Hold finds a free TCP port of the host and keeps it until release, so that neither
// another program that asks for any port nor an outgoing connection is given it. Whoever
// names the port may listen there meanwhile, if it sets SO_REUSEADDR as servers do, and
// again after it has ended. The host is an IPv4 address, a name that has one, or empty for
// all of this machine's.
func Hold(host string) (address string, release func() error, err error) {
	ip, err := net.ResolveIPAddr("ip4", host)
	if err != nil {
		return "", nil, err
	}
	if ip.IP == nil {
		ip.IP = net.IPv4zero // of the empty host
	}
	return hold(host, ip.IP.To4())
}
