package api_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"rosemary/internal/fixture"
	"rosemary/standard"
)

// schemas compiles the schemas of the document with an independent implementation of JSON Schema.
func schemas(t *testing.T, whole []byte) func(name string) *jsonschema.Schema {
	t.Helper()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	if err := compiler.AddResource("urn:openapi", parsed); err != nil {
		t.Fatal(err)
	}
	return func(name string) *jsonschema.Schema {
		t.Helper()
		s, err := compiler.Compile("urn:openapi#/components/schemas/" + name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return s
	}
}

func conforms(t *testing.T, s *jsonschema.Schema, what string, text []byte) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err == nil {
		err = s.Validate(value)
	}
	if err != nil {
		t.Errorf("%s: %v\n%s", what, err, text)
	}
}

// TestOpenAPI: the document names every route; what it points at is there; every example keeps to the schema of its class.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	doc, whole := openAPI(t, w.As("carer"))
	var index struct {
		Routes []struct{ Method, Path string }
	}
	w.Nobody().Get("/api").Want(200).Read(&index)
	for _, r := range index.Routes {
		if doc.Paths[r.Path][strings.ToLower(r.Method)] == nil {
			t.Errorf("%s %s is not in the document", r.Method, r.Path)
		}
	}
	var parsed any
	if err := json.Unmarshal(whole, &parsed); err != nil {
		t.Fatal(err)
	}
	for _, found := range regexp.MustCompile(`"\$ref":"#(/[^"]+)"`).FindAllStringSubmatch(string(whole), -1) {
		if !resolves(parsed, found[1]) {
			t.Errorf("nothing is at %s", found[1])
		}
	}
	compiled := schemas(t, whole)
	for name := range doc.Components.Schemas {
		compiled(name)
	}
	for _, class := range w.Catalogue.Classes() {
		example, ok := doc.Components.Examples[class.ID]
		if class.Kind != standard.KindRecord || class.Reserved() {
			continue
		}
		if !ok {
			t.Errorf("%s has no example", class.ID)
			continue
		}
		conforms(t, compiled("NewRecord"), class.ID, example.Value)
		var sent struct {
			Content jsontext.Value `json:"content"`
		}
		if err := json.Unmarshal(example.Value, &sent); err != nil {
			t.Fatal(err)
		}
		conforms(t, compiled("class-"+class.ID), class.ID, sent.Content)
	}
}

func resolves(root any, pointer string) bool {
	for part := range strings.SplitSeq(pointer[1:], "/") {
		object, ok := root.(map[string]any)
		if !ok {
			return false
		}
		if root, ok = object[part]; !ok {
			return false
		}
	}
	return true
}

// TestRepliesKeepToTheDocument: what the API really answers is what the document says it answers.
func TestRepliesKeepToTheDocument(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := w.As("manager")
	_, whole := openAPI(t, c)
	compiled := schemas(t, whole)
	made := c.Post(person(w)+"/records", note("Tea in the garden")).Want(201)
	conforms(t, compiled("Receipt"), "the receipt of a record", made.Body)
	at := made.Header.Get("Location")
	var r receipt
	made.Read(&r)
	for path, schema := range map[string]string{
		at: "Version", at + "/versions": "Versions", at + "/versions/1": "Version", at + "/change-log": "List",
		person(w): "Person", "/api/people": "People", person(w) + "/records": "Versions", person(w) + "/contributions": "List",
		person(w) + "/access-log": "List", "/api/contributions/" + r.Contribution: "Contribution", "/api/directory": "List", "/api/standard/classes": "List",
	} {
		conforms(t, compiled(schema), path, c.Get(path).Want(200).Body)
	}
	batch := fmt.Sprintf(`{"contributions":[{"stream":%q,"changes":[{"type":"create",%s]}]}`, w.Person, note("Twice")[1:])
	conforms(t, compiled("NewContributions"), "several contributions", []byte(batch))
	conforms(t, compiled("Receipts"), "their receipts", c.Post("/api/contributions", batch).Want(201).Body)
	conforms(t, compiled("Problem"), "a refusal", c.Post(person(w)+"/records", `{"class":"risk","content":{}}`).Want(422).Body)
	conforms(t, compiled("Problem"), "a conflict", c.Put(at, `{"type":"modify","content":`+fixture.NoteContent("x")+`}`, "If-Match", strings.Replace(made.Header.Get("ETag"), "::1", "::2", 1)).Want(412).Body)
}
