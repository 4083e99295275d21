package installation_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/ncruces/go-sqlite3/driver"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/standard"
)

// place is one data folder and its checkpoints.
type place struct{ dir string }

func newPlace(t *testing.T) place { return place{filepath.Join(t.TempDir(), "data")} }

// open opens the folder on a clock that moves a minute at every look.
func (p place) open(t *testing.T) *installation.Installation {
	t.Helper()
	at := time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)
	in, err := installation.Open(t.Context(), installation.Options{Dir: p.dir, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time {
		at = at.Add(time.Minute)
		return at
	}})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func closeIt(t *testing.T, in *installation.Installation) {
	t.Helper()
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
}

var ruth = record.Committer{Account: "ruth", Role: "senior-carer"}

func commit(t *testing.T, in *installation.Installation, p *record.Proposal) record.Receipt {
	t.Helper()
	receipts, err := in.Recorder.Commit(t.Context(), ruth, p)
	if err != nil {
		t.Fatal(err)
	}
	return receipts[0]
}

func create(stream uuid.UUID, opens standard.Stream, class, content string) *record.Proposal {
	change := record.ProposedChange{Type: record.Create, Path: "/changes/0", Class: class, Content: []byte(content)}
	if opens != "" {
		change.Record = stream
	}
	return &record.Proposal{Stream: stream, Opens: opens, Changes: []record.ProposedChange{change}}
}

// furnish commits a home, two people, and some notes with a correction for each.
func furnish(t *testing.T, in *installation.Installation) (people []uuid.UUID) {
	t.Helper()
	home := uuid.Must(uuid.NewV7())
	commit(t, in, create(home, standard.DirectoryStream, "service-provider", `{"name":"Harbour House","organisationIdentifier":"ZZ1"}`))
	for n := range 2 {
		person := uuid.Must(uuid.NewV7())
		people = append(people, person)
		commit(t, in, create(person, standard.PersonStream, "subject-of-care", fmt.Sprintf(
			`{"personName":{"personFirstName":"Peggy","personFamilyName":"Ellis %d"},"personIdentification":{"nhsNumberStatusIndicator":{"code":"07"}},"personDemographics":{"dateOfBirth":"1941-03","genderIdentity":{"absent":"not-asked"},"ethnicity":{"absent":"declined"},"sexualOrientation":{"absent":"not-asked"}}}`, n)))
		commit(t, in, create(person, "", "placement", fmt.Sprintf(`{"serviceProvider":{"ref":"%s"},"from":"2026-03-16"}`, home)))
		for i := range 5 {
			r := commit(t, in, create(person, "", "daily-note", fmt.Sprintf(`{"when":"2026-03-18T1%d:00:00+00:00","freeText":"Note %d – tea & cake"}`, i, i)))
			commit(t, in, &record.Proposal{Stream: person, Changes: []record.ProposedChange{{
				Type: record.Correct, Path: "/changes/0", Record: r.Changes[0].Version.Record, Expected: 1, Description: "wrong word",
				Content: fmt.Appendf(nil, `{"when":"2026-03-18T1%d:00:00+00:00","freeText":"Note %d, corrected"}`, i, i),
			}}})
		}
	}
	return people
}

func verify(t *testing.T, in *installation.Installation) error {
	t.Helper()
	_, err := in.Verify(t.Context(), nil)
	return err
}

// tamper changes the closed database behind the program's back.
func (p place) tamper(t *testing.T, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(p.dir, "rosemary.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	result, err := db.ExecContext(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := result.RowsAffected(); n == 0 {
		t.Fatalf("%s changed nothing", statement)
	}
}

func TestVerifyNamesWhatWasTamperedWith(t *testing.T) {
	tests := []struct{ name, statement, says string }{
		{"a body", `UPDATE contribution SET bodies = replace(bodies, 'tea', 'gin') WHERE moment = 4`, "moment 4"},
		{"a header", `UPDATE contribution SET header = CAST(replace(header, 'ruth', 'anne') AS BLOB) WHERE moment = 5`, "moment 5"},
		{"one from the middle removed", `DELETE FROM contribution WHERE moment = 9`, "moment 9"},
		{"the last one removed", `DELETE FROM contribution WHERE moment = (SELECT max(moment) FROM contribution)`, "the end of the log is missing"},
		{"the kept tree", `UPDATE tree SET hashes = zeroblob(length(hashes))`, "Merkle tree"},
		{"a projection", `UPDATE version SET until_moment = 5 WHERE number = 2`, "rosemary rebuild"},
		{"a card", `UPDATE person SET family = 'Smith'`, "rosemary rebuild"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlace(t)
			in := p.open(t)
			furnish(t, in)
			if _, err := in.Notary.Checkpoint(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := verify(t, in); err != nil {
				t.Fatalf("before: %v", err)
			}
			closeIt(t, in)
			p.tamper(t, tt.statement)
			in = p.open(t)
			defer closeIt(t, in)
			err := verify(t, in)
			if standard.KindOf(err) != standard.Broken || !strings.Contains(err.Error(), tt.says) {
				t.Fatalf("verify says %v; want something broken with %q", err, tt.says)
			}
			if strings.Contains(tt.says, "rebuild") {
				if err := in.Log.Rebuild(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
				if err := verify(t, in); err != nil {
					t.Fatalf("after the rebuild: %v", err)
				}
			}
		})
	}
}

func TestVerifyNoticesWhoLookedBeingCutOff(t *testing.T) {
	p := newPlace(t)
	in := p.open(t)
	furnish(t, in)
	look(t, in)
	if _, err := in.Notary.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := verify(t, in); err != nil {
		t.Fatalf("before: %v", err)
	}
	closeIt(t, in)
	p.tamper(t, `DELETE FROM trail WHERE seq = (SELECT max(seq) FROM trail)`)
	in = p.open(t)
	defer closeIt(t, in)
	if err := verify(t, in); standard.KindOf(err) != standard.Broken || !strings.Contains(err.Error(), "who saw what") {
		t.Errorf("verify says %v", err)
	}
}

// look reads something through a session and writes the log of who saw what.
func look(t *testing.T, in *installation.Installation) {
	t.Helper()
	err := in.Guard.CreateAccount(t.Context(), access.NewAccount{Account: "admin", Name: "Ada", Password: "long enough a password", Role: "administrator"})
	if err != nil {
		t.Fatal(err)
	}
	session, err := in.Guard.Session(t.Context(), "admin", access.Administration)
	if err != nil {
		t.Fatal(err)
	}
	view, err := session.View(t.Context(), access.At{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := view.Directory(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := in.Guard.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// export gives everything that an installation holds, without the time of exporting.
func export(t *testing.T, in *installation.Installation, streams ...uuid.UUID) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := in.Export(t.Context(), &out, streams, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func contributionsOf(export []byte) string {
	_, rest, _ := strings.Cut(string(export), "\n")
	return rest
}

func TestOwnExportInAnEmptyFolderGivesTheSameHashes(t *testing.T) {
	first := newPlace(t).open(t)
	defer closeIt(t, first)
	people := furnish(t, first)
	everything := export(t, first)

	second := newPlace(t).open(t)
	defer closeIt(t, second)
	done, err := second.Import(t.Context(), bytes.NewReader(everything), nil)
	if err != nil || done.New != done.Contributions || done.New == 0 {
		t.Fatalf("import: %+v, %v", done, err)
	}
	if a, b := contributionsOf(everything), contributionsOf(export(t, second)); a != b {
		t.Error("what was imported exports as something else")
	}
	if err := verify(t, second); err != nil {
		t.Errorf("verify after the import: %v", err)
	}
	again, err := second.Import(t.Context(), bytes.NewReader(everything), nil)
	if err != nil || again.New != 0 {
		t.Errorf("the same export again: %+v, %v", again, err)
	}
	commit(t, second, create(people[0], "", "daily-note", `{"when":"2026-06-01T10:00:00+01:00","freeText":"The log goes on"}`))
	if err := verify(t, second); err != nil {
		t.Errorf("verify after the log went on: %v", err)
	}

	t.Run("one person", func(t *testing.T) {
		alone := export(t, first, people[1])
		if bytes.Contains(alone, []byte("Ellis 0")) || !bytes.Contains(alone, []byte("Harbour House")) {
			t.Error("the export of one person holds another, or lacks the home")
		}
		third := newPlace(t).open(t)
		defer closeIt(t, third)
		if _, err := third.Import(t.Context(), bytes.NewReader(alone), nil); err != nil {
			t.Fatal(err)
		}
		a, _ := first.Log.Stream(t.Context(), people[1])
		b, err := third.Log.Stream(t.Context(), people[1])
		if err != nil || a.Hash != b.Hash {
			t.Errorf("head of the stream is %s, not %s (%v)", b.Hash, a.Hash, err)
		}
	})
}

func TestABadExportChangesNothing(t *testing.T) {
	first := newPlace(t).open(t)
	defer closeIt(t, first)
	furnish(t, first)
	good := string(export(t, first))
	lines := strings.SplitAfter(good, "\n")
	tests := []struct{ name, text, says string }{
		{"not an export", "{}\n", "not an export"},
		{"empty", "", "cut off"},
		{"cut off in a line", good[:len(good)*2/3], ""},
		{"cut off behind a line", strings.Join(lines[:5], ""), "cut off"},
		{"a line left out", strings.Join(append(append([]string{}, lines[:5]...), lines[6:]...), ""), ""},
		{"a word altered", strings.Replace(good, "tea", "gin", 1), "altered"},
		{"an author altered", strings.Replace(good, `"account":"ruth"`, `"account":"anne"`, 1), ""},
		{"two lines swapped", strings.Join(append(append([]string{}, lines[0], lines[1], lines[3], lines[2]), lines[4:]...), ""), "does not follow"},
		{"something behind the end", good + "{}\n", "follows the last line"},
		{"a newer format", strings.Replace(good, `{"format":2,"export"`, `{"format":99,"export"`, 1), "newer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			second := newPlace(t).open(t)
			defer closeIt(t, second)
			_, err := second.Import(t.Context(), strings.NewReader(tt.text), nil)
			if standard.KindOf(err) != standard.Invalid || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("import says %v; want a refusal with %q", err, tt.says)
			}
			if head, _, _ := second.Log.Head(t.Context()); head != 0 {
				t.Errorf("%d contributions were taken in", head)
			}
		})
	}
	t.Run("another system's, into a folder that holds records", func(t *testing.T) {
		second := newPlace(t).open(t)
		defer closeIt(t, second)
		furnish(t, second)
		if _, err := second.Import(t.Context(), strings.NewReader(good), nil); standard.KindOf(err) != standard.Invalid {
			t.Errorf("import says %v", err)
		}
	})
}

func TestOneProcessAtATime(t *testing.T) {
	p := newPlace(t)
	in := p.open(t)
	defer closeIt(t, in)
	_, err := installation.Open(context.Background(), installation.Options{Dir: p.dir, Logger: slog.New(slog.DiscardHandler)})
	var fault *standard.Fault
	if !errors.As(err, &fault) || fault.Kind != standard.Unavailable || fault.Hint == "" {
		t.Errorf("a second process: %v", err)
	}
}

func TestTheSigningKeyIsPrivate(t *testing.T) {
	p := newPlace(t)
	closeIt(t, p.open(t))
	info, err := os.Stat(filepath.Join(p.dir, "signing.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("signing.key: %v, %v", info.Mode(), err)
	}
}

// TestBesideAServer: accounts, export and verify work while the server runs, and the server hears of them at once.
func TestBesideAServer(t *testing.T) {
	p := newPlace(t)
	server := p.open(t)
	defer closeIt(t, server)
	furnish(t, server)
	beside, err := installation.Open(t.Context(), installation.Options{Dir: p.dir, Beside: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	look(t, beside)
	token, err := beside.Guard.NewToken(t.Context(), "admin", "beside", time.Hour*24*365)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.Guard.TokenSession(t.Context(), token, access.Administration); err != nil {
		t.Errorf("the server does not know the new token: %v", err)
	}
	furnish(t, server) // the log goes on meanwhile
	if err := verify(t, beside); err != nil {
		t.Errorf("verify beside the server: %v", err)
	}
	closeIt(t, beside)
	if err := verify(t, server); err != nil {
		t.Error(err)
	}
}

// TestWhatIsWrongCanAlwaysBeMarked: a record that today's class file would refuse can still be marked as entered in error, and keeps its content.
func TestWhatIsWrongCanAlwaysBeMarked(t *testing.T) {
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	p := newPlace(t)
	in, err := installation.Open(t.Context(), installation.Options{Dir: p.dir, Logger: slog.New(slog.DiscardHandler), Catalogue: catalogue})
	if err != nil {
		t.Fatal(err)
	}
	defer closeIt(t, in)
	people := furnish(t, in)
	note := commit(t, in, create(people[0], "", "daily-note", `{"when":"2026-03-18T10:00:00+00:00","freeText":"About somebody else"}`)).Changes[0].Version
	class, _ := catalogue.Class("daily-note")
	text, _ := class.Element("freeText")
	limit := standard.NewNumber(3)
	text.Max = &limit // a later release wants short notes
	receipt := commit(t, in, &record.Proposal{Stream: people[0], Changes: []record.ProposedChange{
		{Type: record.MarkError, Path: "/changes/0", Record: note.Record, Expected: 1, Description: "wrong person"},
	}})
	sealed, err := in.Log.Contribution(t.Context(), receipt.Contribution)
	if err != nil || sealed.Versions[0].Status != record.EnteredInError || !strings.Contains(string(sealed.Versions[0].Content), "About somebody else") {
		t.Errorf("marked as %+v, %v", sealed.Versions[0], err)
	}
}
