package resource

import (
	"strings"
	"testing"

	"rosemary/standard"
)

// wants holds problems against what is expected: expression and rule of each, in order.
func wants(t *testing.T, problems []standard.Problem, want ...string) {
	t.Helper()
	var got []string
	for _, p := range problems {
		got = append(got, p.Path+" "+p.Rule)
	}
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestAllFaultsOfAResourceAreSaidAtOnce(t *testing.T) {
	d := definitions(t)
	_, problems := d.ReadJSON([]byte(`{"resourceType":"Patient","nickname":"Ed","active":"yes","gender":"m","birthDate":"1930-02-30","name":{"family":"x"},
		"contact":[{"gender":["male"]},{}],"deceasedBoolean":true,"deceasedDateTime":"2020","managingOrganization":{"reference":"Patient/1"},"id":"a b",
		"photo":[],"maritalStatus":{"coding":[{"code":" x"}]}}`))
	wants(t, problems,
		"Patient.nickname unknown-element", "Patient.active wrong-shape", "Patient.name wrong-shape", "Patient.contact[0].gender wrong-shape",
		"Patient.contact[0] empty", "Patient.contact[1] empty", "Patient.photo empty",
		"Patient.deceased too-many", "Patient.id format", "Patient.active format", "Patient.gender code", "Patient.birthDate format",
		"Patient.maritalStatus.coding[0].code format", "Patient.contact[0] empty", "Patient.contact[1] empty", "Patient.managingOrganization target")
}

func TestWhatJSONIsRefused(t *testing.T) {
	d := definitions(t)
	for name, c := range map[string]struct{ doc, want string }{
		"nothing":             {``, " malformed"},
		"not JSON":            {`{"resourceType":"Patient",`, " malformed"},
		"no type":             {`{"id":"1"}`, "resourceType no-type"},
		"unknown type":        {`{"resourceType":"Person2"}`, "resourceType no-type"},
		"abstract type":       {`{"resourceType":"DomainResource"}`, "resourceType no-type"},
		"two":                 {`{"resourceType":"Patient"} {"resourceType":"Patient"}`, " malformed"},
		"a key twice":         {`{"resourceType":"Patient","active":true,"active":false}`, "Patient.active duplicate-key"},
		"a list of it":        {`[{"resourceType":"Patient"}]`, " wrong-shape"},
		"null":                {`{"resourceType":"Patient","active":null}`, "Patient.active wrong-shape"},
		"only nulls":          {`{"resourceType":"Patient","name":[{"given":[null],"_given":[null]}]}`, "Patient.name[0].given[0] empty"},
		"companion of a list": {`{"resourceType":"Patient","name":[{"given":["a"],"_given":{"id":"x"}}]}`, "Patient.name[0].given wrong-shape"},
		"broken characters":   {"{\"resourceType\":\"Patient\",\"id\":\"\xff\"}", " malformed"},
		"control characters":  {`{"resourceType":"Patient","name":[{"family":"a\u0000b"}]}`, "Patient.name[0].family not-characters"},
		"contained of no type": {
			`{"resourceType":"Patient","contained":[{"id":"1"}]}`, "Patient.contained[0].resourceType no-type",
		},
	} {
		_, problems := d.ReadJSON([]byte(c.doc))
		if len(problems) == 0 || problems[0].Path+" "+problems[0].Rule != c.want {
			t.Errorf("%s: got %v, want %s", name, problems, c.want)
		}
	}
	deep := `{"resourceType":"Patient","extension":[` + strings.Repeat(`{"url":"a:b","extension":[`, 1000) + strings.Repeat(`]}`, 1000) + `]}`
	if _, problems := d.ReadJSON([]byte(deep)); len(problems) == 0 || problems[0].Rule != RuleTooDeep {
		t.Errorf("a thousand extensions in each other: %v", problems)
	}
}

// TestHostileXMLIsRefused is the proof of the hazard "XML with entities".
func TestHostileXMLIsRefused(t *testing.T) {
	d := definitions(t)
	const open = `<Patient xmlns="http://hl7.org/fhir">`
	for name, doc := range map[string]string{
		"nothing":           ``,
		"not XML":           `{"resourceType":"Patient"}`,
		"document type":     `<!DOCTYPE Patient [<!ENTITY a "b">]>` + open + `<id value="&a;"/></Patient>`,
		"billion laughs":    `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>` + open + `<language value="&b;"/></Patient>`,
		"external entity":   `<!DOCTYPE x SYSTEM "file:///etc/passwd">` + open + `</Patient>`,
		"undefined entity":  open + `<language value="&nbsp;"/></Patient>`,
		"instruction":       open + `<?php x?><language value="en"/></Patient>`,
		"text":              open + `<language>en</language></Patient>`,
		"no namespace":      `<Patient><language value="en"/></Patient>`,
		"other namespace":   open + `<language xmlns="urn:x" value="en"/></Patient>`,
		"two roots":         open + `<language value="en"/></Patient>` + open + `</Patient>`,
		"unfinished":        open + `<language value="en"/>`,
		"another encoding":  `<?xml version="1.0" encoding="UTF-16"?>` + open + `</Patient>`,
		"attribute twice":   open + `<language value="en" value="de"/></Patient>`,
		"unknown attribute": open + `<language value="en" lang="de"/></Patient>`,
		"unknown element":   open + `<lang value="en"/></Patient>`,
		"two in contained":  open + `<contained><Patient/><Patient/></contained></Patient>`,
		"doctype in text":   open + `<text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><!DOCTYPE x>a</div></text></Patient>`,
		"deep":              open + strings.Repeat(`<extension url="a:b">`, 1000) + strings.Repeat(`</extension>`, 1000) + `</Patient>`,
	} {
		if _, problems := d.ReadXML([]byte(doc)); len(problems) == 0 {
			t.Errorf("%s is taken", name)
		}
	}
}

// TestNarrativesThatRunAreRefused is the proof of the hazard "a narrative with scripts".
func TestNarrativesThatRunAreRefused(t *testing.T) {
	for name, inner := range map[string]string{
		"script":            `<script>alert(1)</script>`,
		"script in capital": `<SCRIPT>alert(1)</SCRIPT>`,
		"handler":           `<p onclick="alert(1)">a</p>`,
		"address that runs": `<a href="java&#x0A;script:alert(1)">a</a>`,
		"data address":      `<a href="data:text/html,x">a</a>`,
		"picture elsewhere": `<img src="https://example.org/x.png" alt="x"/>`,
		"picture without":   `<img src="//example.org/x.png" alt="x"/>`,
		"svg":               `<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`,
		"svg as data":       `<img src="data:image/svg+xml,x" alt="x"/>`,
		"style":             `<p style="background:url(https://example.org/x)">a</p>`,
		"frame":             `<iframe src="x"/>`,
		"form":              `<form><input/></form>`,
		"embedded":          `<object data="x"/>`,
		"styles":            `<style>p{}</style>`,
		"not well-formed":   `<p>a`,
		"named character":   `a&nbsp;b`,
		"nothing":           ` `,
		"two":               `a</div><div xmlns="http://www.w3.org/1999/xhtml">b`,
		"closes itself":     `a</div></text><active value="false"/><text><div>`,
		"five megabytes":    strings.Repeat("<p>abcdefgh</p>", 350_000),
	} {
		if why := narrativeFault(`<div xmlns="http://www.w3.org/1999/xhtml">` + inner + `</div>`); why == "" {
			t.Errorf("%s is taken", name)
		}
	}
	for name, inner := range map[string]string{
		"words":   `<p class="a" style="color: red">Mrs <b>Smith</b> &amp; co &#160;</p><!-- fine -->`,
		"table":   `<table border="1"><tbody><tr><td colspan="2">a</td></tr></tbody></table>`,
		"links":   `<a href="#b">a</a> <a href="https://example.org">b</a>`,
		"picture": `<img alt="x" src="data:image/png;base64,AAAA"/>`,
	} {
		if why := narrativeFault(`<div xmlns="http://www.w3.org/1999/xhtml">` + inner + `</div>`); why != "" {
			t.Errorf("%s: %s", name, why)
		}
	}
}

func TestPrimitives(t *testing.T) {
	for kind, c := range map[string]struct{ good, bad string }{
		"integer":      {"0 -1 42 2147483647", "+1 01 1.0 2147483648 -0 x"},
		"positiveInt":  {"1", "0 -1"},
		"unsignedInt":  {"0 7", "-1"},
		"decimal":      {"0 0.10 -3.140 1e3 1E-22", "01 .5 5. +1 NaN 1e 1e+-3"},
		"date":         {"1930 1930-02 1930-02-28 2024-02-29", "30 1930-13 1930-02-30 1930-2-1 0000"},
		"dateTime":     {"1930 2026-03-04T09:30:00Z 2026-03-04T09:30:00.125+01:00", "2026-03-04T09:30Z 2026-03-04T09:30:00 2026-03T09:30:00Z 2026-03-04T24:00:00Z 2026-03-04T09:30:00+15:00"},
		"instant":      {"2026-03-04T09:30:00Z", "2026-03-04"},
		"time":         {"09:30:00 23:59:60 09:30:00.5", "09:30 24:00:00 9:30:00"},
		"id":           {"a A-1.b " + strings.Repeat("x", 64), "a_b " + strings.Repeat("x", 65)},
		"uuid":         {"urn:uuid:0b1c2d3e-0000-7000-8000-0123456789ab", "0b1c2d3e-0000-7000-8000-0123456789ab urn:uuid:0B1C2D3E-0000-7000-8000-0123456789AB"},
		"oid":          {"urn:oid:2.16.840", "2.16.840 urn:oid:3.1 urn:oid:2.01"},
		"base64Binary": {"AAAA QUI= ", "A QUI"},
		"boolean":      {"true false", "TRUE 1"},
	} {
		for good := range strings.FieldsSeq(c.good) {
			if !formats[kind].valid(good) {
				t.Errorf("%s refuses %s", kind, good)
			}
		}
		for bad := range strings.FieldsSeq(c.bad) {
			if formats[kind].valid(bad) {
				t.Errorf("%s takes %s", kind, bad)
			}
		}
	}
}

// TestManyRepeatsTakeNoLonger would take minutes where each repeat looks at all before it.
func TestManyRepeatsTakeNoLonger(t *testing.T) {
	d := definitions(t)
	const many = 200_000
	doc := `{"resourceType":"Patient","name":[{"_given":[{"id":"a"}` + strings.Repeat(`,{"id":"a"}`, many) + `],"given":["a"` + strings.Repeat(`,"b"`, many) + `]}]}`
	n, problems := d.ReadJSON([]byte(doc))
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	if again, problems := d.ReadXML(n.AppendXML(nil)); len(problems) > 0 || !again.Equal(n) {
		t.Fatal("they come out differently", problems)
	}
	count := 0
	n.Walk("Patient", func(string, *Node) bool { count++; return true })
	if count != 2*many+4 {
		t.Errorf("%d elements", count)
	}
}
