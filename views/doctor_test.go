package views

import "slices"

// The words of the doctor's findings are put together from its checks.
func init() {
	var rest []string
	for _, c := range doctorChecks {
		rest = append(rest, c.title[len("doctor."):])
		for _, found := range c.found {
			if found.id != "alone" {
				rest = append(rest, c.words[len("doctor."):]+found.id)
			}
		}
	}
	slices.Sort(rest)
	families["doctor."] = slices.Compact(rest)
}
