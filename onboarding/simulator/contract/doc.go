// Package contract checks what goes over the wire against Iron's API document:
// every request, every answer and every webhook body of a test, field by field.
//
// Put Checker.Transport between a client and whatever it talks to, and a test
// fails at the first exchange that Iron's API document does not allow. Fields
// that the document does not know count as mistakes too, as a misspelt optional
// field would otherwise pass for one that was left out.
//
// The document is not part of this project. Without it Open skips the test and
// says so; REQUIRE_IRON_OPENAPI=1 makes that a failure.
package contract
