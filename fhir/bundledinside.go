package fhir

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/standard"
)

// A transaction may create a resource of which no record is kept, and which records are read out of all the same: the Medication of an order. It goes into each resource of the transaction that
// refers to it, as if it had been sent contained in that.

// putInside puts what cannot stand by itself into the resources that refer to it.
func (c *call) putInside(steps []*step) (problems []standard.Problem) {
	for i, s := range steps {
		if s.inside == nil {
			continue
		}
		if meta := s.inside.First("meta"); meta != nil && meta.First("security") != nil {
			problems = append(problems, standard.Problem{Path: s.at + ".resource.meta.security", Rule: "no-place", Message: "Who may see this is said at the resource that refers to it."})
			continue
		}
		name := s.e.Text("fullUrl")
		for _, of := range steps {
			n := of.e.First("resource")
			if of.written != nil {
				n = of.written.node
			}
			if n == nil || of == s || of.inside != nil || of.about != nil || name == "" || writesBy[of.method] == 0 {
				continue
			}
			if refs := referencesTo(n, name); len(refs) > 0 {
				s.of = append(s.of, of)
				id := contain(n, s.inside, strings.ToLower(s.kind)+"-"+strconv.Itoa(i))
				for _, ref := range refs {
					ref.Set("reference", "#"+id)
				}
			}
		}
		if len(s.of) == 0 {
			problems = append(problems, standard.Problem{Path: s.at + ".resource", Rule: mapping.RuleNoClass,
				Message: "No record is kept as " + s.kind + " by itself here: it is kept in the resources of the transaction that refer to it by its fullUrl, and none does."})
		}
	}
	return problems
}

// referencesTo gives the references in a resource that have a literal.
func referencesTo(n *resource.Node, literal string) (refs []*resource.Node) {
	n.Walk("", func(_ string, e *resource.Node) bool {
		if e.Type.Name == "Reference" && e.Text("reference") == literal {
			refs = append(refs, e)
		}
		return true
	})
	return refs
}

// contain puts a copy of a resource into another, what is contained in it too, for nothing may be contained in what is contained; and gives the id that it has there.
func contain(n, what *resource.Node, id string) string {
	taken := func(id string) bool {
		return slices.ContainsFunc(n.All("contained"), func(c *resource.Node) bool { return strings.HasPrefix(c.Text("id"), id) })
	}
	for taken(id) {
		id += "-"
	}
	what = what.Clone()
	deeper := what.All("contained")
	for i, d := range deeper {
		for _, ref := range referencesTo(what, "#"+d.Text("id")) {
			ref.Set("reference", "#"+id+"."+strconv.Itoa(i))
		}
	}
	for i, d := range deeper {
		contain(n, d.Alone(), id+"."+strconv.Itoa(i))
	}
	what.Remove(func(e *resource.Node) bool { return e.Field.Name == "contained" || e.Field.Name == "id" })
	if meta := what.First("meta"); meta != nil { // which only a resource that stands by itself has
		meta.Remove(func(e *resource.Node) bool { return e.Field.Name == "versionId" || e.Field.Name == "lastUpdated" })
		what.Remove(func(e *resource.Node) bool { return e == meta && meta.Empty() })
	}
	what.Set("id", id)
	n.AddResource("contained", what)
	return id
}

// insideOf says where a resource that cannot stand by itself is kept: in the first that refers to it.
func (c *call) insideOf(s *step) *reply {
	of := s.of[0]
	address := of.kind + "/" + of.id
	switch {
	case of.written != nil:
		address = of.written.node.Type.Name + "/" + mapping.ID(of.written.stream, of.written.rec)
	case of.found != nil:
		address = of.kind + "/" + c.idOf(of.found)
	}
	out := newResource(c.m.Definitions, "OperationOutcome")
	issue(out, "information", "informational", "", "It is kept in what refers to it, and has no address of its own.", "")
	return &reply{status: http.StatusCreated, header: http.Header{"Location": {c.base() + "/" + address}}, node: out}
}
