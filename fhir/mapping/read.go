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

// Read makes of a resource the content of the class that it names, or else of the class that takes such resources.
func (m *Mapper) Read(n *resource.Node, links Links) (*Taken, []standard.Problem) {
	class := m.ClassOf(n)
	if class == nil {
		return nil, []standard.Problem{{Path: n.Type.Name, Rule: RuleNoClass, Value: n.Type.Name,
			Message: "Nothing in the record is kept as such a resource. Name the class of the standard in meta.profile, as " + ClassPrefix + " and the class."}}
	}
	taken, problems := m.ReadAs(class, n, links)
	if len(problems) == 0 && taken.enough() {
		return taken, nil
	}
	for _, other := range m.byResource[n.Type.Name] { // one that takes more may hold what this one cannot
		if other == class || named(n) || !other.takesThis(n) {
			continue
		}
		if second, more := m.ReadAs(other, n, links); len(more) == 0 && second.enough() {
			return second, nil
		}
	}
	return taken, problems
}

// takesThis says whether a resource that names no class may be of this one.
func (c *Class) takesThis(n *resource.Node) bool {
	return slices.ContainsFunc(c.takes, func(one *constant) bool { return len(one.path) == 0 || says(n, one) })
}

// named says whether a resource says of which class it is.
func named(n *resource.Node) bool {
	return slices.ContainsFunc(n.First("meta").All("profile"), func(p *resource.Node) bool { return strings.HasPrefix(p.Value, ClassPrefix) })
}

// enough says whether what was read is all that the class needs, and keeps its rules.
func (t *Taken) enough() bool {
	content, err := standard.ReadContent(t.Class.Class, t.Content)
	if err != nil {
		return false
	}
	for _, id := range t.Class.needs {
		if !slices.ContainsFunc(content.Get(id), func(v standard.Value) bool { _, absent := v.(standard.Absent); return !absent }) {
			return false
		}
	}
	if len(t.Class.needs) == 0 {
		return true
	}
	_, problems := t.Class.Decode(t.Content, standard.DecodeOptions{})
	return len(problems) == 0
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
	problems = append(problems, t.inWords(n, class.group, g)...)
	content := &standard.Content{Class: class.Class, Group: *g}
	taken.Content = content.AppendJSON(nil)
	taken.Whole = restOf(n, t.understood, 0) == nil
	return taken, problems
}

// ClassOf says of which class a resource is; nil when there is none for it.
func (m *Mapper) ClassOf(n *resource.Node) *Class {
	for _, p := range n.First("meta").All("profile") {
		if id, ok := strings.CutPrefix(p.Value, ClassPrefix); ok {
			if class := m.byClass[id]; class != nil && class.Resource == n.Type {
				return class
			}
		}
	}
	if n.Type.Name == defaultResource {
		for _, c := range n.First("code").All("coding") {
			if class := m.byClass[c.Text("code")]; c.Text("system") == ClassSystem && class != nil && class.Resource == n.Type {
				return class
			}
		}
	}
	for _, class := range m.byResource[n.Type.Name] {
		if class.takesThis(n) {
			return class
		}
	}
	return nil
}

// says reports whether a resource has the value, at any of the places that the path leads to.
func says(n *resource.Node, c *constant) bool {
	var look func(n *resource.Node, steps []step) bool
	look = func(n *resource.Node, steps []step) bool {
		if len(steps) == 0 {
			return n.Value == c.value
		}
		for _, child := range steps[0].all(n) {
			if look(child, steps[1:]) {
				return true
			}
		}
		return false
	}
	return look(n, c.path)
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
	meta := n.First("meta")
	if meta == nil {
		return
	}
	t.take(meta.First("versionId"), meta.First("lastUpdated"))
	for _, c := range meta.Nodes {
		switch {
		case c.Field.Name == "profile" && strings.HasPrefix(c.Value, ClassPrefix):
			t.take(c)
		case c.Field.Name == "tag" && c.Text("system") == StatusSystem, c.Field.Name == "security":
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
		t.constant(n, a)
	}
	for _, a := range g.fill {
		for _, at := range a.path[0].all(n) {
			t.constant(at, constant{a.path[1:], a.value})
		}
	}
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
	for _, c := range steps[0].all(n) {
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
	case i == 1 && (r.ofDate || r.here || text(r.fallback) != text(r.path)):
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

// modifiers refuses what changes the meaning of something that was taken, and has not been taken itself.
func (t *taker) modifiers(root *resource.Node) []standard.Problem {
	var problems []standard.Problem
	root.Walk(root.Type.Name, func(path string, n *resource.Node) bool {
		if n == root {
			return true
		}
		if n.Field.Name == "contained" {
			return false
		}
		if !anyTaken(n, t.understood) && n.Field.Modifier && !harmless(n) {
			problems = append(problems, modifierProblem(path, n.Value))
		}
		return anyTaken(n, t.understood) // what is given back whole can mean what it likes
	})
	for i, c := range root.All("contained") {
		for _, in := range t.inside {
			if in != c {
				continue
			}
			for _, e := range c.Nodes {
				if e.Field.Modifier && !t.understood[e] && !harmless(e) {
					problems = append(problems, modifierProblem(indexed(root.Type.Name+".contained", i)+"."+e.Field.Base, e.Value))
				}
			}
		}
	}
	return problems
}

func modifierProblem(path, value string) standard.Problem {
	return standard.Problem{Path: path, Rule: RuleModifier, Value: value,
		Message: "This changes what the resource means, and the record has no place for it. Nothing was changed. Leave it out if the resource is right without it."}
}

func indexed(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// leftOver refuses what is left of elements that the record must hold whole or not at all: a dose, a value.
func (t *taker) leftOver(root *resource.Node, g *group) []standard.Problem {
	var problems []standard.Problem
	for i, c := range root.Nodes {
		if !g.left[c.Field.Base] || restOf(c, t.understood, 0) == nil || t.saysItAll(c) || harmless(c) {
			continue
		}
		path := root.Type.Name + "." + c.Field.Base
		if c.Field.Many() {
			at := 0
			for j := i; j > 0 && root.Nodes[j-1].Field == c.Field; j-- {
				at++
			}
			path = indexed(path, at)
		}
		problems = append(problems, standard.Problem{Path: path, Rule: RuleLeftOver,
			Message: "This says more than " + g.class.Name + " can hold, and nobody who reads the record would see it. Nothing was changed. Say it in fewer elements, or in words."})
	}
	return problems
}

// saysItAll says whether what was taken of an element says it all: of a concept its words or one of its codings, of an instruction its text, of a reference
// what it is called, or what it leads to.
func (t *taker) saysItAll(n *resource.Node) bool {
	switch n.Type.Name {
	case "CodeableConcept":
		return anyTaken(n, t.understood)
	case "Reference":
		return t.inside[n] != nil || t.taken[n.First("display")]
	}
	words := n.First("text")
	return words != nil && t.taken[words]
}

// harmless are modifiers that say what goes without saying.
func harmless(n *resource.Node) bool {
	switch n.Field.Name {
	case "active":
		return n.Value == "true"
	case "use":
		return n.Value != "old"
	case "status": // of a place, a team, a stay
		return n.Value == "active" || n.Value == "amended" || n.Value == "corrected"
	case "intent":
		return strings.HasSuffix(n.Value, "order")
	case "scope":
		return true
	case "isSubpotent", "doNotPerform", "experimental", "asNeededBoolean", "deceasedBoolean":
		return n.Value == "false"
	}
	return n.Empty()
}

func anyTaken(n *resource.Node, taken map[*resource.Node]bool) bool {
	if taken[n] {
		return true
	}
	for _, c := range n.Nodes {
		if anyTaken(c, taken) {
			return true
		}
	}
	return false
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
