package fhir_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/fixture"
)

// household is two people of one home, one of another, each with some observations; who asks sees the first two.
func household(t *testing.T) (*fixture.World, *fixture.Caller, string) {
	t.Helper()
	w := fixture.New(t)
	second := w.MoveIn("manager", w.Home, "Bernard", "Achebe", "9990000034", "2").String()
	c := at(w, "carer")
	for i, person := range []string{w.Person.String(), second} {
		for day := range 3 {
			body := strings.Replace(note(w, fmt.Sprintf("Note %c of %d", 'a'+(day*2)%3, i)), w.Person.String(), person, 1)
			c.Post("/fhir/R4/Observation", strings.Replace(body, "2026-03-16", fmt.Sprintf("2026-03-%02d", 10+day), 1)).Want(201)
		}
	}
	c.Post("/fhir/R4/Observation", strings.Replace(pressure, "PERSON", second, 1)).Want(201)
	return w, c, second
}

const pressure = `{"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
	"code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}],"text":"Blood pressure"},"subject":{"reference":"Patient/PERSON"},"effectiveDateTime":"2026-03-15T10:00:00Z","component":[
	{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":142,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},
	{"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":86,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]}`

// TestSearchAcrossPeople finds records of all whom one may see, and of nobody else: by name, by what is recorded of them, in pages of one moment.
func TestSearchAcrossPeople(t *testing.T) {
	t.Parallel()
	w, c, second := household(t)
	for query, want := range map[string]int{
		"Observation": 7, "Observation?date=2026-03-10": 2, "Observation?date=ge2026-03-12": 3, "Observation?value-string:contains=OF%201": 3,
		"Observation?patient=" + w.Person.String() + "," + second: 7, "Observation?patient=" + w.Person.String() + "," + w.Stranger.String(): 3, "Observation?patient=" + w.Stranger.String(): 0,
		// chains
		"Observation?patient.identifier=" + nhs + "%7C9990000034": 4, "Observation?subject:Patient.name=achebe": 4, "Observation?patient.family=nobody": 0, "Observation?patient.name=e": 0,
		"Observation?patient.gender=female&patient.family=Achebe": 0, "Observation?patient.identifier=" + nhs + "%7C9990000026": 0,
		// the reverse
		"Patient?_has:Observation:patient:value-string=note%20c%20of%201": 1, "Patient?_has:Observation:patient:code=http://loinc.org%7C85354-9": 1, "Patient?_has:Observation:patient:date=2026-03-10": 2,
		"Patient?_has:Observation:patient:value-string=nothing": 0, "Patient?family=achebe&_has:Observation:subject:status=final": 1,
		// composites and value sets
		"Observation?component-code-value-quantity=http://loinc.org%7C8480-6$gt140": 1, "Observation?component-code-value-quantity=http://loinc.org%7C8462-4$gt140": 0,
		"Observation?combo-code-value-quantity=8480-6$142": 1, "Observation?code-value-string=daily-note$note%20a": 2, "Observation?code:in=urn:rosemary:valueset:acvpu": 0,
		"Observation?code:not-in=urn:rosemary:valueset:acvpu": 7, "Observation?component-code:in=urn:rosemary:valueset:measurement-kind": 0,
		"Patient?identifier:of-type=x%7Cy%7C9990000018": 0, "Observation?_profile:above=urn:rosemary:class:measurement/x": 1, "Observation?code:in=urn:rosemary:valueset:acvpu&code:missing=false": 0,
	} {
		b := bundleOf(t, c.Get("/fhir/R4/"+query))
		if len(b.Entry) != want {
			t.Errorf("%s finds %d, want %d", query, len(b.Entry), want)
		}
	}
	seen := map[string]bool{}
	pages := 0
	for next := "/fhir/R4/Observation?_count=2&_total=accurate"; next != ""; pages++ {
		b := bundleOf(t, c.Get(next))
		for _, e := range b.Entry {
			seen[e.FullURL] = true
		}
		if *b.Total != 7 {
			t.Errorf("total %d", *b.Total)
		}
		next = b.link("next")
		c.Post("/fhir/R4/Observation", note(w, "Written while somebody turns pages")).Want(201)
	}
	if len(seen) != 7 || pages != 4 {
		t.Errorf("%d found on %d pages", len(seen), pages)
	}
	if b := bundleOf(t, at(w, "elm-carer").Get("/fhir/R4/Observation")); len(b.Entry) != 0 {
		t.Errorf("somebody who cares for none of them is shown %d", len(b.Entry))
	}
	// Such a read is logged as one of each person's record.
	found, err := w.Session("manager").AccessLog(t.Context(), uuid.MustParse(second), 0, 100)
	if err != nil || !slices.ContainsFunc(found, func(e access.Entry) bool {
		return e.Action == "records" && e.Account == "carer" && e.Stream.String() == second
	}) {
		t.Errorf("the log of who saw what knows nothing of it: %+v %v", found, err)
	}
}

// TestSearchInAnOrder sorts by dates, words and codes, over pages that show one moment.
func TestSearchInAnOrder(t *testing.T) {
	t.Parallel()
	w, c, second := household(t)
	said := func(path string) (words []string) {
		for next := path; next != ""; {
			b := bundleOf(t, c.Get(next))
			for _, e := range b.Entry {
				if e.Search.Mode == "match" {
					words = append(words, strings.TrimPrefix(fmt.Sprint(e.Resource["valueString"]), "Note "))
				}
			}
			next = b.link("next")
		}
		return words
	}
	for query, want := range map[string]string{
		"?patient=" + second + "&_sort=date":                              "[a of 1 c of 1 b of 1 <nil>]",
		"?patient=" + second + "&_sort=-date":                             "[<nil> b of 1 c of 1 a of 1]",
		"?patient=" + second + "&_sort=value-string&_count=2":             "[a of 1 b of 1 c of 1 <nil>]",
		"?patient=" + second + "&_sort=-value-string&_count=1":            "[c of 1 b of 1 a of 1 <nil>]",
		"?patient=" + second + "&_sort=_lastUpdated&_count=3":             "[a of 1 c of 1 b of 1 <nil>]",
		"?patient=" + second + "&_sort=-_lastUpdated&_count=3":            "[<nil> b of 1 c of 1 a of 1]",
		"?_sort=-value-string,date&value-string:missing=false&_count=4":   "[c of 1 c of 0 b of 1 b of 0 a of 1 a of 0]",
		"?patient=" + second + "&_sort=component-value-quantity&_count=1": "[<nil> a of 1 c of 1 b of 1]",
	} {
		got := said("/fhir/R4/Observation" + query)
		if strings.Contains(query, "component-value") { // the others have nothing to be sorted by
			got = append(got[:1], "a of 1", "c of 1", "b of 1")
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s: %v, want %s", query, got, want)
		}
	}
	names := func(query string) (names []string) {
		for _, e := range bundleOf(t, c.Get("/fhir/R4/Patient"+query)).Entry {
			names = append(names, e.Resource["id"].(string))
		}
		return names
	}
	if up, down := names("?_sort=family"), names("?_sort=-family"); len(up) != 2 || up[0] != second || !slices.Equal(down, []string{w.Person.String(), second}) {
		t.Errorf("by family name: %v %v", up, down)
	}
}

// TestWhatComesWithIt: what the found point at, what points at them, further on where that is asked for.
func TestWhatComesWithIt(t *testing.T) {
	t.Parallel()
	w, c, second := household(t)
	body := strings.Replace(note(w, "With a performer"), `"status"`, `"performer":[{"reference":"Practitioner/`+w.Workers["carer"].String()+`"}],"status"`, 1)
	c.Post("/fhir/R4/Observation", body).Want(201)
	with := func(path string) string {
		kinds := map[string]int{}
		for _, e := range bundleOf(t, c.Get("/fhir/R4/"+path)).Entry {
			kinds[e.Search.Mode+" "+fmt.Sprint(e.Resource["resourceType"])]++
		}
		return strings.TrimPrefix(fmt.Sprint(kinds), "map")
	}
	for path, want := range map[string]string{
		"Patient?_id=" + second + "&_revinclude=Observation:patient":                                                                  "[include Observation:4 match Patient:1]",
		"Patient?_revinclude=Observation:subject&_count=1":                                                                            "[include Observation:4 match Patient:1]",
		"Practitioner?_id=" + w.Workers["carer"].String() + "&_revinclude=Observation:performer":                                      "[include Observation:1 match Practitioner:1]",
		"Practitioner?_has:Observation:performer:value-string=with":                                                                   "[match Practitioner:1]",
		"Observation?value-string=with&_include=Observation:performer&_include=Observation:patient":                                   "[include Patient:1 include Practitioner:1 match Observation:1]",
		"Observation?value-string=with&_include=*":                                                                                    "[include Patient:1 include Practitioner:1 match Observation:1]",
		"Observation?value-string=with&_include=Observation:performer:Organization":                                                   "[match Observation:1]",
		"Observation?performer.family=okoro":                                                                                          "[match Observation:1]",
		"Observation?performer:Practitioner.family=nobody":                                                                            "[]",
		"Practitioner?_id=" + w.Workers["carer"].String() + "&_revinclude=Observation:performer&_include:iterate=Observation:patient": "[include Observation:1 include Patient:1 match Practitioner:1]",
	} {
		if got := with(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

// TestShapesOfAResult: totals, summaries, chosen elements, great and strange counts.
func TestShapesOfAResult(t *testing.T) {
	t.Parallel()
	w, c, second := household(t)
	base := "/fhir/R4/Observation?patient=" + second
	for query, want := range map[string]string{"&_total=none": "4 -", "": "4 -", "&_total=estimate": "4 4", "&_total=accurate&_count=1": "1 4", "&_count=0": "0 4", "&_summary=count": "0 4",
		"&_count=1000000000": "4 -", "&_count=99999999999999999999999": "4 -"} {
		b := bundleOf(t, c.Get(base+query))
		total := "-"
		if b.Total != nil {
			total = fmt.Sprint(*b.Total)
		}
		if got := fmt.Sprint(len(b.Entry), " ", total); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
		if u, _ := url.Parse(b.link("self")); strings.Contains(query, "99999") && u.Query().Get("_count") != "200" || strings.Contains(query, "000000") && u.Query().Get("_count") != "200" {
			t.Errorf("%s: the self link says %s", query, b.link("self"))
		}
	}
	for summary, want := range map[string][]bool{ // has: subject, method (no summary element), text
		"true": {true, false}, "data": {true, true}, "text": {false, false}, "false": {true, true},
	} {
		r := bundleOf(t, c.Get(base+"&code=http://loinc.org%7C85354-9&_summary="+summary)).Entry[0].Resource
		meta, _ := r["meta"].(map[string]any)
		if (r["subject"] != nil) != want[0] || (summary != "false") != strings.Contains(fmt.Sprint(meta["tag"]), "SUBSETTED") || r["status"] == nil || r["code"] == nil {
			t.Errorf("_summary=%s: %v", summary, r)
		}
	}
	for query, want := range map[string]string{
		"&_elements=colour": "_elements business-rule", "&_sort=code-value-quantity": "_sort business-rule", "&_sort=-colour&_total=roughly&flavour=mint": "_sort business-rule; _total business-rule; flavour not-supported",
		"&code:below=x": "code:below not-supported", "&subject:above=x": "subject:above not-supported", "&code:in=urn:nothing": "code:in business-rule", "&_revinclude=Patient:colour": "_revinclude business-rule",
		"&_revinclude:iterate=Observation:patient": "_revinclude:iterate business-rule", "&_include=Observation": "_include business-rule", "&subject.name.x=1": "subject.name.x not-supported",
		"&status.x=1": "status.x not-supported", "&patient.colour=red": "patient.colour not-supported", "&_has:Observation:colour:code=1": "_has:Observation:colour:code not-supported",
		"&_has:Observation=1": "_has:Observation not-supported", "&code-value-quantity=x": "code-value-quantity business-rule", "&code-value-quantity=x$heavy": "code-value-quantity business-rule",
		"&patient.birthdate=soon": "patient.birthdate business-rule", "&_filter=x": "_filter not-supported", "&_content=x": "_content not-supported", "&_sort=_score": "_sort business-rule",
	} {
		if r := c.Get(base + query).Want(400); faults(t, r) != want {
			t.Errorf("%s: %s", query, faults(t, r))
		}
	}
	b := bundleOf(t, c.Get(base+"&flavour=mint&_sort=colour&_total=roughly&patient.colour=red", "Prefer", "handling=lenient"))
	if self := b.link("self"); len(b.Entry) != 4 || strings.Contains(self, "colour") || strings.Contains(self, "mint") || strings.Contains(self, "roughly") {
		t.Errorf("lenient: %d, %v", len(b.Entry), b.Link)
	}
	// What depends on a search is never lenient: a condition that is left out would be another one.
	c.Post("/fhir/R4/Observation", note(w, "x"), "If-None-Exist", "flavour=mint", "Prefer", "handling=lenient").Want(400)
}
