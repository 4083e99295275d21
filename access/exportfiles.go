package access

import (
	"context"
	"errors"
	"io"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Export is where a record goes when it is taken out.
type Export struct {
	To, Why      string        // to whom it goes and what for, for the log of who saw what; one line each
	Directory    bool          // the entries of the directory that the record refers to go too, behind it: for whoever takes it over
	Transfer     bool          // it goes to another system, for whoever takes it over
	After        record.Moment // what was committed up to there has gone before, and does not go again; zero: all goes
	Contribution func(*record.Sealed) error
	Attachment   func(stream uuid.UUID, file record.Attachment, content io.Reader) error
}

// ExportFiles are the files that a log names, on their way out.
type ExportFiles struct {
	store Attachments
	left  []exportFile // in the order in which they were first named
}

type exportFile struct {
	stream uuid.UUID
	file   record.Hash
	first  record.Moment
}

// FilesOf finds the files that a stream's records name up to a moment; the zero stream: those of all streams that are wanted (nil: all). It
// decides nothing about who may see them.
func FilesOf(ctx context.Context, register Register, store Attachments, stream uuid.UUID, upTo record.Moment, wanted func(uuid.UUID) bool) (*ExportFiles, error) {
	out := &ExportFiles{store: store}
	err := register.Files(ctx, stream, upTo, func(of uuid.UUID, file record.Hash, first record.Moment) error {
		if wanted == nil || wanted(of) {
			out.left = append(out.left, exportFile{of, file, first})
		}
		return nil
	})
	return out, err
}

// Before sends out the files that were first named at or before a moment and have not gone out yet.
func (f *ExportFiles) Before(ctx context.Context, moment record.Moment, send func(uuid.UUID, record.Attachment, io.Reader) error) error {
	for ; len(f.left) > 0 && f.left[0].first <= moment; f.left = f.left[1:] {
		next := f.left[0]
		if err := f.send(ctx, next, send); err != nil {
			return err
		}
	}
	return nil
}

// Skip passes over the files that were first named at or before a moment.
func (f *ExportFiles) Skip(moment record.Moment) {
	for len(f.left) > 0 && f.left[0].first <= moment {
		f.left = f.left[1:]
	}
}

func (f *ExportFiles) send(ctx context.Context, next exportFile, send func(uuid.UUID, record.Attachment, io.Reader) error) (err error) {
	about, err := f.store.Attachment(ctx, next.stream, next.file)
	if standard.KindOf(err) == standard.NotFound {
		return &standard.Fault{Kind: standard.Broken, Message: "A file that the record names is missing, so the record cannot be exported whole.",
			Hint: "Restore the file from a backup, then export again. To find it: rosemary verify.", Err: err}
	}
	if err != nil {
		return err
	}
	content, err := f.store.Open(ctx, next.stream, next.file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	return send(next.stream, about, content)
}
