package record

import (
	"time"

	"rosemary/standard"
)

// Rule is a rule of care that looks at what stands in a person's record already, and says what is wrong with what is to be added. It holds at every door, for every
// door commits through a session, and the session asks before it appends: nothing can come in between.
type Rule interface {
	// Needs says which records the rule must see to judge these, each need a span of time; none where it has nothing to say.
	Needs(written []Written) []Need
	// Judge tells what is wrong, all of it at once.
	Judge(standing []*Version, written []Written, by Committer, now time.Time) []standard.Problem
}

// Need is a list of records as they stand: of some classes, that happened in a span of time.
type Need struct {
	Classes     []string
	From, Until time.Time // zero: any
}

// Written is a version that is about to be appended.
type Written struct {
	Path   string   // where it stands in what was sent
	Before *Version // the version that it changes; nil for a new record
	*Version
}
