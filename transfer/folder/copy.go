package folder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
)

// Copy is one person's whole record as a zip file of pages, with what another system takes in beside them.
type Copy struct {
	Session   *access.Session
	Catalogue *standard.Catalogue
	System    string
	Keys      []string
	Zone      *time.Location
	Now       time.Time
	To, Why   string // for the log of who saw what; one line each
	Name      func(record.PersonCard) string
}

// Write writes the zip file. Whoever asks must be allowed to export the whole record; begin is called once that is decided and kept in the log of who saw what, in
// front of the first byte. An error before that has written nothing.
func (c Copy) Write(ctx context.Context, stream uuid.UUID, w io.Writer, begin func()) (err error) {
	view, err := c.Session.View(ctx, access.At{})
	if err != nil {
		return err
	}
	person, err := view.Person(ctx, stream)
	if err != nil {
		return err
	}
	streams, err := view.Streams(ctx, stream)
	if err != nil {
		return err
	}
	streams = slices.DeleteFunc(streams, func(one uuid.UUID) bool { return one != stream && !c.Session.MayDo(ctx, access.ToExport, one) })
	spool, err := os.CreateTemp("", "rosemary-copy-*")
	if err != nil {
		return fmt.Errorf("a place for the copy: %w", err)
	}
	_ = os.Remove(spool.Name()) // it lives as long as it is open
	defer func() { _ = spool.Close() }()
	out, err := transfer.NewWriter(spool, transfer.Header{System: c.System, Keys: c.Keys, Exported: c.Now.UTC(), Streams: streams})
	if err != nil {
		return err
	}
	title := c.Name(person.Card)
	zip := NewZip(w, "record-"+stream.String(), c.Now)
	pages, err := NewPages(zip, About{
		Title: title, Facts: FactsOf(person.Card), Catalogue: c.Catalogue, Zone: c.Zone, Made: c.Now, System: c.System,
		Names: func(uids []uuid.UUID) (map[uuid.UUID]string, error) { return view.Names(ctx, uuid.Nil, uids) },
		Extra: []File{{Name: "record.ndjson", Words: "The same as another system takes it in"}},
	}, "")
	if err != nil {
		return err
	}
	defer pages.Abandon()
	begun := false
	start := func() {
		if !begun {
			begun = true
			begin()
		}
	}
	take := access.Export{
		To: c.To, Why: c.Why,
		Contribution: func(s *record.Sealed) error {
			start()
			return errors.Join(out.Add(s), pages.Contribution(s))
		},
		Attachment: func(of uuid.UUID, file record.Attachment, content io.Reader) error {
			start()
			return pages.AttachmentToo(file, content, func(r io.Reader) error { return out.Attach(of, file, r) })
		},
	}
	for _, one := range streams {
		if err := c.Session.Export(ctx, one, view.Moment(), take); err != nil {
			return err
		}
	}
	if err := errors.Join(pages.Close(), out.Close()); err != nil {
		return err
	}
	if err := c.machine(zip, spool); err != nil {
		return err
	}
	return zip.Close()
}

// machine puts what another system takes in beside the pages.
func (c Copy) machine(zip *Zip, spool *os.File) error {
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("reading the copy again: %w", err)
	}
	to, err := zip.Create("record.ndjson")
	if err != nil {
		return err
	}
	if _, err := io.Copy(to, spool); err != nil {
		return fmt.Errorf("record.ndjson: %w", err)
	}
	return to.Close()
}

// AttachmentToo writes a file beside the pages, and hands the same bytes on while they are read once.
func (p *Pages) AttachmentToo(file record.Attachment, content io.Reader, then func(io.Reader) error) error {
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := p.Attachment(file, reader)
		done <- errors.Join(err, reader.CloseWithError(err)) // a writer does not wait for a reader that has given up
	}()
	err := then(io.TeeReader(content, writer))
	return errors.Join(err, writer.CloseWithError(err), <-done)
}
