// Package bulk is the long work of giving many people's records out as files of one resource a line: jobs that go on by themselves, through a restart too,
// and the files that they leave for a time.
//
// It knows nothing of what a line says. The door decides what is asked for and writes the lines (a Source); this package keeps how far a job is, in one row that counts
// what stands whole on the disk. What was written behind that is thrown away and written again. Files are encrypted, with a key of their job that stands in the
// row alone: without the row nobody can read them.
package bulk

import (
	"context"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
)

// State is how far a job is.
type State string

// The states.
const (
	Working State = "working"
	Done    State = "done"
	Failed  State = "failed" // it will not get better by itself; Trouble says why
)

// Kind says which list of the manifest a file is in.
type Kind string

// The kinds.
const (
	Output  Kind = "output"
	Deleted Kind = "deleted"
)

// File is one file, whole on the disk.
type File struct {
	Name  string
	Kind  Kind
	Type  string
	Count int   // lines
	Size  int64 // bytes of what it says, not as it is encrypted
}

// Asked is what somebody wants, as the door understood it.
type Asked struct {
	Account string
	Purpose string
	Licence string // what the client that asked may do for the account, as the door wrote it; "": all that the account may
	Request string // the address, as it was asked
	Base    string // of the door, as the asker reaches it
	System  bool   // the directory goes too
	Types   []string
	Filters []string // Type?search, one of a type must fit
	People  []uuid.UUID
	Since   time.Time
	Moment  record.Moment // what it is fixed at
	At      time.Time     // when that was committed
}

// Job is one export, and all that there is to know for going on with it.
type Job struct {
	ID uuid.UUID
	Asked
	State   State
	Begun   time.Time
	Ended   time.Time
	Key     string // opens the files; "" when they are let go of
	Behind  string // where the source goes on
	Gone    int    // how many people and entries are behind that
	Total   int    // of how many; 0: not counted yet
	Files   []File
	Numbers int // how many files were begun, so that no name comes twice
	Trouble string
	Tries   int
	Next    time.Time // when it is tried again
}

// Jobs is what the desk needs of a store. Kinds of error: NotFound, Busy, Unavailable.
type Jobs interface {
	// Add keeps a new job.
	Add(ctx context.Context, j *Job) error
	// Job gives one. NotFound when there is none.
	Job(ctx context.Context, id uuid.UUID) (*Job, error)
	// All gives all jobs, the oldest first.
	All(ctx context.Context) ([]*Job, error)
	// Change lets fn change a job, in one transaction. NotFound when there is none; an error of fn changes nothing.
	Change(ctx context.Context, id uuid.UUID, fn func(*Job) error) (*Job, error)
	// Remove lets go of a job, whether there is one or not.
	Remove(ctx context.Context, id uuid.UUID) error
}
