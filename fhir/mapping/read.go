package mapping

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

// The rules that a resource can break on its way into a record.
const (
	RuleNoClass  = "no-class"  // a resource that is of no class that is known
	RuleLeftOver = "left-over" // it says more than the record can hold in a place where that is not safe
	RuleModifier = "modifier"  // it says something that changes its meaning, and the record has no place for it
)

// Taken is what a resource says as the content of a class.
type Taken struct {
	Class   *Class
	Content []byte // JSON, still to be checked against the class
	Mistake bool   // it says that it was entered in error
	Whole   bool   // nothing is left over

	root   *resource.Node
	taken  map[*resource.Node]bool   // what became content
	places map[string]*resource.Node // by JSON Pointer in the content
}

// taker reads one resource.
type taker struct {
	links      Links
	zone       *time.Location
	taken      map[*resource.Node]bool
	understood map[*resource.Node]bool // taken, or said by every such resource
	root       *resource.Node
	inside     map[*resource.Node]*resource.Node // references to contained resources out of which something was read
	places     map[string]*resource.Node
	skip       *resource.Node
}

// ReadAs makes of a resource the content of a class.
func (m *Mapper) ReadAs(class *Class, n *resource.Node, links Links) (*Taken, []standard.Problem) {
	t := &taker{
		links: links, zone: links.Zone, taken: map[*resource.Node]bool{}, understood: map[*resource.Node]bool{}, places: map[string]*resource.Node{},
		root: n, inside: map[*resource.Node]*resource.Node{},
	}
	if t.zone == nil {
		t.zone = time.UTC
	}
	taken := &Taken{Class: class, root: n, taken: t.taken, places: t.places}
	t.head(n)
	if class.mistake != nil {
		if leaf := find(n, class.mistake.path); leaf != nil && leaf.Value == class.mistake.value {
			taken.Mistake, t.skip = true, leaf
			t.take(leaf)
		}
	}
	g := t.group(n, class.group, "")
	t.constants(n, class.group)
	problems := t.modifiers(n)
	problems = append(problems, t.leftOver(n, class.group)...)
	for _, p := range t.inWords(n, class.group, g) {
		if !slices.Contains(problems, p) {
			problems = append(problems, p)
		}
	}
	content := &standard.Content{Class: class.Class, Group: *g}
	taken.Content = content.AppendJSON(nil)
	taken.Whole = restOf(n, t.understood, 0) == nil
	return taken, problems
}

// take notes that the values of elements have been read.
func (t *taker) take(nodes ...*resource.Node) {
	if t.taken == nil { // a look only
		return
	}
	for _, n := range nodes {
		if n != nil {
			t.taken[n], t.understood[n] = true, true
		}
	}
}

// understand notes that the values of elements say what the record says already, though it will not say them so.
func (t *taker) understand(nodes ...*resource.Node) {
	if t.taken == nil {
		return
	}
	for _, n := range nodes {
		if n != nil {
			t.understood[n] = true
		}
	}
}

// whole notes that all of an element has been read.
func (t *taker) whole(n *resource.Node) {
	t.take(n)
	for _, c := range n.Nodes {
		t.whole(c)
	}
}

// head takes what Head.write writes.
func (t *taker) head(n *resource.Node) {
	t.take(n.First("id"))
	if x := n.Extension(PersonURL); x != nil {
		t.whole(x)
	}
	meta := n.First("meta")
	if meta == nil {
		return
	}
	t.take(meta.First("versionId"), meta.First("lastUpdated"))
	for _, c := range meta.Nodes {
		switch {
		case c.Field.Name == "profile" && strings.HasPrefix(c.Value, ClassPrefix):
			t.take(c)
		case c.Field.Name == "tag" && c.Text("system") == StatusSystem, c.Field.Name == "security" && c.Text("system") == ConfidentialitySystem:
			t.whole(c)
		}
	}
}

// constants understands what every such resource says. It is no part of the content: what another says in its place is given back in its place.
func (t *taker) constants(n *resource.Node, g *group) {
	if t.taken == nil {
		return
	}
	taken := t.taken
	t.taken = map[*resource.Node]bool{}
	defer func() { t.taken = taken }()
	for _, a := range g.always {
		if len(a.where) == 0 || a.stands(n) && g.wholly(n, a) {
			t.constant(n, a)
		}
	}
	for _, a := range g.fill {
		for at := range a.path[0].all(n) {
			t.constant(at, constant{path: a.path[1:], value: a.value})
		}
	}
}

// wholly reports whether all that is said beside the same element says what it would say of itself: what says something else is somebody's own words, all of it.
func (g *group) wholly(n *resource.Node, a constant) bool {
	for _, other := range g.always {
		if leaf := find(n, other.path); samePath(other.where, a.where) && (leaf == nil || leaf.Value != other.value) {
			return false
		}
	}
	return true
}

func (t *taker) constant(n *resource.Node, a constant) {
	leaf := find(n, a.path)
	switch {
	case leaf == nil || leaf.Extension(ExactURL) != nil:
	case a.value == unknownLiteral:
		if x := leaf.Extension(AbsentURL); x != nil && x.Text("valueCode") == "unknown" {
			t.whole(x)
			t.way(n, a.path, leaf)
		}
	case leaf.Value == a.value:
		t.take(leaf)
		t.way(n, a.path, leaf)
	}
}

// way takes what tells the elements on a path from others.
func (t *taker) way(n *resource.Node, steps []step, leaf *resource.Node) bool {
	if len(steps) == 0 {
		return n == leaf
	}
	for c := range steps[0].all(n) {
		if t.way(c, steps[1:], leaf) {
			for _, where := range steps[0].where {
				t.take(c.At(where.way...))
			}
			if also := steps[0].also; also != nil && c.Text(also.way...) == also.equals {
				t.take(c.At(also.way...))
			}
			return true
		}
	}
	return false
}

// group reads the elements of a group from their places.
func (t *taker) group(n *resource.Node, rules *group, pointer string) *standard.Group {
	g := &standard.Group{}
	for _, r := range rules.rules {
		if values := t.element(n, rules, r, pointer+"/"+r.e.ID); len(values) > 0 {
			g.Entries = append(g.Entries, standard.Entry{Element: r.e, Values: values})
		}
	}
	if pointer != "" && len(g.Entries) == 0 {
		return g // there is no such block
	}
	// What must be there and is not said was not asked, as far as anybody knows.
	for _, r := range rules.rules {
		if r.e.Must && !r.e.NoAbsence && r.e.Role != standard.RoleSubject && g.Get(r.e.ID) == nil {
			g.Entries = append(g.Entries, standard.Entry{Element: r.e, Values: []standard.Value{standard.NotAsked}})
		}
	}
	return g
}

// element reads the values of one element.
func (t *taker) element(n *resource.Node, rules *group, r *rule, at string) []standard.Value {
	if r.here {
		if inner := t.group(n, r.inner, at); len(inner.Entries) > 0 {
			return []standard.Value{inner}
		}
	}
	if r.ofDate {
		if v := t.clock(n, rules, r); v != nil {
			return []standard.Value{v}
		}
	}
	var values []standard.Value
	for i := 0; i < 2+len(r.or); i++ {
		p := r.alternative(i, len(values))
		if p.steps == nil && p.here == nil {
			continue
		}
		if p.here != nil {
			here := at
			if r.e.Many {
				here += "/0"
			}
			if v := t.asHere(n, p, here); v != nil {
				return []standard.Value{v}
			}
			continue
		}
		for _, leaf := range t.at(n, p) {
			here := at
			if r.e.Many {
				here += "/" + strconv.Itoa(len(values))
			}
			v := t.value(leaf, rules, r, here)
			if v == nil {
				continue
			}
			t.places[here] = leaf
			if r.file {
				t.marked(n)
			}
			if p.through == nil {
				t.way(n, p.steps, leaf)
			}
			if values = append(values, v); !r.e.Many {
				return values
			}
		}
	}
	return values
}

// alternative gives the places where an element is looked for, one after the other: its own, its extension, and then others while nothing was found.
func (r *rule) alternative(i, found int) where {
	switch {
	case i == 0 && !r.ofDate && !r.here:
		return where{steps: r.path, repeat: r.repeat}
	case i == 1 && (r.ofDate || r.here || !samePath(r.fallback, r.path)):
		return where{steps: r.fallback, repeat: r.backMany}
	case i > 1 && found == 0:
		return r.or[i-2]
	}
	return where{}
}

// clock reads the time of day that stands together with its date.
func (t *taker) clock(n *resource.Node, rules *group, r *rule) standard.Value {
	for _, date := range rules.rules {
		if date.clock != r {
			continue
		}
		if leaf := find(n, date.path); leaf != nil && strings.Contains(leaf.Value, "T") {
			if _, clock, ok := apart(leaf.Value, t.zone); ok || clock != "" {
				return clock
			}
		}
	}
	return nil
}

// value reads one value from its place, or what stands beside it where the place could not say it.
func (t *taker) value(leaf *resource.Node, rules *group, r *rule, at string) standard.Value {
	if leaf == t.skip {
		return nil
	}
	if r.inner != nil && !r.here {
		return t.inner(leaf, r, at)
	}
	if r.clock != nil && strings.Contains(leaf.Value, "T") {
		if date, _, ok := apart(leaf.Value, t.zone); date != "" {
			if ok {
				t.take(leaf)
			}
			return date
		}
	}
	v := t.get(leaf, r)
	if x := leaf.Extension(AbsentURL); v == nil && x != nil && !leaf.Has && x.Text("valueCode") == "unknown" {
		t.whole(x)
	}
	x := leaf.Extension(ExactURL)
	if x == nil && leaf.Has && leaf.Value == r.standing { // it stands there whatever the record says
		return nil
	}
	if x == nil {
		return v
	}
	t.whole(x)
	if exact := t.exact(leaf, x, rules.class, r, v); exact != nil {
		return exact
	}
	return v
}

// exact gives the value that stands beside a place, when it still agrees with what the place says: whoever changed the place did not mean it.
func (t *taker) exact(leaf, x *resource.Node, class *standard.Class, r *rule, said standard.Value) standard.Value {
	data := x.Text("valueString")
	if r.e.Many {
		data = "[" + data + "]"
	}
	c, err := standard.ReadContent(class, []byte(`{"`+r.e.ID+`":`+data+`}`))
	if err != nil || len(c.Entries) != 1 || len(c.Unknown) > 0 || len(c.Entries[0].Values) != 1 {
		return nil
	}
	v := c.Entries[0].Values[0]
	again := &resource.Node{Field: leaf.Field, Type: leaf.Type}
	w := &writer{links: t.links, zone: t.zone}
	w.put(again, v, r)
	other := &taker{links: t.links, zone: t.zone}
	if again.Has != leaf.Has || again.Value != leaf.Value || !same(other.get(again, r), said) {
		return nil
	}
	for _, c := range again.Nodes { // what it was written as has been read with it
		for _, mine := range leaf.Nodes {
			if mine.Equal(c) {
				t.whole(mine)
				break
			}
		}
	}
	t.take(leaf)
	return v
}

// inner reads a block, or its stated absence.
func (t *taker) inner(leaf *resource.Node, r *rule, at string) standard.Value {
	if x := leaf.Extension(AbsentURL); x != nil {
		for ours, theirs := range absences {
			if x.Text("valueCode") == theirs {
				t.whole(x)
				return ours
			}
		}
	}
	g := t.group(leaf, r.inner, at)
	if len(g.Entries) == 0 {
		return nil
	}
	t.constants(leaf, r.inner)
	return g
}

// Expression gives the FHIRPath expression of what stands at a JSON Pointer of the content; that of the resource where nothing does.
func (t *Taken) Expression(pointer string) string {
	for p := pointer; ; p = p[:strings.LastIndexByte(p, '/')] {
		if node := t.places[p]; node != nil {
			found := ""
			t.root.Walk(t.root.Type.Name, func(path string, n *resource.Node) bool {
				if n == node {
					found = path
				}
				return found == ""
			})
			return found
		}
		if strings.LastIndexByte(p, '/') < 0 {
			return t.root.Type.Name
		}
	}
}
