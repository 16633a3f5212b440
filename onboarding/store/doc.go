// Package store keeps what must survive: who attempted what at Iron, who agreed
// to what, whose customer is whose, and who is signed in. It is the only package
// that knows SQL.
//
//	attempts           idempotency keys of requests to Iron, one open at a time
//	evidence           what happened to every consent: records that follow each other
//	                   by their hashes, customer by customer, and are never changed
//	consents           the same as it is acted on: what is still to be delivered, and
//	                   whose it is to deliver; written with the evidence or not at all
//	partner_customers  which partner a customer belongs to; the first one keeps it
//	links              one-time links by their hash, and who used one up
//	sessions           signed-in browsers by the hash of their token
//	settings           what all replicas have to agree on
//	limits             how often something was done lately, where there is no Redis
//	answers            sealed answers of the partner API, for repeated requests
//
// Where a customer stands is not among them: that is asked of Iron each time.
//
// The SQL is written so that SQLite and PostgreSQL read the same text: $N in the
// order of first use (SQLite numbers them so), BIGINT for moments in milliseconds
// since 1970, BYTEA for bytes, ON CONFLICT and RETURNING instead of reading first.
// Each act that must not happen twice is one statement or one transaction that
// holds up on both, and Suite in the tests is what an engine has to pass.
//
// SQLite has one connection that writes and several that read beside it, PostgreSQL
// a pool. On both a commit is on the disk when it returns, whoever opens the database
// brings its tables up to date, many may do so at once, and nothing waits for longer
// than a few seconds, whatever becomes of the server.
//
// Versions run beside each other while replicas are replaced, and an older one comes back
// where a newer one has failed. So migrations only add: tables, indexes that refuse
// nothing, and columns with a default, which the version before does not name. What is
// not used any more is taken away a release later. Numbers go up, and what was released
// is never changed. An older version finds newer tables (Newer), says so, and serves on.
package store
