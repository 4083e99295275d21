// Package due computes when planned care is due, and how each time of it stands: later, due, overdue, done. Nothing of this is kept: it follows from the
// activities and medicine orders of a person, from the records that name them, from stays in hospital and from the clock.
//
// A time of planned care is a slot. Its id is the record's uid and its local time; what was done for it names the record and the time. Like all of care, these are
// pure functions that read by the roles of class files. Which records somebody may see is decided before they come here.
package due
