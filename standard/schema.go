package standard

import (
	"bytes"
	"io"
	"strconv"
	"strings"
)

// Schema gives the JSON Schema (2020-12) of the content of a class. What a schema cannot say (that a day exists, that a check digit
// is right, what a reference points at) Decode checks besides.
func (c *Catalogue) Schema(class *Class) []byte {
	var buf bytes.Buffer
	s := newSchema(&buf, "#/$defs/")
	s.object(func() {
		s.text("$schema", "https://json-schema.org/draft/2020-12/schema")
		s.text("$id", "urn:rosemary:class:"+class.ID)
		s.class(class)
		s.text("$comment", c.release.Name+" "+c.release.Version+", class file "+class.Hash)
		s.objectAt("$defs", func() { s.definitions() })
	})
	return buf.Bytes()
}

// Schemas gives the JSON Schemas of the content of all classes that records can have, in one object: class-ID for each, and beside them the blocks,
// value sets and forms of values that they refer to, each once. At is where the object stands in the document that holds it, for example
// "#/components/schemas/".
func (c *Catalogue) Schemas(at string) []byte {
	var buf bytes.Buffer
	s := newSchema(&buf, at)
	s.object(func() {
		for _, class := range c.classes {
			if class.Kind == KindRecord {
				s.objectAt("class-"+class.ID, func() { s.class(class) })
			}
		}
		s.definitions()
	})
	return buf.Bytes()
}

// schema writes one document. Value sets and blocks are written once, among the definitions, in the order in which they are met.
type schema struct {
	*jsonOut
	at       string // where the definitions stand
	sets     map[string]*ValueSet
	blocks   map[string]*Class
	setIDs   []string
	blockIDs []string
}

func newSchema(w io.Writer, at string) *schema {
	return &schema{jsonOut: newJSONOut(w), at: at, sets: map[string]*ValueSet{}, blocks: map[string]*Class{}}
}

// refer points at a definition.
func (s *schema) refer(name string) { s.text("$ref", s.at+name) }

// class writes the keys of a class or block.
func (s *schema) class(class *Class) {
	s.text("title", class.Name)
	s.text("description", class.Summary)
	s.text("type", "object")
	s.flag("additionalProperties", false)
	if class.Kind == KindBlock {
		s.count("minProperties", 1)
	}
	var required []string
	s.objectAt("properties", func() {
		for _, e := range class.Elements {
			s.objectAt(e.ID, func() { s.element(e) })
			if e.Must && e.Role != RoleSubject { // the subject is filled in
				required = append(required, e.ID)
			}
		}
	})
	s.textsIf("required", required)
}

// element writes one element: its value, or its list of values, or a stated absence.
func (s *schema) element(e *Element) {
	s.text("title", e.Name)
	s.textIf("description", strings.Join(strings.Fields(e.Ask+" "+e.Hint), " "))
	s.text("x-type", e.Type)
	s.text("x-occurs", e.Occurs)
	s.text("x-evidence", string(e.Evidence))
	values := func() { s.value(e) }
	if e.Many {
		values = func() {
			s.text("type", "array")
			s.count("minItems", 1)
			s.objectAt("items", func() { s.value(e) })
		}
	}
	if e.NoAbsence {
		values()
		return
	}
	s.arrayAt("anyOf", func() {
		s.object(values)
		s.object(func() {
			if !e.Many {
				s.refer("absent")
				return
			}
			s.text("type", "array")
			s.count("minItems", 1)
			s.count("maxItems", 1)
			s.objectAt("items", func() { s.refer("absent") })
		})
	})
}

// value writes one value of an element.
func (s *schema) value(e *Element) {
	switch e.Value {
	case TextValue:
		s.textValue(e)
	case NumberValue:
		s.text("type", "number")
		s.numberIf("minimum", e.Min)
		s.numberIf("maximum", e.Max)
	case QuantityValue:
		s.quantity(e)
	case BooleanValue:
		s.text("type", "boolean")
	case CodedValue:
		if _, met := s.sets[e.ValueSet.ID]; !met {
			s.sets[e.ValueSet.ID] = e.ValueSet
			s.setIDs = append(s.setIDs, e.ValueSet.ID)
		}
		s.refer("valueset-" + e.ValueSet.ID)
	case GroupValue:
		if _, met := s.blocks[e.Block.ID]; !met {
			s.blocks[e.Block.ID] = e.Block
			s.blockIDs = append(s.blockIDs, e.Block.ID)
		}
		s.refer("block-" + e.Block.ID)
	case ReferenceValue:
		s.refer("reference")
		s.texts("x-to", classIDs(e.To))
	default: // date, time, datetime
		s.refer(string(e.Value))
	}
}

func classIDs(classes []*Class) []string {
	ids := make([]string, len(classes))
	for i, c := range classes {
		ids[i] = c.ID
	}
	return ids
}

func (s *schema) textValue(e *Element) {
	s.text("type", "string")
	if e.Min == nil {
		s.count("minLength", 1)
	}
	s.numberIf("minLength", e.Min)
	if e.Max == nil {
		s.count("maxLength", DefaultTextLimit)
	}
	s.numberIf("maxLength", e.Max)
	switch {
	case e.Pattern != "":
		s.text("pattern", "^(?:"+e.Pattern+")$")
	case e.Check == CheckNHSNumber:
		s.text("pattern", "^ *([0-9] *){10}$")
	}
}

func (s *schema) quantity(e *Element) {
	s.text("type", "object")
	s.flag("additionalProperties", false)
	s.objectAt("properties", func() {
		s.objectAt("value", func() {
			s.text("type", "number")
			s.numberIf("minimum", e.Min)
			s.numberIf("maximum", e.Max)
		})
		s.objectAt("unit", func() { s.texts("enum", e.Units) })
	})
	s.texts("required", []string{"value", "unit"})
}

// definitions writes what the elements refer to. Blocks can bring further blocks and value sets along.
func (s *schema) definitions() {
	s.objectAt("absent", func() {
		s.text("title", "A stated absence: why there is no answer")
		s.text("type", "object")
		s.flag("additionalProperties", false)
		s.objectAt("properties", func() { s.objectAt("absent", func() { s.texts("enum", absences()) }) })
		s.texts("required", []string{"absent"})
	})
	s.wordForm("date", "A date: the year, the year and month, or all of it", `^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$`)
	s.wordForm("time", "A time of day", `^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$`)
	s.wordForm("datetime", "A date, whole or partial, or a date and time with its offset from UTC",
		`^[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2}))?)?)?$`)
	s.referenceForm()
	for i := 0; i < len(s.blockIDs); i++ {
		s.objectAt("block-"+s.blockIDs[i], func() { s.class(s.blocks[s.blockIDs[i]]) })
	}
	for _, id := range s.setIDs {
		s.objectAt("valueset-"+id, func() { s.valueSet(s.sets[id]) })
	}
}

func (s *schema) wordForm(name, title, pattern string) {
	s.objectAt(name, func() {
		s.text("title", title)
		s.text("type", "string")
		s.text("pattern", pattern)
	})
}

func (s *schema) referenceForm() {
	s.objectAt("reference", func() {
		s.text("title", "A record of the same person or of the directory, or one version of it")
		s.text("type", "object")
		s.flag("additionalProperties", false)
		s.objectAt("properties", func() {
			s.objectAt("ref", func() {
				s.text("type", "string")
				s.text("format", "uuid")
				s.text("pattern", "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
			})
			s.objectAt("version", func() {
				s.text("type", "integer")
				s.count("minimum", 1)
			})
			s.objectAt("system", func() { s.words() })
		})
		s.texts("required", []string{"ref"})
	})
}

// words writes the keys of a short text.
func (s *schema) words() {
	s.text("type", "string")
	s.count("minLength", 1)
	s.count("maxLength", codeLimit)
}

// valueSet writes the coded values that may be chosen: an enumeration where the set is closed, else codes, or words alone.
func (s *schema) valueSet(set *ValueSet) {
	s.text("title", set.Name)
	s.text("description", set.Source)
	s.text("type", "object")
	s.flag("additionalProperties", false)
	s.objectAt("properties", func() {
		s.objectAt("code", func() {
			if set.Open {
				s.words()
				s.textsIf("examples", codesOf(set))
				return
			}
			s.texts("enum", codesOf(set))
			s.text("description", codeList(set))
		})
		s.objectAt("system", func() {
			if set.Open {
				s.words()
				return
			}
			s.texts("enum", systemsOf(set))
		})
		s.objectAt("display", func() { s.words() })
		s.objectAt("text", func() {
			s.text("type", "string")
			s.count("minLength", 1)
			s.count("maxLength", DefaultTextLimit)
		})
	})
	if !set.Open {
		s.texts("required", []string{"code"})
		return
	}
	s.arrayAt("anyOf", func() {
		s.object(func() { s.texts("required", []string{"code"}) })
		s.object(func() { s.texts("required", []string{"text"}) })
	})
}

func codesOf(set *ValueSet) []string {
	codes := make([]string, len(set.Codes))
	for i := range set.Codes {
		codes[i] = set.Codes[i].Code
	}
	return codes
}

// systemsOf lists the code systems of a set's members, each once.
func systemsOf(set *ValueSet) []string {
	var systems []string
	seen := map[string]bool{}
	for i := range set.Codes {
		if system := set.SystemOf(&set.Codes[i]); !seen[system] {
			seen[system] = true
			systems = append(systems, system)
		}
	}
	return systems
}

// codeList says in words what each code means.
func codeList(set *ValueSet) string {
	parts := make([]string, len(set.Codes))
	for i, c := range set.Codes {
		parts[i] = strconv.Quote(c.Code) + ": " + c.Display
	}
	return strings.Join(parts, "; ")
}
