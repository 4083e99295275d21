package standard

import (
	"errors"
	"fmt"
	"strings"
)

// Problem is one fault in something that was sent, in words that the sender can act on. It feeds the error summary
// of a page, the problem details of the API and the OperationOutcome of FHIR.
type Problem struct {
	Path    string `json:"path"`            // JSON Pointer into what was sent, e.g. /content/riskCategory
	Rule    string `json:"rule"`            // stable name of the rule, e.g. must-occur, unknown-code
	Value   string `json:"value,omitempty"` // what was found there, shortened
	Message string `json:"message"`         // plain English: what is wrong and what to do
}

// Kind says what sort of failure an error is. Doors translate it once, in one table each.
type Kind string

// The kinds of failure.
const (
	Invalid         Kind = "invalid"         // what was sent is at fault: see Problems
	Conflict        Kind = "conflict"        // the record has moved on since the sender read it
	Reused          Kind = "reused"          // a contribution id was used before for something else
	NotFound        Kind = "not-found"       // nothing there, or nothing that the asker may know of
	Gone            Kind = "gone"            // it was there and was lawfully destroyed
	Unauthenticated Kind = "unauthenticated" // nobody is signed in
	Forbidden       Kind = "forbidden"       // signed in, may know of it, may not do this
	TooLarge        Kind = "too-large"       // over a stated limit
	Busy            Kind = "busy"            // try again in a moment
	Broken          Kind = "broken"          // stored data does not prove itself
	Unavailable     Kind = "unavailable"     // the disk is full, the database is locked: nothing was changed
)

// Fault is an error with a kind. Message and Hint may be shown to a person; Err never is.
type Fault struct {
	Kind     Kind
	Message  string    // what happened, plain English
	Hint     string    // what to do next; may be empty
	Problems []Problem // every fault found, for Invalid
	Detail   any       // for Conflict: what stands there now; encoded by the doors
	Err      error     // the cause, for the log only
}

// Error is for logs: it names paths and rules, never a problem's message, which may quote what was sent.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(string(f.Kind))
	b.WriteString(": ")
	b.WriteString(f.Message)
	for _, p := range f.Problems {
		fmt.Fprintf(&b, "; %s: %s", p.Path, p.Rule)
	}
	if f.Err != nil {
		fmt.Fprintf(&b, ": %v", f.Err)
	}
	return b.String()
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.Err }

// KindOf returns the kind of err, or "" when it has none.
func KindOf(err error) Kind {
	var f *Fault
	if errors.As(err, &f) {
		return f.Kind
	}
	return ""
}

// Refuse returns an Invalid fault for the problems, or nil when there are none.
func Refuse(message string, problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	return &Fault{Kind: Invalid, Message: message, Problems: problems}
}
