// Command dev is what make dev runs: everything that a person needs to try the
// portal on one machine, with no account anywhere.
//
//	control room, Iron's API, documents   http://localhost:8090   this process
//	hosted identity pages                 http://localhost:8091   this process
//	the partners' demo site               http://127.0.0.1:8092   this process
//	the portal                            http://localhost:8080   a child process, built from the module
//
// The portal is the product itself, configured by its environment as anywhere
// else: it is told where "Iron" is and nothing more. Simulator and portal share no
// memory, so what works here works over HTTP.
//
// With -json the command is made for tests: it prints one line of JSON once all is
// ready, takes 127.0.0.1:0 for free ports, and ends when its standard input does,
// so that a test that dies leaves nothing behind.
package main
