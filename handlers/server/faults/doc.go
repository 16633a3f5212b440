// Package faults has no code: its tests break what is around the portal, and the
// portal itself, and count what is left. They know the product only from outside. It
// is built, started as a process, walked through by HTTP as browsers do, and killed;
// Iron is the simulator behind a socket, PostgreSQL is the real server.
//
// It lies under server, since what it tests is the whole program and no part of it;
// not in server, whose own tests run the program inside themselves, where a kill would
// end the test.
//
//	kill_test.go       kill -9 at any moment, and at each point of a signing
//	replicas_test.go   one of two machines dies (the balancer before them: balancer_test.go)
//	outage_test.go     Iron is down, and comes back
//	storm_test.go      each status of a failing gateway, for a while
//	late_test.go       Iron answers so late that nobody should wait for it
//	iron_test.go       Iron answers late, wrongly, half, or not as anybody knows it
//	clock_test.go      Iron's clock and the portal's are apart
//	webhooks_test.go   messages doubled, reordered, replayed, late, forged, dropped
//	database_test.go   the database hangs, dies, is full
//	limits_test.go     slow clients, few descriptors, SIGTERM
//	memory_test.go     little memory
//	streams_test.go    the portal stops while five hundred wait
//	people_test.go     who signs up, and is named nowhere
//	older_test.go      a database that an older version has left behind
//	versions_test.go   two versions beside each other, and tables that are newer
//
// Behind each of them the world looks for personal data: in the logs, in the metrics,
// and in the addresses that Iron was asked for (world_test.go).
//
// make test has a short run of each, make soak a long one (SOAK=1). What is left to
// chance is printed with its seed; SEED=… has it again.
package faults
