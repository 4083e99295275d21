package mapping

import (
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

// absences are FHIR's codes for the stated absences.
var absences = map[standard.Absent]string{
	standard.NotAsked: "not-asked", standard.AskedNotKnown: "asked-unknown", standard.Declined: "asked-declined",
	standard.NotApplicable: "not-applicable", standard.Masked: "masked",
}

// put writes a value into an element as well as its type can say it.
func (w *writer) put(n *resource.Node, v standard.Value, r *rule) {
	switch v := v.(type) {
	case standard.Absent:
		if r.otherwise != "" {
			primitive(n, r.otherwise)
		} else {
			n.AddExtension(AbsentURL).Set("valueCode", absences[v])
		}
	case standard.Text:
		if r.file {
			w.putFile(n, string(v))
			return
		}
		words(n, string(v))
	case standard.Date:
		primitive(n, string(v))
	case standard.DateTime:
		primitive(n, withSeconds(string(v)))
	case standard.Time:
		primitive(n, withSeconds(string(v)))
	case standard.Number:
		if n.Type.Kind != resource.Primitive {
			n.Set("value", v.String())
			return
		}
		primitive(n, v.String())
	case standard.Quantity:
		n.Set("value", v.Number.String())
		n.Set("unit", v.Unit)
		n.Set("system", unitsOfMeasure)
		n.Set("code", v.Unit)
	case standard.Boolean:
		s := strconv.FormatBool(bool(v))
		if theirs, ok := r.codes[s]; ok {
			s = theirs
		}
		primitive(n, s)
	case standard.Coded:
		putCoded(n, v, r)
	case standard.Reference:
		w.putReference(n, v, r)
	}
}

// primitive sets a value where the type allows it.
func primitive(n *resource.Node, s string) {
	if n.Type.Valid(s) && (n.Field.Codes == nil || n.Type.Name != "code" || n.Field.Codes.Codes[s]) {
		n.Value, n.Has = s, true
	}
}

// textPart is where the words stand in types that have them inside.
var textPart = map[string]string{"CodeableConcept": "text", "Annotation": "text", "Reference": "display", "Coding": "display", "HumanName": "text", "Address": "text"}

// words sets words where the type has a place for them.
func words(n *resource.Node, s string) {
	part := textPart[n.Type.Name]
	if part == "" {
		primitive(n, s)
	} else if f, ok := n.Type.Field(part); ok && f.Type.Valid(s) {
		n.Set(part, s)
	}
}

// withSeconds writes a time as FHIR wants it: with its seconds.
func withSeconds(s string) string {
	date, clock, ok := strings.Cut(s, "T")
	if !ok {
		if clock = s; !strings.Contains(s, ":") {
			return s
		}
	}
	at := len(clock)
	if i := strings.IndexAny(clock, "Z+-"); i >= 0 {
		at = i
	}
	if at == 5 {
		clock = clock[:5] + ":00" + clock[5:]
	}
	if !ok {
		return clock
	}
	return date + "T" + clock
}

// putCoded writes a code: theirs where the file gives it, and beside it ours where there is room.
func putCoded(n *resource.Node, v standard.Coded, r *rule) {
	theirs, known := r.codes[v.Code]
	if r.e.ValueSet != nil && v.System != "" {
		if member, ok := r.e.ValueSet.Code(v.Code); !ok || r.e.ValueSet.SystemOf(member) != v.System {
			known = false
		}
	}
	switch n.Type.Name {
	case "CodeableConcept":
		if known && r.system != "" {
			c := n.Add("coding")
			c.Set("system", r.system)
			c.Set("code", theirs)
		}
		if v.Code != "" {
			putCoding(n.Add("coding"), v)
		}
		if v.Text != "" && !r.noWords {
			words(n, v.Text)
		}
	case "Coding":
		putCoding(n, v)
	case "code", "boolean":
		switch {
		case known:
			primitive(n, theirs)
		case len(r.codes) == 0 && v.Code != "":
			primitive(n, v.Code)
		}
		if !n.Has && r.otherwise != "" {
			primitive(n, r.otherwise)
		}
	default:
		words(n, firstOf(v.Display, v.Text, v.Code))
	}
}

func firstOf(s ...string) string {
	for _, v := range s {
		if v != "" {
			return v
		}
	}
	return ""
}

func putCoding(n *resource.Node, v standard.Coded) {
	if f, _ := n.Type.Field("system"); v.System != "" && f.Type.Valid(v.System) {
		n.Set("system", v.System)
	}
	if f, _ := n.Type.Field("code"); f.Type.Valid(v.Code) {
		n.Set("code", v.Code)
	}
	if f, _ := n.Type.Field("display"); v.Display != "" && f.Type.Valid(v.Display) {
		n.Set("display", v.Display)
	}
}

// putReference writes a reference as Type/id where the type is known, and as urn:uuid where it is not.
func (w *writer) putReference(n *resource.Node, v standard.Reference, r *rule) {
	kind, id := r.only, v.UID.String()
	if w.links.Target != nil {
		kind, id = w.links.Target(v.UID)
	}
	s := kind + "/" + id
	if kind == "" {
		s = "urn:uuid:" + v.UID.String()
	}
	if v.Version > 0 && kind != "" {
		s += "/_history/" + strconv.Itoa(v.Version)
	}
	n.Set("reference", s)
}

// get reads a value out of an element, and notes what it took. It is nil when the element says nothing that the record could hold.
func (t *taker) get(n *resource.Node, r *rule) standard.Value {
	if x := n.Extension(AbsentURL); x != nil && !n.Has {
		for ours, theirs := range absences {
			if x.Text("valueCode") == theirs {
				t.whole(x)
				return ours
			}
		}
	}
	switch r.e.Value {
	case standard.TextValue:
		if r.file {
			return t.file(n)
		}
		if n.Type.Name == "Quantity" {
			return t.figure(n)
		}
		if s := t.words(n); s != "" {
			return standard.Text(s)
		}
	case standard.DateValue:
		if n.Has {
			s, _, timed := strings.Cut(n.Value, "T")
			if !timed {
				t.take(n)
			}
			return standard.Date(s)
		}
	case standard.DateTimeValue:
		if n.Has {
			t.take(n)
			return standard.DateTime(n.Value)
		}
	case standard.TimeValue:
		if n.Has {
			t.take(n)
			return standard.Time(n.Value)
		}
	case standard.NumberValue:
		return t.number(n)
	case standard.QuantityValue:
		return t.quantity(n)
	case standard.BooleanValue:
		return t.boolean(n, r)
	case standard.CodedValue:
		return t.coded(n, r)
	case standard.ReferenceValue:
		return t.reference(n)
	}
	return nil
}

// figure takes the number of a quantity as it was reported, with its sign: <5.
func (t *taker) figure(n *resource.Node) standard.Value {
	value, sign := n.First("value"), n.First("comparator")
	if value == nil {
		return nil
	}
	t.take(value, sign)
	return standard.Text(n.Text("comparator") + value.Value)
}

func (t *taker) words(n *resource.Node) string {
	if part := textPart[n.Type.Name]; part != "" {
		if n = n.First(part); n == nil {
			return ""
		}
	}
	if n.Has {
		t.take(n)
	}
	return n.Value
}

func (t *taker) number(n *resource.Node) standard.Value {
	if n.Type.Kind != resource.Primitive {
		if n = n.First("value"); n == nil {
			return nil
		}
	}
	number, ok := standard.ParseNumber(n.Value)
	if !ok {
		return nil
	}
	t.take(n)
	return number
}

// quantity takes a number with a unit of UCUM, or, where no system is named, whatever is called a unit.
func (t *taker) quantity(n *resource.Node) standard.Value {
	value, unit, code, system := n.First("value"), n.First("unit"), n.First("code"), n.First("system")
	if value == nil || n.First("comparator") != nil || system != nil && system.Value != unitsOfMeasure {
		return nil
	}
	number, ok := standard.ParseNumber(value.Value)
	words := n.Text("code")
	if words == "" {
		words = n.Text("unit")
	}
	if !ok || words == "" {
		return nil
	}
	t.take(value, code, system)
	if n.Text("unit") == words {
		t.take(unit)
	} else {
		t.understand(unit)
	}
	return standard.Quantity{Number: number, Unit: words}
}

func (t *taker) boolean(n *resource.Node, r *rule) standard.Value {
	s := n.Value
	if ours, ok := r.back[s]; ok {
		s = ours
	}
	if s != "true" && s != "false" {
		return nil
	}
	t.take(n)
	return standard.Boolean(s == "true")
}

// canon gives a member of the set as a stored record has it: with its system and display.
func canon(set *standard.ValueSet, c standard.Coded) standard.Coded {
	if set == nil || c.Code == "" {
		return c
	}
	if member, ok := set.Code(c.Code); ok && (c.System == "" || c.System == set.SystemOf(member)) {
		c.System, c.Display = set.SystemOf(member), member.Display
	}
	return c
}

func (t *taker) coded(n *resource.Node, r *rule) standard.Value {
	switch n.Type.Name {
	case "CodeableConcept":
		return t.concept(n, r)
	case "Coding":
		if c := t.coding(n, r); c.Code != "" {
			return c
		}
		return nil
	case "Quantity": // its unit
		return t.unit(n, r)
	case "code", "boolean":
		if ours, ok := r.back[n.Value]; ok {
			t.take(n)
			return canon(r.e.ValueSet, standard.Coded{Code: ours})
		}
		if n.Value == r.otherwise { // says no more than that something must stand here
			t.take(n)
			return nil
		}
		if !n.Has {
			return nil
		}
		t.take(n)
		return canon(r.e.ValueSet, standard.Coded{Code: n.Value})
	}
	s := t.words(n)
	if s == "" {
		return nil
	}
	if r.e.ValueSet != nil {
		for _, member := range r.e.ValueSet.Codes {
			if strings.EqualFold(member.Display, s) {
				return canon(r.e.ValueSet, standard.Coded{Code: member.Code})
			}
		}
	}
	return standard.Coded{Text: s}
}

// unit takes the unit of a quantity as a code, or as the words that it is.
func (t *taker) unit(n *resource.Node, r *rule) standard.Value {
	code, unit, system := n.First("code"), n.First("unit"), n.First("system")
	switch {
	case code != nil && n.Text("system") == unitsOfMeasure:
		t.take(code, unit, system)
		return canon(r.e.ValueSet, standard.Coded{System: unitsOfMeasure, Code: code.Value, Display: n.Text("unit")})
	case code == nil && unit != nil:
		t.take(unit)
		if r.e.ValueSet != nil {
			if _, ok := r.e.ValueSet.Code(unit.Value); ok {
				return canon(r.e.ValueSet, standard.Coded{Code: unit.Value})
			}
		}
		return standard.Coded{Text: unit.Value}
	}
	return nil
}

// coding takes one coding.
func (t *taker) coding(n *resource.Node, r *rule) standard.Coded {
	system, code, display := n.First("system"), n.First("code"), n.First("display")
	if code == nil {
		return standard.Coded{}
	}
	given := standard.Coded{System: n.Text("system"), Code: code.Value, Display: n.Text("display")}
	c := canon(r.e.ValueSet, given)
	t.take(system, code)
	if c.Display == given.Display {
		t.take(display)
	}
	return c
}

// concept takes of a concept the coding that the record can hold: ours, or one that ours is called there, or in an open list another; and the words.
func (t *taker) concept(n *resource.Node, r *rule) standard.Value {
	var ours, translated, known, other *resource.Node
	for _, c := range n.All("coding") {
		system, code := c.Text("system"), c.Text("code")
		member := false
		if r.e.ValueSet != nil {
			m, ok := r.e.ValueSet.Code(code)
			member = ok && (system == "" || r.e.ValueSet.SystemOf(m) == system)
		}
		switch {
		case code == "" || system == ClassSystem:
		case member && ours == nil:
			ours = c
		case system == r.system && r.back[code] != "" && translated == nil:
			translated = c
		case r.known[system+"|"+code] != "":
			t.understand(c.First("system"), c.First("code"))
			known = c
		case other == nil:
			other = c
		}
	}
	var v standard.Coded
	switch {
	case ours != nil:
		v = t.coding(ours, r)
		if translated != nil && r.codes[v.Code] == translated.Text("code") {
			t.take(translated.First("system"), translated.First("code"))
		}
	case translated != nil:
		v = canon(r.e.ValueSet, standard.Coded{Code: r.back[translated.Text("code")]})
		t.take(translated.First("system"), translated.First("code"))
	case known != nil:
		v = canon(r.e.ValueSet, standard.Coded{Code: r.known[known.Text("system")+"|"+known.Text("code")]})
	case other != nil:
		v = t.coding(other, r)
	}
	if text := n.First("text"); text != nil && text.Has && !r.noWords {
		open := r.e.ValueSet == nil || r.e.ValueSet.Open
		if open || v.Code == "" {
			v.Text = text.Value
			t.take(text)
		}
	}
	if v.Code == "" && v.Text == "" {
		return nil
	}
	return v
}

// reference takes a reference whose target is known by its id here.
func (t *taker) reference(n *resource.Node) standard.Value {
	literal := n.First("reference")
	if literal != nil {
		if id, version, ok := t.literal(literal.Value); ok {
			t.take(literal)
			return standard.Reference{UID: id, Version: version}
		}
	}
	if t.links.Resolve != nil {
		if id, ok := t.links.Resolve(n); ok {
			return standard.Reference{UID: id}
		}
	}
	return nil
}

func (t *taker) literal(s string) (id uuid.UUID, version int, ok bool) {
	if text, is := strings.CutPrefix(s, "urn:uuid:"); is {
		id, err := uuid.Parse(text)
		return id, 0, err == nil && len(text) == 36
	}
	_, text, history := resource.SplitReference(s)
	if strings.Contains(s, ":") && t.links.Here != "" && !strings.HasPrefix(s, t.links.Here) {
		return id, 0, false // an address of another system
	}
	_, id, ok = ParseID(text)
	if !ok {
		return id, 0, false
	}
	if history != "" {
		var err error
		if version, err = strconv.Atoi(history); err != nil || version < 1 {
			return id, 0, false
		}
	}
	return id, version, true
}
