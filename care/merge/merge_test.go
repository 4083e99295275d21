package merge_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"rosemary/care/merge"
	"rosemary/standard"
)

func catalogue(t testing.TB) *standard.Catalogue {
	t.Helper()
	c, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// drawn draws a content of a class: some of its texts, from few words, so that two often say the same.
func drawn(rt *rapid.T, class *standard.Class, name string) *standard.Content {
	c := &standard.Content{Class: class}
	for _, e := range class.Elements {
		if e.Value != standard.TextValue {
			continue
		}
		if words := rapid.SampledFrom([]string{"", "", "one", "two"}).Draw(rt, name+" "+e.ID); words != "" {
			c.Entries = append(c.Entries, standard.Entry{Element: e, Values: []standard.Value{standard.Text(words)}})
		}
	}
	return c
}

func text(c *standard.Content) string { return string(c.AppendJSON(nil)) }

// TestThreeWays holds the laws of putting together: nothing that only one person wrote is lost, nothing is taken from nowhere, and what both wrote is told.
func TestThreeWays(t *testing.T) {
	class, _ := catalogue(t).Class("about-me")
	rapid.Check(t, func(rt *rapid.T) {
		base, mine, theirs := drawn(rt, class, "base"), drawn(rt, class, "mine"), drawn(rt, class, "theirs")
		m := merge.Three(base, mine, theirs)
		if got := merge.Three(base, base, theirs); text(got.Content) != text(theirs) || got.Both() {
			rt.Fatal("whoever changed nothing changes something")
		}
		if got := merge.Three(base, mine, base); text(got.Content) != text(mine) || got.Both() {
			rt.Fatal("what only one changed is lost")
		}
		if got := merge.Three(base, mine, mine); text(got.Content) != text(mine) || got.Both() {
			rt.Fatal("two who wrote the same disagree")
		}
		other := merge.Three(base, theirs, mine)
		if m.Both() != other.Both() || !m.Both() && text(m.Content) != text(other.Content) {
			rt.Fatal("it matters who came first")
		}
		if again := merge.Three(base, mine, m.Content); !m.Both() && text(again.Content) != text(m.Content) {
			rt.Fatal("doing it again changes something")
		}
		for _, e := range class.Elements {
			b, my, their, got := base.Get(e.ID), mine.Get(e.ID), theirs.Get(e.ID), m.Content.Get(e.ID)
			want := their
			if slices.Equal(their, b) {
				want = my
			}
			if !slices.Equal(got, want) {
				rt.Fatalf("%s: %v, %v and %v make %v", e.ID, b, my, their, got)
			}
			i := slices.IndexFunc(m.Fields, func(f merge.Field) bool { return f.Element == e })
			if changed := !slices.Equal(my, b) || !slices.Equal(their, b); changed != (i >= 0) {
				rt.Fatalf("%s: told as changed: %v", e.ID, i >= 0)
			}
			if i >= 0 && m.Fields[i].Both != (!slices.Equal(my, b) && !slices.Equal(their, b) && !slices.Equal(my, their)) {
				rt.Fatalf("%s: both: %v", e.ID, m.Fields[i].Both)
			}
		}
	})
}

// TestWhatIsNeverPutTogether: orders, allergies, textures, resuscitation and capacity decisions hold as a whole; every role in the lists is one that a class has.
func TestWhatIsNeverPutTogether(t *testing.T) {
	c := catalogue(t)
	rules, err := merge.StandardRules()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"medicine-order", "allergies-and-adverse-reactions", "eating-and-drinking-plan", "cpr-decision", "mental-capacity-assessment", "moving-and-handling-plan",
		"informed-consent", "dols", "adrt", "subject-of-care", "daily-note"} {
		if class, ok := c.Class(id); !ok || rules.May(class) {
			t.Errorf("%s may be put together", id)
		}
	}
	for _, id := range []string{"about-me", "care-plan", "need", "goal"} {
		if class, ok := c.Class(id); !ok || !rules.May(class) {
			t.Errorf("%s may not be put together", id)
		}
	}
	for _, role := range slices.Concat(rules.ByField, rules.Never) {
		if len(c.ClassesWithRole(role)) == 0 {
			t.Errorf("no class has the role %s", role)
		}
	}
}
