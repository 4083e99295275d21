package installation_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/record"
	"rosemary/standard"
)

// stage is a real installation with the real standard: what joining and destroying need of classes stands there.
type stage struct {
	*fixture.World
	t *testing.T
}

func newStage(t *testing.T) *stage { return &stage{fixture.New(t), t} }

// trailOf is what the trail holds about somebody, the oldest first, of the actions asked for.
func (s *stage) trailOf(stream uuid.UUID, actions ...string) []string {
	s.t.Helper()
	entries, err := s.Session("manager").AccessLog(s.t.Context(), stream, 0, 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	var found []string
	for _, e := range slices.Backward(entries) {
		if slices.Contains(actions, e.Action) {
			found = append(found, e.Account+" "+e.Action+" "+string(e.Outcome))
		}
	}
	return found
}

func wantKindOf(t *testing.T, err error, kind standard.Kind) {
	t.Helper()
	if standard.KindOf(err) != kind {
		t.Fatalf("got %v, want %s", err, kind)
	}
}

func (s *stage) view(account string) *access.View { return s.viewAt(account, access.At{}) }

func (s *stage) viewAt(account string, at access.At) *access.View {
	s.t.Helper()
	v, err := s.Session(account).View(s.t.Context(), at)
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

func (s *stage) note(account string, stream uuid.UUID, text string) uuid.UUID {
	s.t.Helper()
	return s.Write(account, stream, "daily-note", fixture.NoteContent(text))
}

func (s *stage) count(v *access.View, stream uuid.UUID, class string) int {
	s.t.Helper()
	counts, err := v.Counts(s.t.Context(), stream)
	if err != nil {
		s.t.Fatal(err)
	}
	list, _, err := v.Records(s.t.Context(), access.RecordsQuery{Stream: stream, Classes: []string{class}})
	if err != nil {
		s.t.Fatal(err)
	}
	if len(list) != counts[class] {
		s.t.Fatalf("%d listed, %d counted", len(list), counts[class])
	}
	return counts[class]
}

// TestTwoRecordsOfOnePerson: joined, they show as one to who may read both; apart again, each stands alone; and the past shows what was known then.
func TestTwoRecordsOfOnePerson(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	twin := s.MoveIn("manager", s.Home, "Margaret", "Whitlok", "9990000034", "Room 9")
	s.note("carer", s.Person, "In the first")
	s.note("carer", twin, "In the second")
	before := s.view("carer").Moment()
	join := access.Joining{A: s.Person, B: twin, Why: "Her daughter was asked", Differences: "One number was typed wrongly"}

	_, err := s.Session("carer").Link(t.Context(), join)
	wantKindOf(t, err, standard.Forbidden)
	_, err = s.Session("manager").Link(t.Context(), access.Joining{A: s.Person, B: s.Stranger, Why: "x"})
	wantKindOf(t, err, standard.NotFound)
	_, err = s.Session("manager").Link(t.Context(), access.Joining{A: s.Person, B: s.Person, Why: " "})
	wantKindOf(t, err, standard.Invalid)
	_, err = s.Session("manager").Commit(t.Context(), &record.Proposal{Stream: s.Person, Changes: []record.ProposedChange{
		{Type: record.Create, Class: "same-person", Content: fmt.Appendf(nil, `{"otherRecord":{"ref":%q},"why":"x","from":"2026-03-16"}`, twin)},
	}})
	wantKindOf(t, err, standard.Invalid) // by its own action only
	if _, err = s.Session("manager").Link(t.Context(), join); err != nil {
		t.Fatal(err)
	}
	_, err = s.Session("manager").Link(t.Context(), join)
	wantKindOf(t, err, standard.Conflict)
	for _, stream := range []uuid.UUID{s.Person, twin} {
		if got := s.count(s.view("carer"), stream, "daily-note"); got != 2 {
			t.Errorf("joined: %d notes", got)
		}
		if got := s.count(s.viewAt("carer", access.At{Moment: before}), stream, "daily-note"); got != 1 {
			t.Errorf("before they were joined: %d notes", got)
		}
	}
	p, err := s.view("carer").Person(t.Context(), s.Person)
	if err != nil || len(p.Also) != 1 || p.Also[0].UID != twin {
		t.Errorf("also held as %+v, %v", p.Also, err)
	}
	if got := s.trailOf(twin, "link"); !slices.Equal(got, []string{"manager link done"}) {
		t.Errorf("trail: %v", got)
	}
	if _, err := s.Session("manager").Unlink(t.Context(), twin, s.Person, "Two sisters after all"); err != nil {
		t.Fatal(err)
	}
	if s.count(s.view("carer"), s.Person, "daily-note") != 1 || s.count(s.view("carer"), twin, "daily-note") != 1 {
		t.Error("apart again, they still show as one")
	}
	if proof, err := s.Verify(t.Context(), nil); err != nil {
		t.Errorf("%+v, %v", proof, err)
	}
}

// TestDifferencesMustBeSaid: two dates of birth are not passed over.
func TestDifferencesMustBeSaid(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	twin := s.MoveIn("manager", s.Home, "Margaret", "Whitlock", "9990000034", "Room 9")
	join := access.Joining{A: s.Person, B: twin, Why: "The same face"}
	_, err := s.Session("manager").Link(t.Context(), join)
	wantKindOf(t, err, standard.Invalid)
	join.Differences = "The second NHS number was typed wrongly"
	if _, err := s.Session("manager").Link(t.Context(), join); err != nil {
		t.Fatal(err)
	}
}

// TestAnAllergyInTheOtherRecord: the banner shows it even to somebody who may not read the other record, and the trail says so for that record.
func TestAnAllergyInTheOtherRecord(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	twin := s.MoveIn("elm-manager", s.Elm, "Margaret", "Whitlock", "9990000034", "Room 3")
	var both []uuid.UUID
	class := s.Catalogue.ClassesWithRole(standard.ClassRoleAllergy)[0]
	s.Write("elm-carer", twin, class.ID, string(class.Example(standard.ExampleOptions{Ref: func(*standard.Element) uuid.UUID { return twin }})))
	s.note("elm-carer", twin, "Not for Harbour House")
	create := access.NewAccount{Account: "regional", Name: "Rita", Password: fixture.Password, Role: "registered-manager", Worker: s.Workers["manager"], Places: []uuid.UUID{s.Home, s.Elm}}
	if err := s.Guard.CreateAccount(t.Context(), create); err != nil {
		t.Fatal(err)
	}
	regional, err := s.Guard.Session(t.Context(), "regional", access.Management)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := regional.Link(t.Context(), access.Joining{A: s.Person, B: twin, Why: "Moved from Elm Court", Differences: "One number was typed wrongly"}); err != nil {
		t.Fatal(err)
	}
	safety, err := s.view("carer").Safety(t.Context(), s.Person)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range safety {
		if v.Stream == twin {
			both = append(both, v.Record)
			if c, _ := s.Catalogue.Class(v.Class); !c.HasRole(standard.ClassRoleAllergy) {
				t.Errorf("the banner shows %s of a record that may not be read", v.Class)
			}
		}
	}
	if len(both) != 1 {
		t.Errorf("the banner shows %d allergies of the other record", len(both))
	}
	if got := s.count(s.view("carer"), s.Person, "daily-note"); got != 0 {
		t.Errorf("%d notes of a record that may not be read", got)
	}
	if p, err := s.view("carer").Person(t.Context(), s.Person); err != nil || len(p.Also) != 0 {
		t.Errorf("also held as %+v, %v", p.Also, err)
	}
	entries, err := regional.AccessLog(t.Context(), twin, 0, 100)
	if err != nil || !slices.ContainsFunc(entries, func(e access.Entry) bool { return e.Account == "carer" && e.Action == "safety" }) {
		t.Errorf("nobody sees that the carer was shown the allergy: %v", err)
	}
}

// TestTheUnionIsTheSortedMerge: pages of any size over two joined records give exactly what both hold, in order.
func TestTheUnionIsTheSortedMerge(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	twin := s.MoveIn("manager", s.Home, "Margaret", "Whitlok", "9990000034", "Room 9")
	if _, err := s.Session("manager").Link(t.Context(), access.Joining{A: s.Person, B: twin, Why: "One person", Differences: "One number was typed wrongly"}); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(0, 4).Draw(rt, "notes") {
			stream := rapid.SampledFrom([]uuid.UUID{s.Person, twin}).Draw(rt, "stream")
			s.Write("carer", stream, "daily-note", fmt.Sprintf(`{"when":"2026-03-%02dT07:30:00+00:00","freeText":"x"}`, rapid.IntRange(1, 15).Draw(rt, "day")))
		}
		v := s.view("carer")
		q := access.RecordsQuery{Stream: s.Person, Order: rapid.SampledFrom([]record.Order{record.HappenedDesc, record.CommittedDesc}).Draw(rt, "order"), Limit: 1000}
		whole, more, err := v.Records(t.Context(), q)
		if err != nil || more {
			rt.Fatal(more, err)
		}
		var apart []record.VersionID
		for _, stream := range []uuid.UUID{s.Person, twin} {
			some, _, err := s.Log.Versions(t.Context(), record.Query{Stream: stream, At: v.Moment(), Scope: record.Scope{Everything: true}})
			if err != nil {
				rt.Fatal(err)
			}
			for _, one := range some {
				apart = append(apart, one.VersionID)
			}
		}
		if len(apart) < len(whole) {
			rt.Fatalf("%d in the union, %d in both", len(whole), len(apart))
		}
		var paged []record.VersionID
		q.Limit = rapid.IntRange(1, 7).Draw(rt, "page")
		for more = true; more; {
			var page []*record.Version
			if page, more, err = v.Records(t.Context(), q); err != nil || len(page) > q.Limit {
				rt.Fatal(len(page), err)
			}
			for _, one := range page {
				paged = append(paged, one.VersionID)
				last := one.Cursor()
				q.After = &last
			}
		}
		if len(paged) != len(whole) {
			rt.Fatalf("%d in pages, %d whole", len(paged), len(whole))
		}
		for i, one := range whole {
			if paged[i] != one.VersionID {
				rt.Fatalf("place %d differs", i)
			}
			if i > 0 && q.Order == record.HappenedDesc && whole[i-1].Happened < one.Happened || i > 0 && q.Order == record.CommittedDesc && whole[i-1].From < one.From {
				rt.Fatalf("place %d is out of order", i)
			}
		}
	})
}

// TestItBelongsToSomebodyElse: what was written about the wrong person is entered in error there and stands where it belongs, both or neither.
func TestItBelongsToSomebodyElse(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	other := s.MoveIn("manager", s.Home, "Agnes", "Pike", "9990000034", "Room 9")
	note := s.note("carer", s.Person, "Agnes slept badly")
	move := access.Refiling{From: s.Person, Record: note, Expected: 1, To: s.Stranger, Why: "Written in the wrong record"}
	_, err := s.Session("carer").Refile(t.Context(), move)
	wantKindOf(t, err, standard.NotFound)
	if v, err := s.view("carer").Record(t.Context(), s.Person, note); err != nil || v.Status != record.Complete {
		t.Fatalf("half of it was done: %+v, %v", v, err)
	}
	move.To = other
	done, err := s.Session("carer").Refile(t.Context(), move)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := s.view("carer").Record(t.Context(), s.Person, note); err != nil || v.Status != record.EnteredInError {
		t.Errorf("there: %+v, %v", v, err)
	}
	v, err := s.view("carer").Record(t.Context(), other, done.Record)
	if err != nil || v.Status != record.Complete || v.Author != s.Workers["carer"] {
		t.Errorf("here: %+v, %v", v, err)
	}
	log, err := s.view("carer").ChangeLog(t.Context(), other, done.Record)
	if err != nil || len(log) != 1 || log[0].Change.Description == "" {
		t.Errorf("change log %+v, %v", log, err)
	}
	if got := s.trailOf(other, "refile"); !slices.Equal(got, []string{"carer refile done"}) {
		t.Errorf("trail: %v", got)
	}
}
