package fhir

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/standard"
)

// mostIncluded is how many resources come with a page beside those that were found.
const mostIncluded = 1000

// inclusion is one _include or _revinclude: of which type, by which reference, to which type.
type inclusion struct {
	of      string
	p       *resource.Parameter // nil: all references of the type
	target  string              // "": any
	iterate bool                // of what is included too
}

// inclusions reads _include and _revinclude.
func (c *call) inclusions(kind string, s *shape) []standard.Problem {
	var problems []standard.Problem
	for _, name := range []string{"_include", "_include:iterate"} {
		for _, text := range c.query[name] {
			one, wrong := c.inclusion(text)
			if one.iterate = name != "_include"; wrong == "" && !one.iterate && one.of != kind {
				wrong = "_include begins at the type that is searched for, such as " + kind + ":patient; _include:iterate may begin at another that is included."
			}
			if wrong != "" {
				problems = append(problems, badParameter(name, text, wrong))
				continue
			}
			s.include = append(s.include, one)
		}
	}
	for _, text := range c.query["_revinclude"] {
		if text == "Provenance:target" {
			s.histories = true
			continue
		}
		one, wrong := c.inclusion(text)
		if wrong == "" && (one.p == nil || one.target != "" && one.target != kind || !slices.Contains(c.leadsTo(one.p), kind)) {
			wrong = "_revinclude names a type and one of its reference parameters that leads to " + kind + ", such as Observation:patient; Provenance:target gives who did what."
		}
		if wrong != "" {
			problems = append(problems, badParameter("_revinclude", text, wrong))
			continue
		}
		s.revinclude = append(s.revinclude, one)
	}
	for _, text := range c.query["_revinclude:iterate"] {
		problems = append(problems, badParameter("_revinclude:iterate", text, "What refers to what is included is not looked for: one step back is all. Search for it by itself."))
	}
	return problems
}

// referringTo lists the reference parameters that lead to a type, as _revinclude names them.
func (c *call) referringTo(kind string) []string {
	var list []string
	for _, of := range c.m.Resources() {
		for _, p := range c.m.Definitions.Parameters(of) {
			if p.Type == "reference" && slices.Contains(c.leadsTo(p), kind) {
				list = append(list, of+":"+p.Code)
			}
		}
	}
	slices.Sort(list)
	return list
}

// inclusion reads Type:reference[:Type], or Type:* for all references.
func (c *call) inclusion(text string) (one inclusion, wrong string) {
	parts := strings.Split(text, ":")
	if text == "*" {
		parts = []string{c.words["type"], "*"}
	}
	if len(parts) < 2 || len(parts) > 3 || len(c.m.ClassesOf(parts[0])) == 0 {
		return one, "Write a type that is kept here and one of its reference parameters, such as Observation:performer."
	}
	one.of = parts[0]
	if len(parts) == 3 {
		one.target = parts[2]
	}
	if parts[1] == "*" {
		return one, ""
	}
	if one.p = c.parameter(one.of, parts[1]); one.p == nil || one.p.Type != "reference" {
		return one, one.of + " has no reference parameter " + parts[1] + " here. The CapabilityStatement lists those that there are, as searchInclude."
	}
	return one, ""
}

// included gives what comes with the found resources, each once.
func (c *call) included(hits []hit, s *shape) (all []*resource.Node, err error) {
	if len(s.include) == 0 && len(s.revinclude) == 0 && !s.histories {
		return nil, nil
	}
	there := map[string]bool{}
	var from []*resource.Node
	for _, h := range hits {
		there[h.node.Type.Name+"/"+h.node.Text("id")] = true
		from = append(from, h.node)
	}
	found, err := c.pointsBack(hits, s.revinclude, there)
	if err != nil {
		return nil, err
	}
	all = append(all, found...)
	for first := true; len(from) > 0 && (first || slices.ContainsFunc(s.include, func(i inclusion) bool { return i.iterate })); first = false {
		if first {
			from = append(from, found...)
		}
		var next []*resource.Node
		for i, n := range from {
			some, err := c.pointsAt(n, s.include, first && i < len(hits), there)
			if err != nil {
				return nil, err
			}
			if next = append(next, some...); len(all)+len(next) > mostIncluded {
				return nil, tooManyIncluded()
			}
		}
		all, from = append(all, next...), next
	}
	if s.histories {
		more, err := c.histories(hits)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

func tooManyIncluded() error {
	return &standard.Fault{Kind: standard.TooLarge, Message: "More would come with the page than it can hold.", Hint: "Ask for fewer at once with _count, or for what belongs to them in a search of its own."}
}

// pointsAt gives what a resource points at, by what is to be included; of what is included itself only what iterates.
func (c *call) pointsAt(n *resource.Node, list []inclusion, found bool, there map[string]bool) (all []*resource.Node, err error) {
	for _, one := range list {
		if one.of != n.Type.Name || !found && !one.iterate {
			continue
		}
		for _, p := range c.referencesOf(one) {
			for _, e := range at(n, p) {
				literal := c.literal(e)
				if kind, _, _ := resource.SplitReference(literal); there[literal] || one.target != "" && kind != one.target {
					continue
				}
				there[literal] = true
				other, err := c.pointedAt(literal)
				if err != nil {
					return nil, err
				}
				if other != nil {
					all = append(all, other)
				}
			}
		}
	}
	return all, nil
}

// referencesOf gives the parameters that an inclusion follows.
func (c *call) referencesOf(one inclusion) []*resource.Parameter {
	if one.p != nil {
		return []*resource.Parameter{one.p}
	}
	return slices.DeleteFunc(slices.Clone(c.m.Definitions.Parameters(one.of)), func(p *resource.Parameter) bool { return p.Type != "reference" })
}

// pointsBack gives what refers to the found resources: in the records of the same people, or for entries of the directory in everybody's.
func (c *call) pointsBack(hits []hit, list []inclusion, there map[string]bool) (all []*resource.Node, err error) {
	if len(list) == 0 || len(hits) == 0 {
		return nil, nil
	}
	wanted := map[string]bool{}
	var streams []uuid.UUID
	everywhere := false
	for _, h := range hits {
		wanted[h.node.Type.Name+"/"+h.node.Text("id")] = true
		if v := h.version; v.Stream == v.Record && !c.isPerson(v.Class) {
			everywhere = true
		} else if !slices.Contains(streams, v.Stream) {
			streams = append(streams, v.Stream)
		}
	}
	if everywhere {
		streams = nil
	}
	for _, one := range list {
		err := c.referring(c.m.ClassesOf(one.of), streams, nil, func(_ *hit, n *resource.Node) error {
			literal := n.Type.Name + "/" + n.Text("id")
			if there[literal] || !slices.ContainsFunc(at(n, one.p), func(e *resource.Node) bool { return wanted[c.literal(e)] }) {
				return nil
			}
			there[literal] = true
			if all = append(all, n); len(all) > mostIncluded {
				return tooManyIncluded()
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// pointedAt gives the resource of a literal reference; nil where there is none that the reader may see.
func (c *call) pointedAt(literal string) (*resource.Node, error) {
	_, text, _ := resource.SplitReference(literal)
	stream, rec, ok := mapping.ParseID(text)
	if !ok {
		return nil, nil
	}
	v, err := c.seen.Record(c.ctx, stream, rec)
	if standard.KindOf(err) == standard.NotFound || err == nil && len(v.Body) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return c.show(v)
}
