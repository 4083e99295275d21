package evidence_test

import (
	"testing"

	"rosemary/care/evidence"
	"rosemary/standard"
)

// TestEveryStatementIsShownOrSaysWhyNot: all thirty-four are there, each once, and a table that names what there is not is refused.
func TestEveryStatementIsShownOrSaysWhyNot(t *testing.T) {
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	table, err := evidence.Standard(catalogue)
	if err != nil {
		t.Fatal(err)
	}
	seen, keys := map[string]bool{}, map[string]int{}
	for _, s := range table {
		if seen[s.Name] {
			t.Errorf("%s stands there twice", s.Name)
		}
		seen[s.Name] = true
		keys[s.Key]++
	}
	for key, want := range map[string]int{"safe": 8, "effective": 6, "caring": 5, "responsive": 7, "well-led": 8} {
		if keys[key] != want {
			t.Errorf("%s has %d statements, want %d", key, keys[key], want)
		}
	}
	for _, wrong := range []string{"- {key: safe, statement: X, shows: [{what: Y, roles: [nothing]}]}", "- {key: safe, statement: X, shows: [{what: Y, classes: [nothing]}]}", "- {key: safe, statement: X}", "- {key: safe, what: X}"} {
		if _, err := evidence.Load(catalogue, []byte(wrong)); err == nil {
			t.Errorf("taken: %s", wrong)
		}
	}
}
