package terminology

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rosemary/standard"
)

func all(t testing.TB) *Terminology {
	t.Helper()
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	terms, err := New(catalogue)
	if err != nil {
		t.Fatal(err)
	}
	return terms
}

// TestEveryCodeIsFound: a member of a set is a code of its system, under the same words.
func TestEveryCodeIsFound(t *testing.T) {
	terms := all(t)
	for _, s := range terms.Sets() {
		if again, ok := terms.Set(s.URL); !ok || again != s {
			t.Errorf("%s is not found by its address", s.ID)
		}
		for i := range s.Codes {
			c := &s.Codes[i]
			member, ok := s.Concept(s.SystemOf(c), c.Code)
			if !ok || member.Display != c.Display {
				t.Errorf("%s has not its own member %s", s.ID, c.Code)
			}
			system, ok := terms.System(s.SystemOf(c))
			if !ok {
				t.Fatalf("%s: no system %s", s.ID, s.SystemOf(c))
			}
			if _, ok := system.Concept(c.Code); !ok {
				t.Errorf("%s has no %s, which is in %s", system.URL, c.Code, s.ID)
			}
			if _, ok := s.Concept("urn:of-nobody", c.Code); ok {
				t.Errorf("%s takes %s for a code of another system", s.ID, c.Code)
			}
		}
	}
	for url, whole := range map[string]bool{"http://snomed.info/sct": false, "urn:rosemary:acvpu": true} {
		if s, ok := terms.System(url); !ok || s.Whole != whole || (s.Withheld == "") != whole {
			t.Errorf("%s: %+v", url, s)
		}
	}
}

// TestPagesOfAnExpansion: whatever the pages, together they are the whole, and each member holds every word of the filter.
func TestPagesOfAnExpansion(t *testing.T) {
	sets := all(t).Sets()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(sets).Draw(t, "set")
		filter := rapid.SampledFrom([]string{"", "a", "A e", "not", "zzz"}).Draw(t, "filter")
		size := rapid.IntRange(1, 7).Draw(t, "size")
		whole, total := s.Expand(filter, 0, len(s.Codes))
		if len(whole) != total {
			t.Fatalf("%d of %d", len(whole), total)
		}
		var together []Concept
		for offset := 0; offset < total; offset += size {
			page, n := s.Expand(filter, offset, size)
			if n != total || len(page) > size {
				t.Fatalf("a page of %d has %d, and the total is %d and not %d", size, len(page), n, total)
			}
			together = append(together, page...)
		}
		if !slices.Equal(whole, together) {
			t.Fatalf("%v\n%v", whole, together)
		}
		for _, c := range whole {
			for _, word := range strings.Fields(strings.ToLower(filter)) {
				if !strings.Contains(strings.ToLower(c.Display+" "+c.Code), word) {
					t.Fatalf("%s does not hold %s", c.Display, word)
				}
			}
		}
	})
}
