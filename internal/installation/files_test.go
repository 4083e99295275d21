package installation_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/standard"
)

// withLetter keeps a letter about a person and commits a document that names it.
func withLetter(t *testing.T, in *installation.Installation, person uuid.UUID, text string) record.Attachment {
	t.Helper()
	kept, err := in.Attachments.Keep(t.Context(), person, "ruth", strings.NewReader(text), access.Said{})
	if err != nil {
		t.Fatal(err)
	}
	commit(t, in, create(person, "", "document", fmt.Sprintf(`{"documentTitle":"Letter","files":[{"contentHash":%q,"mediaType":%q,"size":%d}]}`, kept.Hash, kept.MediaType, kept.Size)))
	return kept
}

// TestVerifyReadsEveryFile that a record names, and names the first that is not what it was.
func TestVerifyReadsEveryFile(t *testing.T) {
	p := newPlace(t)
	in := p.open(t)
	defer closeIt(t, in)
	people := furnish(t, in)
	letter := withLetter(t, in, people[0], "Dear Ruth, "+strings.Repeat("and more. ", 20_000))
	withLetter(t, in, people[1], "Dear Tom")
	if _, err := in.Attachments.Keep(t.Context(), people[1], "ruth", strings.NewReader("a draft"), access.Said{}); err != nil {
		t.Fatal(err)
	}
	proof, err := in.Verify(t.Context(), nil)
	if err != nil || proof.Files != 2 || len(proof.Unnamed) != 1 || proof.Unnamed[0].Stream != people[1] || proof.Unnamed[0].Size != int64(len("a draft")) {
		t.Fatalf("%d files, unnamed %+v, %v", proof.Files, proof.Unnamed, err)
	}
	path := filepath.Join(p.dir, "attachments", people[0].String(), letter.Hash.String())
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	altered := bytes.Clone(whole)
	altered[len(altered)/2] ^= 1
	for what, content := range map[string][]byte{"a byte flipped": altered, "cut off": whole[:len(whole)/2], "gone": nil} {
		if content == nil {
			err = os.Remove(path)
		} else {
			err = os.WriteFile(path, content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := verify(t, in); standard.KindOf(err) != standard.Broken || !strings.Contains(err.Error(), letter.Hash.String()) || !strings.Contains(err.Error(), people[0].String()) {
			t.Errorf("%s: verify says %v", what, err)
		}
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := verify(t, in); err != nil {
		t.Errorf("put back: %v", err)
	}
}

// TestFilesTravelWithTheRecord: into an empty folder, which then proves itself; once more, which changes nothing; and back to where one was lost.
func TestFilesTravelWithTheRecord(t *testing.T) {
	p := newPlace(t)
	first := p.open(t)
	defer closeIt(t, first)
	people := furnish(t, first)
	hers := withLetter(t, first, people[0], "Dear Ruth")
	his := withLetter(t, first, people[1], strings.Repeat("Dear Tom. ", 100_000))
	everything, alone := export(t, first), export(t, first, people[1])

	second := newPlace(t).open(t)
	defer closeIt(t, second)
	for i, added := range []bool{true, false} {
		done, err := second.Import(t.Context(), bytes.NewReader(everything), nil)
		if err != nil || done.Attachments != 2 || (done.New > 0) != added {
			t.Fatalf("import %d: %+v, %v", i+1, done, err)
		}
	}
	if proof, err := second.Verify(t.Context(), nil); err != nil || proof.Files != 2 {
		t.Errorf("verify after the import: %d files, %v", proof.Files, err)
	}
	if a, b := contributionsOf(everything), contributionsOf(export(t, second)); a != b {
		t.Error("what was imported exports as something else")
	}
	third := newPlace(t).open(t)
	defer closeIt(t, third)
	if _, err := third.Import(t.Context(), bytes.NewReader(alone), nil); err != nil {
		t.Fatal(err)
	}
	if err := third.Attachments.Check(t.Context(), people[1], his.Hash, record.Attachment{}); err != nil {
		t.Error(err)
	}
	if _, err := third.Attachments.Attachment(t.Context(), people[0], hers.Hash); standard.KindOf(err) != standard.NotFound {
		t.Errorf("somebody else's file came along: %v", err)
	}
	if err := os.Remove(filepath.Join(p.dir, "attachments", people[0].String(), hers.Hash.String())); err != nil {
		t.Fatal(err)
	}
	if _, err := first.Export(t.Context(), &bytes.Buffer{}, nil, nil); standard.KindOf(err) != standard.Broken {
		t.Errorf("a record that lacks a file was exported: %v", err)
	}
	if _, err := first.Import(t.Context(), bytes.NewReader(everything), nil); err != nil {
		t.Fatal(err)
	}
	if err := verify(t, first); err != nil {
		t.Errorf("after the lost file came back: %v", err)
	}
}

// TestWithoutTheKeyOfTheAttachments the records are read as always, and the files say what is missing.
func TestWithoutTheKeyOfTheAttachments(t *testing.T) {
	p := newPlace(t)
	in := p.open(t)
	people := furnish(t, in)
	withLetter(t, in, people[0], "Dear Ruth")
	closeIt(t, in)
	key := filepath.Join(p.dir, "attachments.key")
	content, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	in = p.open(t)
	wantUnavailable(t, verify(t, in), "attachments.key must be put back")
	if _, _, err := in.Log.Versions(t.Context(), record.Query{Stream: people[0], At: record.Forever - 1, Scope: record.Scope{Everything: true}}); err != nil {
		t.Errorf("the records: %v", err)
	}
	closeIt(t, in)
	if err := os.WriteFile(key, content, 0o600); err != nil {
		t.Fatal(err)
	}
	in = p.open(t)
	defer closeIt(t, in)
	if err := verify(t, in); err != nil {
		t.Errorf("with the key: %v", err)
	}
}

// TestADraftKeepsItsFile: what is begun and not saved keeps what it names from being swept away, and so does a record.
func TestADraftKeepsItsFile(t *testing.T) {
	p := newPlace(t)
	in := p.open(t)
	defer closeIt(t, in)
	people := furnish(t, in)
	letter := withLetter(t, in, people[0], "Dear Ruth")
	keep := func(text string) record.Attachment {
		kept, err := in.Attachments.Keep(t.Context(), people[0], "ruth", strings.NewReader(text), access.Said{})
		if err != nil {
			t.Fatal(err)
		}
		return kept
	}
	drafted, forgotten := keep("in a draft"), keep("forgotten")
	draft := access.Draft{DraftKey: access.DraftKey{Account: "ruth", Stream: people[0], Form: "document"}, Begun: in.Now(), Kept: in.Now(),
		Body: []byte(`{"contentHash":"` + drafted.Hash.String() + `"}`)}
	if _, err := in.Drafts.Keep(t.Context(), draft, 0, 10, 1000); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[record.Hash]bool{drafted.Hash: true, forgotten.Hash: false, letter.Hash: false} {
		if wanted, err := installation.WantsFile(in, t.Context(), people[0], file); err != nil || wanted != want {
			t.Errorf("wanted %v, want %v, %v", wanted, want, err)
		}
	}
	if named, err := in.Log.IsNamed(t.Context(), people[0], letter.Hash); err != nil || !named {
		t.Errorf("a record's file: %v, %v", named, err)
	}
}
