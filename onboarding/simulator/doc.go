// Package simulator stands in for Iron over HTTP, so that the whole journey can
// be walked, tested and broken on one machine with no account anywhere.
//
//	           levers ─┐   scripts ─┐   scenarios ─┐      the clock that QA can move
//	                   ▼            ▼              ▼      ▼
//	/api/… ─► gateway ─► idempotency ─► the world (customers, identifications, documents, rails)
//	            │ faults, keys, log                 │
//	            ▼                                   ▼
//	        Exchanges                            Events (what Iron would send as webhooks)
//
// The world is the only truth. The API reads and changes it as Iron's API
// document says; the hosted pages change it by handing a check in; levers are
// what Iron's compliance team would do, pulled by hand; a script pulls the same
// levers on the clock; a scenario pulls them in a row until a customer stands
// where a tester wants one. Nothing sets a state that no lever leads to.
//
// A customer's status is computed from its identifications, documents and flags
// after each change, as Iron does it: the newest identification drives it.
//
// The wire structs are the simulator's own and share nothing with the portal's
// client, so that one misspelt field cannot hide in both.
//
// All that is kept is kept in memory. API keys are kept as hashes, and never
// appear in the log of exchanges.
package simulator
