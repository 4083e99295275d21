package attachment

import (
	"bufio"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"filippo.io/age"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/media"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// Keep receives a file. See access.Attachments.
func (s *Store) Keep(ctx context.Context, stream uuid.UUID, account string, file io.Reader, said access.Said) (record.Attachment, error) {
	var none record.Attachment
	if said.Size > s.Limit {
		return none, s.tooLarge()
	}
	if _, known := media.ByName(said.MediaType); !known && !media.Anything(said.MediaType) {
		return none, refuse("/mediaType", "media-type", said.MediaType, "Files of this type are not kept. "+media.Kept)
	}
	if err := s.room(ctx, account, said.Size); err != nil {
		return none, err
	}
	in, err := s.receive(ctx, stream, file, s.Limit)
	if err != nil {
		return none, err
	}
	defer in.drop()
	about, err := in.judge(said)
	if err != nil {
		return none, err
	}
	if err := s.checkPicture(ctx, stream, in, about); err != nil {
		return none, err
	}
	return about, s.settleIn(ctx, in, stream, account, about)
}

// settleIn gives what was received its own name and notes it. Nothing is swept away meanwhile.
func (s *Store) settleIn(ctx context.Context, in *receiving, stream uuid.UUID, account string, about record.Attachment) error {
	s.placing.RLock()
	defer s.placing.RUnlock()
	if err := in.place(s.path(stream, about.Hash)); err != nil {
		return diskFault(err)
	}
	return s.note(ctx, stream, account, about, in.sha1[:])
}

// receiving is a file on its way in, under a temporary name.
type receiving struct {
	file    *os.File
	placed  bool
	inspect media.Inspector
	hash    record.Hash
	sha1    [sha1.Size]byte
}

func (s *Store) begin() (*receiving, error) {
	folder := filepath.Join(s.dir, incoming)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, diskFault(err)
	}
	file, err := os.OpenFile(filepath.Join(folder, uuid.NewString()), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, diskFault(err)
	}
	return &receiving{file: file}, nil
}

// drop closes the temporary file, and takes it away unless it has got its own name.
func (in *receiving) drop() {
	_ = in.file.Close()
	if !in.placed {
		_ = os.Remove(in.file.Name()) // what is left is swept away at the next start
	}
}

// Restore takes back a file that was kept already, here or elsewhere: its hash proves what it is, and nothing else about it is judged again. One that is
// here and whole is passed over.
func (s *Store) Restore(ctx context.Context, stream uuid.UUID, about record.Attachment, file io.Reader) error {
	if here, err := s.again(ctx, stream, about); here {
		return err
	}
	in, err := s.receive(ctx, stream, file, math.MaxInt64-1)
	if err != nil {
		return err
	}
	defer in.drop()
	if in.hash != about.Hash || in.inspect.Size() != about.Size {
		return refuse("/hash", "hash-differs", about.Hash.String(), "The file is not what its hash says.")
	}
	return s.settleIn(ctx, in, stream, "", about)
}

// again says whether a file that arrives is here and whole; then it is noted once more, so that it is not swept away.
func (s *Store) again(ctx context.Context, stream uuid.UUID, about record.Attachment) (bool, error) {
	s.placing.RLock()
	defer s.placing.RUnlock()
	content, err := s.Open(ctx, stream, about.Hash)
	if err != nil {
		return false, nil
	}
	return true, errors.Join(content.Close(), s.note(ctx, stream, "", about, nil))
}

// receive encrypts a file onto the disk as it comes, and looks at it on the way. Drop what it gives.
func (s *Store) receive(ctx context.Context, stream uuid.UUID, file io.Reader, limit int64) (*receiving, error) {
	recipient, err := s.recipient(ctx, stream)
	if err != nil {
		return nil, err
	}
	in, err := s.begin()
	if err != nil {
		return nil, err
	}
	if err := s.lock(ctx, in, recipient, file, limit); err != nil {
		in.drop()
		return nil, err
	}
	return in, nil
}

func (s *Store) lock(ctx context.Context, in *receiving, recipient age.Recipient, file io.Reader, limit int64) error {
	onDisk := bufio.NewWriterSize(in.file, 256<<10)
	locked, err := age.Encrypt(onDisk, recipient)
	if err != nil {
		return diskFault(err)
	}
	sum, old := sha256.New(), sha1.New()
	from := &source{ctx: ctx, from: io.LimitReader(file, limit+1)}
	_, err = io.CopyBuffer(struct{ io.Writer }{io.MultiWriter(locked, sum, old, &in.inspect)}, from, make([]byte, 64<<10))
	switch {
	case from.err != nil:
		return cutOff(from.err)
	case err != nil:
		return diskFault(err)
	case in.inspect.Size() > limit:
		return s.tooLarge()
	}
	if err := errors.Join(locked.Close(), onDisk.Flush(), in.file.Sync()); err != nil {
		return diskFault(err)
	}
	sum.Sum(in.hash[:0])
	old.Sum(in.sha1[:0])
	return nil
}

// source tells apart what went wrong with what was sent from what went wrong with the disk.
type source struct {
	ctx  context.Context
	from io.Reader
	err  error
}

func (s *source) Read(p []byte) (int, error) {
	if s.err = s.ctx.Err(); s.err != nil {
		return 0, s.err
	}
	n, err := s.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// judge holds what was received against what was said about it.
func (in *receiving) judge(said access.Said) (record.Attachment, error) {
	about := record.Attachment{Hash: in.hash, Size: in.inspect.Size()}
	if said.Size > 0 && said.Size != about.Size {
		return about, cutOff(io.ErrUnexpectedEOF)
	}
	found, err := in.inspect.As(said.MediaType)
	about.MediaType = found.Name
	var misdeclared media.Misdeclared
	switch {
	case errors.As(err, &misdeclared):
		return about, refuse("/mediaType", "media-type-differs", said.MediaType, misdeclared.Error())
	case err != nil:
		return about, refuse("/content", "media-type", "", "This file cannot be kept. "+err.Error())
	}
	if said.Hash != nil && *said.Hash != about.Hash {
		return about, refuse("/hash", "hash-differs", said.Hash.String(), "The file did not arrive as it was sent: its hash differs. Send it again.")
	}
	return about, nil
}

// checkPicture looks at the head of a picture as it stands on the disk.
func (s *Store) checkPicture(ctx context.Context, stream uuid.UUID, in *receiving, about record.Attachment) error {
	found, _ := media.ByName(about.MediaType)
	if !found.Picture {
		return nil
	}
	identity, err := s.identity(ctx, stream)
	if err != nil {
		return err
	}
	plain, err := unlock(in.file, identity)
	if err != nil {
		return diskFault(err)
	}
	if err := media.Check(plain, found); err != nil {
		return refuse("/content", "media-type", "", "This picture cannot be kept. "+err.Error())
	}
	return nil
}

// place gives a received file its own name. The folder and its name in the folder above are on the disk before it is acknowledged.
func (in *receiving) place(path string) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := os.Rename(in.file.Name(), path); err != nil {
		return err
	}
	in.placed = true
	return errors.Join(flush(folder), flush(filepath.Dir(folder)))
}

// note keeps what is known of a file that is on the disk; sha1 is nil where it was not read. Where its key was destroyed meanwhile, the file goes too.
func (s *Store) note(ctx context.Context, stream uuid.UUID, account string, about record.Attachment, sha1 []byte) error {
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		var stands int
		if err := tx.QueryRow(`SELECT count(*) FROM attachment_key WHERE stream = $1 AND destroyed = 0`, stream[:]).Scan(&stands); err != nil {
			return err
		}
		if stands == 0 {
			return gone()
		}
		now, loose := s.Now().UnixMicro(), int64(0)
		if account != "" { // it waits for a record that names it; one may do so already, which the next sweep finds
			loose = now
		}
		_, err := tx.Exec(`INSERT INTO attachment (stream, hash, size, media, kept, loose, sha1) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (stream, hash) DO UPDATE SET loose = excluded.loose, going = 0, sha1 = coalesce(sha1, excluded.sha1)`, stream[:], about.Hash[:], about.Size, about.MediaType, now, loose, sha1)
		if err != nil {
			return err
		}
		if account == "" {
			return nil // taken in from elsewhere: nobody here has sent it
		}
		_, err = tx.Exec(`INSERT INTO attachment_sent (stream, hash, account) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, stream[:], about.Hash[:], account)
		return err
	})
	if standard.KindOf(err) == standard.Gone {
		return errors.Join(err, os.RemoveAll(filepath.Dir(s.path(stream, about.Hash))))
	}
	return err
}

func refuse(path, rule, value, message string) error {
	if len(value) > 100 {
		value = value[:100] + "…"
	}
	return standard.Refuse("The file was not kept. Nothing was changed.", []standard.Problem{{Path: path, Rule: rule, Value: value, Message: message}})
}

func (s *Store) tooLarge() error {
	return &standard.Fault{
		Kind: standard.TooLarge, Message: fmt.Sprintf("The file is larger than %s. It was not kept; nothing was changed.", megabytes(s.Limit)),
		Hint: "Send a smaller one: a photograph at a lower quality, or a document in parts.",
	}
}

func megabytes(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%d MB", n>>20)
}

// cutOff says that a file did not arrive whole. What has a kind of its own, such as a limit of the door, keeps it.
func cutOff(err error) error {
	if standard.KindOf(err) != "" {
		return err
	}
	return &standard.Fault{Kind: standard.Invalid, Message: "The file did not arrive whole, so it was not kept. Nothing was changed.", Hint: "Send it again.", Err: err,
		Problems: []standard.Problem{{Path: "/content", Rule: "cut-off", Message: "The file did not arrive whole. Send it again."}}}
}

func diskFault(err error) error {
	return unavailable("The file could not be kept: the disk is full or cannot be written to.", err)
}
