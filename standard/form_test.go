package standard

import (
	"errors"
	"strings"
	"testing"
)

const fixtureForm = `form: Round
id: round
own: note
summary: A round of the home.
evidence: project
sections:
  - title: About it
    intro: First things first.
    asks:
      - risk
      - {element: on, ask: When was it?}
      - {element: words, ask: What did you see?, must: true}
  - title: Weights
    asks:
      - id: weights
        known: [weight]
        ask: Which weights?
        link: influences
        add:
          ask: Add a weight
          elements: [{element: weight, ask: How heavy?}]
      - id: notes
        known: [note]
        where: [{element: risk, codes: [fall], without: [choking]}]
        ask: Which notes?
        hint: From this week.
        link: influences
        occurs: Should occur once or more
        add:
          ask: Add a note
          back: influences
          elements: [risk, {element: on, same: on}, {element: words, ask: Say it}]
`

// replaced changes pieces of a text, each of which must be there.
func replaced(t *testing.T, text string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%q is not in the file", pairs[i])
		}
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// wantFaults compares faults by their beginnings, all of them.
func wantFaults(t *testing.T, got []FileError, want []string) {
	t.Helper()
	for i, f := range got {
		if i >= len(want) || !strings.HasPrefix(f.String(), want[i]) {
			t.Errorf("fault %d: %s", i, f)
		}
	}
	if len(got) < len(want) {
		t.Errorf("missing: %q", want[len(got):])
	}
}

// TestFaultsOfForms makes one kind of mistake at a time in a form and looks at every fault, with its line and column.
func TestFaultsOfForms(t *testing.T) {
	tests := []struct {
		name  string
		pairs []string
		want  []string
	}{
		{"unknown class", []string{"own: note", "own: nite"}, []string{`forms/round.yaml:3:6: there is no class "nite"`}},
		{"own is a block", []string{"own: note", "own: name"}, []string{`forms/round.yaml:3:6: "name" is of kind block; only a class of kind record`}},
		{"unknown key", []string{"summary:", "sumary:"}, []string{`forms/round.yaml:1:1: a form has no "summary"`, `forms/round.yaml:4:1: a form has no key "sumary"`}},
		{"unknown key of an ask", []string{"hint: From", "hnit: From"}, []string{`forms/round.yaml:26:9: an ask has no key "hnit"`}},
		{"unknown element", []string{"- risk\n", "- rosk\n"}, []string{`forms/round.yaml:3:6: class "note" must have risk, and the form asks no question`, `forms/round.yaml:10:9: class "note" has no element "rosk"`}},
		{"an element twice", []string{"- risk\n", "- risk\n      - risk\n"}, []string{`forms/round.yaml:11:9: "risk" is asked for twice`}},
		{"an id twice", []string{"id: notes", "id: weights"}, []string{`forms/round.yaml:22:13: "weights" is asked for twice`}},
		{"a section twice", []string{"title: Weights", "title: About it"}, []string{`forms/round.yaml:13:12: there are two sections called "About it"`}},
		{"wrong id", []string{"id: round", "id: Round", "id: notes", "id: my-notes"}, []string{
			`forms/round.yaml:2:5: "Round" is no id`, `forms/round.yaml:2:5: the file is called round.yaml but its id is "Round"`, `forms/round.yaml:22:13: "my-notes" is no id`}},
		{"not a list", []string{"known: [note]", "known: note"}, []string{`forms/round.yaml:23:16: this must be a list`, `forms/round.yaml:24:17: "where" limits what is known`, `forms/round.yaml:30:11: "add" needs the "class"`}},
		{"not a word", []string{"own: note", "own: [note]"}, []string{`forms/round.yaml:3:6: this must be a plain word or sentence`}},
		{"not a yes or no", []string{"own: note", "own: note\nonce: sometimes"}, []string{`forms/round.yaml:4:7: this must be true or false`}},
		{"wrong must", []string{"must: true", "must: maybe"}, []string{`forms/round.yaml:12:56: "maybe" is no answer to must`}},
		{"must not lifted", []string{"- risk\n", "- {element: risk, must: false}\n"}, []string{`forms/round.yaml:10:31: "risk" must be answered in class "note"`}},
		{"empty", []string{"ask: Add a note", "ask:"}, []string{`forms/round.yaml:30:15: this is empty`}},
		{"an alias", []string{"summary: A round of the home.", "summary: *x"}, []string{`forms/round.yaml:4:10: this must be a plain word`}},
		{"no YAML", []string{"[fall]", "[fall"}, []string{`forms/round.yaml:24:`}},
		{"a tab", []string{"    intro:", "\tintro:"}, []string{`forms/round.yaml:8:1: this is not YAML: there is a tab`}},
		{"a key twice", []string{"own: note\n", "own: note\nown: note\n"}, []string{`forms/round.yaml:4:1: this is not YAML: mapping key "own" already defined`}},
		{"wrong occurs", []string{"Should occur once or more", "Might occur"}, []string{`forms/round.yaml:28:17: "Might occur" is no way to occur`}},
		{"must occur without a way", []string{"link: influences\n        occurs: Should occur once or more\n        add:\n          ask: Add a note\n          back: influences\n          elements: [risk, {element: on, same: on}, {element: words, ask: Say it}]", "occurs: Must occur once"}, []string{
			`forms/round.yaml:27:17: it must occur, yet nothing can be ticked or added here`}},
		{"missing question", []string{", ask: When was it?", ""}, []string{`forms/round.yaml:11:19: "on" has no question`}},
		{"missing question of the class", []string{"elements: [risk, {element: on, same: on},", "elements: [{element: on, same: on},"}, []string{`forms/round.yaml:30:11: class "note" must have risk, and the form asks no question`}},
		{"missing question of an ask", []string{"ask: Which notes?\n        ", ""}, []string{`forms/round.yaml:22:13: an ask for records of the person needs its question`}},
		{"missing id of an ask", []string{"- id: notes\n        known", "- known"}, []string{`forms/round.yaml:22:9: an ask for records of the person needs an "id"`}},
		{"neither", []string{"- risk\n", "- {ask: What?}\n"}, []string{`forms/round.yaml:3:6: class "note" must have risk`, `forms/round.yaml:10:9: an ask needs either "element"`}},
		{"both", []string{"- risk\n", "- {element: risk, known: [note], id: a, ask: b}\n"}, []string{`forms/round.yaml:3:6: class "note" must have risk`, `forms/round.yaml:10:9: an ask needs either "element"`}},
		{"keys of the other kind", []string{"- risk\n", "- {element: risk, link: seenBy, id: a, occurs: Could occur once, where: [{element: risk, codes: [fall]}]}\n", "hint: From", "must: true\n        hint: From"}, []string{
			`forms/round.yaml:10:31: "link" is only for records`, `forms/round.yaml:10:43: "id" is only for records`, `forms/round.yaml:10:54: "occurs" is only for records`,
			`forms/round.yaml:10:80: "where" is only for records`, `forms/round.yaml:26:15: "must" is only for an element`}},
		{"unknown class shown", []string{"known: [note]", "known: [note, nobody]"}, []string{`forms/round.yaml:23:23: there is no class "nobody"`}},
		{"a class twice", []string{"known: [note]", "known: [note, note]"}, []string{`forms/round.yaml:23:23: class "note" stands here twice`}},
		{"a class twice by its parent", []string{"known: [note]", "known: [note, observation]"}, []string{`forms/round.yaml:23:23: class "note" stands here twice`, `forms/round.yaml:30:11: "add" needs the "class"`}},
		{"which class to add", []string{"known: [note]", "known: [note, weight]"}, []string{`forms/round.yaml:30:11: "add" needs the "class"`}},
		{"condition", []string{"element: risk, codes: [fall], without: [choking]", "element: rask, codes: [fall]"}, []string{`forms/round.yaml:24:27: none of the classes shown here has an element "rask"`}},
		{"condition on words", []string{"element: risk, codes", "element: words, codes"}, []string{`forms/round.yaml:24:27: "words" of class "note" holds a text`}},
		{"condition on a code that is none", []string{"codes: [fall]", "codes: [fell], means: [over]"}, []string{`forms/round.yaml:24:41: "fell" is no code`, `forms/round.yaml:24:56: "over" is no meaning`}},
		{"a condition without one", []string{", codes: [fall], without: [choking]", ""}, []string{`forms/round.yaml:24:17: a condition needs "codes"`}},
		{"a link that is none", []string{"link: influences\n        occurs", "link: influence\n        occurs"}, []string{`forms/round.yaml:27:15: class "note" has no element "influence"`}},
		{"a link that is no reference", []string{"link: influences\n        occurs", "link: words\n        occurs"}, []string{`forms/round.yaml:27:15: "words" of class "note" cannot be a link`}},
		{"a link that does not point there", []string{"link: influences\n        occurs: Should occur once or more", "link: seenBy\n        occurs: Should occur once"}, []string{`forms/round.yaml:27:15: "seenBy" of class "note" cannot point at records of class "note"`}},
		{"a link with room for one", []string{"link: influences\n        occurs", "link: seenBy\n        occurs"}, []string{`forms/round.yaml:27:15: "seenBy" of class "note" can point at one record only`, `forms/round.yaml:27:15: "seenBy" of class "note" cannot point`}},
		{"a link that is asked for", []string{"- risk\n", "- risk\n      - {element: influences, ask: Which?}\n"}, []string{`forms/round.yaml:11:19: "influences" is the link of other asks`}},
		{"a way back that does not lead there", []string{"back: influences", "back: seenBy"}, []string{`forms/round.yaml:31:17: "seenBy" of class "note" cannot point at records of class "note"`}},
		{"a way back that is asked for", []string{"elements: [risk, ", "elements: [risk, {element: influences, ask: Which?}, "}, []string{`forms/round.yaml:32:38: "influences" is the way back`}},
		{"the subject", []string{"- risk\n", "- risk\n      - subjectOfCare\n"}, []string{`forms/round.yaml:11:9: "subjectOfCare" is never asked`}},
		{"fixed", []string{"- risk\n", "- {element: risk, fixed: drowning}\n", "{element: on, ask: When was it?}", "{element: on, fixed: today}"}, []string{
			`forms/round.yaml:10:32: "drowning" is no code of value set "risk"`, `forms/round.yaml:11:19: "on" has no question`, `forms/round.yaml:11:30: the form cannot answer "on" by itself`}},
		{"same", []string{"same: on", "same: words"}, []string{`forms/round.yaml:32:48: "words" of class "note" holds something else than "on"`}},
		{"same as nothing", []string{"same: on", "same: whenever"}, []string{`forms/round.yaml:32:48: class "note" has no element "whenever"`}},
		{"same as what is not asked", []string{"same: on", "same: due"}, []string{`forms/round.yaml:32:48: the form does not ask for "due"`}},
		{"same in the own record", []string{"must: true", "same: on"}, []string{`forms/round.yaml:12:50: an ask has no key "same"`}},
		{"from what comes later", []string{"elements: [{element: weight, ask: How heavy?}]", "elements: [{element: weight, ask: How heavy?}, {element: influences, ask: Which?, from: [notes]}]"}, []string{
			`forms/round.yaml:21:`}},
		{"from itself", []string{"elements: [{element: weight, ask: How heavy?}]", "elements: [{element: weight, ask: How heavy?}, {element: influences, ask: Which?, from: [weights]}]"}, []string{
			`forms/round.yaml:21:100: no earlier ask of this form`}},
		{"from what cannot be", []string{"{element: words, ask: Say it}", "{element: seenBy, ask: Who?, from: [weights]}, {element: words, ask: Say it, from: [weights]}"}, []string{
			`forms/round.yaml:32:89: "seenBy" of class "note" cannot point at what "weights" asks for`, `forms/round.yaml:32:137: "words" points at no record`}},
		{"elements of no block", []string{"must: true", "elements: [a]"}, []string{`forms/round.yaml:12:19: "words" is no block`}},
		{"nothing to fill in", []string{"elements: [risk, {element: on, same: on}, {element: words, ask: Say it}]", "elements: [{element: risk, fixed: fall}, {element: on, same: on}]"}, []string{`forms/round.yaml:30:11: the form answers everything by itself`}},
		{"evidence", []string{"evidence: project", "evidence: provider"}, []string{`forms/round.yaml:5:11: "provider" is no kind of evidence; use one of: published`}},
		{"invalid UTF-8", []string{"Round", "R\xffund"}, []string{`forms/round.yaml:1:8: the file is not UTF-8 text`}},
		{"a control character", []string{"summary: A round", "summary: A r\x00und"}, []string{`forms/round.yaml:4:13: there is a control character here that no text has (U+0000)`}},
		{"too large", []string{"summary: A round", "summary: " + strings.Repeat("x", MaxFile)}, []string{`forms/round.yaml:1:1: the file is larger than 256 KB`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load(fixtureFiles(map[string]string{"forms/round.yaml": replaced(t, fixtureForm, test.pairs...)}))
			var found *FileErrors
			if !errors.As(err, &found) {
				t.Fatalf("no faults: %v", err)
			}
			wantFaults(t, found.Faults, test.want)
		})
	}
}

// TestFormsWriteNothingReserved: what is written by an action of its own cannot be had through a form.
func TestFormsWriteNothingReserved(t *testing.T) {
	c, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	reserved := c.ClassesWithRole(ClassRoleSamePerson)[0]
	for at, text := range map[string]string{
		"forms/mine.yaml:3:6: ":  "form: Mine\nid: mine\nown: " + reserved.ID + "\nsummary: x\nevidence: provider\nsections: []\n",
		"forms/mine.yaml:9:25: ": "form: Mine\nid: mine\nown: about-me\nsummary: x\nevidence: provider\nsections:\n  - title: x\n    asks:\n      - {id: a, known: [" + reserved.ID + "], ask: b, add: {ask: c, elements: []}}\n",
	} {
		file, err := CheckOwn(nil, "", []byte(text))
		if err != nil || file.Good() || !strings.Contains(file.Faults[0].String(), at) || !strings.Contains(file.Faults[0].Message, "by an action of their own") {
			t.Errorf("%v, %v", file.Faults, err)
		}
	}
}

// TestFormsOfAnyEditor: a mark in front of the text, and line ends as Windows has them, change nothing.
func TestFormsOfAnyEditor(t *testing.T) {
	text := "\ufeff" + strings.ReplaceAll(fixtureForm, "\n", "\r\n")
	c, err := Load(fixtureFiles(map[string]string{"forms/round.yaml": text}))
	if err != nil {
		t.Fatal(err)
	}
	if form, ok := c.Form("round"); !ok || form.Name != "Round" {
		t.Errorf("%+v", form)
	}
}
