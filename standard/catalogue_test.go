package standard_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/standard"
	"rosemary/standard/standardtest"
)

// embedded returns the standard that the program carries.
func embedded(t testing.TB) *standard.Catalogue {
	t.Helper()
	c, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTypesOfActivityAndObservation(t *testing.T) {
	c := embedded(t)
	families := map[string][]string{
		"Activity": {"Vaccination", "Device", "Transfer of care", "Communication", "Medication", "Procedure", "Task", "Referral", "Service"},
		"Observation": {"Problem", "Allergies and adverse reactions", "Alert", "Investigation result", "Outcome", "Incident", "Safeguarding concern",
			"Need", "Strength", "Risk", "Circumstance", "Daily living", "Preference", "Wish", "Environment"},
	}
	for parent, children := range families {
		top := named(c, parent)
		if top == nil || top.Kind != standard.KindAbstract {
			t.Errorf("there is no abstract class %s", parent)
			continue
		}
		for _, name := range children {
			if class := named(c, name); class == nil || class.Kind != standard.KindRecord || !class.IsA(top) {
				t.Errorf("%s is no record that extends %s", name, parent)
			}
		}
	}
}

// named finds a class by the standard's name.
func named(c *standard.Catalogue, name string) *standard.Class {
	for _, class := range c.Classes() {
		if strings.EqualFold(class.Name, name) {
			return class
		}
	}
	return nil
}

// evidence is what is known of the published standard, as far as this test reads it.
type evidence struct {
	Classes []struct {
		Class    string `json:"class"`
		Category string `json:"category"`
		Complete bool   `json:"complete"`
		Elements []struct {
			Name     string `json:"name"`
			Type     string `json:"type"`
			Occurs   string `json:"occurs"`
			Evidence string `json:"evidence"`
		} `json:"elements"`
	} `json:"classes"`
}

// TestPublishedElements compares the class files with what was read on the published pages, where that is at hand.
func TestPublishedElements(t *testing.T) {
	data, err := os.ReadFile("../../shared/mods/evidence.json")
	if err != nil {
		t.Skip("the evidence is not here")
	}
	var known evidence
	if err := json.Unmarshal(data, &known); err != nil {
		t.Fatal(err)
	}
	c := embedded(t)
	for _, k := range known.Classes {
		seen := map[string]bool{}
		class := named(c, k.Class)
		for _, e := range k.Elements {
			if !strings.Contains(e.Evidence, "seen") {
				continue
			}
			seen[e.Name] = true
			if e.Evidence != "seen" {
				continue
			}
			if class == nil {
				t.Errorf("there is no class %q", k.Class)
				break
			}
			checkSeen(t, class, e.Name, e.Type, e.Occurs)
		}
		if class == nil {
			continue
		}
		for _, e := range class.Elements {
			if e.Evidence == standard.Published && e.Origin == standard.FromElements && !seen[e.Name] {
				t.Errorf("%s: %q is said to be published, but was not seen", class.Name, e.Name)
			}
			if k.Complete && e.Origin == standard.FromElements && !seen[e.Name] {
				t.Errorf("%s: %q is not on the page, which was seen whole", class.Name, e.Name)
			}
		}
	}
}

// checkSeen checks that the class has the element to the letter.
func checkSeen(t *testing.T, class *standard.Class, name, typ, occurs string) {
	t.Helper()
	i := slices.IndexFunc(class.Elements, func(e *standard.Element) bool { return e.Name == name && e.Origin == standard.FromElements })
	if i < 0 {
		t.Errorf("%s has no element %q", class.Name, name)
		return
	}
	e := class.Elements[i]
	if !strings.HasPrefix(typ, "(") && typ != "" && e.Type != typ {
		t.Errorf("%s: %q is of type %q, published as %q", class.Name, name, e.Type, typ)
	}
	if !strings.HasPrefix(occurs, "(") && occurs != "" && e.Occurs != occurs {
		t.Errorf("%s: %q occurs %q, published as %q", class.Name, name, e.Occurs, occurs)
	}
	if e.Evidence != standard.Published {
		t.Errorf("%s: %q was seen, but its evidence is %q", class.Name, name, e.Evidence)
	}
}

// TestRolesAreWrittenDown checks that the page about the files names the very roles that the program asks for.
func TestRolesAreWrittenDown(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, roles, _ := strings.Cut(string(readme), "## Roles")
	written := map[string]bool{}
	for i, word := range strings.Split(roles, "`") {
		if i%2 == 1 {
			written[word] = true
		}
	}
	for _, role := range append(standard.ClassRoles(), standard.ElementRoles()...) {
		if !written[role] {
			t.Errorf("README.md does not name the role %s", role)
		}
	}
	for _, role := range append(standard.ClassRoles(), standard.ElementRoles()...) {
		delete(written, role)
	}
	for word := range written {
		t.Errorf("README.md names a role %s that the program does not know", word)
	}
}

// TestExamples checks that the examples of every class are valid, the same each time, and conform to the class's JSON Schema.
func TestExamples(t *testing.T) {
	c := embedded(t)
	for _, class := range c.Classes() {
		if class.Kind != standard.KindRecord {
			continue
		}
		root := schemaOf(t, c, class)
		for seed := range uint64(8) {
			o := standard.ExampleOptions{Full: seed%2 == 1, Seed: seed}
			example := class.Example(o)
			if !bytes.Equal(example, class.Example(o)) {
				t.Errorf("%s: two examples of one seed differ", class.ID)
			}
			content, problems := class.Decode(example, standard.DecodeOptions{})
			for _, p := range problems {
				t.Errorf("%s: %s: %s %s %s", class.ID, p.Path, p.Rule, p.Value, p.Message)
			}
			if len(problems) > 0 {
				break
			}
			if missing := content.Missing(); missing != nil {
				t.Errorf("%s: %v", class.ID, missing)
			}
			checkConforms(t, root, class, example)
			if content.Title() == "" {
				t.Errorf("%s has no title", class.ID)
			}
		}
	}
}

func schemaOf(t testing.TB, c *standard.Catalogue, class *standard.Class) map[string]any {
	t.Helper()
	v, err := parse(c.Schema(class))
	if err != nil {
		t.Fatalf("%s: schema: %v", class.ID, err)
	}
	return v.(map[string]any)
}

func checkConforms(t interface {
	Helper()
	Errorf(string, ...any)
}, root map[string]any, class *standard.Class, content []byte,
) {
	t.Helper()
	v, err := parse(content)
	if err != nil {
		t.Errorf("%s: %v", class.ID, err)
		return
	}
	for _, wrong := range conform(root, root, v, "") {
		t.Errorf("%s: schema: %s", class.ID, wrong)
	}
}

// TestSchemaRefuses checks that the schema is not so wide that everything conforms.
func TestSchemaRefuses(t *testing.T) {
	c := embedded(t)
	for _, class := range c.Classes() {
		root := schemaOf(t, c, class)
		if wrong := conform(root, root, map[string]any{"no such element": 1.0}, ""); len(wrong) == 0 {
			t.Errorf("%s: the schema takes an unknown element", class.ID)
		}
		for _, e := range class.Elements {
			if wrong := conform(root, root, map[string]any{e.ID: []any{}}, ""); len(wrong) == 0 {
				t.Errorf("%s: the schema takes an empty list for %s", class.ID, e.ID)
			}
		}
	}
}

// TestDecodeAndEncode draws valid content of every class, in every form the encoding allows: it is accepted, conforms to the schema,
// is written in one way, and reading that again gives the same.
func TestDecodeAndEncode(t *testing.T) {
	c := embedded(t)
	subject := uuid.MustParse("01900000-0000-7000-8000-000000000001")
	records := map[string][]*standard.Class{}
	schemas := map[string]map[string]any{}
	for _, class := range c.Classes() {
		if class.Kind == standard.KindRecord {
			records[class.Category.ID] = append(records[class.Category.ID], class)
			schemas[class.ID] = schemaOf(t, c, class)
		}
	}
	for category, classes := range records {
		t.Run(category, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				class := rapid.SampledFrom(classes).Draw(t, "class")
				checkRoundTrip(t, class, schemas[class.ID], subject)
			})
		})
	}
}

func checkRoundTrip(t *rapid.T, class *standard.Class, schema map[string]any, subject uuid.UUID) {
	in := standardtest.Content(t, class, standardtest.Options{Subject: subject})
	content, problems := class.Decode(in, standard.DecodeOptions{Subject: subject})
	if len(problems) > 0 {
		t.Fatalf("%s\n%v", in, problems)
	}
	checkConforms(t, schema, class, in)
	once := content.AppendJSON(nil)
	again, problems := class.Decode(once, standard.DecodeOptions{Subject: subject})
	if len(problems) > 0 {
		t.Fatalf("%s\n%v", once, problems)
	}
	if twice := again.AppendJSON(nil); !bytes.Equal(once, twice) {
		t.Fatalf("not the same again:\n%s\n%s", once, twice)
	}
	stored, err := standard.ReadContent(class, once)
	if err != nil || len(stored.Unknown) > 0 {
		t.Fatalf("stored: %v %v", err, stored.Unknown)
	}
	if read := stored.AppendJSON(nil); !bytes.Equal(once, read) {
		t.Fatalf("not the same when read from the store:\n%s\n%s", once, read)
	}
}

func TestExportJSON(t *testing.T) {
	c := embedded(t)
	var buf bytes.Buffer
	if err := c.ExportJSON(&buf); err != nil {
		t.Fatal(err)
	}
	var out struct {
		Classes []struct {
			Class    string `json:"class"`
			Category string `json:"category"`
			Elements []struct {
				Name, Type, Occurs, Evidence, From, Origin string
				Inherited                                  bool
			} `json:"elements"`
			Relationships []struct{ Name string }  `json:"relationships"`
			Blocks        []struct{ Block string } `json:"blocks"`
		} `json:"classes"`
	}
	if err := json.Unmarshal(buf.Bytes(), &out, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	if len(out.Classes) != len(c.Classes()) {
		t.Errorf("%d classes of %d", len(out.Classes), len(c.Classes()))
	}
	for i, class := range out.Classes {
		want := c.Classes()[i]
		if class.Class != want.Name || class.Category != want.Category.Name {
			t.Errorf("class %d: %s", i, class.Class)
		}
		listed := 0
		for _, e := range class.Elements {
			if e.Name == "" || e.Type == "" || e.Occurs == "" || e.Evidence == "" || e.From == "" || !e.Inherited && e.Origin != "element" {
				t.Errorf("%s: %+v", class.Class, e)
			}
			if !e.Inherited {
				listed++
			}
		}
		own := 0
		for _, e := range want.Elements {
			if e.Origin == standard.FromElements {
				own++
			}
		}
		if own != listed {
			t.Errorf("%s: %d elements of %d", class.Class, listed, own)
		}
	}
}

func TestExportCSV(t *testing.T) {
	c := embedded(t)
	var buf bytes.Buffer
	if err := c.ExportCSV(&buf); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&buf).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := 1
	for _, class := range c.Classes() {
		want += len(class.Elements)
	}
	if len(rows) != want || rows[0][0] != "class" || rows[1][0] != c.Classes()[0].Name {
		t.Errorf("%d rows of %d", len(rows), want)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := standard.Embedded(); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzDecode feeds anything to every class's decoder: it must come back, with a plain path in every problem, and what it accepts must be
// written so that it is accepted again.
func FuzzDecode(f *testing.F) {
	c := embedded(f)
	classes := c.Classes()
	for i, class := range classes {
		f.Add(i, class.Example(standard.ExampleOptions{Full: true, Seed: 1}))
	}
	for _, s := range []string{`{`, `{"a":`, "{\"\xff\":1}", `{"words":"\ud800"}`, `[[[[`, `{"name":[{"absent":"declined","absent":1}]}`} {
		f.Add(0, []byte(s))
	}
	f.Fuzz(func(t *testing.T, n int, data []byte) {
		class := classes[(n%len(classes)+len(classes))%len(classes)]
		content, problems := class.Decode(data, standard.DecodeOptions{Prefix: "/content"})
		for _, p := range problems {
			if !strings.HasPrefix(p.Path, "/content") || p.Rule == "" || p.Message == "" {
				t.Errorf("%+v", p)
			}
		}
		if _, err := standard.ReadContent(class, data); err != nil && len(problems) == 0 {
			t.Errorf("accepted but not read: %v", err)
		}
		if len(problems) > 0 {
			return
		}
		once := content.AppendJSON(nil)
		again, problems := class.Decode(once, standard.DecodeOptions{})
		if len(problems) > 0 || !bytes.Equal(again.AppendJSON(nil), once) {
			t.Errorf("not the same again: %s %v", once, problems)
		}
	})
}

// BenchmarkDecodeFull decodes the fullest content of the class with the most elements.
func BenchmarkDecodeFull(b *testing.B) {
	classes := embedded(b).Classes()
	largest := slices.MaxFunc(classes, func(x, y *standard.Class) int { return len(x.Elements) - len(y.Elements) })
	example := largest.Example(standard.ExampleOptions{Full: true, Seed: 1})
	b.SetBytes(int64(len(example)))
	b.ReportAllocs()
	for b.Loop() {
		if _, problems := largest.Decode(example, standard.DecodeOptions{}); problems != nil {
			b.Fatal(problems)
		}
	}
}
