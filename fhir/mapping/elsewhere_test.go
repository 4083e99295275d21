package mapping

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

func read(t *testing.T, m *Mapper, doc string) (*resource.Node, *Taken, []standard.Problem) {
	t.Helper()
	n, problems := m.Definitions.ReadJSON([]byte(doc))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	taken, problems := m.Read(n, Links{Zone: london})
	return n, taken, problems
}

const hospitalPatient = `{"resourceType":"Patient","id":"x","language":"en","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"},
	{"system":"https://hospital.example/mrn","value":"123"}],"name":[{"use":"usual","family":"Okafor","given":["Ada"],"text":"Ada Okafor"}],
	"gender":"female","birthDate":"1938-05-06","multipleBirthBoolean":false,"address":[{"use":"home","line":["1 The Lane"],"city":"Leeds","country":"GBR","postalCode":"ZZ99 1AA"}]}`

// TestAPatientFromElsewhere becomes a record of all that the class has, with what nobody said as not asked, and the rest kept.
func TestAPatientFromElsewhere(t *testing.T) {
	m := mapper(t)
	n, taken, problems := read(t, m, hospitalPatient)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := `{"personName":{"personFirstName":"Ada","personFamilyName":"Okafor"},"personIdentification":{"nhsNumber":"9990000018"},` +
		`"personDemographics":{"dateOfBirth":"1938-05-06","genderIdentity":{"absent":"not-asked"},"ethnicity":{"absent":"not-asked"},"sexualOrientation":{"absent":"not-asked"},` +
		`"sex":{"code":"2","system":"https://www.datadictionary.nhs.uk/data_elements/person_phenotypic_sex.html","display":"Female"}},` +
		`"address":[{"addressLine1":"1 The Lane","addressLine5":"Leeds","postcode":"ZZ99 1AA","addressType":{"code":"home","system":"http://hl7.org/fhir/address-use","display":"Home"}}]}`
	if string(taken.Content) != want {
		t.Errorf("got  %s\nwant %s", taken.Content, want)
	}
	content, problems := taken.Class.Decode(taken.Content, standard.DecodeOptions{})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	out := m.WriteWith(taken.Rest(), content, Head{}, Links{Zone: london})
	for _, kept := range []string{`"language":"en"`, `"value":"123"`, `"text":"Ada Okafor"`, `"multipleBirthBoolean":false`, `"country":"GBR"`} {
		if s := string(out.AppendJSON(nil)); !strings.Contains(s, kept) {
			t.Errorf("%s is not given back: %s of %s", kept, s, n.AppendJSON(nil))
		}
	}
}

// TestWhatChangesTheMeaningIsRefused is the proof of the hazard "a part of an order that nobody sees".
func TestWhatChangesTheMeaningIsRefused(t *testing.T) {
	m := mapper(t)
	const order = `{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"text":"Paracetamol"},
		"subject":{"reference":"Patient/018f0000-0000-7000-8000-000000000001"},"dosageInstruction":[{"text":"Two tablets","doseAndRate":[{"doseQuantity":{"value":2,"unit":"{tablet}"}}]}]`
	if _, _, problems := read(t, m, order+"}"); len(problems) > 0 {
		t.Error(problems)
	}
	for more, want := range map[string]string{
		`,"doNotPerform":true}`: "MedicationRequest.doNotPerform modifier",
		`,"modifierExtension":[{"url":"urn:x","valueBoolean":true}]}`: "MedicationRequest.modifierExtension[0] modifier",
		`,"implicitRules":"urn:x"}`:                                   "MedicationRequest.implicitRules modifier",
	} {
		_, _, problems := read(t, m, order+more)
		if len(problems) != 1 || problems[0].Path+" "+problems[0].Rule != want {
			t.Errorf("%s: got %v, want %s", more, problems, want)
		}
	}
	two := strings.Replace(order, `"dosageInstruction":[`, `"dosageInstruction":[{"text":"Loading dose first"},`, 1) + "}"
	if _, _, problems := read(t, m, two); len(problems) != 1 || problems[0].Rule != RuleLeftOver {
		t.Errorf("two instructions for one dose: %v", problems)
	}
	if _, _, problems := read(t, m, `{"resourceType":"Observation","status":"final","code":{"text":"Blood pressure"},"subject":{"reference":"Patient/1"},
		"component":[{"code":{"text":"Systolic"},"valueQuantity":{"value":120,"unit":"mm[Hg]"}}]}`); len(problems) != 1 || problems[0].Rule != RuleLeftOver {
		t.Errorf("a value that the record cannot hold: %v", problems)
	}
}

// TestAChangedPlaceCounts is the proof of the hazard "a value beside that nobody changed along".
func TestAChangedPlaceCounts(t *testing.T) {
	m := mapper(t)
	class := m.byClass["alert"]
	content, problems := class.Decode([]byte(`{"subject":{"ref":"018f0000-0000-7000-8000-000000000001"},"status":{"code":"active"},"alertStartDate":"2026-03-04T09:30Z"}`), standard.DecodeOptions{})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	n := m.Write(content, Head{}, Links{Zone: london})
	start := n.At("period", "start")
	if start.Extension(ExactURL) == nil {
		t.Fatal("nothing says that there were no seconds")
	}
	start.Value = "2026-05-06T10:00:00Z"
	taken, problems := m.Read(n, Links{Zone: london})
	if len(problems) > 0 || !strings.Contains(string(taken.Content), `"alertStartDate":"2026-05-06T10:00:00Z"`) {
		t.Errorf("the old time counts: %s %v", taken.Content, problems)
	}
}

func TestDatesAndTimesOfDayAreLocal(t *testing.T) {
	m := mapper(t)
	class := m.byClass["need"]
	for clock, want := range map[string]string{
		`"date":"2026-07-04","time":"09:30"`: `"effectiveDateTime":"2026-07-04T09:30:00+01:00"`,
		`"date":"2026-01-04","time":"09:30"`: `"effectiveDateTime":"2026-01-04T09:30:00Z"`,
		`"date":"2026-03-29","time":"01:30"`: `"effectiveDateTime":"2026-03-29"`, // no clock ever showed that
		`"date":"2026-07","time":"09:30"`:    `"effectiveDateTime":"2026-07"`,
		`"date":"2026-07-04"`:                `"effectiveDateTime":"2026-07-04"`,
	} {
		content, problems := class.Decode([]byte(`{"subjectOfCare":{"ref":"018f0000-0000-7000-8000-000000000001"},`+clock+`}`), standard.DecodeOptions{})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		n := m.Write(content, Head{}, Links{Zone: london})
		if s := string(n.AppendJSON(nil)); !strings.Contains(s, want) {
			t.Errorf("%s: %s", clock, s)
		}
		if taken, _ := m.Read(n, Links{Zone: london}); string(taken.Content) != string(content.AppendJSON(nil)) {
			t.Errorf("%s came back as %s", clock, taken.Content)
		}
	}
}

func TestReferences(t *testing.T) {
	m := mapper(t)
	worker, relative := uuid.MustParse("018f0000-0000-7000-8000-0000000000aa"), uuid.MustParse("018f0000-0000-7000-8000-0000000000bb")
	links := Links{Zone: london, Here: "https://here.example/fhir/R4", Target: func(id uuid.UUID) (string, string) {
		return map[uuid.UUID]string{worker: "Practitioner", relative: "CareTeam"}[id], id.String()
	}}
	class := m.byClass["action"]
	content, problems := class.Decode([]byte(`{"subjectOfCare":{"ref":"018f0000-0000-7000-8000-000000000001"},"date":"2026-01-02",
		"careActor":[{"ref":"`+worker.String()+`"},{"ref":"`+relative.String()+`"}]}`), standard.DecodeOptions{})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	n := m.Write(content, Head{}, links)
	if n.First("performer") != nil || len(n.All("extension")) != 2 {
		t.Errorf("a team may not be the performer of a Procedure, so all go into the extension: %s", n.AppendJSON(nil))
	}
	if taken, _ := m.Read(n, links); string(taken.Content) != string(content.AppendJSON(nil)) {
		t.Errorf("came back as %s", taken.Content)
	}
	for literal, want := range map[string]bool{
		"Practitioner/" + worker.String(): true, "https://here.example/fhir/R4/Practitioner/" + worker.String(): true, "urn:uuid:" + worker.String(): true,
		"https://there.example/fhir/Practitioner/" + worker.String(): false, "Practitioner/12": false, "#x": false,
	} {
		ref := &resource.Node{Type: n.First("subject").Type}
		ref.Set("reference", literal)
		if got := (&taker{links: links}).reference(ref) != nil; got != want {
			t.Errorf("%s is one of ours: %v", literal, got)
		}
	}
}
