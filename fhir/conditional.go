package fhir

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// meant finds the one resource that the parameters of the address mean, and names it in the path. Found is false where there is none; more than one is refused.
func (c *call) meant() (found bool, err error) {
	values := maps.Clone(c.query)
	for _, name := range []string{"_format", "_pretty"} {
		values.Del(name)
	}
	if len(values) == 0 {
		return false, &standard.Fault{Kind: badRequest, Message: "Say which one: its id in the address, or the parameters of a search that finds just one. Nothing was changed."}
	}
	hits, err := c.matching(c.words["type"], values, 2)
	switch {
	case err != nil || len(hits) == 0:
		return false, err
	case len(hits) > 1:
		return false, &standard.Fault{Kind: preconditionFailed, Message: "More than one resource is like that. Nothing was changed.", Hint: "Say more exactly which is meant, or name its id."}
	}
	c.words["id"] = c.idOf(hits[0].version)
	return true, nil
}

// updateMeant answers PUT {type}?...: the next version of the one resource that is like that, or a new one where none is.
func (c *call) updateMeant() (*reply, error) {
	n, err := c.sentAs(c.words["type"])
	if err != nil {
		return nil, err
	}
	c.conditional.Lock()
	defer c.conditional.Unlock()
	found, err := c.meant()
	if err != nil {
		return nil, err
	}
	key, err := c.idempotencyKey()
	if err != nil {
		return nil, err
	}
	switch id := n.Text("id"); {
	case found && c.madeUnder(key, 0, c.words["id"]): // the same request again
		n.Remove(func(e *resource.Node) bool { return e.Field.Name == "id" })
		return c.createOf(n)
	case !found && id != "":
		return nil, &standard.Fault{Kind: badRequest, Message: "Nothing is like that, so this would be new, and it has an id. Ids are given here. Nothing was changed.", Hint: "Leave the id out."}
	case !found:
		return c.createOf(n)
	case id != "" && id != c.words["id"]:
		return nil, &standard.Fault{Kind: badRequest, Message: "The resource has another id than the one that is like that. Nothing was changed."}
	}
	n.Set("id", c.words["id"])
	return c.updateTo(n)
}

// madeUnder says whether the record of an id is the i-th that a request with this key made.
func (c *call) madeUnder(key uuid.UUID, i int, id string) bool {
	_, rec, ok := mapping.ParseID(id)
	return ok && key != uuid.Nil && rec == mint(key, i)
}

// patchMeant answers PATCH {type}?...
func (c *call) patchMeant() (*reply, error) { return c.ofMeant((*call).patch) }

// deleteMeant answers DELETE {type}?...: one resource, never several.
func (c *call) deleteMeant() (*reply, error) { return c.ofMeant((*call).delete) }

func (c *call) ofMeant(do func(*call) (*reply, error)) (*reply, error) {
	c.conditional.Lock()
	defer c.conditional.Unlock()
	found, err := c.meant()
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, errNothingHere()
	}
	return do(c)
}

// searched turns references that are searches, Patient?identifier=..., into references to the one resource that each finds.
func (c *call) searched(n *resource.Node, at string) []standard.Problem {
	if !searches(n) { // as nearly always: then the places need not be made
		return nil
	}
	var problems []standard.Problem
	n.Walk(at, func(path string, e *resource.Node) bool {
		if e.Type.Name != "Reference" {
			return true
		}
		kind, query, is := strings.Cut(c.local(e.Text("reference")), "?")
		if !is || len(c.m.ClassesOf(kind)) == 0 {
			return false
		}
		literal, wrong := c.onlyOne(kind, query)
		if wrong != "" {
			problems = append(problems, standard.Problem{Path: path + ".reference", Rule: resource.RuleTarget, Value: e.Text("reference"), Message: wrong})
		} else {
			e.Set("reference", literal)
		}
		return false
	})
	return problems
}

// searches says whether there is a reference with a question mark in a resource.
func searches(n *resource.Node) bool {
	if n.Type.Name == "Reference" {
		return strings.Contains(n.Text("reference"), "?")
	}
	return slices.ContainsFunc(n.Nodes, searches)
}

// onlyOne gives the reference to the one resource that a search finds, or says why there is none.
func (c *call) onlyOne(kind, query string) (literal, wrong string) {
	values, err := url.ParseQuery(query)
	if err != nil || len(values) == 0 {
		return "", "This is no search that can be read."
	}
	hits, err := c.matching(kind, values, 2)
	var f *standard.Fault
	switch {
	case errors.As(err, &f) && len(f.Problems) > 0:
		return "", f.Problems[0].Message
	case errors.As(err, &f):
		return "", f.Message
	case err != nil:
		return "", "The search could not be done."
	case len(hits) == 0:
		return "", "The search finds nothing that you may see."
	case len(hits) > 1:
		return "", "The search finds more than one. Say more exactly which is meant."
	}
	return kind + "/" + c.idOf(hits[0].version), ""
}

// meantBy finds the one resource that an entry of a transaction means by a search, and names it; an update that finds none makes a new one.
func (c *call) meantBy(s *step, key uuid.UUID, i int) (*standard.Problem, error) {
	at := s.at + ".request.url"
	if len(c.m.ClassesOf(s.kind)) == 0 {
		fault := badParameter(at, s.kind, "No record is kept as "+s.kind+" here.")
		return &fault, nil
	}
	values, err := url.ParseQuery(s.query)
	if err != nil || len(values) == 0 {
		fault := badParameter(at, s.query, "This is no search that can be read.")
		return &fault, nil
	}
	hits, err := c.matching(s.kind, values, 2)
	switch {
	case err != nil:
		return nil, err
	case len(hits) > 1:
		return nil, &standard.Fault{Kind: preconditionFailed, Message: "More than one resource is like that of " + s.at + ". Nothing was changed."}
	case len(hits) == 1 && !c.madeUnder(key, i, c.idOf(hits[0].version)):
		s.id = c.idOf(hits[0].version)
		return nil, nil
	case s.method != http.MethodPut || s.e.First("resource") == nil:
		return &standard.Problem{Path: at, Rule: "not-found", Value: s.query, Message: "Nothing is like that, or nothing that you may see."}, nil
	case s.e.First("resource").First("id") != nil:
		return &standard.Problem{Path: s.at + ".resource.id", Rule: "bad-parameter", Message: "Nothing is like that, so this would be new. Ids are given here: leave the id out."}, nil
	}
	id := mint(key, i)
	s.makes, s.id = true, id.String()
	s.written = &written{node: s.e.First("resource").Alone(), rec: id}
	return nil, nil
}

// patch prepares an entry of a transaction that changes a resource in parts.
func (s *step) patch(c, one *call, v *record.Version) ([]standard.Problem, error) {
	change, err := one.patchSent()
	if err != nil {
		return nil, err
	}
	n, err := c.patched(v, change)
	if err != nil {
		return nil, inEntry(err, s.at+".resource")
	}
	n.Remove(isCarried)
	var problems []standard.Problem
	s.written, problems = c.changed(n, v, s.at+".resource")
	return problems, nil
}

// inEntry says of which entry the faults of an error are.
func inEntry(err error, at string) error {
	var f *standard.Fault
	if !errors.As(err, &f) {
		return err
	}
	own := *f
	own.Problems = nil
	for _, p := range f.Problems {
		if i := strings.IndexByte(p.Path, '.'); i >= 0 {
			p.Path = at + p.Path[i:]
		} else {
			p.Path = at
		}
		own.Problems = append(own.Problems, p)
	}
	return &own
}

// conditional says whether what an entry does depends on what a search finds.
func conditional(e *resource.Node) bool {
	request := e.First("request")
	return request.Text("ifNoneExist") != "" || request.Text("method") != http.MethodGet && strings.Contains(request.Text("url"), "?")
}
