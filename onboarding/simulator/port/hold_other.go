//go:build !linux

package port

import "net"

// hold only finds a port that is free now: elsewhere nobody may listen beside who keeps it.
func hold(host string, ip net.IP) (string, func() error, error) {
	listener, err := net.Listen("tcp4", net.JoinHostPort(ip.String(), "0"))
	if err != nil {
		return "", nil, err
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		_ = listener.Close()
		return "", nil, err
	}
	return net.JoinHostPort(host, port), func() error { return nil }, listener.Close()
}
