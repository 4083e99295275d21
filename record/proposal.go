package record

import (
	"crypto/sha256"

	"github.com/google/uuid"

	"rosemary/standard"
)

// Proposal is what somebody wants to commit to one stream.
type Proposal struct {
	ID          uuid.UUID // minted by the client if it likes; zero: minted here
	Stream      uuid.UUID
	Opens       standard.Stream // person or directory when the proposal opens the stream; else empty
	Kind        standard.Stream // what the sender takes the stream for: one of another kind is not found; empty: either
	Description string          // the reason for committal of every change that states none
	Changes     []ProposedChange
}

// ProposedChange is one change of a proposal. Path, where it stands in what was sent, prefixes the paths of problems.
type ProposedChange struct {
	Path                string
	Type                ChangeType
	Record              uuid.UUID // zero for a new record whose uid is to be minted here
	Expected            int       // number of the version that the change was made on, or that it names; 0 for a new record
	Class               string    // for a new record; elsewhere optional, and then checked
	Status              Status    // "" is complete
	Sensitivity         string    // "" is normal for a new record, unchanged for another
	Author              uuid.UUID // zero: the committer
	InformationProvider string
	Recorded            string // instant with offset; "": now
	Description         string
	Content             []byte       // JSON as sent; for MarkError and naming changes none
	Beside              []byte       // what was said that the class has no place for, a JSON object; none: what stood beside the version before, Nothing: no more of it
	Attestation         *Attestation // Attest only
}

// Nothing says of a change that what stood beside the version before does not stand beside the next.
const Nothing = "null"

// Prepared is a proposal that keeps all rules that can be checked without the lock of the log: it is encoded, and only its place in the log
// is missing.
type Prepared struct {
	Contribution
	Opens    standard.Stream
	OpensAs  string // class of the record that opens the stream
	Versions []*Version
	Indexes  []Index   // beside Versions: what projections keep of each
	Paths    []string  // beside Versions: where each stands in what was sent; none where nobody sent them
	Added    int       // how many of Versions, the last ones, nobody sent: they were worked out here (Recorder.Adds)
	Minted   bool      // its id was made here for it: nobody can have sent it before
	Joins    uuid.UUID // another record of the same person, joined with it in the same transaction: the two may have one NHS number
}

// Sent are the versions that somebody sent.
func (p *Prepared) Sent() []*Version { return p.Versions[:len(p.Versions)-p.Added] }

// Digest is what makes two sendings the same: everything that was sent but the contribution id.
func (p *Proposal) Digest() Hash {
	size := 512
	for i := range p.Changes {
		size += 512 + len(p.Changes[i].Content) + len(p.Changes[i].Beside)
	}
	b := append(make([]byte, 0, size), '{')
	b = appendString(b, "stream", p.Stream.String())
	b = appendString(b, "opens", string(p.Opens))
	b = appendString(b, "description", p.Description)
	b = append(appendKey(b, "changes"), '[')
	for i := range p.Changes {
		ch := &p.Changes[i]
		b = append(b, '{')
		b = appendString(b, "type", string(ch.Type))
		b = appendString(b, "record", ch.Record.String())
		b = appendInt(b, "expected", int64(ch.Expected))
		b = appendString(b, "class", ch.Class)
		b = appendString(b, "status", string(ch.Status))
		b = appendString(b, "sensitivity", ch.Sensitivity)
		b = appendString(b, "author", ch.Author.String())
		b = appendString(b, "informationProvider", ch.InformationProvider)
		b = appendString(b, "recorded", ch.Recorded)
		b = appendString(b, "description", ch.Description)
		b = append(appendKey(b, "content"), ch.Content...)
		if len(ch.Beside) > 0 {
			b = append(appendKey(b, "beside"), ch.Beside...)
		}
		b = append(b, '}')
	}
	return sha256.Sum256(append(b, ']', '}'))
}

// Seal gives a prepared contribution its place: behind the stream's last contribution, committed at the given instant.
// The store calls it under the lock of the log.
func (p *Prepared) Seal(last StreamInfo, moment Moment, at Instant) *Sealed {
	c := p.Contribution
	c.Sequence = last.Sequence + 1
	c.Previous = last.Hash
	c.Committed = at.Time()
	c.Header = EncodeHeader(&c)
	c.Hash = HashHeader(c.Header)
	c.Moment = moment
	s := &Sealed{Contribution: c, Versions: make([]*Version, len(p.Versions))}
	for i, v := range p.Versions {
		sealed := *v
		sealed.From, sealed.Until, sealed.Committed, sealed.Minted = moment, Forever, c.Committed, false
		s.Versions[i] = &sealed
	}
	return s
}

// Receipt is the answer to the commit of a sealed contribution.
func (c *Contribution) Receipt() Receipt {
	return Receipt{Contribution: c.ID, Stream: c.Stream, Moment: c.Moment, Committed: c.Committed, Hash: c.Hash, Changes: c.Changes}
}

// SameSending reports whether a contribution is the outcome of an earlier sending of this one.
func (c *Contribution) SameSending(digest Hash, by Committer) bool {
	return c.Digest == digest && c.Committer.Actor == by.Actor && c.Committer.Account == by.Account
}
