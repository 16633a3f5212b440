package views

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// quietZone is the white around a code, in modules: readers need it to find the code.
const quietZone = 4

// qrOf draws a code as one path of rows, and tells how many modules wide it is with
// its quiet zone. Of an address that is too long for any code nothing is drawn.
func qrOf(address string) (size int, path string) {
	code, err := qr.Encode(address, qr.M)
	if err != nil {
		return 0, ""
	}
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			if !code.Black(x, y) {
				continue
			}
			start := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", start+quietZone, y+quietZone, x-start, x-start)
		}
	}
	return code.Size + 2*quietZone, b.String()
}
