package folder

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/standard"
)

// TestNoTextIsAFormula: whatever somebody wrote, no spreadsheet reckons with it, and what they wrote can be told from the cell.
func TestNoTextIsAFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[=+\-@'\t\r\n].*`)).Draw(t, "text")
		cell := Cell(text)
		if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") {
			t.Fatalf("%q stands as %q", text, cell)
		}
		if back, _ := strings.CutPrefix(cell, "'"); back != text {
			t.Fatalf("%q comes back as %q", text, back)
		}
	})
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	class, _ := catalogue.Class("daily-note")
	content, problems := class.Decode([]byte(`{"subjectOfCare":{"ref":"`+person.String()+`"},"when":"2026-03-18T10:00:00+00:00","freeText":"=HYPERLINK(\"https://records.example.org\")"}`), standard.DecodeOptions{Subject: person, AllowIncomplete: true})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	cells := map[string]string{}
	flatten(&content.Group, "", 0, cells)
	if !strings.HasPrefix(cells["freeText"], "'=") || strings.HasPrefix(cells["when"], "'") {
		t.Errorf("%q, %q", cells["freeText"], cells["when"])
	}
}

var person = uuid.MustParse("019cd265-9a80-700c-b2e1-fb8cb7cdea93")
