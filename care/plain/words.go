package plain

import (
	"strings"
	"time"

	"rosemary/standard"
)

// Words word sentences, dates and numbers in one language. Nil words them in English, as the functions of this package do.
type Words struct {
	Tag         string // BCP 47
	Name        string // of the language, in itself
	RightToLeft bool
	Months      [12]string
	Weekdays    [7]string                    // Sunday first, as time.Weekday counts
	Sentences   map[string]string            // by the English sentence
	Forms       map[string]map[string]string // of sentences that count, by the English sentence of many and then by plural category
	Category    func(n int) string           // the plural category of a number
}

// The plural categories that every language may use: what is said of none at all, where a language says that otherwise, and what is said of any number.
const (
	None  = "none"
	Other = "other"
)

// Sentence marks a sentence that stands in a table and is worded where it is shown, so that translators are given it.
func Sentence(english string) string { return english }

// Language is the tag of the language, as HTML says it.
func (w *Words) Language() string {
	if w == nil {
		return Language
	}
	return w.Tag
}

// Direction is in which direction the language is written, as HTML says it.
func (w *Words) Direction() string {
	if w != nil && w.RightToLeft {
		return "rtl"
	}
	return "ltr"
}

// Say words a sentence: its translation, or the English where there is none, with each {name} replaced by the value that follows the name.
func (w *Words) Say(english string, values ...string) string {
	if w != nil {
		if own := w.Sentences[english]; own != "" {
			return Say(own, values...)
		}
	}
	return Say(english, values...)
}

// Both words a sentence that somebody's safety hangs on: in another language the English stands beside it, for nobody has proved the translation.
func (w *Words) Both(english string, values ...string) string {
	return w.Beside(w.Say(english, values...), Say(english, values...))
}

// Beside sets the English beside what is said in another language.
func (w *Words) Beside(own, english string) string {
	if w == nil || own == english {
		return english
	}
	if w.RightToLeft { // its letters and brackets keep to their own direction
		english = "\u2066" + english + "\u2069"
	}
	return own + " (" + english + ")"
}

// Counted words a sentence with a number in it, {count}: one says it of one, many of any other number.
func (w *Words) Counted(n int, one, many string, values ...string) string {
	values = append([]string{"count", Whole(n)}, values...)
	if own := w.form(n, many); own != "" {
		return Say(own, values...)
	}
	if n == 1 {
		return Say(one, values...)
	}
	return Say(many, values...)
}

// Count says how many of something there are: 1 record, 3 records, no records.
func (w *Words) Count(n int, one, many string) string {
	if own := w.form(n, "{count} "+many); own != "" {
		return Say(own, "count", Whole(n))
	}
	return Count(n, one, many)
}

// form is the sentence of many in the form that the language has for the number; "" where it has none.
func (w *Words) form(n int, many string) string {
	if w == nil {
		return ""
	}
	forms := w.Forms[many]
	if n == 0 && forms[None] != "" {
		return forms[None]
	}
	if own := forms[w.Category(n)]; own != "" {
		return own
	}
	return forms[Other]
}

// Day says a day: 21 March 2026.
func (w *Words) Day(t time.Time) string {
	if w == nil {
		return Day(t)
	}
	return w.Say("{day} {month} {year}", "day", t.Format("2"), "month", w.Months[t.Month()-1], "year", t.Format("2006"))
}

// Weekday says a day with its weekday: Saturday 21 March 2026.
func (w *Words) Weekday(t time.Time) string {
	if w == nil {
		return Weekday(t)
	}
	return w.Say("{weekday} {day} {month} {year}", "weekday", w.DayOfWeek(t), "day", t.Format("2"), "month", w.Months[t.Month()-1], "year", t.Format("2006"))
}

// DayOfYear says a day of this year: 21 March.
func (w *Words) DayOfYear(t time.Time) string {
	if w == nil {
		return DayOfYear(t)
	}
	return w.Say("{day} {month}", "day", t.Format("2"), "month", w.Months[t.Month()-1])
}

// DayOfYearClock says a day and a time of day: 21 March at 06:00.
func (w *Words) DayOfYearClock(t time.Time) string {
	if w == nil {
		return DayOfYearClock(t)
	}
	return w.Say("{day} at {time}", "day", w.DayOfYear(t), "time", t.Format("15:04"))
}

// Month says a month: March 2026.
func (w *Words) Month(t time.Time) string {
	if w == nil {
		return Month(t)
	}
	return w.Say("{month} {year}", "month", w.Months[t.Month()-1], "year", t.Format("2006"))
}

// DayOfWeek says a day of the week: Saturday.
func (w *Words) DayOfWeek(t time.Time) string {
	if w == nil {
		return DayOfWeek(t)
	}
	return w.Weekdays[t.Weekday()]
}

// Instant says a point in time in the zone: 21 March 2026 at 06:00. In the hour that the clocks repeat it adds which of the two it was.
func (w *Words) Instant(t time.Time, zone *time.Location) string {
	if w == nil {
		return Instant(t, zone)
	}
	local := t.In(zone)
	words := w.Say("{day} at {time}", "day", w.Day(local), "time", Clock(local))
	if Repeated(local) {
		name, _ := local.Zone()
		words += " " + name
	}
	return words
}

// Minute says a point in time to the minute.
func (w *Words) Minute(t time.Time, zone *time.Location) string {
	return w.Instant(t.Truncate(time.Minute), zone)
}

// Date says a date that may be partial: 2026, March 2026 or 21 March 2026. What is no date is said as it stands.
func (w *Words) Date(s string) string {
	if w == nil {
		return Date(s)
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return w.Day(t)
	}
	if t, err := time.Parse("2006-01", s); err == nil {
		return w.Month(t)
	}
	return s
}

// DateTime says a date, possibly partial, or an instant, in the zone.
func (w *Words) DateTime(s string, zone *time.Location) string {
	if t, ok := ParseInstant(s); ok {
		return w.Instant(t, zone)
	}
	return w.Date(s)
}

// OnDate says a date, possibly partial, or an instant, as it stands in a sentence: on 21 March 2026, in March 2026.
func (w *Words) OnDate(s string, zone *time.Location) string {
	if w == nil {
		return OnDate(s, zone)
	}
	switch words := w.DateTime(s, zone); {
	case words == s && len(s) != len("2006"):
		return s
	case len(s) < len(time.DateOnly):
		return w.Say("in {month}", "month", words)
	default:
		return w.Say("on {day}", "day", words)
	}
}

// List joins words as a sentence does: a, b and c.
func (w *Words) List(words []string) string {
	if n := len(words); w != nil && n > 1 {
		return w.Say("{words} and {last}", "words", strings.Join(words[:n-1], w.Say(", ")), "last", words[n-1])
	}
	return List(words)
}

// Value says one value, an instant in the zone. What was chosen from a list is worded in the language; what somebody wrote stands as it is.
func (w *Words) Value(v standard.Value, zone *time.Location) string {
	if w == nil {
		return Value(v, zone)
	}
	switch v := v.(type) {
	case standard.Date:
		return w.Date(string(v))
	case standard.DateTime:
		return w.DateTime(string(v), zone)
	case standard.Coded:
		if v.Display != "" {
			return w.Say(v.Display)
		}
	case standard.Boolean, standard.Absent:
		return w.Say(Value(v, zone))
	}
	return Value(v, zone)
}
