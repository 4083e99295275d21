package installation_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/standard"
)

// second is another manager of the home, for it takes two.
func (s *stage) second() *access.Session {
	s.t.Helper()
	err := s.Guard.CreateAccount(s.t.Context(), access.NewAccount{Account: "deputy", Name: "Dora", Password: fixture.Password, Role: "registered-manager",
		Worker: s.Workers["senior"], Places: []uuid.UUID{s.Home}})
	if err != nil {
		s.t.Fatal(err)
	}
	session, err := s.Guard.Session(s.t.Context(), "deputy", access.Management)
	if err != nil {
		s.t.Fatal(err)
	}
	return session
}

// corrected writes a note that holds words which must not be there, and corrects it.
func (s *stage) corrected(words string) (uuid.UUID, record.VersionID) {
	s.t.Helper()
	note := s.note("carer", s.Person, words)
	r := s.Commit("carer", &record.Proposal{Stream: s.Person, Changes: []record.ProposedChange{
		{Type: record.Correct, Record: note, Expected: 1, Description: "About somebody else", Content: []byte(fixture.NoteContent("Slept well"))},
	}})
	return note, record.VersionID{Record: note, System: r[0].Changes[0].Version.System, Number: 1}
}

// holds tells which files below a folder hold some words.
func holds(t *testing.T, folder, words string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(bytes.ToLower(text), []byte(words)) {
			found = append(found, filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestTwoPeopleDestroyAVersion(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	manager, deputy := s.Session("manager"), s.second()
	note, id := s.corrected("zebrafinch, said of somebody else")
	if len(holds(t, s.Dir, "zebrafinch")) == 0 {
		t.Fatal("the test cannot see the words in the files")
	}
	ask := access.Destroying{Stream: s.Person, Versions: []record.VersionID{id}, Basis: "another-person", Why: "It is about somebody else"}
	_, err := s.Session("senior").AskDestruction(t.Context(), ask)
	wantKindOf(t, err, standard.Forbidden)
	stands := ask
	stands.Versions = []record.VersionID{{Record: note, Number: 2}}
	_, err = manager.AskDestruction(t.Context(), stands)
	wantKindOf(t, err, standard.Invalid)
	certificate, err := manager.AskDestruction(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	wantKindOf(t, manager.ApproveDestruction(t.Context(), certificate, fixture.Password), standard.Forbidden)
	wantKindOf(t, deputy.ApproveDestruction(t.Context(), certificate, "not the password"), standard.Invalid)
	hold := s.Write("manager", s.Person, "legal-hold", `{"why":"An inquest","from":"2026-03-16"}`)
	wantKindOf(t, deputy.ApproveDestruction(t.Context(), certificate, fixture.Password), standard.Conflict)
	s.Commit("manager", &record.Proposal{Stream: s.Person, Changes: []record.ProposedChange{
		{Type: record.Modify, Record: hold, Expected: 1, Content: []byte(`{"why":"An inquest","from":"2026-03-01","until":"2026-03-15"}`)},
	}})
	if err := deputy.ApproveDestruction(t.Context(), certificate, fixture.Password); err != nil {
		t.Fatal(err)
	}
	if found := holds(t, s.Dir, "zebrafinch"); len(found) > 0 {
		t.Errorf("the words are still in %v", found)
	}
	versions, err := s.view("carer").Versions(t.Context(), s.Person, note)
	if err != nil || len(versions) != 2 || versions[0].Destroyed != certificate || len(versions[0].Content) > 0 || len(versions[1].Content) == 0 {
		t.Fatalf("versions %+v, %v", versions, err)
	}
	seen, err := s.view("carer").Gone(t.Context(), versions[0])
	if err != nil || seen.When.IsZero() || seen.Why != "" || seen.Basis == "" {
		t.Errorf("the carer is told %+v, %v", seen, err)
	}
	if seen, err = s.view("manager").Gone(t.Context(), versions[0]); err != nil || seen.Why == "" || seen.AskedBy == seen.ApprovedBy {
		t.Errorf("the manager is told %+v, %v", seen, err)
	}
	if got, want := s.trailOf(s.Person, "destruction"), []string{"manager destruction done"}; !slices.Equal(got, want) {
		t.Errorf("of who read the reason the trail says %v, want %v", got, want)
	}
	want := []string{"senior ask-destruction refused", "manager ask-destruction done", "manager destroy refused", "deputy destroy refused", "deputy destroy done"}
	if got := s.trailOf(s.Person, "ask-destruction", "destroy"); !slices.Equal(got, want) {
		t.Errorf("trail %v, want %v", got, want)
	}
	proof, err := s.Verify(t.Context(), nil)
	if err != nil || proof.Destroyed.Versions != 1 {
		t.Errorf("proof %+v, %v", proof, err)
	}
	if err := s.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	s.roundTrip()
}

// roundTrip takes everything out and in elsewhere, and checks that it is proved there.
func (s *stage) roundTrip() {
	s.t.Helper()
	everything := export(s.t, s.Installation)
	second := newPlace(s.t).open(s.t)
	defer closeIt(s.t, second)
	if _, err := second.Import(s.t.Context(), bytes.NewReader(everything), nil); err != nil {
		s.t.Fatal(err)
	}
	if proof, err := second.Verify(s.t.Context(), nil); err != nil || proof.Destroyed == (record.Destroyed{}) {
		s.t.Errorf("imported: %+v, %v", proof, err)
	}
	if a, b := contributionsOf(everything), contributionsOf(export(s.t, second)); a != b {
		s.t.Error("what was imported exports as something else")
	}
	var lines []string
	for line := range strings.Lines(string(everything)) {
		if !strings.Contains(line, "destruction-certificate") {
			lines = append(lines, line)
		}
	}
	third := newPlace(s.t).open(s.t)
	defer closeIt(s.t, third)
	n := len(lines) - 2
	lines[len(lines)-1] = strings.Replace(lines[len(lines)-1], fmt.Sprintf(`"contributions":%d`, strings.Count(string(everything), "\n")-2), fmt.Sprintf(`"contributions":%d`, n), 1)
	if _, err := third.Import(s.t.Context(), strings.NewReader(strings.Join(lines, "")), nil); standard.KindOf(err) != standard.Invalid || !strings.Contains(err.Error(), "certificate") {
		s.t.Errorf("without certificates: %v", err)
	}
}

// TestAWholeRecordAtTheEndOfItsTime: a record goes when its time is over and no hold stands, and disappears; its number is free.
func TestAWholeRecordAtTheEndOfItsTime(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	manager, deputy := s.Session("manager"), s.second()
	s.note("carer", s.Person, "zebrafinch")
	ask := access.Destroying{Stream: s.Person, Basis: "retention-over", Why: "Kept long enough"}
	_, err := manager.AskDestruction(t.Context(), ask)
	wantKindOf(t, err, standard.Invalid) // she still lives here
	placements, _, err := s.view("manager").Records(t.Context(), access.RecordsQuery{Stream: s.Person, Classes: []string{"placement"}})
	if err != nil {
		t.Fatal(err)
	}
	s.Commit("manager", &record.Proposal{Stream: s.Person, Changes: []record.ProposedChange{{Type: record.Modify, Record: placements[0].Record, Expected: 1,
		Content: fmt.Appendf(nil, `{"serviceProvider":{"ref":%q},"from":"2026-03-02","until":"2026-03-15"}`, s.Home)}}})
	_, err = manager.AskDestruction(t.Context(), ask)
	wantKindOf(t, err, standard.Invalid) // eight years
	s.Clock.Advance(8 * 366 * 24 * time.Hour)
	due, err := manager.Due(t.Context())
	if err != nil || len(due) != 1 || due[0].Person.UID != s.Person || due[0].Kept.Until != "2034-03-15" {
		t.Fatalf("due %+v, %v", due, err)
	}
	certificate, err := manager.AskDestruction(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	if err := deputy.ApproveDestruction(t.Context(), certificate, fixture.Password); err != nil {
		t.Fatal(err)
	}
	if found := holds(t, s.Dir, "zebrafinch"); len(found) > 0 {
		t.Errorf("the words are still in %v", found)
	}
	if found := holds(t, s.Dir, "whitlock"); len(found) > 0 {
		t.Errorf("the name is still in %v", found)
	}
	_, err = s.view("manager").Person(t.Context(), s.Person)
	wantKindOf(t, err, standard.Gone)
	_, err = s.view("carer").Person(t.Context(), s.Person)
	wantKindOf(t, err, standard.NotFound)
	s.MoveIn("manager", s.Home, "Margaret", "Again", "9990000018", "Room 1")
	proof, err := s.Verify(t.Context(), nil)
	if err != nil || proof.Destroyed.Streams != 1 {
		t.Errorf("proof %+v, %v", proof, err)
	}
	s.roundTrip()
}

// TestAnOlderBackupForgetsAgain: what was destroyed after a backup was made is destroyed again in what is restored.
func TestAnOlderBackupForgetsAgain(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	_, id := s.corrected("zebrafinch")
	older := filepath.Join(t.TempDir(), "data")
	if _, err := s.Database.Scrub(t.Context(), 0); err != nil { // all of it in the one file
		t.Fatal(err)
	}
	if err := os.CopyFS(older, os.DirFS(s.Dir)); err != nil {
		t.Fatal(err)
	}
	certificate, err := s.Session("manager").AskDestruction(t.Context(), access.Destroying{Stream: s.Person, Versions: []record.VersionID{id}, Basis: "court-order", Why: "Ordered"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.second().ApproveDestruction(t.Context(), certificate, fixture.Password); err != nil {
		t.Fatal(err)
	}
	restored, err := installation.Open(t.Context(), installation.Options{Dir: older, Checkpoints: s.Dir + "-checkpoints", Now: s.Clock.Now, Logger: slog.New(slog.DiscardHandler), Catalogue: s.Catalogue})
	if err != nil {
		t.Fatal(err)
	}
	defer closeIt(t, restored)
	for want := range []int{1, 0} {
		if n, err := restored.ReplayDestructions(t.Context()); err != nil || n != 1-want {
			t.Fatalf("replayed %d, %v", n, err)
		}
	}
	if found := holds(t, older, "zebrafinch"); len(found) > 0 {
		t.Errorf("the words are still in %v", found)
	}
	if proof, err := restored.Verify(t.Context(), nil); err != nil || proof.Destroyed.Versions != 1 {
		t.Errorf("proof %+v, %v", proof, err)
	}
}

const destroyIn = "ROSEMARY_DESTROY_TEST_DATA"

// TestDestroyUntilKilled is the other process of TestKilledWhileDestroying.
func TestDestroyUntilKilled(t *testing.T) {
	dir := os.Getenv(destroyIn)
	if dir == "" {
		t.Skip("only for TestKilledWhileDestroying")
	}
	in, err := installation.Open(context.Background(), installation.Options{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	deputy, err := in.Guard.Session(t.Context(), "deputy", access.Management)
	if err != nil {
		t.Fatal(err)
	}
	all, err := deputy.Destructions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		if d.Decided.IsZero() {
			fmt.Println("approving", d.ID)
			if err := deputy.ApproveDestruction(t.Context(), d.ID, fixture.Password); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestKilledWhileDestroying kills a process that destroys one version after the other. What was approved is gone at the next start, and all proves itself.
func TestKilledWhileDestroying(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	t.Parallel()
	s := newStage(t)
	s.second()
	times := 4
	if n, err := strconv.Atoi(os.Getenv("ROSEMARY_KILLS")); err == nil && n > 0 {
		times = n
	}
	for i := range 3 * times {
		_, id := s.corrected(fmt.Sprintf("zebrafinch-%d", i))
		_, err := s.Session("manager").AskDestruction(t.Context(), access.Destroying{Stream: s.Person, Versions: []record.VersionID{id}, Basis: "court-order", Why: "Ordered"})
		if err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(t.TempDir(), "data")
	if err := s.Guard.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Database.Scrub(t.Context(), 0); err != nil { // all of it in the one file
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, os.DirFS(s.Dir)); err != nil {
		t.Fatal(err)
	}
	for range times {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		child := exec.Command(self, "-test.run=^TestDestroyUntilKilled$")
		child.Env = append(os.Environ(), destroyIn+"="+dir)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), "approving") {
				time.AfterFunc(time.Duration(150+rand.IntN(900))*time.Millisecond, func() { _ = child.Process.Kill() })
			}
		}
		_ = child.Wait()
		in, err := installation.Open(t.Context(), installation.Options{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		proof, err := in.Verify(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		manager, err := in.Guard.Session(t.Context(), "manager", access.Management)
		if err != nil {
			t.Fatal(err)
		}
		all, err := manager.Destructions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		done := int64(0)
		for _, d := range all {
			if d.Done() {
				done++
			}
		}
		t.Logf("%d approved, %d destroyed", done, proof.Destroyed.Versions)
		if done != proof.Destroyed.Versions {
			t.Errorf("%d were approved, %d are destroyed", done, proof.Destroyed.Versions)
		}
		closeIt(t, in)
	}
}
