package standard

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const (
	ownClass = `class: Night check
id: night-check
category: Notes
kind: record
stream: person
extends: observation
source: {standard: A provider}
summary: A look in at night.
elements:
  - {name: Subject of care, id: subjectOfCare, type: Lookup, occurs: Must occur once, value: reference, to: [person], role: subject, evidence: provider}
  - {name: Sleep, id: sleep, type: Lookup, occurs: Must occur once, value: coded, valueset: sleep, evidence: provider, ask: Asleep?}
`
	ownSet = `valueset: Sleep
id: sleep
system: urn:provider:sleep
source: Ours.
evidence: provider
binding: required
values:
  - {code: asleep, display: Asleep}
`
	ownForm = `form: Night round
id: night-round
own: night-check
summary: Each look in.
evidence: provider
sections:
  - title: Now
    asks: [sleep]
`
)

func ownFiles(changes map[string]string) fstest.MapFS {
	files := fstest.MapFS{}
	all := map[string]string{"classes/night-check.yaml": ownClass, "valuesets/sleep.yaml": ownSet, "forms/night-round.yaml": ownForm, "README.md": "Notes.", "classes/.swp": "x"}
	for name, text := range changes {
		all[name] = text
	}
	for name, text := range all {
		if text != "" {
			files[name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	return files
}

// TestOwn: a provider adds a form over a class of its own by adding files, and nothing kept is derived anew because of a form.
func TestOwn(t *testing.T) {
	national := fixtureFiles(map[string]string{"forms/round.yaml": fixtureForm})
	load := func(own fs.FS) *Catalogue {
		t.Helper()
		c, err := LoadWith(national, own)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := load(ownFiles(nil))
	class, ok := c.Class("night-check")
	form, found := c.Form("night-round")
	if !ok || !found || len(c.Faults()) > 0 {
		t.Fatalf("not there: %v", c.Faults())
	}
	if !class.Provider || !class.Extension || !form.Provider || form.Own != class || class.Elements[1].Evidence != ProviderOwned {
		t.Errorf("it does not show whose it is: %+v", form)
	}
	observation, _ := c.Class("observation")
	if !slices.Contains(observation.Concrete(), class) || c.Classes()[len(c.Classes())-1] != class || c.Forms()[1] != form {
		t.Error("it does not stand among the others, behind them")
	}
	for _, f := range c.Own() {
		if !f.Good() || len(f.Hash) != 64 || f.Title == "" || f.Kind == "" {
			t.Errorf("%+v", f)
		}
	}
	if len(c.Own()) != 3 {
		t.Errorf("files: %+v", c.Own())
	}
	without := load(ownFiles(map[string]string{"forms/night-round.yaml": ""}))
	none, faulty := load(nil), load(ownFiles(map[string]string{"valuesets/sleep.yaml": "x"}))
	if without.Hash() != c.Hash() || none.Hash() == c.Hash() || faulty.Hash() != none.Hash() || load(fstest.MapFS{}).Hash() != none.Hash() {
		t.Error("the hash must follow the classes and value sets in use, and nothing else")
	}
}

// TestOwnSetAside: a file at fault is set aside with whatever needs it, each with its place; the rest works, and so does the standard.
func TestOwnSetAside(t *testing.T) {
	tests := []struct {
		name    string
		changes map[string]string
		want    []string
		kept    string
	}{
		{"a value set and all over it", map[string]string{"valuesets/sleep.yaml": "a: [\n"}, []string{
			`classes/night-check.yaml:11:93: value set "sleep" is not in use, because its own file valuesets/sleep.yaml is at fault`,
			`forms/night-round.yaml:3:6: class "night-check" is not in use, because its own file classes/night-check.yaml is at fault`,
			`valuesets/sleep.yaml:1:4: this is not YAML`,
		}, ""},
		{"one form", map[string]string{"forms/night-round.yaml": replaceAll(ownForm, "[sleep]", "[sleep, slope]")}, []string{`forms/night-round.yaml:8:19: class "night-check" has no element "slope"`}, "night-check"},
		{"all faults of a form at once", map[string]string{"forms/night-round.yaml": replaceAll(ownForm, "[sleep]", "[sleep, slope]", "summary", "sumary")}, []string{
			`forms/night-round.yaml:1:1: a form has no "summary"`, `forms/night-round.yaml:4:1: a form has no key "sumary"`, `forms/night-round.yaml:8:19: class "night-check" has no element "slope"`}, "night-check"},
		{"a cycle", map[string]string{"classes/night-check.yaml": replaceAll(ownClass, "extends: observation", "extends: day-check"), "classes/day-check.yaml": replaceAll(ownClass, "Night check", "Day check", "id: night-check", "id: day-check", "extends: observation", "extends: night-check")}, []string{
			`classes/day-check.yaml:6:10: the class extends itself in a circle`,
			`classes/night-check.yaml:6:10: class "day-check" is not in use, because its own file classes/day-check.yaml is at fault`,
			`forms/night-round.yaml:3:6: class "night-check" is not in use`}, ""},
		{"a class of the standard", map[string]string{"classes/note.yaml": replaceAll(ownClass, "Night check", "My note", "id: night-check", "id: note")}, []string{
			`classes/note.yaml:2:5: class "note" came with the program and cannot be replaced; give yours another id`}, "night-check"},
		{"an extension", map[string]string{"classes/weight.yaml": replaceAll(ownClass, "Night check", "My weight", "id: night-check", "id: weight")}, []string{
			`classes/weight.yaml:2:5: class "weight" came with the program`}, "night-check"},
		{"a value set of the standard", map[string]string{"valuesets/mood.yaml": replaceAll(ownSet, "id: sleep", "id: mood")}, []string{`valuesets/mood.yaml:2:5: value set "mood" came with the program`}, "night-check"},
		{"a form of the standard", map[string]string{"forms/round.yaml": replaceAll(ownForm, "id: night-round", "id: round", "Night round", "My round")}, []string{`forms/round.yaml:2:5: form "round" came with the program`}, "night-check"},
		{"the name of another", map[string]string{"forms/night-round.yaml": replaceAll(ownForm, "Night round", "Round")}, []string{`forms/night-round.yaml:1:7: form "round" is called "Round" too`}, "night-check"},
		{"the standard's evidence", map[string]string{"classes/night-check.yaml": replaceAll(ownClass, "valueset: sleep, evidence: provider", "valueset: sleep, evidence: published")}, []string{
			`classes/night-check.yaml:11:110: "published" is no kind of evidence in a provider's own file; use one of: provider`, `forms/night-round.yaml:3:6: class "night-check" is not in use`}, ""},
		{"a role", map[string]string{"classes/night-check.yaml": replaceAll(ownClass, "stream: person\n", "stream: person\nroles: [person]\n")}, []string{
			`classes/night-check.yaml:6:9: a provider's own class plays no role in the program`, `forms/night-round.yaml:3:6: class "night-check" is not in use`}, ""},
		{"the wrong folder", map[string]string{"extensions/a.yaml": ownClass, "list.yaml": "a: b"}, []string{`extensions:1:1: this belongs in one of the folders classes, valuesets, forms`, `list.yaml:1:1: this belongs`}, "night-check"},
		{"no YAML by its name", map[string]string{"forms/round.docx": "x"}, []string{`forms/round.docx:1:1: only .yaml files belong in this folder`}, "night-check"},
		{"a folder in a folder", map[string]string{"forms/old.yaml/a.yaml": "x"}, []string{`forms/old.yaml:1:1: the file cannot be read`}, "night-check"},
		{"too large", map[string]string{"forms/big.yaml": strings.Repeat("# x\n", MaxFile)}, []string{`forms/big.yaml:1:1: the file is larger than 256 KB`}, "night-check"},
		{"nested to death", map[string]string{"forms/deep.yaml": strings.Repeat("[", 100_000)}, []string{`forms/deep.yaml:1:101: lists or sets stand inside each other`}, "night-check"},
		{"lists in lists", map[string]string{"forms/deep.yaml": strings.Repeat("- ", 100_000)}, []string{`forms/deep.yaml:1:201: lists or sets stand inside each other`}, "night-check"},
		{"ten thousand documents", map[string]string{"forms/deep.yaml": strings.Repeat("---\na: b\n", 10_000)}, []string{`forms/deep.yaml:5:1: there is another document`}, "night-check"},
		{"nothing in it", map[string]string{"forms/empty.yaml": "# nothing\n"}, []string{`forms/empty.yaml:1:1: the file is empty`}, "night-check"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := LoadWith(fixtureFiles(map[string]string{"forms/round.yaml": fixtureForm}), ownFiles(test.changes))
			if err != nil {
				t.Fatal(err)
			}
			wantFaults(t, c.Faults(), test.want)
			if _, ok := c.Class("night-check"); ok != (test.kept != "") {
				t.Errorf("night-check is in use: %v", ok)
			}
			for _, f := range c.Own() {
				for _, fault := range f.Faults {
					_, inForms := c.Form(f.ID)
					if f.Kind == "form" && inForms && f.ID != "round" || fault.Line < 1 || fault.Column < 1 {
						t.Errorf("%s is at fault and in use, or its fault has no place: %s", f.Name, fault)
					}
				}
				if len(f.Lines) != len(f.Faults) {
					t.Errorf("%s: %d lines of %d faults", f.Name, len(f.Lines), len(f.Faults))
				}
			}
			if form, _ := c.Form("round"); form == nil || form.Provider {
				t.Error("the standard's form is gone or replaced")
			}
		})
	}
}

func replaceAll(text string, pairs ...string) string {
	return strings.NewReplacer(pairs...).Replace(text)
}

// TestNationalFaultsStop: what is wrong with the standard's own files still stops the start.
func TestNationalFaultsStop(t *testing.T) {
	var faults *FileErrors
	if _, err := LoadWith(fixtureFiles(map[string]string{"valuesets/mood.yaml": "x"}), ownFiles(nil)); !errors.As(err, &faults) {
		t.Fatalf("got %v", err)
	}
	for _, f := range faults.Faults {
		if strings.Contains(f.File, "night") {
			t.Errorf("a provider's file among them: %s", f)
		}
	}
}

// TestCheckOwn checks a text beside a folder without keeping it.
func TestCheckOwn(t *testing.T) {
	own := ownFiles(nil)
	tests := []struct {
		name, file, text, want, at string
	}{
		{"good by what it says", "", ownForm, "forms/night-round.yaml", ""},
		{"instead of what is there", "", replaceAll(ownForm, "[sleep]", "[slope]"), "forms/night-round.yaml", `forms/night-round.yaml:3:6: class "night-check" must have sleep`},
		{"a value set", "", replaceAll(ownSet, "code: asleep", "cod: asleep"), "valuesets/sleep.yaml", `valuesets/sleep.yaml:8:5: a value has no "code"`},
		{"a class", "", replaceAll(ownClass, "evidence: provider, ask", "evidence: guess, ask"), "classes/night-check.yaml", `classes/night-check.yaml:11:110: "guess" is no kind of evidence`},
		{"nothing it could be", "", "a: b\n", "", `:1:1: it does not say what it is`},
		{"no id", "", "form: x\n", "", `:1:1: a form has no "id"`},
		{"a path for an id", "", "form: x\nid: ../../etc\n", "", `:2:5: "../../etc" is no id`},
		{"a list", "", "- a\n", "", `:1:1: it does not say what it is`},
		{"no YAML", "", "form: [\n", "", `:1:7: this is not YAML`},
		{"by its name", "forms/other.yaml", ownForm, "forms/other.yaml", `forms/other.yaml:2:5: the file is called other.yaml`},
		{"too large", "", strings.Repeat("# x\n", MaxFile), "", `:1:1: the file is larger`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file, err := checkOwn(fixtureFiles(nil), own, test.file, []byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case file.Name != test.want:
				t.Errorf("taken for %q", file.Name)
			case test.at == "" && !file.Good(), test.at != "" && (file.Good() || !strings.HasPrefix(file.Faults[0].String(), test.at)):
				t.Errorf("faults: %v", file.Faults)
			case !file.Good() && len(file.Lines) != len(file.Faults):
				t.Errorf("lines: %q", file.Lines)
			}
		})
	}
	if file, err := CheckOwn(nil, "", []byte("form: Mine\nid: mine\nown: need\nsummary: x\nevidence: provider\nsections: []\n")); err != nil || file.Good() {
		t.Errorf("beside the real standard: %+v, %v", file, err)
	}
}
