package installation_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
)

func (w *two) ratify(r access.Ratification) (access.Ratified, error) {
	return w.new.Session("manager").Ratify(context.Background(), r)
}

// saying are the records of the banner that are not ratified, with who says them.
func saying(t *testing.T, in *fixture.World, account string, person uuid.UUID) (said []string) {
	t.Helper()
	view, err := in.Session(account).View(context.Background(), access.At{})
	if err != nil {
		t.Fatal(err)
	}
	versions, err := view.Safety(context.Background(), person)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range versions {
		if v.SaidBy != "" {
			said = append(said, v.Class+" said by "+v.SaidBy)
		}
	}
	return said
}

// TestForks: both providers go on from one version. Ours stays; theirs stands beside it, and is never renumbered.
func TestForks(t *testing.T) {
	w := newTwo(t)
	m := w.margaret()
	ctx := context.Background()
	w.admits(w.received(w.sends(m.person)))
	fix := func(in *fixture.World, text string) {
		in.Commit("senior", &record.Proposal{Stream: m.person, Changes: []record.ProposedChange{{
			Type: record.Correct, Path: "/changes/0", Record: m.fall, Expected: 2, Description: "x", Content: []byte(fixture.NoteContent(text)),
		}}})
	}
	fix(w.old, "Theirs.")
	fix(w.new, "Ours.")
	s := w.received(w.sends(m.person))
	preview, err := w.new.Session("manager").PreviewSegment(ctx, s.ID)
	if err != nil || len(preview.Forks) != 1 || preview.Forks[0].Record != m.fall || preview.Forks[0].Ours.System != w.new.Identity.System || preview.Forks[0].Theirs.Number != 3 {
		t.Fatalf("preview: %+v, %v", preview, err)
	}
	w.admits(s)
	view, err := w.new.Session("manager").View(ctx, access.At{})
	if err != nil {
		t.Fatal(err)
	}
	now, err := view.Record(ctx, m.person, m.fall)
	if err != nil || !strings.Contains(string(now.Content), "Ours.") {
		t.Errorf("what stands: %s, %v", now.Content, err)
	}
	versions, err := view.Versions(ctx, m.person, m.fall)
	if err != nil || len(versions) != 4 {
		t.Errorf("versions: %d, %v", len(versions), err)
	}
	w.new.Commit("senior", &record.Proposal{Stream: m.person, Changes: []record.ProposedChange{{
		Type: record.Correct, Path: "/changes/0", Record: m.fall, Expected: 3, Description: "Both were right.", Content: []byte(fixture.NoteContent("Joined.")),
	}}})
	w.proves()
}

// TestTheBannerTellsAtOnce: an allergy that another provider sends of somebody who is here shows before anybody has decided, and says whose word it is.
func TestTheBannerTellsAtOnce(t *testing.T) {
	w := newTwo(t)
	m := w.margaret()
	w.admits(w.received(w.sends(m.person)))
	w.old.Write("nurse", m.person, "allergies-and-adverse-reactions", `{"allergyStatus":{"code":"has-allergy"},"causativeAgent":{"code":"latex"},"date":"2026-03-17"}`)
	w.old.Write("nurse", m.person, "daily-note", fixture.NoteContent("Not for the banner."))
	s := w.received(w.sends(m.person))
	want := []string{"allergies-and-adverse-reactions said by Harbour House"}
	if got := saying(t, w.new, "carer", m.person); !slices.Equal(got, want) {
		t.Errorf("the banner says %q", got)
	}
	view, err := w.new.Session("carer").View(context.Background(), access.At{})
	if err != nil {
		t.Fatal(err)
	}
	counts, err := view.Counts(context.Background(), m.person)
	if err != nil || counts["allergies-and-adverse-reactions"] != 1 || counts["daily-note"] != 1 {
		t.Errorf("what waits is counted as ours: %v, %v", counts, err)
	}
	w.admits(s)
	if got := saying(t, w.new, "carer", m.person); got != nil {
		t.Errorf("after it was ratified: %q", got)
	}
}

// TestHeldUnderAnotherID: the person is here already. What is ratified onto them is joined, and the NHS number is theirs in both.
func TestHeldUnderAnotherID(t *testing.T) {
	w := newTwo(t)
	m := w.margaret()
	ctx := context.Background()
	here := w.new.MoveIn("manager", w.new.Home, "Edith", "Lomax", "9990000034", "Room 9")
	s := w.received(w.sends(m.person))
	if got := saying(t, w.new, "carer", here); !slices.Equal(got, []string{"allergies-and-adverse-reactions said by Harbour House"}) {
		t.Errorf("the banner says %q", got)
	}
	preview, err := w.new.Session("manager").PreviewSegment(ctx, s.ID)
	if err != nil || len(preview.Here) != 1 || preview.Here[0].Stream != here || preview.Here[0].SameID || len(preview.Here[0].Agrees) != 3 || len(preview.Questions) != 1 {
		t.Fatalf("preview: %+v, %v", preview, err)
	}
	all := access.Ratification{Segment: s.ID, Selection: access.SegmentSelection{All: true}, Reason: "She has moved in."}
	alone := all
	alone.Place = w.new.Home
	if _, err := w.ratify(alone); standard.KindOf(err) != standard.Invalid || !strings.Contains(err.Error(), "nhs-number-held") {
		t.Errorf("beside the one who is here: %v", err)
	}
	all.Onto = here
	if _, err := w.ratify(all); err != nil {
		t.Fatal(err)
	}
	view, err := w.new.Session("carer").View(ctx, access.At{})
	if err != nil {
		t.Fatal(err)
	}
	notes, _, err := view.Records(ctx, access.RecordsQuery{Stream: here, Classes: []string{"daily-note"}})
	if err != nil || len(notes) != 1 || notes[0].Record != m.fall {
		t.Errorf("the record here does not show what came: %v, %v", notes, err)
	}
	w.proves()
	w.importsAnew()
}

// importsAnew: the whole log, ratified parts and all, goes into an empty folder and proves itself there.
func (w *two) importsAnew() {
	t, ctx := w.t, context.Background()
	t.Helper()
	var out bytes.Buffer
	if _, err := w.new.Export(ctx, &out, nil, nil); err != nil {
		t.Fatal(err)
	}
	in, err := installation.Open(ctx, installation.Options{Dir: filepath.Join(t.TempDir(), "data"), Now: w.new.Clock.Now, Catalogue: w.new.Catalogue})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	if _, err := in.Import(ctx, bytes.NewReader(out.Bytes()), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Verify(ctx, nil); err != nil {
		t.Error(err)
	}
}

// TestAPersonOfTheSameNumber: two people share an NHS number. Nothing is guessed.
func TestAPersonOfTheSameNumber(t *testing.T) {
	w := newTwo(t)
	m := w.margaret()
	ctx := context.Background()
	person := uuid.Must(uuid.NewV7())
	w.new.Commit("manager", &record.Proposal{Stream: person, Opens: standard.PersonStream, Changes: []record.ProposedChange{
		{Type: record.Create, Path: "/changes/0", Record: person, Class: "subject-of-care", Content: []byte(strings.Replace(fixture.PersonContent("Ivy", "Brand", "9990000034"), "1941-03", "1950-01-02", 1))},
		{Type: record.Create, Path: "/changes/1", Class: "placement", Content: []byte(`{"serviceProvider":{"ref":"` + w.new.Home.String() + `"},"from":"2026-03-02"}`)},
	}})
	s := w.received(w.sends(m.person))
	if got := saying(t, w.new, "carer", person); got != nil {
		t.Errorf("somebody else's allergy in the banner: %q", got)
	}
	preview, err := w.new.Session("manager").PreviewSegment(ctx, s.ID)
	if err != nil || len(preview.Here) != 1 || !slices.Equal(preview.Here[0].Differs, []string{"date of birth", "name"}) || len(preview.Questions) != 1 {
		t.Fatalf("preview: %+v, %v", preview, err)
	}
	r := access.Ratification{Segment: s.ID, Selection: access.SegmentSelection{All: true}, Reason: "x", Place: w.new.Home, Onto: person}
	if _, err := w.ratify(r); standard.KindOf(err) != standard.Invalid || !strings.Contains(err.Error(), "/differences") {
		t.Errorf("joined without a word: %v", err)
	}
	if _, err := w.ratify(access.Ratification{Segment: s.ID}); standard.KindOf(err) != standard.Invalid || !strings.Contains(err.Error(), "/reason") || !strings.Contains(err.Error(), "/selection") ||
		!strings.Contains(err.Error(), "/place") {
		t.Errorf("a decision without anything: %v", err)
	}
	if err := w.new.Session("manager").RefuseSegment(ctx, s.ID, "It is somebody else."); err != nil {
		t.Fatal(err)
	}
	if again := w.received(w.sends(m.person)); again.State != access.SegmentRefused {
		t.Errorf("the same again: %+v", again)
	}
	var rows int
	if err := w.new.Database.QueryRow(ctx, `SELECT count(*) FROM segment_contribution`).Scan(&rows); err != nil || rows != 0 {
		t.Errorf("%d contributions of what was refused are kept, %v", rows, err)
	}
}

// TestPartOfASegment: only what is selected becomes part of the record, with its history; the rest waits.
func TestPartOfASegment(t *testing.T) {
	w := newTwo(t)
	m := w.margaret()
	ctx := context.Background()
	s := w.received(w.sends(m.person))
	done, err := w.ratify(access.Ratification{Segment: s.ID, Selection: access.SegmentSelection{Records: []uuid.UUID{m.fall}}, Place: w.new.Home, Reason: "x"})
	if err != nil || done.Versions < 3 {
		t.Fatalf("%+v, %v", done, err)
	}
	view, err := w.new.Session("manager").View(ctx, access.At{})
	if err != nil {
		t.Fatal(err)
	}
	counts, err := view.Counts(ctx, m.person)
	if err != nil || counts["daily-note"] != 1 || counts["allergies-and-adverse-reactions"] != 0 {
		t.Errorf("%v, %v", counts, err)
	}
	if got := saying(t, w.new, "carer", m.person); len(got) != 1 {
		t.Errorf("what waits still shows in the banner: %q", got)
	}
	records, _, err := w.new.Session("carer").SegmentRecords(ctx, s.ID, nil, uuid.Nil, 100)
	if err != nil || len(records) < 3 {
		t.Errorf("what waits can be read: %d, %v", len(records), err)
	}
	w.admits(s)
	if got, err := w.new.Session("manager").Segment(ctx, s.ID); err != nil || got.State != access.SegmentRatified {
		t.Errorf("%+v, %v", got, err)
	}
	w.proves()
}

// TestOnToAThird: what came from one provider goes on to a third, which proves both.
func TestOnToAThird(t *testing.T) {
	w := newTwo(t)
	m := w.margaret()
	ctx := context.Background()
	w.new.Clock.Advance(24 * time.Hour)
	w.admits(w.received(w.sends(m.person)))
	w.new.Write("nurse", m.person, "daily-note", fixture.NoteContent("Settled in."))
	next := &two{t: t, old: w.new, new: fixture.New(t), peer: transfer.Peer{System: w.new.Identity.System, Provider: "Second", Keys: w.new.Identity.Keys}}
	next.admits(next.received(next.sends(m.person)))
	view, err := next.new.Session("carer").View(ctx, access.At{})
	if err != nil {
		t.Fatal(err)
	}
	log, err := view.ChangeLog(ctx, m.person, m.fall)
	if err != nil {
		t.Fatal(err)
	}
	var systems []string
	for _, e := range log {
		systems = append(systems, e.Contribution.System)
	}
	if !slices.Contains(systems, w.old.Identity.System) || !slices.Contains(systems, w.new.Identity.System) || systems[0] != w.old.Identity.System {
		t.Errorf("change log: %q", entries(log))
	}
	next.proves()
}

// TestKilledWhileReceiving kills the receiving process over and over: there is never half a package, nor half a ratification, and in the end everything is there.
func TestKilledWhileReceiving(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	w := newTwo(t)
	m := w.margaret()
	for range 9 { // more than one transaction brings
		var batch []*record.Proposal
		for range 100 {
			batch = append(batch, &record.Proposal{Stream: m.person, Changes: []record.ProposedChange{
				{Type: record.Create, Path: "/changes/0", Class: "daily-note", Content: []byte(fixture.NoteContent("One of very many."))},
			}})
		}
		w.old.Commit("carer", batch...)
	}
	dir := t.TempDir()
	pack := filepath.Join(dir, "pack.ndjson")
	if err := os.WriteFile(pack, w.sends(m.person), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	in, err := installation.Open(context.Background(), installation.Options{Dir: data, Catalogue: w.old.Catalogue})
	if err != nil {
		t.Fatal(err)
	}
	home := openedFor(t, in)
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	finished := false
	for i := 0; !finished; i++ {
		if i > 200 {
			t.Fatal("it never comes to an end")
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(150+25*i)*time.Millisecond)
		cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestReceiveUntilKilled$")
		cmd.Env = append(os.Environ(), "ROSEMARY_RECEIVE="+data, "ROSEMARY_PACK="+pack, "ROSEMARY_PEER="+w.peer.System+"|"+strings.Join(w.peer.Keys, "|"), "ROSEMARY_PLACE="+home.String())
		out, err := cmd.CombinedOutput()
		finished = cmd.ProcessState != nil && cmd.ProcessState.Success() // even where it came to its end at the moment it was to be killed
		var exit *exec.ExitError
		if !finished && err != nil && (!errors.As(err, &exit) || exit.Exited()) {
			t.Fatalf("%v: %s", err, out)
		}
		cancel()
		halfThere(t, data, w, m)
	}
}

// openedFor makes a manager and a home.
func openedFor(t *testing.T, in *installation.Installation) uuid.UUID {
	t.Helper()
	ctx := context.Background()
	worker, home := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	_, err := in.Recorder.Commit(ctx, record.Committer{Account: "admin"},
		fixture.Opening(home, standard.DirectoryStream, "service-provider", `{"name":"Elm Court","organisationIdentifier":"ZZ902"}`),
		fixture.Opening(worker, standard.DirectoryStream, "care-worker", `{"personName":{"personFirstName":"Helen","personFamilyName":"Marsh"}}`))
	if err != nil {
		t.Fatal(err)
	}
	err = in.Guard.CreateAccount(ctx, access.NewAccount{Account: "manager", Name: "Helen Marsh", Password: fixture.Password, Role: "registered-manager", Worker: worker, Places: []uuid.UUID{home}})
	if err != nil {
		t.Fatal(err)
	}
	return home
}

// halfThere checks that the record is not there, or whole; and that all of it proves itself.
func halfThere(t *testing.T, data string, w *two, m margaret) {
	t.Helper()
	ctx := context.Background()
	in, err := installation.Open(ctx, installation.Options{Dir: data, Catalogue: w.old.Catalogue})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	if _, err := in.Verify(ctx, nil); err != nil {
		t.Fatal(err)
	}
	waiting, err := in.Transfers.List(ctx, "")
	if err != nil || len(waiting) > 1 || len(waiting) == 1 && waiting[0].Versions < 900 {
		t.Fatalf("half a package: %+v, %v", waiting, err)
	}
	if _, err := in.Log.Stream(ctx, m.person); err != nil {
		return
	}
	counts, err := in.Log.Count(ctx, m.person, record.Forever-1, record.Scope{Everything: true})
	if err != nil {
		t.Fatal(err)
	}
	if counts["daily-note"] != 901 || counts["placement"] != 2 {
		unseen(t, in, m.person, counts)
	}
}

// unseen checks that nobody sees anything of a record that is half there: it still waits, and can be accepted to the end and not refused.
func unseen(t *testing.T, in *installation.Installation, person uuid.UUID, counts map[string]int) {
	t.Helper()
	ctx := context.Background()
	session, err := in.Guard.Session(ctx, "manager", access.Management)
	if err != nil {
		t.Fatal(err)
	}
	view, err := session.View(ctx, access.At{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := view.Person(ctx, person); standard.KindOf(err) != standard.NotFound {
		t.Fatalf("half a record is seen: %v, %v", counts, err)
	}
	if _, _, err := view.Records(ctx, access.RecordsQuery{Stream: person}); standard.KindOf(err) != standard.NotFound {
		t.Fatalf("half a record is seen: %v", err)
	}
	people, _, err := view.People(ctx, access.PeopleQuery{})
	if err != nil || len(people) > 0 {
		t.Fatalf("%d people, %v", len(people), err)
	}
	waiting, err := session.Waiting(ctx)
	if err != nil || len(waiting) != 1 {
		t.Fatalf("%d wait, %v", len(waiting), err)
	}
	if _, err := session.PreviewSegment(ctx, waiting[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := session.RefuseSegment(ctx, waiting[0].ID, "x"); standard.KindOf(err) != standard.Conflict {
		t.Fatalf("half of it was refused: %v", err)
	}
}

// TestBrokenOffInTheMiddle: a ratification that ends early shows nothing, and goes on where it ended, to the very record that comes of one that was not broken off.
func TestBrokenOffInTheMiddle(t *testing.T) {
	w := newTwo(t)
	m := w.margaret()
	for range 12 {
		var batch []*record.Proposal
		for range 100 {
			batch = append(batch, &record.Proposal{Stream: m.person, Changes: []record.ProposedChange{
				{Type: record.Create, Path: "/changes/0", Class: "daily-note", Content: []byte(fixture.NoteContent("One of very many."))},
			}})
		}
		w.old.Commit("carer", batch...)
	}
	pack := w.sends(m.person)
	w.admits(w.received(pack))
	want := w.theirs(m.person)

	w.new = fixture.New(t)
	s := w.received(pack)
	manager := w.new.Session("manager")
	begin, _, err := w.new.Log.Head(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	whole := access.Ratification{Segment: s.ID, Selection: access.SegmentSelection{All: true}, Place: w.new.Home, Reason: "She has moved in."}
	bad := whole
	bad.From = "yesterday"
	if _, err := manager.Ratify(context.Background(), bad); standard.KindOf(err) != standard.Invalid {
		t.Errorf("a first day that is none: %v", err)
	}
	if now, _, err := w.new.Log.Head(context.Background()); err != nil || now != begin {
		t.Fatalf("something was committed in front of a fault: %d, %v", now-begin, err)
	}
	for broken := 0; ; {
		ctx, cancel := context.WithCancel(context.Background())
		from, _, err := w.new.Log.Head(ctx)
		if err != nil {
			t.Fatal(err)
		}
		go func() { // as soon as something more is there
			for ctx.Err() == nil && broken < 2 {
				if now, _, err := w.new.Log.Head(ctx); err == nil && now > from+1 {
					cancel()
				}
			}
		}()
		_, err = manager.Ratify(ctx, whole)
		cancel()
		if err == nil {
			if broken == 0 {
				t.Fatal("it was never broken off")
			}
			break
		}
		if now, _, err := w.new.Log.Head(context.Background()); err != nil || now == from && broken > 20 {
			t.Fatalf("it does not go on: %v", err)
		} else if now > begin {
			broken++
			view, err := manager.View(context.Background(), access.At{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := view.Person(context.Background(), m.person); err == nil { // broken off behind the last transaction
				if got := w.theirs(m.person); !slices.Equal(got, want) {
					t.Fatalf("half a record is seen: %d of %d", len(got), len(want))
				}
				continue
			} else if standard.KindOf(err) != standard.NotFound {
				t.Fatal(err)
			}
			if err := manager.RefuseSegment(context.Background(), s.ID, "x"); standard.KindOf(err) != standard.Conflict {
				t.Fatalf("half of it was refused: %v", err)
			}
		}
	}
	if got := w.theirs(m.person); !slices.Equal(got, want) {
		t.Errorf("%d records, want %d", len(got), len(want))
	}
	if _, err := w.new.Verify(context.Background(), nil); err != nil {
		t.Error(err)
	}
}

// TestReceiveUntilKilled is the other process of TestKilledWhileReceiving.
func TestReceiveUntilKilled(t *testing.T) {
	data := os.Getenv("ROSEMARY_RECEIVE")
	if data == "" {
		t.Skip("only for TestKilledWhileReceiving")
	}
	ctx := context.Background()
	in, err := installation.Open(ctx, installation.Options{Dir: data})
	if err != nil {
		t.Fatal(err)
	}
	pack, err := os.Open(os.Getenv("ROSEMARY_PACK"))
	if err != nil {
		t.Fatal(err)
	}
	peer := strings.Split(os.Getenv("ROSEMARY_PEER"), "|")
	s, err := transfer.Receiver{Guard: in.Guard}.Receive(ctx, pack, transfer.Peer{System: peer[0], Provider: "Harbour House", Keys: peer[1:]})
	if err != nil {
		t.Fatal(err)
	}
	session, err := in.Guard.Session(ctx, "manager", access.Management)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := session.Ratify(ctx, access.Ratification{Segment: s.ID, Selection: access.SegmentSelection{All: true}, Place: uuid.MustParse(os.Getenv("ROSEMARY_PLACE")), Reason: "x"}); err != nil {
		t.Fatal(err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestFilesComeToo: a file that a record names is there with it, and is nobody's before.
func TestFilesComeToo(t *testing.T) {
	w := newTwo(t)
	m := w.margaret()
	ctx := context.Background()
	letter := []byte("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
	kept, err := w.old.Session("senior").Attach(ctx, m.person, bytes.NewReader(letter), access.Said{})
	if err != nil {
		t.Fatal(err)
	}
	w.old.Write("senior", m.person, "document", fmt.Sprintf(`{"documentTitle":"Letter","files":[{"contentHash":%q,"mediaType":%q,"size":%d}]}`, kept.Hash, kept.MediaType, kept.Size))
	s := w.received(w.sends(m.person))
	if s.Files != 1 {
		t.Errorf("%d files", s.Files)
	}
	if proof, err := w.new.Verify(ctx, nil); err != nil || len(proof.Unnamed) != 0 {
		t.Errorf("a file that waits is nobody's: %+v, %v", proof.Unnamed, err)
	}
	w.admits(s)
	view, err := w.new.Session("carer").View(ctx, access.At{})
	if err != nil {
		t.Fatal(err)
	}
	_, content, err := view.Attachment(ctx, m.person, kept.Hash)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(content)
	if err != nil || !bytes.Equal(got, letter) {
		t.Errorf("the file is another: %q, %v", got, err)
	}
	if err := content.Close(); err != nil {
		t.Error(err)
	}
	if proof, err := w.new.Verify(ctx, nil); err != nil || proof.Files != 1 || proof.Segments != 1 {
		t.Errorf("%+v, %v", proof, err)
	}
}

// TestRecordsWithoutAChain: what another maker's system gave away waits like all else, and says that nothing proves where it comes from.
func TestRecordsWithoutAChain(t *testing.T) {
	w := newTwo(t)
	ctx := context.Background()
	person, note := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	list := []transfer.Incoming{
		{Record: person, Number: 1, Class: "subject-of-care", Recorded: "2026-01-02T10:00:00+00:00", Content: []byte(fixture.PersonContent("Olive", "Marsh", "9990000050")), Committed: w.new.Clock.Now()},
		{Record: note, Number: 1, Class: "something-of-theirs", Recorded: "2026-01-02T10:00:00+00:00", Content: []byte(`{"words":"kept whole"}`), Committed: w.new.Clock.Now()},
	}
	peer := transfer.Peer{System: "another-maker", Provider: "Elsewhere"}
	receiver := transfer.Receiver{Guard: w.new.Guard}
	s, err := receiver.ReceiveRecords(ctx, peer, person, list)
	if err != nil || s.Proof.Given() {
		t.Fatalf("%+v, %v", s, err)
	}
	if again, err := receiver.ReceiveRecords(ctx, peer, person, list); err != nil || again.ID != s.ID || again.Versions != 2 {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	preview, err := w.new.Session("manager").PreviewSegment(ctx, s.ID)
	if err != nil || !slices.Equal(preview.Unknown, []string{"something-of-theirs"}) || len(preview.Questions) != 1 {
		t.Errorf("%+v, %v", preview, err)
	}
	w.admits(s)
	view, err := w.new.Session("carer").View(ctx, access.At{})
	if err != nil {
		t.Fatal(err)
	}
	if v, err := view.Record(ctx, person, note); err != nil || string(v.Content) != `{"words":"kept whole"}` {
		t.Errorf("%+v, %v", v, err)
	}
	w.proves()
}
