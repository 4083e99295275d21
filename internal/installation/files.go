package installation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	storeattachment "rosemary/store/attachment"
)

// UnnamedFile is a file that is kept and that no record names: somebody is still writing, or gave up.
type UnnamedFile struct {
	Stream uuid.UUID
	File   record.Hash
	Size   int64
	Kept   time.Time
}

// fileOf is a file of a stream.
type fileOf struct {
	stream uuid.UUID
	file   record.Hash
}

// saidOfFiles is what records say of the files that they name.
type saidOfFiles map[fileOf]record.Attachment

// add notes what the versions of a contribution say.
func (said saidOfFiles) add(catalogue *standard.Catalogue, s *record.Sealed) error {
	for _, v := range s.Versions {
		class, known := catalogue.Class(v.Class)
		if !known || !class.NamesFiles() || v.Destroyed != uuid.Nil {
			continue
		}
		content, err := v.Decoded(catalogue)
		if err != nil {
			return fmt.Errorf("version %s at moment %d: %w", v.VersionID, s.Moment, err)
		}
		for _, a := range record.AttachmentsOf(&content.Group) {
			said[fileOf{s.Stream, a.Hash}] = a.Attachment
		}
	}
	return nil
}

// verifyFiles reads every file that a record names whole, and holds it against the hash by which the record names it, and what is kept of it against what the record says. The error names the
// first that is not there or not what it was.
func (in *Installation) verifyFiles(ctx context.Context, head record.Moment, said saidOfFiles) (files int64, err error) {
	err = in.Log.Files(ctx, uuid.Nil, head, func(stream uuid.UUID, file record.Hash, first record.Moment) error {
		files++
		err := in.Attachments.Check(ctx, stream, file, said[fileOf{stream, file}])
		var fault *standard.Fault
		if errors.As(err, &fault) && fault.Kind == standard.Broken {
			return &standard.Fault{
				Kind: standard.Broken, Hint: fault.Hint, Err: fault.Err,
				Message: fmt.Sprintf("The attachment %s of stream %s, named first at moment %d, is broken. %s", file, stream, first, fault.Message),
			}
		}
		return err
	})
	return files, err
}

// verifyUnnamed reads the files that no record names, too, and looks whether there is one for everything that somebody is said to have sent.
func (in *Installation) verifyUnnamed(ctx context.Context, unnamed []UnnamedFile) error {
	for _, u := range unnamed {
		err := in.Attachments.Check(ctx, u.Stream, u.File, record.Attachment{})
		if standard.KindOf(err) == standard.Broken {
			if _, gone := in.Attachments.Attachment(ctx, u.Stream, u.File); standard.KindOf(gone) == standard.NotFound {
				continue // it was swept away meanwhile
			}
			return &standard.Fault{
				Kind: standard.Broken, Hint: "Keep the data folder as it is, and compare it with the last backup.", Err: err,
				Message: fmt.Sprintf("The attachment %s of stream %s, which no record names, is broken. %s", u.File, u.Stream, err),
			}
		}
		if err != nil {
			return err
		}
	}
	return in.Attachments.CheckSent(ctx)
}

// sweep takes away, again and again, what was sent long ago and no record names, no draft and no package that waits to be ratified; and who was asked for in requests that led to nothing.
func (in *Installation) sweep(ctx context.Context, every time.Duration) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
		}
		if gone, err := in.Attachments.Sweep(ctx, in.wantsFile); err != nil && ctx.Err() == nil {
			in.Logger.Error("files that no record names could not all be swept away; it will be tried again", "error", err)
		} else if gone > 0 {
			in.Logger.Info("files that no record, draft or package names were swept away", "files", gone)
		}
		if gone, err := in.Exchange.Sweep(ctx); err != nil && ctx.Err() == nil {
			in.Logger.Error("who was asked for in old requests could not be taken away; it will be tried again", "error", err)
		} else if gone > 0 {
			in.Logger.Info("who was asked for was taken away from requests that led to nothing", "requests", gone)
		}
	}
}

// wantsFile reports whether a draft names a file, or a package that waits to be ratified.
func (in *Installation) wantsFile(ctx context.Context, stream uuid.UUID, file record.Hash) (bool, error) {
	if wanted, err := in.Drafts.Names(ctx, file.String()); err != nil || wanted {
		return wanted, err
	}
	sent, err := in.Transfers.Files(ctx, uuid.Nil)
	return slices.ContainsFunc(sent, func(f access.SegmentFile) bool { return f.Stream == stream && f.File == file }), err
}

// unnamedFiles lists the files that no record names. A draft may name them; sweepFiles takes away what nobody wants.
func (in *Installation) unnamedFiles(ctx context.Context) ([]UnnamedFile, error) {
	var unnamed []UnnamedFile
	sent, err := in.Transfers.Files(ctx, uuid.Nil) // a package that waits to be ratified names them
	if err != nil {
		return nil, err
	}
	waits := map[string]bool{}
	for _, f := range sent {
		waits[f.Stream.String()+f.File.String()] = true
	}
	err = in.Attachments.Each(ctx, func(k storeattachment.Kept) error {
		named, err := in.Log.IsNamed(ctx, k.Stream, k.Hash)
		if err == nil && !named && !waits[k.Stream.String()+k.Hash.String()] {
			unnamed = append(unnamed, UnnamedFile{Stream: k.Stream, File: k.Hash, Size: k.Size, Kept: k.At})
		}
		return err
	})
	return unnamed, err
}
