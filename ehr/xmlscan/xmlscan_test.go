package xmlscan_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"rosemary/ehr/xmlscan"
)

var limits = xmlscan.Limits{Depth: 80, Between: 1 << 20, Tag: 1 << 20, Attrs: 16}

// ours tells what a document says, as the scanner reads it: words that follow each other joined, declarations of namespaces with the attributes.
func ours(r io.Reader) (string, error) {
	s := xmlscan.New(r, limits)
	var b strings.Builder
	words := ""
	tell := func() {
		if words != "" {
			fmt.Fprintf(&b, "%q ", words)
			words = ""
		}
	}
	for {
		k, err := s.Next()
		if err == io.EOF {
			tell()
			return b.String(), nil
		}
		if err != nil {
			return b.String(), err
		}
		switch k {
		case xmlscan.Words:
			words += string(s.Words())
		case xmlscan.Start:
			tell()
			fmt.Fprintf(&b, "<%s|%s", s.Name().Space, s.Name().Local)
			for _, a := range s.Attrs() {
				fmt.Fprintf(&b, " %s|%s=%q", a.Name.Space, a.Name.Local, a.Value)
			}
			b.WriteString("> ")
		case xmlscan.End:
			tell()
			fmt.Fprintf(&b, "</%s|%s> ", s.Name().Space, s.Name().Local)
		}
	}
}

// theirs tells the same as the standard library reads it.
func theirs(text string) (string, error) {
	d := xml.NewDecoder(strings.NewReader(text))
	var b strings.Builder
	words := ""
	tell := func() {
		if words != "" {
			fmt.Fprintf(&b, "%q ", words)
			words = ""
		}
	}
	for {
		t, err := d.Token()
		if err == io.EOF {
			tell()
			return b.String(), nil
		}
		if err != nil {
			return b.String(), err
		}
		switch t := t.(type) {
		case xml.CharData:
			words += string(t)
		case xml.StartElement:
			tell()
			fmt.Fprintf(&b, "<%s|%s", t.Name.Space, t.Name.Local)
			for _, a := range t.Attr {
				fmt.Fprintf(&b, " %s|%s=%q", a.Name.Space, a.Name.Local, a.Value)
			}
			b.WriteString("> ")
		case xml.EndElement:
			tell()
			fmt.Fprintf(&b, "</%s|%s> ", t.Name.Space, t.Name.Local)
		case xml.Directive:
			return "", errors.New("a document type")
		}
	}
}

// document draws one that is well-formed.
func document(t *rapid.T) string {
	var b strings.Builder
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	words := func() string {
		raw := pick("words", "", " ", "\n\t", "a < b & c > d ]] \"x\" 'y'", "Zoë 🌿 \u0085\u2028", "line\r\nline\rline", "]]", strings.Repeat("long é ", 20), "\ufffd")
		raw = strings.NewReplacer("&", pick("amp", "&amp;", "&#38;", "&#x26;"), "<", "&lt;", ">", pick("gt", "&gt;", "&#62;")).Replace(raw)
		return raw
	}
	value := func() string {
		if quote := pick("quote", `"`, `'`); quote == `"` {
			return `"` + strings.ReplaceAll(words(), `"`, "&quot;") + `"`
		}
		return `'` + strings.ReplaceAll(words(), `'`, "&apos;") + `'`
	}
	space := func() string { return pick("space", " ", "\n", "\t", "  ") }
	aside := func() string {
		return pick("aside", "", "", "", "<!-- a - b > -->", "<?go on?>", "<![CDATA[<a> & ]] \r\n]]>", "<!---->")
	}
	var element func(depth int)
	element = func(depth int) {
		name := pick("name", "a", "b:c", "EHR_EXTRACT", "x-y.z", "_é", "d:e")
		b.WriteString("<" + name)
		used := map[string]bool{}
		for range rapid.IntRange(0, 4).Draw(t, "attributes") {
			a := pick("attribute", "v", "w:v", "xsi:type", "xml:lang", "xmlns", "xmlns:b", "xmlns:xsi", "xmlns:d")
			if used[a] {
				continue
			}
			used[a] = true
			b.WriteString(space() + a + pick("equals", "=", " = ", "=\n"))
			if strings.HasPrefix(a, "xmlns") {
				b.WriteString(pick("namespace", `"urn:a"`, `'urn:b'`, `"http://www.w3.org/2001/XMLSchema-instance"`))
			} else {
				b.WriteString(value())
			}
		}
		if rapid.Bool().Draw(t, "empty") {
			b.WriteString(pick("end", "/>", " />"))
			return
		}
		b.WriteString(pick("close", ">", " >"))
		for range rapid.IntRange(0, 3).Draw(t, "members") {
			b.WriteString(words() + aside())
			if depth < 4 {
				element(depth + 1)
			}
		}
		b.WriteString(words() + "</" + name + pick("close", ">", "\n>"))
	}
	b.WriteString(pick("declaration", "", `<?xml version="1.0" encoding="UTF-8"?>`, `<?xml version='1.0' encoding = "utf-8" standalone="yes"?>`+"\n"))
	b.WriteString(aside2(pick))
	element(0)
	b.WriteString(pick("behind", "", "\n", "<!-- end -->"))
	return b.String()
}

func aside2(pick func(string, ...string) string) string {
	return pick("front", "", "\n", "<!-- front -->\n", "<?front?>")
}

// TestWellFormedReadsAsTheStandardLibraryReadsIt: however the bytes arrive.
func TestWellFormedReadsAsTheStandardLibraryReadsIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := document(t)
		want, err := theirs(text)
		if err != nil {
			t.Fatalf("the test draws what is not well-formed: %v\n%s", err, text)
		}
		for _, r := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text)), iotest.DataErrReader(strings.NewReader(text))} {
			got, err := ours(r)
			if err != nil || got != want {
				t.Fatalf("%v\ngot  %s\nwant %s\nof %s", err, got, want, text)
			}
		}
	})
}

// TestLongWordsComeInPieces: nothing is torn, wherever a piece ends.
func TestLongWordsComeInPieces(t *testing.T) {
	for _, unit := range []string{"é", "&amp;", "🌿", "a\r\n", "]]", "&#x1F33F;", "x", "\r"} {
		for shift := range 12 {
			text := "<a>" + strings.Repeat("y", shift) + strings.Repeat(unit, 40_000) + "</a>"
			got, err := ours(iotest.HalfReader(strings.NewReader(text)))
			want, fault := theirs(text)
			if err != nil || fault != nil || got != want {
				t.Fatalf("%q, shifted by %d: %v %v", unit, shift, err, fault)
			}
		}
	}
}

// TestWhatIsNotXMLIsRefused: at least what the standard library refuses, and document types, and what is ambiguous.
func TestWhatIsNotXMLIsRefused(t *testing.T) {
	for text, why := range map[string]int{
		`<!DOCTYPE a [<!ENTITY l "ha">]><a>&l;</a>`: xmlscan.Malformed, `<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>`: xmlscan.Malformed, `<a><!ELEMENT b></a>`: xmlscan.Malformed,
		`<a>&l;</a>`: xmlscan.Malformed, `<a>&#0;</a>`: xmlscan.Malformed, `<a>&#xD800;</a>`: xmlscan.Malformed, `<a>&#99999999;</a>`: xmlscan.Malformed, `<a>& b</a>`: xmlscan.Malformed, `<a>&amp</a>`: xmlscan.Malformed,
		`<a b="&l;"/>`: xmlscan.Malformed, `<a b="<"/>`: xmlscan.Malformed, `<a b=c/>`: xmlscan.Malformed, `<a b/>`: xmlscan.Malformed, `<a b="1"c="2"/>`: xmlscan.Malformed, `<a b="1" b="2"/>`: xmlscan.Twice,
		`<a x:b="1" x:b="2"/>`: xmlscan.Twice, `<a></b>`: xmlscan.Malformed, `<x:a xmlns:x="u" xmlns:y="u"></y:a>`: xmlscan.Malformed, `</a>`: xmlscan.Malformed, `<>`: xmlscan.Malformed, `< a/>`: xmlscan.Malformed,
		`<1a/>`: xmlscan.Malformed, `<a:b:c/>`: xmlscan.Malformed, `<a>]]></a>`: xmlscan.Malformed, `<a><!-- -- --></a>`: xmlscan.Malformed, "<a>\x00</a>": xmlscan.Malformed, "<a>\xff</a>": xmlscan.Malformed,
		"<a>\ufffe</a>": xmlscan.Malformed, "<a b='\x01'/>": xmlscan.Malformed, "<\xff/>": xmlscan.Malformed, "<a><![CDATA[\x00]]></a>": xmlscan.Malformed, `<a><![CDAT[]]></a>`: xmlscan.Malformed,
		`<?xml version="1.1"?><a/>`: xmlscan.Malformed, `<?xml version="1.0" encoding="UTF-16"?><a/>`: xmlscan.Malformed, `<?xml encoding="UTF-8"?><a/>`: xmlscan.Malformed, `<? x?><a/>`: xmlscan.Malformed,
		strings.Repeat("<a>", 81): xmlscan.TooDeep, `<a b="` + strings.Repeat("x", 1<<20) + `"/>`: xmlscan.TooLarge, `<a>` + strings.Repeat("<!-- -->", 1<<18) + `</a>`: xmlscan.TooLarge,
		`<a>`: xmlscan.CutOff, `<a`: xmlscan.CutOff, `<a b="`: xmlscan.CutOff, `<a>x`: xmlscan.CutOff, `<a><!-- `: xmlscan.CutOff, `<a><![CDATA[x]]`: xmlscan.CutOff, `<?xml `: xmlscan.CutOff, `<`: xmlscan.CutOff, `<a>&am`: xmlscan.CutOff,
	} {
		_, err := ours(strings.NewReader(text))
		var e *xmlscan.Error
		if !errors.As(err, &e) || e.Why != why {
			t.Errorf("%.60q: %v", text, err)
		}
	}
}

// TestManyAttributesAreRefused, and names that a stranger makes up are not kept for ever.
func TestManyAttributesAreRefused(t *testing.T) {
	var b strings.Builder
	for i := range 17 {
		fmt.Fprintf(&b, ` a%d=""`, i)
	}
	var e *xmlscan.Error
	if _, err := ours(strings.NewReader("<a" + b.String() + "/>")); !errors.As(err, &e) || e.Why != xmlscan.TooLarge {
		t.Error(err)
	}
}

// TestWhereItStands: lines and columns, also behind what was passed over in pieces.
func TestWhereItStands(t *testing.T) {
	s := xmlscan.New(iotest.OneByteReader(strings.NewReader("\ufeff<a>\n<!-- \n -->\n  <b/>")), limits)
	for range 3 {
		if _, err := s.Next(); err != nil {
			t.Fatal(err)
		}
	}
	for s.Name().Local != "b" {
		if _, err := s.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if line, column := s.Position(); line != 4 || column != 7 {
		t.Errorf("line %d, column %d", line, column)
	}
}

// TestTheReadersErrorIsHandedOn as it is.
func TestTheReadersErrorIsHandedOn(t *testing.T) {
	dead := errors.New("the line is dead")
	for _, text := range []string{"", "<a>", "<a>xx", "<a b", "<a><!--", "<?a"} {
		if _, err := ours(io.MultiReader(strings.NewReader(text), iotest.ErrReader(dead))); !errors.Is(err, dead) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// FuzzScan: what the scanner takes, the standard library takes and reads alike.
func FuzzScan(f *testing.F) {
	f.Add(`<?xml version="1.0"?><e:a xmlns:e="urn:e" xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:type="e:T" v="&quot;"><b/>t<!--c--><![CDATA[d]]>&#x41;</e:a>`)
	f.Add("<a>\r\n]] &amp;</a>\r\n")
	f.Add(`<!DOCTYPE a><a/>`)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ours(iotest.HalfReader(strings.NewReader(text)))
		whole, again := ours(strings.NewReader(text))
		if (err == nil) != (again == nil) || err == nil && got != whole {
			t.Fatalf("it depends on how the bytes arrive: %v, %v\n%s\n%s", err, again, got, whole)
		}
		if err != nil || strings.HasPrefix(text, "\ufeff") {
			return
		}
		want, fault := theirs(text)
		if fault != nil {
			if strings.Contains(fault.Error(), "invalid XML name") || strings.Contains(fault.Error(), "expected") { // names of the fifth edition, which the library does not know
				return
			}
			t.Fatalf("the library refuses it: %v\n%s", fault, text)
		}
		if got != want {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	})
}
