package definition

import (
	"maps"
	"slices"
	"strings"

	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
)

// generalExtension is an extension that any element can have.
type generalExtension struct {
	url, name, title, words string
	parts                   []string // of one that holds others
}

var general = []generalExtension{
	{mapping.ExactURL, "Exact", "The value as the record has it",
		"The value of the element as the record has it, as JSON, where the element cannot say it exactly: a time without seconds, a code that FHIR does not have. It counts only while it agrees with what the element says, so whoever changes the element need not know of it.", nil},
	{mapping.PersonURL, "Person", "In whose record it stands",
		"The person in whose record the resource stands, where it is not about anybody by itself: somebody's own home, and not a place of the directory.", nil},
	{mapping.CarriedURL, "CarriedSignature", "A signature that was sent with it",
		"A signature that came with this version of the resource, as it was sent: who is named has proved nothing here. At the signature of a Provenance it says just that, in words. A later version does not have it.", nil},
	{mapping.OutdatedURL, "Outdated", "What the class has no place for any more",
		"What a record holds that was written under an earlier file of its class and has no place in the present one.", []string{"name", "json"}},
}

func (l *Library) extensionHead(n *resource.Node, name, title, version, words, owner, context string) *resource.Node {
	head(n, name, title, version, words, owner)
	n.Set("fhirVersion", l.mapper.Definitions.Version)
	n.Set("kind", "complex-type")
	n.Set("abstract", "false")
	c := n.Add("context")
	c.Set("type", "element")
	c.Set("expression", context)
	n.Set("type", "Extension")
	n.Set("baseDefinition", hl7+"Extension")
	n.Set("derivation", "constraint")
	d := n.Add("differential")
	root := extensionElement(d, "Extension", "Extension", title)
	root.Set("definition", words)
	return d
}

func (l *Library) generalExtension(n *resource.Node, x generalExtension) {
	d := l.extensionHead(n, x.name, x.title, "", x.words, publisher(false), "Element")
	if len(x.parts) == 0 {
		fixedURL(d, "Extension", "Extension", x.url)
		v := valueOf(d, "Extension", "Extension")
		t := v.Add("type")
		switch x.url {
		case mapping.PersonURL:
			t.Set("code", "Reference")
			item(t, "targetProfile", hl7+"Patient")
		case mapping.CarriedURL:
			t.Set("code", "Signature")
			v.Add("type").Set("code", "string")
		default:
			t.Set("code", "string")
		}
		return
	}
	slicing(d, "Extension.extension")
	for _, name := range x.parts {
		id, path := part(d, "Extension", "Extension", name, name, true, false)
		fixedURL(d, id, path, name)
		valueOf(d, id, path).Add("type").Set("code", "string")
	}
	fixedURL(d, "Extension", "Extension", x.url)
	never(d, "Extension", "Extension")
}

// extensionsOf notes the extensions of elements, those of blocks that stand at a place of their own among them.
func (l *Library) extensionsOf(all []mapping.Place, context string) {
	for _, p := range all {
		if p.Extension != "" {
			l.add(Structure, strings.TrimPrefix(p.Extension, "urn:rosemary:"), p.Extension, func(n *resource.Node) { l.extension(n, p, context) })
		}
		if p.Path != "" || p.Extension == "" {
			l.extensionsOf(p.Inner, "Element")
		}
	}
}

// extension writes the extension that holds an element of a class.
func (l *Library) extension(n *resource.Node, p mapping.Place, context string) {
	e := p.Element
	words := "Holds the element " + e.Name + " of the class " + e.Class.Name + "."
	if p.Written != "" {
		words += " It is there only where " + p.Written + " cannot hold it."
	}
	d := l.extensionHead(n, camel(e.Class.ID)+camel(e.ID), e.Class.Name+": "+e.Name, e.Class.Source.Version, words, publisher(e.Class.Provider), context)
	l.inside(d, "Extension", "Extension", p, p.Extension)
}

// inside writes what an extension holds: a value, or, for a group, an extension for each of its elements.
func (l *Library) inside(d *resource.Node, id, path string, p mapping.Place, url string) {
	if p.Value != "" {
		fixedURL(d, id, path, url)
		v := valueOf(d, id, path)
		l.typed(v, p)
		return
	}
	s := d.Add("element")
	s.Set("id", id+".extension")
	s.Set("path", path+".extension")
	slice := s.Add("slicing")
	by := slice.Add("discriminator")
	by.Set("type", "value")
	by.Set("path", "url")
	slice.Set("ordered", "false")
	slice.Set("rules", "open")
	for _, inner := range p.Inner {
		innerID, innerPath := part(d, id, path, inner.Element.ID, inner.Element.Name, false, inner.Element.Many)
		l.inside(d, innerID, innerPath, inner, inner.Extension)
	}
	fixedURL(d, id, path, url)
	never(d, id, path)
}

// typed says of which type a value is.
func (l *Library) typed(v *resource.Node, p mapping.Place) {
	t := v.Add("type")
	t.Set("code", typeName(p.Value))
	for _, kind := range slices.Sorted(maps.Keys(p.Targets)) {
		item(t, "targetProfile", hl7+kind)
	}
	l.binding(v, p.Element)
}

// typeName is the type of a value by its name: valueString is a string, valueCodeableConcept a CodeableConcept.
func typeName(value string) string {
	name := strings.TrimPrefix(value, "value")
	switch name {
	case "CodeableConcept", "Reference", "Quantity", "Attachment":
		return name
	}
	return strings.ToLower(name[:1]) + name[1:]
}

func extensionElement(d *resource.Node, id, path, short string) *resource.Node {
	n := d.Add("element")
	n.Set("id", id)
	n.Set("path", path)
	if short != "" {
		n.Set("short", short)
	}
	return n
}

// part begins an extension in an extension, and gives its id and its path.
func part(d *resource.Node, id, path, name, words string, must, many bool) (string, string) {
	id, path = id+".extension:"+name, path+".extension"
	n := extensionElement(d, id, path, words)
	n.Set("sliceName", name)
	bounds(n, must, many)
	n.Add("type").Set("code", "Extension")
	return id, path
}

func fixedURL(d *resource.Node, id, path, url string) {
	extensionElement(d, id+".url", path+".url", "").Set("fixedUri", url)
}

func valueOf(d *resource.Node, id, path string) *resource.Node {
	return extensionElement(d, id+".value[x]", path+".value[x]", "")
}

// never says that an extension which holds others has no value.
func never(d *resource.Node, id, path string) {
	valueOf(d, id, path).Set("max", "0")
}
