package standard

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// ExportJSON writes the whole standard: {"classes": [...], "forms": [...]}, each class with its elements, blocks and relationships. A class's elements
// are its own as its page lists them and, marked inherited, the relationships that its parents lend. The list of
// relationships has all of them, own and lent; blocks' elements stand under the block's own class.
func (c *Catalogue) ExportJSON(w io.Writer) error {
	o := newJSONOut(w)
	o.object(func() {
		o.text("standard", c.release.Standard)
		o.text("name", c.release.Name)
		o.text("version", c.release.Version)
		o.arrayAt("classes", func() {
			for _, class := range c.classes {
				o.object(func() { o.class(class) })
			}
		})
		o.arrayAt("forms", func() {
			for _, f := range c.forms {
				o.object(func() { o.form(f) })
			}
		})
	})
	if o.err != nil {
		return fmt.Errorf("export the standard: %w", o.err)
	}
	return nil
}

func (o *jsonOut) class(c *Class) {
	o.text("class", c.Name)
	o.text("id", c.ID)
	o.text("category", c.Category.Name)
	o.text("kind", string(c.Kind))
	o.textIf("stream", string(c.Stream))
	if c.Extends != nil {
		o.text("extends", c.Extends.ID)
	}
	o.flag("extension", c.Extension)
	o.textsIf("roles", c.Roles)
	o.objectAt("source", func() {
		o.text("standard", c.Source.Standard)
		o.textIf("version", c.Source.Version)
		o.textIf("class_id", c.Source.ClassID)
		o.flag("complete", c.Source.Complete)
		o.textIf("note", c.Source.Note)
	})
	o.text("summary", c.Summary)
	o.text("hash", c.Hash)
	o.elements("elements", c, func(e *Element) bool { return e.Origin == FromElements || c.Inherited(e) })
	o.elements("blocks", c, func(e *Element) bool { return e.Origin == FromBlocks })
	o.elements("relationships", c, func(e *Element) bool { return e.Origin == FromRelationships })
}

// elements writes a key with those of the class's elements that belong there.
func (o *jsonOut) elements(key string, c *Class, belongs func(*Element) bool) {
	o.arrayAt(key, func() {
		for _, e := range c.Elements {
			if belongs(e) {
				o.object(func() { o.element(c, e) })
			}
		}
	})
}

func (o *jsonOut) element(c *Class, e *Element) {
	o.text("name", e.Name)
	o.text("id", e.ID)
	o.text("type", e.Type)
	o.text("occurs", e.Occurs)
	o.text("evidence", string(e.Evidence))
	o.text("origin", string(e.Origin))
	o.flag("inherited", c.Inherited(e))
	o.text("from", e.Class.ID)
	o.text("value", string(e.Value))
	if e.ValueSet != nil {
		o.text("valueset", e.ValueSet.ID)
	}
	if e.Block != nil {
		o.text("block", e.Block.ID)
	}
	o.textsIf("to", classIDs(e.To))
	o.textIf("cardinality", e.Cardinality)
	o.textIf("role", e.Role)
	o.textsIf("units", e.Units)
	o.numberIf("min", e.Min)
	o.numberIf("max", e.Max)
	o.textIf("check", e.Check)
	o.textIf("pattern", e.Pattern)
	if e.NoAbsence {
		o.text("absence", "forbidden")
	}
	o.textIf("ask", e.Ask)
	o.textIf("hint", e.Hint)
	o.textIf("note", e.Note)
	o.textIf("source", e.Source)
}

// ExportCSV writes one row for each element, block and relationship of each class, own and inherited, under a row of headings.
func (c *Catalogue) ExportCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{{
		"class", "class_id", "category", "kind", "extension", "name", "id", "type", "occurs", "evidence", "origin", "inherited", "from",
		"value", "valueset", "block", "to", "cardinality", "role", "units", "min", "max", "absence", "ask", "hint", "note", "source",
	}}
	for _, class := range c.classes {
		for _, e := range class.Elements {
			rows = append(rows, csvRow(class, e))
		}
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("export the standard: %w", err)
	}
	return nil
}

func csvRow(c *Class, e *Element) []string {
	var set, block, absence string
	if e.ValueSet != nil {
		set = e.ValueSet.ID
	}
	if e.Block != nil {
		block = e.Block.ID
	}
	if e.NoAbsence {
		absence = "forbidden"
	}
	limit := func(n *Number) string {
		if n == nil {
			return ""
		}
		return n.String()
	}
	return []string{
		c.Name, c.ID, c.Category.Name, string(c.Kind), strconv.FormatBool(c.Extension), e.Name, e.ID, e.Type, e.Occurs, string(e.Evidence),
		string(e.Origin), strconv.FormatBool(c.Inherited(e)), e.Class.ID, string(e.Value), set, block, strings.Join(classIDs(e.To), " "),
		e.Cardinality, e.Role, strings.Join(e.Units, " "), limit(e.Min), limit(e.Max), absence, e.Ask, e.Hint, e.Note, e.Source,
	}
}
