// Package bank is a partner of the portal, for trying out: a small bank whose
// customers finish opening their account in the portal, inside the bank's page.
//
// It is what a partner has to write, and nothing of the portal is used to write it:
// the standard library here, the portal's partner API and its script there. What the
// README shows under "Embed it" is the source of this package (session.go,
// templates/onboarding.html, assets/onboarding.js), and a test compares the two.
//
// It is served on another site than the portal, so that cookies, frames and the
// camera are as they are in the world. Under /broken/ the same is done wrong in every
// way that partners get it wrong, one page for each, for the portal's doctor to find.
package bank
