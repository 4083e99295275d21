package fhir

import (
	"slices"
	"strings"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

// shape is how a result is to be shown.
type shape struct {
	total, estimate, countOnly bool
	elements                   []string // none: all
	summary                    string
	sort                       []sorting // none: as lists come anyhow
	include, revinclude        []inclusion
	histories                  bool // the Provenance of each too
}

// shape reads the parameters that say how a result is to be shown. Whoever is lenient is shown it otherwise rather than not at all.
func (c *call) shape(kind string) (*shape, []standard.Problem) {
	s := &shape{}
	var problems []standard.Problem
	switch total := c.query.Get("_total"); total {
	case "", "none":
	case "estimate":
		s.estimate = true
	case "accurate":
		s.total = true
	default:
		problems = append(problems, badParameter("_total", total, "_total may be none, estimate or accurate."))
	}
	switch s.summary = c.query.Get("_summary"); s.summary {
	case "", "false", "true", "data", "text":
	case "count":
		s.countOnly = true
	default:
		problems = append(problems, badParameter("_summary", s.summary, "_summary may be true, false, text, data or count."))
	}
	t, _ := c.m.Definitions.ResourceType(kind)
	for _, list := range c.query["_elements"] {
		for name := range strings.SplitSeq(list, ",") {
			name = strings.TrimSpace(strings.TrimPrefix(name, kind+"."))
			if !slices.ContainsFunc(t.Fields, func(f *resource.Field) bool { return f.Base == name || f.Name == name }) {
				problems = append(problems, badParameter("_elements", name, kind+" has no element of this name at its top."))
			}
			s.elements = append(s.elements, name)
		}
	}
	problems = append(problems, c.sortings(kind, s)...)
	problems = append(problems, c.inclusions(kind, s)...)
	if c.lenient() && len(problems) > 0 {
		for _, p := range problems {
			c.query.Del(p.Path)
		}
		return c.shape(kind)
	}
	return s, problems
}

// cut gives a resource without what was not asked for, which says so; or the resource itself.
func (s *shape) cut(n *resource.Node) *resource.Node {
	if len(s.elements) == 0 && (s.summary == "" || s.summary == "false") {
		return n
	}
	n = n.Clone() // it may belong to others too
	n.Remove(func(e *resource.Node) bool {
		f := e.Field
		switch {
		case f.Min > 0 || f.Name == "id" || f.Name == "meta" || f.Modifier && f.Name != "modifierExtension":
			return false
		case len(s.elements) > 0:
			return !slices.Contains(s.elements, f.Base) && !slices.Contains(s.elements, f.Name)
		case s.summary == "true":
			return !f.Summary
		case s.summary == "text":
			return f.Name != "text"
		}
		return f.Name == "text"
	})
	meta := n.First("meta")
	if meta == nil {
		meta = n.Add("meta")
	}
	tag := meta.Add("tag")
	tag.Set("system", "http://terminology.hl7.org/CodeSystem/v3-ObservationValue")
	tag.Set("code", "SUBSETTED")
	return n
}
