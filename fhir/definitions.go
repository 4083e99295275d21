package fhir

import (
	"net/http"
	"strconv"
	"strings"

	"rosemary/fhir/definition"
	"rosemary/fhir/resource"
)

// definitionRoutes are the rows for what this service is made of: logical models, profiles, extensions, value sets, code systems. They are about nobody.
func definitionRoutes() []*route {
	var rows []*route
	for _, kind := range definition.Types() {
		rows = append(rows,
			&route{method: http.MethodGet, path: "/" + kind, nobody: true, answer: (*call).searchDefinitions},
			&route{method: http.MethodPost, path: "/" + kind + "/_search", nobody: true, answer: (*call).searchDefinitions},
			&route{method: http.MethodGet, path: "/" + kind + "/{id}", nobody: true, answer: (*call).readDefinition})
	}
	for _, o := range terminologyOperations {
		for _, level := range []string{"/", "/{id}/"} {
			if o.name == "$lookup" && level != "/" { // FHIR has it for all systems at once only
				continue
			}
			rows = append(rows,
				&route{method: http.MethodGet, path: "/" + o.kind + level + o.name, nobody: true, answer: o.answer},
				&route{method: http.MethodPost, path: "/" + o.kind + level + o.name, nobody: true, answer: o.answer})
		}
	}
	return rows
}

// definitionKind is the type that the address names.
func (c *call) definitionKind() string {
	kind, _, _ := strings.Cut(strings.TrimPrefix(c.route.path, "/"), "/")
	return kind
}

// readDefinition answers GET StructureDefinition/{id} and its like.
func (c *call) readDefinition() (*reply, error) {
	library, err := c.library()
	if err != nil {
		return nil, err
	}
	d, ok := library.ByID(c.definitionKind(), c.words["id"])
	if !ok {
		return nil, errNothingHere()
	}
	return &reply{status: http.StatusOK, header: forAWhile(), node: d.Resource()}, nil
}

// forAWhile lets a client keep what changes with the program and with the provider's own files only.
func forAWhile() http.Header { return http.Header{"Cache-Control": {"private, max-age=300"}} }

// searchDefinitions answers GET StructureDefinition?... and its like: by every parameter that FHIR has for the type.
func (c *call) searchDefinitions() (*reply, error) {
	if err := c.posted(); err != nil {
		return nil, err
	}
	kind := c.definitionKind()
	library, err := c.library()
	if err != nil {
		return nil, err
	}
	count, problems := c.count()
	shape, more := c.shape(kind)
	if sort := c.query.Get("_sort"); sort != "" {
		more = append(more, badParameter("_sort", sort, "Definitions come in the order of their addresses."))
	}
	for _, name := range []string{"_include", "_revinclude"} {
		if c.query.Has(name) {
			more = append(more, badParameter(name, c.query.Get(name), "Nothing is included with definitions: each says the addresses of the others."))
		}
	}
	if err := badQuery(append(problems, more...)); err != nil {
		return nil, err
	}
	all, err := c.criteria(kind, c.query)
	if err != nil {
		return nil, err
	}
	after, err := c.after()
	if err != nil {
		return nil, err
	}
	b := c.newBundle("searchset")
	var p place
	if after != nil {
		p = *after
	}
	skip, total, goesOn := p.number, int64(0), false
	for _, d := range library.All(kind) {
		if passes(all, d) {
			continue
		}
		n := d.Resource()
		if !c.matches(n, all) {
			continue
		}
		total++
		switch {
		case total <= skip || shape.countOnly:
		case int(total-skip) <= count:
			n = shape.cut(n)
			c.addFound(b, n, "match")
			p.number = total
		default:
			goesOn = count > 0
		}
	}
	b.Set("total", strconv.FormatInt(total, 10)) // it was counted anyhow
	c.pageLinks(b, p, goesOn)
	return &reply{status: http.StatusOK, header: forAWhile(), node: b}, nil
}

// passes says that an address or an id is asked for that a definition does not have, so that it need not be written to be looked at.
func passes(all []criterion, d *definition.Definition) bool {
	for _, one := range all {
		if one.modifier != "" || len(one.values) != 1 {
			continue
		}
		if one.p.Code == "url" && plainly(one.values[0]) != d.URL || one.p.Code == "_id" && plainly(one.values[0]) != d.ID {
			return true
		}
	}
	return false
}

// describeDefinitions says what can be done with definitions.
func (c *call) describeDefinitions(rest *resource.Node) {
	for _, kind := range definition.Types() {
		n := rest.Add("resource")
		n.Set("type", kind)
		n.Set("documentation", "Made of the class files and the mapping of this installation; nobody can write one here.")
		n.Add("interaction").Set("code", "read")
		n.Add("interaction").Set("code", "search-type")
		for _, p := range c.m.Definitions.Parameters(kind) {
			if modifiers[p.Type] == nil {
				continue
			}
			s := n.Add("searchParam")
			s.Set("name", p.Code)
			s.Set("type", p.Type)
		}
		for _, o := range terminologyOperations {
			if o.kind == kind {
				x := n.Add("operation")
				x.Set("name", o.name[1:])
				x.Set("definition", "http://hl7.org/fhir/OperationDefinition/"+kind+"-"+o.name[1:])
			}
		}
	}
}
