package conformance_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"rosemary/standard"
	"rosemary/standard/conformance"
)

func declared(t *testing.T) (*standard.Catalogue, *conformance.Declaration) {
	t.Helper()
	cat, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	d, err := conformance.Declare(cat)
	if err != nil {
		t.Fatal(err)
	}
	return cat, d
}

// TestEveryElementIsDeclared: every element of every class is in the declaration once, and every one is met somewhere.
func TestEveryElementIsDeclared(t *testing.T) {
	cat, d := declared(t)
	if len(d.Classes) != len(cat.Classes()) {
		t.Fatalf("%d classes, want %d", len(d.Classes), len(cat.Classes()))
	}
	for i, class := range cat.Classes() {
		if got := d.Classes[i]; got.Class != class || len(got.Rows) != len(class.Elements) {
			t.Errorf("%s: %d rows for %d elements", class.ID, len(got.Rows), len(class.Elements))
		}
		for _, r := range d.Classes[i].Rows {
			if !r.Met() {
				t.Errorf("%s, %s (%s): not met: form %q, API %q, export %q, test %q", class.ID, r.Element.ID, r.Obligation, r.Form, r.API, r.Export, r.Test)
			}
		}
	}
}

// TestTotals: what the standard obliges to is counted with the words of the standard, extensions left out.
func TestTotals(t *testing.T) {
	cat, d := declared(t)
	want := map[conformance.Obligation]int{}
	for _, class := range cat.Classes() {
		if class.Extension {
			continue
		}
		for _, e := range class.Elements {
			word, _, _ := strings.Cut(e.Occurs, " ")
			want[conformance.Obligation(strings.ToUpper(word))]++
		}
	}
	for _, total := range d.Totals() {
		known := 0
		for _, n := range total.Evidence {
			known += n
		}
		if total.Elements != want[total.Obligation] || total.Elements == 0 || known != total.Elements || total.Met != total.Elements {
			t.Errorf("%+v, want %d", total, want[total.Obligation])
		}
	}
}

// TestWritten: the table holds a line for every element, and the text names the must of a risk.
func TestWritten(t *testing.T) {
	_, d := declared(t)
	rows := 0
	for _, class := range d.Classes {
		rows += len(class.Rows)
	}
	var table, text, object bytes.Buffer
	if err := d.WriteCSV(&table); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&table).ReadAll()
	if err != nil || len(lines) != rows+1 {
		t.Errorf("%d lines for %d elements: %v", len(lines), rows, err)
	}
	if err := d.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), "MUST   Risk category") {
		t.Error("the text does not say that a risk must have a category")
	}
	if err := d.WriteJSON(&object); err != nil || !strings.Contains(object.String(), `"test": "api TestEveryClass/risk"`) {
		t.Errorf("the object does not name the test: %v", err)
	}
}
