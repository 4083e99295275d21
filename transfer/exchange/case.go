package exchange

import (
	"time"

	"github.com/google/uuid"

	"rosemary/ehr/extract"
	"rosemary/record"
)

// Side says which of the two systems asked.
type Side string

// The sides.
const (
	Ours   Side = "ours"   // this system asked
	Theirs Side = "theirs" // another one asked this one
)

// State is how far a case is.
type State string

// The states. On the asking side a case goes from asking to done, on the deciding side from open to received.
const (
	Asking    State = "asking"    // ours: the other system has not been reached yet
	Waiting   State = "waiting"   // ours: somebody there has to decide
	Preparing State = "preparing" // ours: it was granted and is being packed there
	Arriving  State = "arriving"  // ours: it is being fetched
	Checking  State = "checking"  // ours: it is here, and is being checked
	Arrived   State = "arrived"   // ours: it stands in the waiting room; the receipt is on its way
	Done      State = "done"      // ours: the sender has the receipt

	TakingBack State = "taking-back" // ours: it is no longer wanted, and the other system has to hear of it

	Open     State = "open"     // theirs: somebody has to decide
	Deciding State = "deciding" // theirs: it is granted as soon as the stay here has been ended
	Granted  State = "granted"  // theirs: it is being packed
	Ready    State = "ready"    // theirs: it can be fetched
	Received State = "received" // theirs: the receipt is here

	Refused   State = "refused"   // either: it was refused by whoever decides, and why
	Withdrawn State = "withdrawn" // either: whoever asked took it back
	Failed    State = "failed"    // either: it did not work, and will not by itself
)

// Case is one request for a person, with all that became of it.
type Case struct {
	ID      uuid.UUID
	Side    Side
	Peer    string // the other system
	State   State
	Ask     Ask
	Account string // ours: who asked
	Begun   time.Time
	Changed time.Time

	Person   uuid.UUID // theirs: who it is, once that was decided. Ours: as the sender names them, once it has arrived
	Decision *Decision // theirs
	Reason   string    // why it was refused, or taken back
	Decided  time.Time

	Statement string        // signed by the sender: what the package is
	UpTo      record.Moment // theirs: how far the record went
	Held      int64         // how much of the package the receiver has; on the sender's side, as the receiver said
	Size      int64         // of the package; 0: not known yet
	Segment   uuid.UUID     // ours: where it stands in the waiting room
	Receipt   string        // signed by the receiver
	Forgotten time.Time     // when whom it was about was taken away (Exchange.Sweep); zero: it was not

	Trouble string    // what stands in the way, in words for a person; "": nothing
	Tries   int       // how often in a row it did not work
	Next    time.Time // when it is tried again; zero: at once
}

// Decision is what goes, on whose word.
type Decision struct {
	Account, By   string // who decided; what to call them
	Person        uuid.UUID
	Differences   string // why it is the person, although what is said of them differs
	Kind          Kind
	Part          Chosen        // of a part
	After         record.Moment // of what came since: what was committed up to there has gone before
	Justification string        // why what is held closely goes too
	LastDay       string        // the last day of the stay here; "": it goes on
}

// Kind says how much of a record goes.
type Kind string

// The kinds.
const (
	Whole Kind = "whole" // with its chain, and every proof
	Since Kind = "since" // what was written since the last delivery: it joins the chain that is there
	Some  Kind = "some"  // what was chosen
)

// Chosen is the part of a record that goes.
type Chosen struct {
	From, Until string   `json:",omitzero"` // days; "": any
	Categories  []string `json:",omitzero"` // none: all
	Degree      record.Sensitivity
	Latest      bool // only how each record stands now
	Files       bool
	Whereabouts bool
	Decisions   []extract.Decision `json:",omitzero"` // about versions whose words name what is left out
}

// settled reports whether nothing more happens by itself.
func (c *Case) settled() bool {
	switch c.State {
	case Done, Open, Ready, Received, Refused, Withdrawn, Failed:
		return true
	}
	return false
}

// Unsettled reports whether this system has something to do for it by itself.
func (c *Case) Unsettled() bool { return !c.settled() }

// Moving reports whether a page about it should be looked at again soon.
func (c *Case) Moving() bool { return !c.settled() || c.State == Ready }
