package mapping

import (
	"slices"
	"strings"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

// inWords says in words, in a text of the record, what is left over of some elements, so that whoever reads the record sees it; and refuses what would mean
// something else without its modifiers.
func (t *taker) inWords(root *resource.Node, rules *group, g *standard.Group) []standard.Problem {
	var problems []standard.Problem
	said := map[*standard.Element][]string{}
	which := map[*resource.Field]int{}
	for _, c := range root.Nodes {
		e := rules.words[c.Field.Base]
		nth := which[c.Field]
		which[c.Field]++
		if e == nil {
			continue
		}
		if in := t.inside[c]; in != nil {
			if words := t.besideCode(in); words != "" {
				said[e] = append(said[e], words)
			}
			continue
		}
		if t.saysItAll(c) || harmless(c) || !t.matters(c) {
			continue
		}
		path := root.Type.Name + "." + c.Field.Base
		if c.Field.Many() {
			path = indexed(path, nth)
		}
		if bad := modifierIn(c, path); bad != "" {
			problems = append(problems, modifierProblem(bad, ""))
			continue
		}
		words := phrase(c)
		if c.First("code") == nil {
			words = label(c) + ": " + words
		}
		said[e] = append(said[e], words)
	}
	for e, lines := range said {
		add(g, e, lines)
	}
	return problems
}

// matters says whether an element says more than was understood of it: how else a code or a unit is called does not.
func (t *taker) matters(n *resource.Node) bool {
	switch {
	case n.Field.Name == "extension", n.Field.Name == "id", n.Type.Name == "CodeableConcept" && anyTaken(n, t.understood):
		return false
	case n.Has && !t.understood[n]:
		return true
	}
	return slices.ContainsFunc(n.Nodes, t.matters)
}

// besideCode says in words what a contained resource says beside its code.
func (t *taker) besideCode(in *resource.Node) string {
	var parts []string
	for _, c := range in.Nodes {
		switch c.Field.Name {
		case "id", "meta", "text", "language", "status", "extension", "contained":
			continue
		}
		if t.matters(c) {
			parts = append(parts, label(c)+": "+phrase(c))
		}
	}
	return strings.Join(parts, "; ")
}

// add puts lines behind what a text of the record says, or as further texts where there may be several, but for those that it says already.
func add(g *standard.Group, e *standard.Element, lines []string) {
	var texts []string
	at := slices.IndexFunc(g.Entries, func(entry standard.Entry) bool { return entry.Element == e })
	if at < 0 {
		at = len(g.Entries)
		g.Entries = append(g.Entries, standard.Entry{Element: e})
	}
	for _, v := range g.Entries[at].Values {
		if own, ok := v.(standard.Text); ok {
			texts = append(texts, string(own))
		}
	}
	for _, line := range lines {
		if !slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, line) }) {
			texts = append(texts, line)
		}
	}
	if !e.Many {
		texts = []string{strings.Join(texts, "\n")}
	}
	g.Entries[at].Values = nil
	for _, text := range texts {
		g.Entries[at].Values = append(g.Entries[at].Values, standard.Text(text))
	}
}

// modifierIn finds in an element what changes its meaning, and so could not be left out of words; "" when there is nothing.
func modifierIn(n *resource.Node, path string) string {
	bad := ""
	n.Walk(path, func(at string, e *resource.Node) bool {
		if e.Field.Name == "modifierExtension" && bad == "" {
			bad = at
		}
		return bad == ""
	})
	return bad
}

// label is the name of an element as words: doseAndRate is "Dose and rate".
func label(n *resource.Node) string {
	var b strings.Builder
	for i, r := range n.Field.Base {
		switch {
		case i == 0 && r >= 'a' && r <= 'z':
			r -= 'a' - 'A'
		case r >= 'A' && r <= 'Z':
			b.WriteByte(' ')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// phrase says an element in words, as short as can be.
func phrase(n *resource.Node) string {
	if n == nil {
		return "not said"
	}
	switch n.Type.Name {
	case "boolean":
		if n.Value == "true" {
			return "yes"
		}
		return "no"
	case "CodeableConcept":
		if s := n.Text("text"); s != "" {
			return s
		}
		return phrase(n.First("coding"))
	case "Coding":
		return firstOf(n.Text("display"), n.Text("code"))
	case "Quantity", "Age", "Duration", "Distance", "Count", "MoneyQuantity", "SimpleQuantity":
		return strings.TrimSpace(n.Text("comparator") + n.Text("value") + " " + firstOf(n.Text("unit"), n.Text("code")))
	case "Range":
		return between(n.First("low"), n.First("high"))
	case "Period":
		return between(n.First("start"), n.First("end"))
	case "Ratio":
		return phrase(n.First("numerator")) + " / " + phrase(n.First("denominator"))
	case "Reference":
		return firstOf(n.Text("display"), n.Text("identifier", "value"), n.Text("reference"))
	case "Annotation":
		return n.Text("text")
	}
	if n.Type.Kind == resource.Primitive {
		return n.Value
	}
	return parts(n)
}

// parts says an element of several others: its code first, and its value behind that.
func parts(n *resource.Node) string {
	var head string
	var rest []string
	code := n.First("code")
	if code != nil && code.Type.Name == "CodeableConcept" {
		head = phrase(code)
	}
	if value := n.First("value"); value != nil && head != "" {
		head += ": " + phrase(value)
	} else if value != nil {
		head = phrase(value)
	}
	for _, c := range n.Nodes {
		switch {
		case c == code && code.Type.Name == "CodeableConcept", c.Field.Base == "value", c.Field.Name == "extension", c.Field.Name == "id":
		default:
			rest = append(rest, strings.ToLower(label(c))+" "+phrase(c))
		}
	}
	if head != "" {
		rest = append([]string{head}, rest...)
	}
	return strings.Join(rest, ", ")
}

// between says two ends.
func between(from, to *resource.Node) string {
	switch {
	case from == nil && to == nil:
		return "not said"
	case from == nil:
		return "up to " + phrase(to)
	case to == nil:
		return "from " + phrase(from)
	}
	return phrase(from) + " to " + phrase(to)
}
