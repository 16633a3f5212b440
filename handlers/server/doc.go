// Package server is the program around the web face: its configuration, what is
// wired to what, start and stop.
//
//	server.go   Run: the commands serve, link and health
//	config.go   every setting, as environment variable and flag, problems all at once
//	wire.go     the one place where everything is made and handed to each other
//	keys.go     whether the keys are those that this database is used with
//	replicas.go what replicas share, and where
//	check.go    the command check: what an operator has to put right before starting
package server
