package care

import (
	"strconv"
	"strings"
	"time"

	"rosemary/record"
)

// Age says how old somebody born on a date, possibly partial, is on a day: 85, or "about 85" where the date does not tell. It is empty without a
// date, or for one that lies ahead.
func Age(born string, on time.Time) string {
	parts := strings.Split(born, "-")
	year, err := strconv.Atoi(parts[0])
	if err != nil {
		return ""
	}
	age := on.Year() - year
	if age < 0 {
		return ""
	}
	if len(parts) < 3 {
		return "about " + strconv.Itoa(age)
	}
	month, _ := strconv.Atoi(parts[1])
	day, _ := strconv.Atoi(parts[2])
	if int(on.Month()) < month || int(on.Month()) == month && on.Day() < day {
		age--
	}
	if age < 0 {
		return ""
	}
	return strconv.Itoa(age)
}

// CalledName is what to call somebody: the preferred name, else the given name, else the family name.
func CalledName(c record.PersonCard) string {
	for _, name := range []string{c.Preferred, c.Given, c.Family} {
		if name != "" {
			return name
		}
	}
	return "Name not recorded"
}

// FullName is the given and the family name.
func FullName(c record.PersonCard) string {
	name := strings.TrimSpace(c.Given + " " + c.Family)
	if name == "" {
		return "Name not recorded"
	}
	return name
}
