package resource

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func definitions(tb testing.TB) *Definitions {
	tb.Helper()
	d, err := Load()
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// examples gives the official example resources, or skips, loudly.
func examples(tb testing.TB) []string {
	tb.Helper()
	files, _ := filepath.Glob("../../node_modules/hl7.fhir.r4.examples/*.json")
	if len(files) < 5000 {
		tb.Skipf("NOT TESTED: %d of the 5,306 official examples are here; `npm ci` installs them", len(files))
	}
	return files
}

func plain(tb testing.TB, data []byte) any {
	tb.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		tb.Fatal(err)
	}
	return v
}

// faultyExamples are wrong as they were published: a reference to what it may not point at, no base, an id of 70 characters, a narrative without words.
var faultyExamples = map[string]bool{}

func init() {
	for _, name := range strings.Fields(`
		ActivityDefinition-blood-tubes-supply ActivityDefinition-heart-valve-replacement DeviceMetric-example DeviceUseStatement-example EventDefinition-example
		Media-1.2.840.11361907579238403408700.3.1.04.19970327150033 MedicationRequest-medrx0301 Observation-clinical-gender OrganizationAffiliation-orgrole1
		Questionnaire-zika-virus-exposure-assessment SearchParameter-codesystem-extensions-CodeSystem-author SearchParameter-codesystem-extensions-CodeSystem-effective
		SearchParameter-codesystem-extensions-CodeSystem-end SearchParameter-codesystem-extensions-CodeSystem-keyword
		SearchParameter-codesystem-extensions-CodeSystem-workflow SearchParameter-questionnaireresponse-extensions-QuestionnaireResponse-item-subject
		SearchParameter-valueset-extensions-ValueSet-author SearchParameter-valueset-extensions-ValueSet-effective SearchParameter-valueset-extensions-ValueSet-end
		SearchParameter-valueset-extensions-ValueSet-keyword SearchParameter-valueset-extensions-ValueSet-workflow ValueSet-formatcodes
		ImplementationGuide-fhir CodeSystem-dicom-dcim Bundle-valuesets Questionnaire-qs1 ValueSet-c80-doc-typecodes ig-r4`) {
		faultyExamples[name] = true
	}
}

// TestOfficialExamplesComeOutAsTheyWentIn takes all examples of up to 40 KB (nineteen in twenty), or all there are when ROSEMARY_ALL_EXAMPLES is set.
func TestOfficialExamplesComeOutAsTheyWentIn(t *testing.T) {
	d := definitions(t)
	checked := 0
	most := int64(40 << 10)
	if os.Getenv("ROSEMARY_ALL_EXAMPLES") != "" {
		most = 1 << 40
	}
	for _, file := range examples(t) {
		if info, err := os.Stat(file); err != nil || info.Size() > most {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		if name == "package" || strings.HasPrefix(name, ".") {
			continue
		}
		checked++
		comesOutAsItWentIn(t, d, name, data)
	}
	t.Logf("%d examples", checked)
}

func comesOutAsItWentIn(t *testing.T, d *Definitions, name string, data []byte) {
	n, problems := d.ReadJSON(data)
	if n == nil || len(problems) > 0 && !faultyExamples[name] {
		t.Errorf("%s: %v", name, problems)
		return
	}
	if !reflect.DeepEqual(plain(t, data), plain(t, n.AppendJSON(nil))) {
		t.Errorf("%s comes out differently as JSON", name)
	}
	if again, problems := d.ReadXML(n.AppendXML(nil)); again == nil || !again.Equal(n) {
		t.Errorf("%s comes out differently as XML: %v", name, problems)
	}
}

func BenchmarkReadPatient(b *testing.B) {
	d := definitions(b)
	examples(b)
	data, err := os.ReadFile("../../node_modules/hl7.fhir.r4.examples/Patient-example.json")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, problems := d.ReadJSON(data); len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}

func BenchmarkReadPatientXML(b *testing.B) {
	d := definitions(b)
	examples(b)
	data, _ := os.ReadFile("../../node_modules/hl7.fhir.r4.examples/Patient-example.json")
	n, _ := d.ReadJSON(data)
	data = n.AppendXML(nil)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, problems := d.ReadXML(data); len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}

func BenchmarkWritePatient(b *testing.B) {
	d := definitions(b)
	examples(b)
	data, _ := os.ReadFile("../../node_modules/hl7.fhir.r4.examples/Patient-example.json")
	n, _ := d.ReadJSON(data)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	var out []byte
	for b.Loop() {
		out = n.AppendJSON(out[:0])
	}
}
