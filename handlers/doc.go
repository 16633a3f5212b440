// Package handlers is the portal's web face: it knows addresses, forms and headers,
// and nothing about where a customer stands, which it asks of onboarding.Journey on
// every request. It is the only package that imports echo.
//
//	/static/ /embed.js /embed.d.ts /healthz        answered by net/http alone
//	/readyz
//	everything else                                record → recover → protect → limit → fromHere → route
//	                                                                                           │
//	a page of a partner    visit (whose page is it?) → door (who may enter?) → the page        │
//	                                     │                    │                                │
//	                                     │                    └─ not yours: 303 to the hub     │
//	the hub, /p/{partner}/               └─ unknown: 404                                       │
//	   nobody signed in → sign-up, or where to get a link                                      │
//	   signed in        → 303 to the page of the stage, or shows it where the stage has none   │
//	the partner API        key → limit → the answer, as JSON ◄─────────────────────────────────┤
//	webhooks               signature → kept → 200; what follows is package live's business ◄───┤
//	a page's stream        session → the connection is taken off the server and waits ◄────────┘
//
// A form that comes in from a browser without our cookies starts something else than a
// session in a cookie: in a frame a tab and a watch on it (tab.go), in a tab a session
// that goes in forms (carry.go).
//
// No page sends anybody to another stage's page but through the hub, so that there is one place
// that knows the way. Handlers return errors; fail.go makes statuses and pages of
// them, and is the only place that does.
//
// A page is made in full before its first byte is sent, and so is whatever must be
// true by then: a session is started, a consent is kept, a link is used up first.
package handlers
