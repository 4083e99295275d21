package transfer

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/ehr"
	"rosemary/ehr/extract"
	"rosemary/record"
	"rosemary/standard"
)

// Part is what of a person's record is to be sent, where that is not all of it.
type Part struct {
	extract.Criteria
	WithFiles bool // records that name photographs, letters and other files go too, with the files; else they stay
}

// Parted says what a part holds, before it is sent.
type Parted struct {
	Count   int            // versions
	Classes map[string]int // versions of each class
	Degrees map[record.Sensitivity]int
	Omitted []ehr.Omission
}

// parting is a part on its way out.
type parting struct {
	ctx       context.Context
	catalogue *standard.Catalogue
	zone      *time.Location
	s         Sending
	part      Part
	reading   *access.Reading
	who, rest *extract.Extract // who the person is, which goes first; and what was chosen

	out   *Writer
	last  record.StreamInfo
	files map[record.Hash]bool
	named map[uuid.UUID]bool // what the records refer to
	order []uuid.UUID
}

// PreviewPart tells what a part would hold for this reader. Nothing is sent.
func PreviewPart(ctx context.Context, session *access.Session, catalogue *standard.Catalogue, zone *time.Location, s Sending, part Part) (Parted, error) {
	p := &parting{ctx: ctx, catalogue: catalogue, zone: zone, s: s, part: part}
	err := session.Extract(ctx, s.Person, access.Extract{Whereabouts: part.Whereabouts, Plan: p.plan})
	if err != nil {
		return Parted{}, err
	}
	out := Parted{Count: p.rest.Count(), Classes: p.rest.Classes(), Degrees: p.rest.Degrees(), Omitted: p.rest.Left()}
	if !part.WithFiles {
		err = p.without(&out)
	}
	return out, err
}

// without takes out of what was counted the records that name files, which stay.
func (p *parting) without(out *Parted) error {
	importer := &extract.Importer{Catalogue: p.catalogue, Person: p.s.Person}
	stay := 0
	err := p.rest.Compositions(func(c *ehr.Composition) error {
		class, known := p.catalogue.Class(c.ArchetypeID)
		if !known || !class.NamesFiles() {
			return nil
		}
		in, err := importer.Take(c)
		if err != nil || in.Content == nil || len(record.AttachmentsOf(&in.Content.Group)) == 0 {
			return err
		}
		stay++
		out.Count--
		out.Classes[class.ID]--
		out.Degrees[in.Version.Sensitivity]--
		return nil
	})
	out.Omitted = append(out.Omitted, ehr.Omission{Reason: "Names photographs, letters or other files, which were not chosen", Count: stay})
	return err
}

// SendPart writes what was chosen of a person's record as a Receiver reads it: each version as it stands, with the hash and salt that prove it, under a chain that is made here; the files and
// the entries of the directory that they name. What may not be told is masked in it, as in an extract. It is a disclosure, logged before the first byte.
func SendPart(ctx context.Context, session *access.Session, w io.Writer, catalogue *standard.Catalogue, zone *time.Location, s Sending, part Part) (contributions int64, err error) {
	p := &parting{ctx: ctx, catalogue: catalogue, zone: zone, s: s, part: part, files: map[record.Hash]bool{}, named: map[uuid.UUID]bool{}}
	err = session.Extract(ctx, s.Person, access.Extract{
		At: access.At{Moment: s.UpTo}, To: s.To, Why: s.Why, What: part.Words(), Whereabouts: part.Whereabouts, Transfer: true, Plan: p.plan, Send: func() error { return p.send(w) },
	})
	if p.out == nil {
		return 0, err
	}
	return p.out.Count(), err
}

// plan looks what goes: the record of who the person is, and what was chosen.
func (p *parting) plan(r *access.Reading) (count int, err error) {
	p.reading = r
	settings := extract.Settings{Catalogue: p.catalogue, Zone: p.zone, Created: p.s.Sent}
	if p.rest, err = extract.New(p.ctx, r, settings, p.part.Criteria); err == nil {
		err = p.rest.Ready()
	}
	if err != nil {
		return 0, err
	}
	p.who, err = extract.New(p.ctx, r, settings, extract.Criteria{Records: []uuid.UUID{p.s.Person}, AllVersions: p.part.AllVersions, Whereabouts: p.part.Whereabouts, WithholdNamed: true})
	return p.rest.Count(), err
}

func (p *parting) send(w io.Writer) (err error) {
	if p.out, err = NewWriter(w, Header{System: p.s.System, Keys: p.s.Keys, Exported: p.s.Sent, Streams: []uuid.UUID{p.s.Person}}); err != nil {
		return err
	}
	importer := &extract.Importer{Catalogue: p.catalogue, Person: p.s.Person}
	one := func(who bool) func(*ehr.Composition) error {
		return func(c *ehr.Composition) error {
			in, err := importer.Take(c)
			if err != nil {
				return err
			}
			if in.Version == nil || (in.Version.Record == p.s.Person) != who {
				return nil
			}
			return p.version(in)
		}
	}
	if err := errors.Join(p.who.Compositions(one(true)), p.rest.Compositions(one(false))); err != nil {
		return err
	}
	if err := p.reading.Entries(p.ctx, p.order, p.out.Add); err != nil {
		return err
	}
	return p.out.Close()
}

// version sends one version, behind the files that it names.
func (p *parting) version(in *extract.Incoming) error {
	v := in.Version
	var named []record.NamedAttachment
	if in.Content != nil {
		named = record.AttachmentsOf(&in.Content.Group)
		for _, ref := range in.Content.References() {
			p.refers(ref.UID)
		}
	}
	if len(named) > 0 && !p.part.WithFiles {
		return nil
	}
	p.refers(v.Author)
	p.refers(in.Committer.Actor)
	for _, f := range named {
		if err := p.file(f.Hash); err != nil {
			return err
		}
	}
	c := made(p.s.System, p.s.Person, &Incoming{
		Record: v.Record, Number: v.Number, System: v.System, Class: v.Class, Release: v.Release, ClassFile: v.ClassFile, Status: v.Status, Sensitivity: v.Sensitivity, Author: v.Author,
		Provider: v.InformationProvider, Recorded: v.Recorded, Content: v.Content, Change: in.Change, Committed: in.Committed, Committer: in.Committer, Why: in.Description, Salt: v.Salt,
	}, p.last)
	p.last.Sequence, p.last.Hash = c.Sequence, c.Hash
	return p.out.Add(c)
}

func (p *parting) refers(uid uuid.UUID) {
	if uid != uuid.Nil && !p.named[uid] {
		p.named[uid] = true
		p.order = append(p.order, uid)
	}
}

func (p *parting) file(hash record.Hash) error {
	if p.files[hash] {
		return nil
	}
	p.files[hash] = true
	about, content, err := p.reading.Attachment(p.ctx, hash)
	if err != nil {
		return err
	}
	return errors.Join(p.out.Attach(p.s.Person, about, content), content.Close())
}
