package chime_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rosemary/ehr"
	"rosemary/ehr/chime"
	"rosemary/ehr/ehrtest"
	"rosemary/ehr/kept"
)

var update = flag.Bool("update", false, "write the golden files again")

func TestGolden(t *testing.T) {
	again, b, err := ehrtest.Again(chime.Dialect(), ehrtest.Small())
	if err != nil {
		t.Fatal(err)
	}
	if d := ehrtest.Difference(ehrtest.Small(), again); d != "" {
		t.Error(d)
	}
	file := filepath.Join("testdata", "small.xml")
	if *update {
		if err := os.WriteFile(file, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(want, b) {
		t.Errorf("the small extract is written otherwise than in %s (%v); -update writes it again:\n%s", file, err, b)
	}
}

func TestAnotherNamespaceCanBeAgreed(t *testing.T) {
	_, b, err := ehrtest.Again(chime.In("urn:example:agreed"), ehrtest.Small())
	if err != nil || !bytes.Contains(b, []byte(`<ehr_extract xmlns="urn:example:agreed"`)) {
		t.Errorf("%v\n%.300s", err, b)
	}
	if _, err := ehrtest.Decode(chime.Dialect(), bytes.NewReader(b)); err != nil {
		t.Error(err)
	}
}

func TestCutShortAnywhere(t *testing.T) { ehrtest.CutShort(t, chime.Dialect(), ehrtest.Small()) }

func TestNobodyHoldsAnExtract(t *testing.T) {
	ehrtest.Streams(t, chime.Dialect(), ehrtest.Compositions(t), 12<<20)
}

const head = `<x:ehr_extract xmlns:x="urn:other" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<x:time_created value="20251122171400"/><x:subject_of_care root="1.2" extension="7" reliability="ISS"/><x:rm_id i:type="xs:string">EN 13606</x:rm_id><x:ehr_system root="1.2.3"/><x:ehr_id root="1.2.4"/>`

// decode reads what others send.
func decode(t *testing.T, text string) (*ehrtest.Parts, error) {
	t.Helper()
	return ehrtest.Decode(chime.Dialect(), strings.NewReader(text))
}

// TestOthersAreReadLiberally has all that real extracts of others do: any order, prefixes, null flavours in mandatory places, a blanked entry, parts in attributes.
func TestOthersAreReadLiberally(t *testing.T) {
	p, err := decode(t, head+`<x:all_compositions><x:committal><x:version_status code="VER01"/><x:time_committed value="2025112217"/><x:ehr_system root="1.2.3"/><x:committer nullFlavor="NA"/></x:committal>
<x:synthesised nullFlavor="NA"/><x:rc_id nullFlavor="NA"/><x:name nullFlavor="NA"/>
<x:content i:type="x:ENTRY"><x:items i:nil="true"/><x:uncertainty_expressed nullFlavor="NA"/><x:rc_id root="1.9"/><x:name value="Blanked"/></x:content>
<x:content i:type="x:ENTRY"><x:rc_id root="1.10"/><x:name value="Note"/>
<x:items i:type="urn:ELEMENT"><x:value value="120" i:type="x:PQ" unit="mm[Hg]"/><x:rc_id root="1.11"/><x:name code="1" displayName="no"><x:displayName value="Pressure"/></x:name></x:items>
<x:items><x:value i:type="x:PIVL_TS"><x:period value="8" unit="h"/></x:value><x:name value="Every eight hours"/></x:items></x:content></x:all_compositions>
<x:criteria><x:max_sensitivity value="3"/></x:criteria><x:demographic_extract i:type="x:PERSON"><x:addr><x:part type="AL" value="1 Sample Street"/></x:addr><x:extract_id root="1.2" extension="7"/></x:demographic_extract></x:ehr_extract>`)
	if err != nil {
		t.Fatal(err)
	}
	if h := p.Top; h.Subject.Extension != "7" || h.Created.Text != "2025-11-22T17:14:00" || h.Model != "EN 13606" || len(h.Criteria) != 1 || h.Criteria[0].MaxSensitivity != 3 {
		t.Errorf("%+v", h)
	}
	c := p.CompositionList[0]
	if c.RCID.Null != "NA" || c.Synthesised || c.Committal.Committer.Null != "NA" || c.Committal.Committed.Text != "2025-11-22T17" {
		t.Errorf("%+v", c)
	}
	if e := c.Content[0].(*ehr.Entry); len(e.Items) != 0 || e.Name.Words() != "Blanked" {
		t.Errorf("%+v", e)
	}
	items := c.Content[1].(*ehr.Entry).Items
	if q := items[0].(*ehr.Element).Value.(*ehr.Quantity); *q != (ehr.Quantity{Digits: "120", Unit: "mm[Hg]"}) || items[0].Record().Name.Words() != "Pressure" {
		t.Errorf("%+v", items[0])
	}
	if x := items[1].(*ehr.Element).Value.(*ehr.Encapsulated); x.Text != "PIVL_TS" || !strings.Contains(string(x.Data), `<period value="8" unit="h"/>`) {
		t.Errorf("%+v", x)
	}
	left := c.Content[2].(*ehr.Entry)
	if left.ArchetypeID != kept.Unread || !strings.Contains(string(left.Items[0].(*ehr.Element).Value.(*ehr.Encapsulated).Data), `displayName="no"`) {
		t.Errorf("what means nothing here is not kept: %+v", left)
	}
	if a := p.DemographicList[0].(*ehr.Person).Addresses[0].Parts[0]; a.Text != "1 Sample Street" {
		t.Errorf("%+v", a)
	}
	again, _, err := ehrtest.Again(chime.Dialect(), p)
	if d := ehrtest.Difference(p, again); err != nil || d != "" {
		t.Error(err, d)
	}
}

func TestWhatMeansNothingOutsideCompositionsIsKept(t *testing.T) {
	p, err := decode(t, head+`<x:hello there="you">world</x:hello><x:folders><x:name value="F"/><x:rc_id root="1.5"/><x:colour value="red"/></x:folders></x:ehr_extract>`)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.CompositionList) != 1 || len(p.CompositionList[0].Content[0].(*ehr.Entry).Items) != 2 {
		t.Errorf("%+v", p.CompositionList)
	}
}

func TestBadExtractsAreRefused(t *testing.T) {
	composition := `<x:all_compositions><x:rc_id root="1.5"/>%</x:all_compositions></x:ehr_extract>`
	element := strings.Replace(composition, "%", `<x:content i:type="ENTRY"><x:items i:type="ELEMENT"><x:value %/></x:items></x:content>`, 1)
	for name, c := range map[string]struct{ text, rule string }{
		"another root":       {`<extract/>`, ehr.RuleUnknownType},
		"no top":             {`<ehr_extract><all_compositions/></ehr_extract>`, ehr.RuleHeader},
		"nothing":            {`<ehr_extract/>`, ehr.RuleHeader},
		"two people":         {head + `<x:subject_of_care root="1.2" extension="8"/></x:ehr_extract>`, ehr.RuleTwoSubjects},
		"two people, late":   {head + `<x:all_compositions/><x:subject_of_care root="1.2" extension="8"/></x:ehr_extract>`, ehr.RuleTwoSubjects},
		"an unknown class":   {head + strings.Replace(composition, "%", `<x:content i:type="OTHER"/>`, 1), ehr.RuleUnknownType},
		"an unknown entity":  {head + `<x:demographic_extract i:type="ROBOT"/></x:ehr_extract>`, ehr.RuleUnknownType},
		"a number of words":  {head + strings.Replace(element, "%", `i:type="PQ" value="many"`, 1), ehr.RuleBadNumber},
		"no truth":           {head + strings.Replace(element, "%", `i:type="BL" value="perhaps"`, 1), ehr.RuleMalformed},
		"a length of nought": {head + strings.Replace(element, "%", `i:type="PQ.TIME" value="x" unit="h"`, 1), ehr.RuleBadTime},
		"no base64":          {head + strings.Replace(composition, "%", `<x:attestations><x:proof><x:data>!</x:data></x:proof></x:attestations>`, 1), ehr.RuleMalformed},
		"too deep":           {head + strings.Replace(composition, "%", strings.Repeat(`<x:content i:type="SECTION"><x:members i:type="SECTION">`, 100), 1), ehr.RuleTooDeep},
		"billion laughs":     {`<!DOCTYPE a [<!ENTITY b "&c;&c;">]>` + head, ehr.RuleMalformed},
		"a flood outside":    {head + strings.Repeat(`<x:hello/>`, 2000), ehr.RuleUnknown},
	} {
		_, err := decode(t, c.text)
		var f *ehr.Fault
		if !errors.As(err, &f) || f.Rule != c.rule {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatCannotBeWrittenIsRefused(t *testing.T) {
	deep := ehr.Content(&ehr.Section{})
	for range 100 {
		deep = &ehr.Section{Members: []ehr.Content{deep}}
	}
	for name, c := range map[string]*ehr.Composition{
		"too deep":          {Content: []ehr.Content{deep}},
		"nothing":           {Content: []ehr.Content{nil}},
		"a bad number":      {Content: []ehr.Content{&ehr.Entry{Items: []ehr.Item{&ehr.Element{Value: &ehr.Integer{Digits: "seven"}}}}}},
		"bytes, not a text": {Component: ehr.Component{ArchetypeID: "\xff"}},
	} {
		p := ehrtest.Small()
		p.CompositionList = []*ehr.Composition{c}
		_, _, err := ehrtest.Again(chime.Dialect(), p)
		var f *ehr.Fault
		if !errors.As(err, &f) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWhatLooksLikeNotesComesBackAsItIs: notes that once did not fit stay as they are, and are not taken for new ones.
func TestWhatLooksLikeNotesComesBackAsItIs(t *testing.T) {
	like := func() *ehr.Composition {
		c := &ehr.Composition{Component: ehr.Component{ArchetypeID: kept.Archetype, Name: &ehr.SimpleText{Text: "Notes"}}}
		e, err := kept.Notes{}.InComposition(c)
		if err != nil {
			t.Fatal(err)
		}
		c.Content = []ehr.Content{e}
		return c
	}
	p := ehrtest.Small()
	p.Top.Criteria, p.Top.Omitted, p.Top.Created = nil, nil, ehr.Moment{Text: "2025"}
	p.CompositionList = []*ehr.Composition{like(), like()}
	f := p.FolderList[0]
	f.Folders = []*ehr.Folder{{Component: ehr.Component{ArchetypeID: kept.Archetype, Name: &ehr.SimpleText{Text: "[]"}}}}
	device := &ehr.Device{Code: ehr.Coded{Code: kept.Archetype}, Description: "[]"}
	p.DemographicList = append(p.DemographicList, device, device)
	again, b, err := ehrtest.Again(chime.Dialect(), p)
	if d := ehrtest.Difference(p, again); err != nil || d != "" {
		t.Errorf("%v %s\n%s", err, d, b)
	}
}

// TestAChangeOnTheWayIsNotUndone: somebody who knows nothing of the notes corrects a name; the notes do not put the old one back.
func TestAChangeOnTheWayIsNotUndone(t *testing.T) {
	p := ehrtest.Small()
	p.CompositionList[0].Name = &ehr.CodedText{Text: "Care plan", Coded: ehr.Coded{Code: "734163000", System: "http://snomed.info/sct"}}
	_, b, err := ehrtest.Again(chime.Dialect(), p)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(b, []byte(`<name value="Care plan"/>`), []byte(`<name value="Plan of care"/>`), 1)
	got, err := ehrtest.Decode(chime.Dialect(), bytes.NewReader(changed))
	if err != nil || bytes.Equal(b, changed) {
		t.Fatal(err)
	}
	c := got.CompositionList[0]
	if c.Name.Words() != "Plan of care" || c.Content[len(c.Content)-1].Record().ArchetypeID != kept.Archetype {
		t.Errorf("%q, and the notes are gone: %+v", c.Name.Words(), c.Content)
	}
	again, _, err := ehrtest.Again(chime.Dialect(), got)
	if d := ehrtest.Difference(got, again); err != nil || d != "" {
		t.Error(err, d)
	}
}

func FuzzDecode(f *testing.F) {
	_, b, err := ehrtest.Again(chime.Dialect(), ehrtest.Small())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(head + `</x:ehr_extract>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ehrtest.Decode(chime.Dialect(), bytes.NewReader(b))
		if err != nil {
			return
		}
		again, text, err := ehrtest.Again(chime.Dialect(), p)
		if d := ehrtest.Difference(p, again); err != nil || d != "" {
			t.Fatalf("%v %s\n%s", err, d, text)
		}
	})
}
