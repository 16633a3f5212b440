package port

import (
	"net"
	"os"
	"strconv"
	"syscall"
)

// hold binds a socket that never listens: Linux lets others with SO_REUSEADDR bind and
// listen beside it, and gives its port to nobody who has not asked for it by number.
func hold(host string, ip net.IP) (string, func() error, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return "", nil, os.NewSyscallError("socket", err)
	}
	if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		_ = syscall.Close(fd)
		return "", nil, os.NewSyscallError("setsockopt", err)
	}
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte(ip)}); err != nil {
		_ = syscall.Close(fd)
		return "", nil, os.NewSyscallError("bind", err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		_ = syscall.Close(fd)
		return "", nil, os.NewSyscallError("getsockname", err)
	}
	port := strconv.Itoa(name.(*syscall.SockaddrInet4).Port)
	return net.JoinHostPort(host, port), func() error { return syscall.Close(fd) }, nil
}
