package standard

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// shownLength is how much of a faulty value a problem repeats, in characters.
const shownLength = 60

// shorten cuts a faulty value to what is worth repeating.
func shorten(s string) string {
	if utf8.RuneCountInString(s) <= shownLength {
		return s
	}
	n := 0
	for i := range s {
		if n == shownLength {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// escapePointer writes a key as JSON Pointer wants it.
func escapePointer(key string) string {
	if !strings.ContainsAny(key, "~/") {
		return key
	}
	return strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1")
}

// missingMessage says that something is missing and what to do.
func missingMessage(e *Element) string {
	todo := map[ValueKind]string{
		TextValue:      " is missing. Write it.",
		NumberValue:    " is missing. Enter a number.",
		QuantityValue:  " is missing. Enter the amount and its unit.",
		BooleanValue:   " is missing. Answer yes or no.",
		DateValue:      " is missing. Enter a date.",
		TimeValue:      " is missing. Enter a time.",
		DateTimeValue:  " is missing. Enter a date and time.",
		CodedValue:     " is missing. Choose one.",
		ReferenceValue: " is missing. Choose one.",
		GroupValue:     " is missing. Fill it in.",
	}[e.Value]
	if e.Many {
		todo = strings.Replace(todo, "Choose one.", "Choose at least one.", 1)
	}
	return e.Name + todo
}

// wrongTypeMessage says what belongs in an element where something else was found.
func wrongTypeMessage(e *Element, found jsontext.Kind) string {
	want := map[ValueKind]string{
		TextValue:      "It must be a text.",
		NumberValue:    "It must be a number, without quotation marks.",
		QuantityValue:  `It must be a number with its unit, like {"value": 61.4, "unit": "kg"}.`,
		BooleanValue:   "It must be true or false.",
		DateValue:      `It must be a date in quotation marks, like "2026-03-04".`,
		TimeValue:      `It must be a time in quotation marks, like "09:30".`,
		DateTimeValue:  `It must be a date and time in quotation marks, like "2026-03-04T09:30Z".`,
		CodedValue:     `It must be a coded value, like {"code": "..."}.`,
		ReferenceValue: `It must point at a record, like {"ref": "..."}.`,
		GroupValue:     "It must be an object with its elements as keys.",
	}[e.Value]
	if found == 'n' {
		return e.Name + ` is null. Leave it out, or say why there is no answer, like {"absent": "not-asked"}.`
	}
	return e.Name + " is of the wrong type. " + want
}

// strangeMessage says that the class has no such element, and which was perhaps meant.
func strangeMessage(class *Class, name string) string {
	message := strconv.Quote(shorten(name)) + " is not an element of " + class.Name + "."
	for _, e := range class.Elements {
		if strings.EqualFold(e.ID, name) || strings.EqualFold(e.Name, name) {
			return message + " Did you mean " + e.ID + "?"
		}
	}
	return message + " Check the spelling."
}

// rangeMessage says between what a number must be.
func rangeMessage(e *Element) string {
	unit := ""
	if len(e.Units) == 1 {
		unit = " " + unitWords(e.Units[0])
	}
	switch {
	case e.Min != nil && e.Max != nil:
		return e.Name + " must be between " + e.Min.String() + " and " + e.Max.String() + unit + "."
	case e.Min != nil:
		return e.Name + " must be " + e.Min.String() + unit + " or more."
	}
	return e.Name + " must be " + e.Max.String() + unit + " or less."
}

// unknownCodeMessage says that a code cannot be chosen, and what can.
func unknownCodeMessage(e *Element, c Coded) string {
	const shown = 8
	message := e.Name + ": " + strconv.Quote(shorten(c.Code)) + " is not in the list."
	if member, ok := e.ValueSet.Code(c.Code); ok && c.System != "" {
		return message + " That code is from " + e.ValueSet.SystemOf(member) + "."
	}
	var codes []string
	for i := range e.ValueSet.Codes {
		codes = append(codes, e.ValueSet.Codes[i].Code)
	}
	if len(codes) > shown {
		return message + " Choose one of its " + strconv.Itoa(len(codes)) + " codes, for example " + strings.Join(codes[:3], ", ") + "."
	}
	return message + " Choose one of: " + strings.Join(codes, ", ") + "."
}

// patternHint tells the form that a text must have, where the class file says.
func patternHint(e *Element) string {
	if e.Hint == "" {
		return " Check it for a slip."
	}
	return " " + e.Hint
}

// unitWords shows a UCUM unit as people write it.
func unitWords(unit string) string {
	words := map[string]string{
		"Cel": "°C", "[degF]": "°F", "mm[Hg]": "mmHg", "/min": "a minute", "/d": "a day", "[lb_av]": "lb", "[in_i]": "in", "[st_av]": "st",
		"[iU]": "units", "ug": "micrograms", "min": "minutes", "h": "hours", "d": "days", "wk": "weeks", "mo": "months", "a": "years",
		"L/min": "L a minute", "mL/h": "mL an hour", "1": "", "{tbl}": "tablets", "m2": "m²", "kg/m2": "kg/m²",
	}
	if w, ok := words[unit]; ok {
		return w
	}
	if len(unit) > 2 && unit[0] == '{' && unit[len(unit)-1] == '}' {
		return unit[1 : len(unit)-1]
	}
	return unit
}
