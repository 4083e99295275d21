package extract

import (
	"context"
	"io"

	"github.com/google/uuid"

	"rosemary/record"
)

// Reading is one person's record as one reader may see it, up to one moment.
type Reading interface {
	// Stream is whose record it is.
	Stream() uuid.UUID
	// System is where the record is kept.
	System() string
	// Restricted reports whether where the person lives is told to few.
	Restricted() bool
	// Contributions calls fn for what each contribution did that the reader may see, the oldest first, and stops at its first error. Everything may be gone
	// through more than once, and is then the same.
	Contributions(ctx context.Context, fn func(*record.Sealed) error) error
	// Withheld reports whether something is a record of the person that the reader may not see: nothing may point at it.
	Withheld(record uuid.UUID) bool
	// Entry gives what stood in the directory under a uid at the moment. NotFound when there is none, or none that the reader may see.
	Entry(ctx context.Context, uid uuid.UUID) (*record.Version, error)
	// Attachment opens a file that a record names which the reader may see. Close it.
	Attachment(ctx context.Context, file record.Hash) (record.Attachment, io.ReadSeekCloser, error)
}
