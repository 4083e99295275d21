package fhir

import (
	"slices"
	"strings"
	"time"

	"rosemary/fhir/resource"
	"rosemary/standard"
	"rosemary/terminology"
)

// matches says whether a resource is what was searched for.
func (c *call) matches(n *resource.Node, all []criterion) bool {
	for i := range all {
		if !c.holdsTrue(n, &all[i]) {
			return false
		}
	}
	return true
}

func (c *call) holdsTrue(n *resource.Node, one *criterion) bool {
	found := at(n, one.p)
	if one.modifier == "missing" {
		return (len(found) == 0) == (one.values[0] == "true")
	}
	any := slices.ContainsFunc(found, func(e *resource.Node) bool {
		return slices.ContainsFunc(one.values, func(v string) bool { return c.compare(e, one, v) }) || inSets(e, one.sets)
	})
	return any != (one.modifier == "not" || one.modifier == "not-in")
}

// inSets says whether a code, or one of a concept's codes, is in one of some value sets.
func inSets(e *resource.Node, sets []*terminology.Set) bool {
	codings := []*resource.Node{e}
	if e.Type.Name == "CodeableConcept" {
		codings = e.All("coding")
	}
	return slices.ContainsFunc(sets, func(set *terminology.Set) bool {
		return slices.ContainsFunc(codings, func(coding *resource.Node) bool {
			if coding.Type.Kind == resource.Primitive {
				_, in := set.Concept("", coding.Value)
				return in
			}
			_, in := set.Concept(coding.Text("system"), coding.Text("code"))
			return in
		})
	})
}

// at gives the elements that a search parameter looks at.
func at(n *resource.Node, p *resource.Parameter) []*resource.Node {
	var found []*resource.Node
	for i := range p.Paths {
		found = along(found, n, p.Paths[i].Steps, p.Paths[i].Target)
	}
	return found
}

// along adds the elements at the end of a way.
func along(found []*resource.Node, n *resource.Node, steps []resource.ParameterStep, target string) []*resource.Node {
	if len(steps) == 0 {
		if target == "" || resource.ReferenceType(n) == target {
			found = append(found, n)
		}
		return found
	}
	for _, child := range n.Nodes {
		if child.Field.Base == steps[0].Base && (steps[0].As == "" || child.Type.Name == steps[0].As) {
			found = along(found, child, steps[1:], target)
		}
	}
	return found
}

// compare holds one element against one value.
func (c *call) compare(e *resource.Node, one *criterion, v string) bool {
	switch one.p.Type {
	case "string":
		return compareString(e, one.modifier, plainly(v))
	case "token":
		return compareToken(e, one.modifier, v)
	case "reference":
		return c.compareReference(e, one, v)
	case "date":
		return c.compareDate(e, v)
	case "number", "quantity":
		return compareQuantity(e, v)
	case "uri":
		return e.Value == plainly(v) || one.modifier == "below" && strings.HasPrefix(e.Value, plainly(v)) || one.modifier == "above" && strings.HasPrefix(plainly(v), e.Value)
	case "composite":
		return c.compareParts(e, one.p, splitOn(v, '$'))
	}
	return false
}

// compareParts holds the values of a composite against what stands in one element: all of them must hold of it.
func (c *call) compareParts(e *resource.Node, p *resource.Parameter, values []string) bool {
	for i, part := range p.Parts {
		one := &criterion{p: part}
		if !slices.ContainsFunc(at(e, part), func(x *resource.Node) bool { return c.compare(x, one, values[i]) }) {
			return false
		}
	}
	return true
}

// compareString holds words against the beginning of a text, or of any part of a name or an address; upper and lower case are the same.
func compareString(e *resource.Node, modifier, v string) bool {
	if e.Type.Kind != resource.Primitive {
		return slices.ContainsFunc(e.Nodes, func(child *resource.Node) bool {
			return child.Field.Name != "extension" && child.Field.Name != "use" && child.Field.Name != "period" && compareString(child, modifier, v)
		})
	}
	switch modifier {
	case "exact":
		return e.Value == v
	case "contains":
		return strings.Contains(strings.ToLower(e.Value), strings.ToLower(v))
	}
	return len(e.Value) >= len(v) && strings.EqualFold(e.Value[:len(v)], v) || strings.HasPrefix(strings.ToLower(e.Value), strings.ToLower(v))
}

// compareToken holds system|code against a code, whatever holds it.
func compareToken(e *resource.Node, modifier, v string) bool {
	if modifier == "text" {
		return slices.ContainsFunc(wordsOf(e), func(s string) bool { return strings.HasPrefix(strings.ToLower(s), strings.ToLower(plainly(v))) })
	}
	if modifier == "in" || modifier == "not-in" {
		return false // by its sets
	}
	if modifier == "of-type" {
		return ofType(e, splitOn(v, '|'))
	}
	system, code, has := cutBar(v)
	code = plainly(code)
	fits := func(hasSystem, hasCode string) bool {
		return (!has || system == hasSystem) && (code == "" || code == hasCode)
	}
	switch e.Type.Name {
	case "CodeableConcept":
		return slices.ContainsFunc(e.All("coding"), func(child *resource.Node) bool { return fits(child.Text("system"), child.Text("code")) })
	case "Coding":
		return fits(e.Text("system"), e.Text("code"))
	case "Identifier", "ContactPoint":
		return fits(e.Text("system"), e.Text("value"))
	}
	return code == e.Value // a code's own system is understood
}

// ofType holds system|code|value against an identifier: of that type, with that value.
func ofType(e *resource.Node, parts []string) bool {
	return e.Type.Name == "Identifier" && e.Text("value") == plainly(parts[2]) && slices.ContainsFunc(e.First("type").All("coding"), func(coding *resource.Node) bool {
		return coding.Text("system") == plainly(parts[0]) && coding.Text("code") == plainly(parts[1])
	})
}

func wordsOf(e *resource.Node) []string {
	words := []string{e.Text("text"), e.Text("display")}
	for _, child := range e.All("coding") {
		words = append(words, child.Text("display"))
	}
	return slices.DeleteFunc(words, func(s string) bool { return s == "" })
}

func (c *call) compareReference(e *resource.Node, one *criterion, v string) bool {
	if one.modifier == "identifier" {
		id := e.First("identifier")
		return id != nil && compareToken(id, "", v)
	}
	v = c.local(plainly(v))
	if one.modifier != "" {
		v = one.modifier + "/" + strings.TrimPrefix(v, one.modifier+"/")
	}
	literal := c.local(e.Text("reference"))
	literal, _, _ = strings.Cut(literal, "/_history/")
	_, id, slash := strings.Cut(literal, "/")
	return literal == v || slash && id == v
}

// span gives the stretch of time that an element speaks of.
func (c *call) span(e *resource.Node) (from, until time.Time, ok bool) {
	interval := func(s string) (time.Time, time.Time, bool) {
		return standard.Interval(standard.DateTime(s), nil, c.Zone)
	}
	if e.Type.Kind == resource.Primitive {
		return interval(e.Value)
	}
	if e.Type.Name != "Period" {
		return from, until, false
	}
	from, until = time.Unix(-1<<40, 0), time.Unix(1<<40, 0)
	if s := e.Text("start"); s != "" {
		from, _, _ = interval(s)
	}
	if s := e.Text("end"); s != "" {
		_, until, _ = interval(s)
	}
	return from, until, true
}

func (c *call) compareDate(e *resource.Node, v string) bool {
	prefix, from, until := c.askedFor(v)
	since, to, ok := c.span(e)
	if !ok {
		return false
	}
	within := !since.Before(from) && !to.After(until)
	switch prefix {
	case "eq":
		return within
	case "ne":
		return !within
	case "gt":
		return to.After(until)
	case "lt":
		return since.Before(from)
	case "ge":
		return to.After(from)
	case "le":
		return since.Before(until)
	case "sa":
		return !since.Before(until)
	case "eb":
		return !to.After(from)
	}
	return since.Before(until) && to.After(from)
}

// askedDate is a date that was searched for, read once for all that is held against it.
type askedDate struct {
	text, prefix string
	from, until  time.Time
}

func (c *call) askedFor(v string) (prefix string, from, until time.Time) {
	if c.date.text != v {
		prefix, s := cutPrefix(v)
		from, until, _ := standard.Interval(standard.DateTime(s), nil, c.Zone)
		c.date = askedDate{v, prefix, from, until}
	}
	return c.date.prefix, c.date.from, c.date.until
}

// compareQuantity compares numbers: equal is what rounds to as many digits as were asked.
func compareQuantity(e *resource.Node, v string) bool {
	prefix, s := cutPrefix(v)
	parts := strings.SplitN(s, "|", 3)
	value := e
	if e.Type.Kind != resource.Primitive {
		value = e.First("value")
		if len(parts) == 3 && (parts[1] != "" && e.Text("system") != parts[1] || parts[2] != "" && e.Text("code") != parts[2] && e.Text("unit") != parts[2]) {
			return false
		}
	}
	if value == nil {
		return false
	}
	asked, _ := standard.ParseNumber(parts[0])
	has, ok := standard.ParseNumber(value.Value)
	if !ok {
		return false
	}
	order := has.Cmp(asked)
	switch prefix {
	case "gt", "sa":
		return order > 0
	case "lt", "eb":
		return order < 0
	case "ge":
		return order >= 0
	case "le":
		return order <= 0
	case "ne":
		return !near(has, asked, parts[0])
	}
	return near(has, asked, parts[0])
}

// near says whether a number is the asked one, as exactly as that was said: 100 is anything from 99.5 to below 100.5.
func near(has, asked standard.Number, text string) bool {
	_, fraction, _ := strings.Cut(text, ".")
	half := "0." + strings.Repeat("0", len(fraction)) + "5"
	margin, _ := standard.ParseNumber(half)
	low, high := asked, asked
	if _, err := decimals.Sub(&low.Decimal, &asked.Decimal, &margin.Decimal); err != nil {
		return has.Cmp(asked) == 0
	}
	if _, err := decimals.Add(&high.Decimal, &asked.Decimal, &margin.Decimal); err != nil {
		return has.Cmp(asked) == 0
	}
	return has.Cmp(low) >= 0 && has.Cmp(high) < 0
}
