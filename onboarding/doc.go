// Package onboarding is the domain of the portal: how a person or a business
// becomes a customer of Iron who can move money.
//
// Iron says two words about a customer, one for the customer and one for the
// newest identity check that counts, and a few facts beside them. From these the
// portal works out one of three stages, and who acts next:
//
//	Submission            Compliance review        Activation            Complete
//	the customer proves   Iron reads;              the customer signs;   money can move once
//	who they are          nobody else acts         Iron switches on      one rail is Active
//
//	None      → start     Processed     → waiting      documents → sign        rail Active → ready
//	Pending   → continue  PendingReview → reviewing    none left → activating  none yet    → rails-pending
//	Expired   → restart
//	Declined  → retry, or declined where nothing can be retried
//
// Beside the road: Suspended, UserRequired and Archived customers are blocked, and
// a word that nobody here has heard before is "unknown" and shown calmly.
//
// A customer can be sent back at any time: new terms, something that is missing or
// has expired, a limit that was reached. So where somebody stands is never stored.
// Journey reads Facts from a Platform (Iron) and Decide turns them into Progress,
// on every request. What must survive a crash, idempotency keys and consents, is
// kept in a Ledger before Iron is asked.
//
// The package uses the standard library alone and knows no HTTP, no SQL, no clock
// of its own and no log.
package onboarding
