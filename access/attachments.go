package access

import (
	"context"
	"io"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Attachments is what access needs of a store of the files that are kept beside records. A file belongs to one stream and is known by the hash of what
// it holds; the same file kept twice is one. Kinds: NotFound, Invalid, TooLarge, Broken (what is kept does not prove itself), Busy, Unavailable.
type Attachments interface {
	record.Attachments
	// Keep reads a file to its end and returns when it has reached the disk. What is not what was said, too large, of a kind that is not kept, or cut off
	// half-way leaves nothing behind.
	Keep(ctx context.Context, stream uuid.UUID, account string, file io.Reader, said Said) (record.Attachment, error)
	// SentBy reports whether an account has sent a file itself.
	SentBy(ctx context.Context, stream uuid.UUID, file record.Hash, account string) (bool, error)
	// SHA1 gives the SHA-1 of a file, by which others compare files; it proves nothing. Nil where it is not known.
	SHA1(ctx context.Context, stream uuid.UUID, file record.Hash) ([]byte, error)
	// Open reads a file. Close it.
	Open(ctx context.Context, stream uuid.UUID, file record.Hash) (io.ReadSeekCloser, error)
	// Preview reads a small or large picture drawn of a file, a JPEG. NotFound when none can be drawn.
	Preview(ctx context.Context, stream uuid.UUID, file record.Hash, size PictureSize) (io.ReadSeekCloser, error)
	// Remove destroys one file: for content that must not be there. It is idempotent.
	Remove(ctx context.Context, stream uuid.UUID, file record.Hash) error
	// Destroy destroys the key and all files of a stream, and keeps any from being kept again. It is idempotent.
	Destroy(ctx context.Context, stream uuid.UUID) error
}

// Said is what whoever sends a file says about it. What is said must be so.
type Said struct {
	MediaType string       // "" or application/octet-stream: whatever it is found to be
	Hash      *record.Hash // nil: not said
	Size      int64        // 0: not said
}

// PictureSize says how large a preview is.
type PictureSize string

// The sizes of previews.
const (
	SmallPicture PictureSize = "small"
	LargePicture PictureSize = "large"
)

// PictureType is the media type of every preview.
const PictureType = "image/jpeg"

// Naming is a record of which a version names a file.
type Naming struct {
	Record uuid.UUID
	Class  string
}

// Attach keeps a file for a stream: a record that names it can be committed afterwards. It needs the right to write in the stream.
func (s *Session) Attach(ctx context.Context, stream uuid.UUID, file io.Reader, said Said) (record.Attachment, error) {
	entry := Entry{Action: "attach", Stream: stream}
	kept, err := s.attach(ctx, stream, file, said)
	if err != nil {
		return record.Attachment{}, s.denied(ctx, entry, err)
	}
	entry.Count = 1
	s.note(ctx, entry)
	return kept, nil
}

func (s *Session) attach(ctx context.Context, stream uuid.UUID, file io.Reader, said Said) (record.Attachment, error) {
	sub, err := s.subject(ctx, stream)
	if err != nil {
		return record.Attachment{}, err
	}
	if !sub.may(ToRecord, record.Normal) {
		if !sub.reads {
			return record.Attachment{}, notFound()
		}
		return record.Attachment{}, (&gate{session: s}).refusal(sub)
	}
	return s.guard.config.Attachments.Keep(ctx, stream, s.principal.Account, file, said)
}

// Attachment tells about a file that the session may use in a record: one that it sent itself, or that it may read. It is how the recorder sees the files.
func (g *gate) Attachment(ctx context.Context, stream uuid.UUID, file record.Hash) (record.Attachment, error) {
	sub, err := g.subject(ctx, stream)
	if err != nil {
		return record.Attachment{}, err
	}
	head, _, err := g.Head(ctx)
	if err != nil {
		return record.Attachment{}, err
	}
	if _, err = sub.file(ctx, file, head); standard.KindOf(err) == standard.NotFound {
		// Whoever sends a file again that a hidden record names must not learn of that by a refusal.
		err = sub.sent(ctx, file)
	}
	if err != nil {
		return record.Attachment{}, err
	}
	return g.session.guard.config.Attachments.Attachment(ctx, stream, file)
}

// Usable tells about a file that the session may name in a record: one that it sent itself, or that it may read. NotFound otherwise.
func (s *Session) Usable(ctx context.Context, stream uuid.UUID, file record.Hash) (record.Attachment, error) {
	return (&gate{Log: s.guard.config.Log, session: s, subjects: map[uuid.UUID]*subject{}}).Attachment(ctx, stream, file)
}

// SHA1 gives the SHA-1 of a file that a record names which the session has been shown, or that it may use; nil where it is not known. FHIR compares files by it; it proves nothing.
func (s *Session) SHA1(ctx context.Context, stream uuid.UUID, file record.Hash) ([]byte, error) {
	return s.guard.config.Attachments.SHA1(ctx, stream, file)
}

// file finds by which record the session may see a file: the zero Naming when it sent the file itself and no record names it yet. NotFound otherwise.
func (sub *subject) file(ctx context.Context, file record.Hash, at record.Moment) (Naming, error) {
	config := sub.session.guard.config
	if sub.reads {
		named, err := config.Register.NamedBy(ctx, sub.info.UID, file, at, sub.scope)
		if err != nil {
			return Naming{}, err
		}
		for _, n := range named {
			if hidden, err := sub.hides(ctx, n.Class); err != nil || !hidden {
				return n, err
			}
		}
	}
	if err := sub.sent(ctx, file); err != nil {
		return Naming{}, err
	}
	named, err := config.Register.NamedBy(ctx, sub.info.UID, file, record.Forever-1, record.Scope{Everything: true})
	if err == nil && len(named) > 0 { // it belongs to the record now, which may have been hidden from its sender since
		err = notFound()
	}
	return Naming{}, err
}

// sent is NotFound unless the session's account has sent the file itself, or whoever it commits for.
func (sub *subject) sent(ctx context.Context, file record.Hash) error {
	s := sub.session
	sent, err := s.guard.config.Attachments.SentBy(ctx, sub.info.UID, file, s.principal.Account)
	if err == nil && !sent && s.sender != "" {
		sent, err = s.guard.config.Attachments.SentBy(ctx, sub.info.UID, file, s.sender)
	}
	if err == nil && !sent {
		err = notFound()
	}
	return err
}

// Attachment reads a file that a record names which the reader may read, or that the reader has sent and not yet committed. Close it.
func (v *View) Attachment(ctx context.Context, stream uuid.UUID, file record.Hash) (record.Attachment, io.ReadSeekCloser, error) {
	about, err := v.file(ctx, stream, file, "attachment")
	if err != nil {
		return about, nil, err
	}
	content, err := v.session.guard.config.Attachments.Open(ctx, stream, file)
	return about, content, err
}

// Picture reads a preview of a file, a JPEG, by the same rule. NotFound when none can be drawn. Close it.
func (v *View) Picture(ctx context.Context, stream uuid.UUID, file record.Hash, size PictureSize) (io.ReadSeekCloser, error) {
	if _, err := v.file(ctx, stream, file, "picture"); err != nil {
		return nil, err
	}
	return v.session.guard.config.Attachments.Preview(ctx, stream, file, size)
}

// MayAttachment tells about a file by the same rule, without reading it: for whoever holds a copy already. It is logged like a read.
func (v *View) MayAttachment(ctx context.Context, stream uuid.UUID, file record.Hash) (record.Attachment, error) {
	return v.file(ctx, stream, file, "attachment")
}

// file decides, and logs.
func (v *View) file(ctx context.Context, stream uuid.UUID, file record.Hash, action string) (record.Attachment, error) {
	entry := Entry{Action: action, Stream: stream}
	sub, err := v.readable(ctx, entry)
	if err != nil {
		return record.Attachment{}, err
	}
	naming, err := sub.file(ctx, file, v.moment)
	if standard.KindOf(err) == standard.NotFound {
		return record.Attachment{}, v.refuse(ctx, entry)
	}
	if err != nil {
		return record.Attachment{}, err
	}
	about, err := v.session.guard.config.Attachments.Attachment(ctx, stream, file)
	if standard.KindOf(err) == standard.NotFound && naming.Record != uuid.Nil {
		err = &standard.Fault{Kind: standard.Broken, Message: "This file is missing, though the record names it.",
			Hint: "Tell whoever looks after this computer: it may have to be restored from a backup.", Err: err}
	}
	if err != nil {
		return about, err
	}
	entry.Record, entry.Class, entry.Count = naming.Record, naming.Class, 1
	v.note(ctx, entry)
	return about, nil
}
