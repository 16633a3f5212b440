// Package bench has no code: its tests measure what the portal costs, beside what others
// would cost on the same machine in the same minutes. The product is built, started as a
// process and used by HTTP; Iron is the simulator, in the test's own process.
//
//	waiting_test.go  memory and goroutines for each who waits; how soon one, and all, are told
//	pages_test.go    calls to Iron for each page; how long a page takes that knows nothing yet
//	writes_test.go   what a session writes in a minute
//	peers_test.go    what is compared: servers of net/http, and peer.mjs for Node
//
// make bench (BENCH=1) takes minutes and prints tables. Times and memory are not judged,
// since machines differ; it fails where something is counted that has to be a certain
// number: news missed or doubled, goroutines of those who wait, calls to Iron for one
// change. make test has a small run that judges the same.
//
// Servers have the first processor to themselves and the clients the others, where there
// are at least two.
package bench
