package transfer

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"slices"
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
	Weigh     bool // a preview also tells which signatures cannot go
}

// Parted says what a part holds, before it is sent.
type Parted struct {
	Count   int            // versions
	Classes map[string]int // versions of each class
	Degrees map[record.Sensitivity]int
	Omitted []ehr.Omission
	Named   []extract.Passage // of what goes: words that name what is left out
	Ready   error             // why it cannot go yet: somebody must decide about such words
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

	out    *Writer
	last   record.StreamInfo
	files  map[record.Hash]bool // that went; nil: nothing goes, it is a preview
	named  map[uuid.UUID]bool   // what the records refer to
	signed bool                 // signatures went
	order  []uuid.UUID
}

// PreviewPart tells what a part would hold for this reader. Nothing is sent.
func PreviewPart(ctx context.Context, session *access.Session, catalogue *standard.Catalogue, zone *time.Location, s Sending, part Part) (Parted, error) {
	p := &parting{ctx: ctx, catalogue: catalogue, zone: zone, s: s, part: part}
	err := session.Extract(ctx, s.Person, access.Extract{Whereabouts: part.Whereabouts, Plan: p.plan})
	if err != nil {
		return Parted{}, err
	}
	out := Parted{Count: p.rest.Count(), Classes: p.rest.Classes(), Degrees: p.rest.Degrees(), Omitted: p.rest.Left(), Named: p.rest.Named(), Ready: p.rest.Ready()}
	if out.Ready != nil {
		return out, nil
	}
	if !part.WithFiles || part.Weigh {
		err = p.without(&out)
	}
	return out, err
}

// without takes out of what was counted the records that name files, where these stay; and tells of signatures that cannot go.
func (p *parting) without(out *Parted) error {
	importer := &extract.Importer{Catalogue: p.catalogue, Person: p.s.Person}
	stay, unsigned := 0, 0
	err := p.rest.Compositions(func(c *ehr.Composition) error {
		class, known := p.catalogue.Class(c.ArchetypeID)
		files := !p.part.WithFiles && known && class.NamesFiles()
		if !files && len(c.Attestations) == 0 {
			return nil
		}
		in, err := importer.Take(c)
		if err != nil || in.Version == nil {
			return err
		}
		if files && in.Content != nil && len(record.AttachmentsOf(&in.Content.Group)) > 0 {
			stay++
			out.Count--
			out.Classes[class.ID]--
			out.Degrees[in.Version.Sensitivity]--
			return nil
		}
		made := p.made(in).Versions[0]
		for i := range in.Attestations {
			if !p.signs(made, &in.Attestations[i]) {
				unsigned++
			}
		}
		return nil
	})
	if !p.part.WithFiles {
		out.Omitted = append(out.Omitted, ehr.Omission{Reason: "Names photographs, letters or other files, which were not chosen", Count: stay})
	}
	if unsigned > 0 {
		out.Omitted = append(out.Omitted, ehr.Omission{Reason: "Signatures under more than what goes: part of what was signed is masked, so they would not fit", Count: unsigned})
	}
	return err
}

// SendPart writes what was chosen of a person's record as a Receiver reads it: each version as it stands, with the hash and salt that prove it and the signatures that fit it, under a chain that is made here; the files and
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
	if p.rest, err = extract.New(p.ctx, r, settings, p.part.Criteria); err == nil && p.files != nil {
		err = p.rest.Ready()
	}
	if err != nil {
		return 0, err
	}
	p.who, err = extract.New(p.ctx, r, settings, extract.Criteria{Records: []uuid.UUID{p.s.Person}, AllVersions: p.part.AllVersions, Whereabouts: p.part.Whereabouts, WithholdNamed: true, Decisions: p.part.Decisions})
	return p.rest.Count(), err
}

func (p *parting) send(w io.Writer) (err error) {
	if p.out, err = NewWriter(w, Header{System: p.s.System, Keys: p.s.Keys, Exported: p.s.Sent, Streams: []uuid.UUID{p.s.Person}, Proved: p.s.Prove != nil}); err != nil {
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
	if p.signed { // whoever receives it must be able to tell whose keys these are
		proof, err := p.s.Prove(p.ctx, nil)
		if err == nil {
			err = p.out.Prove(Proof{Keys: proof.Keys})
		}
		if err != nil {
			return err
		}
	}
	return p.out.Close()
}

// made is the contribution that a version goes as.
func (p *parting) made(in *extract.Incoming) *record.Sealed {
	v := in.Version
	return made(p.s.System, p.s.Person, &Incoming{
		Record: v.Record, Number: v.Number, System: v.System, Class: v.Class, Release: v.Release, ClassFile: v.ClassFile, Status: v.Status, Sensitivity: v.Sensitivity, Author: v.Author,
		Provider: v.InformationProvider, Recorded: v.Recorded, Content: v.Content, Beside: v.Beside, BesideOf: v.BesideOf, Change: in.Change, Committed: in.Committed, Committer: in.Committer, Why: in.Description, Salt: v.Salt,
	}, p.last)
}

// signs reports whether a signature fits a version as it goes: it does not where part of that is masked, for it was made under all of it.
func (p *parting) signs(v *record.Version, a *extract.Signed) bool {
	return slices.Contains(p.s.Keys, a.Key) && record.CheckSignature(a.Key, record.AttestedText(v.Hash, a.Actor, a.At, a.Method, a.Reason), a.Signature) == nil
}

// signatures sends those under a version that fit it, right behind it.
func (p *parting) signatures(v *record.Version, list []extract.Signed) error {
	for i := range list {
		a := &list[i]
		if !p.signs(v, a) {
			continue
		}
		p.signed = true
		p.refers(a.Actor)
		c := chained(record.Contribution{
			ID: uuid.NewSHA1(p.s.Person, a.Signature), Stream: p.s.Person, System: p.s.System, Committed: a.At.UTC(), Committer: record.Committer{Actor: a.Actor}, Digest: sha256.Sum256(a.Signature),
			Changes: []record.Change{{Type: record.Attest, Version: v.VersionID, Class: v.Class, Hash: v.Hash, Description: a.Reason, Attestation: &a.Attestation}},
		}, p.last)
		p.last.Sequence, p.last.Hash = c.Sequence, c.Hash
		if err := p.out.Add(&record.Sealed{Contribution: c}); err != nil {
			return err
		}
	}
	return nil
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
	c := p.made(in)
	p.last.Sequence, p.last.Hash = c.Sequence, c.Hash
	if err := p.out.Add(c); err != nil {
		return err
	}
	return p.signatures(c.Versions[0], in.Attestations)
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
