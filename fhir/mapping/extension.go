package mapping

import (
	"rosemary/fhir/resource"
	"rosemary/standard"
)

// valueOf is which value an extension, or an answer, has for an element; "" for a block that has no type of FHIR's.
func (c *compiler) valueOf(e *standard.Element) string {
	if e.Block == nil {
		return extensionValue[e.Value]
	}
	if f := c.files[e.Block.ID]; f != nil && f.Value != "" {
		return "value" + f.Value
	}
	return ""
}

// itemPath is where an element stands as an item of a QuestionnaireResponse.
func (c *compiler) itemPath(e *standard.Element) string {
	path := "item[linkId=" + e.ID + "]"
	switch name := c.valueOf(e); {
	case name == "":
	case e.Value == standard.CodedValue:
		path += ".answer.valueCoding"
	default:
		path += ".answer." + name
	}
	return path
}

// extension makes the path of the extension that holds an element.
func (c *compiler) extension(r *rule, t *resource.Type, url string) {
	text := "extension[url=" + url + "]"
	if name := c.valueOf(r.e); name != "" {
		text += "." + name
	}
	steps, err := parsePath(t, text)
	if err != nil {
		c.fault("%s: %w", r.e.ID, err)
		return
	}
	if r.fallback = steps; r.e.Many {
		r.backMany = 0
	}
}

// extensionValue is which value an extension has for each kind of element.
var extensionValue = map[standard.ValueKind]string{
	standard.TextValue: "valueString", standard.NumberValue: "valueDecimal", standard.QuantityValue: "valueQuantity", standard.BooleanValue: "valueBoolean",
	standard.DateValue: "valueDate", standard.TimeValue: "valueTime", standard.DateTimeValue: "valueDateTime", standard.CodedValue: "valueCodeableConcept",
	standard.ReferenceValue: "valueReference",
}
