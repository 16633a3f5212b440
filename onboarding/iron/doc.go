// Package iron speaks to Iron's API for one partner: it is onboarding.Platform
// over HTTP, and the only place that knows Iron's addresses and JSON.
//
//	Facts ──► merged with whoever asks about the same customer just now
//	            │
//	            ├─ customer        ┐ side by side; the list is read to its end
//	            ├─ identifications ┘
//	            └─ then, by status: required signings, signings, abilities, requirements
//
// FactsAgain asks for all of these at once, by the status that was known before, and
// believes the last row only where customer and identifications are still the same.
//
// Every request goes through the same four doors, in this order:
//
//	retry    reads three times; writes too, but only with their own idempotency
//	         key and only where the answer got lost on the way
//	hold     Iron said "not before": nobody asks before, with this key
//	breaker  Iron has been down for a while: say so at once, probe once a second
//	attempt  one request and its whole answer, within Config.Timeout
//
// Reading is tolerant: words, fields and rails that Iron invents tomorrow pass
// through as they are, and what is missing is empty. Two things are not tolerated,
// because a page built on them would lie: an answer that is not the customer asked
// for, and a list that can't be read to its end.
//
// Writing is careful. The error says whether Iron has done it (nil), has said no,
// was never asked (ErrUnavailable), or whether nobody knows (ErrUncertain). Once
// one attempt's outcome is unknown it stays so until Iron itself answers.
//
// Iron's clock is compared with ours by the Date of its answers (Clocks), since
// webhooks and consents are judged by both.
//
// Errors and Call carry method, path pattern, status and Iron's trace id. Keys,
// bodies, customers' ids and hosted addresses are in neither.
package iron
