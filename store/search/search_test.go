package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/record/words"
	"rosemary/standard"
	"rosemary/store/log"
	"rosemary/store/search"
	"rosemary/store/sqlite"
	"rosemary/store/storetest"
)

// world is a log with an index beside it.
type world struct {
	*storetest.World
	path  string
	setup storetest.Setup
	db    *sqlite.DB
	log   *log.Store
	index *search.Store
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{path: filepath.Join(t.TempDir(), "rosemary.db"), setup: storetest.NewSetup(t)}
	w.open(t)
	return w
}

// open opens the store, or opens it again.
func (w *world) open(t testing.TB) {
	t.Helper()
	ctx := context.Background()
	var err error
	if w.db != nil {
		if err := w.db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if w.db, err = sqlite.Open(ctx, w.path, sqlite.Options{}); err != nil {
		t.Fatal(err)
	}
	db := w.db
	t.Cleanup(func() { _ = db.Close() })
	s := w.setup
	if w.log, err = log.Open(ctx, w.db, log.Options{System: s.System, Catalogue: s.Catalogue, Zone: s.Zone, Now: s.Now, Log: s.Log}); err != nil {
		t.Fatal(err)
	}
	if w.index, err = search.Open(ctx, w.db, w.log, search.Options{Catalogue: s.Catalogue, Zone: s.Zone, Now: time.Now, Log: s.Log}); err != nil {
		t.Fatal(err)
	}
	w.World = storetest.WorldOf(t, w.log, s)
}

// follow indexes all that is there.
func (w *world) follow() {
	w.T.Helper()
	for {
		did, err := w.index.Step(context.Background())
		if err != nil {
			w.T.Fatal(err)
		}
		if !did {
			return
		}
	}
}

// finds searches everything and gives what was found: the words of notes and sightings.
func (w *world) finds(text string, change ...func(*access.SearchSelection)) []string {
	w.T.Helper()
	found := w.search(text, change...)
	return w.texts(found.Versions)
}

func (w *world) search(text string, change ...func(*access.SearchSelection)) access.Found {
	w.T.Helper()
	asked, err := words.Parse(text)
	if err != nil {
		w.T.Fatalf("%q: %v", text, err)
	}
	q := access.SearchSelection{Words: asked, At: w.Head(), Scope: storetest.Everything(), Limit: 100}
	for _, c := range change {
		c(&q)
	}
	found, err := w.index.Search(context.Background(), q)
	if err != nil {
		w.T.Fatalf("%q: %v", text, err)
	}
	return found
}

func (w *world) texts(versions []*record.Version) []string {
	w.T.Helper()
	var list []string
	for _, v := range versions {
		content, err := v.Decoded(w.Catalogue)
		if err != nil {
			w.T.Fatal(err)
		}
		list = append(list, content.Title())
	}
	return list
}

func (w *world) wantFound(text string, want []string, change ...func(*access.SearchSelection)) {
	w.T.Helper()
	if got := w.finds(text, change...); !slices.Equal(got, want) {
		w.T.Errorf("%q: found %q, want %q", text, got, want)
	}
}

func (w *world) wantSound() {
	w.T.Helper()
	differences, err := w.index.Verify(context.Background())
	if err != nil || len(differences) > 0 {
		w.T.Errorf("the index differs: %v %v", differences, err)
	}
}

// TestFindsTheTailAndTheIndexAlike: whatever part of the log is indexed, the answer is the same.
func TestFindsTheTailAndTheIndexAlike(t *testing.T) {
	w := newWorld(t)
	ann, bob := w.Person("Ann", "Abbot"), w.Person("Bob", "Baker")
	first := w.Note(ann, "Walked in the garden", "2026-01-02")
	w.Note(bob, "Walking to the café", "2026-02-03")
	w.Note(ann, "Slept well", "2026-03-04")
	check := func() {
		t.Helper()
		w.wantFound("walks", []string{"Walking to the café", "Walked in the garden"})
		w.wantFound("cafe walk", []string{"Walking to the café"})
		w.wantFound(`"in the garden"`, []string{"Walked in the garden"})
		w.wantFound(`"the in garden"`, nil)
		w.wantFound("gard", []string{"Walked in the garden"})
		w.wantFound("walkin", []string{"Walking to the café"})
		w.wantFound("nowhere", nil)
		w.wantFound("abbot", []string{"Ann Abbot"})
		w.wantFound("walked", []string{"Walked in the garden"}, func(q *access.SearchSelection) { q.Streams = []uuid.UUID{ann} })
		w.wantFound("walked", []string{"Walking to the café"}, func(q *access.SearchSelection) {
			q.From, q.Until = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		})
		w.wantFound("walked", nil, func(q *access.SearchSelection) { q.Classes = []string{"sighting"} })
	}
	check()
	if _, err := w.index.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	check()
	w.follow()
	check()
	if w.index.Lag(t.Context()) != 0 {
		t.Errorf("lag %d", w.index.Lag(t.Context()))
	}
	w.wantSound()

	before := w.Head()
	w.Do(storetest.Changing(ann, first, 1, storetest.NoteOf("Walked in the orchard", "2026-01-02")))
	for range 2 {
		w.wantFound("garden", nil)
		w.wantFound("orchard", []string{"Walked in the orchard"})
		w.wantFound("garden", []string{"Walked in the garden"}, func(q *access.SearchSelection) { q.At = before })
		w.wantFound("orchard", nil, func(q *access.SearchSelection) { q.At = before })
		w.follow()
	}
	w.Do(storetest.Erring(ann, first, 2))
	for range 2 {
		w.wantFound("orchard", nil)
		w.wantFound("orchard", []string{"Walked in the orchard"}, func(q *access.SearchSelection) { q.Errors = true })
		w.follow()
	}
	w.wantSound()
}

// TestNothingTypedBreaksTheIndex: whatever people type, there is an answer or a refusal in words.
func TestNothingTypedBreaksTheIndex(t *testing.T) {
	w := newWorld(t)
	ann := w.Person("Ann", "Abbot")
	w.Note(ann, `He said "NEAR the door" AND left* (twice) — naïve, 護理 и нога`, "2026-01-02")
	w.follow()
	for _, text := range []string{
		`"`, `""`, `"near`, `near the"`, `NEAR(door left, 2)`, `AND`, `OR OR`, `NOT left`, `left*`, `*`, `^he`, `words:left`, `(left`, `left)`, `-left`, `+left`,
		`{left} : door`, "left\x00door", "\x00", "😀", "😀 left", "нога", "護理", "理", `'; DROP TABLE contribution; --`, "_sabc", `_x1`, "a_b left", "left\ufffddoor",
		strings.Repeat(`"`, 199), strings.Repeat("ab ", 20), "NAIVE", "\xff\xfeleft", "0", "00",
	} {
		asked, err := words.Parse(text)
		if err != nil {
			if standard.KindOf(err) != standard.Invalid {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		if _, err := w.index.Search(t.Context(), access.SearchSelection{Words: asked, At: w.Head(), Scope: storetest.Everything(), Limit: 10}); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"нога", "護理", "naive", `"near the door"`, "*left*"} {
		if len(w.finds(text)) != 1 {
			t.Errorf("%q finds nothing", text)
		}
	}
	w.wantSound()
}

// TestAnyIndexFindsWhatIsThere compares a search with reading everything, for random records, changes and questions, at random moments, wherever the index stands.
func TestAnyIndexFindsWhatIsThere(t *testing.T) {
	w := newWorld(t)
	r := rand.New(rand.NewPCG(1, 2))
	vocabulary := strings.Fields("walk walked walking tea toast garden gardens Gärten pain painful painkiller hip left right slept sleeping asleep café notes noted")
	phrase := func() string {
		var some []string
		for range 1 + r.IntN(6) {
			some = append(some, vocabulary[r.IntN(len(vocabulary))])
		}
		return strings.Join(some, " ")
	}
	var people []uuid.UUID
	for i := range 12 {
		people = append(people, w.Person(fmt.Sprint("Given", i), "Family"))
	}
	type rec struct {
		stream, uid uuid.UUID
		version     int
	}
	var records []*rec
	for i := range 400 {
		day := fmt.Sprintf("2025-%02d-%02d", 1+r.IntN(12), 1+r.IntN(28))
		switch {
		case i%5 == 0 && len(records) > 0:
			x := records[r.IntN(len(records))]
			if x.version > 0 {
				w.Do(storetest.Changing(x.stream, x.uid, x.version, storetest.NoteOf(phrase(), day)))
				x.version++
			}
		case i%31 == 0 && len(records) > 0:
			x := records[r.IntN(len(records))]
			if x.version > 0 {
				w.Do(storetest.Erring(x.stream, x.uid, x.version))
				x.version = 0
			}
		case i%7 == 0: // several at once
			stream := people[r.IntN(len(people))]
			p := storetest.Creating(stream, "note", storetest.NoteOf(phrase(), day))
			p.Changes = append(p.Changes, storetest.Creating(stream, "note", storetest.NoteOf(phrase(), day)).Changes...)
			w.Do(p)
		default:
			stream := people[r.IntN(len(people))]
			records = append(records, &rec{stream, w.Note(stream, phrase(), day), 1})
		}
		if r.IntN(60) == 0 {
			if _, err := w.index.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if i%4 != 0 {
			continue
		}
		text := phrase()
		if r.IntN(3) == 0 {
			text = `"` + text + `"`
		} else if r.IntN(2) == 0 {
			text = text[:max(2, len(text)-2)]
		}
		asked, err := words.Parse(text)
		if err != nil {
			continue
		}
		at := record.Moment(1 + r.Int64N(int64(w.Head())))
		q := access.SearchSelection{Words: asked, At: at, Scope: storetest.Everything(), Limit: 1 + r.IntN(5)}
		if r.IntN(2) == 0 {
			q.Streams = people[:1+r.IntN(3)]
		}
		if r.IntN(3) == 0 {
			q.From = time.Date(2025, time.Month(1+r.IntN(12)), 1, 0, 0, 0, 0, time.UTC)
			q.Until = q.From.AddDate(0, 1+r.IntN(3), 0)
		}
		want := w.readAll(q, people)
		var got []string
		for page := 0; ; page++ {
			found, err := w.index.Search(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range found.Versions {
				got = append(got, v.VersionID.String())
			}
			if q.After = found.Next; q.After == nil {
				break
			}
			if len(found.Versions) > q.Limit || page > 500 {
				t.Fatal("pages without end")
			}
		}
		if !sameSet(got, want) {
			t.Fatalf("%q at %d: found %d, reading finds %d: %v and %v", text, at, len(got), len(want), got, want)
		}
	}
	w.follow()
	w.wantSound()
}

// readAll finds by reading everything, with comparisons of its own.
func (w *world) readAll(q access.SearchSelection, people []uuid.UUID) []string {
	w.T.Helper()
	if len(q.Streams) > 0 {
		people = q.Streams
	}
	var ids []string
	for _, stream := range people {
		for _, v := range w.List(record.Query{Stream: stream, At: q.At, From: q.From, Until: q.Until}) {
			content, err := v.Decoded(w.Catalogue)
			if err != nil {
				w.T.Fatal(err)
			}
			if q.Words.Matches(words.Of(content)) {
				ids = append(ids, v.VersionID.String())
			}
		}
	}
	return ids
}

func sameSet(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

// TestDamageIsMendedByItself: with the index dropped, overwritten, or of other class files, searches go on and the index is made anew.
func TestDamageIsMendedByItself(t *testing.T) {
	w := newWorld(t)
	ann := w.Person("Ann", "Abbot")
	w.Note(ann, "Walked in the garden", "2026-01-02")
	w.follow()
	damage := func(texts ...string) {
		t.Helper()
		err := w.db.Write(t.Context(), func(tx *sqlite.Tx) error {
			for _, text := range texts {
				if _, err := tx.Exec(text); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	damage(`DELETE FROM search_text_1_data WHERE id = 10`) // where its parts are
	w.wantFound("garden", []string{"Walked in the garden"})
	w.follow()
	w.wantFound("garden", []string{"Walked in the garden"})
	w.wantSound()

	damage(`UPDATE search_text_2_data SET block = x'00112233' WHERE id > 10`) // what gives no error, and finds nothing
	if differences, err := w.index.Verify(t.Context()); err != nil || len(differences) == 0 {
		t.Errorf("what finds nothing is not noticed: %v %v", differences, err)
	}
	w.open(t)
	w.wantFound("garden", []string{"Walked in the garden"})
	w.follow()
	w.wantFound("garden", []string{"Walked in the garden"})
	w.wantSound()

	damage(`DROP TABLE search_text_3`)
	w.wantFound("garden", []string{"Walked in the garden"})
	w.open(t)
	w.wantFound("garden", []string{"Walked in the garden"})
	w.follow()
	w.wantSound()

	damage(`UPDATE search_state SET catalogue = 'another'`)
	w.open(t)
	w.wantFound("garden", []string{"Walked in the garden"})
	w.follow()
	w.wantSound()

	damage(`DELETE FROM search_text_5 WHERE rowid = 2`)
	if differences, err := w.index.Verify(t.Context()); err != nil || len(differences) != 1 {
		t.Errorf("a missing entry is not noticed: %v %v", differences, err)
	}
	if err := w.index.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	w.wantSound()
	w.wantFound("garden", []string{"Walked in the garden"})
}

// TestACrashLosesAndDoublesNothing: a step that fails before its end leaves the index as it was.
func TestACrashLosesAndDoublesNothing(t *testing.T) {
	w := newWorld(t)
	ann := w.Person("Ann", "Abbot")
	for i := range 300 {
		w.Note(ann, fmt.Sprint("Walked round ", i), "2026-01-02")
		if i%50 == 0 {
			if _, err := w.index.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := w.index.Step(ctx); err == nil {
				t.Error("a step without a context's consent")
			}
			w.open(t)
		}
	}
	w.follow()
	w.open(t)
	w.follow()
	w.wantSound()
	found := w.search("walking", func(q *access.SearchSelection) { q.Limit, q.CountTo = 100, 1000 })
	if len(found.Versions) != 100 || found.Count != 300 || found.More || found.Next == nil {
		t.Errorf("found %d, counted %d, more %v", len(found.Versions), found.Count, found.More)
	}
	if found = w.search("walking", func(q *access.SearchSelection) { q.Limit, q.CountTo = 10, 200 }); found.Count != 200 || !found.More {
		t.Errorf("counted %d, more %v", found.Count, found.More)
	}
}

// TestForget: what was destroyed is not found, and its words are in no page of the index.
func TestForget(t *testing.T) {
	w := newWorld(t)
	ann := w.Person("Ann", "Abbot")
	w.Note(ann, "Walked in the garden", "2026-01-02")
	secret := w.Do(storetest.Creating(ann, "note", storetest.NoteOf("Zanzibarian whispers", "2026-01-02")))
	for i := range 40 {
		w.Note(ann, fmt.Sprint("Walked round ", i), "2026-01-02")
		w.follow()
	}
	w.wantFound("zanzibarian", []string{"Zanzibarian whispers"})
	if n := w.pagesWith(t, "zanzibarian"); n == 0 {
		t.Fatal("the test looks in the wrong place")
	}
	several := storetest.Creating(ann, "note", storetest.NoteOf("Zanzibarian letters", "2026-01-02"))
	several.Changes = append(several.Changes, storetest.Creating(ann, "note", storetest.NoteOf("Told of other letters", "2026-01-02")).Changes...)
	second := w.Do(several) // not indexed yet
	err := w.index.Forget(t.Context(), ann, []record.DestroyedVersion{
		{Version: secret.Changes[0].Version, Moment: secret.Moment}, {Version: second.Changes[0].Version, Moment: second.Moment},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.wantFound("zanzibarian", nil)
	w.wantFound("told", []string{"Told of other letters"})
	if n := w.pagesWith(t, "zanzibarian"); n != 0 {
		t.Errorf("the word stands in %d places of the index", n)
	}
	w.wantFound("garden", []string{"Walked in the garden"})
	bob := w.Person("Bob", "Baker")
	w.Note(bob, "Whistles", "2026-01-02")
	if err := w.index.Forget(t.Context(), ann, nil); err != nil {
		t.Fatal(err)
	}
	w.wantFound("garden", nil)
	w.wantFound("whistling", []string{"Whistles"})
	if n := w.pagesWith(t, "garden"); n != 0 {
		t.Errorf("a destroyed person's word stands in %d places of the index", n)
	}
	if err := w.index.Rebuild(t.Context(), nil); err != nil { // nothing was destroyed in the log after all
		t.Fatal(err)
	}
	w.wantFound("garden", []string{"Walked in the garden"})
	w.wantSound()
}

// pagesWith counts where a word stands in the index's tables. Pages keep words without what they share with the word before.
func (w *world) pagesWith(t *testing.T, word string) int {
	t.Helper()
	var n int
	err := w.db.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM search_text_1_data WHERE instr(block, CAST($1 AS BLOB)) > 0) +
		(SELECT count(*) FROM search_word_1 WHERE word = $2)`, word[1:min(8, len(word))], word).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestManyStreams: with more persons than one question names, what is found is what is there; those of others cost a bounded walk.
func TestManyStreams(t *testing.T) {
	w := newWorld(t)
	var batch []*record.Proposal
	home := w.Home("Rose House")
	for i := range 700 {
		p := storetest.Opening(standard.PersonStream, "person", fmt.Sprintf(`{"given":"Given%d","family":"Family"}`, i))
		p.Changes = append(p.Changes, storetest.Creating(p.Stream, "note", storetest.NoteOf("Walked", "2026-01-02")).Changes...)
		if i%2 == 0 {
			p.Changes = append(p.Changes, storetest.Creating(p.Stream, "placement", storetest.PlacementOf(home, "2026-01-01", "", "1")).Changes...)
		}
		batch = append(batch, p)
	}
	if _, err := w.Commit(t.Context(), w.By, batch...); err != nil {
		t.Fatal(err)
	}
	scope := record.Scope{Today: storetest.Today, Clauses: []record.Clause{{By: record.PlacedNow, Places: []uuid.UUID{home}, Limit: record.Normal}}}
	for range 2 {
		n := 0
		q := func(q *access.SearchSelection) { q.Scope, q.Limit = scope, 50 }
		var after *access.SearchCursor
		for {
			found := w.search("walked", q, func(q *access.SearchSelection) { q.After = after })
			n += len(found.Versions)
			if after = found.Next; after == nil {
				break
			}
		}
		if n != 350 {
			t.Errorf("found %d of 350", n)
		}
		w.follow()
	}
}
