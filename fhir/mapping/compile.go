package mapping

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

// The names of what the mapping itself adds to resources.
const (
	ClassSystem     = "urn:rosemary:class"             // of codes that name a class
	ClassPrefix     = "urn:rosemary:class:"            // a profile that names a class
	ElementPrefix   = "urn:rosemary:element:"          // an extension that holds an element: class, dot, element
	ExactURL        = "urn:rosemary:exact"             // the value as the record has it, where the place cannot say it
	PersonURL       = "urn:rosemary:person"            // in whose record something stands that is not about them by itself: a place
	CarriedURL      = "urn:rosemary:carried-signature" // a signature that came with a resource and was not proved here
	OutdatedURL     = "urn:rosemary:outdated"          // what a record holds that its class file has no place for any more
	AbsentURL       = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
	unitsOfMeasure  = "http://unitsofmeasure.org"
	classLiteral    = "(class)"   // in a mapping file: the code of the class
	unknownLiteral  = "(unknown)" // in a mapping file: something must stand here, and nobody said what
	here            = "here"      // in a mapping file: a block stands where its record stands
	defaultResource = "Basic"
)

// Mapper turns records into resources and back. It never changes once it is made.
type Mapper struct {
	Definitions *resource.Definitions
	catalogue   *standard.Catalogue
	byClass     map[string]*Class
	byResource  map[string][]*Class // those that take resources which name no class, most particular first
	all         []*Class
	ofType      map[string][]*Class
	outOf       map[string]bool // types of which no record is kept, and out of which a record is read where they are contained
}

// Class is the mapping of one class of records.
type Class struct {
	*standard.Class
	Resource *resource.Type
	group    *group
	takes    []*constant // any of them; none: it takes no resource that does not name it; a path of no steps: any resource
	needs    []string    // elements without which a resource that does not name the class is not of it
	mistake  *constant   // what says entered in error
}

// group is the rules of a class or block in one place.
type group struct {
	class  *standard.Class
	rules  []*rule // by the order of the class's elements
	always []constant
	fill   []constant
	left   map[string]bool
	words  map[string]*standard.Element // where what is left over of an element is said in words
	items  bool
}

// constant is a value at a path.
type constant struct {
	path  []step
	value string
	where []step // said only where this is there; none: by every such resource
}

// rule is where one element stands.
type rule struct {
	e         *standard.Element
	path      []step
	repeat    int
	or        []where // where it is read when it is not there
	fallback  []step  // the extension, for what the place cannot take
	backMany  int     // the repeating step of the fallback
	here      bool
	inner     *group
	codes     map[string]string // ours to theirs
	back      map[string]string // theirs to ours
	system    string
	known     map[string]string // system|code: ours
	otherwise string
	only      string // the one resource that a reference can be to; "" when there are several
	standing  string // what stands there where the record does not say it
	noWords   bool   // the words of a concept are another element
	file      bool   // the hash of a file, as the address of its Binary
	clock     *rule  // the time of day that stands with this date
	ofDate    bool   // this is such a time
}

// compiler holds what files are compiled against.
type compiler struct {
	m        *Mapper
	files    map[string]*file
	resource map[string]string // by class
	faults   []error
	at       *file
}

// New compiles the mapping files against a catalogue.
func New(catalogue *standard.Catalogue, definitions *resource.Definitions) (*Mapper, error) {
	list, err := readFiles(classes)
	if err != nil {
		return nil, err
	}
	c := &compiler{
		m:     &Mapper{Definitions: definitions, catalogue: catalogue, byClass: map[string]*Class{}, byResource: map[string][]*Class{}, ofType: map[string][]*Class{}, outOf: map[string]bool{}},
		files: map[string]*file{}, resource: map[string]string{},
	}
	for _, f := range list {
		c.files[f.Class+f.Block] = f
		if _, ok := catalogue.Class(f.Class + f.Block); !ok {
			c.faults = append(c.faults, fmt.Errorf("%s: there is no class %s", f.name, f.Class+f.Block))
		}
	}
	for _, class := range catalogue.Classes() {
		if class.Kind == standard.KindRecord {
			c.resource[class.ID] = defaultResource
			if f := c.files[class.ID]; f != nil && f.Resource != "" {
				c.resource[class.ID] = f.Resource
			}
		}
	}
	for _, class := range catalogue.Classes() {
		if class.Kind == standard.KindRecord {
			c.class(class)
		}
	}
	return c.m, errors.Join(c.faults...)
}

func (c *compiler) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf(c.at.name+": "+format, args...))
}

// class compiles the mapping of a class of records.
func (c *compiler) class(class *standard.Class) {
	if c.at = c.files[class.ID]; c.at == nil {
		c.at = &file{name: class.ID, Class: class.ID}
	}
	t, ok := c.m.Definitions.ResourceType(c.resource[class.ID])
	if !ok {
		c.fault("FHIR has no resource %s", c.resource[class.ID])
		return
	}
	m := &Class{Class: class, Resource: t}
	if t.Name == defaultResource && len(c.at.Always) == 0 {
		code, err := parsePath(t, "code.coding[system="+ClassSystem+"].code")
		if err != nil {
			c.fault("%w", err)
		}
		m.group = c.group(class, t, c.at, extensionOf(class.ID))
		m.group.always = append(m.group.always, constant{path: code, value: class.ID})
	} else {
		m.group = c.group(class, t, c.at, extensionOf(class.ID))
	}
	m.mistake = c.constant(t, c.at.Error)
	for _, condition := range c.at.Takes {
		if condition == "any" {
			m.takes = append(m.takes, &constant{})
		} else if one := c.constant(t, condition); one != nil {
			m.takes = append(m.takes, one)
		}
	}
	for _, id := range c.at.Needs {
		if _, ok := class.Element(id); !ok {
			c.fault("needs: %s has no element %s", class.ID, id)
		}
		m.needs = append(m.needs, id)
	}
	c.overlaps(m.group)
	c.m.all = append(c.m.all, m)
	c.m.ofType[t.Name] = append(c.m.ofType[t.Name], m)
	c.m.byClass[class.ID] = m
	if len(m.takes) > 0 {
		list := append(c.m.byResource[t.Name], m)
		slices.SortStableFunc(list, func(a, b *Class) int { return len(b.takes[0].path) - len(a.takes[0].path) })
		c.m.byResource[t.Name] = list
	}
}

// extensionOf names the extension of an element of a class.
func extensionOf(class string) func(id string) string {
	return func(id string) string { return ElementPrefix + class + "." + id }
}

// constant reads path=value; nil for nothing.
func (c *compiler) constant(t *resource.Type, text string) *constant {
	if text == "" {
		return nil
	}
	at := strings.LastIndex(text, "=")
	if at < 0 {
		c.fault("%q must be a path, = and a value", text)
		return nil
	}
	steps, err := parsePath(t, strings.TrimSpace(text[:at]))
	if err != nil {
		c.fault("%w", err)
		return nil
	}
	return &constant{path: steps, value: strings.TrimSpace(text[at+1:])}
}

// group compiles the rules of a class or block whose elements stand in a type.
func (c *compiler) group(class *standard.Class, t *resource.Type, f *file, url func(string) string) *group {
	g := &group{class: class, left: map[string]bool{}, words: map[string]*standard.Element{}, items: f.Items}
	for id := range f.Elements {
		if _, ok := class.Element(id); !ok {
			c.fault("%s has no element %s", class.ID, id)
		}
	}
	for _, item := range f.Always {
		if steps, value, ok := c.said(item, class, t); ok {
			g.always = append(g.always, constant{path: steps, value: value})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.When)) {
		where, err := parsePath(t, name)
		if err != nil {
			c.fault("when: %w", err)
		}
		for _, one := range f.When[name] {
			if steps, value, ok := c.said(one, class, t); ok {
				g.always = append(g.always, constant{path: steps, value: value, where: where})
			}
		}
	}
	for _, item := range f.Fill {
		if steps, value, ok := c.said(item, class, t); ok {
			g.fill = append(g.fill, constant{path: steps, value: value})
		}
	}
	for _, name := range f.Left {
		if !slices.ContainsFunc(t.Fields, func(f *resource.Field) bool { return f.Base == name }) {
			c.fault("left: FHIR's %s has no element %s", t.Name, name)
		}
		g.left[name] = true
	}
	c.inWords(g, t, f)
	for _, e := range class.Elements {
		p := f.Elements[e.ID]
		if p.To == "" && f.Items {
			p.To = c.itemPath(e)
		}
		g.rules = append(g.rules, c.rule(e, t, p, url(e.ID), f.Items))
	}
	for _, r := range g.rules {
		for _, a := range g.always {
			if text(a.path) == text(r.path) {
				r.standing = a.value
			}
		}
	}
	g.pairs()
	return g
}

// said reads what is said without the record.
func (c *compiler) said(item yaml.MapItem, class *standard.Class, t *resource.Type) (steps []step, value string, ok bool) {
	path, value := fmt.Sprint(item.Key), fmt.Sprint(item.Value)
	if value == classLiteral {
		path, value = path+".coding[system="+ClassSystem+"].code", class.ID
	}
	steps, err := parsePath(t, path)
	if err != nil {
		c.fault("always: %w", err)
	}
	return steps, value, err == nil
}

// rule compiles where one element stands.
func (c *compiler) rule(e *standard.Element, t *resource.Type, p place, url string, items bool) *rule {
	r := &rule{e: e, repeat: -1, backMany: -1, system: p.System, otherwise: p.Otherwise, file: p.File, codes: map[string]string{}, back: map[string]string{}, known: map[string]string{}}
	c.extension(r, t, url)
	if targets := c.targets(e); len(targets) == 1 {
		for kind := range targets {
			r.only = kind
		}
	}
	for _, item := range p.Codes {
		ours, theirs := fmt.Sprint(item.Key), fmt.Sprint(item.Value)
		r.codes[ours] = theirs
		if _, taken := r.back[theirs]; !taken {
			r.back[theirs] = ours
		}
		if e.ValueSet != nil {
			if _, ok := e.ValueSet.Code(ours); !ok {
				c.fault("%s: the value set %s has no code %s", e.ID, e.ValueSet.ID, ours)
			}
		}
	}
	for _, item := range p.Known {
		r.known[fmt.Sprint(item.Key)] = fmt.Sprint(item.Value)
		if _, ok := e.ValueSet.Code(fmt.Sprint(item.Value)); !ok {
			c.fault("%s: the value set %s has no code %s", e.ID, e.ValueSet.ID, item.Value)
		}
	}
	from := t
	switch p.To {
	case "":
		r.path, r.repeat = r.fallback, r.backMany
		switch {
		case e.Block == nil:
		case c.valueOf(e) != "":
			r.inner = c.group(e.Block, r.path[len(r.path)-1].field.Type, c.files[e.Block.ID], extensionOf(e.Block.ID))
		default:
			t, _ = c.m.Definitions.Type("Extension")
			r.inner = c.group(e.Block, t, &file{name: c.at.name}, func(id string) string { return id })
		}
		return r
	case here:
		if r.here = true; e.Block == nil || e.Many {
			c.fault("%s: only a block that occurs once can stand here", e.ID)
			return r
		}
	default:
		steps, err := parsePath(t, p.To)
		if err != nil {
			c.fault("%s: %w", e.ID, err)
			return r
		}
		r.path = steps
		t = steps[len(steps)-1].field.Type
		if r.repeat = lastMany(steps); !e.Many {
			r.repeat = -1
		} else if r.repeat < 0 {
			c.fault("%s can have several values, and %s only one", e.ID, p.To)
		}
		if steps[0].field.Name == "item" && items {
			steps[0].also = &condition{[]string{"text"}, e.Name}
		}
		c.reaches(r)
	}
	for _, path := range p.Or {
		r.or = append(r.or, c.alternative(e, from, path))
	}
	if e.Block != nil {
		f := c.files[e.Block.ID]
		if f == nil {
			f = &file{name: c.at.name}
		}
		if items && t.Name == "QuestionnaireResponse.item" {
			f = &file{name: c.at.name, Items: true}
		}
		r.inner = c.group(e.Block, t, f, extensionOf(e.Block.ID))
	}
	return r
}

// reaches sees that a reference stands where FHIR has one. Those that FHIR does not let point at what they point at go into the extension.
func (c *compiler) reaches(r *rule) {
	leaf := r.path[len(r.path)-1].field
	if r.e.Value != standard.ReferenceValue {
		return
	}
	if leaf.Type.Name != "Reference" {
		c.fault("%s is a reference, and %s is none", r.e.ID, leaf.Name)
		return
	}
}

// targets gives the resources that an element may point at, each with a class that is one.
func (c *compiler) targets(e *standard.Element) map[string]string {
	found := map[string]string{}
	for _, to := range e.To {
		for _, class := range to.Concrete() {
			found[c.resource[class.ID]] = class.ID
		}
		if kind := c.resource[to.ID]; kind != "" {
			found[kind] = to.ID
		}
	}
	return found
}

// pairs joins a date and a time of day that stand at one place.
func (g *group) pairs() {
	for _, date := range g.rules {
		if date.e.Value != standard.DateValue || date.path == nil || date.e.Many {
			continue
		}
		for _, clock := range g.rules {
			if clock.e.Value == standard.TimeValue && text(clock.path) == text(date.path) && !clock.e.Many {
				date.clock, clock.ofDate = clock, true
			}
		}
	}
}

// overlaps refuses two elements in one place, and one inside the place of another, but for the words of a concept and of a reference.
func (c *compiler) overlaps(g *group) {
	var flat []*rule
	var flatten func(*group)
	flatten = func(g *group) {
		for _, r := range g.rules {
			if r.here {
				flatten(r.inner)
				continue
			}
			if r.inner != nil {
				c.overlaps(r.inner)
			}
			if !r.ofDate && len(r.path) > 0 {
				flat = append(flat, r)
			}
		}
	}
	flatten(g)
	for i, a := range flat {
		for _, b := range flat[i+1:] {
			x, y := text(a.path), text(b.path)
			outer, inner := a, b
			if len(y) < len(x) {
				x, y, outer, inner = y, x, b, a
			}
			rest, under := strings.CutPrefix(y, x)
			switch {
			case !under || rest != "" && rest[0] != '.':
			case rest == ".text" && outer.e.Value == standard.CodedValue:
				outer.noWords = true
			case rest == ".display" && outer.e.Value == standard.ReferenceValue:
			default:
				c.fault("%s (%s) and %s (%s) stand in one place", outer.e.ID, x, inner.e.ID, y)
			}
		}
	}
}

// ClassesOf gives the classes whose records are resources of a type. The list is the mapper's own.
func (m *Mapper) ClassesOf(resource string) []*Class { return slices.Clip(m.ofType[resource]) }

// ReadsOutOf reports whether no record is kept as a type, and records are read out of resources of it that are contained in others.
func (m *Mapper) ReadsOutOf(resource string) bool {
	return m.outOf[resource] && len(m.ofType[resource]) == 0
}

// ByClass gives the mapping of a class.
func (m *Mapper) ByClass(id string) (*Class, bool) {
	c, ok := m.byClass[id]
	return c, ok
}

// Resources gives the types that records are, in the order of the classes.
func (m *Mapper) Resources() []string {
	var names []string
	for _, c := range m.all {
		if !slices.Contains(names, c.Resource.Name) {
			names = append(names, c.Resource.Name)
		}
	}
	return names
}

// WhenAt says whether an element of the resource says when the record happened, and whether it says no more than that: a period has an end of its own.
func (c *Class) WhenAt(base string) (begins, only bool) {
	for _, r := range c.group.rules {
		if r.e.Role == standard.RoleEventDate && len(r.path) > 0 && r.path[0].field.Base == base {
			return true, len(r.path) == 1
		}
	}
	return false, false
}
