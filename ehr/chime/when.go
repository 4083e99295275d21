package chime

import (
	"strconv"
	"strings"

	"rosemary/ehr"
	"rosemary/ehr/xmltext"
)

// compact gives a time of ISO 8601 without its marks, and whether the format has a form for it.
func compact(text string) (string, bool) {
	span, known := ehr.ParseMoment(text)
	if !known || span.OfDay {
		return "", false
	}
	date, clock, _ := strings.Cut(text, "T")
	zone := ""
	if clock == "" && len(date) > len("2026-03-09") {
		date, zone = date[:10], date[10:]
	}
	if i := strings.IndexAny(clock, "Z+-"); i >= 0 {
		clock, zone = clock[:i], clock[i:]
	}
	if zone == "Z" {
		zone = "+0000"
	}
	return strings.ReplaceAll(date, "-", "") + strings.ReplaceAll(clock, ":", "") + strings.ReplaceAll(zone, ":", ""), true
}

// expand gives back the marks. What is not compact stays as it is.
func expand(text string) string {
	point, zone := text, ""
	if i := strings.IndexAny(text, "+-"); i > 0 {
		point, zone = text[:i], text[i:]
	}
	whole, fraction, _ := strings.Cut(point, ".")
	if n := len(whole); strings.Trim(whole, "0123456789") != "" || n%2 != 0 || n < 4 || n > 14 || zone != "" && len(zone) != 5 {
		return text
	}
	marks := [...]string{4: "-", 6: "-", 8: "T", 10: ":", 12: ":", 14: ""}
	b := whole[:4]
	for i := 4; i < len(whole); i += 2 {
		b += marks[i] + whole[i:i+2]
	}
	if fraction != "" {
		b += "." + fraction
	}
	switch {
	case zone == "+0000":
		b += "Z"
	case zone != "":
		b += zone[:3] + ":" + zone[3:]
	}
	if _, known := ehr.ParseMoment(b); !known {
		return text
	}
	return b
}

// moment is a TS.
func moment(w *xmltext.Way, n *xmltext.Node, x *ehr.Moment) {
	if w.Reading {
		w.Attr(n, "nullFlavor", &x.Null)
		v, _ := n.TakeAttr("value")
		x.Text = expand(strings.TrimSpace(v))
		handled(w, n)
		return
	}
	v, known := compact(x.Text)
	if x.Null != "" {
		n.Set("nullFlavor", x.Null)
	} else if !known {
		n.Set("nullFlavor", "OTH")
	}
	if known {
		n.Set("value", v)
	}
}

// interval is an IVL_TS. An end that is there counts as closed unless the opposite is said.
func interval(w *xmltext.Way, n *xmltext.Node, x *ehr.Interval) {
	xmltext.Maybe(w, n, "low", &x.Low, moment)
	xmltext.Maybe(w, n, "high", &x.High, moment)
	closed(w, n, "lowClosed", &x.LowClosed, x.Low != nil)
	closed(w, n, "highClosed", &x.HighClosed, x.High != nil)
	handled(w, n)
}

// quantities is an IVL_PQ.
func quantities(w *xmltext.Way, n *xmltext.Node, x *ehr.QuantityInterval) {
	xmltext.Maybe(w, n, "low", &x.Low, quantity)
	xmltext.Maybe(w, n, "high", &x.High, quantity)
	closed(w, n, "lowClosed", &x.LowClosed, x.Low != nil)
	closed(w, n, "highClosed", &x.HighClosed, x.High != nil)
	handled(w, n)
}

func closed(w *xmltext.Way, n *xmltext.Node, name string, x *bool, ends bool) {
	if !w.Reading {
		if *x != ends || ends {
			n.Set(name, strconv.FormatBool(*x))
		}
		return
	}
	*x = ends
	if v, has := n.TakeAttr(name); has {
		*x = w.Truth(n, v)
	}
}

// valid is the time in which a name, address or number holds: attributes that every type has.
func valid(w *xmltext.Way, n *xmltext.Node, x **ehr.Interval) {
	if !w.Reading {
		if *x == nil {
			return
		}
		for _, end := range []struct {
			name string
			at   *ehr.Moment
		}{{"validTimeLow", (*x).Low}, {"validTimeHigh", (*x).High}} {
			if end.at != nil {
				if v, known := compact(end.at.Text); known {
					n.Set(end.name, v)
				}
			}
		}
		return
	}
	var i ehr.Interval
	for _, end := range []struct {
		name   string
		at     **ehr.Moment
		closed *bool
	}{{"validTimeLow", &i.Low, &i.LowClosed}, {"validTimeHigh", &i.High, &i.HighClosed}} {
		if v, has := n.TakeAttr(end.name); has {
			*end.at, *end.closed = &ehr.Moment{Text: expand(v)}, true
		}
	}
	if i.Low != nil || i.High != nil {
		*x = &i
	}
}

// units are those of a PQ.TIME with the letters of ISO 8601, and what each is in the one that sums are made in: months, or seconds.
type unit struct {
	name, letter string
	clock        bool
	sum          int64
}

func timeUnits() []unit {
	return []unit{{"a", "Y", false, 12}, {"mo", "M", false, 1}, {"wk", "W", false, 604800}, {"d", "D", false, 86400}, {"h", "H", true, 3600}, {"min", "M", true, 60}, {"s", "S", true, 1}}
}

// duration is a PQ.TIME.
func duration(w *xmltext.Way, n *xmltext.Node, x *ehr.Duration) {
	if !w.Reading {
		number, name, known := single(x.Text)
		if !known {
			n.Set("nullFlavor", "OTH")
			return
		}
		n.Set("value", number)
		n.Set("unit", name)
		return
	}
	n.TakeAttr("nullFlavor")
	number, _ := n.TakeAttr("value")
	name, _ := n.TakeAttr("unit")
	handled(w, n)
	if number == "" {
		return
	}
	for _, u := range timeUnits() {
		if u.name == name {
			sign := ""
			if strings.HasPrefix(number, "-") {
				sign, number = "-", number[1:]
			}
			x.Text = sign + "P" + map[bool]string{true: "T"}[u.clock] + number + u.letter
		}
	}
	if !ehr.ValidDuration(x.Text) {
		w.Fail(n, ehr.RuleBadTime, "this is not a length of time")
	}
}

// single gives a duration as one number of one unit: exactly when it has one part, otherwise as the sum of whole parts.
func single(text string) (number, name string, known bool) {
	if !ehr.ValidDuration(text) || strings.Contains(text, ",") {
		return "", "", false
	}
	sign := ""
	if text[0] == '-' {
		sign = "-"
	}
	rest, clock := strings.TrimLeft(text, "+-P"), false
	var sums [2]int64 // months, seconds
	for parts := 0; rest != ""; parts++ {
		if rest[0] == 'T' {
			rest, clock = rest[1:], true
		}
		i := strings.IndexFunc(rest, func(r rune) bool { return r >= 'A' })
		u := unitOf(rest[i:i+1], clock)
		if parts == 0 && i+1 == len(rest) {
			return sign + rest[:i], u.name, true
		}
		n, err := strconv.ParseInt(rest[:i], 10, 32)
		if err != nil {
			return "", "", false
		}
		sums[map[bool]int{true: 0, false: 1}[u.name == "a" || u.name == "mo"]] += n * u.sum
		rest = rest[i+1:]
	}
	switch {
	case sums[1] == 0:
		return sign + strconv.FormatInt(sums[0], 10), "mo", true
	case sums[0] == 0:
		return sign + strconv.FormatInt(sums[1], 10), "s", true
	}
	return "", "", false
}

func unitOf(letter string, clock bool) unit {
	for _, u := range timeUnits() {
		if u.letter == letter && u.clock == clock {
			return u
		}
	}
	return unit{}
}
