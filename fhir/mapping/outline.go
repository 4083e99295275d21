package mapping

import (
	"strings"

	"rosemary/standard"
)

// Place is where an element of a class stands in its resource.
type Place struct {
	Element   *standard.Element
	Path      string          // of the elements, without what tells one of several from another; "" where it stands in an extension only
	Written   string          // as the mapping file has it
	Extension string          // the address of the extension that holds it, where its place cannot or there is none; "" for none
	Value     string          // which value that extension has, as in valueString; "" for extensions in it
	Targets   map[string]bool // the resources that a reference can be to
	Inner     []Place         // of a group
}

// Places says where every element of the class stands.
func (c *Class) Places(m *Mapper) []Place { return m.places(c.group) }

func (m *Mapper) places(g *group) []Place {
	var all []Place
	for _, r := range g.rules {
		p := Place{Element: r.e}
		if len(r.fallback) > 0 && (r.inner == nil || text(r.path) == text(r.fallback)) {
			p.Extension = r.fallback[0].where[0].equals
			if len(r.fallback) > 1 {
				p.Value = r.fallback[1].field.Name
			}
		}
		if text(r.path) != text(r.fallback) {
			p.Path, p.Written = plain(r.path), strings.TrimPrefix(text(r.path), ".")
		}
		if len(r.e.To) > 0 {
			p.Targets = map[string]bool{}
			for _, to := range r.e.To {
				for _, class := range to.Concrete() {
					if there := m.byClass[class.ID]; there != nil {
						p.Targets[there.Resource.Name] = true
					}
				}
			}
		}
		if r.inner != nil {
			p.Inner = m.places(r.inner)
		}
		all = append(all, p)
	}
	return all
}

// plain is a path without what stands in brackets.
func plain(steps []step) string {
	names := make([]string, len(steps))
	for i, s := range steps {
		names[i] = s.field.Base
		if s.field.Choice {
			names[i] += "[x]"
		}
	}
	return strings.Join(names, ".")
}
