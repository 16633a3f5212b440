// Package realdb starts real PostgreSQL and Redis servers for tests, and lets them be
// stopped, frozen and killed as the world does it. It is for tests alone, lies beside
// the store because that is what it tests first, and knows no SQL but CREATE DATABASE.
//
// A test binary that uses Postgres has one server, started at the first call:
//
//	func TestMain(m *testing.M) { os.Exit(realdb.Run(m)) }
//
// Whoever wants to hurt a server starts one of its own with StartPostgres or
// StartRedis. Where the programs are not installed the test is skipped, unless
// REQUIRE_POSTGRES (or REQUIRE_REDIS) is set: then it fails.
package realdb
