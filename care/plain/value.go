package plain

import (
	"time"

	"rosemary/standard"
)

// units are the UCUM units that are not read as they are written.
func unit(ucum string) string {
	switch ucum {
	case "Cel":
		return "°C"
	case "mm[Hg]":
		return "mmHg"
	case "/min":
		return "a minute"
	case "mL":
		return "ml"
	case "L":
		return "litres"
	case "L/min":
		return "litres a minute"
	case "h":
		return "hours"
	case "min":
		return "minutes"
	case "d":
		return "days"
	case "wk":
		return "weeks"
	case "ug", "mcg":
		return "micrograms"
	case "1", "{count}":
		return ""
	}
	return ucum
}

// Unit says a UCUM unit: mmHg for mm[Hg], °C for Cel. Annotations such as {tablet} lose their braces.
func Unit(ucum string) string {
	if n := len(ucum); n > 2 && ucum[0] == '{' && ucum[n-1] == '}' && ucum != "{count}" {
		return ucum[1 : n-1]
	}
	return unit(ucum)
}

// Quantity says a number with its unit: 61.4 kg, 36.4 °C, 95%.
func Quantity(q standard.Quantity) string {
	u := Unit(q.Unit)
	switch u {
	case "":
		return q.Number.String()
	case "%":
		return q.Number.String() + "%"
	}
	return q.Number.String() + " " + u
}

// Absence says why there is no value.
func Absence(a standard.Absent) string {
	switch a {
	case standard.NotAsked:
		return "Not asked"
	case standard.AskedNotKnown:
		return "Asked, not known"
	case standard.Declined:
		return "Did not want to say"
	case standard.NotApplicable:
		return "Does not apply"
	case standard.Masked:
		return "Held back: not shown to you"
	}
	return string(a)
}

// Coded says a code by its display, or the words that were used instead.
func Coded(c standard.Coded) string {
	switch {
	case c.Text != "":
		return c.Text
	case c.Display != "":
		return c.Display
	}
	return c.Code
}

// Value says one value. A reference has no words of its own, nor has a group: both are empty here.
func Value(v standard.Value, zone *time.Location) string {
	switch v := v.(type) {
	case standard.Text:
		return string(v)
	case standard.Number:
		return v.String()
	case standard.Quantity:
		return Quantity(v)
	case standard.Boolean:
		if v {
			return "Yes"
		}
		return "No"
	case standard.Date:
		return Date(string(v))
	case standard.Time:
		return string(v)
	case standard.DateTime:
		return DateTime(string(v), zone)
	case standard.Coded:
		return Coded(v)
	case standard.Absent:
		return Absence(v)
	}
	return ""
}
