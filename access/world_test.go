package access_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	accessstore "rosemary/store/access"
	filestore "rosemary/store/attachment"
	draftstore "rosemary/store/draft"
	logstore "rosemary/store/log"
	searchstore "rosemary/store/search"
	"rosemary/store/sqlite"
)

const password = "three plain words"

// world is a small provider: Rose House and Elm House, their staff, and the people who live there, in a real store.
type world struct {
	t      *testing.T
	now    time.Time
	db     *sqlite.DB
	log    *logstore.Store
	store  *accessstore.Store
	trail  *trail
	drafts *draftstore.Store
	files  *filestore.Store
	keys   *record.Keys
	guard  *access.Guard
	index  *searchstore.Store

	places  map[string]uuid.UUID
	workers map[string]uuid.UUID // by account
	people  map[string]uuid.UUID
	records map[string]uuid.UUID
	logged  int64 // the last entry of the trail that a step has looked at
}

// trail is the real trail on a disk that can be full.
type trail struct {
	access.Trail
	full bool
}

func (d *trail) Append(ctx context.Context, seal func(int64, record.Hash) access.Batch) error {
	if d.full {
		return &standard.Fault{Kind: standard.Unavailable, Message: "The disk is full."}
	}
	return d.Trail.Append(ctx, seal)
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// newWorld builds the provider through the guard, as an operator and its first administrator would.
func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldWith(t, settings{})
}

// settings are what a story may want otherwise than usual.
type settings struct {
	logger  *slog.Logger
	waiting int
	policy  func(text string) string // changes the policy table
}

func newWorldWith(t *testing.T, o settings) *world {
	t.Helper()
	w := &world{
		t: t, now: time.Date(2026, 3, 16, 14, 0, 0, 0, time.UTC),
		places: map[string]uuid.UUID{}, workers: map[string]uuid.UUID{}, people: map[string]uuid.UUID{}, records: map[string]uuid.UUID{},
	}
	w.open(o)
	w.account("admin", "administrator", uuid.Nil)
	for _, place := range []string{"Rose House", "Elm House"} {
		w.places[place] = w.entry("place", place)
	}
	for _, a := range []struct {
		account string
		role    access.Role
		place   string
	}{
		{"carer", "care-assistant", "Rose House"}, {"senior", "senior-carer", "Rose House"}, {"nurse", "nurse", "Rose House"},
		{"manager", "registered-manager", "Rose House"}, {"elm-carer", "care-assistant", "Elm House"},
		{"elm-manager", "registered-manager", "Elm House"}, {"inspector", "inspector", "Rose House"},
	} {
		w.workers[a.account] = w.entry("worker", a.account)
		w.account(a.account, a.role, w.workers[a.account], w.places[a.place])
	}
	return w
}

func (w *world) open(o settings) {
	t := w.t
	if o.logger == nil {
		o.logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if o.policy == nil {
		o.policy = func(text string) string { return text }
	}
	catalogue, now := smallStandard(t), func() time.Time { return w.now }
	w.db = must[*sqlite.DB](t)(sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "rosemary.db"), sqlite.Options{}))
	t.Cleanup(func() { _ = w.db.Close() })
	w.log = must[*logstore.Store](t)(logstore.Open(t.Context(), w.db, logstore.Options{System: "test.example", Catalogue: catalogue, Zone: time.UTC, Now: now, Log: o.logger}))
	w.index = must[*searchstore.Store](t)(searchstore.Open(t.Context(), w.db, w.log, searchstore.Options{Catalogue: catalogue, Zone: time.UTC, Now: now, Log: o.logger}))
	w.store = must[*accessstore.Store](t)(accessstore.Open(t.Context(), w.db, time.Now))
	w.trail = &trail{Trail: w.store}
	w.files = must[*filestore.Store](t)(filestore.Open(t.Context(), w.db, filestore.Options{Dir: t.TempDir(), Limit: 1 << 20, Now: now, Log: o.logger}))
	w.drafts = must[*draftstore.Store](t)(draftstore.Open(t.Context(), w.db))
	var err error
	if w.keys, _, err = record.GenerateKeys("test.example"); err != nil {
		t.Fatal(err)
	}
	text := must[[]byte](t)(os.ReadFile("policy.yaml"))
	policy := must[*access.Policy](t)(access.LoadPolicy("policy.yaml", []byte(o.policy(string(text)))))
	w.guard = must[*access.Guard](t)(access.New(access.Config{
		Catalogue: catalogue, Log: w.log, Register: w.log, Accounts: w.store, Trail: w.trail, Passes: w.store, Searcher: w.index, Drafts: w.drafts, Attachments: w.files, Signer: w.keys, Policy: policy,
		Recorder: &record.Recorder{Catalogue: catalogue, Log: w.log, System: "test.example", Now: now, Zone: time.UTC},
		Now:      now, Zone: time.UTC, Logger: o.logger, Waiting: o.waiting,
	}))
}

// account makes an account. All have the password of the first: hashing it is meant to be slow.
func (w *world) account(name string, role access.Role, worker uuid.UUID, places ...uuid.UUID) {
	w.t.Helper()
	a := access.Account{Account: name, Name: strings.ToUpper(name), Role: role, Worker: worker, Places: places, Created: w.now}
	err := error(nil)
	if first, missing := w.store.Find(w.t.Context(), "admin"); missing == nil {
		a.Password = first.Password
		err = w.store.Create(w.t.Context(), a)
	} else {
		err = w.guard.CreateAccount(w.t.Context(), access.NewAccount{Account: a.Account, Name: a.Name, Password: password, Role: role})
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// entry makes an entry of the directory.
func (w *world) entry(class, name string) uuid.UUID {
	w.t.Helper()
	uid := uuid.Must(uuid.NewV7())
	w.as("admin").commit(&record.Proposal{Stream: uid, Opens: standard.DirectoryStream, Changes: []record.ProposedChange{
		{Type: record.Create, Record: uid, Class: class, Content: fmt.Appendf(nil, `{"name":%q}`, name)},
	}}).wantDone()
	return uid
}

// register makes a proposal that opens the record of a person who lives at a place.
func (w *world) register(name, place string, extra ...record.ProposedChange) *record.Proposal {
	uid := uuid.Must(uuid.NewV7())
	w.people[name] = uid
	changes := []record.ProposedChange{
		{Path: "/changes/0", Type: record.Create, Record: uid, Class: "person", Content: fmt.Appendf(nil, `{"family":%q}`, name)},
	}
	if place != "" {
		changes = append(changes, record.ProposedChange{Path: "/changes/1", Type: record.Create, Class: "placement",
			Content: fmt.Appendf(nil, `{"placedAt":{"ref":%q},"from":"2026-01-05","room":"Room 7"}`, w.places[place])})
	}
	return &record.Proposal{Stream: uid, Opens: standard.PersonStream, Changes: append(changes, extra...)}
}

// note makes a proposal that writes a note about a person.
func (w *world) note(person, name, sensitivity string, notFor ...string) *record.Proposal {
	return w.write("note", "words", person, name, sensitivity, notFor...)
}

func (w *world) write(class, element, person, name, sensitivity string, notFor ...string) *record.Proposal {
	uid := uuid.Must(uuid.NewV7())
	w.records[name] = uid
	var excluded []string
	for _, account := range notFor {
		excluded = append(excluded, fmt.Sprintf(`{"ref":%q}`, w.workers[account]))
	}
	content := fmt.Sprintf(`{%q:%q`, element, name)
	if len(excluded) > 0 {
		content += `,"notFor":[` + strings.Join(excluded, ",") + `]`
	}
	return &record.Proposal{Stream: w.people[person], Changes: []record.ProposedChange{
		{Path: "/changes/0", Type: record.Create, Record: uid, Class: class, Sensitivity: sensitivity, Content: []byte(content + "}")},
	}}
}

// actor is somebody about to do something.
type actor struct {
	w       *world
	session *access.Session
	name    string
}

func (w *world) as(account string) actor {
	w.t.Helper()
	s, err := w.guard.Session(w.t.Context(), account, access.DirectCare)
	if err != nil {
		w.t.Fatalf("as %s: %v", account, err)
	}
	return actor{w: w, session: s, name: account}
}

// step is what somebody did and how it went.
type step struct {
	w       *world
	what    string
	err     error
	names   []string // titles, names or classes of what was shown
	receipt record.Receipt
	entries []access.Entry // of the trail
}

// did looks at the trail for what one step left in it.
func (a actor) did(what string, err error, names []string) *step {
	a.w.t.Helper()
	if err := a.w.guard.Close(a.w.t.Context()); err != nil {
		a.w.t.Fatal(err)
	}
	s := &step{w: a.w, what: a.name + " " + what, err: err, names: names}
	for _, e := range a.w.entriesAfter(a.w.logged) {
		a.w.logged = e.ID
		s.entries = append(s.entries, e)
	}
	return s
}

func (w *world) entriesAfter(id int64) []access.Entry {
	w.t.Helper()
	var all []access.Entry
	err := w.store.Batches(w.t.Context(), id>>16, func(b access.Batch) error {
		entries, err := b.Entries()
		all = append(all, entries...)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

func (a actor) view() *access.View { return a.viewAt(access.At{}) }

func (a actor) viewAt(at access.At) *access.View {
	a.w.t.Helper()
	return must[*access.View](a.w.t)(a.session.View(a.w.t.Context(), at))
}

func (a actor) commit(proposals ...*record.Proposal) *step {
	a.w.t.Helper()
	receipts, err := a.session.Commit(a.w.t.Context(), proposals...)
	s := a.did("commits", err, nil)
	if err == nil {
		s.receipt = receipts[0]
	}
	return s
}

func (a actor) seesPerson(name string) *step {
	a.w.t.Helper()
	p, err := a.view().Person(a.w.t.Context(), a.w.people[name])
	return a.did("looks at "+name, err, []string{p.Card.Family, p.PlaceName, p.Room})
}

func (a actor) lists(q access.PeopleQuery) *step {
	a.w.t.Helper()
	people, _, err := a.view().People(a.w.t.Context(), q)
	var names []string
	for _, p := range people {
		names = append(names, strings.TrimSpace(p.Card.Family+" "+p.PlaceName+" "+p.Room))
	}
	return a.did("lists people", err, names)
}

func (a actor) reads(person, name string) *step {
	a.w.t.Helper()
	v, err := a.view().Record(a.w.t.Context(), a.w.people[person], a.w.records[name])
	return a.did("reads "+name, err, a.titles(v))
}

func (a actor) titles(versions ...*record.Version) []string {
	var names []string
	for _, v := range versions {
		if v == nil {
			continue
		}
		content := must[*standard.Content](a.w.t)(v.Decoded(smallStandard(a.w.t)))
		names = append(names, content.Title())
	}
	slices.Sort(names)
	return names
}

func (a actor) records(v *access.View, q access.RecordsQuery) *step {
	a.w.t.Helper()
	versions, _, err := v.Records(a.w.t.Context(), q)
	return a.did("lists records", err, a.titles(versions...))
}

func (s *step) wantDone() *step {
	s.w.t.Helper()
	if s.err != nil {
		s.w.t.Errorf("%s: %v", s.what, s.err)
	}
	return s
}

func (s *step) want(kind standard.Kind) *step {
	s.w.t.Helper()
	if got := standard.KindOf(s.err); got != kind {
		s.w.t.Errorf("%s: got %v, want %s", s.what, s.err, kind)
	}
	return s
}

func (s *step) wantDenied() *step { s.w.t.Helper(); return s.want(standard.NotFound) }

func (s *step) wantForbidden() *step { s.w.t.Helper(); return s.want(standard.Forbidden) }

func (s *step) wantShown(names ...string) *step {
	s.w.t.Helper()
	s.wantDone()
	if !slices.Equal(s.names, names) {
		s.w.t.Errorf("%s: shown %q, want %q", s.what, s.names, names)
	}
	return s
}

// wantLogged checks that the step left exactly this in the trail: action and outcome of each entry.
func (s *step) wantLogged(entries ...string) *step {
	s.w.t.Helper()
	var got []string
	for _, e := range s.entries {
		got = append(got, e.Action+" "+string(e.Outcome))
	}
	if !slices.Equal(got, entries) {
		s.w.t.Errorf("%s: the trail holds %q, want %q", s.what, got, entries)
	}
	return s
}
