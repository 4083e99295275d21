package mapping

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

// Links is what the mapping must be told about the world around a record.
type Links struct {
	// Target says what resource a record is, and what it is called in FHIR; both are "" where that is not known. Nil: nothing is known.
	Target func(uuid.UUID) (kind, id string)
	// Resolve finds the record that a reference from elsewhere means, by what it says beside its literal. Nil: it does not.
	Resolve func(*resource.Node) (uuid.UUID, bool)
	// Here is the address of this FHIR service: an absolute reference to anywhere else is not one of ours. Empty: any is.
	Here string
	// Subject is the person whose record it is.
	Subject uuid.UUID
	// SHA1 gives the SHA-1 of a file of the record, in base64, by which FHIR compares files; "" where it is not known. Nil: it never is.
	SHA1 func(file [32]byte) string
	// Room is where the nodes of resources are cut from. Nil: each is allocated by itself.
	Room *resource.Room
	// Zone is where dates and times of day are local. Nil: UTC.
	Zone *time.Location
}

// Head is what a version says around its content.
type Head struct {
	ID         string
	Version    string
	Updated    time.Time
	Mistake    bool // entered in error
	Incomplete bool
	Sensitive  string // a code of confidentiality, "" for normal
	Person     string // reference to the person in whose record it stands, where its class does not say
}

// writer writes one resource.
type writer struct {
	links Links
	zone  *time.Location
}

// Write makes the resource that a record is. The class may be one that the mapping does not know: then all is in extensions.
func (m *Mapper) Write(c *standard.Content, h Head, links Links) *resource.Node {
	return m.WriteWith(nil, c, h, links)
}

// WriteWith makes the resource that a record is, with the rest of what a resource once said that it was made of.
func (m *Mapper) WriteWith(rest *Rest, c *standard.Content, h Head, links Links) *resource.Node {
	class := m.classOf(c)
	n := links.Room.New(class.Resource)
	w := &writer{links: links, zone: links.Zone}
	if w.zone == nil {
		w.zone = time.UTC
	}
	w.group(n, &c.Group, class.group)
	if rest != nil {
		merge(n, rest.root)
	}
	w.always(n, class.group)
	if h.Mistake && class.mistake != nil {
		if leaf := find(n, class.mistake.path); leaf != nil {
			leaf.Value, leaf.Has = class.mistake.value, true
		} else {
			w.constant(n, *class.mistake)
		}
	}
	for _, left := range c.Unknown {
		x := n.AddExtension(OutdatedURL)
		name := x.AddExtension("name")
		name.Set("valueString", left.Path)
		x.AddExtension("json").Set("valueString", left.JSON)
	}
	h.write(n, class)
	return n
}

// classOf gives the mapping of a content's class; for a class that nobody knows, one without elements.
func (m *Mapper) classOf(c *standard.Content) *Class {
	if c.Class != nil {
		if class := m.byClass[c.Class.ID]; class != nil {
			return class
		}
	}
	t, _ := m.Definitions.ResourceType(defaultResource)
	code, _ := parsePath(t, "code.text")
	return &Class{Class: &standard.Class{ID: "unknown"}, Resource: t, group: &group{always: []constant{{path: code, value: "A record of a class that is no longer known"}}}}
}

// write puts the head where FHIR has it: id and meta.
func (h *Head) write(n *resource.Node, class *Class) {
	if h.ID != "" {
		n.Set("id", h.ID)
	}
	meta := n.First("meta")
	if meta == nil {
		meta = n.Add("meta")
	}
	if h.Version != "" {
		meta.Set("versionId", h.Version)
	}
	if !h.Updated.IsZero() {
		meta.Set("lastUpdated", h.Updated.UTC().Format("2006-01-02T15:04:05.000Z"))
	}
	if h.Person != "" && n.Extension(PersonURL) == nil {
		if x := n.AddExtension(PersonURL); x != nil {
			x.Add("valueReference").Set("reference", h.Person)
		}
	}
	p := meta.Add("profile")
	p.Value, p.Has = ClassPrefix+class.ID, true
	if h.Sensitive != "" {
		s := meta.Add("security")
		s.Set("system", ConfidentialitySystem)
		s.Set("code", h.Sensitive)
	}
	for _, tag := range []struct {
		is   bool
		code string
	}{{h.Incomplete, "incomplete"}, {h.Mistake, "entered-in-error"}} {
		if tag.is {
			t := meta.Add("tag")
			t.Set("system", StatusSystem)
			t.Set("code", tag.code)
		}
	}
}

// ConfidentialitySystem is the system of the labels that say who may see a version.
const ConfidentialitySystem = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"

// The codes of ConfidentialitySystem that are not normal.
const (
	Restricted     = "R"
	VeryRestricted = "V"
)

// StatusSystem is the system of tags that say how far a version can be relied on.
const StatusSystem = "urn:rosemary:status"

// always writes what every such resource says, unless the record has said something in its place.
func (w *writer) always(n *resource.Node, g *group) {
	silent := make([]bool, len(g.always))
	for i, a := range g.always {
		silent[i] = a.path[0].first(n) == nil && a.stands(n)
	}
	for i, a := range g.always {
		if silent[i] {
			w.constant(n, a)
		}
	}
	for _, a := range g.fill {
		for at := range a.path[0].all(n) {
			if a.path[1].first(at) == nil {
				w.constant(at, constant{path: a.path[1:], value: a.value})
			}
		}
	}
}

// stands reports whether what a constant is said beside is there.
func (a *constant) stands(n *resource.Node) bool { return len(a.where) == 0 || find(n, a.where) != nil }

// constant writes a value that no record says.
func (w *writer) constant(n *resource.Node, a constant) {
	leaf := makePath(n, a.path, -1)
	switch {
	case leaf == nil:
	case a.value == unknownLiteral:
		leaf.AddExtension(AbsentURL).Set("valueCode", "unknown")
	default:
		leaf.Value, leaf.Has = a.value, true
	}
}

// group writes the elements of a group to their places.
func (w *writer) group(n *resource.Node, g *standard.Group, rules *group) {
	for i := range g.Entries {
		entry := &g.Entries[i]
		r := rules.rules[entry.Element.Order]
		if r.ofDate && w.withDate(n, g, rules, r, entry) {
			continue
		}
		if slices.ContainsFunc(entry.Values, func(v standard.Value) bool { return !w.takes(v, r) }) { // all, so that they stay in order
			r = &rule{e: r.e, path: r.fallback, repeat: r.backMany, fallback: r.fallback, backMany: r.backMany, only: r.only}
		}
		for _, v := range entry.Values {
			w.value(n, g, v, r)
		}
	}
}

// withDate says whether a time of day stands together with its date, which is written then.
func (w *writer) withDate(n *resource.Node, g *standard.Group, rules *group, r *rule, entry *standard.Entry) bool {
	for _, date := range rules.rules {
		if date.clock == r {
			if _, ok := w.together(g, date); ok {
				return true
			}
		}
	}
	w.value(n, g, entry.Values[0], &rule{e: r.e, path: r.fallback, repeat: -1, backMany: -1, fallback: r.fallback})
	return true
}

// together gives a date and its time of day as an instant, where that says exactly the two.
func (w *writer) together(g *standard.Group, r *rule) (string, bool) {
	dates, clocks := g.Get(r.e.ID), g.Get(r.clock.e.ID)
	if len(dates) != 1 || len(clocks) != 1 {
		return "", false
	}
	date, isDate := dates[0].(standard.Date)
	clock, isTime := clocks[0].(standard.Time)
	if !isDate || !isTime || len(date) != 10 {
		return "", false
	}
	at, err := time.ParseInLocation("2006-01-02T15:04:05", string(date)+"T"+withSeconds(string(clock)), w.zone)
	if err != nil {
		return "", false
	}
	s := at.Format("2006-01-02T15:04:05Z07:00")
	d, c, ok := apart(s, w.zone)
	return s, ok && d == date && c == clock
}

// apart gives the date and the time of day that a clock on the wall showed at an instant: with seconds only where there are any.
func apart(s string, zone *time.Location) (standard.Date, standard.Time, bool) {
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return "", "", false
	}
	local := at.In(zone)
	clock := local.Format("15:04")
	if local.Second() != 0 {
		clock = local.Format("15:04:05")
	}
	return standard.Date(local.Format("2006-01-02")), standard.Time(clock), at.Nanosecond() == 0
}

// value writes one value to its place, and beside it what the place cannot say.
func (w *writer) value(n *resource.Node, g *standard.Group, v standard.Value, r *rule) {
	if inner, ok := v.(*standard.Group); ok {
		if r.here {
			w.group(n, inner, r.inner)
			return
		}
		leaf := makePath(n, r.path, r.repeat)
		w.group(leaf, inner, r.inner)
		w.always(leaf, r.inner)
		return
	}
	if r.clock != nil {
		if s, ok := w.together(g, r); ok {
			if leaf := makePath(n, r.path, -1); leaf != nil {
				primitive(leaf, s)
				return
			}
		}
	}
	path, repeat := r.path, r.repeat
	if r.here {
		path, repeat = r.fallback, r.backMany
	}
	leaf := makePath(n, path, repeat)
	if leaf == nil {
		leaf = makePath(n, r.fallback, r.backMany)
	}
	w.put(leaf, v, r)
	if r.file {
		w.mark(n, leaf)
	}
	if verbatim(leaf, v, r) {
		return
	}
	back := (&taker{links: w.links}).get(leaf, r)
	if !same(back, v) || leaf.Has && leaf.Value == r.standing {
		leaf.AddExtension(ExactURL).Set("valueString", string(standard.AppendValue(nil, v)))
	}
}

// verbatim says that a place holds a text or a time to the letter, so that it need not be read back to be sure.
func verbatim(leaf *resource.Node, v standard.Value, r *rule) bool {
	if !leaf.Has || leaf.Type.Kind != resource.Primitive || len(leaf.Nodes) > 0 || leaf.Value == r.standing {
		return false
	}
	switch v := v.(type) {
	case standard.Text:
		return r.e.Value == standard.TextValue && leaf.Value == string(v)
	case standard.DateTime:
		return r.e.Value == standard.DateTimeValue && leaf.Value == string(v)
	}
	return false
}

// takes says whether the place can take a reference: FHIR lets some elements point at some resources only.
func (w *writer) takes(v standard.Value, r *rule) bool {
	ref, ok := v.(standard.Reference)
	if !ok || len(r.path) == 0 {
		return true
	}
	targets := r.path[len(r.path)-1].field.Targets
	if len(targets) == 0 || w.links.Target == nil {
		return true
	}
	kind, _ := w.links.Target(ref.UID)
	return kind == "" || slices.Contains(targets, kind)
}

// same says whether two values are the same to the letter.
func same(a, b standard.Value) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case standard.Number, standard.Quantity:
		return b != nil && string(standard.AppendValue(nil, a)) == string(standard.AppendValue(nil, b))
	case *standard.Group:
		return false
	}
	switch b.(type) {
	case standard.Number, standard.Quantity: // these cannot be compared
		return false
	}
	return a == b
}
