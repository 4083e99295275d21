package extract

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"rosemary/ehr"
	"rosemary/record"
	"rosemary/standard"
)

// Proof says how far what arrived is proven to be what its maker stored.
type Proof string

// The kinds of proof.
const (
	Proven   Proof = "proven"   // the bytes of the version give the hash that came along
	Veiled   Proof = "veiled"   // whoever gave it masked something in it: its hash came along, and cannot be checked
	Unproven Proof = "unproven" // no hash came along: made by another kind of system
)

// Incoming is one composition on its way back: what it would be as a record. Nothing of it is part of a record here until it is ratified.
type Incoming struct {
	ID      ehr.ID            // rc_id, kept for ever
	Version *record.Version   // of a system like this one: as it stood there, with body, and salt and hash where it is proven. Of another maker: class and content only
	Class   *standard.Class   // nil: not known here; the version, or Kept, holds it whole
	Content *standard.Content // read by the class of today; nil when there is none
	Proof   Proof
	Foreign bool // made by another kind of system: Kept holds it as it came

	Title        string
	Happened     string // as it was entered; "" when that is not said
	Contribution uuid.UUID
	Change       record.ChangeType
	Description  string // why it was committed, in the words of the change log
	Committed    time.Time
	Committer    record.Committer
	System       string // where it was committed
	Attestations []Signed
	Feeder       *ehr.Audit // where it was first, when it came to its sender from elsewhere
	Files        []File
	Problems     []standard.Problem // why content of another maker does not fit the class that it says
	Kept         *ehr.Composition   // the composition itself
}

// Signed is an attestation as it came.
type Signed struct {
	record.Attestation
	Actor uuid.UUID
}

// File is a file that came along, or was only named (Data is nil).
type File struct {
	record.Attachment
	Name string
	Data []byte
}

// Importer makes records of compositions. It never changes, so any number of goroutines may use it.
type Importer struct {
	Catalogue *standard.Catalogue
	Person    uuid.UUID // whose record they may become part of: what another maker says is read as being about them; zero: whoever it names
}

// errNotOurs says that a composition does not carry what a system like this one adds.
var errNotOurs = errors.New("made by another kind of system")

// Take makes a record of one composition. What says that it is of a system like this one and does not keep to it is an Invalid fault: it was altered.
func (m *Importer) Take(c *ehr.Composition) (*Incoming, error) {
	out := &Incoming{ID: c.RCID, Kept: c, Feeder: c.FeederAudit, System: c.Committal.System.Root, Contribution: uidOf(c.Contribution), Title: titleOf(c), Happened: startOf(c.Session)}
	m.audit(out, &c.Committal)
	for _, a := range c.Attestations {
		out.Attestations = append(out.Attestations, signed(&a))
	}
	err := m.version(out, c)
	switch {
	case errors.Is(err, errNotOurs):
		m.foreign(out, c)
	case err != nil:
		return nil, &standard.Fault{
			Kind: standard.Invalid, Message: fmt.Sprintf("The composition %s is not as it was given: %v. Nothing of it was taken in.", c.RCID, err), Hint: "Ask for the extract again.", Err: err,
		}
	}
	return out, nil
}

// version puts a version of a system like this one together again.
func (m *Importer) version(out *Incoming, c *ehr.Composition) error {
	id, ok := ReadVersionID(c.RCID)
	entry := entryOf(c)
	if !ok || entry == nil || len(entry.Items) == 0 {
		return errNotOurs
	}
	said, ok := entry.Items[len(entry.Items)-1].(*ehr.Cluster)
	if !ok || said.ArchetypeID != versionArchetype {
		return errNotOurs
	}
	p := partsOf(said)
	v := &record.Version{
		VersionID: id, Class: c.ArchetypeID, Release: p.text(partRelease), ClassFile: p.text(partClassFile), Status: record.Status(p.text(partStatus)),
		Sensitivity: sensitivityOf(c.Sensitivity), InformationProvider: p.text(partProvider), Recorded: p.text(partRecorded), Committed: out.Committed,
	}
	if c.Composer != nil {
		v.Author = uidOf(&c.Composer.Performer)
	}
	var err error
	if v.Hash, err = record.ParseHash(p.text(partHash)); err != nil {
		return err
	}
	if v.Content, err = contentOf(p, entry); err != nil {
		return err
	}
	if said, ok := p[partBeside].(*ehr.Encapsulated); ok {
		v.Beside = bytes.Clone(said.Data)
		if v.BesideOf, err = strconv.Atoi(p.text(partBesideOf)); err != nil {
			return errors.New("which version it was said with cannot be read")
		}
	}
	v.Body = record.EncodeVersion(v)
	out.Version, out.Files, out.Proof = v, filesOf(entry.Items), Veiled
	if salt := p.text(partSalt); salt != "" {
		raw, err := hex.DecodeString(salt)
		if err != nil || len(raw) != len(v.Salt) {
			return errors.New("its salt cannot be read")
		}
		copy(v.Salt[:], raw)
		if record.HashVersion(v.Salt, v.Body) != v.Hash {
			return errors.New("its content does not give the hash that came along")
		}
		out.Proof = Proven
	}
	out.Class, _ = m.Catalogue.Class(v.Class)
	out.Content, err = standard.ReadContent(out.Class, v.Content)
	return err
}

// contentOf is the content as it was stored: verbatim where that came along, else put together again.
func contentOf(p parts, entry *ehr.Entry) ([]byte, error) {
	if raw, ok := p[partContent].(*ehr.Encapsulated); ok {
		return bytes.Clone(raw.Data), nil
	}
	return appendContent(nil, entry.Items, "")
}

// parts are the values of the synthesised cluster.
type parts map[string]ehr.Value

func partsOf(c *ehr.Cluster) parts {
	p := parts{}
	for _, item := range c.Parts {
		if e, ok := item.(*ehr.Element); ok && len(e.ArchetypeID) > len(versionArchetype) {
			p[e.ArchetypeID[len(versionArchetype)+1:]] = e.Value
		}
	}
	return p
}

func (p parts) text(name string) string {
	switch v := p[name].(type) {
	case *ehr.SimpleText:
		return v.Text
	case *ehr.Moment:
		return v.Text
	}
	return ""
}

// audit reads who committed it, when and why.
func (m *Importer) audit(out *Incoming, a *ehr.Audit) {
	out.Committed = readTime(a.Committed.Text)
	if !a.Committer.Same(a.System) {
		out.Committer.Actor = uidOf(&a.Committer)
	}
	for _, p := range out.Kept.Participation {
		if p.Function != nil && p.Function.System == roleSystem && p.Performer.Same(a.Committer) {
			out.Committer.Role = p.Function.Code
		}
	}
	if a.Reason != nil {
		out.Description = a.Reason.Text
		if a.Reason.System == changeSystem {
			out.Change = record.ChangeType(a.Reason.Code)
			return
		}
		if out.Description == "" {
			out.Description = a.Reason.Display
		}
	}
	out.Change = record.Create
	if a.VersionStatus != nil {
		switch a.VersionStatus.Code {
		case statusUpdate:
			out.Change = record.Modify
		case statusCorrection:
			out.Change = record.Correct
		case statusDeletion:
			out.Change = record.MarkError
		}
	}
}

func signed(a *ehr.Attestation) Signed {
	s := Signed{Attestation: record.Attestation{Reason: a.Reason.Text, At: readTime(a.Time.Text)}, Actor: uidOf(&a.Attester.Performer)}
	if a.Attester.Function != nil {
		s.Method = a.Attester.Function.Code
	}
	if a.Proof != nil {
		s.Signature, s.Key = a.Proof.Data, a.Proof.Text
	}
	return s
}

// filesOf finds the files that stand in the items, or are named there.
func filesOf(list []ehr.Item) []File {
	var files []File
	for _, item := range list {
		switch item := item.(type) {
		case *ehr.Cluster:
			files = append(files, filesOf(item.Parts)...)
		case *ehr.Element:
			v, ok := item.Value.(*ehr.Encapsulated)
			if !ok || item.ArchetypeID != fileArchetype || len(v.Check) != len(record.Hash{}) {
				continue
			}
			files = append(files, File{Attachment: record.Attachment{Hash: record.Hash(v.Check), MediaType: v.MediaType, Size: v.Size}, Name: v.Text, Data: v.Data})
		}
	}
	return files
}

func entryOf(c *ehr.Composition) *ehr.Entry {
	for _, content := range c.Content {
		if e, ok := content.(*ehr.Entry); ok {
			return e
		}
	}
	return nil
}

func titleOf(c *ehr.Composition) string {
	if e := entryOf(c); e != nil && e.Name != nil && e.Name.Words() != "" {
		return e.Name.Words()
	}
	if c.Name != nil {
		return c.Name.Words()
	}
	return ""
}

func startOf(i *ehr.Interval) string {
	switch {
	case i == nil:
		return ""
	case i.Low != nil:
		return i.Low.Text
	case i.High != nil:
		return i.High.Text
	}
	return ""
}

// uidOf reads a uid; zero when it is none.
func uidOf(id *ehr.ID) uuid.UUID {
	if id == nil {
		return uuid.Nil
	}
	uid, _ := uuid.Parse(id.Root)
	return uid
}

// readTime reads an instant; of a partial one its beginning.
func readTime(text string) time.Time {
	span, ok := ehr.ParseMoment(text)
	if !ok || span.OfDay {
		return time.Time{}
	}
	return span.First
}
