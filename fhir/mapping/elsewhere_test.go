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
	const wet = `{"resourceType":"Observation","status":"final","code":{"text":"Wound"},"subject":{"reference":"Patient/018f0000-0000-7000-8000-000000000001"},
		"component":[{"code":{"text":"Fluid"},"modifierExtension":[{"url":"urn:x","valueBoolean":true}],"valueString":"none"}]}`
	if _, _, problems := read(t, m, wet); len(problems) != 1 || problems[0].Path != "Observation.component[0].modifierExtension[0]" {
		t.Errorf("words that would leave out what changes their meaning: %v", problems)
	}
	unknown := strings.Replace(order, `"medicationCodeableConcept":{"text":"Paracetamol"}`, `"medicationReference":{"reference":"Medication/1"}`, 1) + "}"
	if _, _, problems := read(t, m, unknown); len(problems) != 1 || problems[0].Path+problems[0].Rule != "MedicationRequest.medication"+RuleLeftOver {
		t.Errorf("an order for nobody knows what: %v", problems)
	}
	withdrawn := strings.Replace(order, `"medicationCodeableConcept":{"text":"Paracetamol"}`,
		`"contained":[{"resourceType":"Medication","id":"m","status":"entered-in-error","code":{"text":"Paracetamol"}}],"medicationReference":{"reference":"#m"}`, 1) + "}"
	if _, _, problems := read(t, m, withdrawn); len(problems) != 1 || problems[0].Path != "MedicationRequest.contained[0].status" {
		t.Errorf("an order for what was entered in error: %v", problems)
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

const pressure = `{"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
	"code":{"coding":[{"system":"http://loinc.org","code":"85354-9","display":"Blood pressure panel"}],"text":"Blood pressure"},"subject":{"reference":"Patient/018f0000-0000-7000-8000-000000000001"},
	"effectiveDateTime":"2026-03-15T10:00:00Z","component":[
	{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6","display":"Systolic"},{"system":"http://snomed.info/sct","code":"271649006"}]},"valueQuantity":{"value":142,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"},
	 "interpretation":[{"text":"High"}]},
	{"code":{"coding":[{"system":"http://snomed.info/sct","code":"1091811000000102"}]},"valueQuantity":{"value":86,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]}`

// TestABloodPressureFromElsewhere is readings like our own, that charts and scores can reckon with, and what they cannot hold stands in words.
func TestABloodPressureFromElsewhere(t *testing.T) {
	m := mapper(t)
	n, taken, problems := read(t, m, pressure)
	if len(problems) > 0 || taken.Class.ID != "measurement" {
		t.Fatal(taken.Class.ID, problems)
	}
	for _, want := range []string{`"kind":{"code":"systolic"`, `"value":{"value":142,"unit":"mm[Hg]"}`, `"kind":{"code":"diastolic"`, `"value":{"value":86,"unit":"mm[Hg]"}`,
		`"note":"Systolic: 142 mmHg, interpretation High"`} {
		if !strings.Contains(string(taken.Content), want) {
			t.Errorf("%s is not in %s", want, taken.Content)
		}
	}
	comesOut(t, m, "blood pressure", n, taken)
	for name, x := range map[string]struct{ old, with, class, want string }{
		"one figure":              {pressure[strings.Index(pressure, `"component"`):], `"valueQuantity":{"value":71.4,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}`, "measurement", `"value":{"value":71.4,"unit":"kg"}`},
		"a unit that is not kept": {pressure[strings.Index(pressure, `"component"`):], `"valueQuantity":{"value":157,"unit":"lbs","system":"http://unitsofmeasure.org","code":"[lb_av]"}}`, "investigation-result", `"value":"157"`},
		"a figure with a sign":    {pressure[strings.Index(pressure, `"component"`):], `"valueQuantity":{"value":90,"comparator":">","unit":"mL/min"}}`, "investigation-result", `"value":">90"`},
		"a range":                 {pressure[strings.Index(pressure, `"component"`):], `"valueRange":{"low":{"value":1,"unit":"g"},"high":{"value":2,"unit":"g"}}}`, "investigation-result", `"summary":"Value: 1 g to 2 g"`},
		"no figure":               {`"valueQuantity":{"value":86,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}`, `"dataAbsentReason":{"text":"Cuff failed"}`, "measurement", `data absent reason Cuff failed`},
	} {
		n, taken, problems := read(t, m, strings.Replace(pressure, x.old, x.with, 1))
		if len(problems) > 0 || taken.Class.ID != x.class || !strings.Contains(string(taken.Content), x.want) {
			t.Errorf("%s: %s %s %v", name, taken.Class.ID, taken.Content, problems)
			continue
		}
		comesOut(t, m, name, n, taken)
	}
}

// TestAMedicineThatIsContained is read out of the Medication; what that says beside its code stands in words.
func TestAMedicineThatIsContained(t *testing.T) {
	m := mapper(t)
	const order = `{"resourceType":"MedicationRequest","status":"active","intent":"order","contained":[{"resourceType":"Medication","id":"m","code":{"text":"Paracetamol 500mg tablets"},
		"form":{"text":"Tablet"},"batch":{"lotNumber":"X7"}}],"medicationReference":{"reference":"#m"},"subject":{"reference":"Patient/018f0000-0000-7000-8000-000000000001"},
		"dosageInstruction":[{"text":"Two tablets"}],"note":[{"text":"With food"}]}`
	n, taken, problems := read(t, m, order)
	if len(problems) > 0 || !strings.Contains(string(taken.Content), `"medicine":{"text":"Paracetamol 500mg tablets"}`) ||
		!strings.Contains(string(taken.Content), `"comment":"With food\nForm: Tablet; Batch: lot number X7"`) {
		t.Errorf("%s %v", taken.Content, problems)
	}
	comesOut(t, m, "contained", n, taken)
	elsewhere := strings.Replace(order, `{"reference":"#m"}`, `{"reference":"https://hospital.example/fhir/Medication/7","display":"Amoxicillin 250mg capsules"}`, 1)
	n, taken, problems = read(t, m, elsewhere)
	if len(problems) > 0 || !strings.Contains(string(taken.Content), `"medicine":{"text":"Amoxicillin 250mg capsules"}`) {
		t.Errorf("%s %v", taken.Content, problems)
	}
	comesOut(t, m, "elsewhere", n, taken)
}

// TestHowElseADoseWasGivenIsKept: a rate, a method and an instruction have no place in a dose event, stand in it in words, and come out as they went in.
func TestHowElseADoseWasGivenIsKept(t *testing.T) {
	m := mapper(t)
	const given = `{"resourceType":"MedicationAdministration","status":"completed","medicationCodeableConcept":{"text":"Sodium chloride 0.9 % infusion"},
		"subject":{"reference":"Patient/018f0000-0000-7000-8000-000000000001"},"effectiveDateTime":"2026-03-04T09:30:00Z","note":[{"text":"Left arm rested"}],"dosage":DOSAGE}`
	for name, x := range map[string]struct{ dosage, want string }{
		"beside a dose": {`{"text":"Slowly","site":{"text":"Left arm"},"method":{"text":"Drip"},"dose":{"value":100,"unit":"mL","system":"http://unitsofmeasure.org","code":"mL"},
			"rateRatio":{"numerator":{"value":50,"unit":"mL"},"denominator":{"value":1,"unit":"h"}}}`, `"freeText":"Left arm rested\nDosage: text Slowly, site Left arm, method Drip, dose 100 mL, rate 50 mL / 1 h"`},
		"an instruction alone": {`{"text":"One puff into each nostril"}`, `"freeText":"Left arm rested\nDosage: text One puff into each nostril"`},
		"a rate alone":         {`{"rateQuantity":{"value":2,"unit":"L/min","system":"http://unitsofmeasure.org","code":"L/min"}}`, `"freeText":"Left arm rested\nDosage: rate 2 L/min"`},
		"nothing more":         {`{"dose":{"value":100,"unit":"mL","system":"http://unitsofmeasure.org","code":"mL"}}`, `"freeText":"Left arm rested"`},
	} {
		n, taken, problems := read(t, m, strings.Replace(given, "DOSAGE", x.dosage, 1))
		if len(problems) > 0 || !strings.Contains(string(taken.Content), x.want) {
			t.Errorf("%s: %s %v", name, taken.Content, problems)
			continue
		}
		comesOut(t, m, name, n, taken)
	}
	changed := strings.Replace(given, "DOSAGE", `{"dose":{"value":1,"unit":"mL"},"modifierExtension":[{"url":"urn:x","valueBoolean":true}],"text":"x"}`, 1)
	if _, _, problems := read(t, m, changed); len(problems) != 1 || problems[0].Rule != RuleModifier {
		t.Errorf("a dose that a modifier turns into another: %v", problems)
	}
}
