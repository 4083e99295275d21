package standard

import "strconv"

// ReferenceAt is a reference and where in the content it stands.
type ReferenceAt struct {
	Path    string // JSON Pointer inside the content
	Element *Element
	Reference
}

// Walk calls fn for every value of the content, groups included, each with its JSON Pointer inside the content, in class order.
func (g *Group) Walk(path string, fn func(path string, e *Element, v Value)) {
	for _, entry := range g.Entries {
		at := path + "/" + entry.Element.ID
		for i, v := range entry.Values {
			p := at
			if entry.Element.Many {
				p += "/" + strconv.Itoa(i)
			}
			fn(p, entry.Element, v)
			if inner, ok := v.(*Group); ok {
				inner.Walk(p, fn)
			}
		}
	}
}

// Each visits the same values, for whoever does not ask where they stand.
func (g *Group) Each(fn func(e *Element, v Value)) {
	for _, entry := range g.Entries {
		for _, v := range entry.Values {
			fn(entry.Element, v)
			if inner, ok := v.(*Group); ok {
				inner.Each(fn)
			}
		}
	}
}

// Get returns the values of the element with this id, nil when it has none.
func (g *Group) Get(id string) []Value {
	for _, entry := range g.Entries {
		if entry.Element.ID == id {
			return entry.Values
		}
	}
	return nil
}

// All returns every value that plays the role, in blocks too, stated absences left out.
func (g *Group) All(role string) []Value {
	var found []Value
	g.Each(func(e *Element, v Value) {
		if _, absent := v.(Absent); e.Role == role && !absent {
			found = append(found, v)
		}
	})
	return found
}

// First returns the first value that plays the role, stated absences left out.
func (g *Group) First(role string) (Value, bool) {
	for _, entry := range g.Entries {
		for _, v := range entry.Values {
			if inner, ok := v.(*Group); ok {
				if found, ok := inner.First(role); ok {
					return found, true
				}
				continue
			}
			if _, absent := v.(Absent); entry.Element.Role == role && !absent {
				return v, true
			}
		}
	}
	return nil, false
}

// References returns every reference of the content, with its place.
func (g *Group) References() []ReferenceAt {
	var refs []ReferenceAt
	g.Walk("", func(path string, e *Element, v Value) {
		if r, ok := v.(Reference); ok {
			refs = append(refs, ReferenceAt{Path: path, Element: e, Reference: r})
		}
	})
	return refs
}

// NamesFile reports whether the element is a file that is kept beside the record.
func (e *Element) NamesFile() bool { return e.Block != nil && e.Block.HasRole(ClassRoleAttachment) }

// NamesFiles reports whether records of the class can name files that are kept beside them.
func (c *Class) NamesFiles() bool { return c.paths[RoleAttachmentHash] != nil }

// Words is the first value of a role as it was entered: text, a date, a time, or the display of a code.
func (c *Content) Words(role string) string {
	v, _ := c.First(role)
	switch v := v.(type) {
	case Text:
		return string(v)
	case Date:
		return string(v)
	case Time:
		return string(v)
	case DateTime:
		return string(v)
	case Coded:
		if v.Display != "" {
			return v.Display
		}
		if v.Text != "" {
			return v.Text
		}
		return v.Code
	}
	return ""
}

// Means is what the program may conclude from the first code that plays a role, "" when nothing.
func (c *Content) Means(role string) string {
	meaning, found := "", false
	c.Each(func(e *Element, v Value) {
		if code, coded := v.(Coded); coded && e.Role == role && !found {
			meaning, found = e.Meaning(code), true
		}
	})
	return meaning
}

// Meaning is what the program may conclude from a code of the element, "" when nothing.
func (e *Element) Meaning(code Coded) string {
	if e.ValueSet == nil {
		return ""
	}
	if known, ok := e.ValueSet.Code(code.Code); ok {
		return known.Means
	}
	return ""
}
