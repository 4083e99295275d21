package ehr

import (
	"fmt"
	"strconv"
)

// Severity says what a fault means for whoever receives the extract.
type Severity string

// The severities.
const (
	Error Severity = "error" // the extract is not one, or its meaning is in doubt: it is not taken
	Note  Severity = "note"  // legal, and worth knowing
)

// The rules that an extract can break.
const (
	RuleMalformed    = "malformed"         // not well-formed in its wire format, or cut off
	RuleTooDeep      = "too-deep"          // nested deeper than MaxDepth
	RuleTooLarge     = "too-large"         // a text or a part beyond what is read
	RuleUnknown      = "unknown-attribute" // an attribute that the class does not have
	RuleUnknownType  = "unknown-type"      // a class that does not exist, or not there
	RuleTwice        = "given-twice"       // an attribute that can be there once stands there again
	RuleMustOccur    = "must-occur"        // a mandatory attribute is missing, without a null flavour
	RuleSensitivity  = "sensitivity"       // outside 1..5
	RuleUnknownCode  = "unknown-code"      // not in its list
	RuleLinkRole     = "link-role"         // a link's role belongs to another nature
	RuleDuplicateID  = "duplicate-id"      // an rc_id or a key that something else has
	RuleCycle        = "cycle"             // a folder in itself, a version that follows itself
	RuleNotThere     = "not-there"         // points at what did not come along
	RuleSelfLink     = "self-link"         // a link to the component that holds it
	RuleTwoSubjects  = "two-subjects"      // more than one subject of care
	RuleBeforeBirth  = "before-birth"      // happened before the person was born
	RuleEnds         = "low-above-high"    // an interval that ends before it begins
	RuleBadTime      = "bad-time"          // not a time, date or duration of ISO 8601
	RuleBadNumber    = "bad-number"        // not a decimal or whole number
	RuleBadText      = "bad-text"          // characters that cannot be carried
	RuleHeader       = "header"            // the top is missing, comes twice or too late
	RuleChainTooLong = "not-checked"       // more than is kept to check
)

// Fault is one thing that is wrong with an extract: where, which rule, and what to do, in plain words. A decoder's error for bad input is a *Fault.
type Fault struct {
	Path     string // such as /all_compositions[3]/content[0]/items[2]/value; "" when it is about the whole
	Rule     string // one of the rules above
	Message  string // plain English
	Severity Severity
}

// Error is the message with its place.
func (f *Fault) Error() string {
	if f.Path == "" {
		return f.Message
	}
	return fmt.Sprintf("%s: %s", f.Path, f.Message)
}

// Place is where one is in an extract: the way down from the top, step by step.
type Place struct{ steps []step }

type step struct {
	name  string
	index int // -1 when the attribute can be there once only
}

// Enter goes down into an attribute. It is in no list until Index says so.
func (p *Place) Enter(name string) { p.steps = append(p.steps, step{name, -1}) }

// Index says which of a list it is.
func (p *Place) Index(i int) { p.steps[len(p.steps)-1].index = i }

// Leave goes up again.
func (p *Place) Leave() { p.steps = p.steps[:len(p.steps)-1] }

// Depth is the number of steps down.
func (p *Place) Depth() int { return len(p.steps) }

// String is the path, such as /all_compositions[3]/content[0].
func (p *Place) String() string {
	var b []byte
	for _, s := range p.steps {
		b = append(append(b, '/'), s.name...)
		if s.index >= 0 {
			b = append(strconv.AppendInt(append(b, '['), int64(s.index), 10), ']')
		}
	}
	return string(b)
}
