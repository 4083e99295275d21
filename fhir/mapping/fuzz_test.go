package mapping

import (
	"testing"

	"rosemary/standard"
)

// FuzzRead takes any resource that FHIR allows: what becomes a record comes out as it went in, and written of the record with its rest it is still a resource that
// FHIR allows and that reads as the same record.
func FuzzRead(f *testing.F) {
	m := mapper(f)
	for _, seed := range []string{
		hospitalPatient,
		`{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"1"},{"code":"2"}],"text":"a"},"subject":{"reference":"Patient/018f0000-0000-7000-8000-000000000001"},"valueQuantity":{"value":1.50,"unit":"kg"}}`,
		`{"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/018f0000-0000-7000-8000-000000000001"},"code":{"text":"Nuts"},"reaction":[{"severity":"mild","manifestation":[{"text":"Rash"}]}]}`,
		`{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"text":"x"},"subject":{"display":"y"},"dosageInstruction":[{"text":"z","timing":{"repeat":{"timeOfDay":["08:00:00"],"dayOfWeek":["mon"]}},"asNeededBoolean":true}]}`,
		`{"resourceType":"Flag","status":"active","code":{"text":"a","extension":[{"url":"urn:rosemary:exact","valueString":"{\"text\":\"b\"}"}]},"subject":{"reference":"Patient/018f0000-0000-7000-8000-000000000001"},"period":{"start":"2026-03-04T09:30:00Z"}}`,
		`{"resourceType":"QuestionnaireResponse","meta":{"profile":["urn:rosemary:class:about-me"]},"status":"completed","item":[{"linkId":"myWellness","answer":[{"valueString":"a"}]}]}`,
		`{"resourceType":"Basic","meta":{"profile":["urn:rosemary:class:dols"]},"code":{"text":"a"},"extension":[{"url":"urn:rosemary:element:dols.kind","valueCodeableConcept":{"text":"b"}}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, problems := m.Definitions.ReadJSON(data)
		if len(problems) > 0 {
			return
		}
		links := Links{Zone: london}
		taken, problems := m.Read(n, links)
		if len(problems) > 0 {
			return
		}
		content, problems := taken.Class.Decode(taken.Content, standard.DecodeOptions{AllowIncomplete: true})
		if len(problems) > 0 {
			return // it is refused when it is committed
		}
		out := m.WriteWith(taken.Rest(), content, Head{}, links)
		if problems := m.Definitions.Check(out); len(problems) > 0 {
			t.Fatalf("%s is no resource that FHIR allows: %v", out.AppendJSON(nil), problems)
		}
		again, _ := m.ReadAs(taken.Class, out, links)
		if back, problems := taken.Class.Decode(again.Content, standard.DecodeOptions{AllowIncomplete: true}); len(problems) > 0 || string(back.AppendJSON(nil)) != string(content.AppendJSON(nil)) {
			t.Fatalf("%s\nreads as\n%s\nwritten as\n%s\nit reads as\n%s", data, taken.Content, out.AppendJSON(nil), again.Content)
		}
		if given := taken.As(out); !taken.Says(given) && lost(bare(n), given) != "" {
			t.Fatalf("%s came out as %s", data, given.AppendJSON(nil))
		}
	})
}
