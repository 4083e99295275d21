package plain

import (
	"strings"
	"time"

	"rosemary/standard"
)

// Unit says a UCUM unit: mmHg for mm[Hg], °C for Cel; "" for a bare number.
func Unit(ucum string) string {
	one := standard.Display(standard.Quantity{Number: standard.NewNumber(1), Unit: ucum}, nil)
	return strings.TrimSpace(strings.TrimPrefix(one, "1"))
}

// Value says one value, an instant in the zone. A reference has no words of its own, nor has a group: both are empty here.
func Value(v standard.Value, zone *time.Location) string {
	switch v := v.(type) {
	case standard.Reference, *standard.Group:
		return ""
	case standard.DateTime:
		return DateTime(string(v), zone)
	case standard.Quantity:
		if v.Unit == "%" {
			return v.Number.String() + "%"
		}
	}
	return standard.Display(v, zone)
}
