package folder

import "strings"

// Cell is a text as it stands in a table: one that a spreadsheet would take for a formula has a ' in front, and so has one that begins with a ', so that it can be told what the text was.
func Cell(text string) string {
	if text != "" && strings.ContainsAny(text[:1], "=+-@'\t\r\n") {
		return "'" + text
	}
	return text
}
