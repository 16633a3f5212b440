// Package static holds what every page loads besides its own HTML: one
// stylesheet, one script and an icon.
//
// The files are part of the binary. Each is served under a name that contains a
// hash of its bytes, so a browser may keep it for a year and a new version has a
// new name. Compression happens once, when the program starts, at the strongest
// levels: nothing is compressed while somebody waits.
//
// The icons on the pages are drawn in the views themselves, in the manner of
// Lucide (24 by 24, round strokes of 2), so no icon file or font is loaded.
package static
