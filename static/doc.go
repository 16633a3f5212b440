// Package static holds what every page loads besides its own HTML: one
// stylesheet, one script and an icon.
//
// The files are part of the binary. Each is served under a name that contains a
// hash of its bytes, so a browser may keep it for a year and a new version has a
// new name. Compression happens once, when the program starts, at the strongest
// levels: nothing is compressed while somebody waits.
//
// What partners' pages load has names that stay, and stands apart: embed.js with its
// types. app.js and host.js are for every page of ours, the latter to tell whoever
// frames it where the customer stands.
//
// The icons on the pages are drawn in the views themselves, in the manner of
// Lucide (24 by 24, round strokes of 2), so no icon file or font is loaded.
package static
