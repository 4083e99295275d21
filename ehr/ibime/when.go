package ibime

import (
	"regexp"
	"strings"
	"time"

	"rosemary/ehr"
	"rosemary/ehr/xmltext"
)

// What stands where the schema demands a time and none is known.
const noTime, noDate = "0001-01-01T00:00:00", "0001-01-01"

// forms are what the schema takes for times, dates and durations.
type forms struct{ time, date, duration *regexp.Regexp }

func newForms() *forms {
	const clock, zone = `([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?`, `(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)?`
	return &forms{
		time:     regexp.MustCompile(`^(\d{4}-\d\d-\d\dT)?` + clock + zone + `$`),
		date:     regexp.MustCompile(`^\d{4}-\d\d-\d\d$`),
		duration: regexp.MustCompile(`^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(\.\d+)?S)?)?$`),
	}
}

// moment is a TS.
func (d *dialect) moment(w *xmltext.Way, n *xmltext.Node, x *ehr.Moment) {
	if w.Reading {
		x.Text, x.Null = whenRead(w, n, "time", noTime)
		return
	}
	span, known := ehr.ParseMoment(x.Text)
	switch {
	case known && d.forms.time.MatchString(x.Text):
		absent(w, n, &x.Null)
		n.Add("time").SetText(x.Text)
	case x.Text == "":
		absent(w, n, &x.Null)
		n.Add("time").SetText(noTime)
	default:
		first := noTime
		if known && span.OfDay {
			first = span.First.Format("15:04:05")
		} else if known {
			first = span.First.Format("2006-01-02T15:04:05")
		}
		written(n, x.Text)
		n.Add("time").SetText(first)
	}
}

// date is a DATE.
func (d *dialect) date(w *xmltext.Way, n *xmltext.Node, x *ehr.Date) {
	if w.Reading {
		x.Text, _ = whenRead(w, n, "date", noDate)
		return
	}
	span, known := ehr.ParseMoment(x.Text)
	if known && d.forms.date.MatchString(x.Text) {
		n.Add("date").SetText(x.Text)
		return
	}
	first := noDate
	if known && !span.OfDay {
		first = span.First.Format(time.DateOnly)
	}
	written(n, x.Text)
	n.Add("date").SetText(first)
}

// written puts the text of a time that the schema has no form for into nullFlavor.
func written(n *xmltext.Node, text string) {
	null := n.Add("nullFlavor")
	null.Add("codingSchemeName").SetText(asWritten)
	null.Add("codeValue").SetText(text)
}

func whenRead(w *xmltext.Way, n *xmltext.Node, name, none string) (text, flavour string) {
	flavour, scheme := flavourOf(n)
	w.Word(n, name, &text)
	text = strings.TrimSpace(text)
	if scheme == asWritten {
		return flavour, ""
	}
	if text == none {
		text = ""
	}
	return text, flavour
}

// interval is an IVLTS. An end that is there counts as closed unless the opposite is said.
func (d *dialect) interval(w *xmltext.Way, n *xmltext.Node, x *ehr.Interval) {
	xmltext.Maybe(w, n, "low", &x.Low, d.moment)
	xmltext.Maybe(w, n, "high", &x.High, d.moment)
	closed(w, n, "lowClosed", &x.LowClosed, x.Low != nil)
	closed(w, n, "highClosed", &x.HighClosed, x.High != nil)
}

// quantities is an IVLPQ.
func quantities(w *xmltext.Way, n *xmltext.Node, x *ehr.QuantityInterval) {
	xmltext.Maybe(w, n, "low", &x.Low, quantity)
	xmltext.Maybe(w, n, "high", &x.High, quantity)
	closed(w, n, "lowClosed", &x.LowClosed, x.Low != nil)
	closed(w, n, "highClosed", &x.HighClosed, x.High != nil)
}

func closed(w *xmltext.Way, n *xmltext.Node, name string, x *bool, ends bool) {
	switch {
	case w.Reading:
		*x = ends
		flag(w, n, name, x)
	case *x != ends || ends:
		flag(w, n, name, x)
	}
}

// duration is a DURATION.
func (d *dialect) duration(w *xmltext.Way, n *xmltext.Node, x *ehr.Duration) {
	names := []string{"days", "hours", "minutes", "seconds"}
	if !w.Reading {
		m := d.forms.duration.FindStringSubmatch(x.Text)
		if m == nil || !ehr.ValidDuration(x.Text) {
			written(n, x.Text)
			return
		}
		for i, name := range names {
			w.Word(n, name, &m[i+2])
		}
		if m[6] != "" {
			n.Add("fractional_second").SetText("0" + m[6])
		}
		if m[1] != "" {
			n.Add("sign").SetText("-1")
		}
		return
	}
	if text, scheme := flavourOf(n); scheme == asWritten {
		x.Text = text
		return
	}
	var parts [4]string
	for i, name := range names {
		w.Word(n, name, &parts[i])
	}
	var fraction, sign string
	w.Word(n, "fractional_second", &fraction)
	w.Word(n, "sign", &sign)
	if x.Text = durationText(parts, strings.TrimSpace(fraction), strings.TrimSpace(sign)); !ehr.ValidDuration(x.Text) {
		w.Fail(n, ehr.RuleBadTime, "this is not a length of time")
	}
}

func durationText(parts [4]string, fraction, sign string) string {
	if fraction != "" {
		if parts[3] == "" {
			parts[3] = "0"
		}
		parts[3] += strings.TrimPrefix(fraction, "0")
	}
	var b strings.Builder
	if strings.HasPrefix(sign, "-") {
		b.WriteByte('-')
	}
	b.WriteByte('P')
	for i, part := range parts {
		if i == 1 && parts[1]+parts[2]+parts[3] != "" {
			b.WriteByte('T')
		}
		if part = strings.TrimSpace(part); part != "" {
			b.WriteString(part + "DHMS"[i:i+1])
		}
	}
	if strings.HasSuffix(b.String(), "P") {
		b.WriteString("T0S") // nothing is said: no time at all
	}
	return b.String()
}
