package extract

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"rosemary/ehr"
	"rosemary/record"
	"rosemary/standard"
)

// foreign reads a composition of another maker: into content of a class that it names and fits, or else it is only kept.
func (m *Importer) foreign(out *Incoming, c *ehr.Composition) {
	out.Foreign, out.Proof = true, Unproven
	entry := entryOf(c)
	if entry == nil {
		return
	}
	out.Files = filesOf(entry.Items)
	if len(c.Content) > 1 || !c.Synthesised && len(entry.Items) == 0 {
		return // several statements in one, or a blank: no one record says that
	}
	class := m.class(c, entry)
	if class == nil {
		return
	}
	fit := &fitting{}
	content := fit.group(nil, class, entry.Items)
	if fit.left > 0 {
		return // something in it has no place in the class: kept whole
	}
	read, problems := class.Decode(content, standard.DecodeOptions{Prefix: "/content", AllowIncomplete: true, Subject: m.Person})
	out.Class, out.Problems = class, problems
	if len(problems) > 0 {
		return
	}
	v := &record.Version{
		Class: class.ID, Status: record.Complete, Sensitivity: sensitivityOf(c.Sensitivity), Content: read.AppendJSON(nil),
		Release: m.Catalogue.Release().Version, ClassFile: class.Hash,
	}
	if len(read.Missing()) > 0 {
		v.Status = record.Incomplete
	}
	if out.Change == record.MarkError {
		v.Status = record.EnteredInError
	}
	out.Version, out.Content = v, read
}

// class finds which class a composition says it is of: by its archetype, by the concept that it means, or by its name to the letter.
func (m *Importer) class(c *ehr.Composition, e *ehr.Entry) *standard.Class {
	for _, id := range []string{e.ArchetypeID, c.ArchetypeID} {
		if class, ok := m.Catalogue.Class(id); ok && class.Kind == standard.KindRecord {
			return class
		}
	}
	meaning := c.Meaning
	if meaning == nil {
		meaning = e.Meaning
	}
	for _, class := range m.Catalogue.Classes() {
		switch {
		case class.Kind != standard.KindRecord:
		case meaning != nil && meaning.Code != "" && meaning.Code == class.Source.ClassID && meaning.Scheme == class.Source.Standard:
			return class
		case c.Name != nil && strings.EqualFold(c.Name.Words(), class.Name):
			return class
		}
	}
	return nil
}

// fitting writes items as content of a class, by the archetypes or names of its elements. It counts what has no place.
type fitting struct{ left int }

func (f *fitting) group(dst []byte, class *standard.Class, list []ehr.Item) []byte {
	byElement := map[*standard.Element][]ehr.Item{}
	for _, item := range list {
		c := item.Record()
		if c.Synthesised && c.ArchetypeID == fileArchetype {
			continue
		}
		e := elementOf(class, c)
		if e == nil || len(byElement[e]) > 0 && !e.Many {
			f.left++
			continue
		}
		byElement[e] = append(byElement[e], item)
	}
	dst = append(dst, '{')
	first := true
	for _, e := range class.Elements {
		values := byElement[e]
		if len(values) == 0 {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst, _ = jsontext.AppendQuote(dst, e.ID)
		dst = append(dst, ':')
		if e.Many {
			dst = append(dst, '[')
		}
		for i, item := range values {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = f.item(dst, e, item)
		}
		if e.Many {
			dst = append(dst, ']')
		}
	}
	return append(dst, '}')
}

func elementOf(class *standard.Class, c *ehr.Component) *standard.Element {
	id := c.ArchetypeID[strings.LastIndexByte(c.ArchetypeID, '/')+1:]
	if e, ok := class.Element(id); ok {
		return e
	}
	if c.Name == nil {
		return nil
	}
	for _, e := range class.Elements {
		if strings.EqualFold(e.Name, c.Name.Words()) {
			return e
		}
	}
	return nil
}

func (f *fitting) item(dst []byte, e *standard.Element, item ehr.Item) []byte {
	if cluster, ok := item.(*ehr.Cluster); ok {
		if e.Block == nil {
			f.left++
			return append(dst, "null"...)
		}
		return f.group(dst, e.Block, cluster.Parts)
	}
	element, ok := item.(*ehr.Element)
	if !ok {
		f.left++
		return append(dst, "null"...)
	}
	v, ok := f.value(e, element.Value)
	if !ok {
		f.left++
		return append(dst, "null"...)
	}
	return standard.AppendValue(dst, v)
}

// value reads a data value as the element wants it: words where a code was expected, a code's words where words were.
func (f *fitting) value(e *standard.Element, v ehr.Value) (standard.Value, bool) {
	switch v := v.(type) {
	case *ehr.Null:
		return absentOf(v.Flavour), e.Block == nil || !e.NoAbsence
	case *ehr.CodedText:
		if e.Value == standard.CodedValue {
			return standard.Coded{Code: v.Coded.Code, System: v.Coded.System, Display: v.Coded.Display, Text: textBeside(&v.Coded, v.Text)}, v.Null == ""
		}
		return standard.Text(v.Text), v.Null == "" && e.Value == standard.TextValue
	case *ehr.SimpleText:
		if e.Value == standard.CodedValue {
			return standard.Coded{Text: v.Text}, v.Null == ""
		}
	case *ehr.Coded:
		if e.Value == standard.TextValue {
			return nil, false // a code is more than its words: kept whole
		}
	case *ehr.Quantity:
		if e.Value == standard.NumberValue {
			return nil, false // nor is a number its unit's
		}
	case *ehr.Code:
		if e.Value == standard.CodedValue {
			return standard.Coded{Code: v.Code, System: v.System}, v.Null == ""
		}
	}
	return valueOf(v)
}

// textBeside gives the words only where a code does not stand beside them: the two are alternatives in a record.
func textBeside(c *ehr.Coded, words string) string {
	if c.Code != "" {
		return c.Text
	}
	return words
}
