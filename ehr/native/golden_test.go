package native_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"rosemary/ehr"
	"rosemary/ehr/ehrtest"
)

// example is an extract that a person can read: a need with its two versions, a link, a folder, the person and her key worker.
func example() *ehrtest.Parts {
	at := ehr.Moment{Text: "2026-03-09T11:30:00+00:00"}
	home, worker, person := ehr.ID{Root: "1.2.3.4", Extension: "rosemary-house", Authority: "Rosemary House"}, ehr.ID{Root: "worker-7"}, ehr.ID{Root: "person-1"}
	component := func(name, class, id string) ehr.Component {
		return ehr.Component{Name: &ehr.SimpleText{Text: name}, ArchetypeID: class, RCID: ehr.ID{Root: id}}
	}
	version := func(id, status string, before *ehr.ID, words, litres string) *ehr.Composition {
		c := &ehr.Composition{Component: component("Need", "need", id)}
		c.Sensitivity = 3
		c.Committal = ehr.Audit{System: home, Committed: at, Committer: worker, Previous: before, VersionSet: &ehr.ID{Root: "need-1"}}
		code := ehr.CodeOf(ehr.VersionStatus, status)
		c.Committal.VersionStatus = &code
		c.Composer = &ehr.Role{Performer: worker}
		e := &ehr.Entry{Component: component("Need", "need", id+"/entry"), InfoProvider: &ehr.Role{Performer: person}}
		g := &ehr.Cluster{Component: component("Drinking", "/content/drinking", id+"/drinking"), Structure: ehr.CodeOf(ehr.StructureType, "list")}
		g.Parts = []ehr.Item{&ehr.Element{Component: component("Daily target", "/content/drinking/target", id+"/target"), Value: &ehr.Quantity{Digits: litres, Unit: "L"}}}
		e.Items = []ehr.Item{&ehr.Element{Component: component("What is needed", "/content/description", id+"/description"), Value: &ehr.SimpleText{Text: words, Language: "en"}}, g,
			&ehr.Element{Component: component("Likely to last", "/content/lasts", id+"/lasts"), Value: &ehr.Null{Flavour: "NASK"}}}
		c.Content = []ehr.Content{e}
		return c
	}
	first := version("need-1::rosemary-house::1", "finished", nil, "Help to drink enough", "1.50")
	second := version("need-1::rosemary-house::2", "correction", &first.RCID, "Help to drink enough; a cup with two handles", "1.60")
	second.Links = []ehr.Link{{Nature: ehr.CodeOf(ehr.LinkNature, "same problem"), Target: []ehr.ID{first.RCID}}}
	folder := &ehr.Folder{Component: component("Needs", "", "folder-1"), Compositions: []ehr.ID{first.RCID, second.RCID}}
	folder.Synthesised = true
	return &ehrtest.Parts{
		Top: &ehr.Header{System: home, EHR: person, Subject: person, Created: at, Model: "EN 13606", Criteria: []ehr.Criteria{{MaxSensitivity: 3}},
			Omitted: []ehr.Omission{{Reason: "more sensitive than was asked for", Count: 1}}},
		FolderList: []*ehr.Folder{folder}, CompositionList: []*ehr.Composition{first, second},
		DemographicList: []ehr.Demographic{
			&ehr.Person{Entity: ehr.Entity{Key: person, IDs: []ehr.ID{{Root: "2.16.840.1.113883.2.1.4.1", Extension: "9990000018", Authority: "NHS"}}},
				Names:   []ehr.Name{{Use: "L", Parts: []ehr.NamePart{{Type: "GIV", Text: "Ada"}, {Type: "FAM", Text: "Example"}}}},
				Subject: &ehr.SubjectDetail{Gender: ehr.Code{Code: "2"}, Birth: ehr.Moment{Text: "1938-01-04"}}},
			&ehr.Person{Entity: ehr.Entity{Key: worker}, Names: []ehr.Name{{Use: "L", Parts: []ehr.NamePart{{Type: "GIV", Text: "Sam"}, {Type: "FAM", Text: "Sample"}}}},
				Roles: []ehr.ProfessionalRole{{Position: &ehr.Coded{Text: "Key worker"}}}},
		},
	}
}

// The golden extracts are read by people: a change of the wire format shows in them.
func TestGolden(t *testing.T) {
	for _, d := range dialects() {
		file := filepath.Join("testdata", "example."+d.Name()[len("native-"):])
		again, got, err := ehrtest.Again(d, example())
		if err != nil {
			t.Fatal(err)
		}
		if diff := ehrtest.Difference(example(), again); diff != "" {
			t.Error(diff)
		}
		if flag.Lookup("update").Value.String() == "true" {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what is written now (%v); if that is meant: go test ./ehr/native -update\n%s", file, err, got)
		}
	}
	faults, err := ehr.Validate(example())
	if err != nil || len(faults) > 0 {
		t.Error(faults, err)
	}
}

func TestTheGoldenExtractIsValid(t *testing.T) {
	needXMLLint(t)
	document, err := os.ReadFile("testdata/example.xml")
	if err != nil {
		t.Fatal(err)
	}
	xmllint(t, t.TempDir(), document)
}

// Whatever bytes come, the decoders answer; and what they take is written and read again as it was, unless it is refused for what it says.
func fuzz(f *testing.F, d ehr.Dialect) {
	golden, err := os.ReadFile(filepath.Join("testdata", "example."+d.Name()[len("native-"):]))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(golden)
	f.Add(small(f, d))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ehrtest.Decode(d, bytes.NewReader(b))
		if err != nil {
			return
		}
		if _, err := ehr.Validate(p); err != nil {
			t.Fatal(err)
		}
		again, out, err := ehrtest.Again(d, p)
		if err != nil {
			if bytes.HasPrefix([]byte(err.Error()), []byte("encoding:")) {
				return
			}
			t.Fatalf("what was written cannot be read: %v\n%s", err, out)
		}
		if diff := ehrtest.Difference(p, again); diff != "" {
			t.Fatal(diff)
		}
	})
}

func FuzzDecodeJSON(f *testing.F) { fuzz(f, dialects()[0]) }

func FuzzDecodeXML(f *testing.F) { fuzz(f, dialects()[1]) }

func BenchmarkEncode(b *testing.B) {
	for _, d := range dialects() {
		b.Run(d.Name(), func(b *testing.B) {
			p, _ := ehrtest.Collect(ehrtest.Many(1000))
			var out bytes.Buffer
			b.ReportAllocs()
			for b.Loop() {
				out.Reset()
				if err := d.Encode(&out, p); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(out.Len()))
			b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "compositions/s")
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, d := range dialects() {
		b.Run(d.Name(), func(b *testing.B) {
			var out bytes.Buffer
			if err := d.Encode(&out, ehrtest.Many(1000)); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(out.Len()))
			b.ReportAllocs()
			for b.Loop() {
				if err := d.Decode(bytes.NewReader(out.Bytes()), nothing); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "compositions/s")
		})
	}
}
