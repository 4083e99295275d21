package bulk

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"filippo.io/age"

	"rosemary/standard"
)

// Out is where a source writes the lines of its job.
type Out struct {
	desk    *Desk
	job     *Job
	key     *age.X25519Identity
	parts   map[string]*part // by kind and type
	written int64            // bytes that do not count yet
}

// part is a file that is being written.
type part struct {
	file   *os.File
	buffer *bufio.Writer
	locked io.WriteCloser
	about  File
}

// open goes on where the row says that a job is: what else there is of it is thrown away. Where files are missing that the row counts, because the data folder was
// restored without them, it begins anew.
func (d *Desk) open(ctx context.Context, j *Job) (*Out, error) {
	key, err := age.ParseX25519Identity(j.Key)
	if err != nil {
		return nil, fmt.Errorf("the key of an export: %w", err)
	}
	o := &Out{desk: d, job: j, key: key, parts: map[string]*part{}}
	folder := d.folder(j.ID)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, noRoom(err)
	}
	there, err := os.ReadDir(folder)
	if err != nil {
		return nil, noRoom(err)
	}
	found := 0
	for _, e := range there {
		if slices.ContainsFunc(j.Files, func(f File) bool { return f.Name == e.Name() }) {
			found++
			continue
		}
		if err := os.Remove(filepath.Join(folder, e.Name())); err != nil {
			return nil, noRoom(err)
		}
	}
	if found < len(j.Files) {
		o.job, err = d.Jobs.Change(ctx, j.ID, func(now *Job) error {
			now.Files, now.Behind, now.Gone = nil, "", 0
			return nil
		})
	}
	return o, err
}

func noRoom(err error) error {
	return &standard.Fault{Kind: standard.Unavailable, Message: "The files of the export cannot be written: the disk may be full. It goes on by itself when there is room.", Err: err}
}

// Counted tells of how many people and entries the job is about: whoever asks how far it is learns that from then on.
func (o *Out) Counted(ctx context.Context, total int) error {
	o.job.Total = total
	_, err := o.desk.Jobs.Change(ctx, o.job.ID, func(now *Job) error {
		now.Total = total
		return nil
	})
	return err
}

// Add writes one line.
func (o *Out) Add(kind Kind, name string, line []byte) error {
	p := o.parts[string(kind)+name]
	if p == nil {
		var err error
		if p, err = o.begin(kind, name); err != nil {
			return err
		}
		o.parts[string(kind)+name] = p
	}
	_, err := p.locked.Write(line)
	if err == nil {
		_, err = p.locked.Write([]byte{'\n'})
	}
	if err != nil {
		return noRoom(err)
	}
	p.about.Count++
	p.about.Size += int64(len(line)) + 1
	o.written += int64(len(line)) + 1
	return nil
}

func (o *Out) begin(kind Kind, name string) (*part, error) {
	o.job.Numbers++
	p := &part{about: File{Name: fmt.Sprintf("%s.%d.ndjson", name, o.job.Numbers), Kind: kind, Type: name}}
	if kind == Deleted {
		p.about.Name = fmt.Sprintf("deleted.%d.ndjson", o.job.Numbers)
	}
	var err error
	if p.file, err = os.OpenFile(filepath.Join(o.desk.folder(o.job.ID), p.about.Name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err != nil {
		return nil, noRoom(err)
	}
	p.buffer = bufio.NewWriterSize(p.file, 64<<10)
	if p.locked, err = age.Encrypt(p.buffer, o.key.Recipient()); err != nil {
		return nil, errors.Join(noRoom(err), p.file.Close())
	}
	return p, nil
}

// Passed tells that one more person or entry is done: what a status says, no more.
func (o *Out) Passed() {
	o.job.Gone++
	o.desk.mu.Lock()
	o.desk.gone = o.job.Gone
	o.desk.mu.Unlock()
}

// Reached tells that everything before a place is written: from there the source can go on. It counts once enough has been written.
func (o *Out) Reached(ctx context.Context, behind string) error {
	if o.job.Behind = behind; o.written < o.desk.Every {
		return ctx.Err()
	}
	return o.keep(ctx, func(*Job) {})
}

// keep makes all that was written count: files first, whole and on the disk, then the row.
func (o *Out) keep(ctx context.Context, fn func(*Job)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	files := slices.Clone(o.job.Files)
	for _, p := range o.parts {
		if err := errors.Join(p.locked.Close(), p.buffer.Flush(), p.file.Sync()); err != nil {
			return noRoom(err)
		}
		files = append(files, p.about)
	}
	slices.SortFunc(files, func(a, b File) int { return compare(&a, &b) })
	folder, err := os.Open(o.desk.folder(o.job.ID))
	if err != nil {
		return noRoom(err)
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return noRoom(err)
	}
	kept, err := o.desk.Jobs.Change(ctx, o.job.ID, func(now *Job) error {
		if now.State != Working {
			return nowhere() // somebody let go of it
		}
		now.Files, now.Numbers, now.Behind, now.Gone, now.Total = files, o.job.Numbers, o.job.Behind, o.job.Gone, o.job.Total
		now.Trouble, now.Tries = "", 0
		fn(now)
		return nil
	})
	if err != nil {
		return err
	}
	o.drop()
	o.job, o.written = kept, 0
	return nil
}

// compare orders files as a manifest lists them.
func compare(a, b *File) int {
	if a.Type != b.Type {
		if a.Type < b.Type {
			return -1
		}
		return 1
	}
	if len(a.Name) != len(b.Name) { // the tenth behind the ninth
		return len(a.Name) - len(b.Name)
	}
	if a.Name < b.Name {
		return -1
	}
	return 1
}

// drop lets go of what is being written.
func (o *Out) drop() {
	for name, p := range o.parts {
		_ = p.file.Close()
		delete(o.parts, name)
	}
}

// opened is a file that is being read.
type opened struct {
	*io.SectionReader
	file *os.File
}

// Close lets go of the file.
func (o *opened) Close() error { return o.file.Close() }

// Open reads a file of a job that is done, any part of it at any time.
func (d *Desk) Open(j *Job, name string) (io.ReadSeekCloser, *File, error) {
	i := slices.IndexFunc(j.Files, func(f File) bool { return f.Name == name })
	if i < 0 || j.State != Done || !d.Now().Before(d.Expires(j)) {
		return nil, nil, nowhere()
	}
	key, err := age.ParseX25519Identity(j.Key)
	if err != nil {
		return nil, nil, fmt.Errorf("the key of an export: %w", err)
	}
	file, err := os.Open(filepath.Join(d.folder(j.ID), name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, &standard.Fault{Kind: standard.Gone, Message: "This file is no longer here.", Hint: "Ask for the export again."}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("a file of an export: %w", err)
	}
	info, err := file.Stat()
	if err == nil {
		var plain io.ReaderAt
		var size int64
		if plain, size, err = age.DecryptReaderAt(file, info.Size(), key); err == nil {
			return &opened{io.NewSectionReader(plain, 0, size), file}, &j.Files[i], nil
		}
	}
	return nil, nil, errors.Join(fmt.Errorf("a file of an export: %w", err), file.Close())
}
