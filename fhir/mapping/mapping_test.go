package mapping

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/fhir/resource"
	"rosemary/standard"
	"rosemary/standard/standardtest"
)

func mapper(tb testing.TB) *Mapper {
	tb.Helper()
	catalogue, err := standard.Embedded()
	if err != nil {
		tb.Fatal(err)
	}
	definitions, err := resource.Load()
	if err != nil {
		tb.Fatal(err)
	}
	m, err := New(catalogue, definitions)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

var update = flag.Bool("update", false, "rewrite the golden files")

var london = func() *time.Location {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	return zone
}()

// TestEveryRecordOfEveryClassComesBack is the proof that a mapping loses nothing.
func TestEveryRecordOfEveryClassComesBack(t *testing.T) {
	m := mapper(t)
	for _, class := range m.all {
		t.Run(class.ID, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { comesBack(t, m, class) })
		})
	}
}

func comesBack(t *rapid.T, m *Mapper, class *Class) {
	subject := uuid.MustParse("018f0000-0000-7000-8000-000000000001")
	data := standardtest.Content(t, class.Class, standardtest.Options{Subject: subject})
	content, problems := class.Decode(data, standard.DecodeOptions{Subject: subject})
	if len(problems) > 0 {
		t.Fatal("the generator makes what the class refuses:", problems)
	}
	want := string(content.AppendJSON(nil))
	links := Links{Zone: london, Subject: subject}
	n := m.Write(content, Head{ID: uuid.NewString(), Version: "3", Updated: time.Unix(1e9, 0)}, links)
	sent := n.AppendJSON(nil)
	back, problems := m.Definitions.ReadJSON(sent)
	if len(problems) > 0 {
		t.Fatalf("%s is not a resource that FHIR allows: %v", sent, problems)
	}
	taken, problems := m.Read(back, links)
	if len(problems) > 0 {
		t.Fatalf("%s: %v", sent, problems)
	}
	if taken.Class != class || string(taken.Content) != want {
		t.Fatalf("as %s\n%s\ncame back as\n%s\nthrough %s", taken.Class.ID, want, taken.Content, sent)
	}
	if again := m.WriteWith(taken.Rest(), content, Head{}, links); !taken.Says(again) {
		t.Fatalf("written again it says\n%s\nand not\n%s", again.AppendJSON(nil), sent)
	}
	if !taken.Whole {
		rest := &resource.Node{Type: n.Type}
		merge(rest, taken.Rest().root)
		t.Fatalf("something of our own was not read: %s of %s", rest.AppendJSON(nil), sent)
	}
}

// TestExamplesAreAsTheyWere writes a full example of every class as a resource. What changes in one is read before it is blessed with -update.
func TestExamplesAreAsTheyWere(t *testing.T) {
	m := mapper(t)
	files, err := readFiles(classes)
	if err != nil {
		t.Fatal(err)
	}
	mappingFiles := map[string]bool{}
	for _, f := range files {
		mappingFiles[f.Class] = true
	}
	for _, class := range m.all {
		content, problems := class.Decode(class.Example(standard.ExampleOptions{Full: true, Seed: 7}), standard.DecodeOptions{})
		if len(problems) > 0 {
			t.Fatal(class.ID, problems)
		}
		n := m.Write(content, Head{ID: "018f0000-0000-7000-8000-000000000002", Version: "1", Updated: time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)}, Links{Zone: london})
		var out bytes.Buffer
		if err := json.Indent(&out, n.AppendJSON(nil), "", " "); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", "resources", class.ID+".json")
		if *update {
			if err := os.WriteFile(file, append(out.Bytes(), '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if _, mapped := mappingFiles[class.ID]; errors.Is(err, os.ErrNotExist) && !mapped {
			continue // a class that no file is about yet: all of it is extensions, which the test above holds
		}
		if err != nil || string(want) != out.String()+"\n" {
			t.Errorf("%s is no longer written as %s says (%v). Read what changed; go test -update blesses it.\n%s", class.ID, file, err, out.String())
		}
	}
}

func BenchmarkNew(b *testing.B) {
	m := mapper(b)
	for b.Loop() {
		if _, err := New(m.catalogue, m.Definitions); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWriteAndRead(b *testing.B) {
	m := mapper(b)
	class := m.byClass["daily-note"]
	content, _ := class.Decode(class.Example(standard.ExampleOptions{Full: true, Seed: 7}), standard.DecodeOptions{})
	b.ReportAllocs()
	var n *resource.Node
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n = m.Write(content, Head{ID: "018f0000-0000-7000-8000-000000000002", Version: "1"}, Links{})
		}
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, problems := m.Read(n, Links{}); len(problems) > 0 {
				b.Fatal(problems)
			}
		}
	})
}
