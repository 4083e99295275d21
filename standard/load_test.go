package standard

import (
	"errors"
	"strings"
	"testing"
)

// TestFaultsOfFiles changes one file of the small standard at a time and looks at every fault, with its line and column.
func TestFaultsOfFiles(t *testing.T) {
	in := func(text string, pairs ...string) string {
		for i := 0; i < len(pairs); i += 2 {
			if !strings.Contains(text, pairs[i]) {
				t.Fatalf("%q is not in the file", pairs[i])
			}
		}
		return strings.NewReplacer(pairs...).Replace(text)
	}
	const noteFile, riskFile = "classes/note.yaml", "valuesets/risk.yaml"
	tests := []struct {
		name, file, text string
		want             []string
	}{
		{"not YAML", noteFile, "class: [a\n", []string{
			`classes/note.yaml:1:8: this is not YAML: sequence end token ']' not found`,
			`classes/observation.yaml:8:45: there is no class "note" to point at`,
			`extensions/weight.yaml:6:10: there is no class "note" to extend`,
		}},
		{"two documents", riskFile, fixtureRisk + "---\na: 1\n", []string{
			`classes/note.yaml:12:100: there is no value set "risk"`,
			`valuesets/risk.yaml:12:1: there is a second document`,
		}},
		{"not UTF-8", riskFile, "a: \xff\n", []string{
			`classes/note.yaml:12:100: there is no value set "risk"`,
			`valuesets/risk.yaml:1:4: the file is not UTF-8 text`,
		}},
		{"no release", "release.yaml", "", []string{
			`release.yaml:1:1: the file is missing`,
		}},
		{"unknown and missing keys", "release.yaml", "standard: a\nname: b\nversoin: c\n", []string{
			`release.yaml:1:1: the release has no "version", which it must have`,
			`release.yaml:3:1: the release has no key "versoin"`,
		}},
		{"category twice", "categories.yaml", fixtureCategories + "- {id: notes, name: More, summary: Again.}\n", []string{
			`categories.yaml:3:8: category "notes" stands here twice`,
		}},
		{"wrong kinds", noteFile, in(fixtureNote, "title: [risk, words]", "title: risk", "complete: true", "complete: perhaps", "summary: A note.", "summary: [a]"), []string{
			`classes/note.yaml:7:66: this must be true or false`,
			`classes/note.yaml:8:10: this must be a plain word or sentence`,
			`classes/note.yaml:9:8: this must be a list`,
		}},
		{"empty key", noteFile, in(fixtureNote, "summary: A note.", "summary:"), []string{
			`classes/note.yaml:8:9: this is empty; leave the key out`,
		}},
		{"ids", noteFile, in(fixtureNote, "id: note\n", "id: Note\n", "id: words", "id: Words", "title: [risk, words]", "title: [risk]"), []string{
			`classes/note.yaml:2:5: "Note" is no id: write it lower-kebab`,
			`classes/note.yaml:2:5: the file is called note.yaml but its id is "Note"`,
			`classes/note.yaml:14:23: "Words" is no id: write it lowerCamel`,
			`classes/observation.yaml:8:45: there is no class "note"`,
			`extensions/weight.yaml:6:10: there is no class "note" to extend`,
		}},
		{"file name", "classes/other.yaml", fixtureNote, []string{
			`classes/other.yaml:2:5: the file is called other.yaml but its id is "note"`,
			`classes/other.yaml:2:5: class "note" is already in classes/note.yaml`,
		}},
		{"not a class file", "classes/note.yml", "x", []string{
			`classes/note.yml:1:1: only .yaml files belong in this folder`,
		}},
		{"same name", "classes/memo.yaml", in(fixtureNote, "id: note\n", "id: memo\n"), []string{
			`classes/note.yaml:1:8: class "memo" is called "Note" too`,
		}},
		{"unknown words of a class", noteFile, in(fixtureNote, "category: Notes", "category: Nots", "kind: record", "kind: recrod", "extends:", "roles: [person, king, person]\nextends:"), []string{
			`classes/note.yaml:3:11: "Nots" is no category of categories.yaml; use one of: People, Notes`,
			`classes/note.yaml:4:7: "recrod" is no kind of class`,
			`classes/note.yaml:5:9: only records have a stream`,
			`classes/note.yaml:6:17: "king" is no role of classes`,
			`classes/note.yaml:6:23: role "person" stands here twice`,
		}},
		{"stream", noteFile, in(fixtureNote, "stream: person\n", ""), []string{
			`classes/note.yaml:1:1: a record has no "stream"`,
		}},
		{"unknown stream", noteFile, in(fixtureNote, "stream: person", "stream: river"), []string{
			`classes/note.yaml:5:9: "river" is no stream`,
		}},
		{"extends in a circle", "classes/observation.yaml", in(fixtureObservation, "kind: abstract\n", "kind: abstract\nextends: weight\n"), []string{
			`classes/note.yaml:6:10: the class extends itself in a circle: note → observation → weight → note`,
		}},
		{"words of an element", noteFile, in(fixtureNote, "Happened on, id: on, type: Date and Time, occurs: Must occur once, evidence: project, role: event-date, absence: forbidden",
			"Happened on, id: on, type: Datum, occurs: Must occur, evidence: guess, role: when, absence: never"), []string{
			`classes/note.yaml:15:39: "Datum" is no type; use one of: Text, Number`,
			`classes/note.yaml:15:54: "Must occur" is no way to occur; use one of: Must occur once`,
			`classes/note.yaml:15:76: "guess" is no kind of evidence`,
			`classes/note.yaml:15:89: "when" is no role of elements`,
			`classes/note.yaml:15:104: "never" is no rule for absence`,
		}},
		{"twice in a class", noteFile, in(fixtureNote, "Due, id: due", "Words, id: words", "At, id: at", "Words, id: at", "type: Number, occurs: Could occur once,", "type: Number, occurs: Could occur once, role: event-date,"), []string{
			`classes/note.yaml:16:23: id "words" stands in this class twice`,
			`classes/note.yaml:17:12: there are two elements called "Words"`,
			`classes/note.yaml:18:79: role "event-date" is already played by "on"`,
		}},
		{"lookup without value", noteFile, in(fixtureNote, "value: coded, valueset: risk, ", ""), []string{
			`classes/note.yaml:12:43: a Lookup must say its value`,
		}},
		{"lookups", noteFile, in(fixtureNote, "value: coded, valueset: risk,", "value: code,", "value: coded, valueset: mood,", "value: coded,", "value: reference, to: [person], evidence", "value: reference, evidence"), []string{
			`classes/note.yaml:12:83: "code" is no value; use one of: coded, reference, date, text`,
			`classes/note.yaml:13:22: a coded value needs a "valueset"`,
			`classes/note.yaml:21:25: a reference needs "to"`,
		}},
		{"unknown value set", noteFile, in(fixtureNote, "valueset: risk", "valueset: rsk"), []string{
			`classes/note.yaml:12:100: there is no value set "rsk"`,
		}},
		{"keys that do not fit", noteFile, in(fixtureNote, "id: resolved,", "id: resolved, value: coded, valueset: risk, to: [person], units: [kg], lines: many, pattern: a, check: nhs-number, min: 1, max: 2,"), []string{
			`classes/note.yaml:19:43: only a Lookup or a Reference code says its value`,
			`classes/note.yaml:19:60: "valueset" is only for coded values`,
			`classes/note.yaml:19:71: "to" is only for references`,
			`classes/note.yaml:19:88: "units" is only for quantities`,
			`classes/note.yaml:19:100: "lines" is only for texts`,
			`classes/note.yaml:19:115: "pattern" is only for texts`,
			`classes/note.yaml:19:125: "check" is only for texts`,
			`classes/note.yaml:19:142: "min" is only for`,
			`classes/note.yaml:19:150: "max" is only for`,
		}},
		{"limits", noteFile, in(fixtureNote, "min: 0, max: 10.5", "min: 11, max: 10.5", "min: 3, max: 8", "min: -3, max: eight"), []string{
			`classes/note.yaml:18:97: min 11 is more than max 10.5`,
			`classes/note.yaml:20:129: "-3" is no number`,
			`classes/note.yaml:20:138: "eight" is no number`,
		}},
		{"pattern", noteFile, in(fixtureNote, "ZZ99 [0-9]", "ZZ99 ([0-9]"), []string{
			`classes/note.yaml:20:102: the pattern is no regular expression: `,
		}},
		{"quantities", "extensions/weight.yaml", in(fixtureWeight, "units: [kg]", "units: [kg, lb, kg, a b]", ", units: [mL, L]", ""), []string{
			`extensions/weight.yaml:10:24: min and max mean nothing where there are several units`,
			`extensions/weight.yaml:10:89: unit "kg" stands here twice`,
			`extensions/weight.yaml:10:93: "a b" is no UCUM unit`,
			`extensions/weight.yaml:11:30: a quantity needs "units"`,
		}},
		{"quantity in the standard", noteFile, in(fixtureNote, "type: Number, occurs: Could occur once, evidence: project, min: 0, max: 10.5", "type: Quantity, occurs: Could occur once, evidence: project, units: [kg]"), []string{
			`classes/note.yaml:18:39: the standard has no type Quantity`,
		}},
		{"blocks", "classes/person.yaml", in(fixturePerson, "- {class: name, ", "- {class: note, occurs: Could occur once, evidence: project}\n  - {class: nome, "), []string{
			`classes/person.yaml:9:9: the title names "name", which is no element`,
			`classes/person.yaml:13:13: "note" is of kind record; only a class of kind block`,
			`classes/person.yaml:14:13: there is no class "nome"`,
		}},
		{"a block in itself", "classes/name.yaml", fixtureName + "blocks:\n  - {class: name, id: inner, occurs: Could occur once, evidence: project}\n", []string{
			`classes/name.yaml:12:13: the block "name" holds this class in turn`,
		}},
		{"targets", "classes/observation.yaml", in(fixtureObservation, "to: [note]", "to: [note, name, nobody, note]", "to: [person]", "to: []"), []string{
			`classes/observation.yaml:8:51: "name" is of kind block; a reference can only point at records`,
			`classes/observation.yaml:8:57: there is no class "nobody"`,
			`classes/observation.yaml:8:65: class "note" stands here twice`,
			`classes/observation.yaml:9:25: a reference needs "to"`,
		}},
		{"inherited twice", noteFile, fixtureNote + "relationships:\n  - {name: influences, id: influences, to: [note], occurs: Could occur once, evidence: project}\n", []string{
			`classes/note.yaml:23:28: id "influences" is already lent by "observation"`,
		}},
		{"title", noteFile, in(fixtureNote, "title: [risk, words]", "title: [risk, wrods, risk]"), []string{
			`classes/note.yaml:9:15: the title names "wrods"`,
			`classes/note.yaml:9:22: the title names "risk" twice`,
		}},
		{"the subject is a reference", noteFile, in(fixtureNote, "id: words, type: Text, occurs: Could occur once, evidence: project,", "id: words, type: Text, occurs: Could occur once, evidence: project, role: room,",
			"value: reference, to: [person], role: subject", "value: text, role: subject"), []string{
			`classes/note.yaml:11:106: role "subject" needs a reference`,
		}},
		{"reserved id", noteFile, in(fixtureNote, "id: due", "id: absent"), []string{
			`classes/note.yaml:16:21: "absent" is kept for stated absences`,
		}},
		{"value set", riskFile, in(fixtureRisk, "binding: required", "binding: tight", "code: choking", "code: fall"), []string{
			`valuesets/risk.yaml:7:10: "tight" is no binding; use one of: required, open`,
			`valuesets/risk.yaml:10:12: code "fall" stands in the list twice`,
		}},
		{"no values", riskFile, fixtureRisk[:strings.Index(fixtureRisk, "values:")], []string{
			`valuesets/risk.yaml:1:1: the value set has no values`,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load(fixtureFiles(map[string]string{test.file: test.text}))
			var found *FileErrors
			if !errors.As(err, &found) {
				t.Fatalf("no faults: %v", err)
			}
			for i, f := range found.Faults {
				if i >= len(test.want) || !strings.HasPrefix(f.String(), test.want[i]) {
					t.Errorf("fault %d: %s", i, f)
				}
			}
			if len(found.Faults) < len(test.want) {
				t.Errorf("missing: %q", test.want[len(found.Faults):])
			}
		})
	}
}

func TestFaultsAreAllTold(t *testing.T) {
	_, err := Load(fixtureFiles(map[string]string{"release.yaml": "", "classes/name.yaml": "a: 1\n", "valuesets/mood.yaml": "x"}))
	for _, want := range []string{"release.yaml:1:1", `classes/name.yaml:1:1: a class has no key "a"`, "classes/person.yaml:13:13", "valuesets/mood.yaml:1:1"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
}

func TestCatalogue(t *testing.T) {
	c := fixture(t)
	var ids []string
	for _, class := range c.Classes() {
		ids = append(ids, class.ID)
	}
	if got := strings.Join(ids, " "); got != "name person note observation weight" {
		t.Errorf("classes: %s", got)
	}
	note, _ := c.Class("note")
	observation, _ := c.Class("observation")
	person, _ := c.Class("person")
	weight, _ := c.Class("weight")
	switch seenBy, _ := note.Element("seenBy"); {
	case note.Inherited(seenBy):
		t.Error("the note's own element did not take the place of the relationship")
	case !seenBy.Accepts(person) || seenBy.Accepts(note):
		t.Error("seenBy accepts the wrong classes")
	}
	influences, ok := weight.Element("influences")
	if !ok || !weight.Inherited(influences) || influences.Class != observation || !influences.Accepts(weight) || influences.Order != 2 {
		t.Errorf("weight inherits influences: %+v", influences)
	}
	if _, ok := weight.Element("words"); ok {
		t.Error("extends lent an element")
	}
	if !weight.IsA(observation) || note.IsA(weight) || len(observation.Concrete()) != 2 || !weight.Extension || note.Extension {
		t.Error("the family of note is wrong")
	}
	path := person.Path(RoleFamilyName)
	if len(path) != 2 || path[0].ID != "name" || path[1].ID != "family" || person.ByRole(RoleFamilyName) != path[1] || person.ByRole(RoleRoom) != nil {
		t.Errorf("path to the family name: %v", path)
	}
	if got := c.ClassesWithRole(ClassRolePerson); len(got) != 1 || !got[0].HasRole("person") || note.HasRole("person") {
		t.Errorf("classes with role: %v", got)
	}
	if len(note.Hash) != 64 || c.Release().Version != "1" || len(c.Categories()) != 2 || len(c.ValueSets()) != 2 {
		t.Error("release, hash, categories or value sets")
	}
}
