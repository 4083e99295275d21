package ibime_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rosemary/ehr"
	"rosemary/ehr/ehrtest"
	"rosemary/ehr/ibime"
	"rosemary/ehr/kept"
)

var update = flag.Bool("update", false, "write the golden files again")

func TestGolden(t *testing.T) {
	again, b, err := ehrtest.Again(ibime.Dialect(), ehrtest.Small())
	if err != nil {
		t.Fatal(err)
	}
	if d := ehrtest.Difference(ehrtest.Small(), again); d != "" {
		t.Error(d)
	}
	dir := filepath.Join("testdata", "extract")
	files := documents(t, b)
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if *update {
			if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, text, 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || !bytes.Equal(want, text) {
			t.Errorf("%s is written otherwise than it was (%v); -update writes it again:\n%s", name, err, text)
		}
	}
	if len(files) != 7 {
		t.Errorf("%d documents", len(files))
	}
}

func TestCutShortAnywhere(t *testing.T) {
	p := ehrtest.Small()
	p.FolderList, p.DemographicList = nil, nil
	p.CompositionList[0].Content, p.Top.Criteria, p.Top.Omitted = nil, nil, nil
	ehrtest.CutShort(t, ibime.Dialect(), p)
}

func TestNobodyHoldsAnExtract(t *testing.T) {
	ehrtest.Streams(t, ibime.Dialect(), ehrtest.Compositions(t), 12<<20)
}

// alone is one document as others write it: labels in null flavours, identifiers that are none, character sets, comments, another order, prefixes.
const alone = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<e:COMPOSITION xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:e="http://EN13606-RM.xsd">
 <e:archetype_id>at0000</e:archetype_id><!--FIRST-->
 <e:name xsi:type="e:SIMPLE_TEXT"><e:nullFlavor><e:codeValue>Заглавие</e:codeValue></e:nullFlavor></e:name>
 <e:rc_id><e:root><e:oid>oid_value</e:oid></e:root></e:rc_id>
 <e:committal><e:time_committed><e:time>2006-03-02T22:25:25</e:time></e:time_committed><e:committer><e:nullFlavor><e:codeValue>NA</e:codeValue></e:nullFlavor></e:committer></e:committal>
 <e:content xsi:type="e:ENTRY"><e:synthesised>1</e:synthesised>
  <e:items xsi:type="ELEMENT"><e:value xsi:type="urn:SIMPLE_TEXT"><e:originalText>Петър
</e:originalText><e:charset><e:codingSchemeName>IANA::CHARACTER_SET</e:codingSchemeName><e:codeValue>UTF-16</e:codeValue></e:charset></e:value></e:items>
  <e:items xsi:type="CLUSTER"><e:parts><e:value xsi:type="CODED_TEXT"><e:codedValue><e:displayName>Yes</e:displayName><e:codeValue>1</e:codeValue><e:qualifiers><e:inverted>true</e:inverted></e:qualifiers></e:codedValue></e:value></e:parts>
   <e:parts><e:value xsi:type="PIVL"><e:period><e:hours>8</e:hours></e:period></e:value></e:parts>
   <e:parts><e:value xsi:type="IVL"><e:low xsi:type="PQ"><e:value>1</e:value></e:low></e:value></e:parts></e:items>
 </e:content>
</e:COMPOSITION>`

func TestOneDocumentAloneIsRead(t *testing.T) {
	p, err := ehrtest.Decode(ibime.Dialect(), strings.NewReader(alone))
	if err != nil {
		t.Fatal(err)
	}
	c := p.CompositionList[0]
	if c.ArchetypeID != "at0000" || c.RCID.Root != "oid_value" || c.Committal.Committer.Null != "NA" || c.Committal.Committed.Text != "2006-03-02T22:25:25" || c.Name.(*ehr.SimpleText).Null != "Заглавие" {
		t.Errorf("%+v", c)
	}
	e := c.Content[0].(*ehr.Entry)
	if v := e.Items[0].(*ehr.Element).Value.(*ehr.SimpleText); !e.Synthesised || *v != (ehr.SimpleText{Text: "Петър\n"}) {
		t.Errorf("%+v", v)
	}
	parts := e.Items[1].(*ehr.Cluster).Parts
	if v := parts[0].(*ehr.Element).Value.(*ehr.CodedText); v.Coded.Display != "Yes" {
		t.Errorf("%+v", v)
	}
	if v := parts[1].(*ehr.Element).Value.(*ehr.Encapsulated); v.Text != "PIVL" || !bytes.Contains(v.Data, []byte("<hours>8</hours>")) {
		t.Errorf("%+v", v)
	}
	if v := parts[2].(*ehr.Element).Value.(*ehr.QuantityInterval); v.Low.Digits != "1" || !v.LowClosed {
		t.Errorf("%+v", v)
	}
	left := c.Content[1].(*ehr.Entry)
	if left.ArchetypeID != kept.Unread || len(left.Items) != 1 || !bytes.Contains(left.Items[0].(*ehr.Element).Value.(*ehr.Encapsulated).Data, []byte("<inverted>true</inverted>")) {
		t.Errorf("what means nothing here is not kept: %+v", left)
	}
	sameAgain(t, p)
}

// sameAgain writes an extract that came without a top, under one, and reads it again.
func sameAgain(t *testing.T, p *ehrtest.Parts) {
	t.Helper()
	if p.Top == nil {
		p.Top = &ehr.Header{}
	}
	again, _, err := ehrtest.Again(ibime.Dialect(), p)
	if d := ehrtest.Difference(p, again); err != nil || d != "" {
		t.Errorf("%v %s", err, d)
	}
}

// TestPublishedExamples reads the instances that were published with the schema, where somebody has them: they stay out of this repository.
func TestPublishedExamples(t *testing.T) {
	dir := os.Getenv("ROSEMARY_ISO13606_EXAMPLES")
	if dir == "" {
		t.Skip("ROSEMARY_ISO13606_EXAMPLES names no folder")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.xml"))
	if err != nil || len(files) == 0 {
		t.Fatal("there is no example", err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ehrtest.Decode(ibime.Dialect(), bytes.NewReader(b))
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
			continue
		}
		for _, c := range p.CompositionList[0].Content {
			if c.Record().ArchetypeID == kept.Unread {
				t.Errorf("%s: something could not be read", filepath.Base(file))
			}
		}
		sameAgain(t, p)
	}
}

// stream makes a tar stream of documents.
func stream(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, text := range files {
		err := w.WriteHeader(&tar.Header{Name: "a.xml", Mode: 0o644, Size: int64(len(text))})
		if _, werr := w.Write([]byte(text)); err != nil || werr != nil {
			t.Fatal(err, werr)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAStreamOfOthersIsRead(t *testing.T) {
	folder := `<FOLDER><compositions><root><oid>2.25.1</oid></root></compositions><colour>red</colour></FOLDER>`
	p, err := ehrtest.Decode(ibime.Dialect(), bytes.NewReader(stream(t, folder, alone)))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.FolderList) != 1 || len(p.CompositionList) != 2 || p.FolderList[0].Compositions[0].Root != "00000000-0000-0000-0000-000000000001" {
		t.Errorf("%+v", p)
	}
	sameAgain(t, p)
}

func TestBadExtractsAreRefused(t *testing.T) {
	_, b, err := ehrtest.Again(ibime.Dialect(), ehrtest.Small())
	if err != nil {
		t.Fatal(err)
	}
	files := documents(t, b)
	top, end, one := string(files["extract.xml"]), string(files["end.xml"]), string(files["compositions/000001.xml"])
	composition := func(x string) []byte { return []byte("<COMPOSITION>" + x + "</COMPOSITION>") }
	link := new(bytes.Buffer)
	w := tar.NewWriter(link)
	if err := errors.Join(w.WriteHeader(&tar.Header{Name: "a.xml", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}), w.Close()); err != nil {
		t.Fatal(err)
	}
	value := func(kind, x string) []byte {
		return composition(`<content><items><value xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="` + kind + `">` + x + `</value></items></content>`)
	}
	for name, c := range map[string]struct {
		in   []byte
		rule string
	}{
		"nothing":              {nil, ehr.RuleMalformed},
		"zeros":                {make([]byte, 1<<20), ehr.RuleMalformed},
		"no tar":               {bytes.Repeat([]byte("Rosemary"), 1000), ehr.RuleMalformed},
		"a link":               {link.Bytes(), ehr.RuleUnknownType},
		"another root":         {[]byte("<EHR_EXTRACT/>"), ehr.RuleUnknownType},
		"no XML in it":         {stream(t, "Rosemary"), ehr.RuleMalformed},
		"a document missing":   {stream(t, top, end), ehr.RuleMalformed},
		"a document doubled":   {stream(t, top, one, one, one, one, one, one, one, end), ehr.RuleMalformed},
		"no end":               {stream(t, top, one), ehr.RuleMalformed},
		"more after the end":   {append(b[:len(b)-1024:len(b)-1024], stream(t, one)...), ehr.RuleHeader},
		"two tops":             {stream(t, top, top, end), ehr.RuleHeader},
		"a late top":           {stream(t, one, top, end), ehr.RuleHeader},
		"something in the top": {stream(t, strings.Replace(top, "<archetype_id>rm_id<", "<archetype_id>other<", 1)), ehr.RuleUnknown},
		"an unknown class":     {composition(`<content xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="OTHER"/>`), ehr.RuleUnknownType},
		"a number of words":    {value("PQ", "<value>many</value>"), ehr.RuleBadNumber},
		"not a number":         {value("REAL", "<value>NaN</value>"), ehr.RuleBadNumber},
		"no truth":             {value("BL", "<value>perhaps</value>"), ehr.RuleMalformed},
		"no length of time":    {value("DURATION", "<days>many</days>"), ehr.RuleBadTime},
		"no hexadecimal":       {value("ED", "<data>xyz</data>"), ehr.RuleMalformed},
		"too deep":             {composition(strings.Repeat("<content><members>", 100)), ehr.RuleTooDeep},
		"billion laughs":       {[]byte(`<!DOCTYPE a [<!ENTITY b "&c;&c;">]><COMPOSITION/>`), ehr.RuleMalformed},
	} {
		_, err := ehrtest.Decode(ibime.Dialect(), bytes.NewReader(c.in))
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
		"our own mark":      {Component: ehr.Component{ArchetypeID: "rosemary-extract-header"}},
		"bytes, not a text": {Component: ehr.Component{ArchetypeID: "\xff"}},
	} {
		p := ehrtest.Small()
		p.CompositionList = []*ehr.Composition{c}
		_, _, err := ehrtest.Again(ibime.Dialect(), p)
		var f *ehr.Fault
		if !errors.As(err, &f) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAMonthIsNotTakenForItsFirstNight: who knows nothing of our rules sees that the time is not all there.
func TestAMonthIsNotTakenForItsFirstNight(t *testing.T) {
	_, b, err := ehrtest.Again(ibime.Dialect(), ehrtest.Small())
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(documents(t, b)["compositions/000001.xml"])), "")
	if !strings.Contains(text, "<high><nullFlavor><codingSchemeName>ISO8601</codingSchemeName><codeValue>2026-02</codeValue></nullFlavor><time>2026-02-01T00:00:00</time></high>") {
		t.Error(text)
	}
}

func FuzzDecode(f *testing.F) {
	_, b, err := ehrtest.Again(ibime.Dialect(), ehrtest.Small())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(alone))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ehrtest.Decode(ibime.Dialect(), bytes.NewReader(b))
		if err != nil {
			return
		}
		sameAgain(t, p)
	})
}
