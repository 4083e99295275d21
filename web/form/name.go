package form

import (
	"net/url"
	"strconv"

	"rosemary/standard"
)

// Content begins the names of the fields of a form about one record; a page that asks about two gives the second a prefix of its own. The fields of the
// page around them have no dash in their names.
const Content = "f"

// The parts of names. Ids of elements have neither dash nor underscore: a dash leads to an element or a place in a list, an underscore to
// one part of an answer.
const (
	partKept   = "_kept"   // the value itself, where what is shown says less
	partCount  = "_n"      // how many answers of a list are shown
	partAbsent = "_absent" // why there is no answer
	partDay    = "_day"
	partMonth  = "_month"
	partYear   = "_year"
	partTime   = "_time"
	partTwice  = "_twice" // which of the two hours: first or second
	partUnit   = "_unit"
	partWords  = "_words" // something else, in words
	partFile   = "_file"  // where a file is chosen
	partWrong  = "_wrong" // what was wrong with the file that was chosen
	partDrop   = "_drop"  // the file is to be taken out
	partBlock  = "_block" // the class of the block that names the file
)

// inWords is what a list of choices posts for "something else, in words".
const inWords = "*"

// Bounds of what is shown and read; nobody's answer comes near them.
const (
	maxItems = 100  // of one list
	maxRead  = 3000 // of one form
)

func under(base, id string) string       { return base + "-" + id }
func item(name string, i int) string     { return name + "-" + strconv.Itoa(i) }
func pointer(base, id string) string     { return base + "/" + id }
func itemPointer(p string, i int) string { return p + "/" + strconv.Itoa(i) }

// count is how many answers of a list are shown.
func count(values url.Values, name string) int {
	n, err := strconv.Atoi(values.Get(name + partCount))
	if err != nil || n < 0 {
		return 0
	}
	return min(n, maxItems)
}

// control is how one answer is asked for.
type control int

const (
	controlLine control = iota
	controlBox
	controlNumber
	controlQuantity
	controlYesNo
	controlDate
	controlTime
	controlDateTime
	controlRadios
	controlSelect
	controlSuggest // a line with suggestions
	controlChecks  // several of a short list
	controlReference
	controlGroup
	controlFile // a group that names a file
)

// What counts as a short list of choices.
const (
	fewRadios = 7
	fewChecks = 14
)

// controlOf chooses how an element is asked for.
func controlOf(e *standard.Element) control {
	switch e.Value {
	case standard.NumberValue:
		return controlNumber
	case standard.QuantityValue:
		return controlQuantity
	case standard.BooleanValue:
		return controlYesNo
	case standard.DateValue:
		return controlDate
	case standard.TimeValue:
		return controlTime
	case standard.DateTimeValue:
		return controlDateTime
	case standard.CodedValue:
		return controlOfCoded(e)
	case standard.ReferenceValue:
		return controlReference
	case standard.GroupValue:
		if e.NamesFile() {
			return controlFile
		}
		return controlGroup
	}
	if e.Lines {
		return controlBox
	}
	return controlLine
}

func controlOfCoded(e *standard.Element) control {
	switch n := len(e.ValueSet.Codes); {
	case n == 0:
		return controlSuggest
	case e.Many && !e.ValueSet.Open && n <= fewChecks:
		return controlChecks
	case n <= fewRadios:
		return controlRadios
	case e.ValueSet.Open:
		return controlSuggest
	}
	return controlSelect
}

// asked reports whether the form asks for the element: whom it is about is never asked.
func asked(e *standard.Element) bool { return e.Role != standard.RoleSubject }
