package log

import (
	"strings"
	"unicode"
)

// fold makes names findable: lower case, without accents and apostrophes, one space between words.
func fold(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if plain, ok := accents[r]; ok {
				b.WriteString(plain)
			} else {
				b.WriteRune(r)
			}
		case r == '\'' || r == '’' || unicode.Is(unicode.Mn, r): // O'Brien is found as obrien
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// accents are the letters of European names that people type without their marks.
var accents = func() map[rune]string {
	m := map[rune]string{'æ': "ae", 'œ': "oe", 'ß': "ss", 'þ': "th"}
	for plain, marked := range map[string]string{
		"a": "àáâãäåāăą", "c": "çćĉċč", "d": "ďđð", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥħ", "i": "ìíîïĩīĭįı", "j": "ĵ", "k": "ķ", "l": "ĺļľŀł",
		"n": "ñńņň", "o": "òóôõöøōŏő", "r": "ŕŗř", "s": "śŝşšș", "t": "ţťŧț", "u": "ùúûüũūŭůűų", "w": "ŵẁẃẅ", "y": "ýÿŷ", "z": "źżž",
	} {
		for _, r := range marked {
			m[r] = plain
		}
	}
	return m
}()

// digits keeps the digits of a number as people write it.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// firstDay and lastDay complete a date that may be partial or have a time, so that days compare as text. "" stays open.
func firstDay(date string) string { return day(date, "-01-01") }

func lastDay(date string) string { return day(date, "-12-31") }

func day(date, rest string) string {
	switch n := len(date); {
	case n == 4:
		return date + rest
	case n == 7:
		return date + rest[3:]
	case n > 10:
		return date[:10]
	}
	return date
}
