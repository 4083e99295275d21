package body_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/care/body"
	"rosemary/record"
	"rosemary/standard"
)

// TestTheFigureNamesPlacesThatThereAre: every region is a place and a side that can be recorded, stands inside the figure, and both views are there; left and right stand the other way round in front.
func TestTheFigureNamesPlacesThatThereAre(t *testing.T) {
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	regions, err := body.Figure()
	if err != nil {
		t.Fatal(err)
	}
	class := catalogue.ClassesWithRole(standard.ClassRoleBodyMark)[0]
	sites, sides := class.ByRole(standard.RoleBodySite).ValueSet, class.ByRole(standard.RoleSide).ValueSet
	seen := map[body.Region]bool{}
	for _, r := range regions {
		x, y := r.Shape.Middle()
		if _, ok := sites.Code(r.Site); !ok {
			t.Errorf("%s is no place on the body", r.Site)
		}
		if _, ok := sides.Code(r.Side); !ok {
			t.Errorf("%s is no side", r.Side)
		}
		if seen[body.Region{View: r.View, Site: r.Site, Side: r.Side}] || x < 0 || x > 200 || y < 0 || y > 420 {
			t.Errorf("%+v stands twice, or outside", r)
		}
		seen[body.Region{View: r.View, Site: r.Site, Side: r.Side}] = true
		onLeft := x < 100
		switch {
		case r.Side == "left" && onLeft == (r.View == body.Front), r.Side == "right" && onLeft != (r.View == body.Front):
			t.Errorf("%s %s stands on the wrong side %s", r.Side, r.Site, r.View)
		}
	}
}

// TestLooksAtOneMarkAreOneSeries: later looks follow the first, whatever the order they come in; a healed mark has ended; looks in a ring do no harm.
func TestLooksAtOneMarkAreOneSeries(t *testing.T) {
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	id := func(n byte) uuid.UUID { return uuid.UUID{15: n} }
	look := func(n byte, day, status string, before byte) *record.Version {
		content := `{"when":"2026-03-` + day + `T09:00:00+00:00","kind":{"code":"bruise","system":"urn:rosemary:body-mark-kind"},"status":{"code":"` + status + `","system":"urn:rosemary:body-mark-status"}`
		if before > 0 {
			content += `,"laterLookAt":{"ref":"` + id(before).String() + `"}`
		}
		return &record.Version{VersionID: record.VersionID{Record: id(n), Number: 1}, Class: "body-mark", Status: record.Complete, Content: []byte(content + "}"), From: record.Moment(n)}
	}
	marks := body.Marks(catalogue, []*record.Version{
		look(3, "16", "healed", 2), look(1, "10", "new", 0), look(2, "12", "healing", 1), look(4, "15", "new", 0), look(5, "01", "same", 6), look(6, "02", "same", 5), look(7, "03", "same", 99),
	}, time.UTC)
	if len(marks) != 4 || len(marks[0].Looks) != 3 || !marks[0].Ended || marks[0].Looks[0].Version.Record != id(1) || marks[1].Ended || len(marks[3].Looks) != 2 {
		t.Errorf("marks: %+v", marks)
	}
}
