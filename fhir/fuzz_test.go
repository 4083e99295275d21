package fhir

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"rosemary/fhir/definition"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/standard"
)

// reading is a call that reads and asks nobody.
func reading(t testing.TB) *call {
	t.Helper()
	definitions, err := resource.Load()
	if err != nil {
		t.Skip(err)
	}
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	m, err := mapping.New(catalogue, definitions)
	if err != nil {
		t.Fatal(err)
	}
	s := &service{Config: Config{Catalogue: catalogue, Zone: time.UTC, Now: func() time.Time { return time.Unix(1e9, 0) }}}
	s.library = sync.OnceValues(func() (*definition.Library, error) { return definition.New(catalogue, m) })
	return &call{service: s, m: m, r: httptest.NewRequest(http.MethodGet, "/fhir/R4/Observation", nil), query: url.Values{}}
}

const seen = `{"resourceType":"Observation","id":"1","meta":{"lastUpdated":"2026-03-16T08:00:00Z","tag":[{"code":"a"}]},"status":"final","code":{"coding":[{"system":"s","code":"c"}],"text":"Weight"},
	"subject":{"reference":"Patient/018f0000-0000-7000-8000-000000000001"},"effectivePeriod":{"start":"2026-03-16"},"valueQuantity":{"value":71.40,"unit":"kg"},"component":[{"code":{"text":"x"},"valueString":"y"}]}`

// FuzzSearch takes any parameters of a search: what is wrong is said in words, what is not can be held against a resource.
func FuzzSearch(f *testing.F) {
	c := reading(f)
	n, problems := c.m.Definitions.ReadJSON([]byte(seen))
	if len(problems) > 0 {
		f.Fatal(problems)
	}
	for _, seed := range []string{
		"patient=018f0000-0000-7000-8000-000000000001&date=ge2026-03-01&_count=20", "code=s|c,http://loinc.org|1&value-quantity=gt71|http://unitsofmeasure.org|kg", "code:not=c&status:missing=true",
		"subject:Patient.name:exact=A&_has:Provenance:target:agent=x", "date=ap2026&date=sa2026-13&_sort=-date,code&_summary=count&_total=accurate", `code=a\,b\|c\$d,,|&combo-code-value-quantity=a$5`,
		"_include=Observation:patient&_revinclude=*&_elements=code,,&_lastUpdated=lt2026-03-16T08:00:00%2B25:00&value-quantity=1e400", "_id=%ff&_tag=|&_profile:below=urn&code:in=urn:rosemary:valueset:acvpu",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		one := *c
		one.query = values
		_, faults := one.shape("Observation")
		q, err := one.question("Observation", values, false)
		if err != nil {
			faults = append(faults, fault(err).Problems...)
			if fault(err).Kind == internal {
				t.Fatalf("%s: %v", query, err)
			}
		}
		for _, p := range faults {
			if p.Message == "" || p.Rule == "" {
				t.Fatalf("%s: a fault that says nothing: %+v", query, p)
			}
		}
		if q != nil && err == nil {
			one.matches(n, q.plain)
		}
	})
}

// FuzzPathPatch takes any FHIRPath Patch: it is refused with a place, or what comes out can be read as JSON of the same type of resource, or is refused there.
func FuzzPathPatch(f *testing.F) {
	c := reading(f)
	n, problems := c.m.Definitions.ReadJSON([]byte(seen))
	if len(problems) > 0 {
		f.Fatal(problems)
	}
	operation := func(parts string) string {
		return `{"resourceType":"Parameters","parameter":[{"name":"operation","part":[` + parts + `]}]}`
	}
	for _, seed := range []string{
		operation(`{"name":"type","valueCode":"replace"},{"name":"path","valueString":"Observation.status"},{"name":"value","valueCode":"amended"}`),
		operation(`{"name":"type","valueCode":"add"},{"name":"path","valueString":"Observation"},{"name":"name","valueString":"note"},{"name":"value","valueAnnotation":{"text":"x"}}`),
		operation(`{"name":"type","valueCode":"delete"},{"name":"path","valueString":"Observation.component[0]"}`),
		operation(`{"name":"type","valueCode":"insert"},{"name":"path","valueString":"Observation.code.coding"},{"name":"index","valueInteger":0},{"name":"value","valueCoding":{"code":"d"}}`),
		operation(`{"name":"type","valueCode":"move"},{"name":"path","valueString":"Observation.code.coding"},{"name":"source","valueInteger":0},{"name":"destination","valueInteger":5}`),
		operation(`{"name":"type","valueCode":"replace"},{"name":"path","valueString":"Observation.code.coding.where(system='s').code"},{"name":"value","valueCode":"e"}`),
		operation(`{"name":"type","valueCode":"add"},{"name":"path","valueString":"Observation.component"},{"name":"name","valueString":"component"},{"name":"value","part":[{"name":"code","part":[{"name":"text","valueString":"z"}]}]}`),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		patch, problems := c.m.Definitions.ReadJSON(data)
		if len(problems) > 0 || patch.Type.Name != "Parameters" {
			return
		}
		before := string(n.AppendJSON(nil))
		out, err := pathPatched(n.Packed(), patch)
		if string(n.AppendJSON(nil)) != before {
			t.Fatal("the resource that was read has changed")
		}
		if err != nil {
			if f := fault(err); f.Kind != standard.Invalid || len(f.Problems) == 0 || f.Problems[0].Path == "" {
				t.Fatalf("refused without a place: %v", err)
			}
			return
		}
		if back, problems := c.m.Definitions.ReadJSON(out); len(problems) == 0 && back.Type != n.Type {
			t.Fatalf("it became a %s", back.Type.Name)
		}
	})
}
