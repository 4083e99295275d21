package definition

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/standard"
)

var update = flag.Bool("update", false, "write the golden files anew")

func library(t testing.TB) *Library {
	t.Helper()
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	definitions, err := resource.Load()
	if err != nil {
		t.Skip(err)
	}
	m, err := mapping.New(catalogue, definitions)
	if err != nil {
		t.Fatal(err)
	}
	l, err := New(catalogue, m)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestEveryDefinitionIsOneThatFHIRAllows writes, checks and reads again every definition there is, and holds what FHIR's rules of definitions say that the base definitions do not.
func TestEveryDefinitionIsOneThatFHIRAllows(t *testing.T) {
	l := library(t)
	name := regexp.MustCompile(`^[A-Z][A-Za-z0-9_]{0,254}$`)
	segment := regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{0,63}(\[x\])?$`)
	urls := map[string]string{}
	for _, kind := range Types() {
		if len(l.All(kind)) == 0 {
			t.Errorf("there is no %s", kind)
		}
		for _, d := range l.All(kind) {
			n := d.Resource()
			if problems := l.mapper.Definitions.Check(n); len(problems) > 0 {
				t.Errorf("%s/%s: %v", kind, d.ID, problems)
			}
			back, problems := l.mapper.Definitions.ReadJSON(n.AppendJSON(nil))
			if len(problems) > 0 || !back.Equal(n) {
				t.Errorf("%s/%s does not come back: %v", kind, d.ID, problems)
			}
			if other := urls[d.URL]; other != "" && other != kind+d.ID && kind != CodeSystem {
				t.Errorf("%s and %s have the address %s", other, d.ID, d.URL)
			}
			urls[d.URL] = kind + d.ID
			if !name.MatchString(n.Text("name")) {
				t.Errorf("%s/%s has the name %q", kind, d.ID, n.Text("name"))
			}
			ids := map[string]bool{}
			for _, part := range []string{"snapshot", "differential"} {
				clear(ids)
				all := n.First(part).All("element")
				for i, e := range all {
					if id := e.Text("id"); id == "" || ids[id] {
						t.Errorf("%s: an element has the id %q, which is none or not its own", d.ID, id)
					}
					ids[e.Text("id")] = true
					for s := range strings.SplitSeq(e.Text("path"), ".") {
						if !segment.MatchString(s) {
							t.Errorf("%s: the path %q", d.ID, e.Text("path"))
						}
					}
					if i > 0 && !strings.HasPrefix(e.Text("path"), all[0].Text("path")+".") {
						t.Errorf("%s: %s is not under %s", d.ID, e.Text("path"), all[0].Text("path"))
					}
				}
			}
		}
	}
}

// TestWhatIsEmittedIsDefined: every extension and profile of ours that a record can be written with has a definition, and every binding and target names one.
func TestWhatIsEmittedIsDefined(t *testing.T) {
	l := library(t)
	defined := map[string]bool{}
	for _, kind := range Types() {
		for _, d := range l.All(kind) {
			defined[d.URL] = true
		}
	}
	wanted := func(where string, n *resource.Node) {
		n.Walk("", func(path string, e *resource.Node) bool {
			nested := strings.Count(path, ".extension[") > 1 && !strings.Contains(e.Value, ":")
			switch e.Name() {
			case "url", "profile", "targetProfile", "valueSet":
				if strings.HasPrefix(e.Value, "urn:rosemary:") && !nested && !defined[e.Value] {
					t.Errorf("%s names %s, which has no definition", where, e.Value)
				}
			}
			return true
		})
	}
	for _, class := range l.catalogue.Classes() {
		mapped, ok := l.mapper.ByClass(class.ID)
		if !ok {
			continue
		}
		for seed := range uint64(3) {
			content, problems := mapped.Decode(mapped.Example(standard.ExampleOptions{Full: true, Seed: seed}), standard.DecodeOptions{})
			if len(problems) > 0 {
				t.Fatal(class.ID, problems)
			}
			wanted(class.ID, l.mapper.Write(content, mapping.Head{}, mapping.Links{}))
		}
	}
	for _, kind := range Types() {
		for _, d := range l.All(kind) {
			wanted(kind+"/"+d.ID, d.Resource())
		}
	}
}

// TestDefinitionsAreAsTheyWere holds some against files that a person can read; -update writes them anew.
func TestDefinitionsAreAsTheyWere(t *testing.T) {
	l := library(t)
	for _, name := range []string{
		"StructureDefinition/model-risk", "StructureDefinition/model-address", "StructureDefinition/profile-risk", "StructureDefinition/profile-subject-of-care",
		"StructureDefinition/element-risk.riskCategory", "StructureDefinition/outdated", "ValueSet/acvpu", "ValueSet/medicine", "CodeSystem/acvpu",
	} {
		kind, id, _ := strings.Cut(name, "/")
		d, ok := l.ByID(kind, id)
		if !ok {
			t.Errorf("there is no %s", name)
			continue
		}
		var out bytes.Buffer
		if err := json.Indent(&out, d.Resource().AppendJSON(nil), "", " "); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", kind+"-"+id+".json")
		if *update {
			if err := os.WriteFile(file, append(out.Bytes(), '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if want, err := os.ReadFile(file); err != nil || string(want) != out.String()+"\n" {
			t.Errorf("%s is no longer written as %s says (%v). Read what changed; go test -update blesses it.", name, file, err)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	l := library(b)
	for b.Loop() {
		if _, err := New(l.catalogue, l.mapper); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAll(b *testing.B) {
	l := library(b)
	for b.Loop() {
		for _, d := range l.All(Structure) {
			d.Resource()
		}
	}
}
