package fhir_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"rosemary/internal/fixture"
)

// TestDefinitionsAreServed: every profile that the CapabilityStatement claims is there to be read, and what is read is nothing that $validate finds fault with.
func TestDefinitionsAreServed(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "carer")
	var statement struct {
		Rest []struct {
			Resource []struct{ SupportedProfile []string }
		}
	}
	if err := json.Unmarshal(at(w, "").Get("/fhir/R4/metadata").Want(200).Body, &statement); err != nil {
		t.Fatal(err)
	}
	profiles := 0
	for _, r := range statement.Rest[0].Resource {
		for _, p := range r.SupportedProfile {
			if profiles++; profiles%8 != 1 { // that each is made, the package definition tests
				continue
			}
			found := bundleOf(t, c.Get("/fhir/R4/StructureDefinition?url="+url.QueryEscape(p)))
			if len(found.Entry) != 1 || found.Entry[0].Resource["url"] != p || *found.Total != 1 {
				t.Errorf("%s: %d definitions", p, len(found.Entry))
			}
		}
	}
	if profiles < 80 {
		t.Errorf("only %d profiles are claimed", profiles)
	}
	for _, kind := range []string{"StructureDefinition", "ValueSet", "CodeSystem"} {
		seen := map[string]bool{}
		pages := 0
		query := map[string]string{"StructureDefinition": "?kind=logical&_count=40"}[kind]
		for next := "/fhir/R4/" + kind + query; next != ""; pages++ {
			page := bundleOf(t, c.Get(next))
			for _, e := range page.Entry {
				id := fmt.Sprint(e.Resource["id"])
				if seen[id] {
					t.Errorf("%s/%s comes twice", kind, id)
				}
				seen[id] = true
				if len(seen)%10 != 1 {
					continue
				}
				one := c.Get("/fhir/R4/" + kind + "/" + id).Want(200)
				if r := c.Post("/fhir/R4/"+kind+"/$validate", string(one.Body), "Content-Type", "application/fhir+json").Want(200); faults(t, r) != "informational" {
					t.Errorf("%s/%s: %s", kind, id, r.Body)
				}
			}
			if next = page.link("next"); next == "" && len(seen) != *page.Total {
				t.Errorf("%s: %d came of %d", kind, len(seen), *page.Total)
			}
		}
		if pages < 2 || len(seen) < 80 {
			t.Errorf("%s: %d on %d pages", kind, len(seen), pages)
		}
	}
	asXML := c.Get("/fhir/R4/StructureDefinition/model-risk", "Accept", "application/fhir+xml").Want(200)
	if !strings.Contains(string(asXML.Body), `<url value="urn:rosemary:model:risk"/>`) {
		t.Errorf("%s", asXML.Body)
	}
	for _, query := range []string{"name=Risk", "title:contains=iSk&kind=logical", "type=Observation&derivation=constraint&name:exact=RiskObservation", "url:below=urn:rosemary:model:ri", "_id=model-risk&_elements=url"} {
		if found := bundleOf(t, c.Get("/fhir/R4/StructureDefinition?"+query)); len(found.Entry) == 0 {
			t.Errorf("nothing for %s", query)
		}
	}
	for path, want := range map[string]int{
		"/StructureDefinition/model-nothing": 404, "/StructureDefinition?colour=red": 400, "/StructureDefinition?_sort=name": 400, "/StructureDefinition?_include=StructureDefinition:base": 400,
		"/StructureDefinition?kind=logical&_after=AAAA": 400, "/StructureDefinition?_count=-1": 400,
	} {
		c.Get("/fhir/R4" + path).Want(want)
	}
	at(w, "").Get("/fhir/R4/ValueSet").Want(401)
	if r := c.Post("/fhir/R4/ValueSet", `{"resourceType":"ValueSet","status":"active"}`).Want(405); !strings.Contains(string(r.Body), "class files") {
		t.Errorf("%s", r.Body)
	}
}

// TestCodes asks what a client asks of codes.
func TestCodes(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "carer")
	set := "url=" + url.QueryEscape("urn:rosemary:valueset:acvpu")
	type expanded struct {
		Expansion struct {
			Total, Offset int
			Extension     []struct{ URL string }
			Contains      []struct{ System, Code, Display string }
		}
	}
	expand := func(query string) expanded {
		t.Helper()
		var v expanded
		if err := json.Unmarshal(c.Get("/fhir/R4/ValueSet/$expand?"+query).Want(200).Body, &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	if v := expand(set); v.Expansion.Total != 5 || len(v.Expansion.Contains) != 5 || v.Expansion.Contains[0].System != "urn:rosemary:acvpu" || len(v.Expansion.Extension) != 0 {
		t.Errorf("%+v", v)
	}
	if v := expand(set + "&offset=1&count=2"); v.Expansion.Total != 5 || v.Expansion.Offset != 1 || len(v.Expansion.Contains) != 2 || v.Expansion.Contains[0].Code != "C" {
		t.Errorf("%+v", v)
	}
	if v := expand(set + "&filter=VOICE+resp"); v.Expansion.Total != 1 || v.Expansion.Contains[0].Code != "V" {
		t.Errorf("%+v", v)
	}
	if v := expand("url=urn:rosemary:valueset:body-site&count=0"); v.Expansion.Total < 20 || len(v.Expansion.Contains) != 0 || len(v.Expansion.Extension) != 1 {
		t.Errorf("an open list does not say so: %+v", v)
	}
	if r := c.Get("/fhir/R4/ValueSet/medicine/$expand").Want(404); !strings.Contains(string(r.Body), "not shipped") {
		t.Errorf("%s", r.Body)
	}
	c.Get("/fhir/R4/ValueSet/$expand?url=http://snomed.info/sct?fhir_vs").Want(404)

	answers := func(r *fixture.Reply) map[string]any {
		t.Helper()
		var v struct{ Parameter []map[string]any }
		if err := json.Unmarshal(r.Want(200).Body, &v); err != nil {
			t.Fatal(err)
		}
		all := map[string]any{}
		for _, p := range v.Parameter {
			for key, value := range p {
				if key != "name" {
					all[fmt.Sprint(p["name"])] = value
				}
			}
		}
		return all
	}
	for query, want := range map[string]any{
		"/ValueSet/$validate-code?" + set + "&code=V&system=urn:rosemary:acvpu":                         true,
		"/ValueSet/acvpu/$validate-code?code=V":                                                         true,
		"/ValueSet/acvpu/$validate-code?code=V&system=urn:other":                                        false,
		"/ValueSet/acvpu/$validate-code?code=X":                                                         false,
		"/ValueSet/acvpu/$validate-code?code=V&display=Vivid":                                           false,
		"/CodeSystem/$validate-code?url=urn:rosemary:acvpu&code=V":                                      true,
		"/CodeSystem/acvpu/$validate-code?code=Q":                                                       false,
		"/CodeSystem/$validate-code?url=urn:rosemary:acvpu&code=V&display=" + url.QueryEscape("Resp x"): false,
	} {
		if got := answers(c.Get("/fhir/R4" + query))["result"]; got != want {
			t.Errorf("%s: %v", query, got)
		}
	}
	posted := func(value string) any {
		return answers(c.Post("/fhir/R4/ValueSet/$validate-code", `{"resourceType":"Parameters","parameter":[{"name":"url","valueUri":"urn:rosemary:valueset:acvpu"},`+value+`]}`))["result"]
	}
	if posted(`{"name":"coding","valueCoding":{"system":"urn:rosemary:acvpu","code":"P"}}`) != true ||
		posted(`{"name":"codeableConcept","valueCodeableConcept":{"coding":[{"system":"urn:x","code":"P"},{"system":"urn:rosemary:acvpu","code":"P"}]}}`) != true ||
		posted(`{"name":"codeableConcept","valueCodeableConcept":{"coding":[{"system":"urn:x","code":"P"}]}}`) != false {
		t.Error("codings that were sent are not judged as they should")
	}
	if got := answers(c.Get("/fhir/R4/CodeSystem/$lookup?system=urn:rosemary:acvpu&code=V")); got["display"] != "Responds to voice" {
		t.Errorf("%v", got)
	}
	for path, want := range map[string]int{
		"/CodeSystem/$lookup?system=urn:rosemary:acvpu&code=Q": 404, "/CodeSystem/$lookup?system=http://snomed.info/sct&code=999": 404, "/CodeSystem/$lookup?code=V": 400,
		"/CodeSystem/$subsumes?system=urn:rosemary:acvpu&codeA=V&codeB=P": 404, "/ValueSet/$expand": 400, "/ValueSet/$expand?url=urn:nothing": 404, "/ValueSet/acvpu/$expand?count=lots": 400,
		"/ValueSet/acvpu/$expand?colour=red": 400, "/ValueSet/$validate-code?url=urn:rosemary:valueset:acvpu": 400, "/CodeSystem/$validate-code?url=http://snomed.info/sct&code=1": 404,
	} {
		c.Get("/fhir/R4" + path).Want(want)
	}
}
