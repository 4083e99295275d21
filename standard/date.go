package standard

import (
	"strconv"
	"strings"
	"time"
)

// earliestYear keeps slips such as 0194 out; nobody alive, and no paper about them, is older.
const earliestYear = 1800

// latestYear keeps slips such as 9999 out, which would stand before everything else for ever.
const latestYear = 2200

// dateParts reads YYYY, YYYY-MM or YYYY-MM-DD; month and day are 0 where the date does not say. It does not ask whether the day exists.
func dateParts(s string) (year, month, day int, ok bool) {
	switch len(s) {
	case 10:
		if s[7] != '-' {
			return 0, 0, 0, false
		}
		if day, ok = digits(s[8:]); !ok {
			return 0, 0, 0, false
		}
		fallthrough
	case 7:
		if s[4] != '-' {
			return 0, 0, 0, false
		}
		if month, ok = digits(s[5:7]); !ok {
			return 0, 0, 0, false
		}
		fallthrough
	case 4:
		year, ok = digits(s[:4])
		return year, month, day, ok
	}
	return 0, 0, 0, false
}

// digits reads a short run of decimal digits.
func digits(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, s != ""
}

// daysIn says how many days a month has.
func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// checkDate says which rule a date breaks, and how, in words; "" when it is a date.
func checkDate(s string) (rule, wrong string) {
	year, month, day, ok := dateParts(s)
	switch {
	case !ok:
		return RuleBadDate, "write the date as year-month-day, for example 2026-03-04. The year alone, or year and month, will do."
	case year < earliestYear:
		return RuleBadDate, "the year " + s[:4] + " is too long ago. Check it for a slip."
	case year > latestYear:
		return RuleBadDate, "the year " + s[:4] + " is too far ahead. Check it for a slip."
	case len(s) >= 7 && (month < 1 || month > 12):
		return RuleBadDate, "there is no month " + s[5:7] + ". Months go from 01 to 12."
	case len(s) == 10 && month == 2 && day == 29 && daysIn(year, 2) == 28:
		return RuleBadDate, "29 February " + s[:4] + " is not a date: " + s[:4] + " is not a leap year."
	case len(s) == 10 && (day < 1 || day > daysIn(year, month)):
		return RuleBadDate, strconv.Itoa(day) + " " + time.Month(month).String() + " is not a date."
	}
	return "", ""
}

// checkTime says which rule a time of day breaks.
func checkTime(s string) (rule, wrong string) {
	hour, minute, second, ok := timeParts(s)
	switch {
	case !ok:
		return RuleBadTime, "write the time as hours and minutes, for example 09:30."
	case hour > 23 || minute > 59 || second > 59:
		return RuleBadTime, s + " is not a time of day. Times go from 00:00 to 23:59."
	}
	return "", ""
}

// timeParts reads hh:mm or hh:mm:ss.
func timeParts(s string) (hour, minute, second int, ok bool) {
	if len(s) != 5 && len(s) != 8 || s[2] != ':' || len(s) == 8 && s[5] != ':' {
		return 0, 0, 0, false
	}
	hour, okHour := digits(s[:2])
	minute, okMinute := digits(s[3:5])
	if len(s) == 8 {
		second, ok = digits(s[6:])
		return hour, minute, second, ok && okHour && okMinute
	}
	return hour, minute, 0, okHour && okMinute
}

// checkDateTime says which rule a date and time breaks. A date alone, whole or partial, is none the worse.
func checkDateTime(s string) (rule, wrong string) {
	date, clock, hasTime := strings.Cut(s, "T")
	if rule, wrong = checkDate(date); rule != "" {
		return rule, wrong
	}
	if !hasTime {
		return "", ""
	}
	if len(date) != 10 {
		return RuleBadDate, "a time needs the whole date before it, for example 2026-03-04T09:30Z."
	}
	clock, offset := cutOffset(clock)
	whole, fraction, hasFraction := strings.Cut(clock, ".")
	if _, ok := digits(fraction); hasFraction && (!ok || len(fraction) > 9 || len(whole) != 8) {
		return RuleBadTime, "write the time as hours and minutes, for example 2026-03-04T09:30Z."
	}
	if rule, wrong = checkTime(whole); rule != "" {
		return rule, wrong
	}
	if offset == "" {
		return RuleNoOffset, "the time does not say how far it is from UTC. Add Z, or for example +01:00 for British Summer Time."
	}
	if offset == "Z" {
		return "", ""
	}
	hour, minute, _, ok := timeParts(offset[1:])
	if !ok || len(offset) != 6 || hour > 14 || minute > 59 || hour == 14 && minute > 0 {
		return RuleBadTime, offset + " is not an offset from UTC. Write Z, or for example +01:00."
	}
	return "", ""
}

// cutOffset parts the time of day from its offset, which is "" when there is none.
func cutOffset(clock string) (before, offset string) {
	if i := strings.IndexAny(clock, "Z+-"); i >= 0 {
		return clock[:i], clock[i:]
	}
	return clock, ""
}

// NHSNumber checks an NHS number (modulus 11) and returns its ten digits. Spaces are allowed where people write them.
func NHSNumber(s string) (string, bool) {
	s = strings.ReplaceAll(strings.TrimSpace(s), " ", "")
	if len(s) != 10 || s == strings.Repeat(s[:1], 10) { // ten times the same digit proves itself, and stands for "unknown"
		return "", false
	}
	sum := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return "", false
		}
		if i < 9 {
			sum += int(s[i]-'0') * (10 - i)
		}
	}
	check := (11 - sum%11) % 11
	return s, check == int(s[9]-'0') // a check of 10 is never issued and no digit
}
