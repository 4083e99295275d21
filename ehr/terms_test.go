package ehr_test

import (
	"testing"

	"rosemary/ehr"
)

func TestTermLists(t *testing.T) {
	sizes := map[string]int{ehr.SubjectCategory: 6, ehr.ItemCategory: 9, ehr.VersionStatus: 5, ehr.Mode: 13, ehr.ActStatus: 15, ehr.LinkNature: 5, ehr.LinkRole: 45,
		ehr.StructureType: 2, ehr.SensitivityLevel: 5, ehr.NullFlavours: 15}
	for name, size := range sizes {
		l, ok := ehr.ListOf(name)
		if !ok || len(l.Terms) != size {
			t.Errorf("%s: %t, %d terms", name, ok, len(l.Terms))
			continue
		}
		if l.Default != "" && !l.Has(l.Default) {
			t.Errorf("%s: the default %s is not in it", name, l.Default)
		}
	}
	if _, ok := ehr.ListOf("NO_LIST"); ok {
		t.Error("there is a list of no name")
	}
}

func TestWordsAreAccepted(t *testing.T) {
	for _, x := range []struct{ list, word, code string }{
		{ehr.VersionStatus, "correction", "VER03"}, {ehr.ActStatus, "IN_PROGRESS", "ACT07"}, {ehr.ActStatus, "annulled cancelled", "ACT13"}, {ehr.LinkRole, "link-c5I", "LINK-C5i"},
		{ehr.LinkRole, "indication for", "LINK-C5i"}, {ehr.NullFlavours, "asked but unknown", "ASKU"}, {ehr.SensitivityLevel, "personal", "5"}, {ehr.Mode, "mod04", "MOD04"},
	} {
		if c := ehr.CodeOf(x.list, x.word); c.Code != x.code {
			t.Errorf("%s of %s is %s, not %s", x.word, x.list, c.Code, x.code)
		}
	}
	if c := ehr.CodeOf(ehr.VersionStatus, "nonsense"); c.Code != "nonsense" {
		t.Error("what is not in a list was changed", c)
	}
	if ehr.CodeOf(ehr.Mode, "telephone").Scheme != "CEN/TC251/EN13606-3:MODE" || ehr.Label(ehr.Mode, "MOD05") != "telephone" || ehr.Sensitivity(5).String() != "personal" {
		t.Error("schemes and labels")
	}
	if ehr.LinkLetter("LINK-C5i") != "C" || ehr.LinkLetter("LINK-A0") != "A" || ehr.LinkLetter("other") != "" {
		t.Error("letters")
	}
}

// Every role has the letter of a nature.
func TestRolesBelongToNatures(t *testing.T) {
	natures, _ := ehr.ListOf(ehr.LinkNature)
	roles, _ := ehr.ListOf(ehr.LinkRole)
	for _, r := range roles.Terms {
		if letter := ehr.LinkLetter(r.Code); letter == "" || !natures.Has("LINK-"+letter+"0") {
			t.Errorf("%s has no nature", r.Code)
		}
	}
}
