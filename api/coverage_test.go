package api_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"rosemary/internal/fixture"
	"rosemary/internal/installation"
	"rosemary/standard"
)

// document is what the tests read of the OpenAPI document.
type document struct {
	Paths      map[string]map[string]jsontext.Value `json:"paths"`
	Components struct {
		Schemas  map[string]jsontext.Value `json:"schemas"`
		Examples map[string]struct {
			Value jsontext.Value `json:"value"`
		} `json:"examples"`
	} `json:"components"`
}

func openAPI(t *testing.T, c *fixture.Caller) (document, []byte) {
	t.Helper()
	reply := c.Get("/api/openapi.json").Want(200)
	var d document
	if err := json.Unmarshal(reply.Body, &d); err != nil {
		t.Fatal(err)
	}
	return d, reply.Body
}

// covered is one class on its way through the product.
type covered struct {
	class  *standard.Class
	at     string // the address of its record
	stream uuid.UUID
	tag    string // of its last version
	body   []byte // of the reply that gives it
}

// TestEveryClass sends the example of every class exactly as the OpenAPI document has it, corrects it, reads it back, exports it, takes it in elsewhere
// and reads it there.
func TestEveryClass(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := w.As("manager")
	doc, _ := openAPI(t, c)
	furnishExamples(t, w, c)
	var all []*covered
	for _, class := range w.Catalogue.Classes() {
		if class.Kind != standard.KindRecord || class.Reserved() {
			continue
		}
		example, ok := doc.Components.Examples[class.ID]
		if !ok {
			t.Errorf("%s has no example", class.ID)
			continue
		}
		t.Run(class.ID, func(t *testing.T) { all = append(all, commitExample(t, w, c, class, example.Value)) })
	}
	if t.Failed() {
		return
	}
	elsewhere := moved(t, w)
	there := w.Elsewhere(elsewhere).As("manager")
	for _, one := range all {
		t.Run(one.class.ID+" elsewhere", func(t *testing.T) {
			if got := there.Get(one.at).Want(200); !bytes.Equal(got.Body, one.body) || got.Header.Get("ETag") != one.tag {
				t.Errorf("it was\n%s\nand is\n%s", one.body, got.Body)
			}
		})
	}
}

// furnishExamples makes all that the examples point at: the entries of the directory, least first, and the person with a record of every class.
func furnishExamples(t *testing.T, w *fixture.World, c *fixture.Caller) {
	t.Helper()
	waiting := w.Catalogue.Classes()
	for len(waiting) > 0 {
		var later []*standard.Class
		var refused []byte
		for _, class := range waiting {
			if class.Kind != standard.KindRecord || class.Reserved() || !class.ExampleOfDirectory() {
				continue
			}
			change := fmt.Sprintf(`{"type":"create","class":%q,"content":%s}`, class.ID, w.Catalogue.PublishedExample(class, true))
			if r := c.Post("/api/directory", fmt.Sprintf(`{"entry":%q,"changes":[%s]}`, class.ExampleUID(), change)); r.Status != 201 {
				later, refused = append(later, class), r.Body
			}
		}
		if len(later) == len(waiting) {
			t.Fatalf("%d entries of the directory cannot be begun, the last because of %s", len(later), refused)
		}
		waiting = later
	}
	var changes []byte
	var person *standard.Class
	for _, class := range w.Catalogue.Classes() {
		if class.Kind != standard.KindRecord || class.Reserved() || class.ExampleOfDirectory() {
			continue
		}
		if class.HasRole(standard.ClassRolePerson) {
			person = class
		}
		if len(changes) > 0 {
			changes = append(changes, ',')
		}
		changes = fmt.Appendf(changes, `{"type":"create","record":%q,"class":%q,"content":%s}`, class.ExampleUID(), class.ID, w.Catalogue.PublishedExample(class, false))
	}
	changes = fmt.Appendf(changes, `,{"type":"create","class":"placement","content":{"serviceProvider":{"ref":%q},"from":"2026-01-05"}}`, w.Home)
	c.Post("/api/people", fmt.Sprintf(`{"person":%q,"changes":[%s]}`, person.ExampleUID(), changes)).Want(201)
}

// without takes one field out of an object.
func without(t *testing.T, content jsontext.Value, field string) jsontext.Value {
	t.Helper()
	fields := map[string]jsontext.Value{}
	if err := json.Unmarshal(content, &fields); err != nil {
		t.Fatal(err)
	}
	delete(fields, field)
	text, err := json.Marshal(fields, json.Deterministic(true))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// commitExample writes a record as the document shows it, reads it, corrects it and reads it again. Who a person is stands there once: it is corrected only.
func commitExample(t *testing.T, w *fixture.World, c *fixture.Caller, class *standard.Class, body []byte) *covered {
	t.Helper()
	var sent struct {
		Content jsontext.Value `json:"content"`
	}
	if err := json.Unmarshal(body, &sent); err != nil {
		t.Fatal(err)
	}
	if class.HasRole(standard.ClassRoleMedicineOrder) { // only the second person can say that they have checked an order: it is written as it is before that
		before := sent.Content
		sent.Content = without(t, before, class.ByRole(standard.RoleCheckedBy).ID)
		body = bytes.Replace(body, before, sent.Content, 1)
	}
	person := w.Catalogue.ClassesWithRole(standard.ClassRolePerson)[0].ExampleUID()
	one := &covered{class: class, stream: person}
	base := "/api/people/"
	if class.ExampleOfDirectory() {
		base, one.stream = "/api/directory/", class.ExampleUID()
	}
	one.at = base + one.stream.String() + "/records/" + class.ExampleUID().String()
	if !class.ExampleOfDirectory() && !class.HasRole(standard.ClassRolePerson) {
		one.at = c.Post(base+one.stream.String()+"/records", string(body)).Want(201).Header.Get("Location")
		sameContent(t, w, class, c.Get(one.at).Want(200).Body, sent.Content)
	}
	one.tag = c.Get(one.at).Want(200).Header.Get("ETag")
	least := w.Catalogue.PublishedExample(class, true)
	one.tag = c.Put(one.at, fmt.Sprintf(`{"type":"correct","description":"It said too much","content":%s}`, least), "If-Match", one.tag).Want(200).Header.Get("ETag")
	sameContent(t, w, class, c.Get(one.at).Want(200).Body, least)
	c.Put(one.at, fmt.Sprintf(`{"type":"modify","content":%s}`, sent.Content), "If-Match", one.tag).Want(200)
	reply := c.Get(one.at).Want(200)
	one.tag, one.body = reply.Header.Get("ETag"), bytes.Clone(reply.Body)
	sameContent(t, w, class, one.body, sent.Content)
	return one
}

// sameContent fails unless a version as replies give it holds the content that was sent.
func sameContent(t *testing.T, w *fixture.World, class *standard.Class, version, sent []byte) {
	t.Helper()
	var v struct {
		Content jsontext.Value `json:"content"`
	}
	if err := json.Unmarshal(version, &v); err != nil {
		t.Fatal(err)
	}
	content, problems := class.Decode(sent, standard.DecodeOptions{Subject: w.Catalogue.ClassesWithRole(standard.ClassRolePerson)[0].ExampleUID()})
	if len(problems) > 0 {
		t.Fatalf("%s: %v", class.ID, problems)
	}
	if want := content.AppendJSON(nil); !bytes.Equal(v.Content, want) {
		t.Errorf("%s: sent\n%s\nand read\n%s", class.ID, want, v.Content)
	}
}

// moved exports a whole installation and takes it in to an empty one.
func moved(t *testing.T, w *fixture.World) *installation.Installation {
	t.Helper()
	var file bytes.Buffer
	if _, err := w.Export(context.Background(), &file, nil, nil); err != nil {
		t.Fatal(err)
	}
	in, err := installation.Open(context.Background(), installation.Options{
		Dir: filepath.Join(t.TempDir(), "data"), Now: w.Clock.Now, Logger: slog.New(slog.DiscardHandler), Catalogue: w.Catalogue,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	if _, err := in.Import(context.Background(), bytes.NewReader(file.Bytes()), nil); err != nil {
		t.Fatal(err)
	}
	return in
}
