package installation_test

import (
	"testing"

	"rosemary/access"
	"rosemary/record"
)

// TestAnAddressRestrictedInOneIsRestrictedInBoth: of two records of one person, the one that says nothing of it tells no more than the other: on the person's page,
// in lists of people and records, and beside what a search finds.
func TestAnAddressRestrictedInOneIsRestrictedInBoth(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	twin := s.MoveIn("manager", s.Home, "Margaret", "Whitlok", "9990000034", "Room 9")
	s.note("carer", s.Person, "A zebrafinch in the garden")
	var at string
	where := func(account string) map[string]string {
		t.Helper()
		v := s.view(account)
		p, err := v.Person(t.Context(), s.Person)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]string{"page": p.PlaceName + p.Room}
		people, _, err := v.People(t.Context(), access.PeopleQuery{})
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range people {
			if one.UID == s.Person {
				seen["list"] = one.PlaceName + one.Room
			}
		}
		found, err := v.Search(t.Context(), access.SearchQuery{Text: "zebrafinch"})
		if err != nil || len(found.Hits) != 1 {
			t.Fatalf("found %+v, %v", found, err)
		}
		seen["search"] = found.Hits[0].Person.PlaceName + found.Hits[0].Person.Room
		found, err = v.Search(t.Context(), access.SearchQuery{Text: "room", Stream: s.Person})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range found.Hits {
			seen["words"] += h.Title.Text
		}
		placements, _, err := v.Records(t.Context(), access.RecordsQuery{Stream: s.Person, Classes: []string{"placement"}})
		if err != nil {
			t.Fatal(err)
		}
		for range placements {
			seen["records"] += "placement"
		}
		return seen
	}
	if _, err := s.Session("manager").Link(t.Context(), access.Joining{A: s.Person, B: twin, Why: "Her daughter was asked", Differences: "One number was typed wrongly"}); err != nil {
		t.Fatal(err)
	}
	before := where("carer")
	for place, says := range before {
		if says == "" {
			t.Errorf("nothing is restricted yet, and the %s says nothing", place)
		}
	}
	own, err := s.view("manager").Record(t.Context(), twin, twin)
	if err != nil {
		t.Fatal(err)
	}
	at = string(own.Content)
	s.Commit("manager", &record.Proposal{Stream: twin, Changes: []record.ProposedChange{
		{Type: record.Modify, Record: twin, Expected: own.Number, Content: []byte(at[:len(at)-1] + `,"restrictedAddress":true}`)},
	}})
	for place, says := range where("carer") {
		if says != "" {
			t.Errorf("the %s tells the carer %q", place, says)
		}
	}
	for place, says := range where("manager") {
		if says != before[place] {
			t.Errorf("the %s tells the manager %q, not %q", place, says, before[place])
		}
	}
}
