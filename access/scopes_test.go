package access_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rosemary/access"
)

func TestScopesAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"patient/Observation.rs":             "patient/Observation.rs",
		"user/*.cruds":                       "user/*.cruds",
		"system/Patient.read":                "system/Patient.rs",
		"system/Patient.write":               "system/Patient.cud",
		"user/Patient.*":                     "user/Patient.cruds",
		" system/Patient.r  user/Flag.s ":    "system/Patient.r user/Flag.s",
		"launch/patient openid":              "",
		"patient/Observation.rs?category=a":  "category",
		"patient/Observation.sr":             "letters",
		"patient/Observation.":               "letters",
		"patient/Observation":                "letters",
		"patient/observation.r":              "type",
		"patient/../x.r":                     "type",
		"team/Patient.r":                     "begins",
		"patient/*.rr":                       "letters",
		"patient/Patient.r user/Patient.xyz": "letters",
	} {
		scopes, _, problems := access.ParseScopes(text)
		if len(problems) > 0 {
			if want != "category" && !strings.Contains(problems[0].Message, want) || want == "category" && !strings.Contains(problems[0].Message, "search parameters") {
				t.Errorf("%q is refused: %s", text, problems[0].Message)
			}
			continue
		}
		if scopes.String() != want {
			t.Errorf("%q is %q, not %q", text, scopes, want)
		}
	}
	_, words, _ := access.ParseScopes("launch/patient offline_access launch/patient")
	if !slices.Equal(words, []string{"launch/patient", "offline_access"}) {
		t.Error(words)
	}
}

func drawScopes(t *rapid.T, label string) access.Scopes {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) access.Scope {
		return access.Scope{
			Context: rapid.SampledFrom([]string{"patient", "user", "system"}).Draw(t, "context"),
			Kind:    rapid.SampledFrom([]string{"*", "Patient", "Observation"}).Draw(t, "kind"),
			May:     access.Interaction(rapid.IntRange(1, 31).Draw(t, "may")),
		}
	}), 0, 4).Draw(t, label)
}

// TestScopesOnlyCut: what is granted of what was asked for is in both, and whatever is in both is granted; and scopes are what they are written as.
func TestScopesOnlyCut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		asked, limit := drawScopes(t, "asked"), drawScopes(t, "limit")
		granted := asked.Within(limit)
		for _, context := range []string{"patient", "user", "system"} {
			of := func(all access.Scopes) (some access.Scopes) {
				for _, s := range all {
					if s.Context == context {
						some = append(some, s)
					}
				}
				return some
			}
			for _, kind := range []string{"*", "Patient", "Observation", "Flag"} {
				for one := access.Creates; one <= access.Searches; one <<= 1 {
					both := of(asked).Allow(one, kind) && of(limit).Allow(one, kind)
					if of(granted).Allow(one, kind) != both {
						t.Fatalf("%s/%s.%s: asked %q, limit %q, granted %q", context, kind, one, asked, limit, granted)
					}
				}
			}
		}
		again, _, problems := access.ParseScopes(asked.String())
		if len(problems) > 0 || again.String() != asked.String() {
			t.Fatalf("%q becomes %q, %v", asked, again, problems)
		}
	})
}

func FuzzParseScopes(f *testing.F) {
	for _, s := range []string{"patient/*.rs", "user/Observation.cruds launch", "system/Patient.read", "a/b.c", "//..", "patient/Observation.rs?x=y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		scopes, words, _ := access.ParseScopes(text)
		again, none, problems := access.ParseScopes(scopes.String())
		if len(problems) > 0 || len(none) > 0 || again.String() != scopes.String() {
			t.Fatalf("%q becomes %q, then %q, %v", text, scopes, again, problems)
		}
		for _, w := range words {
			if strings.Contains(w, "/") && !strings.HasPrefix(w, "launch/") {
				t.Fatalf("%q passes as a word", w)
			}
		}
	})
}
