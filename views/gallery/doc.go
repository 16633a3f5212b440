// Command gallery shows every page of the portal in every state, without a
// portal behind it: for designers, for browser tests and for the README's
// pictures. It is not part of the product.
//
//	go run ./views/gallery -addr 127.0.0.1:0
//
// The pages are at /{sample}?locale=de&theme=dark&dir=rtl&accent=%230b5fff, with the
// product's own static files and security headers. With -json the address is
// printed as one JSON line, and the gallery ends when its standard input does, so
// that a test which dies leaves no server behind.
package main
