package standard

import (
	"regexp"
	"slices"
	"strings"
)

// The standard's words for types and what each holds; "" where the file must say it.
func valueKindOf(typ string) (ValueKind, bool) {
	kinds := map[string]ValueKind{
		"Text": TextValue, "Number": NumberValue, "Date": DateValue, "Time": TimeValue, "Date and Time": DateTimeValue,
		"Yes or No": BooleanValue, "Quantity": QuantityValue, "Lookup": "", "Reference code": "",
	}
	kind, ok := kinds[typ]
	return kind, ok
}

// The words for how often an element occurs.
func occursWords() []string {
	return []string{
		"Must occur once", "Should occur once", "Could occur once",
		"Must occur once or more", "Should occur once or more", "Could occur once or more",
	}
}

// occursMeans takes the words apart.
func occursMeans(occurs string) (must, should, many bool) {
	return strings.HasPrefix(occurs, "Must"), strings.HasPrefix(occurs, "Should"), strings.HasSuffix(occurs, "or more")
}

// linkElement compiles one element, block or relationship of a class.
func (l *linker) linkElement(raw *rawClass, m *rawElement) *Element {
	e := &Element{
		ID: m.id.s, Name: m.name.s, Type: m.typ.s, Occurs: m.occurs.s, Role: m.role.s, Evidence: Evidence(m.evidence.s), Origin: m.origin,
		Class: raw.class, Cardinality: m.cardinality.s, Source: m.source.s, Ask: m.ask.s, Hint: m.hint.s, Note: m.note.s,
		Lines: m.lines.s == "many", NoAbsence: m.absence.s == "forbidden" || m.role.s == RoleSubject,
	}
	switch m.origin {
	case FromBlocks:
		l.linkBlock(raw, m, e)
	case FromRelationships:
		e.Type, e.Value = "Reference", ReferenceValue
		l.linkTargets(raw, m, e)
	default:
		l.linkValue(raw, m, e)
	}
	raw.checkID(word{e.ID, m.place()}, camel, "lowerCamel, like riskCategory")
	if e.ID == "absent" {
		raw.fault(m.place(), `"absent" is kept for stated absences and cannot be an id`)
	}
	raw.known(m.evidence)
	raw.oneOf(m.role, "role of elements", ElementRoles()...)
	raw.oneOf(m.absence, "rule for absence", "forbidden")
	if raw.oneOf(m.occurs, "way to occur", occursWords()...) {
		e.Must, e.Should, e.Many = occursMeans(e.Occurs)
	}
	if e.Role == RoleSubject && e.Value != ReferenceValue {
		raw.fault(m.role.at, "role %q needs a reference", e.Role)
	}
	return e
}

func (l *linker) linkBlock(raw *rawClass, m *rawElement, e *Element) {
	e.Type, e.Value = "Group", GroupValue
	if e.ID == "" {
		e.ID = lowerCamel(m.class.s)
	}
	block, ok := l.cat.classByID[m.class.s]
	switch {
	case m.class.s == "":
		return
	case !ok:
		raw.fault(m.class.at, "%s", l.missing(classDir, "class", m.class.s, ""))
		return
	case block.Kind != KindBlock:
		raw.fault(m.class.at, "%q is of kind %s; only a class of kind block can stand inside another", m.class.s, block.Kind)
		return
	}
	e.Block = block
	if e.Name == "" {
		e.Name = block.Name
	}
}

// linkTargets looks up what a reference may point at.
func (l *linker) linkTargets(raw *rawClass, m *rawElement, e *Element) {
	for _, w := range m.to {
		to, ok := l.cat.classByID[w.s]
		switch {
		case !ok:
			raw.fault(w.at, "%s", l.missing(classDir, "class", w.s, " to point at"))
		case to.Kind == KindBlock || to.Kind == KindEnvelope && raw.class.Kind != KindEnvelope:
			raw.fault(w.at, "%q is of kind %s; a reference can only point at records", w.s, to.Kind)
		case slices.Contains(e.To, to):
			raw.fault(w.at, "class %q stands here twice", w.s)
		default:
			e.To = append(e.To, to)
		}
	}
	if len(m.to) == 0 {
		raw.fault(m.place(), `a reference needs "to": the classes it may point at`)
	}
}

// linkValue works out what an element holds and the limits on it.
func (l *linker) linkValue(raw *rawClass, m *rawElement, e *Element) {
	kind, ok := valueKindOf(m.typ.s)
	switch {
	case m.typ.s == "":
		return
	case !ok:
		raw.fault(m.typ.at, "%q is no type; use one of: Text, Number, Date, Time, Date and Time, Lookup, Reference code, Yes or No (in extensions also Quantity)", m.typ.s)
		return
	case kind == QuantityValue && !raw.extension:
		raw.fault(m.typ.at, "the standard has no type Quantity; it is for extensions")
	case kind != "" && m.value.given():
		raw.fault(m.value.at, "only a Lookup or a Reference code says its value; leave it out")
	case kind == "" && !m.value.given():
		raw.fault(m.typ.at, "a %s must say its value: coded, reference, date or text", m.typ.s)
		return
	case kind == "":
		if !raw.oneOf(m.value, "value", "coded", "reference", "date", "text") {
			return
		}
		kind = ValueKind(m.value.s)
	}
	e.Value = kind
	l.linkDetails(raw, m, e)
}

// linkDetails reads the keys that go with one kind of value only.
func (l *linker) linkDetails(raw *rawClass, m *rawElement, e *Element) {
	isNumber := e.Value == NumberValue || e.Value == QuantityValue
	only := func(w word, key string, fits bool, who string) {
		if w.given() && !fits {
			raw.fault(w.at, "%q is only for %s", key, who)
		}
	}
	only(m.valueSet, "valueset", e.Value == CodedValue, "coded values")
	only(first(m.to), "to", e.Value == ReferenceValue, "references")
	only(first(m.units), "units", e.Value == QuantityValue, "quantities")
	only(m.lines, "lines", e.Value == TextValue, "texts")
	only(m.pattern, "pattern", e.Value == TextValue, "texts")
	only(m.check, "check", e.Value == TextValue, "texts")
	only(m.min, "min", isNumber || e.Value == TextValue, "numbers, quantities and texts")
	only(m.max, "max", isNumber || e.Value == TextValue, "numbers, quantities and texts")
	raw.oneOf(m.lines, "number of lines", "many")
	raw.oneOf(m.check, "check", CheckNHSNumber)
	e.Check = m.check.s
	switch e.Value {
	case CodedValue:
		l.linkCodes(raw, m, e)
	case ReferenceValue:
		l.linkTargets(raw, m, e)
	case QuantityValue:
		l.linkUnits(raw, m, e)
	case TextValue:
		l.linkPattern(raw, m, e)
	}
	l.linkLimits(raw, m, e)
}

func first(words []word) word {
	if len(words) == 0 {
		return word{}
	}
	return words[0]
}

func (l *linker) linkCodes(raw *rawClass, m *rawElement, e *Element) {
	set, ok := l.cat.setByID[m.valueSet.s]
	switch {
	case !m.valueSet.given():
		raw.fault(m.place(), `a coded value needs a "valueset"`)
	case !ok && m.valueSet.s != "":
		raw.fault(m.valueSet.at, "%s", l.missing(valueSetDir, "value set", m.valueSet.s, ""))
	}
	e.ValueSet = set
}

func (l *linker) linkUnits(raw *rawClass, m *rawElement, e *Element) {
	for _, u := range m.units {
		switch {
		case strings.ContainsAny(u.s, " \t"):
			raw.fault(u.at, "%q is no UCUM unit: it has a space", u.s)
		case slices.Contains(e.Units, u.s):
			raw.fault(u.at, "unit %q stands here twice", u.s)
		default:
			e.Units = append(e.Units, u.s)
		}
	}
	if len(m.units) == 0 {
		raw.fault(m.place(), `a quantity needs "units"`)
	}
	// Nothing is nothing in any unit of amount, so a lowest value of 0 may stand with several.
	if len(m.units) > 1 && (m.min.given() && m.min.s != "0" || m.max.given()) {
		raw.fault(m.place(), "min and max mean nothing where there are several units, unless min is 0; keep one unit or leave them out")
	}
}

func (l *linker) linkPattern(raw *rawClass, m *rawElement, e *Element) {
	if m.pattern.s == "" {
		return
	}
	re, err := regexp.Compile("^(?:" + m.pattern.s + ")$")
	if err != nil {
		raw.fault(m.pattern.at, "the pattern is no regular expression: %v", err)
		return
	}
	e.Pattern, e.pattern = m.pattern.s, re
}

func (l *linker) linkLimits(raw *rawClass, m *rawElement, e *Element) {
	limit := func(w word) *Number {
		if w.s == "" {
			return nil
		}
		n, ok := ParseNumber(w.s)
		if !ok || e.Value == TextValue && (n.Decimal.Negative || n.Decimal.Exponent != 0) {
			raw.fault(w.at, "%q is no number that can be a limit", w.s)
			return nil
		}
		return &n
	}
	e.Min, e.Max = limit(m.min), limit(m.max)
	if e.Min != nil && e.Max != nil && e.Min.Decimal.Cmp(&e.Max.Decimal) > 0 {
		raw.fault(m.min.at, "min %s is more than max %s", m.min.s, m.max.s)
	}
}
