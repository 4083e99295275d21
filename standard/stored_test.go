package standard

import (
	"slices"
	"strings"
	"testing"
)

func TestReadContentLosesNothing(t *testing.T) {
	tests := []struct {
		name, class, in, typed string
		unknown                []RawEntry
	}{
		{"as it is today", "note", `{"on":"2026-02-03T09:30Z","risk":{"code":"fall","system":"urn:old","display":"Fell"}}`,
			`{"risk":{"code":"fall","system":"urn:old","display":"Fell"},"on":"2026-02-03T09:30Z"}`, nil},
		{"rules have become stricter", "note", `{"risk":{"code":"gone"},"count":99,"postcode":"AB1","on":{"absent":"masked"}}`,
			`{"risk":{"code":"gone"},"on":{"absent":"masked"},"count":99,"postcode":"AB1"}`, nil},
		{"unknown elements", "note", `{"colour" : {"a": [1, 2]}, "words":"a", "words":"b"}`, `{"words":"a"}`,
			[]RawEntry{{"/colour", "colour", `{"a": [1, 2]}`}, {"/words", "Words", `"b"`}}},
		{"another type", "note", `{"words":{"code":"x","shade":"y"},"count":"two","due":"31 May"}`, `{}`,
			[]RawEntry{{"/words", "Words", `{"code":"x","shade":"y"}`}, {"/count", "How many", `"two"`}, {"/due", "Due", `"31 May"`}}},
		{"another shape", "note", `{"words":["a","b"],"mood":{"text":"calm"}}`, `{"mood":[{"text":"calm"}],"words":["a","b"]}`, nil},
		{"inside a block", "person", `{"name":[{"family":"A","title":"Mrs"},{"family":3}]}`, `{"name":[{"family":"A"},{}]}`,
			[]RawEntry{{"/name/0/title", "title", `"Mrs"`}, {"/name/1/family", "Family name", "3"}}},
		{"an absent block with more", "person", `{"name":[{"absent":"declined","family":"A"}]}`, `{}`,
			[]RawEntry{{"/name", "Name", `[{"absent":"declined","family":"A"}]`}}},
		{"an unknown class", "", `{"a":1,"b":{"c":[]}}`, `{}`, []RawEntry{{"/a", "a", "1"}, {"/b", "b", `{"c":[]}`}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var class *Class
			if test.class != "" {
				class = fixtureClass(t, test.class)
			}
			content, err := ReadContent(class, []byte(test.in))
			if err != nil {
				t.Fatal(err)
			}
			if got := string(content.AppendJSON(nil)); got != test.typed {
				t.Errorf("typed:\ngot  %s\nwant %s", got, test.typed)
			}
			if !slices.IsSortedFunc(content.Entries, byOrder) {
				t.Error("the entries are not in the order of the class")
			}
			for i, u := range content.Unknown {
				if i >= len(test.unknown) || u != test.unknown[i] {
					t.Errorf("unknown %d: %+v", i, u)
				}
			}
			if len(content.Unknown) < len(test.unknown) {
				t.Errorf("missing: %+v", test.unknown[len(content.Unknown):])
			}
		})
	}
}

func TestReadContentRefusesWhatIsNoObject(t *testing.T) {
	for _, in := range []string{"", "[]", "{", `{"a":1} x`, "null", `{"words":`} {
		if _, err := ReadContent(fixtureClass(t, "note"), []byte(in)); err == nil {
			t.Errorf("%q was read", in)
		}
	}
	deep := `{"x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `,"words":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`
	content, err := ReadContent(fixtureClass(t, "note"), []byte(deep))
	if err != nil || len(content.Unknown) != 2 {
		t.Errorf("deep: %v", err)
	}
}
