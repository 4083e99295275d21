package access

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"rosemary/record"
	"rosemary/standard"
)

// receiveBatch is how many contributions one transaction takes in.
const receiveBatch = 500

// Reception is a package of another system being taken in. Everything is proved before it is kept: that each contribution follows the one in front of it, is what its
// hash says, and signs what it claims to sign; at the end, that the sender's signed checkpoint covers all of it. Nothing of it is seen before Finish.
type Reception struct {
	guard    *Guard
	from     Sender
	arriving Arriving
	segment  Segment

	batch   []Foreigner
	heads   map[uuid.UUID]head // as the package has them
	gone    record.Reckoning
	used    map[string]bool // keys that signed attestations
	proved  map[uuid.UUID]bool
	vouched []string
}

type head struct {
	record.StreamInfo
	moment record.Moment // there
}

func notReceived(format string, args ...any) error {
	return &standard.Fault{Kind: standard.Invalid, Message: fmt.Sprintf("The package was not taken in: "+format+".", args...), Hint: "Nothing of it was kept. Ask the sender for another one."}
}

// Receive begins to take in a package about one person. System and streams are what the package says of itself. End what it gives.
func (g *Guard) Receive(ctx context.Context, from Sender, system string, streams []uuid.UUID) (*Reception, error) {
	switch {
	case g.config.Segments == nil || g.config.Restorer == nil:
		return nil, &standard.Fault{Kind: standard.Unavailable, Message: "Nothing can be received here."}
	case system != from.System:
		return nil, notReceived("it comes from another system than the one it was expected from")
	case system == g.config.Recorder.System:
		return nil, notReceived("it comes from this very system")
	case len(streams) != 1:
		return nil, notReceived("it must be about exactly one person, and it names %d", len(streams))
	}
	id := from.segment(streams[0])
	arriving, err := g.config.Segments.Begin(ctx, id)
	if err != nil {
		return nil, err
	}
	return &Reception{
		guard: g, from: from, arriving: arriving, heads: map[uuid.UUID]head{}, used: map[string]bool{}, proved: map[uuid.UUID]bool{}, gone: record.Reckoning{Catalogue: g.config.Catalogue},
		segment: Segment{ID: id, Stream: streams[0], System: system, Provider: cmp.Or(from.Provider, from.System)}, vouched: slices.Clone(from.Keys),
	}, nil
}

// Contribution takes the next one.
func (r *Reception) Contribution(ctx context.Context, c *record.Sealed) error {
	if c.Destroyed != uuid.Nil {
		return notReceived("contribution %s is the remains of a record that was destroyed", c.ID)
	}
	if c.System != r.from.System {
		return notReceived("contribution %s was made on another system", c.ID)
	}
	known, err := r.follows(ctx, c)
	if err != nil {
		return err
	}
	opens := ""
	if c.Sequence == 1 {
		if opens, err = r.opens(c); err != nil {
			return err
		}
	}
	if err := r.gone.Add(c); err != nil {
		return err
	}
	if err := r.signed(c); err != nil {
		return err
	}
	happened := make([]int64, len(c.Versions))
	for i, v := range c.Versions {
		if happened[i], err = r.version(c, v); err != nil {
			return err
		}
	}
	if known {
		return nil
	}
	r.batch = append(r.batch, Foreigner{Sealed: c, Happened: happened, Opens: opens})
	if len(r.batch) < receiveBatch {
		return nil
	}
	return r.flush(ctx)
}

func (r *Reception) flush(ctx context.Context) error {
	if len(r.batch) == 0 {
		return nil
	}
	err := r.arriving.Add(ctx, r.batch)
	r.batch = r.batch[:0]
	return err
}

// follows checks the chain, and reports whether the contribution is here already.
func (r *Reception) follows(ctx context.Context, c *record.Sealed) (known bool, err error) {
	whole, err := r.arriving.Whole(ctx, c.Stream)
	if err != nil {
		return false, err
	}
	before, begun := r.heads[c.Stream]
	if !begun && c.Sequence > 1 && c.Sequence <= whole.Sequence+1 { // a later part: it may begin anywhere in what is here, or right behind it
		before.Sequence = c.Sequence - 1
		if before.Hash, err = r.arriving.Hash(ctx, c.Stream, before.Sequence); err != nil {
			return false, err
		}
	}
	switch {
	case c.Sequence <= before.Sequence:
		return false, notReceived("contribution %d of %s is there twice, or in the wrong order", c.Sequence, c.Stream)
	case c.Sequence != before.Sequence+1:
		return false, notReceived("contribution %d of %s is missing: the next one there is number %d", before.Sequence+1, c.Stream, c.Sequence)
	case c.Previous != before.Hash:
		return false, notReceived("contribution %s (number %d of %s) does not follow the one in front of it: one was altered, removed or put in", c.ID, c.Sequence, c.Stream)
	}
	if begun && c.Moment <= before.moment {
		return false, notReceived("contribution %s stands in front of one that was committed before it", c.ID)
	}
	r.heads[c.Stream] = head{record.StreamInfo{UID: c.Stream, Sequence: c.Sequence, Hash: c.Hash}, c.Moment}
	if c.Sequence > whole.Sequence {
		return false, nil
	}
	here, err := r.arriving.Hash(ctx, c.Stream, c.Sequence)
	if err == nil && here != c.Hash {
		err = notReceived("contribution %d of %s is not the one that this system has sent before", c.Sequence, c.Stream)
	}
	return true, err
}

// opens checks that a stream is the person's, or one of the sender's directory.
func (r *Reception) opens(c *record.Sealed) (string, error) {
	i := slices.IndexFunc(c.Changes, func(ch record.Change) bool { return ch.Version.Record == c.Stream })
	if i < 0 {
		return "", notReceived("the first contribution of %s does not say who or what it is about", c.Stream)
	}
	id := c.Changes[i].Class
	class, ok := r.guard.config.Catalogue.Class(id)
	person := ok && class.HasRole(standard.ClassRolePerson)
	switch {
	case person != (c.Stream == r.segment.Stream) && person:
		return "", notReceived("it holds records about two people, %s and %s", r.segment.Stream, c.Stream)
	case person != (c.Stream == r.segment.Stream):
		return "", notReceived("%s is not the record of a person", c.Stream)
	case !person && (!ok || class.Stream == standard.PersonStream):
		return "", notReceived("%s is neither the person nor an entry of a directory that is known here", c.Stream)
	}
	return id, nil
}

// signed verifies the attestations of a contribution. Whose keys they were made with is settled at the end.
func (r *Reception) signed(c *record.Sealed) error {
	for i := range c.Changes {
		a := c.Changes[i].Attestation
		if a == nil {
			continue
		}
		if err := record.CheckSignature(a.Key, record.AttestedText(c.Changes[i].Hash, c.Committer.Actor, a.At, a.Method, a.Reason), a.Signature); err != nil {
			return notReceived("contribution %s: %v", c.ID, err)
		}
		r.used[a.Key] = true
	}
	return nil
}

// version checks one version, and tells when it happened.
func (r *Reception) version(c *record.Sealed, v *record.Version) (int64, error) {
	if v.Destroyed != uuid.Nil {
		return c.Committed.Unix(), nil
	}
	content, err := v.Decoded(r.guard.config.Catalogue)
	if err != nil {
		return 0, notReceived("version %s cannot be read: %v", v.VersionID, err)
	}
	if about, ok := content.First(standard.RoleSubject); ok && c.Stream == r.segment.Stream {
		if ref, is := about.(standard.Reference); is && ref.UID != c.Stream {
			return 0, notReceived("version %s is about another person, %s", v.VersionID, ref.UID)
		}
	}
	ix := record.IndexOf(content, v.Recorded, r.guard.config.Zone)
	if v.Record == r.segment.Stream && c.Stream == v.Record && ix.Person != nil {
		r.segment.Card = *ix.Person
	}
	return ix.HappenedFrom, nil
}

// Attachment takes a file.
func (r *Reception) Attachment(ctx context.Context, stream uuid.UUID, about record.Attachment, content io.Reader) error {
	if stream != r.segment.Stream {
		return notReceived("attachment %s belongs to somebody else", about.Hash)
	}
	if err := r.arriving.File(ctx, stream, about.Hash); err != nil {
		return err
	}
	return r.guard.config.Restorer.Restore(ctx, stream, about, content)
}

// Vouched takes the sender's statement of the keys that it has signed with, signed with one that is known here.
func (r *Reception) Vouched(statement string) error {
	if len(r.from.Keys) == 0 {
		return nil
	}
	keys, err := record.OpenKeys(statement, r.from.System, r.from.Keys...)
	if err != nil {
		return notReceived("%v", err)
	}
	r.vouched = append(r.vouched, keys...)
	return nil
}

// Checkpoint takes the sender's signed checkpoint.
func (r *Reception) Checkpoint(signed string, proofs []record.InclusionProof) error {
	if len(r.from.Keys) == 0 || r.from.Part != "" {
		return nil // nobody here can tell whose it is; or it was told in front
	}
	cp, err := record.OpenCheckpoint(signed, r.from.System, r.from.Keys...)
	if err != nil {
		return notReceived("%v", err)
	}
	for _, p := range proofs {
		at, ok := r.heads[p.Stream]
		if !ok {
			continue
		}
		leaf := tlog.RecordHash(record.Leaf(p.Stream, at.Hash))
		if err := tlog.CheckRecord(p.Hashes, int64(cp.Size), cp.Root, int64(at.moment)-1, leaf); err != nil {
			return notReceived("%s does not fit the checkpoint that the sender signed at %s: something was altered, removed or reordered", p.Stream, cp.At.Format("2006-01-02 15:04:05"))
		}
		r.proved[p.Stream] = true
	}
	r.segment.Proof = Proof{Checkpoint: signed}
	return nil
}

// Finish makes what was taken in a segment that waits for a decision. What was here already changes nothing.
func (r *Reception) Finish(ctx context.Context) (Segment, error) {
	if err := r.whole(); err != nil {
		return Segment{}, err
	}
	if err := r.flush(ctx); err != nil {
		return Segment{}, err
	}
	segment, err := r.arriving.Finish(ctx, r.segment)
	segment.Last = r.heads[r.segment.Stream].StreamInfo
	return segment, err
}

func (r *Reception) whole() error {
	if _, ok := r.heads[r.segment.Stream]; !ok {
		return notReceived("nothing of the person is in it")
	}
	if _, err := r.gone.Finish(); err != nil {
		return notReceived("%v", err)
	}
	if len(r.from.Keys) == 0 {
		return nil
	}
	for key := range r.used {
		if !slices.Contains(r.vouched, key) {
			return notReceived("a record in it is signed with a key that is not the sender's: %s", strings.SplitN(key, "+", 2)[0])
		}
	}
	if r.from.Part != "" {
		slices.Sort(r.vouched)
		r.segment.Proof = Proof{Keys: slices.Compact(r.vouched), Checkpoint: r.from.Voucher}
		return nil
	}
	for stream := range r.heads {
		if !r.proved[stream] {
			return notReceived("nothing proves that %s comes from the sender: the signed checkpoint does not cover it", stream)
		}
	}
	slices.Sort(r.vouched)
	r.segment.Proof.Keys = slices.Compact(r.vouched)
	return nil
}

// End lets go; what was not finished is gone.
func (r *Reception) End(ctx context.Context) error {
	own, cancel := context.WithTimeout(context.WithoutCancel(ctx), deadline)
	defer cancel()
	return r.arriving.End(own)
}
