//go:build !unix

package live

import "net"

// Detach is the stream of a connection that was taken off the HTTP server.
func Detach(conn net.Conn) Stream { return Conn{conn} }
