package installation_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/net/html"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer/folder"
)

// left leaves into a new folder, and gives its path and everything in it by name.
func left(t *testing.T, in *installation.Installation) (string, map[string][]byte) {
	t.Helper()
	to := filepath.Join(t.TempDir(), "leaving")
	if _, err := in.Leave(context.Background(), to, nil); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	err := filepath.WalkDir(to, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(to, path)
		files[filepath.ToSlash(name)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return to, files
}

// TestAWholeProviderLeaves: every version is found in the pages, the tables and the export; checksums fit; every link leads somewhere; and what another system takes in is
// the same record.
func TestAWholeProviderLeaves(t *testing.T) {
	w := fixture.NewLived(t, 2, 2)
	ctx := context.Background()
	before := entriesOf(t, w.Installation)
	_, files := left(t, w.Installation)
	sumsFit(t, files)
	linksLead(t, files)
	versionsAreThere(t, w.Installation, files)

	logged := entriesOf(t, w.Installation)[len(before):]
	if len(logged) != 1 || logged[0].Action != "export" || logged[0].Stream != uuid.Nil || !logged[0].Disclosed() {
		t.Errorf("the log of who saw what has %+v", logged)
	}

	in, err := installation.Open(ctx, installation.Options{Dir: filepath.Join(t.TempDir(), "taken"), Now: w.Now, Logger: slog.New(slog.DiscardHandler), Catalogue: w.Catalogue})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if _, err := in.Import(ctx, bytes.NewReader(files["everything.ndjson"]), nil); err != nil {
		t.Fatal(err)
	}
	same(t, w.Installation, in)
}

// entriesOf reads the log of who saw what.
func entriesOf(t *testing.T, in *installation.Installation) (all []access.Entry) {
	t.Helper()
	if err := in.Guard.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := in.Accounts.Batches(t.Context(), 0, func(b access.Batch) error {
		entries, err := b.Entries()
		all = append(all, entries...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// same wants two installations to hold the same contributions, byte for byte, and the same files.
func same(t *testing.T, a, b *installation.Installation) {
	t.Helper()
	read := func(in *installation.Installation) (list []string) {
		head, _, err := in.Log.Head(t.Context())
		if err == nil {
			err = in.Log.Contributions(t.Context(), uuid.Nil, 0, head, func(s *record.Sealed) error {
				line := s.Hash.String() + string(s.Header)
				for _, v := range s.Versions {
					line += string(v.Stored())
				}
				list = append(list, line)
				return nil
			})
		}
		if err == nil {
			err = in.Log.Files(t.Context(), uuid.Nil, head, func(stream uuid.UUID, file record.Hash, _ record.Moment) error {
				list = append(list, file.String())
				return in.Attachments.Check(t.Context(), stream, file, record.Attachment{})
			})
		}
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	x, y := read(a), read(b)
	if len(x) != len(y) || len(x) == 0 {
		t.Fatalf("%d lines became %d", len(x), len(y))
	}
	for i := range x {
		if x[i] != y[i] {
			t.Fatalf("line %d differs", i)
		}
	}
}

// sumsFit holds every file against its checksum; no file is without one.
func sumsFit(t *testing.T, files map[string][]byte) {
	t.Helper()
	seen := map[string]bool{folder.SumsFile: true}
	lines := bufio.NewScanner(bytes.NewReader(files[folder.SumsFile]))
	for lines.Scan() {
		sum, name, _ := strings.Cut(lines.Text(), "  ")
		own := sha256.Sum256(files[name])
		if hex.EncodeToString(own[:]) != sum || seen[name] {
			t.Errorf("%s has not the checksum that is written", name)
		}
		seen[name] = true
	}
	for name := range files {
		if !seen[name] {
			t.Errorf("%s has no checksum", name)
		}
	}
}

// linksLead parses every page and follows every link in the folder. No page has a script, or names anything on a network.
func linksLead(t *testing.T, files map[string][]byte) {
	t.Helper()
	ids := map[string]map[string]bool{}
	type link struct{ from, to string }
	var links []link
	for name, text := range files {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		doc, err := html.Parse(bytes.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		ids[name] = map[string]bool{}
		headings := 0
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if n.Data == "h1" {
				headings++
			}
			if n.Data == "script" || n.Data == "iframe" || n.Data == "img" {
				t.Errorf("%s holds <%s>", name, n.Data)
			}
			for _, a := range n.Attr {
				switch a.Key {
				case "id":
					if ids[name][a.Val] {
						t.Errorf("%s: the id %s stands twice", name, a.Val)
					}
					ids[name][a.Val] = true
				case "href", "src":
					links = append(links, link{name, a.Val})
				}
			}
		}
		if headings != 1 {
			t.Errorf("%s has %d first headings", name, headings)
		}
	}
	for _, l := range links {
		path, fragment, _ := strings.Cut(l.to, "#")
		target := l.from
		if path != "" {
			target = filepath.ToSlash(filepath.Join(filepath.Dir(l.from), path))
		}
		if _, there := files[target]; !there || strings.Contains(l.to, "://") {
			t.Errorf("%s links to %q, which is not there", l.from, l.to)
		} else if fragment != "" && !ids[target][fragment] {
			t.Errorf("%s links to %q: there is no such place on the page", l.from, l.to)
		}
	}
	if len(links) < 100 {
		t.Errorf("%d links", len(links))
	}
}

// versionsAreThere looks every version up in the pages and in the tables.
func versionsAreThere(t *testing.T, in *installation.Installation, files map[string][]byte) {
	t.Helper()
	rows := map[string]bool{}
	for name, text := range files {
		if !strings.HasPrefix(name, "tables/") {
			continue
		}
		table, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, row := range table[1:] {
			rows[row[1]+" "+row[2]] = true
		}
	}
	pages := map[string]string{}
	for name := range files {
		if dir, file := filepath.Split(name); strings.HasSuffix(dir, "records/") {
			pages[strings.TrimSuffix(file, ".html")] = name
		}
	}
	head, _, err := in.Log.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	err = in.Log.Contributions(t.Context(), uuid.Nil, 0, head, func(s *record.Sealed) error {
		for _, v := range s.Versions {
			count++
			page := string(files[pages[v.Record.String()]])
			if !strings.Contains(page, `id="version-`+itoa(v.Number)+`"`) {
				t.Errorf("version %s is on no page", v.VersionID)
			}
			if !rows[v.Record.String()+" "+itoa(v.Number)] {
				t.Errorf("version %s is in no table", v.VersionID)
			}
		}
		return nil
	})
	if err != nil || count < 50 || len(rows) != count {
		t.Errorf("%d versions, %d rows: %v", count, len(rows), err)
	}
}

func itoa(n int) string {
	return strings.TrimSpace(strings.Replace(record.VersionID{Number: n}.String(), uuid.Nil.String()+"::::", "", 1))
}

// TestLeavingIsAllOrNothing: a folder that is not empty is left alone, one inside the data folder is refused, and what was broken off leaves nothing behind.
func TestLeavingIsAllOrNothing(t *testing.T) {
	w := fixture.New(t)
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "mine.txt"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{full, filepath.Join(w.Dir, "leaving")} {
		if _, err := w.Leave(t.Context(), to, nil); standard.KindOf(err) != standard.Conflict {
			t.Errorf("into %s: %v", to, err)
		}
	}
	if there, _ := os.ReadDir(full); len(there) != 1 {
		t.Error("the folder was touched")
	}
	ctx, cancel := context.WithCancel(t.Context())
	to := filepath.Join(t.TempDir(), "leaving")
	_, err := w.Leave(ctx, to, func(done, _ int64) {
		if done == 5 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("broken off: %v", err)
	}
	if there, _ := filepath.Glob(to + "*"); len(there) != 0 {
		t.Errorf("left behind: %v", there)
	}
	if err := errors.Join(os.MkdirAll(to+".part", 0o700), os.WriteFile(filepath.Join(to+".part", folder.SumsFile), nil, 0o600), os.WriteFile(filepath.Join(to+".part", "half"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Leave(t.Context(), to, nil); err != nil {
		t.Errorf("after it was killed: %v", err)
	}
	if _, err := os.Stat(filepath.Join(to, "half")); err == nil {
		t.Error("what an earlier attempt left is in the folder")
	}
}

// TestNothingThatWasDestroyedLeaves: neither a version that was destroyed, nor anything of a whole record, though the certificates are there; and each export of the folder can
// be taken in by itself, the directory last.
func TestNothingThatWasDestroyedLeaves(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	manager, deputy := s.Session("manager"), s.second()
	_, id := s.corrected("zebrafinch, said of somebody else")
	destroy := func(d access.Destroying) {
		certificate, err := manager.AskDestruction(t.Context(), d)
		if err == nil {
			err = deputy.ApproveDestruction(t.Context(), certificate, fixture.Password)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	destroy(access.Destroying{Stream: s.Person, Versions: []record.VersionID{id}, Basis: "another-person", Why: "It is about somebody else"})
	gone := s.MoveIn("manager", s.Home, "Gertrude", "Quillfeather", "9990000034", "Room 4")
	placements, _, err := s.view("manager").Records(t.Context(), access.RecordsQuery{Stream: gone, Classes: []string{"placement"}})
	if err != nil {
		t.Fatal(err)
	}
	s.Commit("manager", &record.Proposal{Stream: gone, Changes: []record.ProposedChange{{Type: record.Modify, Record: placements[0].Record, Expected: 1,
		Content: fmt.Appendf(nil, `{"serviceProvider":{"ref":%q},"from":"2026-03-02","until":"2026-03-15"}`, s.Home)}}})
	s.Clock.Advance(8 * 366 * 24 * time.Hour)
	destroy(access.Destroying{Stream: gone, Basis: "retention-over", Why: "Kept long enough"})

	to, files := left(t, s.Installation)
	for _, words := range []string{"zebrafinch", "quillfeather"} {
		if found := holds(t, to, words); len(found) > 0 {
			t.Errorf("%q left in %v", words, found)
		}
	}
	sumsFit(t, files)
	linksLead(t, files)
	for name := range files {
		if strings.HasPrefix(name, "people/") && strings.Contains(name, gone.String()) {
			t.Errorf("there is %s", name)
		}
	}
	second := newPlace(t).open(t)
	defer closeIt(t, second)
	var order []string
	for name := range files {
		if strings.HasPrefix(name, "people/") && strings.HasSuffix(name, "record.ndjson") {
			order = append(order, name)
		}
	}
	for _, name := range append(order, "directory/record.ndjson") {
		if _, err := second.Import(t.Context(), bytes.NewReader(files[name]), nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if proof, err := second.Verify(t.Context(), nil); err != nil || proof.Destroyed.Versions != 1 {
		t.Errorf("taken in one by one: %+v, %v", proof, err)
	}
}
