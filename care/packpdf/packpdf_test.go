package packpdf_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"rosemary/care"
	"rosemary/care/packpdf"
)

// TestAPackOfAnyLengthIsWritten: empty, full, with words longer than a page, and with letters that the font has no picture of.
func TestAPackOfAnyLengthIsWritten(t *testing.T) {
	long := strings.Repeat("She likes the window open at night. ", 900)
	full := care.Pack{
		Made: time.Date(2026, 3, 16, 8, 0, 0, 0, time.UTC), Banner: care.Banner{Full: "Łucja Zażółć 王", Called: "Lucy", Born: "1941-03", NHSNumber: "9990000018"},
		Front: []care.PackPart{
			{Heading: "Alerts", Danger: true, Rows: []care.PackRow{{Label: "Alert", Text: long, When: "today"}, {Text: "(brackets) \\ and \n lines"}}},
			{Heading: "Nothing"},
			{Heading: "Now", Compare: []care.NowBesideUsual{{Area: "Moving", Now: long}, {Area: "Skin", Usual: "Dry"}}},
		},
		Details: []care.PackPart{{Heading: "Records", Records: []care.PackRecord{{Class: "Note", Title: long, Rows: []care.PackRow{{Label: "Text", Text: long}}}}}},
	}
	sheet := packpdf.Sheet{To: "Crew 14", Why: "Fall", By: "Sam", Zone: time.UTC}
	sizes := map[string]int{}
	for name, pack := range map[string]care.Pack{"empty": {Made: full.Made}, "full": full} {
		var a, b bytes.Buffer
		if err := packpdf.Write(&a, pack, sheet); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := packpdf.Write(&b, pack, sheet); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !bytes.HasPrefix(a.Bytes(), []byte("%PDF-")) || !bytes.Contains(a.Bytes()[a.Len()-10:], []byte("%%EOF")) {
			t.Errorf("%s: no PDF", name)
		}
		sizes[name] = bytes.Count(a.Bytes(), []byte("/Type /Page\n"))
	}
	if sizes["empty"] != 2 || sizes["full"] < 6 {
		t.Errorf("pages: %v", sizes)
	}
}
