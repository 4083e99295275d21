package access

import (
	"context"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
)

// At says which moment a view is fixed at. The zero At is now; at most one of the two may be given.
type At struct {
	Moment record.Moment
	Time   time.Time // the last moment committed at or before it
}

// PeopleQuery says which people are to be listed.
type PeopleQuery struct {
	Search string    // words, each the beginning of a name, or an NHS number
	Place  uuid.UUID // one home or branch; zero: all
	Left   bool      // those who are no longer placed
	After  string    // continue behind this place
	Limit  int       // 0: 100; at most 500
}

// RecordsQuery says which records of one person, or directory entry, are to be listed.
type RecordsQuery struct {
	Stream      uuid.UUID
	Classes     []string // none: any
	Category    string   // "": any
	From, Until time.Time
	Which       record.Which
	Errors      bool // those entered in error too
	Order       record.Order
	After       *record.Cursor
	Limit       int // 0: 100; at most 1,000
}

// LogEntry is one entry of a record's change log: the contribution it belongs to, without what it did to other records, and the change.
type LogEntry struct {
	Contribution *record.Contribution
	Change       record.Change
}

// View is one moment as one session may see it. Every method logs what was shown.
type View struct {
	session   *Session
	moment    record.Moment
	committed time.Time
	past      bool
}

// Moment is what the view is fixed at.
func (v *View) Moment() record.Moment { return v.moment }

// Committed is when the moment was committed; zero on an empty log.
func (v *View) Committed() time.Time { return v.committed }

// Past reports that there were later commits already when the view was made: what it shows is history.
func (v *View) Past() bool { return v.past }

// Session is whose view it is.
func (v *View) Session() *Session { return v.session }
