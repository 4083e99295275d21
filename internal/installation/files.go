package installation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

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

// verifyFiles reads every file that a record names whole, and holds it against the hash by which the record names it. The error names the first that is not
// there or not what it was.
func (in *Installation) verifyFiles(ctx context.Context, head record.Moment) (files int64, err error) {
	err = in.Log.Files(ctx, uuid.Nil, head, func(stream uuid.UUID, file record.Hash, first record.Moment) error {
		files++
		err := in.Attachments.Check(ctx, stream, file)
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

// unnamedFiles lists the files that no record names. They are kept: a draft may name them.
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
