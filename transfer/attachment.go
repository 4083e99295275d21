package transfer

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/record"
)

// partSize is how much of an attachment one line holds, so that neither side needs more memory for a large one.
const partSize = 512 << 10

// part is one line of an attachment. Its parts stand one behind the other, in front of the first contribution that names it.
type part struct {
	Attachment string    `json:"attachment"` // SHA-256 of all of it
	Stream     uuid.UUID `json:"stream"`
	MediaType  string    `json:"mediaType"`
	Size       int64     `json:"size"`
	Offset     int64     `json:"offset"`
	Part       string    `json:"partHash"` // SHA-256 of the content of this line
	Content    []byte    `json:"content"`  // base64
}

// isPart recognises a line of an attachment by its first member.
func isPart(text []byte) bool { return bytes.HasPrefix(text, []byte(`{"attachment":`)) }

// Attach writes an attachment. It must stand in front of the first contribution that names it. What is not what it says ends the export.
func (w *Writer) Attach(stream uuid.UUID, file record.Attachment, content io.Reader) error {
	buffer, sum := make([]byte, min(partSize, max(file.Size, 1))), sha256.New()
	p := part{Attachment: file.Hash.String(), Stream: stream, MediaType: file.MediaType, Size: file.Size}
	for p.Offset < file.Size {
		n, err := io.ReadFull(content, buffer[:min(int64(len(buffer)), file.Size-p.Offset)])
		if err != nil {
			return fmt.Errorf("export: attachment %s: %w", file.Hash, err)
		}
		own := sha256.Sum256(buffer[:n])
		sum.Write(buffer[:n])
		p.Part, p.Content = hex.EncodeToString(own[:]), buffer[:n]
		if err := w.line(p); err != nil {
			return err
		}
		p.Offset += int64(n)
	}
	if record.Hash(sum.Sum(nil)) != file.Hash {
		return fmt.Errorf("export: attachment %s does not hold what it was kept with", file.Hash)
	}
	w.files++
	return nil
}

// attachment reads an attachment whose first line stands before the reader, and hands it on as it comes.
func (in *reading) attachment(each func(uuid.UUID, record.Attachment, io.Reader) error) error {
	a := &arriving{in: in, sum: sha256.New()}
	if err := a.take(); err != nil {
		return err
	}
	of, err := record.ParseHash(a.first.Attachment)
	if err != nil {
		return refused(in.line, err)
	}
	if each != nil {
		if err := each(a.first.Stream, record.Attachment{Hash: of, MediaType: a.first.MediaType, Size: a.first.Size}, a); err != nil {
			if a.wrong != nil {
				return a.wrong
			}
			return fmt.Errorf("line %d: %w", in.line, err)
		}
	}
	if _, err := io.Copy(io.Discard, a); err != nil {
		return err
	}
	if record.Hash(a.sum.Sum(nil)) != of {
		return refused(in.line, fmt.Errorf("attachment %s was altered: its hash does not fit", of))
	}
	in.files++
	return nil
}

// arriving is the content of an attachment as its lines come in.
type arriving struct {
	in    *reading
	first part
	taken int64 // bytes of the lines read so far
	left  []byte
	sum   hash.Hash
	wrong error
}

// Read gives the next bytes, and reads the next line when those of the last are used up.
func (a *arriving) Read(p []byte) (int, error) {
	for len(a.left) == 0 {
		switch {
		case a.wrong != nil:
			return 0, a.wrong
		case a.taken == a.first.Size:
			return 0, io.EOF
		case !a.in.next():
			a.wrong = refused(a.in.line, errors.Join(a.in.lines.Err(), fmt.Errorf("the file ends in the middle of attachment %s: it was cut off. Export it again", a.first.Attachment)))
			return 0, a.wrong
		}
		if a.wrong = a.take(); a.wrong != nil {
			return 0, a.wrong
		}
	}
	n := copy(p, a.left)
	a.left = a.left[n:]
	return n, nil
}

// take reads the line that stands before the reader.
func (a *arriving) take() error {
	var p part
	if err := json.Unmarshal(a.in.lines.Bytes(), &p, json.RejectUnknownMembers(true)); err != nil {
		return refused(a.in.line, fmt.Errorf("this line is not part of an attachment: %w", err))
	}
	if a.taken == 0 {
		a.first = p
	}
	own := sha256.Sum256(p.Content)
	switch {
	case p.Attachment != a.first.Attachment || p.Stream != a.first.Stream || p.MediaType != a.first.MediaType || p.Size != a.first.Size || p.Offset != a.taken:
		return refused(a.in.line, fmt.Errorf("the parts of attachment %s do not follow each other: some are missing", a.first.Attachment))
	case hex.EncodeToString(own[:]) != p.Part:
		return refused(a.in.line, fmt.Errorf("a part of attachment %s was altered: its hash does not fit", p.Attachment))
	case len(p.Content) == 0 || a.taken+int64(len(p.Content)) > p.Size:
		return refused(a.in.line, fmt.Errorf("attachment %s is not as long as it says", p.Attachment))
	}
	a.sum.Write(p.Content)
	a.left, a.taken = p.Content, a.taken+int64(len(p.Content))
	return nil
}
