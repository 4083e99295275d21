package storetest

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// Store is what a store of the log offers.
type Store interface {
	record.Log
	record.Proofs
	access.Register
	AppendSealed(ctx context.Context, batch []*record.Sealed) ([]record.Receipt, error)
	Walk(ctx context.Context, fn func(c *record.Sealed, committed record.Instant) error) error
	Checkpoints(ctx context.Context) ([]record.Checkpoint, error)
	Rebuild(ctx context.Context, progress func(done, total int64)) error
	Compare(ctx context.Context) ([]string, error)
	Freeze(ctx context.Context, c *record.Certificate) (func(), error)
	Destroy(ctx context.Context, certificate uuid.UUID, c *record.Certificate) error
	Scrub(ctx context.Context, most int64) (bool, error)
}

// Setup is what a store is opened with.
type Setup struct {
	System    string
	Catalogue *standard.Catalogue
	Zone      *time.Location
	Now       func() time.Time
	Log       *slog.Logger
}

// Open makes a new, empty store that is closed when the test ends.
type Open func(t testing.TB, s Setup) Store

// System is the identifier of the installation that the suite plays.
const System = "test.example"

// Today is the day on which the suite plays.
const Today = "2026-03-16"

// Clock gives times that rise by a second with each look.
type Clock struct{ ticks atomic.Int64 }

// Now is the next time.
func (c *Clock) Now() time.Time {
	return time.Date(2026, 3, 16, 9, 0, 0, 0, time.UTC).Add(time.Duration(c.ticks.Add(1)) * time.Second)
}

// NewSetup gives what a store of the suite is opened with.
func NewSetup(t testing.TB) Setup {
	return Setup{System: System, Catalogue: Catalogue(t), Zone: time.UTC, Now: new(Clock).Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

// World is a store with the recorder in front of it and words to fill it with.
type World struct {
	T     testing.TB
	Store Store
	*record.Recorder
	By record.Committer
}

// NewWorld opens a store of its own.
func NewWorld(t testing.TB, open Open) *World {
	t.Helper()
	setup := NewSetup(t)
	return WorldOf(t, open(t, setup), setup)
}

// WorldOf puts the recorder in front of a store.
func WorldOf(t testing.TB, store Store, s Setup) *World {
	return &World{
		T: t, Store: store, Recorder: &record.Recorder{Catalogue: s.Catalogue, Log: store, System: s.System, Now: s.Now, Zone: s.Zone},
		By: record.Committer{Actor: uuid.MustParse("0195a000-0000-7000-8000-000000000001"), Account: "rosa", Role: "nurse"},
	}
}

// Do commits one proposal that must succeed.
func (w *World) Do(p *record.Proposal) record.Receipt {
	w.T.Helper()
	receipts, err := w.Commit(context.Background(), w.By, p)
	if err != nil {
		w.T.Fatalf("commit: %v", err)
	}
	return receipts[0]
}

// NewID draws an id.
func NewID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// Creating is a proposal that creates one record.
func Creating(stream uuid.UUID, class, content string) *record.Proposal {
	return &record.Proposal{ID: NewID(), Stream: stream, Changes: []record.ProposedChange{
		{Type: record.Create, Record: NewID(), Class: class, Content: []byte(content)},
	}}
}

// Changing is a proposal that changes one record, made on a version of it.
func Changing(stream, rec uuid.UUID, expected int, content string) *record.Proposal {
	return &record.Proposal{ID: NewID(), Stream: stream, Changes: []record.ProposedChange{
		{Type: record.Modify, Record: rec, Expected: expected, Content: []byte(content)},
	}}
}

// Erring is a proposal that marks a record as entered in error.
func Erring(stream, rec uuid.UUID, expected int) *record.Proposal {
	return &record.Proposal{ID: NewID(), Stream: stream, Description: "wrong person", Changes: []record.ProposedChange{
		{Type: record.MarkError, Record: rec, Expected: expected},
	}}
}

// Opening is a proposal that opens a stream.
func Opening(kind standard.Stream, class, content string) *record.Proposal {
	uid := NewID()
	return &record.Proposal{ID: NewID(), Stream: uid, Opens: kind, Changes: []record.ProposedChange{
		{Type: record.Create, Record: uid, Class: class, Content: []byte(content)},
	}}
}

// Person registers a person; more is further content, such as `"nhs":"..."`.
func (w *World) Person(given, family string, more ...string) uuid.UUID {
	w.T.Helper()
	content := fmt.Sprintf(`{"given":%q,"family":%q`, given, family)
	for _, m := range more {
		content += "," + m
	}
	return w.Do(Opening(standard.PersonStream, "person", content+"}")).Stream
}

// Home enters a home into the directory.
func (w *World) Home(name string) uuid.UUID {
	w.T.Helper()
	return w.Do(Opening(standard.DirectoryStream, "home", fmt.Sprintf(`{"name":%q}`, name))).Stream
}

// Worker enters a care worker into the directory.
func (w *World) Worker(given, family string) uuid.UUID {
	w.T.Helper()
	return w.Do(Opening(standard.DirectoryStream, "worker", fmt.Sprintf(`{"given":%q,"family":%q}`, given, family))).Stream
}

// PlacementOf is the content of a placement.
func PlacementOf(place uuid.UUID, from, until, room string) string {
	return object(`"place":`+Ref(place), text("from", from), text("until", until), text("room", room))
}

// Place places a person.
func (w *World) Place(person, place uuid.UUID, from, until, room string) uuid.UUID {
	w.T.Helper()
	return w.Do(Creating(person, "placement", PlacementOf(place, from, until, room))).Changes[0].Version.Record
}

// Note writes a note. On may be empty.
func (w *World) Note(person uuid.UUID, words, on string) uuid.UUID {
	w.T.Helper()
	return w.Do(Creating(person, "note", NoteOf(words, on))).Changes[0].Version.Record
}

// NoteOf is the content of a note, hidden from some care workers.
func NoteOf(words, on string, hidden ...uuid.UUID) string {
	var from string
	if len(hidden) > 0 {
		refs := make([]string, len(hidden))
		for i, u := range hidden {
			refs[i] = Ref(u)
		}
		from = `"hidden":[` + strings.Join(refs, ",") + `]`
	}
	return object(text("words", words), text("on", on), from)
}

// Ref is a reference as it is sent.
func Ref(u uuid.UUID) string { return fmt.Sprintf(`{"ref":%q}`, u) }

func text(key, value string) string {
	if value == "" {
		return ""
	}
	return fmt.Sprintf("%q:%q", key, value)
}

func object(members ...string) string {
	var some []string
	for _, m := range members {
		if m != "" {
			some = append(some, m)
		}
	}
	return "{" + strings.Join(some, ",") + "}"
}

// Everything is the scope of the installation itself.
func Everything() record.Scope { return record.Scope{Everything: true} }

// Head is the last moment.
func (w *World) Head() record.Moment {
	w.T.Helper()
	m, _, err := w.Store.Head(context.Background())
	if err != nil {
		w.T.Fatal(err)
	}
	return m
}

// List runs a query of everything; a zero At is now.
func (w *World) List(q record.Query) []*record.Version {
	w.T.Helper()
	if q.At == 0 {
		q.At = w.Head()
	}
	if q.Scope.Clauses == nil {
		q.Scope = Everything()
	}
	versions, _, err := w.Store.Versions(context.Background(), q)
	if err != nil {
		w.T.Fatal(err)
	}
	return versions
}

// Verify proves the whole log and that the projections agree with it.
func (w *World) Verify() record.Proved {
	w.T.Helper()
	v := &record.Verifier{Catalogue: w.Catalogue}
	if err := w.Store.Walk(context.Background(), v.Add); err != nil {
		w.T.Fatalf("the log does not prove itself: %v", err)
	}
	proved, err := v.Finish()
	if err != nil {
		w.T.Fatal(err)
	}
	differences, err := w.Store.Compare(context.Background())
	if err != nil {
		w.T.Fatal(err)
	}
	if len(differences) > 0 {
		w.T.Fatalf("projections differ from the log:\n%s", strings.Join(differences, "\n"))
	}
	return proved
}
