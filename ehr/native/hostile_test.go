package native_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rosemary/ehr"
	"rosemary/ehr/ehrtest"
	"rosemary/ehr/native"
)

func nothing(ehr.Part) error { return nil }

// refused decodes what must not be taken, and gives the fault.
func refused(t *testing.T, d ehr.Dialect, r io.Reader) *ehr.Fault {
	t.Helper()
	err := d.Decode(r, nothing)
	var fault *ehr.Fault
	if !errors.As(err, &fault) {
		t.Fatalf("not refused: %v", err)
	}
	return fault
}

func small(t testing.TB, d ehr.Dialect) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.Encode(&b, ehrtest.Many(1)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCutOffAnywhereIsRefused(t *testing.T) {
	for _, d := range dialects() {
		whole := bytes.TrimSpace(small(t, d))
		if err := d.Decode(bytes.NewReader(whole), nothing); err != nil {
			t.Fatal(err)
		}
		for n := range len(whole) {
			if err := d.Decode(bytes.NewReader(whole[:n]), nothing); err == nil {
				t.Fatalf("%s: cut off at byte %d of %d it is taken", d.Name(), n, len(whole))
			}
		}
	}
}

const head = `<EHR_EXTRACT xmlns="urn:rosemary:ehr-extract:1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`

func TestHostileXML(t *testing.T) {
	laughs := `<!DOCTYPE x [<!ENTITY a "ha">` + `<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>` + head + `<rm_id>&b;</rm_id></EHR_EXTRACT>`
	deep := head + `<all_compositions><content xsi:type="SECTION">` + strings.Repeat(`<members xsi:type="SECTION">`, 100)
	var attributes strings.Builder
	for i := range 50 {
		fmt.Fprintf(&attributes, ` xmlns:a%d="x"`, i)
	}
	for _, x := range []struct{ name, document, rule, says string }{
		{"billion laughs", laughs, ehr.RuleMalformed, "document type"},
		{"external entity", `<!DOCTYPE x SYSTEM "file:///etc/passwd">` + head + `</EHR_EXTRACT>`, ehr.RuleMalformed, "document type"},
		{"entity without a type", head + `<rm_id>&b;</rm_id></EHR_EXTRACT>`, ehr.RuleMalformed, "entity"},
		{"depth", deep, ehr.RuleTooDeep, "64"},
		{"attributes", head + `<rm_id` + attributes.String() + `>x</rm_id></EHR_EXTRACT>`, ehr.RuleTooLarge, "attributes"},
		{"long tag", head + `<rm_id a="` + strings.Repeat("x", 1<<20) + `">x</rm_id></EHR_EXTRACT>`, ehr.RuleTooLarge, ""},
		{"another root", `<COMPOSITION xmlns="urn:rosemary:ehr-extract:1"/>`, ehr.RuleUnknownType, "EHR_EXTRACT"},
		{"another namespace", `<EHR_EXTRACT/>`, ehr.RuleUnknownType, "urn:rosemary"},
		{"a foreign element", head + `<x:rm_id xmlns:x="urn:other">a</x:rm_id></EHR_EXTRACT>`, ehr.RuleUnknown, "urn:other"},
		{"unknown attribute", head + `<rm_id lang="en">x</rm_id></EHR_EXTRACT>`, ehr.RuleUnknown, "lang"},
		{"unknown element", head + `<all_compositions><mood/></all_compositions></EHR_EXTRACT>`, ehr.RuleUnknown, "mood"},
		{"twice", head + `<rm_id>x</rm_id><rm_id>y</rm_id></EHR_EXTRACT>`, ehr.RuleTwice, "rm_id"},
		{"words", head + `stray</EHR_EXTRACT>`, ehr.RuleMalformed, "words"},
		{"after the end", head + `</EHR_EXTRACT><more/>`, ehr.RuleMalformed, "follows"},
		{"top too late", head + `<folders/><rm_id>x</rm_id></EHR_EXTRACT>`, ehr.RuleHeader, "before"},
		{"encoding", `<?xml version="1.0" encoding="UTF-16"?>` + head + `</EHR_EXTRACT>`, ehr.RuleMalformed, "UTF-16"},
		{"unknown class", head + `<all_compositions><content xsi:type="OBSERVATION"/></all_compositions></EHR_EXTRACT>`, ehr.RuleUnknownType, "OBSERVATION"},
		{"no class", head + `<all_compositions><content/></all_compositions></EHR_EXTRACT>`, ehr.RuleUnknownType, "_type"},
		{"empty", ``, ehr.RuleMalformed, "no extract"},
	} {
		t.Run(x.name, func(t *testing.T) {
			if f := refused(t, native.XML(), strings.NewReader(x.document)); f.Rule != x.rule || !strings.Contains(f.Message, x.says) {
				t.Errorf("%s: %s", f.Rule, f.Error())
			}
		})
	}
	if f := refused(t, native.XML(), strings.NewReader(deep)); !strings.HasPrefix(f.Path, "/all_compositions[0]/content[0]/members[0]/members[0]") {
		t.Error(f.Path)
	}
}

func TestHostileJSON(t *testing.T) {
	deep := `{"all_compositions":[{"content":[` + strings.Repeat(`{"_type":"SECTION","members":[`, 100)
	for _, x := range []struct{ name, document, rule, path string }{
		{"depth", deep, ehr.RuleTooDeep, "/all_compositions[0]/content[0]/members[0]"},
		{"brackets", strings.Repeat("[", 1<<20), ehr.RuleMalformed, ""},
		{"brackets in a list", `{"all_compositions":` + strings.Repeat("[", 1<<20), ehr.RuleMalformed, "/all_compositions[0]"},
		{"same name twice", `{"rm_id":"a","rm_id":"b"}`, ehr.RuleTwice, "/rm_id"},
		{"same list twice", `{"folders":[],"folders":[]}`, ehr.RuleTwice, "/folders"},
		{"same name twice inside", `{"ehr_id":{"root":"a","root":"b"}}`, ehr.RuleTwice, "/ehr_id/root"},
		{"unknown member", `{"all_compositions":[{"mood":1}]}`, ehr.RuleUnknown, "/all_compositions[0]/mood"},
		{"late type", `{"all_compositions":[{"content":[{"act_id":"x","_type":"ENTRY"}]}]}`, ehr.RuleUnknownType, "/all_compositions[0]/content[0]"},
		{"another class", `{"_type":"COMPOSITION"}`, ehr.RuleUnknownType, ""},
		{"null", `{"rm_id":null}`, ehr.RuleMalformed, "/rm_id"},
		{"a bad flag", `{"all_compositions":[{"synthesised":"yes"}]}`, ehr.RuleMalformed, "/all_compositions[0]/synthesised"},
		{"bad base64", `{"all_compositions":[{"content":[{"_type":"ENTRY","items":[{"_type":"ELEMENT","value":{"_type":"ED","data":"%"}}]}]}]}`, ehr.RuleMalformed, "/all_compositions[0]/content[0]/items[0]/value/data"},
		{"invalid UTF-8", "{\"rm_id\":\"\xff\"}", ehr.RuleMalformed, "/rm_id"},
		{"a lone surrogate", `{"rm_id":"\ud800"}`, ehr.RuleMalformed, "/rm_id"},
		{"two extracts", `{} {}`, ehr.RuleMalformed, ""},
		{"top too late", `{"folders":[],"rm_id":"x"}`, ehr.RuleHeader, "/rm_id"},
		{"sensitivity", `{"all_compositions":[{"sensitivity":1e3}]}`, ehr.RuleBadNumber, "/all_compositions[0]/sensitivity"},
		{"empty", ``, ehr.RuleMalformed, ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			if f := refused(t, native.JSON(), strings.NewReader(x.document)); f.Rule != x.rule || !strings.HasPrefix(f.Path, x.path) {
				t.Errorf("%s: %s", f.Rule, f.Error())
			}
		})
	}
}

// endless gives the same bytes for ever, up to ten gigabytes.
type endless struct {
	head   string
	repeat string
	given  int64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.head != "" {
		n := copy(p, e.head)
		e.head = e.head[n:]
		return n, nil
	}
	if e.given > 10<<30 {
		return 0, io.EOF
	}
	n := 0
	for n+len(e.repeat) <= len(p) {
		n += copy(p[n:], e.repeat)
	}
	if n == 0 {
		n = copy(p, e.repeat[:1])
	}
	e.given += int64(n)
	return n, nil
}

// What never ends is refused long before it does, and nobody holds it.
func TestTenGigabytesAreRefusedEarly(t *testing.T) {
	j, x := native.JSON(), native.XML()
	entry := `{"all_compositions":[{"content":[{"_type":"ENTRY","items":[`
	for _, c := range []struct {
		name         string
		d            ehr.Dialect
		head, repeat string
	}{
		{"zeros as JSON", j, "", "\x00"}, {"zeros as XML", x, "", "\x00"}, {"white space", j, "{", " "}, {"white space before XML", x, "", " "}, {"white space in XML", x, head, "\n"},
		{"a text", j, `{"rm_id":"`, "0"}, {"a text of XML", x, head + "<rm_id>", "0"}, {"a text in pieces", x, head + "<rm_id>", "0000000000<!-- -->"}, {"a number", j, `{"rm_id":1`, "0"},
		{"a comment", x, head + "<!--", "x"}, {"CDATA", x, head + "<rm_id><![CDATA[", "x"}, {"an instruction", x, "<?a ", "x"}, {"a tag", x, "<", "x"}, {"attributes", x, "<a", ` b="c"`},
		{"elements", j, entry + `{"_type":"ELEMENT"}`, `,{"_type":"ELEMENT"}`}, {"elements of XML", x, head + `<all_compositions><content xsi:type="ENTRY">`, `<items xsi:type="ELEMENT"/>`},
		{"a name", j, `{"`, "a"}, {"comments", x, head + "<all_compositions>", "<!-- -->"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &endless{head: c.head, repeat: c.repeat}
			f := refused(t, c.d, e)
			if e.given > 300<<20 {
				t.Errorf("%d bytes were read before: %s", e.given, f)
			}
		})
	}
}

// A reader's own error is handed on as it is; so is that of the one who takes the parts.
func TestErrorsOfOthersAreHandedOn(t *testing.T) {
	broken := errors.New("the line is dead")
	for _, d := range dialects() {
		b := small(t, d)
		r := io.MultiReader(bytes.NewReader(b[:len(b)/2]), errReader{broken})
		if err := d.Decode(r, nothing); !errors.Is(err, broken) {
			t.Errorf("%s: %v", d.Name(), err)
		}
		if err := d.Decode(bytes.NewReader(b), func(ehr.Part) error { return broken }); err != broken {
			t.Errorf("%s: %v", d.Name(), err)
		}
		if err := d.Encode(errWriter{broken}, ehrtest.Many(1000)); !errors.Is(err, broken) {
			t.Errorf("%s: %v", d.Name(), err)
		}
	}
}

type errReader struct{ err error }

func (e errReader) Read([]byte) (int, error) { return 0, e.err }

type errWriter struct{ err error }

func (e errWriter) Write([]byte) (int, error) { return 0, e.err }

// Very many compositions go through both ways, and the heap stays as it was.
func TestMemoryStaysFlat(t *testing.T) {
	const most = 24 << 20
	n := 5_000
	if s := os.Getenv("ROSEMARY_COMPOSITIONS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range dialects() {
		t.Run(d.Name(), func(t *testing.T) {
			r, w := io.Pipe()
			go func() { w.CloseWithError(d.Encode(w, ehrtest.Many(n))) }()
			runtime.GC()
			var before, now runtime.MemStats
			runtime.ReadMemStats(&before)
			count, highest := 0, uint64(0)
			err := d.Decode(r, func(p ehr.Part) error {
				if _, is := p.(*ehr.Composition); is {
					if count++; count%1_000 == 0 {
						runtime.GC()
						runtime.ReadMemStats(&now)
						highest = max(highest, now.HeapAlloc)
					}
				}
				return nil
			})
			if err != nil || count != n {
				t.Fatal(count, err)
			}
			if highest > before.HeapAlloc+most {
				t.Errorf("the heap grew from %d to %d bytes", before.HeapAlloc, highest)
			}
		})
	}
}

// What other writers do that means the same is read as the same.
func TestReadingIsLiberal(t *testing.T) {
	canonical := head + `<ehr_id><root>r</root></ehr_id><rm_id>m</rm_id><all_compositions><name xsi:type="SIMPLE_TEXT"><original_text>A &amp; B</original_text></name><rc_id><root>c</root></rc_id>` +
		`<synthesised>false</synthesised><content xsi:type="ENTRY"><rc_id><root>e</root></rc_id><uncertainty_expressed>true</uncertainty_expressed></content></all_compositions></EHR_EXTRACT>`
	other := "\n<?xml version='1.0'?>"[1:] + `<!-- hello --><p:EHR_EXTRACT xmlns:p="urn:rosemary:ehr-extract:1" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="a b">
		<p:rm_id i:type="xs:string">m</p:rm_id> <?pi x?> <p:ehr_id><p:root>r</p:root></p:ehr_id>
		<p:all_compositions i:type="p:COMPOSITION"><p:content i:type="p:ENTRY"><p:uncertainty_expressed>1</p:uncertainty_expressed><p:rc_id><p:root>e</p:root></p:rc_id></p:content>
		<p:synthesised>0</p:synthesised><p:rc_id><p:root><!-- in pieces -->c</p:root></p:rc_id><p:name i:type=" p:SIMPLE_TEXT "><p:original_text>A <![CDATA[& ]]>B</p:original_text></p:name></p:all_compositions></p:EHR_EXTRACT>`
	asJSON := ` { "rm_id" : "m", "ehr_id": {"root":"r"}, "all_compositions": {"content":[{"_type":"ENTRY","uncertainty_expressed":"true","rc_id":{"root":"e"}}],
		"rc_id":{"_type":"II","root":"c"},"name":{"_type":"SIMPLE_TEXT","original_text":"A \u0026 B"}} } `
	want, err := ehrtest.Decode(native.XML(), strings.NewReader(canonical))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		d    ehr.Dialect
		text string
	}{{native.XML(), other}, {native.JSON(), asJSON}} {
		got, err := ehrtest.Decode(x.d, strings.NewReader(x.text))
		if err != nil {
			t.Error(err)
			continue
		}
		if d := ehrtest.Difference(want, got); d != "" {
			t.Error(x.d.Name(), d)
		}
	}
}

// What the schema would refuse is not written.
func TestWritingIsStrict(t *testing.T) {
	for _, x := range []struct {
		name       string
		break_     func(*ehr.Composition)
		rule, path string
	}{
		{"name", func(c *ehr.Composition) { c.Name = nil }, ehr.RuleMustOccur, "/all_compositions[0]/name"},
		{"rc_id", func(c *ehr.Composition) { c.Content[0].Record().RCID = ehr.ID{} }, ehr.RuleMustOccur, "/all_compositions[0]/content[0]/rc_id"},
		{"sensitivity", func(c *ehr.Composition) { c.Sensitivity = 7 }, ehr.RuleBadNumber, "/all_compositions[0]/sensitivity"},
		{"time", func(c *ehr.Composition) { c.Committal.Committed.Text = "yesterday" }, ehr.RuleBadTime, "/all_compositions[0]/committal/time_committed/time"},
		{"number", func(c *ehr.Composition) { value(c, &ehr.Real{Digits: "1,5"}) }, ehr.RuleBadNumber, "/all_compositions[0]/content[0]/items[1]/value/value"},
		{"bytes", func(c *ehr.Composition) { value(c, &ehr.SimpleText{Text: "\xff"}) }, ehr.RuleBadText, "/all_compositions[0]/content[0]/items[1]/value/original_text"},
		{"nothing in a list", func(c *ehr.Composition) { c.Content = append(c.Content, nil) }, ehr.RuleMustOccur, "/all_compositions[0]/content[1]"},
		{"too much", func(c *ehr.Composition) { value(c, &ehr.Encapsulated{Data: make([]byte, ehr.MaxText+1)}) }, ehr.RuleTooLarge, "/all_compositions[0]/content[0]/items[1]/value/data"},
	} {
		for _, d := range dialects() {
			p, _ := ehrtest.Collect(ehrtest.Many(1))
			x.break_(p.CompositionList[0])
			var f *ehr.Fault
			if err := d.Encode(io.Discard, p); !errors.As(err, &f) || f.Rule != x.rule || f.Path != x.path {
				t.Errorf("%s, %s: %v", x.name, d.Name(), err)
			}
		}
	}
	p, _ := ehrtest.Collect(ehrtest.Many(1))
	value(p.CompositionList[0], &ehr.SimpleText{Text: "\x01"})
	if err := native.XML().Encode(io.Discard, p); err == nil {
		t.Error("a control character was written as XML")
	}
	if again, _, err := ehrtest.Again(native.JSON(), p); err != nil || ehrtest.Difference(p, again) != "" {
		t.Error("JSON can carry it", err)
	}
}

func value(c *ehr.Composition, v ehr.Value) {
	c.Content[0].(*ehr.Entry).Items[1].(*ehr.Element).Value = v
}

// Digits are what was entered, whether JSON has such a number or not; the largest text and data come back too.
func TestExactly(t *testing.T) {
	big := bytes.Repeat([]byte{0xfb}, ehr.MaxText)
	for _, v := range []ehr.Value{
		&ehr.Real{Digits: "+5"}, &ehr.Real{Digits: "007"}, &ehr.Real{Digits: ".5"}, &ehr.Real{Digits: "5."}, &ehr.Real{Digits: "1.E3"}, &ehr.Real{Digits: "-0.0"}, &ehr.Real{Digits: "1e400"}, &ehr.Real{Digits: "-.5"},
		&ehr.Integer{Digits: "-007"}, &ehr.Integer{Digits: "123456789012345678901234567890"}, &ehr.Encapsulated{Data: big}, &ehr.SimpleText{Text: strings.Repeat("é", ehr.MaxText/2)},
		&ehr.SimpleText{}, &ehr.Coded{}, &ehr.Interval{}, &ehr.Moment{Text: "11:30"},
	} {
		for _, d := range dialects() {
			p, _ := ehrtest.Collect(ehrtest.Many(1))
			value(p.CompositionList[0], v)
			again, _, err := ehrtest.Again(d, p)
			if err != nil || ehrtest.Difference(p, again) != "" {
				t.Errorf("%s: %T: %v %.200s", d.Name(), v, err, ehrtest.Difference(p, again))
			}
		}
	}
}

// xmllint validates a document against the schema.
func xmllint(t interface{ Fatalf(string, ...any) }, folder string, document []byte) {
	file := folder + "/extract.xml"
	if err := os.WriteFile(file, document, 0o600); err != nil {
		t.Fatalf("%v", err)
	}
	out, err := exec.Command("xmllint", "--noout", "--nonet", "--schema", "ehr_extract.xsd", file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s\n%s", err, out, document)
	}
}

func needXMLLint(t *testing.T) {
	if _, err := exec.LookPath("xmllint"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("xmllint is missing: make browser installs it")
		}
		t.Skip("xmllint is missing, so nothing is held against the schema: make browser installs it (Debian: libxml2-utils)")
	}
}

func TestWhatIsWrittenIsValid(t *testing.T) {
	needXMLLint(t)
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		var b bytes.Buffer
		if err := native.XML().Encode(&b, ehrtest.Extract(t, ehrtest.Options{})); err != nil {
			t.Fatal(err)
		}
		xmllint(t, folder, b.Bytes())
	})
}
