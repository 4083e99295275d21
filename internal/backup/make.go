package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/go-json-experiment/json"

	"rosemary/internal/installation"
	"rosemary/internal/vault"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// Options say what to make.
type Options struct {
	To       string // a file that is not there yet, or a folder
	Seal     Seal
	Progress func(what string, done, total int64) // may be nil; total is -1 where it is not known
}

// Made says what was made.
type Made struct {
	Head
	Path  string
	Bytes int64
	Files int
}

// snapshotName is the name of the snapshot in the data folder while it is being copied. A throw-away key encrypts it.
const snapshotName = "snapshot-"

// room is what must stay free on the disk of the data folder when the snapshot has been taken: the server goes on writing.
const room = 64 << 20

// Make makes a backup beside a running server.
func Make(ctx context.Context, in *installation.Installation, o Options) (Made, error) {
	m := &making{in: in, Options: o}
	if m.Progress == nil {
		m.Progress = func(string, int64, int64) {}
	}
	path, err := m.target()
	if err != nil {
		return Made{}, err
	}
	if _, err := o.Seal.recipient(); err != nil {
		return Made{}, err
	}
	next := path + ".part"
	size, err := m.write(ctx, next)
	if err != nil {
		return Made{}, errors.Join(diskFault(err), removeIfThere(next))
	}
	if err := errors.Join(os.Rename(next, path), vault.SyncFolder(filepath.Dir(path))); err != nil {
		return Made{}, fmt.Errorf("the backup: %w", err)
	}
	if err := in.NoteBackup(ctx, m.head.Moment, m.head.Made); err != nil {
		return Made{}, fmt.Errorf("the backup %s is whole, but that it was made could not be kept: %w", path, err)
	}
	return Made{Head: m.head, Path: path, Bytes: size, Files: len(m.files) - 1}, nil
}

// making is one backup on its way.
type making struct {
	Options
	in    *installation.Installation
	head  Head
	seen  map[string]int64 // how long the files of the checkpoints were before the snapshot: a later one would name what the snapshot lacks
	tar   *tar.Writer
	files []File
}

// target is the file to write: in a folder, under a name of its own.
func (m *making) target() (string, error) {
	if m.To == "" {
		return "", invalid("It is not said where the backup goes.", "Name a file or a folder with --to, or as backup.to in the configuration.")
	}
	path := m.To
	if info, err := os.Stat(path); err == nil && info.IsDir() || strings.HasSuffix(path, string(filepath.Separator)) {
		path = filepath.Join(path, Name(m.in.Identity.System, m.in.Now()))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", &standard.Fault{Kind: standard.Unavailable, Message: "The folder of the backups cannot be made.", Hint: "Check the path.", Err: err}
	}
	if _, err := os.Stat(path); err == nil {
		return "", &standard.Fault{Kind: standard.Conflict, Message: path + " is there already. Nothing was written.", Hint: "Name a file that is not there yet."}
	}
	return path, nil
}

// Name is a backup's name in a folder: names sort by time.
func Name(system string, at time.Time) string {
	return "rosemary-" + system[:min(8, len(system))] + "-" + at.UTC().Format("20060102T150405Z") + nameEnd
}

const nameEnd = ".backup"

func (m *making) write(ctx context.Context, path string) (size int64, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	sealed, err := m.Seal.sealed(file)
	if err != nil {
		return 0, err
	}
	m.tar = tar.NewWriter(sealed)
	if err := m.everything(ctx); err != nil {
		return 0, err
	}
	if err := errors.Join(m.tar.Close(), sealed.Close(), file.Sync()); err != nil {
		return 0, err
	}
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// everything writes the archive's files in their order: the database first, then what it may name.
func (m *making) everything(ctx context.Context) error {
	if err := m.measureCheckpoints(); err != nil {
		return err
	}
	if err := m.database(ctx); err != nil {
		return err
	}
	secrets, err := m.in.Secrets()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		if err := m.text(dataPrefix+name, secrets[name]); err != nil {
			return err
		}
	}
	for _, part := range []struct{ folder, prefix string }{
		{filepath.Join(m.in.Dir, installation.AttachmentsFolder), dataPrefix + installation.AttachmentsFolder + "/"},
		{filepath.Join(m.in.Dir, installation.StandardFolder), dataPrefix + installation.StandardFolder + "/"},
		{m.in.Checkpoints(), checkpointsDir},
	} {
		if err := m.folder(ctx, part.folder, part.prefix); err != nil {
			return err
		}
	}
	text, err := json.Marshal(manifest{Head: m.head, Files: m.files})
	if err != nil {
		return err
	}
	return m.text(manifestName, text)
}

// database takes the snapshot and writes the head, the vault and the database.
func (m *making) database(ctx context.Context) error {
	if err := m.enoughRoom(); err != nil {
		return err
	}
	m.sweep()
	key, suffix := make([]byte, sqlite.KeySize), make([]byte, 8)
	_, _ = rand.Read(key) // never fails (crypto/rand)
	_, _ = rand.Read(suffix)
	path := filepath.Join(m.in.Dir, snapshotName+hex.EncodeToString(suffix))
	defer func() { _ = removeIfThere(path) }()
	made := m.in.Now().UTC().Truncate(time.Second)
	held, err := m.in.Snapshot(ctx, path, key, func(done, total int64) { m.Progress("Copying the database", done, total) })
	if err != nil {
		return err
	}
	m.head = Head{Format: format, System: held.System, Epoch: held.Epoch, Moment: held.Moment, Made: made, Program: Program(), Encrypted: m.in.Encrypted(), Schemas: held.Schemas}
	text, err := json.Marshal(m.head)
	if err != nil {
		return err
	}
	if err := m.text(headName, text); err != nil {
		return err
	}
	if m.in.Encrypted() {
		if err := m.file(dataPrefix+installation.VaultFile, filepath.Join(m.in.Dir, installation.VaultFile), -1); err != nil {
			return err
		}
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	return m.add(dataPrefix+installation.DatabaseFile, info.Size(), &counting{r: sqlite.Decrypting(file, key), ctx: ctx, heard: func(done int64) {
		m.Progress("Writing the backup", done, info.Size())
	}})
}

// enoughRoom refuses a backup that would fill the disk under the running server.
func (m *making) enoughRoom() error {
	free, known := sqlite.FreeSpace(m.in.Dir)
	info, err := os.Stat(installation.DatabasePath(m.in.Dir))
	if err != nil || !known {
		return err
	}
	if free < info.Size()+room {
		return &standard.Fault{
			Kind: standard.Unavailable, Message: "There is not enough room on the data folder's disk for the copy that a backup is made from. Nothing was written.",
			Hint: fmt.Sprintf("Make room: %d MB are needed, %d MB are free.", (info.Size()+room)>>20, free>>20),
		}
	}
	return nil
}

// sweep removes snapshots that a crash left a day ago or longer.
func (m *making) sweep() {
	left, _ := filepath.Glob(filepath.Join(m.in.Dir, snapshotName+"*"))
	for _, path := range left {
		if info, err := os.Stat(path); err == nil && m.in.Now().Sub(info.ModTime()) > 24*time.Hour {
			_ = removeIfThere(path)
		}
	}
}

// folder adds every file below a folder that there may be.
func (m *making) folder(ctx context.Context, folder, prefix string) error {
	done := int64(0)
	return filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, context.Cause(ctx))
		}
		within, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == installation.IncomingFolder && prefix != checkpointsDir {
			return filepath.SkipDir // being received: nothing names it yet
		}
		if !d.Type().IsRegular() {
			return nil
		}
		most := int64(-1)
		if prefix == checkpointsDir {
			length, before := m.seen[path]
			if most = length; !before {
				return nil
			}
		}
		done++
		m.Progress("Adding files", done, -1)
		err = m.file(prefix+filepath.ToSlash(within), path, most)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // destroyed meanwhile
		}
		return err
	})
}

// measureCheckpoints notes how long the files of the checkpoints are: they only grow.
func (m *making) measureCheckpoints() error {
	m.seen = map[string]int64{}
	return filepath.WalkDir(m.in.Checkpoints(), func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			m.seen[path] = info.Size()
		}
		return err
	})
}

// file adds a file as it is now, up to a length where most is not below zero; what is appended meanwhile is left to the next backup.
func (m *making) file(name, path string, most int64) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	size := info.Size()
	if most >= 0 {
		size = min(size, most)
	}
	return m.add(name, size, io.LimitReader(file, size))
}

func (m *making) text(name string, content []byte) error {
	return m.add(name, int64(len(content)), bytes.NewReader(content))
}

// add writes one file into the archive and a line into the manifest.
func (m *making) add(name string, size int64, r io.Reader) error {
	if err := m.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: m.head.Made, Format: tar.FormatPAX}); err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(m.tar, sum), r)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if n != size {
		return fmt.Errorf("%s has become shorter while it was read", name)
	}
	m.files = append(m.files, File{Path: name, Bytes: size, SHA256: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// counting tells how far a reader has been read, and ends with the context.
type counting struct {
	r     io.Reader
	ctx   context.Context
	heard func(done int64)
	done  int64
}

// Read reads and tells.
func (c *counting) Read(p []byte) (int, error) {
	if err := context.Cause(c.ctx); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.done += int64(n)
	c.heard(c.done)
	return n, err
}

// Program is the version of this program.
func Program() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return info.Main.Version
}

func diskFault(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return &standard.Fault{Kind: standard.Unavailable, Message: "The disk is full. No backup was made, and nothing half is left.", Hint: "Make room where the backups go, or name another place with --to.", Err: err}
	}
	if errors.Is(err, context.Canceled) {
		return &standard.Fault{Kind: standard.Busy, Message: "The backup was broken off. Nothing half is left.", Err: err}
	}
	return err
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
