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
	return &call{service: s, m: m, r: httptest.NewRequest(http.MethodGet, "http://localhost/fhir/R4/Observation", nil), query: url.Values{}}
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
