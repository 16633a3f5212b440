// Package views is what customers see: every page, in every state, in every
// language. It decides nothing about where a customer stands; handlers put that
// into one struct per page, and the page's component turns the struct into HTML:
//
//	views.ReviewPage(page, views.Review{Standing: …, Since: …})
//
// Page is what is around every page (partner, language, theme, session), Standing
// is where the customer stands, and both are the same for all pages of a stage.
// Each struct stands above its markup, in the .templ file of its page:
//
//	layout.templ     the document: letterhead, preferences, notice, colophon
//	stage.templ      <main> with its marks, stepper, comments, what is missing
//	identity.templ   the identity check          review.templ    waiting
//	documents.templ  list and sign forms         reader.templ    one document
//	complete.templ   rails in words              outside.templ   beside the stages
//	receipt.templ    what is kept of a signature
//	arrival.templ    sign-up, entry, start link  failure.templ   every error page
//	tab.templ        a frame without cookies     ended.templ     a frame whose session is over
//
// All words are in locales/, one file per language; T finds them. What Iron's
// reviewers, Iron itself or a document's author wrote is never translated and
// always shown as text, in its own direction. Addresses are shown as links or
// frames only where they are web addresses, whatever the handlers let through.
//
// The look is the work of one stylesheet (package static) and of art.templ, where
// each state has its picture on the same rosette. A partner's accent becomes
// colours that stay readable on light and dark paper (brand.go).
//
// Samples is every page in every state, for the tests here and for the gallery
// (go run ./views/gallery), where they can be looked at without a portal.
package views
