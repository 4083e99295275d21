package log

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// AppendSealed takes over contributions of an export of one's own, byte for byte: into an empty store it gives the same hashes and the same commit times.
// What is here already is skipped; what does not follow what is here, or does not prove itself, is refused, and then nothing of the batch is kept.
// Only the stored bytes count: Header, and Salt and Body of the versions. Kinds: Broken, Conflict, Invalid, Busy, Unavailable.
func (s *Store) AppendSealed(ctx context.Context, batch []*record.Sealed) ([]record.Receipt, error) {
	proved := make([]*record.Sealed, len(batch))
	for i, c := range batch {
		var err error
		if proved[i], err = prove(c); err != nil {
			return nil, fmt.Errorf("contribution %d of the batch: %w", i+1, err)
		}
	}
	receipts := make([]record.Receipt, len(batch))
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		a := &appending{store: s, tx: tx}
		if err := a.start(); err != nil {
			return err
		}
		for i, c := range proved {
			receipt, err := a.sealed(c)
			if err != nil {
				return fmt.Errorf("contribution %s: %w", c.ID, err)
			}
			receipts[i] = receipt
		}
		a.finish()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return receipts, nil
}

// prove reads a contribution anew from its bytes and checks that its versions are those that its header names.
func prove(given *record.Sealed) (*record.Sealed, error) {
	c, err := record.DecodeHeader(given.Header)
	if err != nil {
		return nil, altered("A contribution cannot be read.", err)
	}
	s := &record.Sealed{Contribution: *c}
	if c.Destroyed != uuid.Nil && len(given.Versions) == 0 {
		return s, nil
	}
	for i := range c.Changes {
		ch := &c.Changes[i]
		if !ch.Brings(given.Versions[len(s.Versions):]) {
			continue
		}
		if len(s.Versions) == len(given.Versions) {
			return nil, altered("A version is missing: "+ch.Version.String()+".", nil)
		}
		from := given.Versions[len(s.Versions)]
		if from.Destroyed == uuid.Nil && record.HashVersion(from.Salt, from.Body) != ch.Hash || from.Destroyed != uuid.Nil && from.Hash != ch.Hash {
			return nil, altered("A version was altered: "+ch.Version.String()+".", nil)
		}
		v, err := record.DecodeVersion(from.Stored())
		if err != nil {
			return nil, altered("A version cannot be read: "+ch.Version.String()+".", err)
		}
		if v.VersionID != ch.Version || v.Class != ch.Class || bytes.IndexByte(v.Body, '\n') >= 0 {
			return nil, altered("A version is not what its change log says: "+ch.Version.String()+".", nil)
		}
		v.Stream, v.Salt, v.Hash = c.Stream, from.Salt, ch.Hash
		s.Versions = append(s.Versions, v)
	}
	if len(s.Versions) != len(given.Versions) {
		return nil, altered("A version is there that no change log names.", nil)
	}
	return s, nil
}

func altered(message string, err error) error {
	return &standard.Fault{
		Kind: standard.Broken, Message: message + " Nothing was changed.", Hint: "Export it again from where it came from.", Err: err,
	}
}

// sealed gives a proved contribution its moment here.
func (a *appending) sealed(c *record.Sealed) (record.Receipt, error) {
	known, err := findContribution(a.tx.Query, c.ID)
	if err != nil {
		return record.Receipt{}, err
	}
	if known == nil && c.Destroyed != uuid.Nil {
		return a.tombstone(c)
	}
	if known != nil {
		if known.Hash != c.Hash {
			return record.Receipt{}, diverges("a contribution with the same id has other content")
		}
		receipt := known.Receipt()
		receipt.Repeated = true
		return receipt, nil
	}
	opens, err := a.follows(c)
	if err != nil {
		return record.Receipt{}, err
	}
	before, err := a.continues(c)
	if err != nil {
		return record.Receipt{}, err
	}
	indexes, err := a.store.indexes(c)
	if err != nil {
		return record.Receipt{}, err
	}
	if !slices.Contains(brings(c), true) { // what was ratified was weighed when it was
		if err := a.numbersFree(c.Stream, uuid.Nil, c.Versions, indexes); err != nil {
			return record.Receipt{}, err
		}
	}
	at := max(record.InstantOf(c.Committed), a.end.committed+1)
	c.Moment = a.end.moment + 1
	for _, v := range c.Versions {
		v.From, v.Until, v.Committed = c.Moment, record.Forever, at.Time()
	}
	return c.Receipt(), a.insert(c, indexes, before, at, opens)
}

// tombstone takes over what is left of a contribution of a stream that was destroyed.
func (a *appending) tombstone(c *record.Sealed) (record.Receipt, error) {
	end, err := a.store.positionsIn(a.tx.Query, c.Stream, span{upTo: record.Forever, last: true, limit: 1})
	if err != nil {
		return record.Receipt{}, err
	}
	var last int64
	if len(end) > 0 {
		last = end[0].sequence
	}
	if c.Sequence != last+1 {
		return record.Receipt{}, diverges(fmt.Sprintf("number %d of the stream does not follow number %d that is here", c.Sequence, last))
	}
	at := max(record.InstantOf(c.Committed), a.end.committed+1)
	c.Moment = a.end.moment + 1
	_, err = a.tx.Exec(sqlInsert, int64(c.Moment), c.Stream[:], c.Sequence, c.ID[:], int64(at), c.Hash[:], pack(c.Header), []byte{}, "")
	if err != nil {
		return record.Receipt{}, fmt.Errorf("contribution %s: %w", c.ID, err)
	}
	a.grew(touch{info: record.StreamInfo{UID: c.Stream, Sequence: c.Sequence, Hash: c.Hash, Last: c.Moment}, rules: true}, at)
	return c.Receipt(), projector{a.store, a.tx}.remains(c)
}

// follows checks that the contribution is the next of its stream, and tells what kind of stream it opens, if it does.
func (a *appending) follows(c *record.Sealed) (opens standard.Stream, err error) {
	last, err := a.endOf(c.Stream)
	if standard.KindOf(err) == standard.NotFound {
		opens, err = a.store.kindOf(c)
	}
	if err != nil {
		return "", err
	}
	if c.Sequence != last.Sequence+1 || c.Previous != last.Hash {
		return "", diverges(fmt.Sprintf("number %d of the stream does not follow number %d that is here", c.Sequence, last.Sequence))
	}
	return opens, nil
}

// continues checks that each version is the next of its record.
func (a *appending) continues(c *record.Sealed) ([]*current, error) {
	before, came := make([]*current, len(c.Versions)), brings(c)
	for i, v := range c.Versions {
		stands, err := currentOf(a.tx, c.Stream, v.Record)
		if err != nil {
			return nil, err
		}
		if !came[i] && !follows(v.VersionID, stands) {
			return nil, diverges("version " + v.VersionID.String() + " does not follow the version that is here")
		}
		before[i] = stands
	}
	for i := range c.Changes {
		if ch := &c.Changes[i]; !ch.Type.MakesVersion() && !holds(c.Versions, ch.Version) {
			if err := a.named(c.Stream, ch); err != nil {
				return nil, err
			}
		}
	}
	return before, nil
}

func diverges(how string) error {
	return &standard.Fault{
		Kind: standard.Conflict, Message: "What is here went another way than what was to be imported: " + how + ". Nothing was changed.",
		Hint: "Import it into an empty data folder.",
	}
}

// indexes derives what projections keep of each version from its bytes.
func (s *Store) indexes(c *record.Sealed) ([]record.Index, error) {
	indexes := make([]record.Index, len(c.Versions))
	for i, v := range c.Versions {
		if v.Destroyed != uuid.Nil { // when it was committed here, which insert knows
			continue
		}
		content, err := v.Decoded(s.Catalogue)
		if err != nil {
			return nil, broken(err, "The content of %s cannot be read.", v.VersionID)
		}
		indexes[i] = record.IndexOf(content, v.Recorded, s.Zone)
	}
	return indexes, nil
}

// kindOf tells what kind of stream a first contribution opens: a person's when it creates the record of who a person is.
func (s *Store) kindOf(c *record.Sealed) (standard.Stream, error) {
	id, _ := openingRecord(c)
	class, ok := s.Catalogue.Class(id)
	switch {
	case !ok:
		return "", broken(nil, "The first contribution of stream %s creates no record of a known class.", c.Stream)
	case class.HasRole(standard.ClassRolePerson):
		return standard.PersonStream, nil
	}
	return standard.DirectoryStream, nil
}
