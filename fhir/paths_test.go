package fhir

import (
	"bytes"
	"testing"

	"rosemary/fhir/resource"
)

// FuzzPathPatch: whatever a patch says, it changes the resource it is given, or says why not; what comes of it can be read or is refused, and never breaks the program.
func FuzzPathPatch(f *testing.F) {
	definitions, err := resource.Load()
	if err != nil {
		f.Skip("NOT TESTED: ", err)
	}
	const patient = `{"resourceType":"Patient","id":"x","active":true,"name":[{"use":"official","family":"Okafor","given":["Ada","May"]},{"family":"Smith"}],
		"contact":[{"name":{"family":"Price"},"telecom":[{"system":"phone","value":"01632 960001"}]}],"deceasedBoolean":false}`
	for _, seed := range []struct{ kind, path, name, value string }{
		{"replace", "Patient.name[0].family", "", "valueString"}, {"add", "Patient", "birthDate", "valueDate"}, {"delete", "Patient.name.where(use = 'official').given.last()", "", "valueString"},
		{"insert", "Patient.name.first().given", "", "valueString"}, {"move", "Patient.name", "", "valueString"}, {"replace", "Patient.deceased.ofType(boolean)", "", "valueBoolean"},
		{"delete", "Patient.extension('urn:x')", "", "valueString"}, {"add", "Patient.contact[0]", "gender", "valueCode"}, {"delete", "a[", "b", "c"}, {"delete", "'", "", ""}, {"delete", "name.where(a.b='(' and c=1)", "", ""},
	} {
		f.Add(seed.kind, seed.path, seed.name, seed.value)
	}
	parameters, _ := definitions.ResourceType("Parameters")
	f.Fuzz(func(t *testing.T, kind, path, name, value string) {
		n, problems := definitions.ReadJSON([]byte(patient))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		before := n.AppendJSON(nil)
		patch := &resource.Node{Type: parameters}
		p := patch.Add("parameter")
		p.Set("name", "operation")
		for _, part := range [][3]string{{"type", "valueCode", kind}, {"path", "valueString", path}, {"name", "valueString", name}, {"index", "valueInteger", "1"}, {"source", "valueInteger", "0"}, {"destination", "valueInteger", "1"}} {
			x := p.Add("part")
			x.Set("name", part[0])
			x.Set(part[1], part[2])
		}
		x := p.Add("part")
		x.Set("name", "value")
		if x.Set(value, "true") == nil {
			x.Set("valueString", "true")
		}
		data, err := pathPatched(n, patch)
		if err != nil {
			if !bytes.Equal(n.AppendJSON(nil), before) {
				t.Errorf("%s %s was refused and changed it: %s", kind, path, n.AppendJSON(nil))
			}
			return
		}
		definitions.ReadJSON(data)
	})
}

// FuzzPlaces: a place in a list that was made up is refused or begins somewhere; one that was written is read as it was.
func FuzzPlaces(f *testing.F) {
	f.Add([]byte{}, "page", 3)
	f.Add([]byte{4, 'a', 'b', 'c', 'd', 2}, "", 0)
	f.Add([]byte{255, 255, 255, 255, 255, 255, 255, 255, 255, 1}, "x", 1)
	f.Fuzz(func(t *testing.T, data []byte, page string, which int) {
		placeOf(data)
		p := sweepPlace{page: page, which: which & 0xffff}
		if got, ok := placeOf(p.bytes()); !ok || got != p {
			t.Errorf("%+v comes back as %+v, %v", p, got, ok)
		}
	})
}
