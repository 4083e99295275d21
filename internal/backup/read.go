package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/zstd"

	"rosemary/standard"
)

// Opening says with what a sealed backup is opened.
type Opening struct {
	IdentityFile string // holds the secret half of the recipient
	Passphrase   string
}

// sealedHeader is how what age seals begins; compressedHeader how zstd does.
const (
	sealedHeader     = "age-encryption.org/"
	compressedHeader = "\x28\xb5\x2f\xfd"
)

// sink takes the files of a backup as they come. Each must be read to its end.
type sink func(name string, size int64, r io.Reader) error

// read reads a backup from its beginning to its end, gives every file to the sink, and proves the whole by its manifest. Begin hears of the head
// before any file comes; the sink must not let anything it was given take effect before read has returned.
func (o Opening) read(ctx context.Context, r io.Reader, begin func(Head) error, each sink) (manifest, error) {
	plain, err := o.open(r)
	if err != nil {
		return manifest{}, err
	}
	decoder, err := zstd.NewReader(plain, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20))
	if err != nil {
		return manifest{}, damaged(err)
	}
	defer decoder.Close()
	reading := &reading{ctx: ctx, tar: tar.NewReader(decoder), begin: begin, each: each}
	if err := reading.all(); err != nil {
		return manifest{}, err
	}
	// What follows must be the end, sealed as such: an archive cut off behind its last file is not whole.
	for _, rest := range []io.Reader{decoder, plain} {
		n, err := io.Copy(io.Discard, io.LimitReader(rest, 1<<20))
		if err != nil {
			return manifest{}, damaged(err)
		}
		if n > tarPadding {
			return manifest{}, damaged(errors.New("something follows its end"))
		}
	}
	return reading.manifest, nil
}

// tarPadding is how much may follow the end of a tar archive inside its last record.
const tarPadding = 10 << 10

// open opens the seal, where there is one.
func (o Opening) open(r io.Reader) (io.Reader, error) {
	in := bufio.NewReaderSize(r, 1<<20)
	head, err := in.Peek(len(sealedHeader))
	switch {
	case err == nil && string(head) == sealedHeader:
	case bytes.HasPrefix(head, []byte(compressedHeader)):
		if o.IdentityFile != "" || o.Passphrase != "" {
			return nil, invalid("A key was given, but this backup is not sealed: anybody could have made or altered it. Nothing was changed.",
				"If your backups are sealed, this is not one of them: find out where it comes from. If it was made with --unencrypted, leave the key out.")
		}
		return in, nil
	default:
		return nil, invalid("This file is not a backup of Rosemary.", "Check the path.")
	}
	identities, err := o.identities()
	if err != nil {
		return nil, err
	}
	plain, err := age.Decrypt(in, identities...)
	var wrong *age.NoIdentityMatchError
	if errors.As(err, &wrong) {
		return nil, &standard.Fault{Kind: standard.Forbidden, Message: "This key or passphrase does not open the backup. Nothing was changed.", Hint: "Use the secret half of the key that the backup was made for."}
	}
	if err != nil {
		return nil, damaged(err)
	}
	return plain, nil
}

func (o Opening) identities() ([]age.Identity, error) {
	switch {
	case o.IdentityFile != "":
		text, err := os.ReadFile(o.IdentityFile)
		if err != nil {
			return nil, &standard.Fault{Kind: standard.Invalid, Message: "The key of the backup cannot be read.", Hint: "Check the path given with --identity.", Err: err}
		}
		identities, err := age.ParseIdentities(bytes.NewReader(text))
		if err != nil {
			return nil, invalid("The file "+o.IdentityFile+" holds no secret key of backups.", "It is the file that rosemary backup key wrote.")
		}
		return identities, nil
	case o.Passphrase != "":
		identity, err := age.NewScryptIdentity(o.Passphrase)
		if err != nil {
			return nil, err
		}
		identity.SetMaxWorkFactor(22)
		return []age.Identity{identity}, nil
	}
	return nil, invalid("The backup is sealed, and no key was given.", "Name the file with the secret key with --identity, or the passphrase's with --passphrase-file.")
}

// reading is one archive on its way in.
type reading struct {
	ctx      context.Context
	tar      *tar.Reader
	begin    func(Head) error
	each     sink
	head     Head
	files    []File
	manifest manifest
}

func (r *reading) all() error {
	for n := 0; ; n++ {
		if err := context.Cause(r.ctx); err != nil {
			return err
		}
		h, err := r.tar.Next()
		if errors.Is(err, io.EOF) {
			return r.whole()
		}
		if err != nil {
			return damaged(err)
		}
		if h.Typeflag != tar.TypeReg || h.Size < 0 || path.Clean(h.Name) != h.Name || !filepath.IsLocal(filepath.FromSlash(h.Name)) || strings.Contains(h.Name, `\`) {
			return damaged(fmt.Errorf("it holds something that is no file: %q", h.Name))
		}
		if r.manifest.Format != 0 {
			return damaged(errors.New("something follows its manifest"))
		}
		if (n == 0) != (h.Name == headName) {
			return damaged(errors.New("it does not begin with what it is"))
		}
		if err := r.one(h); err != nil {
			return err
		}
	}
}

// one takes one file and its hash.
func (r *reading) one(h *tar.Header) error {
	sum := sha256.New()
	from := &tallied{r: io.TeeReader(r.tar, sum)}
	var err error
	switch h.Name {
	case headName:
		err = describe(from, &r.head, maxHead)
		if err == nil && r.head.Format > format {
			return &standard.Fault{Kind: standard.Invalid, Message: "The backup was made by a newer version of Rosemary. Nothing was changed.", Hint: "Install that version, or a newer one."}
		}
		if err == nil && r.head.Format < 1 {
			err = errors.New("it does not say what it is")
		}
		if err == nil {
			if err := r.begin(r.head); err != nil {
				return err
			}
		}
	case manifestName:
		return describe(from, &r.manifest, maxManifest)
	default:
		err = r.each(h.Name, h.Size, from)
	}
	if from.err != nil {
		return damaged(from.err)
	}
	if err != nil {
		return err
	}
	if from.n != h.Size {
		return damaged(fmt.Errorf("%s is not whole", h.Name))
	}
	r.files = append(r.files, File{Path: h.Name, Bytes: h.Size, SHA256: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// whole compares what came with what the manifest says.
func (r *reading) whole() error {
	if r.manifest.Format == 0 {
		return damaged(errors.New("its manifest is missing: it is cut off"))
	}
	if len(r.files) != len(r.manifest.Files) {
		return damaged(fmt.Errorf("it holds %d files, and its manifest names %d", len(r.files), len(r.manifest.Files)))
	}
	for i, f := range r.files {
		if f != r.manifest.Files[i] {
			return damaged(fmt.Errorf("%s is not what the manifest says", f.Path))
		}
	}
	return nil
}

func describe(from io.Reader, into interface{ valid() bool }, most int64) error {
	text, err := io.ReadAll(io.LimitReader(from, most+1))
	if err != nil {
		return damaged(err)
	}
	if int64(len(text)) > most {
		return damaged(errors.New("its description is larger than one can be"))
	}
	if err := json.Unmarshal(text, into); err != nil || !into.valid() {
		return damaged(errors.Join(err, errors.New("its description cannot be read")))
	}
	return nil
}

func (h *Head) valid() bool { return h.Format > 0 && h.System != "" }

// tallied counts what is read, and keeps the error of the archive apart from those of whoever takes the file.
type tallied struct {
	r   io.Reader
	n   int64
	err error
}

// Read reads and counts.
func (t *tallied) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	t.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		t.err = err
	}
	return n, err
}

func damaged(err error) error {
	if standard.KindOf(err) != "" || errors.Is(err, context.Canceled) {
		return err
	}
	return &standard.Fault{
		Kind: standard.Broken, Message: "The backup is damaged or cut off. Nothing was changed.", Hint: "Take another backup, or copy this one again from where it is kept.", Err: err,
	}
}
