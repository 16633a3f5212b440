package views

import (
	"fmt"
	"math"
	"strings"
)

// rosette is the circles that every picture stands on, drawn once.
var rosette = rosetteAround(100, 85, 37, 44, 18)

func rosetteAround(x, y, distance, radius float64, count int) string {
	var b strings.Builder
	for i := range count {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(count))
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="%.0f"></circle>`, x+distance*cos, y+distance*sin, radius)
	}
	return b.String()
}

// artOf chooses the picture for a state. States that feel alike to a customer
// share one, so that a picture keeps its meaning.
func artOf(state string) string {
	switch state {
	case "start", "continue", "start-again":
		return "passport"
	case "restart", "retry":
		return "again"
	case "step-up":
		return "missing"
	case "declined":
		return "declined"
	case "waiting":
		return "envelope"
	case "reviewing":
		return "reading"
	case "preparing", "finishing":
		return "moment"
	case "sign":
		return "pen"
	case "activating", "rails-pending":
		return "switches"
	case "ready":
		return "seal"
	case "suspended":
		return "pause"
	case "user-required":
		return "key"
	case "closed":
		return "box"
	}
	return "compass"
}

// artOfFailure chooses the picture of an error page.
func artOfFailure(kind string) string {
	switch kind {
	case "forbidden":
		return "lock"
	case "link-gone":
		return "ticket"
	case "too-many":
		return "hourglass"
	case "invalid":
		return "missing"
	case "broken", "bad-gateway", "unavailable":
		return "plug"
	}
	return "compass"
}
