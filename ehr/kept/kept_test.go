package kept

import (
	"testing"

	"rosemary/ehr"
	"rosemary/ehr/ehrtest"
)

func TestNotesMakeAPartWhatItIs(t *testing.T) {
	exact, stands := ehrtest.Small().CompositionList[0], ehrtest.Small().CompositionList[0]
	if notes, err := Compare(exact, stands); err != nil || notes != nil {
		t.Fatalf("%v %v", notes, err)
	}
	stands.Name, stands.Meaning, stands.Sensitivity, stands.Committal.VersionSet.Root = &ehr.SimpleText{Text: "other"}, nil, 0, "x\ufffe"
	stands.Content[0].(*ehr.Section).Members = nil
	notes, err := Compare(exact, stands)
	if err != nil || len(notes) != 5 {
		t.Fatalf("%v %v", notes, err)
	}
	text, err := notes.Text()
	if err != nil {
		t.Fatal(err)
	}
	again, ok := Parse(text)
	if !ok || !again.Apply(stands) || ehrtest.Difference(exact, stands) != "" {
		t.Errorf("%t %s\n%s", ok, ehrtest.Difference(exact, stands), text)
	}
	if again.Apply(stands) {
		t.Error("the notes fit twice")
	}
}

// TestNotesFromStrangersChangeNothingElse: what is no path, no value or no type of its place is refused as a whole.
func TestNotesFromStrangersChangeNothingElse(t *testing.T) {
	for _, note := range []string{
		`{"path":"ArchetypeID","stands":"other","exact":"x"}`, `{"path":"archetypeID","stands":"care-plan","exact":"x"}`, `{"path":"Content[7]","stands":null,"exact":null}`,
		`{"path":"Content[-1]","stands":null,"exact":null}`, `{"path":"Content[","stands":null,"exact":null}`, `{"path":"Session.Low","stands":null,"exact":null}`,
		`{"path":"PolicyIDs","stands":[],"exact":[null]}`, `{"path":"Participation","stands":[],"exact":{}}`, `{"path":"Sensitivity","stands":3,"exact":3.5}`,
		`{"path":"Sensitivity","stands":3,"exact":99999999999999999999}`, `{"path":"Name","stands":{"SimpleText":{"Text":"Care plan"}},"exact":{"Entry":{}}}`,
		`{"path":"Composer","stands":null,"exact":{"nothing":1}}`, `{"path":"Content[0].RCID.Root.x","stands":null,"exact":null}`, `{"path":"..","stands":null,"exact":null}`,
		`{"path":"Composer.Performer.Root","stands":"https://rosemary.example/staff"}`, `{"path":"Attestations","stands":[],"exact":[{"Proof":{"Data":"!"}}]}`,
	} {
		c := ehrtest.Small().CompositionList[0]
		n, ok := Parse(`[{"path":"Sensitivity","stands":3,"exact":5},` + note + `]`)
		if ok && n.Apply(c) || ehrtest.Difference(c, ehrtest.Small().CompositionList[0]) != "" {
			t.Errorf("%s: %t %s", note, ok, ehrtest.Difference(c, ehrtest.Small().CompositionList[0]))
		}
	}
}

func FuzzApply(f *testing.F) {
	f.Add(`[{"path":"Content[0].Members","stands":[],"exact":[{"Entry":{"Items":[{"Element":{"Value":{"Quantity":{"Digits":"1"}}}}]}}]}]`)
	f.Add(`[{"path":"Committal","stands":{},"exact":{"Previous":{"Root":"x"}}}]`)
	f.Fuzz(func(t *testing.T, text string) {
		c := &ehr.Composition{Content: []ehr.Content{&ehr.Section{}}}
		if n, ok := Parse(text); ok && n.Apply(c) {
			if _, err := Compare(c, &ehr.Composition{}); err != nil {
				t.Error(err)
			}
		}
	})
}
