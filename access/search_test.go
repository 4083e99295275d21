package access_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/record/words"
	"rosemary/standard"
)

// follow indexes what is there.
func (w *world) follow() {
	w.t.Helper()
	for did := true; did; {
		var err error
		if did, err = w.index.Step(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
	}
}

// searches gives the titles of what is found, with the person it is about.
func (a actor) searches(q access.SearchQuery) *step {
	a.w.t.Helper()
	result, err := a.view().Search(a.w.t.Context(), q)
	var names []string
	for _, h := range result.Hits {
		names = append(names, strings.TrimSpace(h.Person.Card.Family+": "+h.Title.Text))
	}
	return a.did("searches", err, names)
}

// TestSearchIsNoWayAround: whoever is let in to a part of a record finds no more of it by words, nothing of the rest is counted, and no word of it is shown in a title.
func TestSearchIsNoWayAround(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, settings{policy: func(text string) string {
		return strings.Replace(text, "\nshown:\n", "\nshown:\n  - {role: care-assistant, roles: [placement]}\n", 1)
	}})
	w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone()
	w.as("nurse").commit(w.note("Okafor", "fell in the garden", "")).wantDone()
	for _, indexed := range []bool{false, true} {
		if indexed {
			w.follow()
		}
		for _, q := range []access.SearchQuery{{Text: "fell", Count: true}, {Text: "fell", Count: true, Stream: w.people["Okafor"]}, {Text: "garden", Count: true, Classes: []string{"note"}}} {
			for account, want := range map[string]int{"nurse": 1, "carer": 0} {
				got, err := w.as(account).view().Search(t.Context(), q)
				if err != nil || len(got.Hits) != want || got.Count != want || got.More {
					t.Errorf("%s finds %d and is told of %d (%v) by %+v: %v", account, len(got.Hits), got.Count, got.More, q, err)
				}
			}
		}
		cut, err := w.as("nurse").narrow("user/Person.rs", "").view().Search(t.Context(), access.SearchQuery{Text: "fell", Count: true})
		if err != nil || len(cut.Hits) != 0 || cut.Count != 0 {
			t.Errorf("a program that may not see notes finds %+v: %v", cut, err)
		}
	}
}

// TestSearchShowsWhatMayBeSeen: sensitivity, exclusion, placement and role decide as they do in lists, for what is shown and what is counted, and the trail
// says that somebody searched, never for what.
func TestSearchShowsWhatMayBeSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone()
	w.as("elm-manager").commit(w.register("Pike", "Elm House")).wantDone()
	w.as("manager").commit(w.note("Okafor", "a fall in the garden", "")).wantDone()
	w.as("manager").commit(w.note("Okafor", "a fall that the nurse saw", "", "nurse")).wantDone()
	w.as("manager").commit(w.note("Okafor", "a fall to ask the police about", "confidential")).wantDone()
	w.as("elm-manager").commit(w.note("Pike", "a fall at the gate", "sensitive")).wantDone()
	for _, indexed := range []bool{false, true} {
		if indexed {
			w.follow()
		}
		all := access.SearchQuery{Text: "falling", Count: true}
		w.as("carer").searches(all).wantShown("Okafor: a fall that the nurse saw", "Okafor: a fall in the garden").wantLogged("search done", "search done")
		w.as("nurse").searches(all).wantShown("Okafor: a fall in the garden")
		w.as("manager").searches(all).wantShown("Okafor: a fall to ask the police about", "Okafor: a fall that the nurse saw", "Okafor: a fall in the garden")
		w.as("elm-carer").searches(all).wantShown().wantLogged("search done")
		w.as("elm-manager").searches(all).wantShown("Pike: a fall at the gate")
		one := access.SearchQuery{Text: "fall", Stream: w.people["Okafor"]}
		w.as("nurse").searches(one).wantShown("Okafor: a fall in the garden").wantLogged("search done")
		w.as("elm-manager").searches(one).wantDenied().wantLogged("search refused")
		w.as("admin").searches(all).wantForbidden().wantLogged("search refused")
		w.as("carer").searches(access.SearchQuery{Text: "x"}).want(standard.Invalid)
		w.as("carer").searches(access.SearchQuery{Text: "fall", Classes: []string{"nothing"}}).want(standard.Invalid)
		result := must[access.SearchResult](t)(w.as("carer").view().Search(t.Context(), all))
		if result.Count != 2 || result.More || result.Next != nil {
			t.Errorf("the carer is told of %d and more: %v", result.Count, result.More)
		}
		w.as("carer").did("looks", nil, nil)
	}
	w.as("manager").did("looks", nil, nil)
	for _, e := range w.entriesAfter(0) {
		if strings.Contains(strings.ToLower(fmt.Sprint(e)), "fall") {
			t.Errorf("the trail holds what was searched for: %+v", e)
		}
	}
}

// TestSearchHidesWhereSomebodyLives: a placement of somebody with a restricted address is neither found nor counted.
func TestSearchHidesWhereSomebodyLives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.register("Okafor", "Rose House")
	p.Changes[0].Content = []byte(`{"family":"Okafor","restricted":true}`)
	w.as("manager").commit(p).wantDone()
	w.as("manager").commit(w.register("Pike", "Rose House")).wantDone()
	for range 2 {
		q := access.SearchQuery{Text: "room", Count: true}
		w.as("carer").searches(q).wantShown("Pike: Room 7")
		w.as("manager").searches(q).wantShown("Pike: Room 7", "Okafor: Room 7")
		result := must[access.SearchResult](t)(w.as("carer").view().Search(t.Context(), q))
		if result.Count != 1 || result.Hits[0].Person.Concealed {
			t.Errorf("the carer is told of %+v", result)
		}
		q.Stream = w.people["Okafor"]
		w.as("carer").searches(q).wantShown()
		w.follow()
	}
}

// TestSearchFindsWhatListsShow compares every search with a list of everything that the reader may see, for random records, readers, words and moments.
func TestSearchFindsWhatListsShow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := rand.New(rand.NewPCG(3, 4))
	readers := []string{"carer", "senior", "nurse", "manager", "elm-carer", "elm-manager", "inspector"}
	vocabulary := strings.Fields("fall falls falling garden gate hip painful pain tea walked walks")
	phrase := func(n int) string {
		var some []string
		for range 1 + r.IntN(n) {
			some = append(some, vocabulary[r.IntN(len(vocabulary))])
		}
		return strings.Join(some, " ")
	}
	var moments []record.Moment
	for i := range 8 {
		p := w.register(fmt.Sprint("Person", i), []string{"Rose House", "Elm House"}[i%2])
		if i%4 == 0 {
			p.Changes[0].Content = fmt.Appendf(nil, `{"family":"Person%d","restricted":true}`, i)
		}
		w.as([]string{"manager", "elm-manager"}[i%2]).commit(p).wantDone()
	}
	type written struct {
		person  int
		record  uuid.UUID
		version int
	}
	var notes []*written
	for i := range 150 {
		person := r.IntN(8)
		manager := w.as([]string{"manager", "elm-manager"}[person%2])
		sensitivity := []string{"", "", "sensitive", "confidential"}[r.IntN(4)]
		var notFor []string
		if r.IntN(4) == 0 {
			notFor = []string{readers[r.IntN(len(readers))]}
		}
		name := phrase(4)
		p := w.note(fmt.Sprint("Person", person), name, sensitivity, notFor...)
		if i%3 == 0 && len(notes) > 0 {
			n := notes[r.IntN(len(notes))]
			p.Stream, person = w.people[fmt.Sprint("Person", n.person)], n.person
			manager = w.as([]string{"manager", "elm-manager"}[person%2])
			p.Changes[0].Type, p.Changes[0].Record, p.Changes[0].Expected = record.Modify, n.record, n.version
			if len(notFor) == 0 || !strings.HasSuffix(notFor[0], "manager") {
				if manager.commit(p).err == nil {
					n.version++
				}
			}
			continue
		}
		if s := manager.commit(p); s.err == nil && (len(notFor) == 0 || !strings.HasSuffix(notFor[0], "manager")) {
			notes = append(notes, &written{person, p.Changes[0].Record, 1})
		}
		moments = append(moments, manager.view().Moment())
		if i%40 == 0 {
			w.follow()
		}
	}
	for range 60 {
		a := w.as(readers[r.IntN(len(readers))])
		view := a.view()
		if r.IntN(2) == 0 {
			view = a.viewAt(access.At{Moment: moments[r.IntN(len(moments))]})
		}
		q := access.SearchQuery{Text: phrase(2), Limit: 1 + r.IntN(7), Count: true}
		if r.IntN(3) == 0 {
			q.Text = "room"
		}
		if r.IntN(3) == 0 {
			q.Category = []string{"notes", "people"}[r.IntN(2)]
		}
		if r.IntN(4) == 0 {
			q.Until = time.Date(2026, 3, 16+r.IntN(2), 15, 0, 0, 0, time.UTC)
		}
		want := w.listed(a, view, q)
		got, pages := map[string]bool{}, 0
		counted := -1
		for {
			result, err := view.Search(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if counted < 0 {
				counted = result.Count
			}
			for _, h := range result.Hits {
				id := h.VersionID.String()
				if got[id] {
					t.Fatalf("%s is shown twice", id)
				}
				got[id] = true
				if len(h.Snippet.Marks) == 0 {
					t.Errorf("%q: nothing is marked in %+v", q.Text, h.Snippet)
				}
			}
			if q.After = result.Next; q.After == nil {
				break
			}
			if pages++; pages > 300 {
				t.Fatal("pages without end")
			}
		}
		if !maps.Equal(got, want) || counted != len(want) {
			t.Errorf("%s, %q at %d: found %v, counted %d, lists show %v", a.name, q.Text, view.Moment(), slices.Sorted(maps.Keys(got)), counted, slices.Sorted(maps.Keys(want)))
		}
	}
}

// listed gives what lists show that says what is searched for.
func (w *world) listed(a actor, view *access.View, q access.SearchQuery) map[string]bool {
	w.t.Helper()
	asked := must[words.Query](w.t)(words.Parse(q.Text))
	found := map[string]bool{}
	for _, stream := range w.people {
		versions, _, err := view.Records(w.t.Context(), access.RecordsQuery{Stream: stream, Category: q.Category, From: q.From, Until: q.Until, Limit: 1000})
		if standard.KindOf(err) == standard.NotFound {
			continue
		}
		if err != nil {
			w.t.Fatal(err)
		}
		for _, v := range versions {
			content := must[*standard.Content](w.t)(v.Decoded(smallStandard(w.t)))
			if asked.Matches(words.Of(content)) {
				found[v.VersionID.String()] = true
			}
		}
	}
	return found
}
