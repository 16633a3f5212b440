// Package live tells browsers that wait what has changed, as soon as anybody knows.
//
// Facts come from Iron alone. A Reader stands before it: it merges those who ask
// about the same customer, remembers the answer for pages that ask by themselves,
// gives the last one it knew where Iron does not answer, and notices when a reading
// says something new. A copy of what was read is kept in the database, sealed, so that one reading
// serves every replica.
//
//	webhook ─► Watch.Hint ─► Reader ─► Iron
//	                           │ something new
//	                           ▼
//	                          Bus ─► every replica's Hub ─► the streams that wait
//
// Whoever reads tells: a page that was loaded, a signing, a webhook, and the Watch,
// which asks about every watched customer twice a minute in case that no webhook
// comes. A stream is told the stage and state and nothing else; the browser then asks
// for the page, which is made from the facts as always. A frame without a session has
// such a stream by its watch token, and is also told when its one-time link was used,
// which is news of the portal's own.
//
// A stream that waits costs its connection and a few hundred bytes, no goroutine: it
// has been taken off the HTTP server, and what is written to it is written by whoever
// has the news.
package live
