package standard

import (
	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"
)

// Content is what one version of a record says: the values of one class.
type Content struct {
	Class *Class // nil when a stored version is of a class that these files do not know
	Group
	// Unknown is what a stored version holds and the class file of today has no place for: kept and shown, never lost.
	// Decode never leaves anything here; only ReadContent does.
	Unknown []RawEntry
}

// RawEntry is a stored value that the class file of today has no place for.
type RawEntry struct {
	Path string // JSON Pointer inside the content
	Name string // the element's name where it is known, else its key
	JSON string // the value as it was stored
}

// Group is a named set of elements (ISO 13606 CLUSTER; for a whole record, the items of its ENTRY).
// Entries stand in the order of the class file; an element without a value has no entry.
type Group struct {
	Entries []Entry
}

// Entry is the value or values of one element of a group. Values is never empty.
type Entry struct {
	Element *Element
	Values  []Value
}

// Value is one data value (ISO 13606 DATA_VALUE), a group, or a stated absence (null flavour). It is one of
// Text, Number, Quantity, Boolean, Date, Time, DateTime, Coded, Reference, *Group and Absent.
//
// In JSON: Text, Date, Time and DateTime are strings; Number is a number with its digits kept; Boolean is true or false;
// Quantity is {"value": 61.4, "unit": "kg"}; Coded is {"code","system","display"} or {"text"}; Reference is {"ref": uid} with
// "version" and "system" when pinned; Absent is {"absent": "declined"}; a group is an object of its elements. An element that may occur
// more than once is always an array, any other never.
type Value interface{ value() }

// Text is words.
type Text string

// Number is a decimal with exactly the digits that were entered: 71.40 stays 71.40.
type Number struct{ Decimal apd.Decimal }

// Quantity is a number and its unit (UCUM), one atom.
type Quantity struct {
	Number Number
	Unit   string
}

// Boolean answers a yes-or-no element.
type Boolean bool

// Date is a calendar date as entered: YYYY, YYYY-MM or YYYY-MM-DD.
type Date string

// Time is a local time of day: hh:mm or hh:mm:ss.
type Time string

// DateTime is a date, possibly partial, or an instant with its offset: YYYY-MM-DDThh:mm[:ss[.f]](Z|±hh:mm).
type DateTime string

// Coded is a code from a code system, or the words that were used where no code fits.
type Coded struct {
	System  string
	Code    string
	Display string
	Text    string
}

// Reference points at a record of the same person or of the directory, or pins one version of it.
type Reference struct {
	UID     uuid.UUID
	System  string // creating system of the pinned version; empty: this installation's
	Version int    // 0: the record, whatever its version
}

// Absent is a stated absence: not-asked, asked-not-known, declined, not-applicable or masked (ISO 13606 null flavour).
type Absent string

// The stated absences.
const (
	NotAsked      Absent = "not-asked"
	AskedNotKnown Absent = "asked-not-known"
	Declined      Absent = "declined"
	NotApplicable Absent = "not-applicable"
	Masked        Absent = "masked"
)

func (Text) value()      {}
func (Number) value()    {}
func (Quantity) value()  {}
func (Boolean) value()   {}
func (Date) value()      {}
func (Time) value()      {}
func (DateTime) value()  {}
func (Coded) value()     {}
func (Reference) value() {}
func (*Group) value()    {}
func (Absent) value()    {}
