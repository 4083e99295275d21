package ehr

import (
	"strings"
	"time"
)

// ValidDecimal reports whether digits are a decimal number as people and schemas write them: an optional sign, digits with at most one point, an optional
// power of ten. Not a number and infinity are not.
func ValidDecimal(digits string) bool {
	s := unsigned(digits)
	mantissa, power, has := s, "", false
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, power, has = s[:i], s[i+1:], true
	}
	whole, part, _ := strings.Cut(mantissa, ".")
	if whole == "" && part == "" || !allDigits(whole) || !allDigits(part) {
		return false
	}
	power = unsigned(power)
	return !has || power != "" && allDigits(power)
}

// ValidWhole reports whether digits are a whole number.
func ValidWhole(digits string) bool {
	s := unsigned(digits)
	return s != "" && allDigits(s)
}

func unsigned(s string) string {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		return s[1:]
	}
	return s
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Span is the time that a written moment can mean: a year is twelve months long, a minute sixty seconds.
type Span struct {
	First, Last time.Time // both in UTC; without an offset, as if it were UTC
	Zoned       bool      // an offset was given
	OfDay       bool      // a time of day without a date
}

// ParseMoment reads a moment in the forms that Moment has, whole or partial: 2026, 2026-03, 2026-03-09, 2026-03-09T11, ...T11:30, ...:00, ...:00.25, the
// last five with or without Z or an offset, 11:30 and 11:30:00. It reports whether the text is one of them and the day exists.
func ParseMoment(text string) (Span, bool) {
	c := cursor{s: text}
	if len(text) >= 5 && text[2] == ':' {
		d, ok := c.clock()
		c.zone(&d)
		start := time.Date(1, 1, 1, d.hour, d.minute, d.second, d.nano, time.UTC)
		return Span{First: start, Last: start.Add(d.step - 1), Zoned: d.zoned, OfDay: true}, ok && c.done()
	}
	year, ok := c.number(4)
	if !ok || year == 0 {
		return Span{}, false
	}
	month, day := 1, 1
	next := func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }
	if c.take('-') {
		if month, ok = c.number(2); !ok || month < 1 || month > 12 {
			return Span{}, false
		}
		next = func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }
		if c.take('-') {
			if day, ok = c.number(2); !ok || day < 1 || day > time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day() {
				return Span{}, false
			}
			next = func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }
			return c.rest(year, month, day, next)
		}
	}
	start := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return Span{First: start, Last: next(start).Add(-1)}, c.done()
}

// rest reads what may follow a whole date.
func (c *cursor) rest(year, month, day int, next func(time.Time) time.Time) (Span, bool) {
	var d clock
	if c.take('T') {
		var ok bool
		if d, ok = c.clock(); !ok {
			return Span{}, false
		}
		next = func(t time.Time) time.Time { return t.Add(d.step) }
	}
	c.zone(&d)
	start := time.Date(year, time.Month(month), day, d.hour, d.minute, d.second, d.nano, time.UTC).Add(-d.offset)
	return Span{First: start, Last: next(start).Add(-1), Zoned: d.zoned}, c.done()
}

// ValidDate reports whether a text is a date, whole or partial.
func ValidDate(text string) bool {
	_, ok := ParseMoment(text)
	return ok && len(text) <= len("2026-03-09") && !strings.Contains(text, ":") && !strings.Contains(text, "T")
}

// After reports whether the whole of s lies after the whole of o, whatever offsets were not said.
func (s Span) After(o Span) bool {
	if s.OfDay != o.OfDay {
		return false
	}
	slack := time.Duration(0)
	if s.Zoned != o.Zoned {
		slack = 14 * time.Hour
	}
	return s.First.After(o.Last.Add(slack))
}

type clock struct {
	hour, minute, second, nano int
	step                       time.Duration
	offset                     time.Duration
	zoned                      bool
}

type cursor struct {
	s   string
	bad bool
}

func (c *cursor) done() bool { return c.s == "" && !c.bad }

func (c *cursor) take(b byte) bool {
	if c.s != "" && c.s[0] == b {
		c.s = c.s[1:]
		return true
	}
	return false
}

func (c *cursor) number(digits int) (int, bool) {
	if len(c.s) < digits || !allDigits(c.s[:digits]) {
		c.bad = true
		return 0, false
	}
	n := 0
	for i := range digits {
		n = n*10 + int(c.s[i]-'0')
	}
	c.s = c.s[digits:]
	return n, true
}

// clock reads hh[:mm[:ss[.fraction]]].
func (c *cursor) clock() (clock, bool) {
	d := clock{step: time.Hour}
	var ok bool
	if d.hour, ok = c.number(2); !ok || d.hour > 23 {
		return d, false
	}
	if !c.take(':') {
		return d, true
	}
	if d.minute, ok = c.number(2); !ok || d.minute > 59 {
		return d, false
	}
	d.step = time.Minute
	if !c.take(':') {
		return d, true
	}
	if d.second, ok = c.number(2); !ok || d.second > 60 {
		return d, false
	}
	d.step = time.Second
	if !c.take('.') {
		return d, true
	}
	n := 0
	for scale := 100_000_000; n < len(c.s) && c.s[n] >= '0' && c.s[n] <= '9'; n++ {
		d.nano += int(c.s[n]-'0') * scale
		scale /= 10
	}
	c.s, d.step = c.s[n:], 1
	return d, n > 0
}

// zone reads Z or an offset, if there is one.
func (c *cursor) zone(d *clock) {
	if c.take('Z') {
		d.zoned = true
		return
	}
	sign := time.Duration(1)
	switch {
	case c.take('+'):
	case c.take('-'):
		sign = -1
	default:
		return
	}
	hours, _ := c.number(2)
	c.take(':')
	minutes, _ := c.number(2)
	c.bad = c.bad || hours > 14 || minutes > 59
	d.zoned, d.offset = true, sign*(time.Duration(hours)*time.Hour+time.Duration(minutes)*time.Minute)
}

// ValidDuration reports whether a text is a duration of ISO 8601, such as PT15M, P1DT2H or P2W; a leading minus is allowed, a fraction in the last number.
func ValidDuration(text string) bool {
	s, found := strings.CutPrefix(unsigned(text), "P")
	if !found || s == "" {
		return false
	}
	units, inTime, any := "YMWD", false, false
	for s != "" {
		if !inTime && s[0] == 'T' {
			s, units, inTime, any = s[1:], "HMS", true, false
			continue
		}
		n := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != ',' })
		if n < 1 || !ValidDecimal(strings.Replace(s[:n], ",", ".", 1)) {
			return false
		}
		k := strings.IndexByte(units, s[n])
		if k < 0 || strings.ContainsAny(s[:n], ".,") && n+1 != len(s) {
			return false
		}
		s, units, any = s[n+1:], units[k+1:], true
	}
	return any
}
