package resource

import (
	"fmt"
	"strconv"
	"strings"

	"rosemary/standard"
)

// The rules that a resource can break, beside those of package standard.
const (
	RuleMalformed  = "malformed"
	RuleUnknown    = standard.RuleUnknownElement
	RuleShape      = standard.RuleWrongShape
	RuleTwice      = standard.RuleDuplicate
	RuleTooDeep    = standard.RuleTooDeep
	RuleEmpty      = standard.RuleEmpty
	RuleMust       = standard.RuleMustOccur
	RuleTooMany    = standard.RuleTooMany
	RuleFormat     = "format"         // characters that are not of the element's type
	RuleCode       = "code"           // not one of the codes that must be used
	RuleNarrative  = "narrative"      // XHTML that is not harmless
	RuleNoType     = "no-type"        // a resource that does not say what it is
	RuleTarget     = "target"         // a reference to a type that it may not point at
	RuleCharacters = "not-characters" // what XML 1.0 cannot carry
)

// Bounds of what is read.
const (
	MaxDepth    = 48        // elements in elements
	MaxNodes    = 2_000_000 // elements of one document
	maxFaults   = 200       // beyond, more of them help nobody
	maxShown    = 60        // characters of a value that a fault shows
	maxAttrs    = 16        // attributes of one XML tag
	maxInputXML = 64 << 20  // bytes of an XML document
)

// faults gathers what is wrong, and knows where the reading stands.
type faults struct {
	list []standard.Problem
	more bool
	path []place
}

// place is one step of a FHIRPath expression: a name, and which of several it is; less than 0 where there is only one.
type place struct {
	name string
	i    int
}

func (f *faults) enter(name string, i int) { f.path = append(f.path, place{name, i}) }
func (f *faults) leave()                   { f.path = f.path[:len(f.path)-1] }

// expression is the FHIRPath expression of where the reading stands.
func (f *faults) expression() string {
	var b strings.Builder
	for i, p := range f.path {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(p.name)
		if p.i >= 0 {
			b.WriteString("[" + strconv.Itoa(p.i) + "]")
		}
	}
	return b.String()
}

// add notes what is wrong where the reading stands.
func (f *faults) add(rule, value, format string, args ...any) {
	if len(f.list) >= maxFaults {
		f.more = true
		return
	}
	f.list = append(f.list, standard.Problem{Path: f.expression(), Rule: rule, Value: shown(value), Message: fmt.Sprintf(format, args...)})
}

// addIn notes what is wrong with an element of where the reading stands.
func (f *faults) addIn(name, rule, value, format string, args ...any) {
	f.enter(name, -1)
	f.add(rule, value, format, args...)
	f.leave()
}

// whole notes what is wrong with the document as a whole.
func (f *faults) whole(rule, value, format string, args ...any) {
	path := f.path
	f.path = nil
	f.add(rule, value, format, args...)
	f.path = path
}

// all gives the faults, and says when there were more.
func (f *faults) all() []standard.Problem {
	if f.more {
		f.more = false
		f.list = append(f.list, standard.Problem{Rule: RuleTooMany, Message: fmt.Sprintf("There are more than %d faults; the others are not listed.", maxFaults)})
	}
	return f.list
}

func shown(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if r := []rune(s[:min(len(s), 4*maxShown)]); len(r) > maxShown {
		return string(r[:maxShown]) + "…"
	}
	return s
}
