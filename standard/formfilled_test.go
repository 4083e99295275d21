package standard

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
)

func fixtureFormCatalogue(t *testing.T) *Catalogue {
	t.Helper()
	text := replaced(t, fixtureForm, "{element: weight, ask: How heavy?}]", "{element: weight, ask: How heavy?}, {element: influences, ask: Of which note?, from: []}]",
		"{element: words, ask: Say it}", "{element: words, ask: Say it, must: true}, {element: influences, ask: Which weight?, from: [weights]}", "back: influences\n          ", "")
	text = replaced(t, text, "from: []", "must: false")
	c, err := Load(fixtureFiles(map[string]string{
		"forms/round.yaml": text,
		"forms/quick.yaml": "form: Quick round\nid: quick\nown: note\nsummary: Falls.\nevidence: project\nsections:\n  - title: All\n    asks: [{element: risk, fixed: fall}, {element: on, ask: When?}]\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func decoded(t *testing.T, c *Catalogue, class, text string) *Content {
	t.Helper()
	of, _ := c.Class(class)
	content, _ := of.Decode([]byte(text), DecodeOptions{AllowIncomplete: true})
	return content
}

const fixtureOwnText = `{"risk":{"code":"fall"},"on":"2026-11-22T10:00Z","words":"Quiet."}`

// TestFilledForm: ticked records are pinned to the version that was shown, added ones to their first, and nothing is copied.
func TestFilledForm(t *testing.T) {
	c := fixtureFormCatalogue(t)
	form, _ := c.Form("round")
	id := func(n byte) uuid.UUID { return uuid.UUID{15: n} }
	filled := FilledForm{
		Form: form, UID: id(1), Own: decoded(t, c, "note", fixtureOwnText),
		Known: map[string][]Reference{"notes": {{UID: id(7), Version: 3}, {UID: id(7), Version: 3}}},
		New: map[string][]NewRecord{
			"weights": {{UID: id(2), Content: decoded(t, c, "weight", `{"weight":{"value":71.40,"unit":"kg"}}`)}, {UID: id(3), Content: &Content{}}},
			"notes":   {{UID: id(4), Content: decoded(t, c, "note", `{"risk":{"code":"fall"},"words":"Slipped.","influences":[{"ref":"`+id(2).String()+`"},{"ref":"`+id(9).String()+`"}]}`)}},
		},
	}
	records, problems := filled.Records()
	if len(problems) > 0 || len(records) != 3 {
		t.Fatalf("records %v, problems %v", records, problems)
	}
	want := []struct{ path, class, content string }{
		{"/own", "note", `{"risk":{"code":"fall","system":"urn:test:risk","display":"Falls"},"words":"Quiet.","on":"2026-11-22T10:00Z","influences":[{"ref":"` + id(2).String() + `","version":1},{"ref":"` + id(7).String() + `","version":3},{"ref":"` + id(4).String() + `","version":1}]}`},
		{"/asks/weights/new/0", "weight", `{"weight":{"value":71.40,"unit":"kg"}}`},
		{"/asks/notes/new/0", "note", `{"risk":{"code":"fall","system":"urn:test:risk","display":"Falls"},"words":"Slipped.","on":"2026-11-22T10:00Z","influences":[{"ref":"` + id(2).String() + `","version":1},{"ref":"` + id(9).String() + `"}]}`},
	}
	for i, w := range want {
		if got := string(records[i].Content.AppendJSON(nil)); records[i].Path != w.path || records[i].Class.ID != w.class || got != w.content {
			t.Errorf("record %d at %s: %s\nwant %s", i, records[i].Path, got, w.content)
		}
	}
	if again, _ := filled.Records(); string(again[0].Content.AppendJSON(nil)) != want[0].content || len(filled.Own.Get("influences")) != 0 {
		t.Error("what was filled in was changed")
	}
	look := func(r Reference) (*Content, bool) {
		switch r.UID {
		case id(2):
			return records[1].Content, true
		case id(4):
			return records[2].Content, true
		}
		return nil, false
	}
	pinned := form.Pinned(records[0].Content, look)
	if len(pinned["weights"]) != 2 || pinned["weights"][0].UID != id(2) || len(pinned["notes"]) != 1 || pinned["notes"][0].Version != 1 {
		t.Errorf("opened again: %v", pinned)
	}
	if found, ok := c.FormOf(records[0].Content); !ok || found.ID != "quick" {
		t.Errorf("a fall fits the quick form, that answers more by itself: %v", found)
	}
	if found, ok := c.FormOf(decoded(t, c, "note", `{"risk":{"code":"choking"}}`)); !ok || found != form {
		t.Errorf("anything else fits the other: %v", found)
	}
	if _, ok := c.FormOf(records[1].Content); ok {
		t.Error("no form keeps a weight")
	}
}

// TestFilledFormProblems: what only the form insists on has a place in the form, unless it is kept unfinished.
func TestFilledFormProblems(t *testing.T) {
	c := fixtureFormCatalogue(t)
	form, _ := c.Form("round")
	notes, _ := form.Ask("notes")
	notes.Blocks.Must = true
	filled := FilledForm{Form: form, Own: decoded(t, c, "note", `{"risk":{"code":"fall"}}`), New: map[string][]NewRecord{"weights": {{UID: uuid.New(), Content: decoded(t, c, "weight", `{"other":{"value":2,"unit":"L"}}`)}}}}
	paths := func() string {
		_, problems := filled.Records()
		var all []string
		for _, p := range problems {
			all = append(all, p.Path+" "+p.Rule)
		}
		return strings.Join(all, ", ")
	}
	if got := paths(); got != "/own/content/words must-occur, /asks/notes must-occur" {
		t.Error(got)
	}
	filled.Incomplete = true
	if got := paths(); got != "" {
		t.Error("unfinished on purpose:", got)
	}
	filled.Incomplete = false
	filled.New["notes"] = []NewRecord{{UID: uuid.New(), Content: decoded(t, c, "note", `{"risk":{"code":"fall"}}`)}}
	if got := paths(); got != "/own/content/words must-occur, /asks/notes/new/0/content/words must-occur" {
		t.Error(got)
	}
	notes.Blocks.Many, notes.Blocks.Link, notes.Blocks.Add = false, nil, nil
	filled.Known = map[string][]Reference{"notes": {{}, {}}}
	if got := paths(); got != "/own/content/words must-occur, /asks/notes/new/0 too-many, /asks/notes/known/0 too-many, /asks/notes too-many" {
		t.Error(got)
	}
}

// TestShows: conditions choose among what is known.
func TestShows(t *testing.T) {
	c := fixtureFormCatalogue(t)
	form, _ := c.Form("round")
	notes, _ := form.Ask("notes")
	b := notes.Blocks
	show := func(class, text string) bool { return b.Shows(decoded(t, c, class, text)) }
	if !show("note", `{"risk":{"code":"fall"}}`) || show("note", `{"risk":{"code":"choking","system":"urn:test:other"}}`) || show("note", `{}`) || show("weight", `{}`) || b.Shows(nil) {
		t.Error("by code")
	}
	weight, _ := c.Class("weight")
	b.Known = append(b.Known, weight)
	if !show("weight", `{}`) {
		t.Error("a class without the element is not limited by it")
	}
	set, _ := c.ValueSet("risk")
	set.Codes[0].Means = MeansEnded
	b.Where = []*Condition{{Element: "risk", NotMeans: []string{MeansEnded}}}
	if show("note", `{"risk":{"code":"fall"}}`) || !show("note", `{"risk":{"code":"choking","system":"urn:test:other"}}`) || !show("note", `{}`) {
		t.Error("by meaning")
	}
	b.Where[0] = &Condition{Element: "risk", Means: []string{MeansEnded}}
	if !show("note", `{"risk":{"code":"fall"}}`) || show("note", `{}`) {
		t.Error("only with a meaning")
	}
}

// TestForms looks at the forms that come with the program: what a carer is asked must be sayable, and what the form keeps must be valid.
func TestForms(t *testing.T) {
	c, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"about-me", "admission", "care-needs-assessment", "care-plan", "going-to-hospital", "incident", "medicine-order", "mental-capacity-assessment", "not-as-usual", "pre-admission-assessment", "return-from-hospital", "review", "risk-assessment"}
	var ids []string
	for _, f := range c.Forms() {
		ids = append(ids, f.ID)
		links := 0
		for _, s := range f.Sections {
			if len(s.Asks) == 0 || strings.HasSuffix(s.Title, ".") {
				t.Errorf("%s: section %q", f.ID, s.Title)
			}
		}
		for _, a := range f.Asks() {
			if a.Text == "" && (a.Own == nil || a.Own.Shown()) {
				t.Errorf("%s: %s has no question", f.ID, a.ID)
			}
			if a.Blocks != nil && a.Blocks.Link != nil {
				links++
			}
		}
		if links == 0 {
			t.Errorf("%s refers to nothing that is known", f.ID)
		}
	}
	if !slices.Equal(ids, want) {
		t.Errorf("forms: %v", ids)
	}
	plan, _ := c.Form("care-plan")
	chain := map[string]string{"goals": "needs", "instructions": "goals", "activities": "instructions"}
	for later, earlier := range chain {
		ask, _ := plan.Ask(later)
		if !slices.ContainsFunc(ask.Blocks.Add.Questions, func(q *Question) bool {
			return slices.ContainsFunc(q.From, func(from *Ask) bool { return from.ID == earlier })
		}) {
			t.Errorf("the chain is broken between %s and %s", earlier, later)
		}
	}
}

// TestFormsCanBeFinished fills every form in with examples and has each record checked by its class.
func TestFormsCanBeFinished(t *testing.T) {
	c, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	person := uuid.New()
	for _, f := range c.Forms() {
		t.Run(f.ID, func(t *testing.T) {
			filled := FilledForm{Form: f, UID: uuid.New(), Own: exampleOf(t, f.Own, person), Known: map[string][]Reference{}, New: map[string][]NewRecord{}}
			for _, a := range f.Asks() {
				if a.Blocks == nil {
					continue
				}
				if a.Blocks.Add != nil {
					filled.New[a.ID] = []NewRecord{{UID: uuid.New(), Content: exampleOf(t, a.Blocks.Add.Class, person)}}
				} else if a.Blocks.Link != nil && a.Blocks.Many {
					filled.Known[a.ID] = []Reference{{UID: uuid.New(), Version: 2}}
				}
			}
			records, problems := filled.Records()
			for _, p := range problems {
				t.Errorf("%s: %s", p.Path, p.Message)
			}
			for _, r := range records {
				if _, problems := r.Class.Decode(r.Content.AppendJSON(nil), DecodeOptions{Prefix: r.Path + "/content", Subject: person}); len(problems) > 0 {
					t.Errorf("%s: %v", r.Class.ID, problems)
				}
			}
			if !f.Fits(records[0].Content) {
				t.Error("the own record does not fit its form")
			}
		})
	}
}

func exampleOf(t *testing.T, class *Class, person uuid.UUID) *Content {
	t.Helper()
	content, problems := class.Decode(class.Example(ExampleOptions{Seed: 1, Full: true, Ref: func(*Element) uuid.UUID { return person }}), DecodeOptions{Subject: person})
	if len(problems) > 0 {
		t.Fatalf("the example of %s: %v", class.ID, problems)
	}
	return content
}
