package mapping

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

// TestOfficialExamplesGoInAndComeOut takes the official examples of the types that become records: what a record cannot hold is given back, so each comes out as
// it went in, or is refused with a reason.
func TestOfficialExamplesGoInAndComeOut(t *testing.T) {
	m := mapper(t)
	files, _ := filepath.Glob("../../node_modules/hl7.fhir.r4.examples/*.json")
	if len(files) < 5000 {
		t.Skipf("NOT TESTED: %d of the 5,306 official examples are here; `npm ci` installs them", len(files))
	}
	if more := os.Getenv("ROSEMARY_FHIR_EXAMPLES"); more != "" { // a folder of others, such as those of UK Core
		others, _ := filepath.Glob(filepath.Join(more, "*"))
		files = append(files, others...)
	}
	equal, refused := 0, map[string]int{}
	for _, file := range files {
		kind, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(file), "UKCore-"), "-")
		if len(m.byResource[kind]) == 0 {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		read := m.Definitions.ReadJSON
		if strings.HasSuffix(file, ".xml") {
			read = m.Definitions.ReadXML
		}
		n, problems := read(data)
		if len(problems) > 0 {
			continue // faulty as it was published
		}
		taken, problems := m.Read(n, Links{Zone: london})
		if len(problems) > 0 {
			for _, p := range problems {
				refused[p.Rule+" "+regexp.MustCompile(`\[\d+\]`).ReplaceAllString(p.Path, "")+" "+p.Value]++
			}
			continue
		}
		comesOut(t, m, filepath.Base(file), n, taken)
		equal++
	}
	t.Logf("%d come out as they went in; refused: %v", equal, refused)
	if equal < 240 {
		t.Errorf("only %d examples come out", equal)
	}
}

func comesOut(t *testing.T, m *Mapper, name string, n *resource.Node, taken *Taken) {
	content, err := standard.ReadContent(taken.Class.Class, taken.Content)
	if err != nil || len(content.Unknown) > 0 {
		t.Errorf("%s: %v %v", name, err, content.Unknown)
		return
	}
	out := m.WriteWith(taken.Rest(), content, Head{ID: n.Text("id")}, Links{Zone: london})
	if taken.Says(out) {
		return
	}
	given := taken.As(out)
	if missing := lost(n, given); missing != "" || !taken.Says(given) && len(given.At("subject").Nodes) == len(n.At("subject").Nodes) {
		t.Errorf("%s comes out differently: %s\nin  %s\nout %s", name, missing, n.AppendJSON(nil), given.AppendJSON(nil))
	}
	again, problems := m.ReadAs(taken.Class, given, Links{Zone: london})
	if len(problems) > 0 || string(again.Content) != string(taken.Content) {
		t.Errorf("%s: what comes out means something else: %s, %s %v", name, taken.Content, again.Content, problems)
	}
	// The record changed since: what it says and what was kept stand beside each other, and nothing is there twice.
	if more := m.Definitions.Check(out); len(more) > 0 {
		t.Errorf("%s: with its rest it is no resource that FHIR allows: %v", name, more)
	}
}

// lost names a value that was in a resource and is not in another.
func lost(want, got *resource.Node) string {
	missing := ""
	want.Walk(want.Type.Name, func(path string, e *resource.Node) bool {
		if e.Has && missing == "" && !there(got, e) {
			missing = path + "=" + e.Value
		}
		return missing == ""
	})
	return missing
}

func there(n, e *resource.Node) bool {
	if n.Field != nil && n.Field == e.Field && n.Has && n.Value == e.Value {
		return true
	}
	for _, c := range n.Nodes {
		if there(c, e) {
			return true
		}
	}
	return false
}
