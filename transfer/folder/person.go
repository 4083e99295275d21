package folder

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// About says whose pages are written.
type About struct {
	Title     string // the person, or "Directory"
	Facts     []string
	Catalogue *standard.Catalogue
	Zone      *time.Location
	Made      time.Time
	System    string
	// Names finds what to call what is not among these records: colleagues, places, other people.
	Names func(uids []uuid.UUID) (map[uuid.UUID]string, error)
	// Elsewhere is the address, as seen from the folder of these pages, of the page of a record that is not among them; "" where there is none.
	Elsewhere func(uid uuid.UUID) string
	Prefix    string // of the names of all files, for example "people/whitlock-01a2/"
	Extra     []File // other files of the folder to be named on the first page
}

// File is a file of the folder that is named on the first page.
type File struct{ Name, Words string }

// Pages writes the pages of one person, or of the directory. The contents of versions wait in a file on the disk; in memory is kept one line for each version.
type Pages struct {
	about   About
	sink    Sink
	spool   *os.File
	buffer  *bufio.Writer
	at      int64
	records map[uuid.UUID]*recordOf
	order   []*recordOf
	batches []batch
	files   map[string]attachment
	names   map[uuid.UUID]string
}

// recordOf is one record, without what its versions say.
type recordOf struct {
	uid      uuid.UUID
	class    string
	title    string
	happened string
	sort     int64
	status   record.Status
	versions []versionAt
	log      []change
}

// versionAt is where a version waits.
type versionAt struct {
	offset, length int64
	number         int
	committed      time.Time
	destroyed      uuid.UUID
}

// change is one line of a record's change log.
type change struct {
	kind        record.ChangeType
	number      int
	at          time.Time
	by          record.Committer
	why         string
	attestation *record.Attestation
	batch       uuid.UUID
}

// batch is one contribution: what was saved at once.
type batch struct {
	id      uuid.UUID
	at      time.Time
	by      record.Committer
	hash    record.Hash
	changes []batchChange
}

type batchChange struct {
	kind   record.ChangeType
	record uuid.UUID
	number int
}

// attachment is a file that records name.
type attachment struct {
	path      string // inside the folder
	mediaType string
	size      int64
}

// NewPages begins the pages. Contents wait in a temporary file in the folder given ("": the system's), which goes with Close or Abandon.
func NewPages(sink Sink, about About, temporary string) (*Pages, error) {
	spool, err := os.CreateTemp(temporary, "rosemary-pages-*")
	if err != nil {
		return nil, fmt.Errorf("a place for the pages: %w", err)
	}
	_ = os.Remove(spool.Name()) // it lives as long as it is open
	return &Pages{about: about, sink: sink, spool: spool, buffer: bufio.NewWriter(spool), records: map[uuid.UUID]*recordOf{}, files: map[string]attachment{}}, nil
}

// Abandon lets go of everything.
func (p *Pages) Abandon() { _ = p.spool.Close() }

// Attachment writes a file beside the pages.
func (p *Pages) Attachment(file record.Attachment, content io.Reader) error {
	key := file.Hash.String()
	if _, there := p.files[key]; there {
		_, err := io.Copy(io.Discard, content)
		return err
	}
	name := "attachments/" + key + extension(file.MediaType)
	out, err := p.sink.Create(p.about.Prefix + name)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, content); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", name, err), out.Close())
	}
	p.files[key] = attachment{path: name, mediaType: file.MediaType, size: file.Size}
	return out.Close()
}

// extension is by what a computer knows how to open a file. Others are opened by whoever knows what they are.
func extension(mediaType string) string {
	base, _, _ := strings.Cut(mediaType, ";")
	return map[string]string{
		"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/heic": ".heic", "application/pdf": ".pdf", "text/plain": ".txt", "text/csv": ".csv",
		"audio/mpeg": ".mp3", "audio/mp4": ".m4a", "video/mp4": ".mp4", "application/zip": ".zip",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
		"application/vnd.oasis.opendocument.text": ".odt",
	}[strings.TrimSpace(base)]
}

// Contribution takes down one contribution; they come in the order in which they were committed.
func (p *Pages) Contribution(s *record.Sealed) error {
	if s.Destroyed != uuid.Nil && len(s.Versions) == 0 {
		return nil // a whole record was destroyed: there is nothing to read
	}
	b := batch{id: s.ID, at: s.Committed, by: s.Committer, hash: s.Hash}
	made := map[record.VersionID]*record.Version{}
	for _, v := range s.Versions {
		made[v.VersionID] = v
	}
	for _, ch := range s.Changes {
		r := p.records[ch.Version.Record]
		if r == nil {
			r = &recordOf{uid: ch.Version.Record, class: ch.Class}
			p.records[r.uid] = r
			p.order = append(p.order, r)
		}
		if v := made[ch.Version]; v != nil {
			if err := p.version(r, v, s.Committed); err != nil {
				return err
			}
		}
		r.log = append(r.log, change{kind: ch.Type, number: ch.Version.Number, at: s.Committed, by: s.Committer, why: ch.Description, attestation: ch.Attestation, batch: s.ID})
		b.changes = append(b.changes, batchChange{ch.Type, ch.Version.Record, ch.Version.Number})
	}
	p.batches = append(p.batches, b)
	return nil
}

// version puts a version where it waits, and reads what lists show of it.
func (p *Pages) version(r *recordOf, v *record.Version, committed time.Time) error {
	n, err := p.buffer.Write(v.Stored())
	if err != nil {
		return fmt.Errorf("a place for the pages: %w", err)
	}
	r.versions = append(r.versions, versionAt{offset: p.at, length: int64(n), number: v.Number, committed: committed, destroyed: v.Destroyed})
	p.at += int64(n)
	r.class, r.status = v.Class, v.Status
	if v.Destroyed != uuid.Nil {
		return nil
	}
	content, err := v.Decoded(p.about.Catalogue)
	if err != nil {
		return err
	}
	r.title = content.Title()
	ix := record.IndexOf(content, v.Recorded, p.about.Zone)
	r.sort = ix.HappenedFrom
	r.happened = ""
	if when, ok := content.First(standard.RoleEventDate); ok {
		r.happened = plain.Value(when, p.about.Zone)
	}
	return nil
}

// read gives back a version that waits.
func (p *Pages) read(at versionAt) (*record.Version, error) {
	body := make([]byte, at.length)
	if _, err := p.spool.ReadAt(body, at.offset); err != nil {
		return nil, fmt.Errorf("reading a version again: %w", err)
	}
	v, err := record.ReadVersion(body)
	if err != nil {
		return nil, err
	}
	v.Committed, v.Destroyed = at.committed, at.destroyed
	return v, nil
}

// Close writes the pages.
func (p *Pages) Close() error {
	defer p.Abandon()
	if err := p.buffer.Flush(); err != nil {
		return fmt.Errorf("a place for the pages: %w", err)
	}
	if err := p.nameAll(); err != nil {
		return err
	}
	for _, r := range p.order {
		if len(r.versions) == 0 {
			continue
		}
		if err := p.recordPage(r); err != nil {
			return err
		}
	}
	for _, step := range []func() error{p.categoryPages, p.timelinePages, p.savedPages, p.filesPage, p.firstPage, p.styles} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// nameAll finds the names of everybody who wrote, a few at a time; what records point at is named when their page is written.
func (p *Pages) nameAll() error {
	p.names = map[uuid.UUID]string{}
	asked := map[uuid.UUID]bool{}
	var uids []uuid.UUID
	for _, b := range p.batches {
		if a := b.by.Actor; a != uuid.Nil && !asked[a] {
			asked[a] = true
			uids = append(uids, a)
		}
	}
	return p.learn(uids)
}

// learn finds names that are not known yet.
func (p *Pages) learn(uids []uuid.UUID) error {
	uids = slices.DeleteFunc(uids, func(uid uuid.UUID) bool { _, known := p.names[uid]; return known || p.records[uid] != nil })
	for chunk := range slices.Chunk(uids, 200) {
		found, err := p.about.Names(chunk)
		if err != nil {
			return err
		}
		for _, uid := range chunk {
			p.names[uid] = found[uid]
		}
	}
	return nil
}

// name is what to call a record or an entry.
func (p *Pages) name(uid uuid.UUID) string {
	if r := p.records[uid]; r != nil {
		return r.words(p.about.Catalogue)
	}
	return p.names[uid]
}

// words is what to call a record.
func (r *recordOf) words(c *standard.Catalogue) string {
	switch {
	case r.title != "":
		return r.title
	default:
		return className(c, r.class)
	}
}

func className(c *standard.Catalogue, id string) string {
	if class, ok := c.Class(id); ok {
		return class.Name
	}
	return "Unknown class: " + id
}

// FactsOf says who a person is, for the first of their pages.
func FactsOf(card record.PersonCard) (facts []string) {
	if card.Born != "" {
		facts = append(facts, "Born "+plain.Date(card.Born))
	}
	if card.Died != "" {
		facts = append(facts, "Died "+plain.Date(card.Died))
	}
	if card.NHSNumber != "" {
		facts = append(facts, strings.TrimSpace("NHS number "+plain.NHSNumber(card.NHSNumber)+" "+card.NHSNumberStatus))
	}
	if card.Restricted {
		facts = append(facts, "ADDRESS RESTRICTED: tell nobody where this person lives.")
	}
	return facts
}
