package definition

import (
	"slices"
	"strings"

	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/standard"
)

// profile writes what the resources of a class are like: which elements of the resource have a meaning for the record, and which extensions stand beside them.
func (l *Library) profile(n *resource.Node, class *mapping.Class) {
	kind := class.Resource.Name
	head(n, camel(class.ID)+kind, class.Name+" as "+kind, class.Source.Version,
		"How a record of the class "+class.Name+" is written as a resource. The logical model is "+ModelPrefix+class.ID+".", publisher(class.Provider))
	n.Set("fhirVersion", l.mapper.Definitions.Version)
	m := n.Add("mapping")
	m.Set("identity", "model")
	m.Set("uri", ModelPrefix+class.ID)
	m.Set("name", class.Name)
	n.Set("kind", "resource")
	n.Set("abstract", "false")
	n.Set("type", kind)
	n.Set("baseDefinition", hl7+kind)
	n.Set("derivation", "constraint")
	d := n.Add("differential")
	root := d.Add("element")
	root.Set("id", kind)
	root.Set("path", kind)
	root.Set("short", class.Name)
	if class.Summary != "" {
		root.Set("definition", class.Summary)
	}
	outline := &outline{}
	outline.gather(class.Places(l.mapper), "", class.ID)
	outline.write(d, class.Resource)
}

// outline is the elements of a resource that mean something, each once, with what they mean.
type outline struct {
	paths      []string
	means      map[string][]meaning
	extensions []extension
}

type meaning struct {
	element *standard.Element
	from    string
}

type extension struct {
	at, url string
	element *standard.Element
}

// gather collects places; under is the path that they stand in, and from where in the class they are.
func (o *outline) gather(all []mapping.Place, under, from string) {
	if o.means == nil {
		o.means = map[string][]meaning{}
	}
	for _, p := range all {
		path := under
		before, url, inExtension := foreign(p)
		switch {
		case inExtension:
			x := extension{strings.TrimPrefix(under+before, "."), url, p.Element}
			if !slices.ContainsFunc(o.extensions, func(o extension) bool { return o.at == x.at && o.url == x.url }) {
				o.extensions = append(o.extensions, x)
			}
			continue
		case p.Path != "":
			path = strings.TrimPrefix(under+"."+p.Path, ".")
			if o.means[path] == nil {
				o.paths = append(o.paths, path)
			}
			o.means[path] = append(o.means[path], meaning{p.Element, from + "." + p.Element.ID})
		case p.Extension != "":
			o.extensions = append(o.extensions, extension{under, p.Extension, p.Element})
			continue // what is in it says its own definition
		}
		o.gather(p.Inner, path, from+"."+p.Element.ID)
	}
}

// foreign says in which extension of somebody else's an element has its place, and where that stands.
func foreign(p mapping.Place) (before, url string, ok bool) {
	path := "." + p.Written
	at := strings.Index(path, ".extension[url=")
	if at < 0 {
		return "", "", false
	}
	url, _, _ = strings.Cut(path[at+len(".extension[url="):], "]")
	before, _, _ = strings.Cut("."+p.Path, ".extension.")
	return before, url, true
}

// write puts them in the order of the resource's own definition: FHIR wants a differential so.
func (o *outline) write(d *resource.Node, t *resource.Type) {
	type line struct {
		order []int
		write func()
	}
	var lines []line
	for _, path := range o.paths {
		lines = append(lines, line{order(t, path), func() { o.element(d, t, path) }})
	}
	sliced := map[string]bool{}
	for _, x := range o.extensions {
		at := strings.TrimPrefix(x.at+".extension", ".")
		where := order(t, at)
		if !sliced[at] {
			sliced[at] = true
			lines = append(lines, line{where, func() { slicing(d, t.Name+"."+at) }})
		}
		lines = append(lines, line{where, func() { o.slice(d, t.Name+"."+at, x) }})
	}
	slices.SortStableFunc(lines, func(a, b line) int { return slices.Compare(a.order, b.order) })
	for _, l := range lines {
		l.write()
	}
}

// order is where a path stands in a type: the number of each element on the way.
func order(t *resource.Type, path string) []int {
	var numbers []int
	for name := range strings.SplitSeq(path, ".") {
		base := strings.TrimSuffix(name, "[x]")
		i := slices.IndexFunc(t.Fields, func(f *resource.Field) bool { return f.Base == base })
		if i < 0 {
			return numbers
		}
		numbers = append(numbers, t.Fields[i].Order)
		t = t.Fields[i].Type
	}
	return numbers
}

func (o *outline) element(d *resource.Node, t *resource.Type, path string) {
	n := d.Add("element")
	n.Set("id", t.Name+"."+path)
	n.Set("path", t.Name+"."+path)
	all := o.means[path]
	var names []string
	for _, m := range all {
		if !slices.Contains(names, m.element.Name) {
			names = append(names, m.element.Name)
		}
	}
	n.Set("short", strings.Join(names, "; "))
	n.Set("mustSupport", "true")
	for _, m := range all {
		e := n.Add("mapping")
		e.Set("identity", "model")
		e.Set("map", m.from)
	}
}

// slicing says that extensions are told apart by their address.
func slicing(d *resource.Node, path string) {
	n := d.Add("element")
	n.Set("id", path)
	n.Set("path", path)
	s := n.Add("slicing")
	by := s.Add("discriminator")
	by.Set("type", "value")
	by.Set("path", "url")
	s.Set("ordered", "false")
	s.Set("rules", "open")
}

func (o *outline) slice(d *resource.Node, path string, x extension) {
	n := d.Add("element")
	name := sliceName(x.url)
	n.Set("id", path+":"+name)
	n.Set("path", path)
	n.Set("sliceName", name)
	n.Set("short", x.element.Name)
	bounds(n, false, x.element.Many)
	t := n.Add("type")
	t.Set("code", "Extension")
	item(t, "profile", x.url)
	n.Set("mustSupport", "true")
}

// sliceName is the last part of an extension's address: the element's id.
func sliceName(url string) string { return url[strings.LastIndexAny(url, ".:/")+1:] }
