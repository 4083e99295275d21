package attachment

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"filippo.io/age"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/media"
	"rosemary/record"
	"rosemary/standard"
)

// opened is a file that is being read.
type opened struct {
	*io.SectionReader
	file *os.File
}

// Close lets go of the file.
func (o *opened) Close() error { return o.file.Close() }

// unlock reads a file on the disk as what it holds, any part of it at any time.
func unlock(file *os.File, identity age.Identity) (*io.SectionReader, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	plain, size, err := age.DecryptReaderAt(file, info.Size(), identity)
	if err != nil {
		return nil, err
	}
	return io.NewSectionReader(plain, 0, size), nil
}

// Open reads a file. See access.Attachments.
func (s *Store) Open(ctx context.Context, stream uuid.UUID, file record.Hash) (io.ReadSeekCloser, error) {
	about, err := s.Attachment(ctx, stream, file)
	if err != nil {
		return nil, err
	}
	o, err := s.open(ctx, stream, s.path(stream, file))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, broken("This file is missing on the disk, though it was kept.", err)
	}
	if err != nil {
		return nil, err
	}
	if o.Size() != about.Size {
		return nil, errors.Join(broken("This file is not what was kept: it has another size.", nil), o.Close())
	}
	return o, nil
}

// open opens a file or a preview.
func (s *Store) open(ctx context.Context, stream uuid.UUID, path string) (*opened, error) {
	identity, err := s.identity(ctx, stream)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	plain, err := unlock(file, identity)
	if err != nil {
		return nil, errors.Join(broken("This file cannot be opened: it was altered or damaged on the disk.", err), file.Close())
	}
	return &opened{plain, file}, nil
}

// Check reads a file whole and reports whether it is what its name says, and what is kept of it; said is what a record says of it, the zero value where none does. Its error is Broken when
// it is not.
func (s *Store) Check(ctx context.Context, stream uuid.UUID, file record.Hash, said record.Attachment) error {
	content, err := s.Open(ctx, stream, file)
	if standard.KindOf(err) == standard.NotFound || standard.KindOf(err) == standard.Gone {
		return broken("It is not kept.", err)
	}
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	sum, sum1, inspect := sha256.New(), sha1.New(), &media.Inspector{}
	if _, err := io.Copy(io.MultiWriter(sum, sum1, inspect), &source{ctx: ctx, from: content}); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return broken("It cannot be read to its end: it was altered or damaged on the disk.", err)
	}
	if !bytes.Equal(sum.Sum(nil), file[:]) {
		return broken("It does not hold what it was kept with: another file stands in its place.", nil)
	}
	kept, err := s.SHA1(ctx, stream, file)
	if err == nil && kept != nil && !bytes.Equal(sum1.Sum(nil), kept) {
		return broken("Its SHA-1 is not what is kept as that.", nil)
	}
	about, failed := s.Attachment(ctx, stream, file)
	if failed == nil && said.MediaType != "" && (about.MediaType != said.MediaType || about.Size != said.Size) {
		return broken(fmt.Sprintf("It is kept as %s of %d bytes, and the record says that it is %s of %d bytes.", about.MediaType, about.Size, said.MediaType, said.Size), nil)
	}
	if failed == nil && said.MediaType == "" { // no record says what it is: what is in it does
		if _, err := inspect.As(about.MediaType); err != nil {
			return broken("It is kept as "+about.MediaType+", and it is none.", err)
		}
	}
	return errors.Join(err, failed)
}

// CheckSent reports as Broken that somebody is said to have sent a file that is not kept.
func (s *Store) CheckSent(ctx context.Context) error {
	var n int64
	err := s.db.QueryRow(ctx, `SELECT count(*) FROM attachment_sent s WHERE NOT EXISTS (SELECT 1 FROM attachment a WHERE a.stream = s.stream AND a.hash = s.hash)`).Scan(&n)
	if err != nil {
		return fmt.Errorf("who has sent files: %w", err)
	}
	if n > 0 {
		return broken(fmt.Sprintf("Somebody is said to have sent a file that is not kept (%d times).", n), nil)
	}
	return nil
}

// Preview reads a small or large picture of a file, and draws it when it is asked for first. See access.Attachments.
func (s *Store) Preview(ctx context.Context, stream uuid.UUID, file record.Hash, size access.PictureSize) (io.ReadSeekCloser, error) {
	edge := media.Size(size).Edge()
	about, err := s.Attachment(ctx, stream, file)
	if err != nil {
		return nil, err
	}
	if found, _ := media.ByName(about.MediaType); !found.Picture || edge == 0 {
		return nil, noPicture(nil)
	}
	path := s.path(stream, file) + "." + string(size)
	if kept, err := s.open(ctx, stream, path); err == nil {
		return kept, nil
	} else if !errors.Is(err, fs.ErrNotExist) && standard.KindOf(err) != standard.Broken { // a broken preview is drawn again
		return nil, err
	}
	drawn, err := s.draw(ctx, stream, file, edge)
	if err != nil {
		return nil, err
	}
	if err := s.keepPreview(ctx, stream, path, drawn); err != nil {
		s.Log.Warn("a preview could not be kept; it is drawn again whenever it is asked for", "cause", err.Error())
	}
	return nothingToClose{bytes.NewReader(drawn)}, nil
}

func noPicture(err error) error {
	return &standard.Fault{Kind: standard.NotFound, Message: "No picture can be shown of this file.", Hint: "Open the file itself.", Err: err}
}

// nothingToClose is content that stands in memory.
type nothingToClose struct{ *bytes.Reader }

// Close does nothing.
func (nothingToClose) Close() error { return nil }

// draw draws a preview, within what memory may be taken for that.
func (s *Store) draw(ctx context.Context, stream uuid.UUID, file record.Hash, edge int) ([]byte, error) {
	content, err := s.Open(ctx, stream, file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = content.Close() }()
	cost, err := media.Cost(content)
	if err != nil {
		return nil, noPicture(err)
	}
	cost = min(cost+(8<<20), drawingMemory)
	if err := s.drawing.Acquire(ctx, cost); err != nil {
		return nil, &standard.Fault{Kind: standard.Busy, Message: "Too many pictures are being drawn just now.", Hint: "Try again in a moment.", Err: err}
	}
	defer s.drawing.Release(cost)
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	drawn, err := media.Preview(content, edge)
	if errors.Is(err, media.ErrNoPreview) {
		return nil, noPicture(err)
	}
	if err != nil {
		return nil, fmt.Errorf("drawing a preview: %w", err)
	}
	return drawn, nil
}

// keepPreview keeps a drawn preview beside its file, encrypted with the same key.
func (s *Store) keepPreview(ctx context.Context, stream uuid.UUID, path string, drawn []byte) error {
	identity, err := s.identity(ctx, stream)
	if err != nil {
		return err
	}
	in, err := s.begin()
	if err != nil {
		return err
	}
	defer in.drop()
	locked, err := age.Encrypt(in.file, identity.Recipient())
	if err != nil {
		return err
	}
	_, err = locked.Write(drawn)
	if err = errors.Join(err, locked.Close()); err != nil {
		return err
	}
	if err := os.Rename(in.file.Name(), path); err != nil {
		return err
	}
	in.placed = true
	return nil
}
