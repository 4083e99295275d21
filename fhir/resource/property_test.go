package resource

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"pgregory.net/rapid"
)

// draw makes up a tree of a type: any of its elements, in any number, values that their formats allow.
func draw(t *rapid.T, d *Definitions, n *Node, depth int) {
	for i := 0; i < len(n.Type.Fields); {
		group := n.Type.Fields[i:]
		for j, f := range group {
			if f.Order != group[0].Order {
				group = group[:j]
				break
			}
		}
		i += len(group)
		f := group[0]
		if len(group) > 1 {
			f = rapid.SampledFrom(group).Draw(t, "choice")
		}
		switch {
		case n.Type.Kind == Primitive && f.Name == "value",
			f.Type.Kind != Primitive && depth > 4,
			f.Min == 0 && rapid.IntRange(0, 5+3*depth).Draw(t, "has "+f.Name) != 0:
			continue
		}
		if n.Type.Name == "Extension" && f.Choice && n.First("extension") != nil {
			continue
		}
		count := 1
		if f.Many() {
			count = rapid.IntRange(1, 3).Draw(t, "count")
		}
		for range count {
			c := &Node{Field: f, Type: f.Type}
			switch f.Type.Kind {
			case Abstract:
				c.Type, _ = d.ResourceType(rapid.SampledFrom([]string{"Patient", "Observation", "Basic"}).Draw(t, "resource"))
				draw(t, d, c, depth+2)
			case Primitive:
				drawPrimitive(t, d, c, depth)
			default:
				if draw(t, d, c, depth+1); c.Empty() {
					continue
				}
			}
			n.Nodes = append(n.Nodes, c)
		}
	}
}

var samples = map[string][]string{
	"boolean": {"true", "false"}, "integer": {"-3", "0"}, "unsignedInt": {"0"}, "positiveInt": {"7"}, "decimal": {"1.50", "0.00", "1e-3", "-12.125"},
	"base64Binary": {"QUJD"}, "code": {"x", "a b"}, "id": {"a-1.b"}, "uri": {"urn:x:y"}, "url": {"https://example.org/?a=b&c"}, "canonical": {"http://example.org|2"},
	"oid": {"urn:oid:1.2"}, "uuid": {"urn:uuid:0b1c2d3e-0000-7000-8000-0123456789ab"}, "date": {"1930", "1930-02", "1930-02-03"},
	"dateTime": {"1930-02", "2026-03-04T09:30:00+01:00"}, "instant": {"2026-03-04T09:30:00.123Z"}, "time": {"09:30:00"},
	"xhtml": {`<div xmlns="http://www.w3.org/1999/xhtml">a <b>b</b> &amp; c<!-- d --></div>`},
}

func drawPrimitive(t *rapid.T, d *Definitions, c *Node, depth int) {
	if !c.Field.Attr && c.Type.Name != "xhtml" && depth < 4 && rapid.IntRange(0, 6).Draw(t, "companion") == 0 {
		c.Set("id", "x1")
		if rapid.Bool().Draw(t, "extension") {
			c.AddExtension("urn:e").Set("valueString", "why")
		}
		if rapid.Bool().Draw(t, "no value") {
			return
		}
	}
	c.Has = true
	if s := samples[c.Type.Name]; s != nil {
		c.Value = rapid.SampledFrom(s).Draw(t, "value")
	} else {
		c.Value = "a" + rapid.StringOf(rapid.Rune().Filter(func(r rune) bool { return carried(string(r)) })).Draw(t, "text")
	}
	if c.Field.Codes != nil && c.Type.Name == "code" {
		for c.Value = range c.Field.Codes.Codes {
			break
		}
	}
}

func TestAnyTreeGoesThroughJSONAndXMLUnchanged(t *testing.T) {
	d := definitions(t)
	kinds := []string{"Patient", "Observation", "CarePlan", "Bundle", "Questionnaire", "MedicationRequest", "Parameters", "Timing"}
	rapid.Check(t, func(t *rapid.T) {
		typ, ok := d.ResourceType(rapid.SampledFrom(kinds[:7]).Draw(t, "type"))
		if !ok {
			t.Fatal("no such type")
		}
		n := &Node{Type: typ}
		draw(t, d, n, 0)
		asJSON := n.AppendJSON(nil)
		if back, problems := d.ReadJSON(asJSON); back == nil || !back.Equal(n) {
			t.Fatalf("through JSON it changed: %s\n%v", asJSON, problems)
		}
		asXML := n.AppendXML(nil)
		back, problems := d.ReadXML(asXML)
		if back == nil || !back.Equal(n) {
			t.Fatalf("through XML it changed: %s\n%v", asXML, problems)
		}
		if again := back.AppendJSON(nil); string(again) != string(asJSON) {
			t.Fatalf("JSON, XML, JSON: %s became %s", asJSON, again)
		}
	})
}

func FuzzReadJSON(f *testing.F) {
	f.Add([]byte(`{"resourceType":"Patient","name":[{"given":["a",null],"_given":[null,{"id":"x"}]}],"_birthDate":{"extension":[{"url":"a","valueDecimal":1.10}]}}`))
	f.Add([]byte(`{"id":"1","resourceType":"Bundle","type":"batch","entry":[{"resource":{"text":{"status":"empty","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">a</div>"},"resourceType":"Basic","code":{"text":"b"}}}]}`))
	d := definitions(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		n, problems := d.ReadJSON(data)
		if n == nil || len(problems) > 0 {
			return
		}
		if back, problems := d.ReadJSON(n.AppendJSON(nil)); len(problems) > 0 || !back.Equal(n) {
			t.Fatalf("what was taken comes out differently as JSON: %s %v", n.AppendJSON(nil), problems)
		}
		if back, problems := d.ReadXML(n.AppendXML(nil)); len(problems) > 0 || !back.Equal(n) {
			t.Fatalf("what was taken comes out differently as XML: %s %v", n.AppendXML(nil), problems)
		}
	})
}

func FuzzReadXML(f *testing.F) {
	f.Add([]byte(`<Patient xmlns="http://hl7.org/fhir"><id value="a"/><text><status value="empty"/><div xmlns="http://www.w3.org/1999/xhtml">a</div></text><birthDate id="x" value="1930"/></Patient>`))
	f.Add([]byte(`<f:Basic xmlns:f="http://hl7.org/fhir"><f:contained><f:Basic><f:code><f:text value="&#10;b"/></f:code></f:Basic></f:contained><f:code><f:text value="a"/></f:code></f:Basic>`))
	d := definitions(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		n, problems := d.ReadXML(data)
		if n == nil || len(problems) > 0 {
			return
		}
		if back, problems := d.ReadXML(n.AppendXML(nil)); len(problems) > 0 || !back.Equal(n) {
			t.Fatalf("what was taken comes out differently as XML: %s %v", n.AppendXML(nil), problems)
		}
		if back, problems := d.ReadJSON(n.AppendJSON(nil)); len(problems) > 0 || !back.Equal(n) {
			t.Fatalf("what was taken comes out differently as JSON: %s %v", n.AppendJSON(nil), problems)
		}
	})
}

// TestVerbatim: what is said to stand in JSON as it is does so, and plain words are seen to.
func TestVerbatim(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~]{0,40}`), rapid.StringMatching(`[ !#-\[\]-~]{0,40}`)).Draw(t, "text")
		simple := true
		for i := range len(s) {
			simple = simple && s[i] >= 0x20 && s[i] != '"' && s[i] != '\\' && s[i] < 0x80
		}
		if verbatim(s) != simple {
			t.Fatalf("%q: %v", s, !simple)
		}
		if out, _ := jsontext.AppendQuote(nil, s); simple && string(out) != `"`+s+`"` {
			t.Fatalf("%q is written %s", s, out)
		}
	})
}

// TestPacked: a packed copy says the same and shares no node.
func TestPacked(t *testing.T) {
	d, err := Load()
	if err != nil {
		t.Skip(err)
	}
	observation, _ := d.ResourceType("Observation")
	rapid.Check(t, func(t *rapid.T) {
		n := New(observation)
		draw(t, d, n, 0)
		packed := n.Packed()
		if !packed.Equal(n) {
			t.Fatalf("%s\n%s", packed.AppendJSON(nil), n.AppendJSON(nil))
		}
		before := string(packed.AppendJSON(nil))
		n.Set("status", "changed").Nodes = nil
		n.Remove(func(e *Node) bool { return e.Field.Name == "code" })
		if string(packed.AppendJSON(nil)) != before {
			t.Fatal("the copy changed with it")
		}
	})
}
