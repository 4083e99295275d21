package ehr_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rosemary/ehr"
	"rosemary/ehr/ehrtest"
)

// What the generator draws has no fault, only notes.
func TestDrawnExtractsAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		faults, err := ehr.Validate(ehrtest.Extract(t, ehrtest.Options{}))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range faults {
			if f.Severity == ehr.Error {
				t.Fatal(f.Rule, f.Error())
			}
		}
	})
}

// whole is a small extract without a fault or a note: two versions of a note, a folder, a person, a worker.
func whole(t *testing.T) *ehrtest.Parts {
	t.Helper()
	p, err := ehrtest.Collect(ehrtest.Many(2))
	if err != nil {
		t.Fatal(err)
	}
	before := p.CompositionList[0].RCID
	p.CompositionList[1].Committal.Previous = &before
	return p
}

func entryOf(p *ehrtest.Parts) *ehr.Entry     { return p.CompositionList[0].Content[0].(*ehr.Entry) }
func clusterOf(p *ehrtest.Parts) *ehr.Cluster { return entryOf(p).Items[0].(*ehr.Cluster) }
func elementOf(p *ehrtest.Parts) *ehr.Element { return entryOf(p).Items[1].(*ehr.Element) }
func subjectOf(p *ehrtest.Parts) *ehr.Person  { return p.DemographicList[0].(*ehr.Person) }

func moment(s string) *ehr.Moment { return &ehr.Moment{Text: s} }

func TestEveryFaultIsToldWithItsPath(t *testing.T) {
	target := func(id string) []ehr.ID { return []ehr.ID{{Root: id}} }
	nature := ehr.CodeOf(ehr.LinkNature, "related to")
	cases := []struct {
		name     string
		break_   func(*ehrtest.Parts)
		rule     string
		path     string
		severity ehr.Severity
	}{
		{"name", func(p *ehrtest.Parts) { entryOf(p).Name = nil }, ehr.RuleMustOccur, "/all_compositions[0]/content[0]/name", ehr.Error},
		{"rc_id", func(p *ehrtest.Parts) { elementOf(p).RCID = ehr.ID{} }, ehr.RuleMustOccur, "/all_compositions[0]/content[0]/items[1]/rc_id", ehr.Error},
		{"null flavour", func(p *ehrtest.Parts) { elementOf(p).RCID = ehr.ID{Null: "NOPE"} }, ehr.RuleUnknownCode, "/all_compositions[0]/content[0]/items[1]/rc_id/null_flavor", ehr.Error},
		{"structure", func(p *ehrtest.Parts) { clusterOf(p).Structure = ehr.Code{} }, ehr.RuleMustOccur, "/all_compositions[0]/content[0]/items[0]/structure_type", ehr.Error},
		{"structure code", func(p *ehrtest.Parts) { clusterOf(p).Structure.Code = "STRC09" }, ehr.RuleUnknownCode, "/all_compositions[0]/content[0]/items[0]/structure_type", ehr.Error},
		{"committal", func(p *ehrtest.Parts) { p.CompositionList[1].Committal.Committed = ehr.Moment{} }, ehr.RuleMustOccur, "/all_compositions[1]/committal/time_committed", ehr.Error},
		{"status", func(p *ehrtest.Parts) { p.CompositionList[1].Committal.VersionStatus = &ehr.Code{Code: "VER77"} }, ehr.RuleUnknownCode, "/all_compositions[1]/committal/version_status", ehr.Error},
		{"sensitivity", func(p *ehrtest.Parts) { entryOf(p).Sensitivity = 6 }, ehr.RuleSensitivity, "/all_compositions[0]/content[0]/sensitivity", ehr.Error},
		{"same id", func(p *ehrtest.Parts) { elementOf(p).RCID = clusterOf(p).RCID }, ehr.RuleDuplicateID, "/all_compositions[0]/content[0]/items[1]/rc_id", ehr.Error},
		{"same composition", func(p *ehrtest.Parts) { p.CompositionList[1].RCID = p.CompositionList[0].RCID }, ehr.RuleDuplicateID, "/all_compositions[1]/rc_id", ehr.Error},
		{"folder in itself", func(p *ehrtest.Parts) {
			p.FolderList[0].Folders = []*ehr.Folder{{Component: ehr.Component{Name: &ehr.SimpleText{Text: "x"}, RCID: p.FolderList[0].RCID}}}
		}, ehr.RuleCycle, "/folders[0]/sub_folders[0]/rc_id", ehr.Error},
		{"folder of nothing", func(p *ehrtest.Parts) { p.FolderList[0].Compositions = target("nothing") }, ehr.RuleNotThere, "/folders[0]/compositions[0]", ehr.Error},
		{"folder of what was left out", func(p *ehrtest.Parts) {
			p.FolderList[0].Compositions, p.Top.Criteria = target("nothing"), []ehr.Criteria{{MaxSensitivity: 3}}
		}, ehr.RuleNotThere, "/folders[0]/compositions[0]", ehr.Note},
		{"link nowhere", func(p *ehrtest.Parts) { elementOf(p).Links = []ehr.Link{{Nature: nature}} }, ehr.RuleMustOccur, "/all_compositions[0]/content[0]/items[1]/links[0]/target", ehr.Error},
		{"link to itself", func(p *ehrtest.Parts) {
			elementOf(p).Links = []ehr.Link{{Nature: nature, Target: []ehr.ID{elementOf(p).RCID}}}
		}, ehr.RuleSelfLink, "/all_compositions[0]/content[0]/items[1]/links[0]/target[0]", ehr.Error},
		{"link away", func(p *ehrtest.Parts) { elementOf(p).Links = []ehr.Link{{Nature: nature, Target: target("away")}} }, ehr.RuleNotThere, "/all_compositions[0]/content[0]/items[1]/links[0]/target[0]", ehr.Note},
		{"link to follow", func(p *ehrtest.Parts) {
			elementOf(p).Links = []ehr.Link{{Nature: nature, Follow: true, Target: target("away")}}
		}, ehr.RuleNotThere, "/all_compositions[0]/content[0]/items[1]/links[0]/target[0]", ehr.Error},
		{"link role", func(p *ehrtest.Parts) {
			elementOf(p).Links = []ehr.Link{{Nature: nature, Role: &ehr.Coded{Code: "LINK-B1"}, Target: target(ehrtest.UUID(100))}}
		}, ehr.RuleLinkRole, "/all_compositions[0]/content[0]/items[1]/links[0]/role", ehr.Error},
		{"version of itself", func(p *ehrtest.Parts) { p.CompositionList[0].Committal.Previous = &p.CompositionList[1].RCID }, ehr.RuleCycle, "/all_compositions", ehr.Error},
		{"version before", func(p *ehrtest.Parts) { p.CompositionList[0].Committal.Previous = &ehr.ID{Root: "gone"} }, ehr.RuleNotThere, "/all_compositions[0]/committal/previous_version", ehr.Note},
		{"two people", func(p *ehrtest.Parts) {
			other := *subjectOf(p)
			other.Key = ehr.ID{Root: "other"}
			p.DemographicList = append(p.DemographicList, &other)
		}, ehr.RuleTwoSubjects, "/demographic_extract[2]", ehr.Error},
		{"somebody else", func(p *ehrtest.Parts) { p.Top.Subject = ehr.ID{Root: ehrtest.UUID(4)} }, ehr.RuleTwoSubjects, "/demographic_extract[0]", ehr.Error},
		{"before birth", func(p *ehrtest.Parts) { elementOf(p).Value = &ehr.Date{Text: "1937"} }, ehr.RuleBeforeBirth, "/all_compositions[0]/content[0]/items[1]/value", ehr.Note},
		{"nobody", func(p *ehrtest.Parts) { p.CompositionList[0].Composer.Performer = ehr.ID{Root: "who"} }, ehr.RuleNotThere, "/all_compositions[0]/composer/performer", ehr.Note},
		{"interval", func(p *ehrtest.Parts) {
			elementOf(p).Observed = &ehr.Interval{Low: moment("2026-03-09"), High: moment("2026-03-08")}
		}, ehr.RuleEnds, "/all_compositions[0]/content[0]/items[1]/obs_time", ehr.Error},
		{"quantities", func(p *ehrtest.Parts) {
			elementOf(p).Value = &ehr.QuantityInterval{Low: &ehr.Quantity{Digits: "10"}, High: &ehr.Quantity{Digits: "9.5"}}
		}, ehr.RuleEnds, "/all_compositions[0]/content[0]/items[1]/value", ehr.Error},
		{"date", func(p *ehrtest.Parts) { elementOf(p).Value = &ehr.Date{Text: "2026-02-30"} }, ehr.RuleBadTime, "/all_compositions[0]/content[0]/items[1]/value", ehr.Error},
		{"number", func(p *ehrtest.Parts) { elementOf(p).Value = &ehr.Quantity{Digits: "1,5"} }, ehr.RuleBadNumber, "/all_compositions[0]/content[0]/items[1]/value", ehr.Error},
		{"top", func(p *ehrtest.Parts) { p.Top.Model = "" }, ehr.RuleMustOccur, "/rm_id", ehr.Error},
		{"no top", func(p *ehrtest.Parts) { p.Top = nil }, ehr.RuleHeader, "", ehr.Error},
		{"entity", func(p *ehrtest.Parts) {
			p.DemographicList = append(p.DemographicList, &ehr.Organisation{Entity: ehr.Entity{Key: ehr.ID{Root: ehrtest.UUID(4)}}, Code: ehr.Coded{Code: "x"}, Name: "y"})
		}, ehr.RuleDuplicateID, "/demographic_extract[2]/extract_id", ehr.Error},
		{"organisation", func(p *ehrtest.Parts) {
			p.DemographicList = append(p.DemographicList, &ehr.Organisation{Entity: ehr.Entity{Key: ehr.ID{Root: "org"}}, Code: ehr.Coded{Code: "x"}})
		}, ehr.RuleMustOccur, "/demographic_extract[2]/name", ehr.Error},
	}
	if faults := validate(t, whole(t)); len(faults) > 0 {
		t.Fatal(faults)
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := whole(t)
			c.break_(p)
			faults := validate(t, p)
			for _, f := range faults {
				if f.Rule == c.rule && f.Path == c.path && f.Severity == c.severity && strings.HasSuffix(f.Message, ".") {
					return
				}
			}
			t.Errorf("%s at %s is not among %v", c.rule, c.path, faults)
		})
	}
}

func TestDepthIsTold(t *testing.T) {
	p := whole(t)
	inner := entryOf(p)
	var c ehr.Content = inner
	for i := range ehr.MaxDepth + 1 {
		c = &ehr.Section{Component: ehr.Component{Name: &ehr.SimpleText{Text: "s"}, RCID: ehr.ID{Root: ehrtest.UUID(1000 + i)}}, Members: []ehr.Content{c}}
	}
	p.CompositionList[0].Content = []ehr.Content{c}
	for _, f := range validate(t, p) {
		if f.Rule == ehr.RuleTooDeep {
			return
		}
	}
	t.Error("no word of the depth")
}

// The same extract always gets the same answer, though what is kept is kept in maps.
func TestFaultsComeInOrder(t *testing.T) {
	p := whole(t)
	for i := range 20 {
		p.FolderList[0].Compositions = append(p.FolderList[0].Compositions, ehr.ID{Root: ehrtest.UUID(5000 + i)})
	}
	first := validate(t, p)
	for range 10 {
		if d := ehrtest.Difference(first, validate(t, p)); d != "" {
			t.Fatal(d)
		}
	}
}

func validate(t *testing.T, p *ehrtest.Parts) []ehr.Fault {
	t.Helper()
	faults, err := ehr.Validate(p)
	if err != nil {
		t.Fatal(err)
	}
	return faults
}

func TestWalkGivesPaths(t *testing.T) {
	p := whole(t)
	var paths []string
	err := ehr.Walk(p.CompositionList[0], func(at *ehr.Place, _ ehr.Recorded, v ehr.Value) error {
		paths = append(paths, at.String())
		return nil
	})
	got := strings.Join(paths, "\n")
	for _, want := range []string{"/all_compositions", "/all_compositions/content[0]", "/all_compositions/content[0]/items[0]/parts[3]/value", "/all_compositions/content[0]/items[4]"} {
		if !strings.Contains(got+"\n", want+"\n") {
			t.Errorf("%s is not among\n%s", want, got)
		}
	}
	if err != nil || len(paths) != 11+8 {
		t.Error(err, len(paths), got)
	}
}

func BenchmarkValidate(b *testing.B) {
	p, _ := ehrtest.Collect(ehrtest.Many(1000))
	b.ReportAllocs()
	for b.Loop() {
		if faults, _ := ehr.Validate(p); len(faults) > 0 {
			b.Fatal(faults[0])
		}
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "compositions/s")
}
