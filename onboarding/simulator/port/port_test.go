package port

import (
	"net"
	"runtime"
	"slices"
	"testing"
)

func TestAHeldPortIsItsHoldersAgainAndAgain(t *testing.T) {
	address, release, err := Hold("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	for range 2 {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			if conn, err := l.Accept(); err == nil {
				conn.Close()
			}
		}()
		if conn, err := net.Dial("tcp", address); err != nil {
			t.Error(err)
		} else {
			conn.Close()
		}
		l.Close()
	}
}

func TestAHeldPortIsGivenToNobodyElse(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux lets others listen on a port that is kept")
	}
	var held []string
	for range 2000 { // often enough that one without a keeper would be met again
		address, release, err := Hold("127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		defer release()
		held = append(held, address)
	}
	slices.Sort(held)
	if n := len(slices.Compact(slices.Clone(held))); n != len(held) {
		t.Errorf("%d of %d are different", n, len(held))
	}
	for range 2000 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if _, found := slices.BinarySearch(held, l.Addr().String()); found {
			t.Fatalf("%s is held and was given away", l.Addr())
		}
		l.Close()
	}
}
