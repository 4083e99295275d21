package care

import (
	"strings"
	"unicode/utf8"

	"rosemary/record"
)

// Alike reports whether two people's names are easily confused: they are called the same, have the same family name, or a family name that
// differs in one letter and the same initial.
func Alike(a, b record.PersonCard) bool {
	if same(CalledName(a), CalledName(b)) || same(a.Given, b.Given) && a.Given != "" && same(a.Preferred, b.Preferred) {
		return true
	}
	if a.Family == "" || b.Family == "" {
		return false
	}
	if same(a.Family, b.Family) {
		return true
	}
	return initial(CalledName(a)) == initial(CalledName(b)) && oneLetterApart(strings.ToLower(a.Family), strings.ToLower(b.Family))
}

func same(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }

func initial(name string) rune {
	r, _ := utf8.DecodeRuneInString(strings.ToLower(name))
	return r
}

// oneLetterApart reports whether one letter changed, added or left out makes one name of the other. Short names differ enough.
func oneLetterApart(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) < 4 || len(y)-len(x) > 1 {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	if len(x) == len(y) {
		return string(x[min(i+1, len(x)):]) == string(y[min(i+1, len(y)):])
	}
	return string(x[i:]) == string(y[i+1:])
}
