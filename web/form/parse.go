package form

import (
	"strconv"
	"strings"
	"time"

	"rosemary/care/plain"
	"rosemary/standard"
)

// tidy gives a text as it is kept: line ends as one character, nothing around it.
func tidy(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	return strings.TrimSpace(s)
}

// oneLine takes out what a line cannot have.
func oneLine(s string) string {
	return strings.TrimSpace(strings.NewReplacer("\r", "", "\n", "").Replace(s))
}

// parseNumber reads a number as people type it: 1,150 and .5 and 007 too.
func parseNumber(s string) (standard.Number, bool) {
	s = strings.TrimPrefix(strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u00a0':
			return -1
		case '−', '–':
			return '-'
		}
		return r
	}, s), "+")
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	if whole, rest, _ := strings.Cut(s, "."); strings.Contains(whole, ",") {
		if !thousands(whole) || strings.Contains(rest, ",") {
			return standard.Number{}, false
		}
		s = strings.ReplaceAll(s, ",", "")
	}
	for len(s) > 1 && s[0] == '0' && s[1] != '.' {
		s = s[1:]
	}
	if strings.HasPrefix(s, ".") {
		s = "0" + s
	}
	s = strings.TrimSuffix(s, ".")
	if negative {
		s = "-" + s
	}
	return standard.ParseNumber(s)
}

// thousands reports whether commas stand only between groups of three digits.
func thousands(s string) bool {
	groups := strings.Split(s, ",")
	for i, g := range groups {
		if i == 0 && (g == "" || len(g) > 3) || i > 0 && len(g) != 3 {
			return false
		}
	}
	return true
}

// parseTime reads a time of day as people type it: 14:30, 14.30, 1430, 9:05, 2:30pm, 2pm, midday.
func parseTime(s string) (string, bool) {
	s = strings.ToLower(strings.ReplaceAll(strings.TrimSpace(s), " ", ""))
	switch s {
	case "midnight":
		return "00:00", true
	case "midday", "noon":
		return "12:00", true
	}
	half := ""
	for _, suffix := range []string{"am", "pm", "a.m.", "p.m."} {
		if before, ok := strings.CutSuffix(s, suffix); ok {
			s, half = before, suffix[:1]
			break
		}
	}
	parts := clockParts(s)
	if parts == nil {
		return "", false
	}
	hour, ok := parts[0], true
	if half != "" {
		if hour, ok = fromTwelve(hour, half); !ok {
			return "", false
		}
	}
	out := twoDigits(hour) + ":" + twoDigits(parts[1])
	if len(parts) == 3 {
		out += ":" + twoDigits(parts[2])
	}
	return out, hour < 24 && parts[1] < 60 && (len(parts) < 3 || parts[2] < 60)
}

// clockParts reads hours, minutes and perhaps seconds; nil when it is no time.
func clockParts(s string) []int {
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ':' || r == '.' })
	if len(words) == 1 && len(words[0]) >= 3 && len(words[0]) <= 4 {
		cut := len(words[0]) - 2
		words = []string{words[0][:cut], words[0][cut:]}
	}
	if len(words) == 1 {
		words = append(words, "00")
	}
	if len(words) < 2 || len(words) > 3 {
		return nil
	}
	var parts []int
	for i, w := range words {
		n, ok := digits(w, 2)
		if !ok || i > 0 && len(w) != 2 {
			return nil
		}
		parts = append(parts, n)
	}
	return parts
}

func fromTwelve(hour int, half string) (int, bool) {
	if hour < 1 || hour > 12 {
		return 0, false
	}
	hour %= 12
	if half == "p" {
		hour += 12
	}
	return hour, true
}

// digits reads 1 to most decimal digits.
func digits(s string, most int) (int, bool) {
	if s == "" || len(s) > most {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// dateTyped is a date as it was typed in three fields.
type dateTyped struct{ day, month, year string }

func (d dateTyped) empty() bool { return d.day == "" && d.month == "" && d.year == "" }

// date joins the three fields as YYYY, YYYY-MM or YYYY-MM-DD. Whether the day exists is not asked here. Wrong says what cannot be read, and part
// which field is at fault.
func (d dateTyped) date() (date, wrong, part string) {
	if d.year == "" {
		return "", "Enter the year. If the day or the month is not known, leave it empty.", partYear
	}
	year, ok := digits(d.year, 4)
	if !ok || len(d.year) != 4 {
		return "", "The year must have 4 digits, for example 2026.", partYear
	}
	date = strconv.Itoa(year + 10000)[1:]
	if d.month == "" {
		if d.day != "" {
			return "", "Enter the month too. If only the year is known, leave the day empty.", partMonth
		}
		return date, "", ""
	}
	month, ok := parseMonth(d.month)
	if !ok {
		return "", "The month must be a number from 1 to 12, or the month’s name.", partMonth
	}
	date += "-" + twoDigits(month)
	if d.day == "" {
		return date, "", ""
	}
	day, ok := digits(d.day, 2)
	if !ok {
		return "", "The day must be a number from 1 to 31.", partDay
	}
	return date + "-" + twoDigits(day), "", ""
}

// parseMonth reads a month by its number or the beginning of its name, at least three letters.
func parseMonth(s string) (int, bool) {
	if n, ok := digits(s, 2); ok {
		return n, true
	}
	s = strings.ToLower(s)
	for m := time.January; m <= time.December; m++ {
		if len(s) >= 3 && strings.HasPrefix(strings.ToLower(m.String()), s) {
			return int(m), true
		}
	}
	return 0, false
}

// moment joins a whole date and a time of day as an instant with the zone's offset. Twice says which of the two is meant where the clocks
// go back: first, second or "" for not said.
func moment(date, clock string, zone *time.Location, twice string) (instant, wrong string, ask bool) {
	layout := "2006-01-02T15:04"
	if len(clock) == 8 {
		layout += ":05"
	}
	t, err := time.ParseInLocation(layout, date+"T"+clock, zone)
	if err != nil { // no such day: the standard says so in its own words
		return date + "T" + clock + "Z", "", false
	}
	if t.Format(layout) != date+"T"+clock {
		return "", "The clocks went forward that night: there was no " + clock + ". Enter the time that the clock showed.", false
	}
	early, late, repeated := bothHours(t)
	if repeated {
		switch twice {
		case "first":
			t = early
		case "second":
			t = late
		default:
			return "", "The clocks went back that night, so " + clock + " came twice. Say which of the two it was.", true
		}
	}
	return t.Format(layout + "-07:00"), "", repeated
}

// bothHours gives the two instants that read the same on the local clock, where the clocks go back.
func bothHours(t time.Time) (early, late time.Time, repeated bool) {
	same := func(other time.Time) bool {
		return other.Format("2006-01-02T15:04:05") == t.Format("2006-01-02T15:04:05")
	}
	if other := t.Add(time.Hour); same(other) {
		return t, other, true
	}
	if other := t.Add(-time.Hour); same(other) {
		return other, t, true
	}
	return t, t, false
}

// cutUnit takes a unit off the end of a number, as UCUM writes it or as people do.
func cutUnit(s, unit string) (string, bool) {
	for _, u := range []string{plain.Unit(unit), unit} {
		if u == "" || len(s) <= len(u) || !strings.EqualFold(s[len(s)-len(u):], u) {
			continue
		}
		return strings.TrimSpace(s[:len(s)-len(u)]), true
	}
	return "", false
}
