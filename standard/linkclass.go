package standard

import (
	"slices"
	"strings"
)

// declare makes the class that a file speaks of, so that others can point at it.
func (l *linker) declare(raw *rawClass) {
	raw.checkID(raw.id, kebab, "lower-kebab, like care-plan")
	raw.checkFileName(raw.id)
	raw.oneOf(raw.kind, "kind of class", string(KindRecord), string(KindBlock), string(KindAbstract), string(KindEnvelope))
	c := &Class{
		ID: raw.id.s, Name: raw.name.s, Kind: ClassKind(raw.kind.s), Stream: Stream(raw.stream.s), Summary: raw.summary.s,
		Extension: raw.extension, Provider: raw.provider, Hash: raw.hash, index: map[string]*Element{},
		Source: Source{Standard: raw.standard.s, Version: raw.version.s, ClassID: raw.classID.s, Complete: raw.complete, Note: raw.sourceNote.s},
	}
	raw.class = c
	l.linkCategory(raw)
	l.linkStream(raw)
	for _, role := range raw.roles {
		switch {
		case raw.provider:
			raw.fault(role.at, "a provider's own class plays no role in the program; leave roles out")
		case slices.Contains(c.Roles, role.s):
			raw.fault(role.at, "role %q stands here twice", role.s)
		case raw.oneOf(role, "role of classes", ClassRoles()...):
			c.Roles = append(c.Roles, role.s)
		}
	}
	if other, twice := l.classes[c.ID]; twice && c.ID != "" {
		if raw.provider {
			raw.taken(raw.id, "class", other.provider)
			return
		}
		raw.fault(raw.id.at, "class %q is already in %s", c.ID, other.yamlFile.name)
		return
	}
	for _, other := range l.cat.classes {
		if other.Name == c.Name && c.Name != "" {
			raw.fault(raw.name.at, "class %q is called %q too; names must differ", other.ID, c.Name)
		}
	}
	if c.ID == "" {
		return
	}
	l.classes[c.ID] = raw
	l.cat.classByID[c.ID] = c
	l.cat.classes = append(l.cat.classes, c)
}

func (l *linker) linkCategory(raw *rawClass) {
	names := make([]string, len(l.cat.categories))
	for i, c := range l.cat.categories {
		names[i] = c.Name
		if c.Name == raw.category.s {
			raw.class.Category = c
		}
	}
	raw.oneOf(raw.category, "category of categories.yaml", names...)
}

func (l *linker) linkStream(raw *rawClass) {
	isRecord := raw.class.Kind == KindRecord
	switch {
	case isRecord && !raw.stream.given():
		raw.fault(raw.at, `a record has no "stream", which it must have: person, directory or either`)
	case !isRecord && raw.stream.given():
		raw.fault(raw.stream.at, "only records have a stream; leave it out")
	case isRecord:
		raw.oneOf(raw.stream, "stream", string(PersonStream), string(DirectoryStream), string(EitherStream))
	}
}

// linkParent looks up what the class extends.
func (l *linker) linkParent(raw *rawClass) {
	if raw.extends.s == "" {
		return
	}
	parent, ok := l.classes[raw.extends.s]
	if !ok {
		raw.fault(raw.extends.at, "%s", l.missing(classDir, "class", raw.extends.s, " to extend"))
		return
	}
	raw.class.Extends = parent.class
}

// refuseCycle notes classes that extend themselves in the end, and cuts the circle.
func (l *linker) refuseCycle(raw *rawClass) {
	trail := []string{raw.class.ID}
	for up := raw.class.Extends; up != nil; up = up.Extends {
		trail = append(trail, up.ID)
		if up == raw.class {
			raw.fault(raw.extends.at, "the class extends itself in a circle: %s", strings.Join(trail, " → "))
			raw.class.Extends = nil
			return
		}
		if len(trail) > len(l.classes) {
			return // a circle further up, noted there
		}
	}
}

// linkMembers compiles the class's own elements, blocks and relationships.
func (l *linker) linkMembers(raw *rawClass) {
	names := map[string]bool{}
	roles := map[string]string{}
	for _, m := range raw.members {
		e := l.linkElement(raw, m)
		switch {
		case e.ID == "":
			continue
		case raw.class.index[e.ID] != nil:
			raw.fault(m.place(), "id %q stands in this class twice", e.ID)
			continue
		case m.origin == FromElements && names[e.Name]:
			raw.fault(m.name.at, "there are two elements called %q in this class", e.Name)
		case e.Role != "" && e.Role != RoleStatement && e.Role != RoleWhereabouts && roles[e.Role] != "": // a person may say several things, and much tells where they live
			raw.fault(m.role.at, "role %q is already played by %q", e.Role, roles[e.Role])
		}
		if m.origin == FromElements {
			names[e.Name] = true
		}
		roles[e.Role] = e.ID
		raw.class.add(e)
	}
}

// place is where a fault of the whole member is shown: its id, or where it begins.
func (m *rawElement) place() pos {
	if m.id.given() {
		return m.id.at
	}
	return m.at
}

// add puts the element at the end of the class.
func (c *Class) add(e *Element) {
	e.Order = len(c.Elements)
	c.Elements = append(c.Elements, e)
	c.index[e.ID] = e
}

// inherit adds the relationships that the class's parents lend, the nearest parent's first. An element of the class with the
// same id takes the relationship's place: the class carries it itself.
func (l *linker) inherit(raw *rawClass) {
	seen := 0
	for up := raw.class.Extends; up != nil && seen <= len(l.classes); up = up.Extends {
		seen++
		for _, lent := range up.Elements {
			if lent.Origin != FromRelationships || lent.Class != up {
				continue
			}
			own, taken := raw.class.index[lent.ID]
			if !taken {
				copied := *lent
				raw.class.add(&copied)
				continue
			}
			if own.Class == raw.class && own.Origin != FromElements {
				raw.fault(raw.memberAt(lent.ID), "id %q is already lent by %q; only an element may take its place", lent.ID, up.ID)
			}
		}
	}
}

// memberAt finds where the member with this id stands.
func (raw *rawClass) memberAt(id string) pos {
	for _, m := range raw.members {
		if m.id.s == id || m.id.s == "" && lowerCamel(m.class.s) == id {
			return m.place()
		}
	}
	return raw.at
}

// linkTitle looks up the elements that make the one-line title.
func (l *linker) linkTitle(raw *rawClass) {
	for _, w := range raw.title {
		e, ok := raw.class.index[w.s]
		if !ok {
			raw.fault(w.at, "the title names %q, which is no element of this class", w.s)
			continue
		}
		if slices.Contains(raw.class.Title, e) {
			raw.fault(w.at, "the title names %q twice", w.s)
			continue
		}
		raw.class.Title = append(raw.class.Title, e)
	}
}

// refuseNesting notes blocks that hold themselves in the end: no record could be written down.
func (l *linker) refuseNesting() {
	for _, raw := range l.rawClasses {
		for _, m := range raw.members {
			block, ok := l.cat.classByID[m.class.s]
			if ok && block.holds(raw.class, map[*Class]bool{}) {
				raw.fault(m.class.at, "the block %q holds this class in turn; a block cannot stand inside itself", m.class.s)
			}
		}
	}
}

// holds says whether the class is the other or has it inside.
func (c *Class) holds(other *Class, been map[*Class]bool) bool {
	if c == other {
		return true
	}
	if been[c] {
		return false
	}
	been[c] = true
	for _, e := range c.Elements {
		if e.Block != nil && e.Block.holds(other, been) {
			return true
		}
	}
	return false
}

// lowerCamel turns trigger-factors into triggerFactors.
func lowerCamel(kebab string) string {
	parts := strings.Split(kebab, "-")
	for i := 1; i < len(parts); i++ {
		if parts[i] != "" {
			parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
		}
	}
	return strings.Join(parts, "")
}
