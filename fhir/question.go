package fhir

import (
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/standard"
)

// question is what a search asks: what the resources say themselves, and what those say that they point at or that point at them.
type question struct {
	kind  string
	plain []criterion
	far   []*far
}

// far is a condition on other resources, one step away: a chain, subject:Patient.name=, or its reverse, _has:Observation:patient:code=.
type far struct {
	p     *resource.Parameter    // the reference that is followed
	of    string                 // _has: the type that refers; "" for a chain
	inner map[string][]criterion // what the others must say, by type
	known map[string]bool        // others that were looked at, by literal reference: whether they are such; with _has: that one refers here
	asked map[uuid.UUID]bool     // _has: the streams that were looked through; the nil one: all
}

// question reads what is searched for, all faults at once. With strict nothing is left out, whatever the client prefers: where something is changed because of the answer.
func (c *call) question(kind string, values url.Values, strict bool) (*question, error) {
	q := &question{kind: kind}
	var problems []standard.Problem
	for key, given := range values {
		if slices.Contains(resultParameters, key) {
			if strict {
				problems = append(problems, badParameter(key, given[0], "This says how results are shown, and nothing is shown here."))
			}
			continue
		}
		var faults []standard.Problem
		switch {
		case strings.HasPrefix(key, "_has:"):
			faults = c.reverse(q, key, given)
		case strings.Contains(key, "."):
			faults = c.chain(q, key, given)
		default:
			var some []criterion
			some, faults = c.criterion(kind, key, key, given)
			q.plain = append(q.plain, some...)
		}
		if len(faults) > 0 && faults[0].Rule == "unknown-parameter" && !strict && c.lenient() {
			values.Del(key)
			continue
		}
		problems = append(problems, faults...)
	}
	slices.SortFunc(problems, byPath)
	if err := badQuery(problems); err != nil {
		return nil, err
	}
	for _, f := range q.far {
		for other := range f.inner {
			if err := c.session.MustWith(c.ctx, access.Searches, other); err != nil {
				return nil, err
			}
		}
	}
	return q, nil
}

func unknownParameter(key, value, words string) []standard.Problem {
	return []standard.Problem{{Path: key, Rule: "unknown-parameter", Value: value, Message: words}}
}

// chain reads reference[:Type].parameter[:modifier]=value.
func (c *call) chain(q *question, key string, given []string) []standard.Problem {
	first, rest, _ := strings.Cut(key, ".")
	name, only, _ := strings.Cut(first, ":")
	if plain, _, _ := strings.Cut(rest, ":"); strings.Contains(plain, ".") {
		return unknownParameter(key, rest, "A chain may have one step here: a reference, a dot, and a parameter of what it leads to. Search in two steps.")
	}
	p := c.parameter(q.kind, name)
	if p == nil || p.Type != "reference" {
		return unknownParameter(key, name, q.kind+" has no reference parameter of this name here, so nothing can be chained to it.")
	}
	f := &far{p: p, inner: map[string][]criterion{}, known: map[string]bool{}}
	var faults []standard.Problem
	for _, kind := range c.leadsTo(p) {
		if only != "" && kind != only {
			continue
		}
		some, more := c.criterion(kind, rest, key, given)
		if len(more) == 0 {
			f.inner[kind] = some
		} else if len(faults) == 0 || faults[0].Rule == "unknown-parameter" {
			faults = more
		}
	}
	switch {
	case len(f.inner) > 0:
		q.far = append(q.far, f)
		return nil
	case len(faults) > 0:
		return faults
	}
	return unknownParameter(key, only, "The parameter "+name+" does not lead to such resources here.")
}

// leadsTo gives the types that a reference parameter can lead to, of those that are kept here.
func (c *call) leadsTo(p *resource.Parameter) []string {
	targets := p.Targets
	if len(targets) == 0 {
		targets = c.m.Resources()
	}
	return slices.DeleteFunc(slices.Clone(targets), func(kind string) bool { return len(c.m.ClassesOf(kind)) == 0 })
}

// reverse reads _has:Type:reference:parameter[:modifier]=value.
func (c *call) reverse(q *question, key string, given []string) []standard.Problem {
	parts := strings.SplitN(key, ":", 4)
	if len(parts) != 4 || strings.HasPrefix(parts[3], "_has:") || strings.Contains(parts[3], ".") {
		return unknownParameter(key, key, "Write _has:Type:reference:parameter, with one step: _has:Observation:patient:code.")
	}
	of, name := parts[1], parts[2]
	if len(c.m.ClassesOf(of)) == 0 {
		return unknownParameter(key, of, "No record is kept as "+of+" here.")
	}
	p := c.parameter(of, name)
	if p == nil || p.Type != "reference" || !slices.Contains(c.leadsTo(p), q.kind) {
		return unknownParameter(key, name, of+" has no reference parameter of this name that leads to "+q.kind+".")
	}
	some, faults := c.criterion(of, parts[3], key, given)
	if len(faults) > 0 {
		return faults
	}
	q.far = append(q.far, &far{p: p, of: of, inner: map[string][]criterion{of: some}, known: map[string]bool{}, asked: map[uuid.UUID]bool{}})
	return nil
}

// follows says whether a candidate is what was asked of the others.
func (c *call) follows(h *hit, q *question) (bool, error) {
	for _, f := range q.far {
		holds, err := false, error(nil)
		if f.of != "" {
			holds = f.known[h.node.Type.Name+"/"+h.node.Text("id")]
		} else {
			holds, err = c.leads(h.node, f)
		}
		if !holds || err != nil {
			return false, err
		}
	}
	return true, nil
}

// leads says whether a resource points at one that is as the chain says.
func (c *call) leads(n *resource.Node, f *far) (bool, error) {
	for _, e := range at(n, f.p) {
		literal := c.literal(e)
		kind, _, _ := resource.SplitReference(literal)
		if f.inner[kind] == nil {
			continue
		}
		such, looked := f.known[literal]
		if !looked {
			other, err := c.pointedAt(literal)
			if err != nil {
				return false, err
			}
			such = other != nil && c.matches(other, f.inner[kind])
			f.known[literal] = such
		}
		if such {
			return true, nil
		}
	}
	return false, nil
}

// literal is what a reference says, as an address in this service without its version.
func (c *call) literal(e *resource.Node) string {
	literal, _, _ := strings.Cut(c.local(e.Text("reference")), "/_history/")
	return literal
}

// lookBack finds out, for the candidates of a page, whether something refers to them as _has says: one sweep for all of them.
func (c *call) lookBack(page []hit, q *question) error {
	for _, f := range q.far {
		if f.of == "" || f.asked[uuid.Nil] {
			continue
		}
		var streams []uuid.UUID
		everywhere := false
		for _, h := range page {
			if entry := h.version.Stream == h.version.Record && !c.isPerson(h.version.Class); entry { // anybody's record may refer to an entry of the directory
				everywhere = true
			} else if !f.asked[h.version.Stream] {
				f.asked[h.version.Stream] = true
				streams = append(streams, h.version.Stream)
			}
		}
		if everywhere {
			f.asked[uuid.Nil] = true
			streams = nil
		} else if len(streams) == 0 {
			continue
		}
		err := c.referring(c.profiled(c.m.ClassesOf(f.of), f.inner[f.of]), streams, f.inner[f.of], func(_ *hit, n *resource.Node) error {
			if c.matches(n, f.inner[f.of]) {
				for _, e := range at(n, f.p) {
					f.known[c.literal(e)] = true
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// isPerson says whether records of a class are who a person is.
func (c *call) isPerson(class string) bool {
	m, ok := c.m.ByClass(class)
	return ok && m.HasRole(standard.ClassRolePerson)
}

// referring calls fn with every resource of some classes in some people's records that may be as some criteria say; without any people, in all that the reader may see, and of the directory.
func (c *call) referring(classes []*mapping.Class, streams []uuid.UUID, all []criterion, fn func(h *hit, n *resource.Node) error) error {
	src := c.wherever(classes, streams, all)
	var behind []byte
	for looked := 0; ; {
		page, more, err := src.next(behind, 500)
		if err != nil {
			return err
		}
		if err := c.askAll(page); err != nil {
			return err
		}
		for i := range page {
			h := &page[i]
			if fits, err := c.fits(h, nil); err != nil {
				return err
			} else if fits {
				if err := fn(h, h.node); err != nil {
					return err
				}
			}
			behind = h.behind
		}
		if looked += len(page); looked > 4*mostLooked {
			return tooMuch()
		}
		if !more {
			return nil
		}
	}
}

func tooMuch() error {
	return &standard.Fault{Kind: standard.TooLarge, Message: "The search would have to look at too many resources.", Hint: "Say more exactly what is wanted: a patient, a date, a name."}
}

// people resolves the conditions that name whose records are meant, by patient=, subject=, or a chain to a Patient. Named is false where nothing says whose.
func (c *call) people(q *question) (streams []uuid.UUID, named bool, err error) {
	for _, one := range q.plain {
		if !about(one.p) || one.modifier != "" && one.modifier != "Patient" {
			continue
		}
		var some []uuid.UUID
		for _, v := range one.values {
			text := strings.TrimPrefix(c.local(plainly(v)), "Patient/")
			if stream, rec, ok := mapping.ParseID(text); ok && stream == rec {
				some = append(some, stream)
			}
		}
		streams, named = both(streams, some, named), true
	}
	for _, f := range q.far {
		if f.of != "" || !about(f.p) || len(f.inner["Patient"]) == 0 || len(f.inner) > 1 {
			continue
		}
		var some []uuid.UUID
		inner := &question{kind: "Patient", plain: f.inner["Patient"]}
		src := &people{c, c.narrowing(inner.plain)}
		var behind []byte
		for more := true; more; {
			var page []hit
			if page, more, err = src.next(behind, 200); err != nil {
				return nil, false, err
			}
			for i := range page {
				fits, err := c.fits(&page[i], inner)
				if err != nil {
					return nil, false, err
				}
				f.known["Patient/"+page[i].version.Stream.String()] = fits
				if fits {
					some = append(some, page[i].version.Stream)
				}
				behind = page[i].behind
			}
		}
		streams, named = both(streams, some, named), true
	}
	return streams, named, nil
}

// about says whether a parameter tells whose record a resource is in.
func about(p *resource.Parameter) bool { return p.Code == "patient" || p.Code == "subject" }

func both(a, b []uuid.UUID, narrowed bool) []uuid.UUID {
	if !narrowed {
		return b
	}
	return slices.DeleteFunc(a, func(id uuid.UUID) bool { return !slices.Contains(b, id) })
}
