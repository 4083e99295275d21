// Package merge holds the idea that what two people changed in one record at the same time can be put together field by field where they changed different
// fields, and never otherwise: what both changed is a question for a person, and some kinds of record are never put together at all.
//
// The functions are pure. They know nothing of who may do what, or of how the two came about.
package merge

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"

	"rosemary/standard"
)

//go:embed merge.yaml
var rulesFile []byte // go:embed needs a variable of the package; nothing writes to it

// Rules say which kinds of record may be put together.
type Rules struct {
	ByField []string `yaml:"by_field"`
	Never   []string `yaml:"never"`
}

// StandardRules are the rules that come with the program.
func StandardRules() (*Rules, error) {
	r := &Rules{}
	if err := yaml.UnmarshalWithOptions(rulesFile, r, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("merge.yaml: %w", err)
	}
	for _, role := range r.Never {
		if slices.Contains(r.ByField, role) {
			return nil, fmt.Errorf("merge.yaml: the role %s stands in both lists", role)
		}
	}
	return r, nil
}

// May reports whether records of a class may be put together.
func (r *Rules) May(class *standard.Class) bool {
	return class != nil && slices.ContainsFunc(r.ByField, class.HasRole) && !slices.ContainsFunc(r.Never, class.HasRole)
}

// Field is an element that somebody changed, as it stood and as each of the two left it; nil values: it was not answered.
type Field struct {
	Element            *standard.Element
	Base, Mine, Theirs []standard.Value
	Both               bool // both changed it, and differently
}

// Merge is what became of two changes of one record.
type Merge struct {
	Content *standard.Content // theirs, with what only the other changed
	Fields  []Field           // what either of the two changed, in the order of the class
}

// Both reports whether a person must decide about a field.
func (m *Merge) Both() bool {
	return slices.ContainsFunc(m.Fields, func(f Field) bool { return f.Both })
}

// Three puts two changes of one content together: fields that only one of the two changed are taken from that one; what both left alike is so; where
// both changed a field differently, theirs stays and the field is marked.
func Three(base, mine, theirs *standard.Content) *Merge {
	m := &Merge{Content: &standard.Content{Class: theirs.Class}}
	for _, e := range elements(base, mine, theirs) {
		if e.Role == standard.RoleSubject { // a form does not ask whom it is about
			if values := theirs.Get(e.ID); len(values) > 0 {
				m.Content.Entries = append(m.Content.Entries, standard.Entry{Element: e, Values: values})
			}
			continue
		}
		f := Field{Element: e, Base: base.Get(e.ID), Mine: mine.Get(e.ID), Theirs: theirs.Get(e.ID)}
		was, my, their := written(e, f.Base), written(e, f.Mine), written(e, f.Theirs)
		merged := f.Theirs
		if my != was && their == was {
			merged = f.Mine
		}
		f.Both = my != was && their != was && my != their
		if my != was || their != was {
			m.Fields = append(m.Fields, f)
		}
		if len(merged) > 0 {
			m.Content.Entries = append(m.Content.Entries, standard.Entry{Element: e, Values: merged})
		}
	}
	return m
}

// elements are those that any of the contents answers, in the order of the class.
func elements(contents ...*standard.Content) []*standard.Element {
	var all []*standard.Element
	for _, c := range contents {
		for _, entry := range c.Entries {
			if !slices.ContainsFunc(all, func(e *standard.Element) bool { return e.ID == entry.Element.ID }) {
				all = append(all, entry.Element)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *standard.Element) int { return a.Order - b.Order })
	return all
}

// written is how values are stored: two that are stored alike are the same to the last digit.
func written(e *standard.Element, values []standard.Value) string {
	if len(values) == 0 {
		return ""
	}
	one := standard.Content{Group: standard.Group{Entries: []standard.Entry{{Element: e, Values: values}}}}
	return string(one.AppendJSON(nil))
}
