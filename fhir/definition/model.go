package definition

import (
	"strings"

	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/standard"
)

const hl7 = "http://hl7.org/fhir/StructureDefinition/"

// evidence says in words how an element is known.
var evidence = map[standard.Evidence]string{
	standard.Published: "Known from the published specification.", standard.Guidance: "Known from the implementation guidance.",
	standard.Upstream:     "Known from the draft FHIR logical models or the PRSB rows that the standard came from; its own page was not seen.",
	standard.ProjectOwned: "Rosemary's own: not part of the standard.", standard.ProviderOwned: "The provider's own: not part of the standard.",
}

// model writes a class of the standard as a logical model.
func (l *Library) model(n *resource.Node, class *standard.Class) {
	release := l.catalogue.Release()
	words := class.Summary
	switch {
	case class.Provider:
		words += " The provider's own class: not part of the standard."
	case class.Extension:
		words += " An extension of Rosemary's: not part of the standard."
	default:
		words += " A class of " + release.Name + " (" + release.Standard + ")."
	}
	if class.Source.Note != "" {
		words += " " + class.Source.Note
	}
	name := camel(class.ID)
	head(n, name, class.Name, class.Source.Version, strings.TrimSpace(words), publisher(class.Provider))
	n.Set("fhirVersion", l.mapper.Definitions.Version)
	places := map[string]mapping.Place{}
	kind := ""
	if mapped, ok := l.mapper.ByClass(class.ID); ok {
		kind = mapped.Resource.Name
		m := n.Add("mapping")
		m.Set("identity", "fhir")
		m.Set("uri", mapping.ClassPrefix+class.ID)
		m.Set("name", "FHIR R4 "+kind)
		for _, p := range mapped.Places(l.mapper) {
			places[p.Element.ID] = p
		}
	}
	n.Set("kind", "logical")
	n.Set("abstract", map[bool]string{true: "true", false: "false"}[class.Kind == standard.KindAbstract])
	n.Set("type", ModelPrefix+class.ID)
	n.Set("baseDefinition", hl7+"Element")
	n.Set("derivation", "specialization")
	for _, list := range []string{"snapshot", "differential"} {
		whole := list == "snapshot"
		all := n.Add(list)
		root := element(all, name, "", whole, false, true)
		root.Set("short", class.Name)
		root.Set("definition", orName(class.Summary, class.Name))
		if whole {
			inherited(all, name, "id", "An id for references within the resource", "string", false)
			inherited(all, name, "extension", "What is said beside", "Extension", true)
		}
		for _, e := range class.Elements {
			l.modelElement(all, name, e, places[e.ID], kind, whole)
		}
	}
}

func orName(words, name string) string {
	if words == "" {
		return name
	}
	return words
}

// element begins an element of a structure. In a snapshot each says where it comes from.
func element(all *resource.Node, path, name string, whole, must, many bool) *resource.Node {
	if name != "" {
		path += "." + name
	}
	e := all.Add("element")
	e.Set("id", path)
	e.Set("path", path)
	bounds(e, must, many)
	if whole {
		base := e.Add("base")
		base.Set("path", path)
		bounds(base, must, many)
	}
	return e
}

// inherited writes an element that every logical model has from its base.
func inherited(all *resource.Node, path, name, words, kind string, many bool) {
	e := element(all, path, name, true, false, many)
	e.First("base").Set("path", "Element."+name)
	e.Set("short", words)
	e.Set("definition", words)
	e.Add("type").Set("code", kind)
}

// typeOf is the type that a kind of value has in a logical model.
var typeOf = map[standard.ValueKind]string{
	standard.TextValue: "string", standard.NumberValue: "decimal", standard.QuantityValue: "Quantity", standard.BooleanValue: "boolean", standard.DateValue: "date",
	standard.TimeValue: "time", standard.DateTimeValue: "dateTime", standard.CodedValue: "CodeableConcept", standard.ReferenceValue: "Reference",
}

func (l *Library) modelElement(all *resource.Node, path string, e *standard.Element, p mapping.Place, kind string, whole bool) {
	n := element(all, path, e.ID, whole, e.Must, e.Many)
	n.Set("short", e.Name)
	n.Set("definition", orName(e.Note, orName(e.Ask, e.Name)))
	comment := "In the words of the standard: " + e.Type + ", " + e.Occurs + ". " + evidence[e.Evidence]
	switch {
	case e.NoAbsence:
		comment += " It can never be stated as absent."
	case e.Must:
		comment += " Where it is not known, that is stated in its place."
	}
	n.Set("comment", comment)
	t := n.Add("type")
	if e.Block != nil {
		t.Set("code", ModelPrefix+e.Block.ID)
	} else {
		t.Set("code", typeOf[e.Value])
	}
	for _, to := range e.To {
		for _, class := range to.Concrete() {
			if mapped, ok := l.mapper.ByClass(class.ID); ok {
				item(t, "targetProfile", mapping.ClassPrefix+mapped.ID)
			}
		}
	}
	if e.Value == standard.NumberValue {
		if e.Min != nil {
			n.Set("minValueDecimal", e.Min.String())
		}
		if e.Max != nil {
			n.Set("maxValueDecimal", e.Max.String())
		}
	}
	l.binding(n, e)
	if kind == "" {
		return
	}
	m := n.Add("mapping")
	m.Set("identity", "fhir")
	if p.Written != "" {
		m.Set("map", kind+"."+p.Written)
	} else {
		m.Set("map", kind+".extension("+p.Extension+")")
	}
}

// binding says which codes an element may have.
func (l *Library) binding(n *resource.Node, e *standard.Element) {
	if e.ValueSet == nil {
		return
	}
	set, ok := l.setOf(e.ValueSet)
	if !ok {
		return
	}
	b := n.Add("binding")
	if e.ValueSet.Open {
		b.Set("strength", "preferred")
		b.Set("description", "One of these, another code with its system, or words alone.")
	} else {
		b.Set("strength", "required")
	}
	b.Set("valueSet", set)
}

func (l *Library) setOf(v *standard.ValueSet) (string, bool) {
	for _, s := range l.Terms.Sets() {
		if s.ValueSet == v {
			return s.URL, true
		}
	}
	return "", false
}
