// Package session knows who is asking: which customer a browser belongs to, which
// partner an API key belongs to, and what may be done in their name. It owns every
// cookie and every key of the portal; nobody else spells one.
//
//	partner's key ──▶ Partners.ByKey ──▶ Links.Make ──▶ one-time link
//	                                                        │ opened: Links.Peek (changes nothing)
//	                                                        ▼ posted: Links.Use  (once)
//	                   sign-up ─────────────────────▶ Customers.Start ──▶ cookie
//	                                                        │
//	    each request ──▶ Customers.Current ──▶ Identity     │ Touch, when a person did something
//	    sign-out     ──▶ Customers.End ◀────────────────────┘
//
// A session says who somebody is, never where they stand: that is asked of Iron.
// It is kept on the server under the hash of its token. It ends after 30 minutes in
// which nobody did anything, 12 hours at most, and at sign-out for good, also for a
// request that is under way at that moment.
//
// The portal is opened alone, and in a frame on a partner's page. The two have
// cookies of different names and attributes (cookies.go), and each partner has its
// own, so that one browser may hold several sessions which don't disturb each other.
//
// Where a browser keeps no cookies in a frame, there is no session in it: the frame
// offers a link for a tab of its own, and has a Watch (watch.go), which tells where
// the customer stands and nothing else. Where it keeps none in a tab either, the
// session goes in its forms (carried.go).
//
// What says nothing about anybody, such as the language, is in encrypted cookies of
// its own (preferences.go).
//
// An error from this package means that the portal can't tell right now. It never
// means "nobody": whoever is told so while the database is down would be signed out.
package session
