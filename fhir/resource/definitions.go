package resource

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
)

// built holds what build.mjs wrote; in a tree where nothing was built, only a README.
//
//go:embed dist
var built embed.FS

// ErrNotBuilt says that the definitions are not part of this program.
var ErrNotBuilt = errors.New("the FHIR definitions were not built into this program: run `make assets` and build it again")

// Definitions are the types, codes and search parameters of FHIR R4. They never change once they are loaded.
type Definitions struct {
	Version  string
	types    map[string]*Type
	params   map[string][]*Parameter
	Resource *Type // the abstract type that every resource is
}

// Kind says what sort of type a type is.
type Kind byte

// The kinds of type.
const (
	Primitive Kind = 'p'
	Datatype  Kind = 'd' // made of elements, used by many
	Part      Kind = 'b' // made of elements, of one resource or datatype only
	Concrete  Kind = 'r' // a resource
	Abstract  Kind = 'a' // what resources are in common
)

// Type is one type with its elements, those that it inherits among them.
type Type struct {
	Name   string
	Kind   Kind
	Fields []*Field // in the order of the definitions, a choice once for each of its types
	byName map[string]*Field
	base   string
	format format // primitives only
}

// Field is one element by the name that it has in JSON and XML: value[x] is valueQuantity, valueString ...
type Field struct {
	Name     string
	Base     string // without the type of a choice: value
	Type     *Type
	Min      int
	Max      int // 0: any number
	Order    int // of the element in its type; all names of a choice have the same
	Choice   bool
	Summary  bool
	Modifier bool
	Attr     bool     // an attribute in XML
	Codes    *CodeSet // of a required binding
	Targets  []string // what a reference may point at; empty: anything
	index    int      // in Type.Fields
}

// Many says whether the element may occur more than once: in JSON it is then an array.
func (f *Field) Many() bool { return f.Max != 1 }

// CodeSet is the codes of a required binding.
type CodeSet struct {
	URL   string
	Codes map[string]bool
}

// Parameter is a search parameter of a resource.
type Parameter struct {
	Code    string
	Type    string // number | date | string | token | reference | quantity | uri | composite | special
	Paths   []ParameterPath
	Targets []string     // of a reference; empty: any
	Parts   []*Parameter // of a composite: their paths begin where the composite stands
}

// ParameterPath is one place that a search parameter looks at.
type ParameterPath struct {
	Steps  []ParameterStep // behind the resource's name
	Target string          // only references to this type
}

// ParameterStep is one element on the way; As names the only type of a choice that counts.
type ParameterStep struct{ Base, As string }

// Type gives a type by name; parts are named by their path, as in Patient.contact.
func (d *Definitions) Type(name string) (*Type, bool) {
	t, ok := d.types[name]
	return t, ok
}

// ResourceType gives a resource that can be written, by name.
func (d *Definitions) ResourceType(name string) (*Type, bool) {
	t, ok := d.types[name]
	return t, ok && t.Kind == Concrete
}

// Parameters gives the search parameters of a resource, those that all resources have last.
func (d *Definitions) Parameters(resource string) []*Parameter { return d.params[resource] }

// Field gives the element of this name in JSON and XML.
func (t *Type) Field(name string) (*Field, bool) {
	f, ok := t.byName[name]
	return f, ok
}

// Is says whether the type is the named one or specialises it.
func (t *Type) Is(name string) bool { return t.Name == name || t.base == name }

var load = sync.OnceValues(func() (*Definitions, error) {
	text, err := built.ReadFile("dist/definitions.txt")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotBuilt
	}
	if err != nil {
		return nil, err
	}
	return parse(string(text))
})

// Load gives the definitions, read when they are first asked for.
func Load() (*Definitions, error) { return load() }

// table is the reading of the file of definitions.
type table struct {
	d     *Definitions
	sets  map[string]*CodeSet
	later []func() error // what can only be done when all types are known
	rows  map[*Type][]row
}

// row is one element as the file has it.
type row struct{ name, min, max, flags, types, codes string }

// parse reads the file: F version; T type kind base, and E lines for its elements; V value set; S search parameter.
func parse(text string) (*Definitions, error) {
	t := &table{
		d:    &Definitions{types: make(map[string]*Type, 1024), params: make(map[string][]*Parameter, 160)},
		sets: make(map[string]*CodeSet, 256), rows: make(map[*Type][]row, 1024),
	}
	var current *Type
	n := 0
	for line := range strings.Lines(text) {
		n++
		part := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		ok := true
		switch kind := part[0]; {
		case kind == "F" && len(part) == 2:
			t.d.Version = part[1]
		case kind == "T" && len(part) == 4:
			current = &Type{Name: part[1], Kind: kindOf(part[2]), base: part[3]}
			t.d.types[part[1]] = current
		case kind == "E" && len(part) == 7 && current != nil:
			t.rows[current] = append(t.rows[current], row{part[1], part[2], part[3], part[4], part[5], part[6]})
		case kind == "V" && len(part) > 3:
			set := &CodeSet{URL: part[2], Codes: make(map[string]bool, len(part)-3)}
			for _, code := range part[3:] {
				set.Codes[code] = true
			}
			t.sets[part[1]] = set
		case kind == "S" && len(part) == 7:
			ok = t.parameter(part)
		default:
			ok = false
		}
		if !ok {
			return nil, fmt.Errorf("line %d of the FHIR definitions cannot be read: build them again with `make assets`", n)
		}
	}
	return t.finish()
}

func kindOf(word string) Kind {
	switch word {
	case "primitive":
		return Primitive
	case "datatype":
		return Datatype
	case "part":
		return Part
	case "resource":
		return Concrete
	}
	return Abstract
}

// finish joins elements to their types.
func (t *table) finish() (*Definitions, error) {
	for current, rows := range t.rows {
		current.byName = make(map[string]*Field, len(rows)+8)
		if current.Kind == Primitive {
			current.format = formats[current.Name]
		}
		for order, r := range rows {
			if err := t.fields(current, order, r); err != nil {
				return nil, err
			}
		}
	}
	t.d.Resource = t.d.types["Resource"]
	if t.d.Resource == nil {
		return nil, errors.New("the FHIR definitions have no Resource: build them again with `make assets`")
	}
	for name, own := range t.d.params {
		if d := t.d.types[name]; d != nil && d.Kind == Concrete {
			if d.base == "DomainResource" {
				own = append(own, t.d.params["DomainResource"]...)
			}
			t.d.params[name] = append(own, t.d.params["Resource"]...)
		}
	}
	return t.d, nil
}

// fields adds an element to its type: a choice once for each of its types.
func (t *table) fields(of *Type, order int, r row) error {
	base, choice := strings.CutSuffix(r.name, "[x]")
	for kind := range strings.SplitSeq(r.types, ",") {
		kind, targets, _ := strings.Cut(kind, ">")
		typ := t.d.types[kind]
		if typ == nil {
			return fmt.Errorf("%s.%s of the FHIR definitions is of the type %q, which is not there: build them again with `make assets`", of.Name, r.name, kind)
		}
		f := &Field{
			Name: base, Base: base, Type: typ, Order: order, Choice: choice, Codes: t.sets[r.codes],
			Summary: strings.Contains(r.flags, "s"), Modifier: strings.Contains(r.flags, "m"), Attr: strings.Contains(r.flags, "a"),
		}
		if choice {
			f.Name = base + strings.ToUpper(kind[:1]) + kind[1:]
		}
		if targets != "" {
			f.Targets = strings.Split(targets, "|")
		}
		if r.min != "0" {
			f.Min = 1
		}
		if r.max != "*" {
			f.Max = int(r.max[0] - '0')
		}
		if r.max == "0" { // a profile's way to say never; none of the base definitions does
			continue
		}
		f.index = len(of.Fields)
		of.Fields = append(of.Fields, f)
		of.byName[f.Name] = f
	}
	return nil
}

// parameter reads the line of a search parameter.
func (t *table) parameter(part []string) bool {
	p := &Parameter{Code: part[2], Type: part[3]}
	if part[5] != "" {
		p.Targets = strings.Split(part[5], "|")
	}
	p.Paths = parameterPaths(part[4], 1)
	if part[6] != "" {
		for text := range strings.SplitSeq(part[6], ";") {
			kind, paths, ok := strings.Cut(text, ":")
			if !ok {
				return false
			}
			p.Parts = append(p.Parts, &Parameter{Code: part[2], Type: kind, Paths: parameterPaths(paths, 0)})
		}
	}
	t.d.params[part[1]] = append(t.d.params[part[1]], p)
	return true
}

// parameterPaths reads paths, of which the first steps name where they begin.
func parameterPaths(list string, begin int) (paths []ParameterPath) {
	for text := range strings.SplitSeq(list, "|") {
		text, target, _ := strings.Cut(text, ">")
		path := ParameterPath{Target: target}
		for _, s := range strings.Split(text, ".")[begin:] {
			name, as, _ := strings.Cut(strings.TrimSuffix(s, "]"), "[")
			path.Steps = append(path.Steps, ParameterStep{Base: name, As: as})
		}
		paths = append(paths, path)
	}
	return paths
}
