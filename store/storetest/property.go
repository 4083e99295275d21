package storetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// ground is what the model knows of one person.
type ground struct {
	uid     uuid.UUID
	facts   record.Facts
	held    map[record.VersionID]record.Facts // what each version of the notes is judged by
	current map[uuid.UUID]record.VersionID
}

// scopeIsAllows compares lists with Scope.Allows over drawn people, notes and scopes.
func scopeIsAllows(t *testing.T, open Open) {
	w := NewWorld(t, open)
	places := []uuid.UUID{w.Home("Oak"), w.Home("Elm"), w.Home("Ash")}
	workers := []uuid.UUID{w.Worker("Rosa", "Lind"), w.Worker("Sam", "Obi")}
	var before uuid.UUID // the person of the round before, so that two are asked for at once
	rapid.Check(t, func(rt *rapid.T) {
		g := drawGround(rt, w, places, workers)
		defer func() { before = g.uid }()
		if got, err := w.Store.Facts(context.Background(), g.uid, Today); err != nil || !sameFacts(got, g.facts) {
			rt.Fatalf("facts %+v, %v; the model has %+v", got, err, g.facts)
		}
		for range 4 {
			s := drawScope(rt, places, workers, []uuid.UUID{before, g.uid})
			for _, which := range []record.Which{record.Current, record.All} {
				compareNotes(rt, w, g, s, which)
			}
			sameAcross(rt, w, []uuid.UUID{before, g.uid}, s)
			listed, _, err := w.Store.People(context.Background(), access.Selection{UID: g.uid, At: w.Head(), Day: Today, Scope: s})
			if err != nil || (len(listed) == 1) != s.Allows(g.facts) {
				rt.Fatalf("listed %d times, %v; scope %+v, facts %+v", len(listed), err, s, g.facts)
			}
		}
	})
}

func compareNotes(rt *rapid.T, w *World, g *ground, s record.Scope, which record.Which) {
	q := record.Query{Stream: g.uid, Classes: []string{"note"}, At: w.Head(), Which: which, Errors: true, Scope: s}
	list, _, err := w.Store.Versions(context.Background(), q)
	if err != nil {
		rt.Fatal(err)
	}
	shown := map[record.VersionID]bool{}
	for _, v := range list {
		shown[v.VersionID] = true
	}
	want := 0
	for id, facts := range g.held {
		if which == record.Current && g.current[id.Record] != id {
			continue
		}
		if s.Allows(facts) {
			want++
		}
		if s.Allows(facts) != shown[id] {
			rt.Fatalf("version %s shown: %v; scope %+v, facts %+v", id, shown[id], s, facts)
		}
	}
	if want != len(list) {
		rt.Fatalf("%d shown, %d wanted", len(list), want)
	}
	counts, err := w.Store.Count(context.Background(), g.uid, q.At, s)
	if err != nil || (which == record.Current && counts["note"] != want) {
		rt.Fatalf("counted %d, %v; listed %d", counts["note"], err, want)
	}
}

// sameAcross asks for the notes of several people at once and of each alone: it is the same.
func sameAcross(rt *rapid.T, w *World, people []uuid.UUID, s record.Scope) {
	ctx, at := context.Background(), w.Head()
	var want []record.VersionID
	for _, uid := range people {
		if uid == uuid.Nil {
			continue
		}
		alone, _, err := w.Store.Versions(ctx, record.Query{Stream: uid, Classes: []string{"note"}, At: at, Scope: s})
		if err != nil {
			rt.Fatal(err)
		}
		for _, v := range alone {
			want = append(want, v.VersionID)
		}
	}
	together, more, err := w.Store.Across(ctx, record.Across{Streams: people, Classes: []string{"note", "sighting"}, At: at, Scope: s, Limit: 1000})
	if err != nil || more {
		rt.Fatalf("more: %v, %v", more, err)
	}
	var got []record.VersionID
	for _, v := range together {
		if v.Class == "note" {
			got = append(got, v.VersionID)
		}
	}
	if !slices.Equal(got, want) {
		rt.Fatalf("of several people at once %v, of each alone %v; scope %+v", got, want, s)
	}
	sameSaid(rt, w, people, together, at, s)
	counts, err := w.Store.CountAcross(ctx, record.Across{Streams: people, Classes: []string{"note"}, At: at, Scope: s})
	if err != nil || counts["note"].Records != len(want) {
		rt.Fatalf("counted %+v, %v; listed %d", counts, err, len(want))
	}
	if n := len(together); n > 1 {
		some, more, err := w.Store.Across(ctx, record.Across{Streams: people, Classes: []string{"note", "sighting"}, At: at, Scope: s, Limit: n - 1})
		if err != nil || !more || len(some) != n-1 {
			rt.Fatalf("%d of %d, more: %v, %v", len(some), n, more, err)
		}
	}
}

// drawGround makes a person with placements, relationships and notes, some of them changed.
func drawGround(rt *rapid.T, w *World, places, workers []uuid.UUID) *ground {
	g := &ground{uid: w.Person("Ann", "Price"), held: map[record.VersionID]record.Facts{}, current: map[uuid.UUID]record.VersionID{}}
	g.facts.Sensitivity, g.facts.Stream = record.Normal, g.uid
	now, ever := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for range rapid.IntRange(0, 3).Draw(rt, "placements") {
		place := rapid.SampledFrom(places).Draw(rt, "place")
		days := rapid.SampledFrom([]struct {
			from, until string
			now         bool
		}{
			{"", "", true}, {"2026-03-16", "", true}, {"2026-03-17", "", false}, {"2026-03", "2026-03", true}, {"2025", "2025", false},
			{"", Today, true}, {"", "2026-03-15", false}, {"2026", "2026", true}, {"2026-04", "", false},
		}).Draw(rt, "days")
		w.Place(g.uid, place, days.from, days.until, "")
		ever[place] = true
		now[place] = now[place] || days.now
	}
	for p := range ever {
		g.facts.PlacesEver = append(g.facts.PlacesEver, p)
		if now[p] {
			g.facts.PlacesNow = append(g.facts.PlacesNow, p)
		}
	}
	for _, worker := range workers {
		until := rapid.SampledFrom([]string{"none", "", Today, "2026-03-15", "2026-03"}).Draw(rt, "until")
		if until == "none" {
			continue
		}
		w.Do(Creating(g.uid, "looks-after", object(`"worker":`+Ref(worker), text("until", until))))
		if until != "2026-03-15" {
			g.facts.Workers = append(g.facts.Workers, worker)
		}
	}
	for range rapid.IntRange(0, 3).Draw(rt, "notes") {
		g.drawNote(rt, w, workers)
	}
	return g
}

// drawNote writes a note in one or two versions. Each is hidden from whom it or the last excludes, and held as closely as the closer of the two.
func (g *ground) drawNote(rt *rapid.T, w *World, workers []uuid.UUID) {
	draw := func() (record.Sensitivity, []uuid.UUID) {
		s := record.Sensitivity(rapid.IntRange(1, 3).Draw(rt, "sensitivity"))
		return s, slices.DeleteFunc(slices.Clone(workers), func(uuid.UUID) bool { return rapid.IntRange(0, 2).Draw(rt, "excluded") > 0 })
	}
	s, excluded := draw()
	p := Creating(g.uid, "note", NoteOf("x", "", excluded...))
	p.Changes[0].Sensitivity = s.String()
	rec := p.Changes[0].Record
	w.Do(p)
	ids := []record.VersionID{{Record: rec, System: System, Number: 1}}
	each, shut := []record.Sensitivity{s}, [][]uuid.UUID{excluded}
	if rapid.Bool().Draw(rt, "changed") {
		s, excluded = draw()
		p := Changing(g.uid, rec, 1, NoteOf("y", "", excluded...))
		p.Changes[0].Sensitivity = s.String()
		w.Do(p)
		ids, each, shut = append(ids, record.VersionID{Record: rec, System: System, Number: 2}), append(each, s), append(shut, excluded)
	}
	for i, id := range ids {
		facts := g.facts
		facts.Excluded, facts.Sensitivity = slices.Concat(shut[i], excluded), max(each[i], s)
		g.held[id] = facts
		g.current[rec] = id
	}
}

func drawScope(rt *rapid.T, places, workers, people []uuid.UUID) record.Scope {
	s := record.Scope{
		Everything: rapid.IntRange(0, 9).Draw(rt, "everything") == 0, Today: Today,
		Worker: rapid.SampledFrom(append([]uuid.UUID{uuid.Nil}, workers...)).Draw(rt, "worker"),
	}
	if rapid.IntRange(0, 4).Draw(rt, "only some") == 0 {
		s.Only = slices.DeleteFunc(append(slices.Clone(people), uuid.UUID{1}), func(uuid.UUID) bool { return rapid.Bool().Draw(rt, "not of them") })
	}
	for range rapid.IntRange(0, 3).Draw(rt, "clauses") {
		s.Clauses = append(s.Clauses, record.Clause{
			By:     rapid.SampledFrom([]record.Ground{record.PlacedNow, record.PlacedEver, record.WorksWith, record.LetIn, "unheard-of"}).Draw(rt, "ground"),
			Places: slices.DeleteFunc(slices.Clone(places), func(uuid.UUID) bool { return rapid.Bool().Draw(rt, "not there") }),
			People: slices.DeleteFunc(slices.Clone(people), func(uuid.UUID) bool { return rapid.Bool().Draw(rt, "not let in") }),
			Limit:  record.Sensitivity(rapid.IntRange(0, 3).Draw(rt, "limit")),
		})
	}
	return s
}

func sameFacts(a, b record.Facts) bool {
	same := func(x, y []uuid.UUID) bool {
		sort := func(l []uuid.UUID) []uuid.UUID {
			return slices.SortedFunc(slices.Values(l), func(p, q uuid.UUID) int { return slices.Compare(p[:], q[:]) })
		}
		return slices.Equal(sort(x), sort(y))
	}
	return same(a.PlacesNow, b.PlacesNow) && same(a.PlacesEver, b.PlacesEver) && same(a.Workers, b.Workers) && a.Sensitivity == b.Sensitivity && a.Stream == b.Stream
}

// anyInterleaving lets drawn callers commit at once to few records; whatever wins, the log must prove itself and moments must adjoin.
func anyInterleaving(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann, ben := w.Person("Ann", "Price"), w.Person("Ben", "Okoro")
	rapid.Check(t, func(rt *rapid.T) {
		records := map[uuid.UUID]uuid.UUID{w.Note(ann, "x", ""): ann, w.Note(ann, "x", ""): ann, w.Note(ben, "x", ""): ben}
		keys := slices.Collect(maps.Keys(records))
		var group sync.WaitGroup
		for range rapid.IntRange(1, 5).Draw(rt, "callers") {
			var plan []*record.Proposal
			for range rapid.IntRange(1, 4).Draw(rt, "commits") {
				rec := rapid.SampledFrom(keys).Draw(rt, "record")
				expected := rapid.IntRange(1, 3).Draw(rt, "expected")
				switch rapid.IntRange(0, 9).Draw(rt, "kind") {
				case 0:
					plan = append(plan, Erring(records[rec], rec, expected))
				case 1:
					plan = append(plan, Creating(records[rec], "note", NoteOf("z", "")))
				default:
					plan = append(plan, Changing(records[rec], rec, expected, NoteOf("y", "")))
				}
			}
			group.Go(func() {
				for _, p := range plan {
					_, err := w.Commit(context.Background(), w.By, p)
					if kind := standard.KindOf(err); err != nil && kind != standard.Conflict && kind != standard.Invalid {
						rt.Errorf("commit: %v", err)
					}
				}
			})
		}
		group.Wait()
		for rec, stream := range records {
			adjoin(rt, w.List(record.Query{Stream: stream, Record: rec, Which: record.All, Errors: true, Order: record.NumberAsc}))
		}
	})
	w.Verify()
}

// adjoin checks that the versions of one record were current one after the other, without a gap.
func adjoin(rt *rapid.T, versions []*record.Version) {
	for i, v := range versions {
		until := record.Forever
		if i+1 < len(versions) {
			until = versions[i+1].From
		}
		if v.Number != i+1 || v.Until != until || v.From >= v.Until {
			rt.Fatal(fmt.Sprintf("version %s was current from %d to %d, the next from %d", v.VersionID, v.From, v.Until, until))
		}
	}
}
