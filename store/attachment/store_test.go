package attachment_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"image"
	"image/png"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/attachment"
	"rosemary/store/sqlite"
)

// place is a data folder with a store of attachments.
type place struct {
	t   testing.TB
	dir string
	db  *sqlite.DB
	*attachment.Store
}

func newPlace(t testing.TB) *place {
	t.Helper()
	p := &place{t: t, dir: t.TempDir()}
	p.open(1 << 20)
	return p
}

func (p *place) open(limit int64) {
	p.t.Helper()
	db, err := sqlite.Open(p.t.Context(), filepath.Join(p.dir, "rosemary.db"), sqlite.Options{})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = db.Close() })
	p.db = db
	p.Store, err = attachment.Open(p.t.Context(), db, attachment.Options{Dir: p.dir, Limit: limit, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *place) again(limit int64) {
	p.t.Helper()
	if err := p.db.Close(); err != nil {
		p.t.Fatal(err)
	}
	p.open(limit)
}

func (p *place) keep(stream uuid.UUID, content []byte) record.Attachment {
	p.t.Helper()
	kept, err := p.Keep(p.t.Context(), stream, "ruth", bytes.NewReader(content), access.Said{})
	if err != nil {
		p.t.Fatal(err)
	}
	return kept
}

func (p *place) read(stream uuid.UUID, file record.Hash) ([]byte, error) {
	content, err := p.Open(p.t.Context(), stream, file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = content.Close() }()
	return io.ReadAll(content)
}

// onDisk lists what stands in the folder of attachments.
func (p *place) onDisk() (names []string) {
	p.t.Helper()
	err := filepath.WalkDir(filepath.Join(p.dir, attachment.Folder), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, path)
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return names
}

func wants(t testing.TB, err error, kind standard.Kind, says string) {
	t.Helper()
	var fault *standard.Fault
	if !errors.As(err, &fault) || fault.Kind != kind {
		t.Errorf("the error is %v; want %s", err, kind)
		return
	}
	all := fault.Message + " " + fault.Hint
	for _, problem := range fault.Problems {
		all += " " + problem.Path + " " + problem.Rule + " " + problem.Message
	}
	if !strings.Contains(all, says) {
		t.Errorf("the error says %q; want %q", all, says)
	}
}

// TestAnyBytesComeBackTheSame: whatever is kept is read back byte for byte, whole or in part, and stands on the disk as nothing that can be read.
func TestAnyBytesComeBackTheSame(t *testing.T) {
	p := newPlace(t)
	stream := uuid.New()
	rapid.Check(t, func(rt *rapid.T) {
		content := append([]byte("%PDF-"), rapid.SliceOfN(rapid.Byte(), 0, 200_000).Draw(rt, "content")...)
		kept := p.keep(stream, content)
		if kept.Hash != sha256.Sum256(content) || kept.Size != int64(len(content)) || kept.MediaType != "application/pdf" {
			rt.Fatalf("kept as %v", kept)
		}
		got, err := p.read(stream, kept.Hash)
		if err != nil || !bytes.Equal(got, content) {
			rt.Fatalf("read back %d bytes of %d, %v", len(got), len(content), err)
		}
		part, err := p.Open(t.Context(), stream, kept.Hash)
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = part.Close() }()
		from := rapid.IntRange(0, len(content)).Draw(rt, "from")
		if _, err := part.Seek(int64(from), io.SeekStart); err != nil {
			rt.Fatal(err)
		}
		if rest, err := io.ReadAll(part); err != nil || !bytes.Equal(rest, content[from:]) {
			rt.Fatalf("from %d: %d bytes, %v", from, len(rest), err)
		}
	})
	for _, name := range p.onDisk() {
		if text, err := os.ReadFile(name); err != nil || bytes.Contains(text, []byte("%PDF-")) {
			t.Fatalf("%s stands there to be read: %v", name, err)
		}
	}
}

// endless gives bytes for as long as anybody reads.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.read += int64(len(p))
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

// TestTwoGigabytesAreRefused early when their size is said, and as soon as the limit is passed when it is not.
func TestTwoGigabytesAreRefused(t *testing.T) {
	p := newPlace(t)
	said := &endless{}
	_, err := p.Keep(t.Context(), uuid.New(), "ruth", said, access.Said{Size: 2 << 30})
	wants(t, err, standard.TooLarge, "1 MB")
	if said.read != 0 {
		t.Errorf("%d bytes were read of a file that says it is too large", said.read)
	}
	hidden := &endless{}
	_, err = p.Keep(t.Context(), uuid.New(), "ruth", io.LimitReader(hidden, 2<<30), access.Said{})
	wants(t, err, standard.TooLarge, "1 MB")
	if hidden.read > 2<<20 {
		t.Errorf("%d bytes were read of a file that is too large", hidden.read)
	}
	if left := p.onDisk(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// broken gives some bytes and then fails, as a lost connection does.
type broken struct{ *bytes.Reader }

func (b broken) Read(p []byte) (int, error) {
	if b.Len() == 0 {
		return 0, io.ErrUnexpectedEOF
	}
	return b.Reader.Read(p)
}

func TestWhatIsNotWhatItSaysLeavesNothing(t *testing.T) {
	p := newPlace(t)
	stream := uuid.New()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	other := record.Hash(sha256.Sum256([]byte("other")))
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, tt := range map[string]struct {
		ctx  context.Context
		file io.Reader
		said access.Said
		kind standard.Kind
		says string
	}{
		"cut off":             {t.Context(), broken{bytes.NewReader(picture.Bytes()[:40])}, access.Said{}, standard.Invalid, "cut-off"},
		"shorter than said":   {t.Context(), bytes.NewReader(picture.Bytes()), access.Said{Size: int64(picture.Len()) + 1}, standard.Invalid, "cut-off"},
		"another hash":        {t.Context(), bytes.NewReader(picture.Bytes()), access.Said{Hash: &other}, standard.Invalid, "/hash hash-differs"},
		"another type":        {t.Context(), bytes.NewReader(picture.Bytes()), access.Said{MediaType: "application/pdf"}, standard.Invalid, "/mediaType media-type-differs The file says that it is a PDF document, but it holds a PNG picture."},
		"a type never kept":   {t.Context(), bytes.NewReader(picture.Bytes()), access.Said{MediaType: "text/html"}, standard.Invalid, "/mediaType media-type Files of this type are not kept."},
		"a program":           {t.Context(), strings.NewReader("MZ\x90"), access.Said{}, standard.Invalid, "It is a program"},
		"half a picture":      {t.Context(), bytes.NewReader(picture.Bytes()[:20]), access.Said{}, standard.Invalid, "cannot be read as one"},
		"nothing":             {t.Context(), strings.NewReader(""), access.Said{}, standard.Invalid, "empty"},
		"nobody waits for it": {cancelled, bytes.NewReader(picture.Bytes()), access.Said{}, standard.Busy, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := p.Keep(tt.ctx, stream, "ruth", tt.file, tt.said)
			wants(t, err, tt.kind, tt.says)
			if left := p.onDisk(); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			_, err = p.Attachment(t.Context(), stream, sha256.Sum256(picture.Bytes()))
			wants(t, err, standard.NotFound, "")
		})
	}
}

func TestAFileBelongsToOnePersonAndOneSender(t *testing.T) {
	p := newPlace(t)
	hers, his := uuid.New(), uuid.New()
	kept := p.keep(hers, []byte("Dear Anne"))
	if again := p.keep(hers, []byte("Dear Anne")); again != kept {
		t.Errorf("kept twice it is %v", again)
	}
	if _, err := p.read(his, kept.Hash); standard.KindOf(err) != standard.NotFound {
		t.Errorf("another person has it too: %v", err)
	}
	for account, want := range map[string]bool{"ruth": true, "sam": false} {
		if sent, err := p.SentBy(t.Context(), hers, kept.Hash, account); err != nil || sent != want {
			t.Errorf("sent by %s: %v, %v", account, sent, err)
		}
	}
	// A file of one person, put in the place of another's, opens nothing: its key is another.
	theirs := p.keep(his, []byte("Dear Anne"))
	from, to := filepath.Join(p.dir, "attachments", his.String(), theirs.Hash.String()), filepath.Join(p.dir, "attachments", hers.String(), kept.Hash.String())
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
	_, err := p.read(hers, kept.Hash)
	wants(t, err, standard.Broken, "altered or damaged")
}

func TestAFlippedByteIsFound(t *testing.T) {
	p := newPlace(t)
	stream := uuid.New()
	content := make([]byte, 300_000)
	_, _ = rand.Read(content)
	kept := p.keep(stream, append([]byte("%PDF-"), content...))
	if err := p.Check(t.Context(), stream, kept.Hash, record.Attachment{}); err != nil {
		t.Fatal(err)
	}
	path := p.onDisk()[0]
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{10, len(whole) / 2, len(whole) - 1} {
		altered := bytes.Clone(whole)
		altered[at] ^= 1
		if err := os.WriteFile(path, altered, 0o600); err != nil {
			t.Fatal(err)
		}
		wants(t, p.Check(t.Context(), stream, kept.Hash, record.Attachment{}), standard.Broken, "altered or damaged")
	}
	if err := os.WriteFile(path, whole[:len(whole)-70_000], 0o600); err != nil {
		t.Fatal(err)
	}
	wants(t, p.Check(t.Context(), stream, kept.Hash, record.Attachment{}), standard.Broken, "")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	wants(t, p.Check(t.Context(), stream, kept.Hash, record.Attachment{}), standard.Broken, "missing on the disk")
	p.keep(stream, append([]byte("%PDF-"), content...)) // the same file sent again heals it
	if err := p.Check(t.Context(), stream, kept.Hash, record.Attachment{}); err != nil {
		t.Error(err)
	}
}

func TestDestroyedIsDestroyedForEver(t *testing.T) {
	p := newPlace(t)
	stream, other := uuid.New(), uuid.New()
	kept, stays := p.keep(stream, []byte("Dear Anne")), p.keep(other, []byte("Dear Tom"))
	copied, err := os.ReadFile(filepath.Join(p.dir, "attachments", stream.String(), kept.Hash.String()))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := p.Destroy(t.Context(), stream); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Destroy(t.Context(), uuid.New()); err != nil {
		t.Errorf("a stream without files: %v", err)
	}
	_, err = p.read(stream, kept.Hash)
	wants(t, err, standard.NotFound, "")
	// A copy that lay elsewhere, and the row that told of it, put back: the key is gone.
	if err := os.MkdirAll(filepath.Join(p.dir, "attachments", stream.String()), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(p.dir, "attachments", stream.String(), kept.Hash.String()), copied, 0o600); err != nil {
		t.Fatal(err)
	}
	err = p.db.Write(t.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO attachment (stream, hash, size, media, kept) VALUES ($1, $2, 9, 'text/plain', 0)`, stream[:], kept.Hash[:])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.read(stream, kept.Hash)
	wants(t, err, standard.Gone, "destroyed")
	_, err = p.Keep(t.Context(), stream, "ruth", strings.NewReader("Dear Anne"), access.Said{})
	wants(t, err, standard.Gone, "destroyed")
	if got, err := p.read(other, stays.Hash); err != nil || string(got) != "Dear Tom" {
		t.Errorf("somebody else's file: %q, %v", got, err)
	}
	for range 2 {
		if err := p.Remove(t.Context(), other, stays.Hash); err != nil {
			t.Fatal(err)
		}
	}
	_, err = p.read(other, stays.Hash)
	wants(t, err, standard.NotFound, "")
}

func TestTheKeyFile(t *testing.T) {
	p := newPlace(t)
	stream := uuid.New()
	kept := p.keep(stream, []byte("Dear Anne"))
	path := filepath.Join(p.dir, attachment.KeyFile)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the key file: %v, %v", info, err)
	}
	key, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	p.again(1 << 20)
	_, err = p.read(stream, kept.Hash)
	wants(t, err, standard.Unavailable, attachment.KeyFile+" must be put back")
	_, err = p.Keep(t.Context(), stream, "ruth", strings.NewReader("Dear Anne"), access.Said{})
	wants(t, err, standard.Unavailable, attachment.KeyFile)
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("another key was made: %v", err)
	}
	other := newPlace(t)
	wrong, err := os.ReadFile(filepath.Join(other.dir, attachment.KeyFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		key  []byte
		says string
	}{{wrong, "not the one"}, {key, ""}} {
		if err := os.WriteFile(path, tt.key, 0o600); err != nil {
			t.Fatal(err)
		}
		p.again(1 << 20)
		got, err := p.read(stream, kept.Hash)
		if tt.says == "" {
			if err != nil || string(got) != "Dear Anne" {
				t.Errorf("with the right key: %q, %v", got, err)
			}
			continue
		}
		wants(t, err, standard.Unavailable, tt.says)
	}
}

func TestPreviewsAreKeptEncryptedAndDrawnAnew(t *testing.T) {
	p := newPlace(t)
	stream := uuid.New()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 900, 600))); err != nil {
		t.Fatal(err)
	}
	kept := p.keep(stream, picture.Bytes())
	look := func() image.Config {
		t.Helper()
		content, err := p.Preview(t.Context(), stream, kept.Hash, access.SmallPicture)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = content.Close() }()
		config, format, err := image.DecodeConfig(content)
		if err != nil || format != "jpeg" {
			t.Fatalf("%s, %v", format, err)
		}
		return config
	}
	if c := look(); c.Width != 320 || c.Height != 213 {
		t.Errorf("%d by %d", c.Width, c.Height)
	}
	small := filepath.Join(p.dir, "attachments", stream.String(), kept.Hash.String()+".small")
	if text, err := os.ReadFile(small); err != nil || !bytes.HasPrefix(text, []byte("age-encryption.org/")) {
		t.Fatalf("the preview is not kept encrypted: %v", err)
	}
	look()
	if err := os.WriteFile(small, []byte("age-encryption.org/v1\nnoise"), 0o600); err != nil {
		t.Fatal(err)
	}
	look()
	letter := p.keep(stream, []byte("Dear Anne"))
	_, err := p.Preview(t.Context(), stream, letter.Hash, access.SmallPicture)
	wants(t, err, standard.NotFound, "No picture")
	_, err = p.Preview(t.Context(), stream, kept.Hash, "enormous")
	wants(t, err, standard.NotFound, "No picture")
}

func TestWhatACrashLeftIsSweptAwayAtStart(t *testing.T) {
	p := newPlace(t)
	kept := p.keep(uuid.New(), []byte("Dear Anne"))
	left := filepath.Join(p.dir, attachment.Folder, "incoming", "half")
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.again(1 << 20)
	if names := p.onDisk(); len(names) != 1 || filepath.Base(names[0]) != kept.Hash.String() {
		t.Errorf("on the disk: %v", names)
	}
	var all []attachment.Kept
	if err := p.Each(t.Context(), func(k attachment.Kept) error { all = append(all, k); return nil }); err != nil || len(all) != 1 || all[0].Attachment != kept {
		t.Errorf("told of: %v, %v", all, err)
	}
}
