//go:build unix

package live

import (
	"net"
	"sync"
	"syscall"
)

// socket is what is left of a TCP connection once Go's own part of it, which is most of
// its memory, has been closed: a descriptor that does not block. A write that finds no
// room is not waited for, so that nobody needs a deadline either, which a busy machine
// can let pass before the write has begun.
type socket struct {
	mu sync.Mutex
	fd int // -1: closed. Another connection may have the number by then.
}

// Detach is the stream of a connection that was taken off the HTTP server. Nobody reads
// from it: a browser that has gone is noticed at a later write. conn is not to be used
// any more.
func Detach(conn net.Conn) Stream {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return Conn{conn}
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return Conn{conn}
	}
	s := &socket{fd: -1}
	err = raw.Control(func(fd uintptr) {
		if copied, err := syscall.Dup(int(fd)); err == nil {
			syscall.CloseOnExec(copied)
			s.fd = copied
		}
	})
	if err != nil || s.fd < 0 {
		return Conn{conn} // out of descriptors, for example
	}
	_ = conn.Close() // the connection itself lives on with the copy
	return s
}

// Send writes an event, if there is room for it.
func (s *socket) Send(event []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fd < 0 {
		return net.ErrClosed
	}
	n, err := syscall.Write(s.fd, event)
	if err == nil && n < len(event) {
		err = errSlow
	}
	return err
}

// Close ends the connection.
func (s *socket) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fd >= 0 {
		_ = syscall.Close(s.fd)
		s.fd = -1
	}
}
