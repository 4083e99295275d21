package fhir

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/fhir/definition"
	"rosemary/fhir/resource"
	"rosemary/standard"
	"rosemary/terminology"
)

// terminologyOperations are what can be asked of codes. Nothing here has a hierarchy, so $subsumes is not among them.
var terminologyOperations = []struct {
	kind, name string
	answer     func(*call) (*reply, error)
}{
	{definition.ValueSet, "$expand", (*call).expand},
	{definition.ValueSet, "$validate-code", (*call).validateCode},
	{definition.CodeSystem, "$validate-code", (*call).validateCode},
	{definition.CodeSystem, "$lookup", (*call).lookup},
}

// asking is the parameters of an operation, from the address or from Parameters that were sent.
type asking struct {
	single   map[string]string // by name, as written
	codings  []coded           // of coding and codeableConcept
	problems []standard.Problem
}

type coded struct{ system, code, display string }

// asking reads the parameters of an operation: those that are known, and nothing else.
func (c *call) asking(known ...string) (*asking, error) {
	a := &asking{single: map[string]string{}}
	if c.r.Method == http.MethodPost {
		n, err := c.sentAs("Parameters")
		if err != nil {
			return nil, err
		}
		for _, p := range n.All("parameter") {
			a.parameter(p)
		}
	}
	for name, values := range c.query {
		if name != "_format" && name != "_pretty" {
			a.single[name] = values[0]
		}
	}
	for name := range a.single {
		if !slices.Contains(known, name) {
			a.problems = append(a.problems, badParameter(name, name, "There is no parameter of this name here. There are "+strings.Join(known, ", ")+"."))
		}
	}
	return a, badQuery(a.problems)
}

// parameter takes one of the Parameters.
func (a *asking) parameter(p *resource.Node) {
	name, value := p.Text("name"), p.First("value")
	switch {
	case value == nil:
		a.problems = append(a.problems, badParameter(name, "", "This parameter has no value that can be used here."))
	case value.Type.Name == "Coding":
		a.codings = append(a.codings, coded{value.Text("system"), value.Text("code"), value.Text("display")})
	case value.Type.Name == "CodeableConcept":
		for _, e := range value.All("coding") {
			a.codings = append(a.codings, coded{e.Text("system"), e.Text("code"), e.Text("display")})
		}
	default:
		a.single[name] = value.Value
	}
}

// number reads a whole number from 0 up.
func (a *asking) number(name string, usual int) int {
	text, given := a.single[name]
	if !given {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		a.problems = append(a.problems, badParameter(name, text, name+" must be a whole number, 0 or more."))
	}
	return n
}

// valueSet finds the value set that is asked about: by the id in the address, or by url.
func (c *call) valueSet(a *asking) (*terminology.Set, *definition.Definition, error) {
	library, err := c.library()
	if err != nil {
		return nil, nil, err
	}
	url := a.single["url"]
	if id := c.words["id"]; id != "" {
		d, ok := library.ByID(definition.ValueSet, id)
		if !ok {
			return nil, nil, errNothingHere()
		}
		url = d.URL
	}
	if url == "" {
		return nil, nil, badQuery([]standard.Problem{badParameter("url", "", "Say which value set: url, or the id in the address.")})
	}
	if set, ok := library.Terms.Set(url); ok {
		d, _ := library.ByID(definition.ValueSet, set.ID)
		return set, d, nil
	}
	return nil, nil, &standard.Fault{Kind: notListed, Message: "There is no value set with this address here.",
		Hint: "Those of this installation are bundled; others, and all that SNOMED CT or dm+d define, are not. GET ValueSet lists them."}
}

// mostListed is how many codes one page of an expansion has at most.
const mostListed = 1000

// expand answers ValueSet/$expand: the codes of a value set.
func (c *call) expand() (*reply, error) {
	a, err := c.asking("url", "filter", "offset", "count", "valueSetVersion", "includeDesignations", "includeDefinition", "activeOnly", "displayLanguage")
	if err != nil {
		return nil, err
	}
	offset, count := a.number("offset", 0), a.number("count", mostListed)
	if err := badQuery(a.problems); err != nil {
		return nil, err
	}
	set, d, err := c.valueSet(a)
	if err != nil {
		return nil, err
	}
	if len(set.Codes) == 0 {
		why := "All codes of " + set.System + " are meant, and they are not here."
		library, _ := c.library()
		if system, ok := library.Terms.System(set.System); ok && system.Withheld != "" {
			why = system.Withheld
		}
		return nil, &standard.Fault{Kind: notListed, Message: "This value set cannot be listed. " + why}
	}
	n := d.Resource()
	if a.single["includeDefinition"] != "true" {
		n.Remove(func(e *resource.Node) bool { return e.Field.Name == "compose" })
	}
	library, err := c.library()
	if err != nil {
		return nil, err
	}
	library.Expand(n, set, a.single["filter"], offset, min(count, mostListed), c.Now().UTC().Format(time.RFC3339), uuid.New().URN())
	return &reply{status: http.StatusOK, node: n}, nil
}

// validateCode answers $validate-code: whether a code, a coding or one of a concept's codings belongs to a value set or a code system.
func (c *call) validateCode() (*reply, error) {
	known := []string{"url", "code", "system", "display", "valueSetVersion", "systemVersion", "version", "date", "abstract", "displayLanguage"}
	a, err := c.asking(known...)
	if err != nil {
		return nil, err
	}
	if code, given := a.single["code"]; given {
		a.codings = append(a.codings, coded{a.single["system"], code, a.single["display"]})
	}
	if len(a.codings) == 0 {
		return nil, badQuery([]standard.Problem{badParameter("code", "", "Say which code: code with system, coding or codeableConcept.")})
	}
	if c.definitionKind() == definition.CodeSystem {
		return c.validateInSystem(a)
	}
	set, _, err := c.valueSet(a)
	if err != nil {
		return nil, err
	}
	for _, one := range a.codings {
		if found, ok := set.Concept(one.system, one.code); ok {
			return c.belongs(found, one)
		}
	}
	words := "None of it is in the value set " + set.Name + "."
	if set.Open {
		words += " The list is open: another code with its system, or words alone, may be recorded all the same."
	}
	return c.verdict(false, "", words), nil
}

// validateInSystem holds codes against a code system.
func (c *call) validateInSystem(a *asking) (*reply, error) {
	library, err := c.library()
	if err != nil {
		return nil, err
	}
	url := a.single["url"]
	if id := c.words["id"]; id != "" {
		d, ok := library.ByID(definition.CodeSystem, id)
		if !ok {
			return nil, errNothingHere()
		}
		url = d.URL
	}
	for _, one := range a.codings {
		if url == "" {
			url = one.system
		}
		system, ok := library.Terms.System(url)
		if !ok {
			return nil, unknownSystem()
		}
		if found, ok := system.Concept(one.code); ok && (one.system == "" || one.system == url) {
			return c.belongs(found, one)
		}
		if !system.Whole {
			return nil, partlyKnown(system)
		}
	}
	return c.verdict(false, "", "There is no such code in "+url+"."), nil
}

func unknownSystem() error {
	return &standard.Fault{Kind: notListed, Message: "There is no code system with this address here.", Hint: "GET CodeSystem lists those that there are."}
}

// partlyKnown says that a code may well be, and nobody here can tell.
func partlyKnown(system *terminology.System) error {
	why := system.Withheld
	if why == "" {
		why = "Of this code system only the codes are known here that a list of the installation names."
	}
	return &standard.Fault{Kind: notListed, Message: "Whether there is such a code cannot be told here. " + why}
}

// belongs answers for a code that was found: with what it is called, and whether that is what was said.
func (c *call) belongs(found terminology.Concept, said coded) (*reply, error) {
	if said.display != "" && said.display != found.Display {
		return c.verdict(false, found.Display, "The code belongs, but it is called "+strconv.Quote(found.Display)+"."), nil
	}
	return c.verdict(true, found.Display, ""), nil
}

// verdict writes what $validate-code answers.
func (c *call) verdict(result bool, display, message string) *reply {
	n := newResource(c.m.Definitions, "Parameters")
	parameterOf(n, "result", "valueBoolean", strconv.FormatBool(result))
	if message != "" {
		parameterOf(n, "message", "valueString", message)
	}
	if display != "" {
		parameterOf(n, "display", "valueString", display)
	}
	return &reply{status: http.StatusOK, node: n}
}

// lookup answers CodeSystem/$lookup: what a code means.
func (c *call) lookup() (*reply, error) {
	a, err := c.asking("code", "system", "version", "date", "displayLanguage", "property")
	if err != nil {
		return nil, err
	}
	if a.single["code"] != "" {
		a.codings = append(a.codings, coded{a.single["system"], a.single["code"], ""})
	}
	if len(a.codings) != 1 || a.codings[0].system == "" || a.codings[0].code == "" {
		return nil, badQuery([]standard.Problem{badParameter("code", a.single["code"], "Say which code: code and system, or one coding.")})
	}
	library, err := c.library()
	if err != nil {
		return nil, err
	}
	system, ok := library.Terms.System(a.codings[0].system)
	if !ok {
		return nil, unknownSystem()
	}
	found, ok := system.Concept(a.codings[0].code)
	switch {
	case !ok && !system.Whole:
		return nil, partlyKnown(system)
	case !ok:
		return nil, &standard.Fault{Kind: notListed, Message: "There is no such code in " + system.URL + "."}
	}
	n := newResource(c.m.Definitions, "Parameters")
	parameterOf(n, "name", "valueString", system.Name)
	if system.Version != "" {
		parameterOf(n, "version", "valueString", system.Version)
	}
	parameterOf(n, "display", "valueString", found.Display)
	if found.Note != "" {
		property := n.Add("parameter")
		property.Set("name", "property")
		for _, part := range []struct{ name, kind, value string }{{"code", "valueCode", "definition"}, {"value", "valueString", found.Note}} {
			p := property.Add("part")
			p.Set("name", part.name)
			p.Set(part.kind, part.value)
		}
	}
	return &reply{status: http.StatusOK, node: n}, nil
}

func parameterOf(n *resource.Node, name, kind, value string) {
	p := n.Add("parameter")
	p.Set("name", name)
	p.Set(kind, value)
}
