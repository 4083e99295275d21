package quick_test

import (
	"slices"
	"testing"

	"rosemary/care/quick"
	"rosemary/standard"
)

// TestListsFitTheStandard: every check, answer and unit that the file names is one that the class files know.
func TestListsFitTheStandard(t *testing.T) {
	lists, err := quick.Standard()
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	var check, measure *standard.Element
	for _, class := range catalogue.ClassesWithRole(standard.ClassRoleActivity)[0].Concrete() {
		if e := class.ByRole(standard.RoleCheck); e != nil {
			check, measure = e, class.ByRole(standard.RoleMeasure)
		}
	}
	class := catalogue.ClassesWithRole(standard.ClassRoleCareCheck)[0]
	for code, elements := range lists.Checks {
		if _, ok := check.ValueSet.Code(code); !ok {
			t.Errorf("no check is called %q", code)
		}
		for _, id := range elements {
			if e, ok := class.Element(id); !ok || e.Value != standard.CodedValue && e.Value != standard.BooleanValue {
				t.Errorf("a check asks for no choice %q", id)
			}
		}
	}
	unit := catalogue.ClassesWithRole(standard.ClassRoleReading)[0].ByRole(standard.RoleReadingValue)
	for code, m := range lists.Measures {
		if _, ok := measure.ValueSet.Code(code); !ok || !slices.Contains(unit.Units, m.Unit) {
			t.Errorf("%s in %s is no reading", code, m.Unit)
		}
	}
	if len(lists.Care) == 0 || len(lists.Cups) == 0 || len(lists.Minutes) == 0 || len(lists.Drinks) == 0 || len(lists.Together) == 0 {
		t.Errorf("a list is empty: %+v", lists)
	}
}

func TestAMistakeInTheFileIsSaid(t *testing.T) {
	for _, text := range []string{"minuets: [5]", "measures: {weight: {unit: kg}}", "cups: [a]"} {
		if _, err := quick.Read([]byte(text)); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}
