package folder

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// SumsFile names the file with the checksum of every other.
const SumsFile = "SHA256SUMS"

// Sink is where files go. A file is closed before the next one is created.
type Sink interface {
	Create(name string) (io.WriteCloser, error)
}

// Directory is a folder on a disk. It keeps the checksum of every file that is written through it.
type Directory struct {
	root string
	sums *os.File
}

// NewDirectory begins to write into an empty folder.
func NewDirectory(root string) (*Directory, error) {
	sums, err := os.OpenFile(filepath.Join(root, SumsFile), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the checksums: %w", err)
	}
	return &Directory{root: root, sums: sums}, nil
}

// Create makes a new file, and the folders that it lies in. Several may be open at once.
func (d *Directory) Create(name string) (io.WriteCloser, error) {
	path := filepath.Join(d.root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &summed{file: file, sum: sha256.New(), name: name, to: d.sums}, nil
}

// Close ends the list of checksums.
func (d *Directory) Close() error { return errors.Join(d.sums.Sync(), d.sums.Close()) }

// summed is a file whose checksum is kept.
type summed struct {
	file *os.File
	sum  hash.Hash
	name string
	to   io.Writer
}

func (s *summed) Write(p []byte) (int, error) {
	n, err := s.file.Write(p)
	s.sum.Write(p[:n])
	return n, err
}

func (s *summed) Close() error {
	if err := s.file.Close(); err != nil { // that it reached the disk whole is told by the checksums: to wait for each of many small files takes hours
		return err
	}
	_, err := fmt.Fprintf(s.to, "%s  %s\n", hex.EncodeToString(s.sum.Sum(nil)), s.name)
	return err
}

// Zip is a zip file with everything in one folder.
type Zip struct {
	out    *zip.Writer
	folder string
	at     time.Time
}

// NewZip begins a zip file.
func NewZip(w io.Writer, folder string, at time.Time) *Zip {
	return &Zip{out: zip.NewWriter(w), folder: folder, at: at}
}

// Create begins the next file.
func (z *Zip) Create(name string) (io.WriteCloser, error) {
	w, err := z.out.CreateHeader(&zip.FileHeader{Name: z.folder + "/" + name, Method: zip.Deflate, Modified: z.at})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return open{w}, nil
}

// Close ends the zip file.
func (z *Zip) Close() error { return z.out.Close() }

type open struct{ io.Writer }

func (open) Close() error { return nil }

// SafeName makes a name of a file that every system takes: plain letters and digits, joined by hyphens. It may be empty.
func SafeName(words string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(words) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		default:
			gap = true
		}
		if b.Len() >= 60 {
			break
		}
	}
	return b.String()
}
