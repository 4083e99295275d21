package native

import (
	"encoding/xml"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the schema and the golden extracts anew")

// The schema is written from the same description of the model as the codecs, so they cannot differ.
func TestSchemaIsThatOfTheModel(t *testing.T) {
	want := writeSchema(newModel())
	if *update {
		if err := os.WriteFile("ehr_extract.xsd", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if Schema() != want {
		t.Error("ehr_extract.xsd is not the schema of this model: run go test ./ehr/native -run Schema -update, and read what changed")
	}
	if err := xml.Unmarshal([]byte(want), new(struct{ XMLName xml.Name })); err != nil {
		t.Error(err)
	}
}

// described is a class without its type.
type described struct {
	name, base, doc string
	attributes      []describedAttribute
}

type describedAttribute struct {
	name, typ, doc string
	occurs         occurs
}

func describe[T any](c *class[T]) described {
	d := described{name: c.name, base: c.base, doc: c.doc}
	for _, a := range c.attributes[c.inherited:] {
		d.attributes = append(d.attributes, describedAttribute{a.name, a.typ, a.doc, a.occurs})
	}
	return d
}

func (m *model) described() []described {
	return []described{
		describe(m.folder), describe(m.composition), describe(m.section), describe(m.entry), describe(m.cluster), describe(m.element),
		describe(m.audit), describe(m.attestation), describe(m.role), describe(m.related), describe(m.link), describe(m.criteria), describe(m.omission),
		describe(m.person), describe(m.subject), describe(m.professional), describe(m.people.role), describe(m.organisation), describe(m.device),
		describe(m.people.name), describe(m.namePart), describe(m.address), describe(m.addressPart), describe(m.telecom),
		describe(m.null), describe(m.simpleText), describe(m.codedText), describe(m.code), describe(m.coded), describe(m.values.id), describe(m.uri),
		describe(m.boolean), describe(m.integer), describe(m.real), describe(m.quantity), describe(m.ratio), describe(m.ordinal),
		describe(m.moment), describe(m.date), describe(m.duration), describe(m.interval), describe(m.quantityInterval), describe(m.encapsulated),
	}
}

// abstracts are the classes that only others extend.
func (m *model) abstracts() []described {
	shared := describe(m.element) // everything, with what is inherited
	for _, a := range m.element.attributes[:componentAttributes+itemAttributes] {
		shared.attributes = append(shared.attributes, describedAttribute{a.name, a.typ, a.doc, a.occurs})
	}
	shared.attributes = shared.attributes[1:] // not its value
	entity := described{}
	for _, a := range m.person.attributes[:m.person.inherited] {
		entity.attributes = append(entity.attributes, describedAttribute{a.name, a.typ, a.doc, a.occurs})
	}
	return []described{
		{name: "RECORD_COMPONENT", doc: "What everything in a record carries.", attributes: shared.attributes[:componentAttributes]},
		{name: "CONTENT", base: "RECORD_COMPONENT", doc: "SECTION or ENTRY."},
		{name: "ITEM", base: "RECORD_COMPONENT", doc: "CLUSTER or ELEMENT.", attributes: shared.attributes[componentAttributes:]},
		{name: "IDENTIFIED_ENTITY", doc: "Somebody or something that is meant elsewhere in the extract by its key.", attributes: entity.attributes},
		{name: "DATA_VALUE", doc: "A value."},
		{name: "TEXT", base: "DATA_VALUE", doc: "SIMPLE_TEXT or CODED_TEXT."},
	}
}

const schemaHead = `<?xml version="1.0" encoding="UTF-8"?>
<!-- Written from the description of the model in ehr/native: do not edit by hand.
     Structure and names follow the reference model of EN 13606-1:2007 (ISO 13606-1:2008), which defines no XML of its own; this is Rosemary's canonical form. -->
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:rosemary:ehr-extract:1" targetNamespace="urn:rosemary:ehr-extract:1" elementFormDefault="qualified">
 <xs:element name="EHR_EXTRACT" type="EHR_EXTRACT"/>
`

const simpleTypes = ` <xs:simpleType name="MOMENT"><xs:annotation><xs:documentation>A time of ISO 8601, whole or partial.</xs:documentation></xs:annotation><xs:restriction base="xs:string">
  <xs:pattern value="[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3])(:[0-5][0-9](:([0-5][0-9]|60)(\.[0-9]+)?)?)?)?(Z|[+\-](0[0-9]|1[0-4]):?[0-5][0-9])?)?)?"/>
  <xs:pattern value="([01][0-9]|2[0-3]):[0-5][0-9](:([0-5][0-9]|60)(\.[0-9]+)?)?(Z|[+\-](0[0-9]|1[0-4]):?[0-5][0-9])?"/>
 </xs:restriction></xs:simpleType>
 <xs:simpleType name="DAY"><xs:restriction base="xs:string"><xs:pattern value="[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"/></xs:restriction></xs:simpleType>
 <xs:simpleType name="LENGTH_OF_TIME"><xs:restriction base="xs:string"><xs:pattern value="[+\-]?P[0-9YMWDTHS.,]+"/></xs:restriction></xs:simpleType>
 <xs:simpleType name="DIGITS"><xs:restriction base="xs:string"><xs:pattern value="[+\-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+\-]?[0-9]+)?"/></xs:restriction></xs:simpleType>
 <xs:simpleType name="WHOLE_DIGITS"><xs:restriction base="xs:string"><xs:pattern value="[+\-]?[0-9]+"/></xs:restriction></xs:simpleType>
 <xs:simpleType name="SENSITIVITY"><xs:restriction base="xs:integer"><xs:minInclusive value="1"/><xs:maxInclusive value="5"/></xs:restriction></xs:simpleType>
`

func writeSchema(m *model) string {
	var b strings.Builder
	b.WriteString(schemaHead)
	top := describe(m.header)
	top.attributes = append(top.attributes,
		describedAttribute{"all_compositions", "COMPOSITION", "0..*", many},
		describedAttribute{"folders", "FOLDER", "0..*", many},
		describedAttribute{"demographic_extract", "IDENTIFIED_ENTITY", "0..*", many})
	writeClass(&b, top, false)
	for _, d := range m.abstracts() {
		writeClass(&b, d, true)
	}
	for _, d := range m.described() {
		writeClass(&b, d, false)
	}
	b.WriteString(simpleTypes)
	b.WriteString("</xs:schema>\n")
	return b.String()
}

func writeClass(b *strings.Builder, d described, abstract bool) {
	fmt.Fprintf(b, " <xs:complexType name=%q", d.name)
	if abstract {
		b.WriteString(` abstract="true"`)
	}
	fmt.Fprintf(b, "><xs:annotation><xs:documentation>%s</xs:documentation></xs:annotation>\n", escaped(d.doc))
	if d.base != "" {
		fmt.Fprintf(b, "  <xs:complexContent><xs:extension base=%q>\n", d.base)
	}
	b.WriteString("  <xs:sequence>\n")
	for _, a := range d.attributes {
		fmt.Fprintf(b, "   <xs:element name=%q type=%q", a.name, a.typ)
		if a.occurs == optional || a.occurs == many {
			b.WriteString(` minOccurs="0"`)
		}
		if a.occurs >= many {
			b.WriteString(` maxOccurs="unbounded"`)
		}
		fmt.Fprintf(b, "><xs:annotation><xs:documentation>%s</xs:documentation></xs:annotation></xs:element>\n", escaped(a.doc))
	}
	b.WriteString("  </xs:sequence>\n")
	if d.base != "" {
		b.WriteString("  </xs:extension></xs:complexContent>\n")
	}
	b.WriteString(" </xs:complexType>\n")
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}
